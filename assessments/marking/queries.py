"""What waits for markers, and who has room for it; always by script number."""

from django.db.models import Count, Q

from lms.kit import clock
from lms.people.models import Role, User

from ..attempts.queries import with_due
from ..taking.models import Submission
from ..taking.states import SubmissionState
from .models import Allocation
from .rules import stopped
from .states import AllocationState


def awaiting_allocation():
    """Handed in and not yet with markers, oldest first."""
    return (
        with_due(Submission.objects.filter(state=SubmissionState.SUBMITTED))
        .select_related("assessment", "enrolment")
        .order_by("submitted_at", "pk")
    )


def awaiting_third():
    """Two marks that no rule settles, and no third marker yet, oldest first."""
    waiting = Submission.objects.filter(state=SubmissionState.THIRD).exclude(
        allocations__stage=Allocation.THIRD
    )
    return (
        waiting.select_related("assessment", "attempt", "enrolment")
        .prefetch_related("attempt__lines", "allocations")
        .order_by("submitted_at", "pk")
    )


def tasks_in_doubt(registrar):
    """Open tasks whose marker is no tutor any more, or has reported a conflict; the soonest due first. Not the registrar's own work, nor
    a task of their own. A QuerySet; `rules.stopped` says which of them may really not go on."""
    tasks = Allocation.objects.filter(state=AllocationState.OPEN)
    tasks = tasks.filter(
        ~Q(marker_id__in=_tutors_today().values("pk")) | Q(conflict_reported_at__isnull=False)
    )
    tasks = tasks.exclude(marker_id=registrar.pk).exclude(
        submission__enrolment__person_id=registrar.pk
    )
    return tasks.select_related(
        "submission__assessment", "submission__enrolment", "marker"
    ).order_by("due_on", "pk")


def needing_another_marker(registrar) -> list[tuple[Allocation, str]]:
    """Tasks whose marker may not go on today, with why: no tutor any more, or a conflict that was reported and is still one."""
    tasks = list(tasks_in_doubt(registrar))
    why = stopped(tasks) if tasks else {}
    return [(task, why[task.pk]) for task in tasks if task.pk in why]


def awaiting_allocation_count() -> int:
    return awaiting_allocation().count()


def awaiting_third_count() -> int:
    return awaiting_third().count()


def tutors():
    """Everybody who is a tutor today, with the number of scripts they hold, least loaded first."""
    load = open_tasks_by_marker()
    return sorted(
        _tutors_today(), key=lambda person: (load.get(person.pk, 0), person.last_name, person.pk)
    )


def _tutors_today():
    today = clock.today()
    held = Q(grants__role=Role.TUTOR, grants__starts_on__lte=today) & (
        Q(grants__ends_on=None) | Q(grants__ends_on__gte=today)
    )
    return User.objects.filter(held, is_active=True).distinct()


def open_tasks_by_marker() -> dict[int, int]:
    """How many scripts each marker has yet to seal."""
    rows = (
        Allocation.objects.filter(state=AllocationState.OPEN)
        .order_by()
        .values("marker_id")
        .annotate(n=Count("pk"))
    )
    return {row["marker_id"]: row["n"] for row in rows}
