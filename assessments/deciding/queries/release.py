"""Which agreed marks trainees do not see yet."""

from django.db.models import Count, Exists, OuterRef, Q

from cohorts.enrolment.states import EnrolmentState

from ...marking.queries import waiting_corrections
from ...taking.models import Submission
from ...taking.states import WITH_MARKERS, SubmissionState
from ..models import Hold


def awaiting_release(registrar):
    """Scripts whose mark is agreed and not released, of people who are still there and whose result is not held back, and not the
    registrar's own; nor while a correction waits for a second person. A QuerySet."""
    held_back = Hold.objects.filter(
        Q(module=None) | Q(module=OuterRef("assessment__module")),
        enrolment=OuterRef("enrolment"),
        lifted_at=None,
    )
    return (
        Submission.objects.filter(
            state=SubmissionState.AGREED,
            attempt__released_at=None,
            attempt__is_current=True,
        )
        .exclude(enrolment__state=EnrolmentState.LEFT)
        .exclude(enrolment__person_id=registrar.pk)
        .exclude(Exists(held_back))
        .exclude(pk__in=waiting_corrections().values("allocation__submission"))
        .select_related("assessment", "attempt")
    )


def release_counts(registrar) -> list[dict]:
    """Per cohort and piece of work with a mark to release: how many wait, and how many scripts are still being marked. Two queries."""
    waiting = (
        awaiting_release(registrar)
        .select_related(None)
        .order_by("enrolment__cohort__code", "assessment__code")
        .values(
            "enrolment__cohort",
            "enrolment__cohort__title",
            "enrolment__cohort__code",
            "assessment",
            "assessment__code",
            "assessment__title",
        )
        .annotate(waiting=Count("pk"))
    )
    marking = (
        Submission.objects.filter(state__in=[SubmissionState.SUBMITTED, *WITH_MARKERS])
        .exclude(enrolment__state=EnrolmentState.LEFT)
        .order_by()
        .values_list("enrolment__cohort", "assessment")
        .annotate(n=Count("pk"))
    )
    rows = list(waiting)
    still = {(cohort, piece): n for cohort, piece, n in marking} if rows else {}
    for row in rows:
        row["marking"] = still.get((row["enrolment__cohort"], row["assessment"]), 0)
    return rows
