"""How much blindness and a statistic are worth where a group is small: the anonymity meter."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, Exists, F, OuterRef, Subquery, Sum, When, Window
from django.db.models.functions import RowNumber
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
    (`n`): between two looks as many marks have come or none, so that no look tells one of them. Below the first step they are None, and so is how many; also where authors chose their subjects (`is_telling`). Five queries."""
    rows = list(page)
    cohorts = Cohort.objects.in_bulk({row[COHORT] for row in rows})
    judged = judging_of_each(cohorts.values()) if cohorts else {}
    for row in rows:
        row["limit"] = judged[row[COHORT]].rules.small_group
        row["over"] = row["n"] % row["limit"]  # the newest, which are not counted yet
    newest = _newest_of(rows)
    telling = _telling_subjects(rows) if rows else set()
    for row in rows:
        totals = newest.get(tuple(row[name] for name in GROUP), [])[: row["over"]]
        row["is_telling"] = (row["submission__assessment"], row[COHORT]) in telling
        row["n"] = None if row["is_telling"] else row["n"] - row["over"] or None
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
