"""Posts of which no day lies within an approval of their organisation: they count for nothing, and somebody should look whether they are meant."""

from django.db.models import Count, Max, Min, Q

from ..organisations.models import Approval
from ..organisations.queries import approvals_of
from ..organisations.states import ApprovalAction
from .models import EmploymentLine
from .register import last_lines
from .rules import approved_stretches

AT_ONCE = 50  # organisations in one statement


def lines_outside_approval():
    """The newest lines of such posts, ended ones too, by organisation and person: a QuerySet. Three questions until it is read, and one more for each
    fifty organisations that have one or could have: mostly every post lies within an approval, by the first and the last day of them all."""
    keys, doubtful = [], [*_doubtful().items()]
    for start in range(0, len(doubtful), AT_ONCE):
        outside = Q()
        for organisation, stretches in doubtful[start : start + AT_ONCE]:
            own = Q(organisation=organisation)
            for first, last in stretches:
                ends_in_time = Q(ends_on=None) | Q(ends_on__gte=first)
                begins_in_time = Q(starts_on__lte=last) if last else Q()
                own &= ~(ends_in_time & begins_in_time)
            outside |= own
        keys += last_lines().filter(outside).order_by().values_list("pk", flat=True)
    return (
        last_lines()
        .filter(pk__in=keys)
        .order_by("organisation__name", "employment__person__sort_key", "pk")
        .select_related("organisation", "employment__person")
    )


def _doubtful() -> dict[int, list[tuple]]:
    """Organisations of which a post could lie outside, with the stretches of their approvals. Most have one decision, which is judged
    without its row; lines that were replaced or void are looked at too, which leaves nobody out."""
    spans = {
        organisation: (earliest, latest)
        for organisation, earliest, latest in EmploymentLine.objects.order_by()
        .values_list("organisation")
        .annotate(Min("ends_on"), Max("starts_on"))
    }
    once = _approved_once()
    rest = [pk for pk, span in spans.items() if pk not in once or not _within(span, *once[pk])]
    doubtful = {}
    for organisation, lines in approvals_of(rest).items():
        stretches = approved_stretches(lines)
        if len(stretches) != 1 or not _within(spans[organisation], *stretches[0]):
            doubtful[organisation] = stretches
    return doubtful


def _approved_once() -> dict[int, tuple]:
    """The days (first, last or None) of organisations with one decision, which approved them. One question."""
    rows = Approval.objects.order_by().values_list("organisation")
    rows = rows.annotate(Min("from_day"), Max("until_day"), n=Count("pk"), action=Max("action"))
    rows = rows.filter(n=1, action=ApprovalAction.APPROVED)
    return {organisation: (first, last) for organisation, first, last, *_rest in rows}


def _within(span, first, last) -> bool:
    """Has every post of an organisation a day from `first` to `last`? `span`: the earliest day on which one ended, the latest on which one began."""
    earliest, latest = span
    return (earliest is None or earliest >= first) and (last is None or latest <= last)
