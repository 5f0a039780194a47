"""Which attempt is current, and when it is due."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Case, Exists, F, Max, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

from cohorts.enrolment.states import OVER

from ..setting.calendar import is_working_day
from ..setting.judging import EVERY, NO_PENALTY, Rules
from ..setting.models import Sitting
from ..setting.queries import days_off
from .chain import SETTLED, STANDING, Lateness, differing
from .models import Attempt, MarkLine, PriorCredit
from .penalties import Policy, days_late


def current_attempts(enrolment) -> dict[int, Attempt]:
    """An enrolment's current attempts by assessment, each with its `due_lines`. Two queries; one where there is none."""
    rows = Attempt.objects.filter(enrolment=enrolment, is_current=True)
    return {a.assessment_id: a for a in rows.prefetch_related("due_lines")}


def number_of_current(assessment, enrolment) -> int:
    """Of the current attempt; the first where none has begun. One query."""
    rows = Attempt.objects.filter(assessment=assessment, enrolment=enrolment, is_current=True)
    return rows.values_list("number", flat=True).first() or 1


def due_of(attempt) -> datetime | None:
    """When an attempt is due. Judged whenever it is asked, never kept with the work. One query where the person has no date of their own."""
    if attempt.due_at:
        return attempt.due_at
    sitting = Sitting.objects.filter(
        assessment=attempt.assessment_id, cohort_id=attempt.enrolment.cohort_id
    )
    return due_by(attempt, sitting.values_list("due_at", flat=True).first())


def due_by(attempt, cohort_due_at: datetime | None) -> datetime | None:
    """The rule: this person's own date, or for a first attempt the deadline of their cohort. `with_due` asks it of the database."""
    return attempt.due_at or (cohort_due_at if attempt.kind == Attempt.FIRST else None)


def last_due_of_others(assessment, cohort) -> datetime | None:
    """The last due date of their own of people of a cohort who can still sit a quiz: by an extension, a deferral or another attempt. One query."""
    rows = Attempt.objects.filter(
        assessment=assessment,
        enrolment__cohort=cohort,
        is_current=True,
        not_submitted_at=None,
        quiz__handed_in_at=None,
    )
    return rows.exclude(enrolment__state__in=OVER).aggregate(last=Max("due_at"))["last"]


def prior_credit(enrolment, module):
    """Does a module count for an enrolment by what they learned before? A condition; `enrolment` and `module` are keys or references of another query."""
    return Exists(PriorCredit.objects.that_count().filter(enrolment=enrolment, module=module))


def prior_credits_of(enrolments) -> dict[tuple[int, int], PriorCredit]:
    """What counts without a mark, by the keys of enrolment and module. One query."""
    rows = PriorCredit.objects.that_count().filter(enrolment__in=enrolments)
    return {(row.enrolment_id, row.module_id): row for row in rows}


def standing_lines(assessment, enrolment):
    """The lines that are a result, of the current attempt, the newest first. Values or references of another query."""
    lines = MarkLine.objects.filter(
        attempt__is_current=True,
        attempt__assessment=assessment,
        attempt__enrolment=enrolment,
        stage__in=STANDING,
    )
    return lines.order_by("-number")


def with_due(work):
    """Submissions or quizzes with `due_at`, as `due_by` judges it."""
    sitting = Sitting.objects.filter(
        assessment=OuterRef("assessment_id"), cohort=OuterRef("enrolment__cohort_id")
    )
    of_cohort = Case(When(attempt__kind=Attempt.FIRST, then=Subquery(sitting.values("due_at")[:1])))
    return work.annotate(due_at=Coalesce("attempt__due_at", of_cohort))


# ---- how late work came ----


def with_lateness(attempts):
    """Attempts with `is_due` and `handed_in_at`, and the nations of their people at hand: what `lateness` asks of them."""
    sitting = Sitting.objects.filter(
        assessment=OuterRef("assessment_id"), cohort=OuterRef("enrolment__cohort_id")
    )
    of_cohort = Case(When(kind=Attempt.FIRST, then=Subquery(sitting.values("due_at")[:1])))
    return attempts.select_related("enrolment__plan").annotate(
        is_due=Coalesce("due_at", of_cohort),
        handed_in_at=Coalesce("submission__submitted_at", "quiz__handed_in_at"),
    )


def lateness(attempt, rules: Rules) -> Lateness | None:
    """Of one of `with_lateness`: how late it is by the due date as it is now, in working days of every nation that its person studies. None where
    the rules have no penalty, and where there is no due date or no work."""
    if rules.late == NO_PENALTY or not attempt.is_due or not attempt.handed_in_at:
        return None
    nations = tuple(attempt.enrolment.plan.nations)
    # Only late work needs the closures: one query for each that is.
    is_late = attempt.handed_in_at > attempt.is_due
    counts = partial(
        is_working_day, nations=nations, closures=days_off(rules, nations) if is_late else ()
    )
    days = days_late(
        attempt.is_due,
        attempt.handed_in_at,
        (lambda day: True) if rules.late_counts == EVERY else counts,
        rules.late_day_from,
    )
    return Lateness(
        days,
        Policy.of(rules),
        attempt.is_due.isoformat(),
        attempt.handed_in_at.isoformat(),
        nations,
    )


def late_undecided(cohort):
    """Current attempts of a cohort that have a mark, no decision of a board on it, and came late by some due date they had. A QuerySet of
    `with_lateness`."""
    lines = MarkLine.objects.filter(attempt=OuterRef("pk"))
    rows = Attempt.objects.filter(enrolment__cohort=cohort, is_current=True, not_submitted_at=None)
    rows = rows.filter(Exists(lines.filter(stage__in=SETTLED)))
    rows = rows.exclude(Exists(lines.filter(stage="ratified")))
    rows = with_lateness(rows).filter(is_due__isnull=False)
    late_now = rows.filter(handed_in_at__gt=F("is_due"))
    return late_now | rows.filter(Exists(lines.filter(stage="late")))


# ---- the history of marks, found again ----


class StoredLine(NamedTuple):
    """A line as `chain` reads it."""

    attempt: int
    number: int
    stage: str
    mark: Decimal
    inputs: dict


def chains() -> Iterator[list[StoredLine]]:
    """Of every attempt that has one, its lines, oldest first. One query, read as it comes."""
    rows = MarkLine.objects.order_by("attempt_id", "number")
    values = rows.values_list("attempt_id", "number", "stage", "mark", "inputs")
    lines = map(StoredLine._make, values.iterator(chunk_size=5000))
    for _attempt, group in groupby(lines, key=attrgetter("attempt")):
        yield list(group)


def chains_that_differ() -> tuple[int, list[int]]:
    """How many there are, and the attempts (keys) of which a line's mark is not what its inputs give."""
    count, differ = 0, []
    for lines in chains():
        count += 1
        if differing(lines):
            differ.append(lines[0].attempt)
    return count, differ
