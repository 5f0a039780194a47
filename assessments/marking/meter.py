"""How much blindness and a statistic are worth where a group is small: the anonymity meter."""

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    StdDev,
    Subquery,
    When,
    Window,
)
from django.db.models.functions import Mod, RowNumber
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit import nations
from lms.kit.prepared_statements import CompiledQuery

from ..attempts.models import Attempt
from ..attempts.queries import with_due
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


@dataclass(frozen=True)
class TellingGroup:
    """A set of scripts in which something other than a name says whose one of them is. `reasons`: what, in plain words."""

    code: str
    cohort: str
    count: int
    reasons: tuple[str, ...]


def telling_groups(registrar) -> list[TellingGroup]:
    """Pieces of work with a script that waits for markers, or is with them, in which a subject, a nation, a later attempt or a late script can tell who
    wrote one; up to A_NOTICE and one. Two queries. None of cohorts that the registrar studies in. No reason says which script it is."""
    sittings = list(_telling(registrar=registrar.pk))
    found = []
    if sittings:
        counted = _sets_of(sittings)
        for one in sittings:
            rows = counted.get((one.assessment_id, one.cohort_id), [])
            count = sum(row["n"] for row in rows)
            reasons = _reasons(one.version.chooses_subject, rows, count)
            if reasons:
                about = one.assessment.code, one.cohort.title
                found.append(TellingGroup(*about, count, tuple(reasons)))
    return found[: A_NOTICE + 1]


def _waiting_of(*, registrar):
    learns = Enrolment.objects.filter(cohort=OuterRef("cohort"), person_id=registrar)
    waits = Submission.objects.filter(
        assessment=OuterRef("assessment"),
        enrolment__cohort=OuterRef("cohort"),
        attempt__is_current=True,
        state__in=[SubmissionState.SUBMITTED, SubmissionState.MARKING],
    ).exclude(enrolment__state=EnrolmentState.LEFT)
    rows = Sitting.objects.filter(Exists(waits)).exclude(Exists(learns))
    return rows.select_related("assessment", "cohort", "version").order_by("pk")


_telling = CompiledQuery(_waiting_of)


def _sets_of(sittings) -> dict[tuple[int, int], list[dict]]:
    """By piece and cohort: how many scripts are in (`n`) of the same nations, first attempts or later ones, in time or late. One query."""
    scripts = Submission.objects.filter(
        assessment__in={one.assessment_id for one in sittings},
        enrolment__cohort__in={one.cohort_id for one in sittings},
        attempt__is_current=True,
    )
    scripts = scripts.exclude(state=SubmissionState.DRAFT).exclude(
        enrolment__state=EnrolmentState.LEFT
    )
    names = "assessment_id", "enrolment__cohort_id", "enrolment__plan__nations"
    is_late = Case(When(submitted_at__gt=F("due_at"), then=True), default=False)
    is_later = Case(When(attempt__kind=Attempt.FIRST, then=False), default=True)
    rows = with_due(scripts).annotate(is_late=is_late, is_later=is_later).order_by()
    found: dict[tuple[int, int], list[dict]] = {}
    for row in rows.values(*names, "is_late", "is_later").annotate(n=Count("pk")):
        found.setdefault((row["assessment_id"], row["enrolment__cohort_id"]), []).append(row)
    return found


def _reasons(chooses_subject, rows, count) -> list[str]:
    found = []
    if chooses_subject:
        found.append(_("each author chooses a subject of their own"))
    if count < 2:
        return found  # a script that is alone is named as a small group
    of_nation = {
        code: sum(row["n"] for row in rows if code in row["enrolment__plan__nations"])
        for code in nations.ALL
    }
    alone = [code for code, n in of_nation.items() if n == 1]
    if alone:
        names = ", ".join(_(nations.NATIONS[code]) for code in alone)
        found.append(_("only one author studies each of: %(nations)s") % {"nations": names})
    if sum(row["n"] for row in rows if row["is_later"]) == 1:
        found.append(_("one script alone is of a second or deferred attempt"))
    if sum(row["n"] for row in rows if row["is_late"]) == 1:
        found.append(_("one script alone was handed in late"))
    return found


def _telling_subjects(rows) -> set[tuple[int, int]]:
    """Of rows of `marks_by_marker`, the pieces and cohorts whose authors chose their subjects. One query."""
    sittings = Sitting.objects.filter(
        assessment__in={row["submission__assessment"] for row in rows},
        cohort__in={row[COHORT] for row in rows},
        version__chooses_subject=True,
    )
    return set(sittings.values_list("assessment_id", "cohort_id"))


def marks_by_marker(registrar):
    """By piece of work, cohort and marker: how many marks were submitted (`n`). Rows of values; none of cohorts that the registrar studies or marks in."""
    cohort = OuterRef("submission__enrolment__cohort")
    learns = Enrolment.objects.filter(cohort=cohort, person_id=registrar.pk)
    marks = Allocation.objects.filter(submission__enrolment__cohort=cohort, marker_id=registrar.pk)
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
        .exclude(Exists(learns))
        .exclude(Exists(marks))
        .order_by()
        .values(*names)
        .annotate(n=Count("pk"))
        .order_by(*names[:1], f"-{COHORT}", "marker__last_name", "marker")
    )


def with_limits(page) -> list[dict]:
    """Rows of a page of `marks_by_marker`, each with the `limit` of its cohort and the `mean` and `deviation` of its first marks, counted in steps of that limit
    (`n`): between two looks as many marks have come or none, so that no look tells one of them. Below the first step they are None, and so is how many; also where authors chose their subjects (`is_telling`). Five queries."""
    rows = list(page)
    cohorts = Cohort.objects.in_bulk({row[COHORT] for row in rows})
    judged = judging_of_each(cohorts.values()) if cohorts else {}
    for row in rows:
        row["limit"] = judged[row[COHORT]].rules.small_group
    figures = _figures_of(rows) if rows else {}
    telling = _telling_subjects(rows) if rows else set()
    for row in rows:
        row["is_telling"] = (row["submission__assessment"], row[COHORT]) in telling
        found = None if row["is_telling"] else figures.get(tuple(row[name] for name in GROUP))
        row["is_small"] = found is None
        row["n"] = found and found["n"]
        for name in ("mean", "deviation"):
            row[name] = found and rounded(Decimal(str(found[name])))
    return rows


def _figures_of(rows) -> dict[tuple, dict]:
    """Of groups with their limits, the figures of those that have reached it. In the order in which marks were submitted."""
    groups = reduce(or_, (Q(**{name: row[name] for name in GROUP}) for row in rows))
    limit = Case(*(When(**{COHORT: row[COHORT]}, then=row["limit"]) for row in rows))
    in_steps = (
        Allocation.objects.filter(groups, state=AllocationState.SEALED)
        .annotate(
            nth=Window(RowNumber(), partition_by=GROUP, order_by=["sealed_at", "pk"]),
            there=Window(Count("pk"), partition_by=GROUP),
            limit=limit,
        )
        .filter(nth__lte=F("there") - Mod(F("there"), F("limit")))
        .values("pk")
    )
    found = (
        Allocation.objects.filter(pk__in=in_steps)
        .order_by()
        .values(*GROUP)
        .annotate(n=Count("pk"), mean=Avg("total"), deviation=StdDev("total"))
    )
    return {tuple(row[name] for name in GROUP): row for row in found}
