"""Takes what two markers say of marks that no rule makes one; both must stand by the agreed mark, and either can end it."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.languages import Sentence
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from .. import reconcile
from ..criteria import criteria_of
from ..models import Discussion, Proposal
from ..rules import may_discuss, may_end_discussion
from ..states import DiscussionState, ProposalState
from .disagreements import call_third, discussing, lapse_proposal
from .marks import agree_on, conflicts_reported, insist_may_go_on, sound_marks
from .rows import lock_submission

LONGEST_REASON = 1000


def propose_mark(task, marks, reasons, *, by, seen=None) -> Proposal:
    """One of two markers proposes a mark for each criterion, each with a reason.

    1. the proposal, 2. a record entry, 3. the other marker is told by script number. The same again: the proposal there is. Raises Refused
    where a proposal waits for an answer, for marks or reasons that are missing, where the discussion is over or is another than the page
    showed (`seen`, its `version`), and Conflict where the marker may not go on.
    """
    with conflicts_reported(task, by=by):
        return _propose_mark(task, marks, reasons, by=by, seen=seen)


@transaction.atomic
def _propose_mark(task, marks, reasons, *, by, seen):
    submission, discussion = _lock(task.submission_id)
    insist(may_discuss(by, task))
    insist_may_go_on(task, by=by)
    marks = sound_marks(marks, submission, all_of_them=True)
    reasons = _sound_reasons(reasons, criteria_of(submission))
    waiting = discussion.proposals.filter(state=ProposalState.WAITING).first()
    if waiting and (waiting.task_id, waiting.marks, waiting.reasons) == (task.pk, marks, reasons):
        return waiting
    _insist_open(discussion, submission)
    if waiting:
        raise Refused(
            _("Your proposal waits for the other marker’s answer.")
            if waiting.task_id == task.pk
            else _("The other marker has proposed a mark meanwhile. Read it, and answer it.")
        )
    if seen is not None and seen != discussion.version:
        raise Refused(
            _("Something changed after you opened this page. Read it again before you propose.")
        )
    weights = {c.key: c.weight for c in criteria_of(submission)}
    made = Proposal.objects.create(
        discussion=discussion,
        task=task,
        marks=marks,
        reasons=reasons,
        total=reconcile.total(marks, weights),
    )
    write(
        "assessments.propose_mark",
        made,
        by=by,
        after={"script": submission.script, "mark": str(made.total)},
    )
    _tell_other(
        submission,
        task.pk,
        _("Script %(script)s: a mark to agree on"),
        _(
            "The other marker proposes a mark for script %(script)s. Please read the reasons, and agree or do not agree."
        ),
    )
    return made


def agree_to_proposal(proposal, answer: str, *, by) -> Proposal:
    """The other marker stands by a proposed mark.

    1. the proposal and the discussion are agreed, with the reason, 2. the agreed mark joins the history, with both markers' reasons as what
    it was found from, 3. the record is written, 4. the marker who proposed it is told. Twice is once. Raises Refused without a reason, and where the
    proposal waits no more; Conflict where the marker may not go on.
    """
    with conflicts_reported(_task_of(proposal, by), by=by):
        return _agree_to_proposal(proposal, answer, by=by)


@transaction.atomic
def _agree_to_proposal(proposal, answer, *, by):
    submission, discussion, locked, answer = _lock_to_answer(proposal, answer, by=by)
    if (locked.state, locked.answer) == (ProposalState.AGREED, answer):
        return locked
    _insist_waiting(locked, discussion, submission)
    now, weights = clock.now(), {c.key: c.weight for c in criteria_of(submission)}
    make_transition(locked, "agree_to_proposal", by=by, answer=answer, answered_at=now)
    make_transition(discussion, "agree_in_discussion", by=by, ended_at=now)
    settled = reconcile.after_discussion(
        locked.marks, weights, {locked.task.stage: locked.reasons}, answer
    )
    agree_on(submission, settled, by=by)
    _tell_other(
        submission,
        _task_of(locked, by).pk,
        _("Script %(script)s: your mark is agreed"),
        _("The other marker agrees to the mark that you proposed for script %(script)s."),
    )
    return locked


def decline_proposal(proposal, answer: str, *, by) -> Proposal:
    """The other marker does not agree to a proposed mark: 1. the proposal with the reason, 2. the record is written, 3. the marker who
    proposed it is told. Either can propose another mark. Twice is once; refused as `agree_to_proposal`."""
    with conflicts_reported(_task_of(proposal, by), by=by):
        return _decline_proposal(proposal, answer, by=by)


@transaction.atomic
def _decline_proposal(proposal, answer, *, by):
    submission, discussion, locked, answer = _lock_to_answer(proposal, answer, by=by)
    if (locked.state, locked.answer) == (ProposalState.DECLINED, answer):
        return locked
    _insist_waiting(locked, discussion, submission)
    make_transition(locked, "decline_proposal", by=by, answer=answer, answered_at=clock.now())
    _tell_other(
        submission,
        _task_of(locked, by).pk,
        _("Script %(script)s: your mark is not agreed"),
        _(
            "The other marker does not agree to the mark that you proposed for script %(script)s. Read why, and propose another or end the discussion."
        ),
    )
    return locked


@transaction.atomic
def end_discussion(discussion, why: str, *, by) -> Discussion:
    """No mark is agreed: by either marker, or by a registrar where one of them cannot go on.

    1. the discussion ends, with the reason, 2. a third marker is called, 3. the record is written, 4. registrars and the markers are told.
    Twice is once. Raises Refused without a reason, and where the discussion is over.
    """
    submission, locked = _lock(discussion.submission_id, discussion.pk)
    insist(may_end_discussion(by, submission))
    why = _sound_reason(why, _("Say why no mark can be agreed."))
    if (locked.state, locked.ended_by_id) == (DiscussionState.ENDED, by.pk):
        return locked
    _insist_open(locked, submission)
    lapse_proposal(locked, by=by)
    make_transition(
        locked, "end_discussion", by=by, ended_at=clock.now(), ended_by_id=by.pk, ending=why
    )
    call_third(submission, Sentence("The two markers did not agree on a mark."), by=by)
    for task in discussing(submission):
        if task.marker_id != by.pk:
            tell(
                task.marker,
                _("Script %(script)s: the discussion has ended") % {"script": submission.script},
                _(
                    "No mark was agreed for script %(script)s, so a third marker reads it. You need do nothing more."
                )
                % {"script": submission.script},
                f"/marking/{submission.script}/discussion/",
            )
    return locked


# ---- what they read and lock ----


def _lock(submission, discussion=None):
    """A script and its newest discussion, or the one of that key. Whoever writes of a discussion locks its script first."""
    found = lock_submission(submission)
    rows = found.discussions.filter(pk=discussion) if discussion else found.discussions
    newest = rows.order_by("-pk").first()
    if newest is None:
        raise Refused(_("Script %(script)s is not being discussed.") % {"script": found.script})
    newest.submission = found
    return found, newest


def _lock_to_answer(proposal, answer, *, by):
    submission, discussion = _lock(proposal.discussion.submission_id, proposal.discussion_id)
    locked = discussion.proposals.select_related("task").get(pk=proposal.pk)
    task = _task_of(locked, by)
    insist(may_discuss(by, task))
    if task.pk == locked.task_id:
        raise Refused(_("You proposed this mark, so the other marker answers."))
    insist_may_go_on(task, by=by)
    return submission, discussion, locked, _sound_reason(answer, _("Say why, in a few words."))


def _task_of(proposal, by):
    """The task of whoever answers; the proposer's own where they are no marker of the script, and the rule refuses them."""
    tasks = discussing(proposal.discussion.submission)
    return next((task for task in tasks if task.marker_id == by.pk), proposal.task)


