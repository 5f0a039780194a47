"""How much blindness and a statistic are worth where a group is small: the anonymity meter."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Subquery, Sum, Window
from django.db.models.functions import RowNumber

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit.prepared_statements import CompiledQuery

from ..setting.models import Sitting
from ..setting.queries import judging_in, judging_of_each, with_judging
from ..setting.scale import rounded
from ..taking.models import Submission
from ..taking.states import SubmissionState
from .models import Allocation
from .states import AllocationState

MOST = 50  # the greatest figure that a rule set can have for it
A_NOTICE = 10  # groups that a page names
COHORT = "submission__enrolment__cohort"
GROUP = ("submission__assessment", COHORT, "marker")  # of marks, for a statistic


@dataclass(frozen=True)
class SmallGroup:
    """So few people that a marker may guess whose script it is."""

    code: str
    cohort: str
    count: int
    limit: int


def small_groups(registrar) -> list[SmallGroup]:
    """Pieces of work with a script that waits for markers, or is with them, of which so few are in by the rules of their cohort that reading them blind
    means little; the smallest first, up to A_NOTICE and one. One query. None of cohorts that the registrar studies in."""
    rows = _small_groups(registrar=registrar.pk)
    found = [(row, judging_in(row).rules.small_group) for row in rows]
    return [
        SmallGroup(row.assessment.code, row.cohort.title, row.n, limit)
        for row, limit in found
        if row.n < limit
    ]


def _groups_of(*, registrar):
    learns = Enrolment.objects.filter(cohort=OuterRef("cohort"), person_id=registrar)
    scripts = (
        Submission.objects.filter(
            assessment=OuterRef("assessment"),
            enrolment__cohort=OuterRef("cohort"),
            attempt__is_current=True,
        )
        .exclude(state=SubmissionState.DRAFT)
        .exclude(enrolment__state=EnrolmentState.LEFT)
    )
    waits = scripts.filter(state__in=[SubmissionState.SUBMITTED, SubmissionState.MARKING])
    count = scripts.order_by().values("assessment").annotate(n=Count("pk")).values("n")
    return (
        with_judging(Sitting.objects.filter(Exists(waits)).exclude(Exists(learns)))
        .annotate(n=Subquery(count))
        .filter(n__lt=MOST)
        .select_related("assessment", "cohort")
        .order_by("n", "pk")[: A_NOTICE + 1]
    )


_small_groups = CompiledQuery(_groups_of)


def marks_by_marker(registrar):
    """By piece of work, cohort and marker: how many marks were submitted (`n`), their `sum` and the `sum_of_squares`. Rows of values; none of cohorts that the registrar
    studies or marks in. One question, and one for those cohorts."""
    learns = Enrolment.objects.filter(person_id=registrar.pk).values_list("cohort", flat=True)
    marks = Allocation.objects.filter(marker_id=registrar.pk).values_list(COHORT, flat=True)
    names = (
        "submission__assessment__code",
        "submission__assessment__title",
        "submission__enrolment__cohort__title",
        "marker__first_name",
        "marker__last_name",
        *GROUP,
    )
    return (
        Allocation.objects.filter(state=AllocationState.SEALED)
        .exclude(**{f"{COHORT}__in": list(learns.order_by().union(marks.order_by()))})
        .order_by()
        .values(*names)
        .annotate(n=Count("pk"), sum=Sum("total"), sum_of_squares=Sum(F("total") * F("total")))
        .order_by(*names[:1], f"-{COHORT}", "marker__last_name", "marker")
    )


def with_limits(page) -> list[dict]:
    """Rows of a page of `marks_by_marker`, each with the `limit` of its cohort and the `mean` and `deviation` of its first marks, counted in steps of that limit
    (`n`): between two looks as many marks have come or none, so that no look tells one of them. Below the first step they are None, and `is_small` says so. Four queries."""
    rows = list(page)
    cohorts = Cohort.objects.in_bulk({row[COHORT] for row in rows})
    judged = judging_of_each(cohorts.values()) if cohorts else {}
    for row in rows:
        row["limit"] = judged[row[COHORT]].rules.small_group
        row["over"] = row["n"] % row["limit"]  # the newest, which are not counted yet
    newest = _newest_of(rows)
    for row in rows:
        totals = newest.get(tuple(row[name] for name in GROUP), [])[: row["over"]]
        row["n"] = row["n"] - row["over"] or None
        row["is_small"] = row["n"] is None
        row["mean"] = row["deviation"] = None
        if row["n"]:
            mean = (row["sum"] - sum(totals)) / row["n"]
            squares = row["sum_of_squares"] - sum(total * total for total in totals)
            row["mean"] = rounded(mean)
            row["deviation"] = rounded(max(squares / row["n"] - mean * mean, Decimal(0)).sqrt())
    return rows


def _newest_of(rows) -> dict[tuple, list[Decimal]]:
    """Of each group the totals that were submitted last, the last first: as many as a step of one of these rows may leave over. One query."""
    most = max((row["over"] for row in rows if row["n"] >= row["limit"]), default=0)
    if not most:
        return {}
    # Each by itself: a row of three conditions for each group takes the planner longer than the answer.
    groups = {f"{name}__in": {row[name] for row in rows} for name in GROUP}
    marks = (
        Allocation.objects.filter(state=AllocationState.SEALED, **groups)
        .annotate(
            nth=Window(
                RowNumber(),
                partition_by=[F(name) for name in GROUP],
                order_by=[F("sealed_at").desc(), F("pk").desc()],
            )
        )
        .filter(nth__lte=most)
        .order_by("nth")
        .values_list(*GROUP, "total")
    )
    found: dict[tuple, list[Decimal]] = {}
    for *group, total in marks:
        found.setdefault(tuple(group), []).append(total)
    return found
