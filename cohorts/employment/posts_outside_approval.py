"""Posts of which no day lies within an approval of their organisation: they count for nothing, and somebody should look whether they are meant."""

from django.db.models import Max, Min, Q

from ..organisations.queries import approvals_of
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
    """Organisations of which a post could lie outside, with the stretches of their approvals."""
    spans = {
        row["organisation"]: row
        for row in last_lines()
        .order_by()
        .values("organisation")
        .annotate(latest=Max("starts_on"), earliest=Min("ends_on"))
    }
    doubtful = {}
    for organisation, lines in approvals_of(spans).items():
        stretches = approved_stretches(lines)
        span = spans[organisation]
        if len(stretches) == 1:
            ((first, last),) = stretches
            is_early = span["earliest"] is not None and span["earliest"] < first
            is_late = last is not None and span["latest"] > last
            if not is_early and not is_late:
                continue
        doubtful[organisation] = stretches
    return doubtful