def _insist_open(discussion, submission):
    if discussion.state != DiscussionState.OPEN:
        raise Refused(
            _("The discussion of script %(script)s is over: %(state)s.")
            % {"script": submission.script, "state": discussion.get_state_display()}
        )


def _insist_waiting(proposal, discussion, submission):
    _insist_open(discussion, submission)
    if proposal.state != ProposalState.WAITING:
        raise Refused(_("This proposal is answered already. Load the page again."))


def _sound_reasons(reasons, criteria) -> dict:
    return {
        one.key: _sound_reason(
            reasons.get(one.key, ""),
            _("Give a reason for “%(criterion)s”.") % {"criterion": one.title},
        )
        for one in criteria
    }


def _sound_reason(words, without) -> str:
    words = words.strip()
    if not words:
        raise Refused(without)
    if len(words) > LONGEST_REASON:
        raise Refused(
            _("A reason has up to %(longest)s characters. This one has %(count)s.")
            % {"longest": LONGEST_REASON, "count": len(words)}
        )
    return words


def _tell_other(submission, own, subject, body):
    """The other marker of a script, by its number. `own`: the task of whoever did it."""
    for task in discussing(submission):
        if task.pk != own:
            tell(
                task.marker,
                subject % {"script": submission.script},
                body % {"script": submission.script},
                f"/marking/{submission.script}/discussion/",
            )
