"""Takes markers' marks; it refuses to show one marker the other's before both have sealed."""

from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.languages import in_english
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ...attempts import chain
from ...attempts.actions import add_line, settle
from ...setting.queries import rules_of
from ...setting.rubric import read_mark, what_to_type
from ...taking.actions.essays import settle_essays
from ...taking.actions.registrars import tell_registrars
from ...taking.models import Submission
from ...taking.states import SubmissionState
from .. import reconcile
from ..criteria import criteria_of, step_of
from ..feedback_files import FeedbackFile, feedback_of, lacks_words, of_kind
from ..models import Allocation
from ..places import fingerprint, remarks_of
from ..rules import is_current, is_sealed, may_go_on, may_mark, takes_recordings
from .disagreements import leave_unsettled
from .draws import begin_moderation, is_single
from .rows import FIRST, SECOND, THIRD, lock_submission, lock_task, refresh

LONGEST_COMMENT = 8000


class Outdated(Refused):
    """The draft was saved from another page after this one was opened; nothing was changed."""


# ---- a marker who may not go on ----
class Conflict(NotAllowed):
    """A rule that held when the script was given to this marker holds no longer; `why` is for the registrars alone."""

    def __init__(self, script, why):
        super().__init__(
            _(
                "You can no longer mark script %(script)s, because of a link between you and its author. "
                "The programme office has been told and chooses another marker. What you typed is not saved."
            )
            % {"script": script}
        )
        self.why = why


def open_script(allocation, *, by):
    """Ask, before a marker reads a script, whether they may still mark it. Raises Conflict, after the registrars are told.

    Who has sealed has read it already, and only the role is asked.
    """
    if is_sealed(allocation):
        return insist(may_mark(by, allocation))
    with conflicts_reported(allocation, by=by):
        insist_may_go_on(allocation, by=by)


def insist_may_go_on(allocation, *, by):
    """Raises Conflict where a link to the author has come up; `conflicts_reported` belongs round the transaction."""
    insist(may_mark(by, allocation))
    answer = may_go_on(by, allocation.submission, allocation.stage)
    if not answer:
        raise Conflict(allocation.submission.script, answer.reason)


@contextmanager
def conflicts_reported(allocation, *, by):
    """Round an action's own transaction: what is reported stays, and the action changes nothing."""
    try:
        yield
    except Conflict as conflict:
        _report_conflict(allocation, conflict.why, by=by)
        raise


@transaction.atomic
def _report_conflict(allocation, why, *, by):
    """1. the task says since when the registrars know, 2. a record entry, 3. they are told. Once for each task."""
    submission = lock_submission(allocation.submission_id)
    locked = lock_task(allocation)
    if locked.conflict_reported_at:
        return
    locked.conflict_reported_at = clock.now()
    locked.save(update_fields=["conflict_reported_at"])
    write("assessments.report_conflict", locked, by=by, after={"script": submission.script})
    tell_registrars(
        submission,
        _("Script %(script)s needs another marker") % {"script": submission.script},
        _("%(why)s They can no longer mark it.") % {"why": why},
        "/registry/discussions/" if is_sealed(locked) else "/registry/allocation/",
    )


# ---- marking ----


def save_marks(allocation, marks, comment, *, by, seen=None, while_typing=False) -> Allocation:
    """Keep a marker's draft, which nobody else sees. 1. the draft, 2. a record entry without its content; of what is saved `while_typing`, one for
    each quarter of an hour.

    `seen` is the `version` the page was opened on: raises Outdated when another has been saved since.
    Raises Refused for a mark or a comment that cannot be kept whole: nothing is cut short. Raises Conflict when the
    marker may not go on; then the registrars are told.
    """
    with conflicts_reported(allocation, by=by):
        return _save_marks(allocation, marks, comment, by=by, seen=seen, while_typing=while_typing)


@transaction.atomic
def _save_marks(allocation, marks, comment, *, by, seen, while_typing):
    locked = lock_draft(allocation, by=by)
    marks, comment = sound_marks(marks, locked.submission, all_of_them=False), comment.strip()
    _insist_it_fits(comment)
    if (locked.marks, locked.comment) != (marks, comment):
        insist_same_file(locked, seen)
        _insist_newest(locked, seen)
        before, now = locked.saved_at, clock.now()
        locked.marks, locked.comment, locked.conflict_reported_at = marks, comment, None
        locked.saved_at = now
        locked.save(update_fields=["marks", "comment", "conflict_reported_at", "saved_at"])
        if not (while_typing and before and _quarter(before) == _quarter(now)):
            write("assessments.save_marks", locked, by=by)
    return refresh(allocation, locked, locked)


