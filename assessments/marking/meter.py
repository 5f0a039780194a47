"""How much blindness and a statistic are worth where a group is small: the anonymity meter."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, Exists, OuterRef, StdDev, Subquery

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
    """By piece of work, cohort and marker: how many marks were submitted (`n`), their mean and deviation. Rows of values; none of cohorts that the
    registrar studies or marks in."""
    cohort = OuterRef("submission__enrolment__cohort")
    learns = Enrolment.objects.filter(cohort=cohort, person_id=registrar.pk)
    marks = Allocation.objects.filter(submission__enrolment__cohort=cohort, marker_id=registrar.pk)
    names = (
        "submission__assessment__code",
        "submission__assessment__title",
        "submission__enrolment__cohort",
        "submission__enrolment__cohort__title",
        "marker__first_name",
        "marker__last_name",
        "marker",
    )
    return (
        Allocation.objects.filter(state=AllocationState.SEALED)
        .exclude(Exists(learns))
        .exclude(Exists(marks))
        .order_by()
        .values(*names)
        .annotate(n=Count("pk"), mean=Avg("total"), deviation=StdDev("total"))
        .order_by(*names[:1], "-submission__enrolment__cohort", "marker__last_name", "marker")
    )


def with_limits(page) -> list[dict]:
    """Rows of a page of `marks_by_marker`, each with the `limit` of its cohort; below it mean and deviation are not there, nor how many. Three queries."""
    rows = list(page)
    cohorts = Cohort.objects.in_bulk({row["submission__enrolment__cohort"] for row in rows})
    judged = judging_of_each(cohorts.values()) if cohorts else {}
    for row in rows:
        row["limit"] = judged[row["submission__enrolment__cohort"]].rules.small_group
        row["is_small"] = row["n"] < row["limit"]
        for name in ("mean", "deviation"):
            row[name] = None if row["is_small"] else rounded(Decimal(str(row[name])))
        if row["is_small"]:
            row["n"] = None
    return rows
