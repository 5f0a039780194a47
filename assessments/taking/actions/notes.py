"""Records that the programme office has read what a trainee wrote to it; it refuses the author and the markers."""

from django.db import transaction

from lms.kit import clock
from lms.kit.refusals import insist
from lms.record.actions import write

from ..models import Submission
from ..rules import may_read_note


@transaction.atomic
def read_note(submission, *, by) -> Submission:
    """A registrar has read a trainee's note. 1. who and when, 2. a record entry. Twice is once, and the first reader stays."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related(
        "enrolment"
    )
    locked = rows.get(pk=submission.pk)
    insist(may_read_note(by, locked))
    if not locked.note_read_at:
        locked.note_read_at, locked.note_read_by = clock.now(), by
        locked.save(update_fields=["note_read_at", "note_read_by"])
        write("assessments.read_note", locked, by=by)
    return locked
