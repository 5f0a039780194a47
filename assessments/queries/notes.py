"""What trainees wrote to the programme office with their work; a registrar who marks a script is not shown its note."""

from cohorts.models import Enrolment

from ..models import Submission
from ..states import SubmissionState


def notes_for(registrar):
    """Notes of work that is handed in, but for the registrar's own and for scripts they mark; the newest first."""
    rows = Submission.objects.exclude(state=SubmissionState.DRAFT).exclude(note="")
    own = Enrolment.objects.filter(person_id=registrar.pk).values(
        "pk"
    )  # joined, PostgreSQL read every enrolment
    rows = rows.exclude(enrolment__in=own).exclude(allocations__marker_id=registrar.pk)
    return rows.select_related(
        "assessment", "enrolment__person", "enrolment__cohort", "note_read_by"
    ).order_by("-submitted_at", "-pk")


def unread_notes(registrar):
    """The same, of which no registrar has said that they read it; the oldest first."""
    return notes_for(registrar).filter(note_read_at=None).order_by("submitted_at", "pk")
