"""Who may keep the employment register, and which posts it may hold."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from lms.kit import nations as four_nations
from lms.kit.refusals import YES, May, no
from lms.kit.templatetags.kit import short_day
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..organisations.queries import approved_on
from ..organisations.states import ApprovalAction

A_DAY = timedelta(days=1)
# As the files are read: an HR system’s “31/12/9999” is no last day.
EARLIEST, LATEST = date(1950, 1, 1), date(2099, 12, 31)


def may_keep_register(by) -> May:
    return may_act_as(by, Role.HUB_OFFICER, Role.REGISTRAR)


def may_write_post_of(by, person) -> May:
    """Nobody keeps their own post, by a page, a file or a program. No query."""
    if getattr(by, "pk", None) == person.pk:
        return no(_("No one keeps their own post. Ask another officer."))
    return YES


def may_keep_post_of(by, person) -> May:
    return may_write_post_of(by, person) and may_keep_register(by)


def may_have_days(*days) -> May:
    """Are the days of a post near enough to be meant? None is no day."""
    for day in days:
        if day is not None and not EARLIEST <= day <= LATEST:
            return no(
                _(
                    "%(day)s is too far away to be meant. Give a day from 1950 to 2099, and no last day while the post goes on."
                )
                % {"day": day.isoformat()}
            )
    return YES


def may_export_register(by) -> May:
    """The register is asked, never browsed; the whole of it goes to the Hub, which answers for it, and to its programs, whose keys hold while an officer answers
    for each."""
    if getattr(by, "is_of_hub", False):
        return by.may_act()
    return may_act_as(by, Role.HUB_OFFICER)


def may_be_at(organisation, approvals, starts_on, ends_on) -> May:
    """Is at least one day of the post within an approval of its organisation, as decided so far? `approvals` as `approvals_of` gives them.

    A suspension is no end: the post stays, and does not count while it lasts.
    """
    stretches = approved_stretches(approvals)
    if any(
        (last is None or starts_on <= last) and (ends_on is None or ends_on >= first)
        for first, last in stretches
    ):
        return YES
    if not stretches:
        return no(
            _(
                "%(organisation)s has not been approved. A post there counts once its approval is decided."
            )
            % {"organisation": organisation.name}
        )
    first, last = stretches[0][0], stretches[-1][1]
    if ends_on is not None and ends_on < first:
        return no(
            _("%(organisation)s is approved from %(day)s, and this post ends before that.")
            % {"organisation": organisation.name, "day": short_day(first)}
        )
    if last is not None and starts_on > last:
        return no(
            _("The approval of %(organisation)s ended: %(day)s was its last day.")
            % {"organisation": organisation.name, "day": short_day(last)}
        )
    return no(
        _("%(organisation)s was not approved on any day of this post. It is approved from %(day)s.")
        % {
            "organisation": organisation.name,
            "day": short_day(next((f for f, _last in stretches if f > starts_on), first)),
        }
    )


def approved_stretches(approvals) -> list[tuple]:
    """The stretches of days from an approval to the day before it ends, (first, last or None); a suspension is part of one."""
    found, since = [], None
    for from_day, action in approvals:
        if action in (ApprovalAction.ENDED, ApprovalAction.EXPIRED):
            if since is not None and from_day > since:
                found.append((since, from_day - A_DAY))
            since = None
        elif action == ApprovalAction.APPROVED and since is None:
            since = from_day
    return [*found, (since, None)] if since is not None else found


def nations_beyond(organisation, nations) -> list[str]:
    """A sentence where the organisation does not work in a nation of the post: the post does not count there."""
    beyond = [n for n in nations if n not in organisation.nations]
    if not beyond:
        return []
    return [
        _("%(organisation)s works in %(where)s, so this post does not count in %(nations)s.")
        % {
            "organisation": organisation.name,
            "where": four_nations.sentence(organisation.nations) or _("no nation yet"),
            "nations": four_nations.sentence(beyond),
        }
    ]


def remarks_about_approval(organisation, approvals, starts_on, ends_on) -> list[str]:
    """What to look at before a post is written, as sentences: days that count for nothing because the organisation is not approved on them."""
    found = []
    stretches = approved_stretches(approvals)
    if stretches and starts_on < stretches[0][0]:
        found.append(
            _(
                "%(organisation)s was first approved from %(day)s. Days before that count for nothing."
            )
            % {"organisation": organisation.name, "day": short_day(stretches[0][0])}
        )
    if stretches and (last := stretches[-1][1]) and (ends_on is None or ends_on > last):
        found.append(
            _(
                "The approval of %(organisation)s ends: %(day)s is its last day. Days after that count for nothing."
            )
            % {"organisation": organisation.name, "day": short_day(last)}
        )
    suspended = [
        from_day
        for from_day, action in approvals
        if action == ApprovalAction.SUSPENDED and (ends_on is None or from_day <= ends_on)
    ]
    if suspended and not approved_on(approvals, max(suspended[-1], starts_on)):
        found.append(
            _(
                "The approval of %(organisation)s is suspended from %(day)s. The post does not count while that lasts."
            )
            % {"organisation": organisation.name, "day": short_day(suspended[-1])}
        )
    return found
