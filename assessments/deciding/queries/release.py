"""Which agreed marks trainees do not see yet."""

from django.db.models import Count, Exists, OuterRef, Q

from cohorts.enrolment.states import EnrolmentState

from ...marking.queries import waiting_corrections
from ...setting.models import Sitting
from ...taking.models import Submission
from ...taking.states import WITH_MARKERS, SubmissionState
from ..models import Hold


def awaiting_release(registrar):
    """Scripts whose mark is agreed and not released, of people who are still there and whose result is not held back, and not the
    registrar's own; nor while a correction waits for a second person. A QuerySet."""
    rows = Submission.objects.filter(
        state=SubmissionState.AGREED,
        attempt__released_at=None,
        attempt__is_current=True,
    )
    return (
        without_holds(rows)
        .exclude(enrolment__state=EnrolmentState.LEFT)
        .exclude(enrolment__person_id=registrar.pk)
        .exclude(pk__in=waiting_corrections().values("allocation__submission"))
        .select_related("assessment", "attempt")
    )


def without_holds(scripts):
    """Those whose result is not held back, of scripts."""
    held_back = Hold.objects.filter(
        Q(module=None) | Q(module=OuterRef("assessment__module")),
        enrolment=OuterRef("enrolment"),
        lifted_at=None,
    )
    return scripts.exclude(Exists(held_back))


def release_counts(registrar) -> list[dict]:
    """Per cohort and piece of work with a mark to release: how many wait, how many scripts are still being marked, and by when feedback is
    due where a day is set. Three queries."""
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
    if not rows:
        return rows
    still = {(cohort, piece): n for cohort, piece, n in marking}
    sittings = Sitting.objects.exclude(feedback_due_on=None).filter(
        cohort__in={row["enrolment__cohort"] for row in rows},
        assessment__in={row["assessment"] for row in rows},
    )
    due = {
        (cohort, piece): day
        for cohort, piece, day in sittings.values_list("cohort", "assessment", "feedback_due_on")
    }
    for row in rows:
        place = row["enrolment__cohort"], row["assessment"]
        row["marking"], row["feedback_due_on"] = still.get(place, 0), due.get(place)
    return rows
