"""Takes the correction of a mark that was submitted by mistake; nothing is overwritten until a second person agrees, and both judgements stay."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock, files
from lms.kit.languages import in_english
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ...attempts.actions import add_line
from ...setting.scale import in_figures
from ...taking.actions.registrars import tell_registrars
from ...taking.states import WITH_MARKERS, SubmissionState
from .. import reconcile
from ..criteria import criteria_of
from ..feedback_files import FeedbackFile, of_kind
from ..models import Correction
from ..rules import is_current, is_sealed, may_request_correction
from ..states import CorrectionState
from .disagreements import close_discussion, leave_unsettled
from .draws import is_frozen
from .feedback import delete_after_commit, keep_feedback
from .marks import (
    agree_by_rules,
    agree_on,
    fold,
    insist_comment,
    settle_agreed,
    sound_marks,
)
from .recordings import insist_recordings, insist_words_fit, keep_recording
from .replacing import withdraw_third
from .rows import FIRST, SECOND, THIRD, lock_submission, lock_task

LONGEST_REASON = 1000


@dataclass(frozen=True)
class OtherFeedback:
    """What a correction does with the feedback file and the recording that were submitted: nothing, another in its place, or none.

    `words` are what the recording says, of a new one or of the one there is; None where they stay.
    """

    upload: object = None
    drops_file: bool = False
    recording: object = None
    words: str | None = None
    drops_recording: bool = False


AS_SUBMITTED = OtherFeedback()


def request_correction(task, marks, comment, why, *, by, other=AS_SUBMITTED) -> Correction:
    """Ask that other marks count in the place of submitted ones, and `other` feedback.

    1. the request, with both judgements, the files of both and the reason, 2. a record entry, 3. the registrars are told by script number. The marks count
    when a second person has agreed (`deciding.corrections`). The same again: the request there is. Raises Refused where nothing is
    submitted or nothing changes, for marks that are not sound, and while another request waits; BadFile for a file that is not taken. Then no file is kept.
    """
    insist(may_request_correction(by, task))
    _insist_recording(task, other)
    rows: list[dict] = []
    try:
        rows += [keep_feedback(other.upload)] if other.upload else []
        rows += [keep_recording(other.recording)] if other.recording else []
        return _request_correction(task, marks, comment, why, rows, other, by=by)
    except (NotAllowed, Refused, files.BadFile):
        for row in rows:
            files.drop(row["path"])
        raise


def _insist_recording(task, other):
    """Words always stand beside a voice, and a new one comes only where spoken feedback is on."""
    words = (other.words or "").strip()
    insist_words_fit(words)
    if other.recording:
        insist_recordings(task.submission)
    there = of_kind(task.feedback, FeedbackFile.RECORDING)
    if not words and (other.recording or (there and other.words is not None)):
        raise Refused(_("Write down what the recording says. Not everyone can listen."))
    if words and not there and not other.recording:
        raise Refused(_("There is no recording that these words could be of. Choose one."))


@transaction.atomic
def _request_correction(task, marks, comment, why, rows, other, *, by):
    insist(may_request_correction(by, task))
    submission, locked = lock_submission(task.submission_id), lock_task(task)
    _insist_recording(locked, other)
    if not is_sealed(locked):
        raise Refused(_("These marks are not submitted yet. Change them on the script’s page."))
    if not submission.attempt.is_current:
        raise Refused(
            _("These marks can no longer be corrected here. Write to the programme office.")
        )
    marks = sound_marks(marks, submission, all_of_them=True)
    comment, why = comment.strip(), why.strip()
    insist_comment(comment)
    if not why or len(why) > LONGEST_REASON:
        raise Refused(
            _("Say in up to %(longest)s characters what the mistake was.")
            % {"longest": LONGEST_REASON}
        )
    there = locked.corrections.filter(state=CorrectionState.REQUESTED).first()
    stays = _staying(locked.feedback, rows, other)
    wanted = sorted([*_fingerprints(stays), *_fingerprints(rows, other)])
    same_feedback = sorted(_fingerprints(there.feedback if there else locked.feedback)) == wanted
    if there and same_feedback and (there.marks, there.comment, there.why) == (marks, comment, why):
        _drop_unused(rows)
        return there
    if there:
        raise Refused(_("You have asked for a correction already. It waits for a second person."))
    if same_feedback and (marks, comment) == (locked.marks, locked.comment):
        raise Refused(_("Nothing is changed: these are the marks you submitted."))
    weights = {c.key: c.weight for c in criteria_of(submission)}
    made = Correction.objects.create(
        allocation=locked,
        marks=marks,
        comment=comment,
        total=reconcile.total(marks, weights),
        earlier_marks=locked.marks,
        earlier_comment=locked.comment,
        earlier_total=locked.total,
        feedback=locked.feedback if same_feedback else stays,
        earlier_feedback=locked.feedback,
        why=why,
    )
    if rows and not same_feedback:
        for one in rows:
            words = {"words": other.words.strip()} if _is_recording(one) else {}
            row = FeedbackFile.objects.create(
                allocation=locked,
                correction=made,
                file_version=locked.file_version,
                **one,
                **words,
            )
            made.feedback = [*made.feedback, row.as_sealed(locked.file_version)]
        made.save(update_fields=["feedback"])
    else:
        _drop_unused(rows)
    write(
        "assessments.request_correction",
        made,
        by=by,
        before=str(locked.total),
        after=str(made.total),
    )
    tell_registrars(
        submission,
        _("A correction to agree: script %(script)s") % {"script": submission.script},
        _("A marker of script %(script)s has found a mistake in marks they submitted.")
        % {"script": submission.script},
        f"/registry/corrections/{made.pk}/",
    )
    return made


def _staying(feedback, rows, other) -> list[dict]:
    """Of what was submitted, what a correction leaves there; a recording that stays may get other words."""
    gone = {one.get("kind", FeedbackFile.FILE) for one in rows}
    gone |= {FeedbackFile.FILE} if other.drops_file else set()
    gone |= {FeedbackFile.RECORDING} if other.drops_recording else set()
    return [
        one | {"words": other.words.strip()}
        if _is_recording(one) and other.words is not None
        else one
        for one in feedback
        if one["kind"] not in gone
    ]


def _fingerprints(feedback, other=AS_SUBMITTED) -> list[tuple[str, str]]:
    """What tells two sets of feedback apart: fingerprints, and the words of a recording."""
    return [
        (one["sha256"], one.get("words", other.words or "").strip() if _is_recording(one) else "")
        for one in feedback
    ]


def _drop_unused(rows):
    """What was sent is there already, so no row names the new copies."""
    for row in rows:
        delete_after_commit(row["path"])


def _is_recording(one):
    return one.get("kind") == FeedbackFile.RECORDING


def apply_correction(correction, *, by) -> bool:
    """Let the corrected marks count, inside the caller's transaction, which has asked whether `by` may and locked the submission.

    1. the task carries the new marks and its feedback file, 2. a mark line, 3. what the marks amount to is found again: the two agree now, agree on another mark,
    or a third marker is called, 4. the author is told where they have seen another mark, or other feedback. Is a result that a board has decided on another
    one now?
    """
    submission, task = (
        lock_submission(correction.allocation.submission_id),
        lock_task(correction.allocation),
    )
    if is_frozen(submission):
        raise Refused(
            _(
                "A moderator did not agree with a mark of this set, so none of its single marks changes until the moderation has ended."
            )
        )
    task.marks, task.comment, task.total = correction.marks, correction.comment, correction.total
    task.feedback = correction.feedback
    task.save(update_fields=["marks", "comment", "total", "feedback"])
    weights = {c.key: c.weight for c in criteria_of(submission)}
    add_line(
        submission.attempt,
        task.stage,
        task.total,
        in_english(f"Corrected by its marker, from {in_figures(correction.earlier_total)}."),
        by=by,
        inputs={"by": "criteria", "marks": task.marks, "weights": weights},
    )
    if submission.state in WITH_MARKERS:
        return _fold_open(submission, by=by)
    if correction.total == correction.earlier_total:
        # What the mark was found from is the same, and so is what two markers agreed on.
        _tell_of_feedback(submission, correction)
        return False
    return _fold_again(submission, correction, by=by)


def _fold_open(submission, *, by) -> bool:
    """While markers are at work: two corrected marks may need no discussion and no third any more."""
    if submission.state in (SubmissionState.DISCUSSION, SubmissionState.THIRD):
        marks = _submitted(submission)
        answer = agree_by_rules(submission, marks)
        if THIRD in marks or isinstance(answer, reconcile.CallThird):
            return False
        close_discussion(submission, by=by)
        withdraw_third(submission, by=by)
        agree_on(submission, answer, by=by)
        return False
    fold(submission, by=by)
    return False


def _fold_again(submission, correction, *, by) -> bool:
    """Once there was an agreed mark: another one, or a third marker after all."""
    was_decided = submission.state == SubmissionState.RATIFIED
    marks = _submitted(submission)
    answer = (
        reconcile.settle(marks[FIRST], marks[SECOND], marks[THIRD])
        if THIRD in marks
        else agree_by_rules(submission, marks)
    )
    earlier = [line.mark for line in submission.lines.all() if line.stage == "agreed"][-1]
    if isinstance(answer, reconcile.CallThird):
        is_discussed = leave_unsettled(submission, answer, by=by)
        _tell_author(
            submission,
            _("A mistake was found in the marks of “%(assessment)s”. Its markers look at it again.")
            if is_discussed
            else _(
                "A mistake was found in the marks of “%(assessment)s”. A third marker reads it now."
            ),
        )
        return was_decided
    if answer.mark == earlier:
        _tell_of_feedback(submission, correction)
        return False
    settle_agreed(submission, answer, by=by)
    if was_decided:
        make_transition(submission, "correct", by=by, reason=answer.rule)
    _tell_author(
        submission,
        _(
            "A mistake was found in the marks of “%(assessment)s” and put right. "
            "The page shows the mark as it is now. The board decides whether it stands."
        ),
    )
    return was_decided


def _submitted(submission) -> dict:
    """The marks that count, by stage."""
    tasks = [task for task in submission.allocations.all() if is_current(task)]
    return {task.stage: task.total for task in tasks if is_sealed(task)}


def _tell_of_feedback(submission, correction):
    """The mark is as it was: the author is told where other words or another file stand beside it, and never whose."""
    if _has_seen(submission.attempt) and (correction.comment, correction.feedback) != (
        correction.earlier_comment,
        correction.earlier_feedback,
    ):
        tell(
            submission.enrolment.person,
            _("Your feedback is corrected"),
            _("The feedback on “%(assessment)s” was corrected.")
            % {"assessment": submission.assessment.title},
            f"/my-work/{submission.assessment.code}/",
        )


def _has_seen(attempt) -> bool:
    return attempt.released_at is not None or attempt.lines.filter(stage="ratified").exists()


def _tell_author(submission, body):
    """Only of what they have seen: a mark that is not released yet is no news."""
    attempt = submission.attempt
    if not _has_seen(attempt):
        return
    if attempt.released_at is None:  # seen with the board's decision: it stays to be seen
        attempt.released_at = clock.now()
        attempt.save(update_fields=["released_at"])
    tell(
        submission.enrolment.person,
        _("Your mark is corrected"),
        body % {"assessment": submission.assessment.title},
        f"/my-work/{submission.assessment.code}/",
    )
