"""Which attempt is current, and when it is due."""

from datetime import datetime

from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

from ..setting.models import Sitting
from .chain import STANDING
from .models import Attempt, ExtraTime, MarkLine


def current_attempts(enrolment) -> dict[int, Attempt]:
    """An enrolment's current attempts by assessment, each with its `due_lines`. Two queries; one where there is none."""
    rows = Attempt.objects.filter(enrolment=enrolment, is_current=True)
    return {a.assessment_id: a for a in rows.prefetch_related("due_lines")}


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


def extra_times(enrolment):
    """The percents of more time that somebody was given, the newest first: its first row counts. `enrolment`: a key, or a reference of another query."""
    return ExtraTime.objects.filter(enrolment=enrolment).order_by("-number").values("percent")


def extra_percent(enrolment) -> int:
    """How many percent longer a person may take today. One query."""
    return extra_times(enrolment.pk).values_list("percent", flat=True).first() or 0


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
