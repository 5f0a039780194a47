"""Organisations with their approval and how many people they employ; what is due at one, and who acts next."""

import calendar
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import (
    Exists,
    OuterRef,
    TextField,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit import clock
from lms.kit.counting import counting
from lms.kit.effective_dates import OF_ROW, in_force
from lms.kit.prepared_statements import CompiledQuery

from ..employment.register import lines_open_on
from ..organisations.models import (
    Approval,
    Condition,
    Organisation,
    OrganisationReview,
)
from ..organisations.queries import (
    approval_in_words,
    approvals_of,
    contacts_on,
    organisations_on,
    rows_with_ends,
)
from ..organisations.states import ApprovalAction


def with_approval(organisations, day) -> list[dict]:
    """Each organisation with its approval in words and how many people it employs on a day. Two queries and that for `organisations`."""
    organisations = list(organisations)
    lines, employed = approvals_of([o.pk for o in organisations]), {}
    posts = lines_open_on(day).filter(organisation__in=organisations)
    for organisation, person in posts.values_list("organisation_id", "employment__person_id"):
        employed.setdefault(organisation, set()).add(person)
    return [
        {
            "organisation": o,
            "approval": approval_in_words(lines[o.pk], day),
            "people": len(employed.get(o.pk, ())),
        }
        for o in organisations
    ]


# ---- deadlines ----

SOON, REVIEW_SOON = timedelta(days=90), timedelta(days=30)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def approval_row_on(organisation, day) -> Approval | None:
    """The decision in force on that day, as a row; of an approval that is over a row that is not kept. One query."""
    return in_force(rows_with_ends(organisation.approvals.order_by("pk")), day, OF_ROW)


def last_approval(lines) -> Approval | None:
    """The newest approval among `lines`, rows in the order of recording; its last day is what a renewal or a restoring takes the place of."""
    return next((row for row in reversed(lines) if row.action == ApprovalAction.APPROVED), None)


def suggested_last_day(lines, today) -> date:
    """What the form of a decision shows as the last day: the old one where approval is to be restored before it, else `IMSA_APPROVAL_YEARS` from today."""
    now, last = in_force(lines, today, OF_ROW), last_approval(lines)
    is_stopped = now is not None and now.action == ApprovalAction.SUSPENDED
    if is_stopped and last and last.until_day and last.until_day >= today:
        return last.until_day
    return months_later(today, 12 * settings.IMSA_APPROVAL_YEARS) - timedelta(days=1)


def review_due_on(organisation, approval, reviews=None) -> date | None:
    """By when the next annual review is due: so many months after the last one, or after the approval began; None while it is not approved.
    `reviews`: the organisation's, where they are read already."""
    if approval is None or approval.action != ApprovalAction.APPROVED:
        return None
    days = [one.on_day for one in (organisation.reviews.all() if reviews is None else reviews)]
    return months_later(max([*days, approval.from_day]), settings.IMSA_REVIEW_MONTHS)


@dataclass(frozen=True)
class Step:
    """What somebody does next: `who` in words, `what`, and by when, if there is a day."""

    who: str
    what: str
    due_on: date | None = None
    url: str = ""

    @property
    def is_late(self):
        return bool(self.due_on and self.due_on < clock.today())


def next_steps(
    organisation,
    approval,
    today,
    *,
    contacts,
    conditions,
    calls,
    review_due,
    has_memorandum,
    posts_due,
) -> list[Step]:
    """Everything that waits at this organisation, what is due first in front; what has no day stands last. `approval`: the row in force today; `contacts` are
    those of today, `conditions` all of them, `calls` those not made yet, `posts_due` how many posts the employer is to confirm."""
    hub, theirs = _("IMSA Model Hub"), organisation.name
    is_approved = approval is not None and approval.action == ApprovalAction.APPROVED
    steps = []
    if not any(contact.person.is_active for contact in contacts):
        steps.append(
            Step(hub, _("Add a contact: no message reaches this organisation."), url="#contacts")
        )
    for contact in contacts:
        if contact.confirmed_at is None:
            steps.append(
                Step(
                    contact.person.full_name,
                    _("Confirm, signed in, that they act for the organisation."),
                )
            )
    for condition in (one for one in conditions if one.met_on is None):
        steps.append(
            Step(
                theirs,
                _("Meet the condition: %(text)s") % {"text": condition.text},
                condition.due_on,
                "#conditions",
            )
        )
    if is_approved:
        if approval.until_day and approval.until_day - SOON <= today:
            steps.append(
                Step(hub, _("Decide on renewing the approval."), approval.until_day, "#decide")
            )
        if review_due and review_due - REVIEW_SOON <= today:
            steps.append(Step(hub, _("Carry out the annual review."), review_due, "#reviews"))
        if not has_memorandum:
            steps.append(Step(hub, _("Record the signed memorandum."), url="#memorandum"))
    elif approval is not None and approval.action == ApprovalAction.SUSPENDED:
        steps.append(Step(hub, _("Decide on the suspended approval."), url="#decide"))
    if posts_due:
        steps.append(
            Step(
                hub,
                ngettext(
                    "Have %(count)s post confirmed.", "Have %(count)s posts confirmed.", posts_due
                )
                % {"count": posts_due},
                url="#posts",
            )
        )
    for call in calls:
        steps.append(
            Step(
                hub,
                _("Telephone: %(subject)s") % {"subject": call.subject},
                url=f"/hub/calls/{call.pk}/",
            )
        )
    return sorted(steps, key=lambda step: step.due_on or date.max)


# ---- the list ----

# What the list can be narrowed to besides approval and words: answers of `?due=`.
DUE = ("", "contact", "unconfirmed", "ending", "review", "conditions", "overdue")


def approvals_counting(day):
    """Of each organisation that is approved on that day, the decision that says so. A QuerySet of Approval."""
    later = Approval.objects.filter(
        organisation=OuterRef("organisation"), from_day__lte=day, pk__gt=OuterRef("pk")
    )
    return (
        Approval.objects.filter(action=ApprovalAction.APPROVED, from_day__lte=day)
        .exclude(Exists(later))
        .exclude(until_day__lt=day)
        .order_by()
    )


def review_due_by(organisations, day):
    """Those approved today whose next review is due by that day. A QuerySet."""
    rows = _not_reviewed_since(clock.today(), _review_before(day))
    return organisations.filter(pk__in=rows.values("organisation"))


def _review_before(day: date) -> date:
    """Since when the last review, or the approval, must have been, so that none is due by that day."""
    return months_later(day, -settings.IMSA_REVIEW_MONTHS)


def _not_reviewed_since(today, before):
    later = OrganisationReview.objects.filter(
        organisation=OuterRef("organisation"), on_day__gt=before
    )
    return approvals_counting(today).filter(~Exists(later), from_day__lte=before)


def _ending_by(today, day):
    return approvals_counting(today).filter(until_day__lte=day)


def _with_overdue_conditions(today):
    late = Condition.objects.filter(
        organisation=OuterRef("organisation"), met_on=None, due_on__lt=today
    )
    return approvals_counting(today).filter(Exists(late))


def organisations_for_hub(day, *, approval="", wanted="", nation="", sector="", due=""):
    """The list of organisations, narrowed. `due`: one of DUE. A QuerySet by name."""
    rows = organisations_on(day, approval=approval, wanted=wanted)
    if nation:
        rows = rows.annotate(nation_words=Cast("nations", TextField())).filter(
            nation_words__contains=f'"{nation}"'
        )
    if sector:
        rows = rows.filter(sector=sector)
    contacts = contacts_on(day).filter(organisation=OuterRef("pk"))
    if due == "contact":
        rows = rows.filter(~Exists(contacts.filter(person__is_active=True)))
    elif due == "unconfirmed":
        rows = rows.filter(Exists(contacts.filter(confirmed_at=None)))
    elif due == "ending":
        rows = rows.filter(pk__in=_ending_by(day, day + SOON).values("organisation"))
    elif due == "review":
        rows = review_due_by(rows, day + REVIEW_SOON)
    elif due == "conditions":
        open_conditions = Condition.objects.filter(organisation=OuterRef("pk"), met_on=None)
        rows = rows.filter(Exists(open_conditions))
    elif due == "overdue":
        rows = rows.filter(pk__in=_with_overdue_conditions(day).values("organisation"))
    return rows


def due_counts(day) -> Counter[str]:
    """How many organisations the list shows for each `?due=` that the Hub decides or follows up: ending, review, overdue. One query."""
    return Counter(
        dict(
            _due_counts(
                day=day, ending_by=day + SOON, review_before=_review_before(day + REVIEW_SOON)
            )
        )
    )


_due_counts = CompiledQuery(
    lambda *, day, ending_by, review_before: counting(
        ending=_ending_by(day, ending_by),
        review=_not_reviewed_since(day, review_before),
        overdue=_with_overdue_conditions(day),
    )
)


def sectors() -> list[str]:
    """Every sector that an organisation has, for the list's filter."""
    rows = Organisation.objects.exclude(sector="").order_by("sector")
    return list(rows.values_list("sector", flat=True).distinct()[:200])
