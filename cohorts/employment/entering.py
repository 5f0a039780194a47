"""One post entered, changed, voided, or left for a time, by a page or a program; it refuses a post at an organisation that was never approved for it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import codes, nations
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day, short_day
from lms.people.actions import tell
from lms.people.models import User

from ..organisations.actions import tell_organisation
from ..organisations.models import Organisation
from ..organisations.queries import approvals_of
from .actions import follow_line, last_line_of, record_post, remark
from .models import Employment, EmploymentLine
from .register import newest_lines, posts_of
from .rules import may_be_at, may_keep_post_of

CHANGES = (
    "post",
    "nations",
    "starts_on",
    "line_manager",
    "kind",
    "hours",
    "evidence_kind",
    "evidence_on",
)


def same_post(person, organisation, title, starts_on):
    """The person's post of this title and first day at this organisation, if the register has it."""
    return next(
        (
            post
            for post in posts_of(person.pk)
            if post.organisation_id == organisation.pk
            and plain(post.post) == plain(title)
            and post.starts_on == starts_on
        ),
        None,
    )


def overlapping_posts(person, organisation, starts_on, ends_on, *, but="") -> list:
    """The person's other posts at the same organisation in the same time: perhaps the same post twice."""
    return [
        post
        for post in posts_of(person.pk)
        if post.organisation_id == organisation.pk
        and post.reference != but
        and post.overlaps(starts_on, ends_on)
    ]


def plain(title):
    return " ".join(title.casefold().split())


@transaction.atomic
def enter_post(
    person, organisation, *, by, post, nations, starts_on, ends_on=None, reason="", **details
) -> EmploymentLine:
    """Enter one post.

    `details` are any of `line_manager`, `confirmed_on`, `kind`, `hours` (a week), `evidence_kind` and `evidence_on`; `by` has seen the evidence.

    1. the entry with a reference of its own and its first line, 2. a record entry, 3. a remark with the reason, 4. the person and the organisation's
    contacts are told. The same person, organisation, title and first day again is the post there is. Raises Refused where no day of the post
    is within an approval of the organisation: its row is locked, so that a decision on it comes before or after.
    """
    insist(may_keep_post_of(by, person))
    locked, person = _lock(organisation, person)
    if there := same_post(person, locked, post, starts_on):
        return EmploymentLine.objects.select_related("employment", "organisation").get(
            pk=there.line_id
        )
    insist_approved(locked, starts_on, ends_on)
    if not person.is_active:
        raise Refused(
            _("The account of %(full_name)s is closed. Open it before you enter a post.")
            % {"full_name": person.full_name}
        )
    reference = codes.free("ER", lambda one: Employment.objects.filter(reference=one).exists())
    line = record_post(
        reference,
        person,
        locked,
        post,
        nations,
        starts_on,
        ends_on,
        details.pop("line_manager", ""),
        details.pop("confirmed_on", None),
        by=by,
        source=by.record_label,
        **_with_reader(details, by),
    )
    remark(line.employment, "cohorts.enter_post", reason, by=by)
    tell(
        person,
        _("A post at %(organisation)s was entered for you") % {"organisation": locked.name},
        _(
            "The employment register has a post for you: %(post)s, from %(day)s. If this is not right, tell the Hub."
        )
        % {"post": line.post, "day": day(line.starts_on)},
        "/me/messages/",
    )
    tell_organisation(
        locked,
        _("A post was entered"),
        _("%(full_name)s, %(post)s, from %(day)s. If this is not right, tell the Hub.")
        % {"full_name": person.full_name, "post": line.post, "day": day(line.starts_on)},
        but_not=[person.pk],
    )
    return line


@transaction.atomic
def change_post(employment, *, by, reason, **changes) -> EmploymentLine:
    """Put right what the register says of a post: any of `CHANGES`. Its person and organisation never change, its last day by `end_post` and `reopen_post`.

    1. one more line, 2. a record entry, 3. a remark with the reason, 4. where nations, first day or title changed, the person and the organisation are told.
    Nothing differs: the last line, and nothing is written.
    """
    insist(may_keep_post_of(by, employment.person))
    if unknown := set(changes) - set(CHANGES):
        raise TypeError(f"change_post changes no {sorted(unknown)}")
    if "nations" in changes:
        changes["nations"] = [code for code in nations.ALL if code in set(changes["nations"])]
    organisation = Organisation.objects.select_for_update(no_key=True).get(
        pk=newest_lines().get(employment=employment).organisation_id
    )
    last = last_line_of(employment)
    if all(getattr(last, field) == value for field, value in changes.items()):
        return last
    if not reason.strip():
        raise Refused(_("Say why it is changed, in a few words."))
    starts_on = changes.get("starts_on", last.starts_on)
    if starts_on != last.starts_on:
        insist_approved(organisation, starts_on, last.ends_on)
    line = follow_line(
        employment, last, by=by, action="cohorts.change_post", **_with_reader(changes, by, last)
    )
    remark(employment, "cohorts.change_post", reason, by=by)
    if any(getattr(line, f) != getattr(last, f) for f in ("post", "nations", "starts_on")):
        tell(
            employment.person,
            _("Your post at %(organisation)s was changed") % {"organisation": organisation.name},
            _("The employment register now says: %(what)s. If this is not right, tell the Hub.")
            % {"what": in_words(line)},
            "/me/messages/",
        )
        tell_organisation(
            organisation,
            _("A post was changed"),
            _("%(full_name)s: the register now says %(what)s.")
            % {"full_name": employment.person.full_name, "what": in_words(line)},
            but_not=[employment.person_id],
        )
    return line


