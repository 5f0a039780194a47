"""A second person agrees to the correction of submitted marks, or does not; a module that a board had decided on is decided again."""

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell

from ...marking.actions.corrections import LONGEST_REASON, apply_correction
from ...marking.actions.rows import lock_submission
from ...marking.models import Correction
from ...marking.rules import may_agree_to_correction
from ...marking.states import CorrectionState
from ..models import Award
from .reopening import reopen_decision


@transaction.atomic
def agree_to_correction(correction, *, by) -> Correction:
    """Let the corrected marks count.

    1. the correction is agreed, by whom and when, 2. the marks and what follows from them (`apply_correction`), 3. where a board had decided
    on a result that is another one now, a decision “to be decided again”, so that a later board takes it up, 4. the record is written,
    5. the marker and, where they have seen a mark, the author are told. Twice is once. Raises Refused where an award was conferred on it or another
    attempt has begun.
    """
    submission, locked = _lock(correction, by=by)
    if locked.state == CorrectionState.AGREED:
        return locked
    _insist_waiting(locked)
    if not submission.attempt.is_current:
        raise Refused(
            _(
                "Another attempt has begun since, so this mark stands as it was. Do not agree. The marker is not to know of the other attempt."
            )
        )
    if Award.objects.filter(enrolment=submission.enrolment_id).exists():
        raise Refused(
            _(
                "The award has been conferred, so the University’s registry decides on a correction. Write to it, and do not agree here."
            )
        )
    make_transition(locked, "agree_correction", by=by, decided_at=clock.now(), decided_by_id=by.pk)
    if apply_correction(locked, by=by):
        reopen_decision(submission.enrolment_id, submission.assessment.module_id, by=by)
    _tell_marker(
        locked, submission, _("Your correction of script %(script)s is agreed and counts.")
    )
    return locked


@transaction.atomic
def decline_correction(correction, answer: str, *, by) -> Correction:
    """Let the submitted marks stand. 1. the correction is declined, with words to its marker, 2. the record is written, 3. the marker is
    told. Twice is once."""
    submission, locked = _lock(correction, by=by)
    answer = answer.strip()
    if locked.state == CorrectionState.DECLINED and locked.answer == answer:
        return locked
    _insist_waiting(locked)
    if not answer or len(answer) > LONGEST_REASON:
        raise Refused(
            _("Say to the marker why, in up to %(longest)s characters.")
            % {"longest": LONGEST_REASON}
        )
    make_transition(
        locked,
        "decline_correction",
        by=by,
        decided_at=clock.now(),
        decided_by_id=by.pk,
        answer=answer,
    )
    _tell_marker(
        locked,
        submission,
        _("Your correction of script %(script)s is not agreed. Your marks stand."),
    )
    return locked


def _lock(correction, *, by):
    """The enrolment first, as a board does that decides on it; then the script and the correction."""
    enrolment = Enrolment.objects.filter(submissions=correction.allocation.submission_id)
    list(enrolment.select_for_update(of=("self",), no_key=True).values_list("pk"))
    submission = lock_submission(correction.allocation.submission_id)
    insist(may_agree_to_correction(by, submission))
    rows = Correction.objects.select_for_update(of=("self",), no_key=True)
    return submission, rows.select_related("allocation__marker", "decided_by").get(pk=correction.pk)


def _insist_waiting(correction):
    if correction.state != CorrectionState.REQUESTED:
        raise Refused(
            _("%(full_name)s has decided on this correction already: %(state)s.")
            % {
                "full_name": correction.decided_by.full_name,
                "state": correction.get_state_display(),
            }
        )


def _tell_marker(correction, submission, body):
    tell(
        correction.allocation.marker,
        _("Your correction of script %(script)s") % {"script": submission.script},
        body % {"script": submission.script},
        f"/marking/{submission.script}/",
    )
