"""Which attempt is current, and when it is due."""

from datetime import datetime

from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

from ..setting.models import Deadline
from .models import Attempt, MarkLine


def current_attempts(enrolment) -> dict[int, Attempt]:
    """An enrolment's current attempts by assessment, each with its `due_lines` and `lines`. Three queries; one where there is none."""
    rows = Attempt.objects.filter(enrolment=enrolment, is_current=True)
    return {a.assessment_id: a for a in rows.prefetch_related("due_lines", "lines")}


def cohort_deadline(assessment, enrolment) -> datetime | None:
    deadline = Deadline.objects.filter(assessment=assessment, cohort_id=enrolment.cohort_id)
    return deadline.values_list("due_at", flat=True).first()


def due_of(attempt) -> datetime | None:
    """This person's own due date, or the cohort's deadline for a first attempt. Judged whenever it is asked, never kept with the work."""
    if attempt.due_at or attempt.kind != Attempt.FIRST:
        return attempt.due_at
    return cohort_deadline(attempt.assessment_id, attempt.enrolment)


def standing_line(**of):
    """A query for the last line that is a result, of the current attempt of `assessment` and `enrolment` (values or references); `.values(…)[:1]` it."""
    lines = MarkLine.objects.filter(
        attempt__is_current=True, **{f"attempt__{name}": value for name, value in of.items()}
    )
    return lines.order_by("-number")


def with_due(work):
    """Submissions or quizzes with `due_at`, as `due_of` judges it."""
    deadline = Deadline.objects.filter(
        assessment=OuterRef("assessment_id"), cohort=OuterRef("enrolment__cohort_id")
    )
    of_cohort = Case(
        When(attempt__kind=Attempt.FIRST, then=Subquery(deadline.values("due_at")[:1]))
    )
    return work.annotate(due_at=Coalesce("attempt__due_at", of_cohort))
