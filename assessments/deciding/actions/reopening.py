"""Lets a later board decide again on a module whose marks are others than those it was decided by."""

from lms.kit import clock
from lms.record.actions import write

from ..models import BoardDecision
from ..states import Outcome


def reopen_decision(enrolment, module, *, by):
    """The newest decision on the module (keys) is superseded by one that leaves it open; inside the caller's transaction, which has locked the
    enrolment."""
    rows = BoardDecision.objects.filter(enrolment=enrolment, module=module)
    last = rows.order_by("-decided_at", "-pk").first()
    if last is None or last.outcome == Outcome.REOPENED:
        return
    made = BoardDecision.objects.create(
        board_id=last.board_id,
        enrolment_id=last.enrolment_id,
        module_id=last.module_id,
        mark=last.mark,
        is_pass=False,
        outcome=Outcome.REOPENED,
        number=rows.filter(board=last.board_id).count() + 1,
        components=last.components,
        decided_at=clock.now(),
    )
    write(
        "assessments.reopen_decision",
        made,
        by=by,
        before={"decision": last.pk, "outcome": last.outcome},
        after={"enrolment": last.enrolment_id, "module": last.module_id},
    )
