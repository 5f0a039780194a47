"""Takes two marks that no rule makes one: their markers discuss them, where the rules say so, or a third marker is called."""

from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.languages import in_english
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ...setting.judging import DISCUSS
from ...setting.queries import rules_of
from ...setting.working_days import working_day_of
from ...taking.actions.registrars import tell_registrars
from ..models import Discussion
from ..rules import is_sealed
from ..states import DiscussionState, ProposalState
from .rows import FIRST, SECOND


def leave_unsettled(submission, answer, *, by) -> Discussion | None:
    """What follows two marks that are not one by rule (`answer`), inside the caller's transaction, which has locked the submission.

    Where the rules of the cohort say so, and its markers have not discussed it in vain: 1. a discussion, due in the rules' working days,
    2. the script is under discussion, 3. the record is written, 4. both markers are told by script number. Else a third marker is called.
    """
    rules = rules_of(submission.enrolment.cohort_id)
    in_vain = submission.discussions.filter(state=DiscussionState.ENDED).exists()
    if rules.disagreement != DISCUSS or in_vain:
        call_third(submission, answer.why, by=by)
        return None
    make_transition(submission, "discuss", by=by, reason=answer.why)
    made = Discussion.objects.create(
        submission=submission,
        why=in_english(answer.why),
        due_on=working_day_of(submission.enrolment.cohort_id, rules, rules.discussion_days),
    )
    write(
        "assessments.begin_discussion",
        made,
        by=by,
        after={"script": submission.script, "due_on": made.due_on.isoformat()},
    )
    for task in discussing(submission):
        tell(
            task.marker,
            _("Script %(script)s: discuss the mark") % {"script": submission.script},
            _(
                "Both marks of script %(script)s are submitted and no rule settles them. Please read the other marker’s, and agree on a mark by %(due_on)s."
            )
            % {"script": submission.script, "due_on": f"{made.due_on:%A %-d %B %Y}"},
            f"/marking/{submission.script}/discussion/",
        )
    return made


def discussing(submission) -> list:
    """The tasks of the two markers who discuss a script."""
    tasks = submission.allocations.select_related("marker").order_by("stage")
    return [task for task in tasks if is_sealed(task) and task.stage in (FIRST, SECOND)]


def call_third(submission, why, *, by) -> None:
    """1. the script waits for a third marker, 2. the record is written, 3. the registrars are told, who choose one."""
    make_transition(submission, "call_third", by=by, reason=why)
    tell_registrars(
        submission,
        _("Script %(script)s needs a third marker") % {"script": submission.script},
        _("%(why)s Please choose one.") % {"why": why},
        "/registry/allocation/",
    )


def close_discussion(submission, *, by):
    """Inside the caller's transaction: the marks were corrected and agree by rule, so their markers need not discuss them. They are told."""
    found = submission.discussions.filter(state=DiscussionState.OPEN).first()
    if found is None:
        return
    lapse_proposal(found, by=by)
    make_transition(found, "close_discussion", by=by, ended_at=clock.now())
    for task in discussing(submission):
        tell(
            task.marker,
            _("Script %(script)s: nothing to discuss any more") % {"script": submission.script},
            _("Marks of script %(script)s were corrected, and the two marks agree now.")
            % {"script": submission.script},
            f"/marking/{submission.script}/",
        )


def lapse_proposal(discussion, *, by):
    """A proposal that waits for an answer gets none any more."""
    waiting = discussion.proposals.filter(state=ProposalState.WAITING).first()
    if waiting:
        make_transition(waiting, "lapse_proposal", by=by)