@transaction.atomic
def save_many(drafts, *, by) -> int:
    """Keep many drafts of a marker's, as `save_marks` keeps each, or none: (task, marks, comment, the version they rest on). How many."""
    drafts = sorted(drafts, key=lambda draft: draft[0].pk)  # two who save at once wait in one order
    for task, marks, comment, seen in drafts:
        _save_marks(task, marks, comment, by=by, seen=seen, while_typing=False)
    return len(drafts)


def lock_draft(allocation, *, by) -> Allocation:
    """A task whose marker may still write to it, locked. Raises Refused, and Conflict, round which `conflicts_reported` belongs."""
    insist(may_mark(by, allocation))
    locked = lock_task(allocation)
    if is_sealed(locked):
        raise Refused(
            _("You have submitted your marks for %(script)s, so they stand.")
            % {"script": locked.submission.script}
        )
    _insist_current(locked)
    insist_may_go_on(locked, by=by)
    return locked


def _quarter(moment):
    """The quarter of an hour that a moment lies in."""
    return int(moment.timestamp()) // 900


def seal(allocation, *, by, marks, comment, seen=None, noted=None) -> Allocation:
    """Seal one marker's marks.

    1. the allocation is sealed with its total, its comments at places and the fingerprints of its feedback file and recording, 2. a mark line is added, 3. when both markers have
    sealed the mark is agreed by rule (a single mark waits for moderation, and the last one of a set draws its sample), the two discuss it or a third marker is called, and when the third has sealed it
    is settled, 4. the record is written; after commit, notices go out. The same seal again changes
    nothing. The submission's row is locked first, so two markers who seal at once make one agreed line.
    Raises Outdated when another draft than this was saved after `seen`, the version that was checked, or the comments at
    places, the feedback file or the recording are others than those of `noted` (`places.fingerprint`), and Conflict when the marker may not go on; then the registrars are told.
    """
    with conflicts_reported(allocation, by=by):
        done = _seal(allocation, by=by, marks=marks, comment=comment, seen=seen, noted=noted)
    singles = Submission.objects.filter(state=SubmissionState.MODERATION, moderation_script=None)
    keys = singles.filter(pk=done.submission_id).values_list("assessment", "enrolment__cohort")
    for assessment, cohort in keys:
        begin_moderation(assessment, cohort, by=by)
    return done


@transaction.atomic
def _seal(allocation, *, by, marks, comment, seen, noted):
    insist(may_mark(by, allocation))
    submission = lock_submission(allocation.submission_id)
    locked = lock_task(allocation)
    marks, comment = sound_marks(marks, submission, all_of_them=True), comment.strip()
    if is_sealed(locked):
        if (locked.marks, locked.comment) == (marks, comment):
            return refresh(allocation, locked, locked)
        raise Refused(
            _("You have submitted your marks for %(script)s already, so they stand.")
            % {"script": submission.script}
        )
    _insist_current(locked)
    insist_may_go_on(locked, by=by)
    insist_comment(comment)
    insist_same_file(locked, seen)
    if (locked.marks, locked.comment) != (marks, comment):
        _insist_newest(locked, seen)
    remarks, feedback = remarks_of(locked), feedback_of(locked)
    if noted is not None and noted != fingerprint(remarks + feedback):
        raise Outdated(
            _(
                "Your comments at places of %(script)s, or its feedback file or recording, changed after you opened this page."
            )
            % {"script": submission.script}
        )
    _insist_recording(feedback, submission)
    weights = {c.key: c.weight for c in criteria_of(submission)}
    make_transition(
        locked,
        "seal",
        by=by,
        marks=marks,
        comment=comment,
        remarks=remarks,
        feedback=feedback,
        total=reconcile.total(marks, weights),
        sealed_at=clock.now(),
        conflict_reported_at=None,
    )
    add_line(
        submission.attempt,
        locked.stage,
        locked.total,
        in_english("The criteria’s marks by their weights."),
        by=by,
        inputs={"by": "criteria", "marks": marks, "weights": weights},
    )
    fold(submission, by=by)
    return refresh(allocation, locked, locked)


def _insist_recording(feedback, submission):
    """A recording is sealed with its words in writing, and only where spoken feedback is on."""
    if lacks_words(feedback):
        raise Refused(
            _("Write down what your recording says before you submit. Not everyone can listen.")
        )
    if of_kind(feedback, FeedbackFile.RECORDING) and not takes_recordings(submission):
        raise Refused(
            _("This assessment no longer takes spoken feedback. Remove your recording first.")
        )


def insist_comment(comment):
    """Raises Refused without a comment, or with one that is too long."""
    if not comment:
        raise Refused(
            _("Write a comment before you submit. The trainee reads it when the mark is agreed.")
        )
    _insist_it_fits(comment)


def _insist_it_fits(comment):
    if len(comment) > LONGEST_COMMENT:
        raise Refused(
            _("The comment has %(count)s characters; there is room for %(longest_comment)s.")
            % {"count": len(comment), "longest_comment": LONGEST_COMMENT}
        )