@transaction.atomic
def void_post(employment, *, by, reason) -> EmploymentLine:
    """The post was entered by mistake: it counts on no day, in answers about past days too.

    1. a last line that says so; the lines before it stay, 2. a record entry, 3. a remark with the reason, 4. the person and the organisation's contacts
    are told. For good: a post that was right after all gets an entry of its own. What was answered before stays as it was answered.
    """
    insist(may_keep_post_of(by, employment.person))
    last = last_line_of(employment, may_be_void=True)
    if last.is_void:
        return last
    if not reason.strip():
        raise Refused(_("Say why the post was entered by mistake, and who said so."))
    line = follow_line(employment, last, by=by, action="cohorts.void_post", is_void=True)
    remark(employment, "cohorts.void_post", reason, by=by)
    tell(
        employment.person,
        _("A post at %(organisation)s was removed from the register")
        % {"organisation": last.organisation.name},
        _(
            "It had been entered by mistake and counts on no day. Without a post at an approved organisation you may not act as an IMSA. "
            "If this is not right, tell the Hub."
        ),
        "/me/messages/",
    )
    tell_organisation(
        last.organisation,
        _("A post was removed"),
        _("%(full_name)s, %(post)s: it had been entered by mistake and counts on no day.")
        % {"full_name": employment.person.full_name, "post": last.post},
        but_not=[employment.person_id],
    )
    return line


@transaction.atomic
def record_leave_from_post(
    employment, leave_from: date | None, leave_until: date | None, *, by, reason=""
) -> EmploymentLine:
    """Somebody is on leave from their post. The post counts as before (docs/register.md); the register says since when and until when, and never why.
    No first day: the leave was recorded by mistake.

    1. a line with the newest leave; an earlier one stays in the lines before, 2. a record entry, 3. a remark, 4. the person and the organisation are told.
    """
    insist(may_keep_post_of(by, employment.person))
    last = last_line_of(employment)
    if (last.leave_from, last.leave_until) == (leave_from, leave_until):
        return last
    if leave_until and (leave_from is None or leave_until < leave_from):
        raise Refused(_("The last day of the leave cannot be before its first."))
    if last.ends_on and leave_from and leave_from > last.ends_on:
        raise Refused(
            _("The post ended on %(day)s; leave from it cannot begin later.")
            % {"day": short_day(last.ends_on)}
        )
    line = follow_line(
        employment,
        last,
        by=by,
        action="cohorts.record_leave_from_post",
        leave_from=leave_from,
        leave_until=leave_until,
    )
    remark(employment, "cohorts.record_leave_from_post", reason, by=by)
    if leave_from is None:
        _tell_of_no_leave(employment, last)
        return line
    when = (
        _("from %(first)s to %(last)s") % {"first": day(leave_from), "last": day(leave_until)}
        if leave_until
        else _("from %(first)s") % {"first": day(leave_from)}
    )
    tell(
        employment.person,
        _("Leave from your post at %(organisation)s") % {"organisation": last.organisation.name},
        _("The register says that you are on leave %(when)s. Your post goes on counting.")
        % {"when": when},
        "/me/messages/",
    )
    tell_organisation(
        last.organisation,
        _("Leave from a post"),
        _("%(full_name)s, %(post)s: on leave %(when)s.")
        % {"full_name": employment.person.full_name, "post": last.post, "when": when},
        but_not=[employment.person_id],
    )
    return line


def insist_approved(organisation, starts_on, ends_on):
    """Raises Refused where no day of the post is within an approval. The caller has locked the organisation."""
    may = may_be_at(
        organisation, approvals_of([organisation.pk])[organisation.pk], starts_on, ends_on
    )
    if not may:
        raise Refused(may.reason)


def in_words(line) -> str:
    return _("%(post)s, %(nations)s, from %(day)s") % {
        "post": line.post,
        "nations": nations.sentence(line.nations),
        "day": day(line.starts_on),
    }


def _lock(organisation, person):
    return (
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk),
        User.objects.select_for_update(no_key=True).get(pk=person.pk),
    )


def _with_reader(details, by, last=None):
    """Whoever writes the evidence down has seen it; evidence that is taken away has no reader."""
    if "evidence_kind" not in details:
        return details
    same = last and (details["evidence_kind"], details.get("evidence_on")) == (
        last.evidence_kind,
        last.evidence_on,
    )
    reader = last.evidence_seen_by if same else by.record_label if details["evidence_kind"] else ""
    return {**details, "evidence_seen_by": reader}


def _tell_of_no_leave(employment, last):
    tell(
        employment.person,
        _("Leave from your post at %(organisation)s") % {"organisation": last.organisation.name},
        _("A leave that was recorded by mistake is taken back: the register says of none."),
        "/me/messages/",
    )
    tell_organisation(
        last.organisation,
        _("Leave from a post"),
        _("%(full_name)s, %(post)s: a leave that was recorded by mistake is taken back.")
        % {"full_name": employment.person.full_name, "post": last.post},
        but_not=[employment.person_id],
    )
