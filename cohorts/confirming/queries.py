"""Which posts an employer is to confirm, who was asked, and who has not answered."""

from datetime import date, timedelta

from django.conf import settings
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, When

from ..employment.register import BY_FAMILY_NAME, lines_at, lines_open_on
from ..organisations.models import Contact
from ..organisations.queries import organisations_on
from ..organisations.states import ApprovalAction
from .models import LastHeard, PostReport, PostsRequest, SuppliedPost
from .states import Way


def due_lines(day: date) -> QuerySet:
    """Those that nobody has confirmed for `IMSA_POSTS_ASKED_DAYS`, or ever, and that the employer can confirm."""
    return _unconfirmed(day).exclude(_is_of_the_only_contact(day))


def lines_for_the_hub(day: date) -> QuerySet:
    """Those that are due and whose person is the only contact there: nobody confirms their own post, so the Hub does."""
    return (
        _unconfirmed(day)
        .filter(_is_of_the_only_contact(day))
        .select_related("employment__person", "organisation")
        .order_by("organisation__name", "employment_id")
    )


def _unconfirmed(day):
    return lines_open_on(day).filter(_is_due(day))


def _is_due(day) -> Q:
    return Q(confirmed_on=None) | Q(confirmed_on__lte=latest_day_due(day))


def is_due(line, day: date) -> bool:
    """The same of one line (or `Post`)."""
    return line.confirmed_on is None or line.confirmed_on <= latest_day_due(day)


def latest_day_due(day: date) -> date:
    """What was confirmed, or asked, on this day or before is to be confirmed, or asked, anew."""
    return day - timedelta(days=settings.IMSA_POSTS_ASKED_DAYS)


def _is_of_the_only_contact(day):
    contacts = Contact.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day),
        organisation=OuterRef("organisation"),
        starts_on__lte=day,
        person__is_active=True,
    ).order_by()
    whose = OuterRef("employment__person")
    return Exists(contacts.filter(person=whose)) & ~Exists(contacts.exclude(person=whose))


def lines_to_answer(organisation, day: date) -> QuerySet:
    """An organisation's open posts with their people: what is due first, then by family name."""
    due_first = Case(When(_is_due(day), then=0), default=1, output_field=IntegerField())
    return lines_at(organisation, day).order_by(due_first, *BY_FAMILY_NAME)


def organisations_to_ask(day: date) -> QuerySet:
    """Approved organisations with a post that is due, of whom none has an open request."""
    there = PostsRequest.objects.filter(organisation=OuterRef("pk"), closed_on=None)
    due = due_lines(day).filter(organisation=OuterRef("pk")).order_by()
    return organisations_on(day, approval=ApprovalAction.APPROVED).filter(
        ~Exists(there), Exists(due)
    )


def requests_to_remind(day: date) -> QuerySet:
    """Open requests that are old enough, of organisations that were not reminded."""
    before = day - timedelta(days=settings.IMSA_POSTS_REMINDED_DAYS)
    return PostsRequest.objects.filter(
        closed_on=None, reminded_on=None, asked_on__lte=before
    ).select_related("organisation")


def requests_too_old(day: date) -> QuerySet:
    """Open requests that are to be asked anew: a new post, or one due again, was never asked about while they stood open."""
    return PostsRequest.objects.filter(closed_on=None, asked_on__lte=latest_day_due(day))


def requests_answered(day: date) -> QuerySet:
    """Open requests of organisations that have nothing due any more."""
    due = due_lines(day).filter(organisation=OuterRef("organisation")).order_by()
    return PostsRequest.objects.filter(~Exists(due), closed_on=None)


def silent_since(day: date) -> date:
    """Whoever was asked on this day or before and has not answered is called silent."""
    return day - timedelta(days=settings.IMSA_POSTS_SILENT_DAYS)


def requests_open(day: date, *, only_silent=False) -> QuerySet:
    """Organisations that were asked and have posts left to confirm, the longest wait first."""
    rows = PostsRequest.objects.filter(closed_on=None).select_related("organisation")
    if only_silent:
        rows = rows.filter(asked_on__lte=silent_since(day))
    return rows.order_by("asked_on", "pk")


def counts_due(organisation_ids, day: date) -> dict[int, int]:
    """How many posts are due at each of these organisations. One query."""
    found = dict.fromkeys(organisation_ids, 0)
    rows = due_lines(day).filter(organisation__in=found).order_by()
    return found | dict(rows.values_list("organisation_id").annotate(Count("pk")))


def last_heard_of(organisation_ids) -> dict[int, dict]:
    """By organisation and way, when it was last heard from; and under "any" the newest by a way of its own. One query."""
    found: dict[int, dict] = {pk: {"any": None} for pk in organisation_ids}
    for row in LastHeard.objects.filter(organisation__in=found):
        ways = found[row.organisation_id]
        ways[row.way] = row.at
        if row.way != Way.HUB:  # what the Hub's program says is not heard from the organisation
            ways["any"] = max(filter(None, [ways["any"], row.at]))
    return found


def reports_open() -> QuerySet:
    """What contacts reported and no officer has closed, the oldest first."""
    return PostReport.objects.filter(closed_at=None).select_related(
        "employment__person", "organisation", "reported_by"
    )


def supplied_open() -> QuerySet:
    """Posts that employers' systems sent and no officer has linked, entered or refused, the oldest first."""
    return SuppliedPost.objects.filter(closed_at=None).select_related("organisation")
