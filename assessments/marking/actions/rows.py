"""The rows that an action on a script reads and locks."""

from ...taking.models import Submission
from ..models import Allocation
from ..states import AllocationState

FIRST, SECOND, THIRD = Allocation.FIRST, Allocation.SECOND, Allocation.THIRD


def lock_submission(submission):
    """The submission's row, locked, with what the action reads of it."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related(
        "assessment__module", "attempt", "enrolment__person"
    )
    return rows.get(pk=getattr(submission, "pk", submission))


def current_task(submission, stage):
    """Who marks a script at that stage, if anybody does."""
    tasks = submission.allocations.exclude(state=AllocationState.WITHDRAWN)
    return tasks.filter(stage=stage).first()


def lock_task(allocation):
    rows = Allocation.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("submission__assessment", "submission__enrolment__person")
    return rows.get(pk=allocation.pk)


def refresh(target, locked, answer):
    """Let the object the caller holds tell the truth too."""
    target.__dict__.update(
        {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
    )
    return target if answer is locked else answer
