"""Reminds organisations of the end of their approval, of a review and of conditions; each once. Hub officers are told of an end and of a condition that is overdue."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.refusals import insist
from lms.kit.templatetags.kit import day
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import write

from ..organisations.actions import CONTACT_PAGE, tell_organisation
from ..organisations.models import Approval, Condition, Organisation, OrganisationReminder
from ..organisations.queries import organisations_on
from ..organisations.rules import may_approve
from ..organisations.states import ApprovalAction
from .queries import approval_row_on, review_due_by, review_due_on
from .telling import tell_programme

DAY = timedelta(days=1)
REVIEW_DAYS, CONDITION_DAYS, LATE_DAYS = 30, 14, 30
HUB_DAYS = (
    30  # before the last day of an approval: from then on the Hub is told with the organisation
)
HUB_SUBJECTS = {
    "ends": gettext_lazy("An approval ends soon"),
    "over": gettext_lazy("An approval is over"),
    "overdue": gettext_lazy("A condition is overdue"),
}


def remind_organisations(*, by) -> int:
    """Send what is due today and was not sent: of the last day of an approval (`IMSA_APPROVAL_REMINDER_DAYS` before, and once it is over), of a review, of conditions.

    Of each: 1. a line that it was sent, 2. a record entry, 3. the contacts are told, or a call is left for the Hub, 4. registrars and tutors of an approval that is over where a trainee has a post, and Hub officers of an end (the last
    `HUB_DAYS`) and of a condition that is overdue, in one transaction. A run that was killed goes on with what was not sent; two at once send each once. How many.
    """
    insist(may_approve(by))
    today = clock.today()
    return (
        _of_ends(today, by)
        + _of_reviews(today, by)
        + _of_conditions(today, by)
        + _of_overdue(today, by)
    )


def _of_ends(today, by) -> int:
    most, sent = max(settings.IMSA_APPROVAL_REMINDER_DAYS), 0
    ending = Approval.objects.filter(until_day__range=(today - LATE_DAYS * DAY, today + most * DAY))
    keys = sorted(set(ending.values_list("organisation_id", flat=True)))
    for organisation in Organisation.objects.filter(pk__in=keys).order_by("pk"):
        approval = approval_row_on(organisation, today)
        if approval is None:
            continue
        if approval.action == ApprovalAction.EXPIRED:
            last = approval.from_day - DAY
            sent += _send(
                organisation,
                "over",
                last,
                0,
                _("The approval of your organisation is over"),
                _(
                    "The approval was until %(day)s and was not renewed. Posts with you do not count since then, so people whose accreditation rests on them may not act as IMSAs. "
                    "Contact the IMSA Model Hub about a renewal."
                )
                % {"day": day(last)},
                by,
                to_hub=_("The approval of %(name)s is over. Decide on renewing it."),
            )
        elif approval.action == ApprovalAction.APPROVED and approval.until_day:
            left_days = (approval.until_day - today).days
            due = [n for n in settings.IMSA_APPROVAL_REMINDER_DAYS if left_days <= n]
            renewed = approval_row_on(organisation, approval.until_day + DAY)
            if due and renewed is not None and renewed.action != ApprovalAction.APPROVED:
                sent += _send(
                    organisation,
                    "ends",
                    approval.until_day,
                    min(due),
                    _("The approval of your organisation ends soon"),
                    _(
                        "The approval is until %(day)s. On the day after, posts with you no longer count, unless the IMSA Model Hub renews it before."
                    )
                    % {"day": day(approval.until_day)},
                    by,
                    to_hub=_("The approval of %(name)s ends on %(day)s. Decide on renewing it.")
                    if left_days <= HUB_DAYS
                    else "",
                )
    return sent


def _of_reviews(today, by) -> int:
    sent = 0
    for organisation in review_due_by(organisations_on(today), today + REVIEW_DAYS * DAY):
        due = review_due_on(organisation, approval_row_on(organisation, today))
        if due:
            sent += _send(
                organisation,
                "review",
                due,
                REVIEW_DAYS,
                _("Annual review of your organisation"),
                _(
                    "The annual review of your approval is due by %(day)s. The IMSA Model Hub will be in touch; you can also write to the Hub first."
                )
                % {"day": day(due)},
                by,
            )
    return sent


def _of_conditions(today, by) -> int:
    """One message for all conditions of a day. None where the approval is over or ended."""
    goes_on = organisations_on(today).filter(
        approval_now__in=(ApprovalAction.APPROVED, ApprovalAction.SUSPENDED)
    )
    rows = Condition.objects.filter(
        met_on=None,
        due_on__lte=today + CONDITION_DAYS * DAY,
        organisation__in=goes_on.order_by().values("pk"),
    )
    together: dict = {}
    for one in rows.select_related("organisation").order_by("organisation_id", "due_on", "pk"):
        together.setdefault((one.organisation, one.due_on), []).append(one.text)
    return sum(
        _send(
            organisation,
            "condition",
            due_on,
            CONDITION_DAYS,
            _("A condition of your approval is due"),
            _("By %(day)s: %(text)s") % {"day": day(due_on), "text": "; ".join(texts)},
            by,
        )
        for (organisation, due_on), texts in together.items()
    )


def _of_overdue(today, by) -> int:
    """On the day after and later, of those that are approved: one message for each day that is past, with every condition of it."""
    late: dict[tuple, list] = {}
    approved = organisations_on(today, approval=ApprovalAction.APPROVED)
    rows = Condition.objects.filter(
        met_on=None,
        due_on__range=(today - LATE_DAYS * DAY, today - DAY),
        organisation__in=approved.values("pk"),
    )
    for condition in rows.select_related("organisation").order_by("organisation_id", "due_on"):
        late.setdefault((condition.organisation, condition.due_on), []).append(condition.text)
    return sum(
        _send(
            organisation,
            "overdue",
            due_on,
            0,
            _("A condition of your approval is overdue"),
            _("It was to be met by %(day)s: %(text)s Tell the IMSA Model Hub how it stands.")
            % {"day": day(due_on), "text": " ".join(f"{text.rstrip('.')}." for text in texts)},
            by,
            to_hub=_("A condition of %(name)s was to be met by %(day)s and is open."),
        )
        for (organisation, due_on), texts in late.items()
    )


@transaction.atomic
def _send(organisation, kind, due_on, days, subject, body, by, *, to_hub="") -> int:
    """`to_hub`: what Hub officers read, with %(name)s and %(day)s in it; they are not told where it is empty."""
    made, is_new = OrganisationReminder.objects.get_or_create(
        organisation=organisation, kind=kind, due_on=due_on, days=days
    )
    if is_new and kind == "over":
        tell_programme(organisation, ApprovalAction.EXPIRED, due_on + DAY, by=by)
    if is_new:
        write(
            "cohorts.remind_organisation",
            made,
            by=by,
            after={"kind": kind, "about": due_on.isoformat()},
        )
        tell_organisation(
            organisation,
            subject,
            body,
            CONTACT_PAGE,
            to_say=_("%(name)s: %(body)s") % {"name": organisation.name, "body": body},
        )
        for officer in holders_of(Role.HUB_OFFICER) if to_hub else ():
            tell(
                officer,
                str(HUB_SUBJECTS[kind]),
                to_hub % {"name": organisation.name, "day": day(due_on)},
                reverse("cohorts:organisation", args=[organisation.code]),
            )
    return int(is_new)
