"""Organisations, the decision in force on a day, and who may act for them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lms.kit.effective_dates import in_force, that_count

from .models import Approval, Contact, Organisation
from .states import ApprovalAction

DAY = timedelta(days=1)


def with_end(from_day, action, until_day) -> list[tuple[date, str]]:
    """A decision as lines: itself, and the day on which an approval with a last day is over. The one place that says what follows a last day:
    a decision recorded later replaces that line like any other that has not begun."""
    line = (from_day, action)
    return [line, (until_day + DAY, ApprovalAction.EXPIRED.value)] if until_day else [line]


def rows_with_ends(approvals) -> list[Approval]:
    """The same for rows in the order of recording: after an approval with a last day a row that is not kept (no pk)."""
    rows = []
    for row in approvals:
        rows.append(row)
        for day, action in with_end(row.from_day, row.action, row.until_day)[1:]:
            rows.append(Approval(organisation=row.organisation, action=action, from_day=day))
    return rows


def approvals_of(organisation_ids) -> dict[int, list[tuple[date, str]]]:
    """The decisions that count on each organisation, oldest first: {id: [(from_day, action), ...]}. One query."""
    found = {pk: [] for pk in organisation_ids}
    for row in Approval.objects.filter(organisation_id__in=found).order_by("pk"):
        found[row.organisation_id] += with_end(row.from_day, row.action, row.until_day)
    return {pk: that_count(lines) for pk, lines in found.items()}


def approval_on(lines, day) -> tuple[date, str] | None:
    """The decision in force on that day; None before the first. `lines` in the order of recording."""
    return in_force(lines, day)


def approved_on(lines, day) -> bool:
    """Was the organisation approved on that day? `lines` as `approvals_of` gives them."""
    decision = approval_on(lines, day)
    return bool(decision and decision[1] == ApprovalAction.APPROVED)


NOT_YET = "none"  # in place of a decision: there is none yet
TONES = {
    ApprovalAction.APPROVED: "good",
    ApprovalAction.SUSPENDED: "stop",
    ApprovalAction.ENDED: "plain",
    ApprovalAction.EXPIRED: "plain",
}


@dataclass(frozen=True)
class ApprovalInWords:
    """Whether an organisation is approved on a day, as a page says it."""

    label: str
    tone: str
    since: date | None
    next_label: str = ""
    next_day: date | None = None


def approval_in_words(lines, day) -> ApprovalInWords:
    """`lines` as `approvals_of` gives them."""
    decision = approval_on(lines, day)
    coming = next(((when, action) for when, action in lines if when > day), None)
    later = {"next_label": ApprovalAction(coming[1]).label, "next_day": coming[0]} if coming else {}
    if not decision:
        return ApprovalInWords(_("Not approved yet"), "wait", None, **later)
    action = ApprovalAction(decision[1])
    return ApprovalInWords(str(action.label), TONES[action], decision[0], **later)


def organisations_on(day, *, approval="", wanted=""):
    """Organisations with `approval_now`, the decision in force on a day (“” before the first); of one such decision ("none" for “”), and
    with these words in name, code or sector. A QuerySet by name."""
    in_force = (
        Approval.objects.filter(organisation=OuterRef("pk"), from_day__lte=day)
        .order_by("-pk")
        .annotate(
            now=Case(
                When(until_day__lt=day, then=Value(ApprovalAction.EXPIRED.value)),
                default=F("action"),
            )
        )
        .values("now")[:1]
    )
    found = Organisation.objects.annotate(
        approval_now=Coalesce(Subquery(in_force), Value(""))
    ).order_by("name", "pk")
    for word in wanted.split():
        found = found.filter(
            Q(name__icontains=word) | Q(code__icontains=word) | Q(sector__icontains=word)
        )
    return found.filter(approval_now="" if approval == NOT_YET else approval) if approval else found


def organisation_called(words) -> Organisation | None:
    """The organisation of exactly this code, or else of exactly this name; capitals and spaces aside."""
    words = " ".join(words.replace("\0", "").split())
    return (
        Organisation.objects.filter(code__iexact=words).first()
        or Organisation.objects.filter(name__iexact=words).first()
    )


def contacts_on(day):
    """Every contact who may act on that day, also one whose account is closed. A QuerySet."""
    return Contact.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


def contacts_by_organisation(keys, day) -> dict[int, list[Contact]]:
    """`contacts_of` for several organisations at once."""
    by_organisation = {}
    contacts = contacts_on(day).filter(organisation__in=keys)
    for contact in contacts.select_related("person").order_by("pk"):
        by_organisation.setdefault(contact.organisation_id, []).append(contact)
    return by_organisation


def contacts_of(organisation, day):
    """Those who may act for the organisation on that day."""
    contacts = contacts_on(day).filter(organisation=organisation)
    return contacts.select_related("person").order_by("pk")


def contacts_now_and_to_come(organisation, day) -> tuple[list[Contact], list[Contact]]:
    """Those who may act for the organisation on that day, and those who may from a later one, the earliest first. One query."""
    contacts = Contact.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day))
    contacts = contacts.filter(organisation=organisation).select_related("person").order_by("pk")
    now, to_come = [], []
    for contact in contacts:
        (now if contact.starts_on <= day else to_come).append(contact)
    return now, sorted(to_come, key=lambda contact: contact.starts_on)


def contacts_of_person(person, day):
    """The person's contacts of that day with their organisations, by the organisation's name. A QuerySet."""
    contacts = contacts_on(day).filter(person_id=person.pk)
    return contacts.select_related("organisation").order_by("organisation__name", "pk")


def organisations_of_contact(person, day) -> list[Organisation]:
    """The organisations this person may act for on that day, by name. One query."""
    return [contact.organisation for contact in contacts_of_person(person, day)]
