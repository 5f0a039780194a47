"""Gives one person another due date, also after a board has decided on the mark: then the board decides again where the mark is another one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition

from ...attempts import chain
from ...attempts.actions import set_due
from ...attempts.models import Attempt
from ...attempts.rules import may_keep_attempts
from ...marking.actions.rows import lock_submission
from ...taking.models import Submission
from ...taking.states import SubmissionState
from ..models import Award
from .reopening import reopen_decision


@transaction.atomic
def change_due(assessment, enrolment, due_at: datetime, kind: str, *, by, seen=None) -> Attempt:
    """As `set_due`; and after a board's decision on a mark that another due date changes:

    1. the lines of the penalty by the new date, 2. the work is marked and no longer decided, 3. a decision “to be decided again” follows the
    board's, 4. the record is written, 5. the trainee is told. Refused where a board has decided and the mark stays the same, and after the
    award.
    """
    insist(may_keep_attempts(by, enrolment))
    Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
    before = _standing(assessment, enrolment)
    if before is not None and before.stage == "ratified":
        # What the trainee saw with the board's decision stays to be seen, and they hear that it changes.
        Attempt.objects.filter(pk=before.attempt_id, released_at=None).update(
            released_at=clock.now()
        )
    attempt = set_due(assessment, enrolment, due_at, kind, by=by, seen=seen, after_decision=True)
    if before is None or before.stage != "ratified":
        return attempt
    after = _standing(assessment, enrolment)
    if after.mark == before.mark:
        raise Refused(_("A board has decided on this attempt, so its dates stand."))
    if Award.objects.filter(enrolment=enrolment).exists():
        raise Refused(
            _("The award has been conferred, so the University’s registry decides. Write to it.")
        )
    _open_again(attempt, after, by=by)
    reopen_decision(enrolment.pk, assessment.module_id, by=by)
    return attempt


def _standing(assessment, enrolment):
    """The line that counts, of the current attempt."""
    attempts = Attempt.objects.filter(
        assessment=assessment, enrolment=enrolment, is_current=True
    ).prefetch_related("lines")
    return next((chain.newest(a.lines.all(), chain.STANDING) for a in attempts), None)


def _open_again(attempt, line, *, by):
    work = Submission.objects.filter(attempt=attempt, state=SubmissionState.RATIFIED).first()
    if work is not None:
        make_transition(lock_submission(work), "correct", by=by, reason=line.rule)
