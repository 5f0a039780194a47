"""What waits for markers, and the chains an examiner reads; always by script number."""

from django.conf import settings
from django.db.models import Count, Q

from lms.kit import clock
from lms.people.models import Role, User

from .. import results
from ..models import Allocation, Submission
from ..states import AllocationState, SubmissionState
from .work import standing_mark


def awaiting_allocation():
    """Handed in and not yet with markers, oldest first."""
    return (
        Submission.objects.filter(state=SubmissionState.SUBMITTED)
        .select_related("assessment", "enrolment")
        .order_by("submitted_at", "pk")
    )


def awaiting_third():
    """Two marks that no rule settles, and no third marker yet, oldest first."""
    waiting = Submission.objects.filter(state=SubmissionState.THIRD).exclude(allocations__stage=Allocation.THIRD)
    return (
        waiting.select_related("assessment", "enrolment")
        .prefetch_related("lines", "allocations")
        .order_by("submitted_at", "pk")
    )


def awaiting_allocation_count() -> int:
    return awaiting_allocation().count()


def awaiting_third_count() -> int:
    return awaiting_third().count()


def tutors():
    """Everybody who is a tutor today, with the number of scripts they hold, least loaded first."""
    today = clock.today()
    held = Q(grants__role=Role.TUTOR, grants__starts_on__lte=today) & (
        Q(grants__ends_on=None) | Q(grants__ends_on__gte=today)
    )
    people = User.objects.filter(held, is_active=True).distinct()
    load = open_tasks_by_marker()
    return sorted(people, key=lambda person: (load.get(person.pk, 0), person.last_name, person.pk))


def open_tasks_by_marker() -> dict[int, int]:
    """How many scripts each marker has yet to seal."""
    rows = Allocation.objects.filter(state=AllocationState.OPEN).order_by().values("marker_id").annotate(n=Count("pk"))
    return {row["marker_id"]: row["n"] for row in rows}


def marked_scripts(cohort) -> list[Submission]:
    """Every script of a cohort with an agreed or decided mark, with its chain. Callers show numbers only."""
    rows = Submission.objects.filter(
        enrolment__cohort=cohort, state__in=[SubmissionState.AGREED, SubmissionState.RATIFIED]
    )
    return list(
        rows.select_related("assessment__module").prefetch_related("lines").order_by("assessment__code", "script")
    )


def sample_of(cohort) -> dict[str, list]:
    """By assessment code: the scripts the external examiner is shown, and how many there are in all."""
    by_code = {}
    for script in marked_scripts(cohort):
        by_code.setdefault(script.assessment.code, []).append(script)
    shown = {}
    for code, scripts in by_code.items():
        chosen = results.sample(
            [
                results.Marked(s.script, standing_mark(s), any(line.stage == "third" for line in s.lines.all()))
                for s in scripts
            ],
            settings.IMSA_CLASS_BOUNDARIES,
        )
        place = {one.number: n for n, one in enumerate(chosen)}
        found = sorted((s for s in scripts if s.script in place), key=lambda s: place[s.script])
        shown[code] = {"assessment": scripts[0].assessment, "scripts": found, "of": len(scripts)}
    return shown