def _insist_current(locked):
    if not is_current(locked):
        raise Refused(
            _("Script %(script)s is no longer yours to mark.")
            % {"script": locked.submission.script}
        )


def insist_same_file(locked, seen):
    """Nobody judges a file by having read another: its author may have replaced it since the page was opened."""
    if seen is not None and seen.count("-") == 2 and not seen.endswith(f"-{locked.file_version}"):
        raise Refused(
            _(
                "The file of script %(script)s was replaced after you opened this page. Read the new file before you go on."
            )
            % {"script": locked.submission.script}
        )


def _insist_newest(locked, seen):
    if seen is not None and seen != locked.version:
        raise Outdated(
            _("Your marks for %(script)s were saved from another page after you opened this one.")
            % {"script": locked.submission.script}
        )


def fold(submission, *, by):
    """What the sealed marks now amount to. The author sees it when it is released (`release.py`)."""
    sealed = {task.stage: task.total for task in submission.allocations.all() if is_sealed(task)}
    if set(sealed) == {FIRST} and submission.state == SubmissionState.MARKING:
        if is_single(submission):
            make_transition(submission, "await_moderation", by=by)
        return
    if not {FIRST, SECOND} <= set(sealed):
        return
    if submission.state == SubmissionState.MARKING:
        answer = agree_by_rules(submission, sealed)
        if isinstance(answer, reconcile.CallThird):
            leave_unsettled(submission, answer, by=by)
            return
    elif submission.state == SubmissionState.THIRD and THIRD in sealed:
        answer = reconcile.settle(sealed[FIRST], sealed[SECOND], sealed[THIRD])
    else:
        return
    agree_on(submission, answer, by=by)


def agree_by_rules(submission, marks):
    """Two marks by stage, by the rules of their author's cohort: one mark, or a third marker. The single mark of a set that was moderated stands."""
    if SECOND not in marks:
        looked_at = submission.moderation_script.moderation.scripts
        return reconcile.after_moderation(
            marks[FIRST], looked_at.filter(draw__gt=0).count(), looked_at.count()
        )
    rules = rules_of(submission.enrolment.cohort_id)
    return reconcile.agree(marks[FIRST], marks[SECOND], rules.third_distance, rules.boundaries)


def agree_on(submission, answer, *, by):
    """The script has its mark. The author sees it when it is released; whoever had seen an earlier one, of which a mistake was corrected, is
    told now."""
    settle_agreed(submission, answer, by=by)
    make_transition(submission, "agree", by=by, reason=answer.rule)
    if submission.attempt.released_at:
        tell(
            submission.enrolment.person,
            _("Your mark is corrected"),
            _(
                "The marks of “%(assessment)s” are put right, and the page shows them. The board decides whether they stand."
            )
            % {"assessment": submission.assessment.title},
            f"/my-work/{submission.assessment.code}/",
        )


def settle_agreed(submission, answer, *, by):
    """The lines of an agreed mark, which rests on the last line of each marker that it was found from; of the essays of a quiz it is a part of the quiz's mark, whose line follows."""
    lines = list(submission.attempt.lines.all())
    stages = (FIRST, SECOND, THIRD) if answer.by == "middle" else (FIRST, SECOND)
    rules = rules_of(submission.enrolment.cohort_id)
    inputs = {
        "by": answer.by,
        "lines": chain.numbers_of(lines, stages),
        "distance": rules.third_distance,
        "boundaries": list(rules.boundaries),
        **answer.inputs,
    }
    if submission.assessment.is_quiz:
        attempt = submission.attempt
        agreed = add_line(attempt, "agreed", answer.mark, answer.rule, by=by, inputs=inputs)
        settle_essays(submission, agreed, by=by)
        return
    settle(submission.attempt, "agreed", answer.mark, answer.rule, by=by, inputs=inputs)


def sound_marks(marks, submission, all_of_them):
    """Marks of 0 to 100 by criterion, in the steps of the version. Raises Refused with what is missing or is no mark."""
    sound, criteria = {}, criteria_of(submission)
    titles, step = {c.key: c.title for c in criteria}, step_of(submission, criteria)
    for key, given in marks.items():
        if key not in titles:
            raise Refused(_("These marks belong to another piece of work. Load the page again."))
        if given is None or given == "":
            continue
        try:
            sound[key] = read_mark(given, step)
        except ValueError:
            raise Refused(what_to_type(titles[key], given, step)) from None
    missing = [title for key, title in titles.items() if key not in sound]
    if all_of_them and (missing or not titles):
        raise Refused(
            _("Give a mark for “%(missing)s” before you submit.") % {"missing": missing[0]}
            if missing
            else _("This work has no criteria yet.")
        )
    return sound
