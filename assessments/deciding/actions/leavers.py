"""Gives somebody who left the credits of what was marked and no board had decided on, by chair's action."""

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit import clock
from lms.kit.batches import Batch
from lms.kit.languages import in_english
from lms.kit.refusals import Refused, insist
from lms.people.notices import bring_now

from ...attempts.models import Attempt
from ...taking.models import Submission
from ..models import Award, BoardDecision, ChairsAction
from ..queries.boards import cases_of_leaver
from ..queries.chairs_actions import newest_decision
from ..queries.leavers import board_for_leaver, version_of_case
from ..rules import may_decide_on, may_record
from ..states import ChairsKind, ChairsOutcome, Outcome
from .boards import decide_in
from .chairs_action import insist_chair_decides, insist_reason
from .minutes import tell_chair_of


@transaction.atomic
def decide_for_leaver(enrolment, module, *, reason, chair, by, seen=None) -> BoardDecision:
    """Record that somebody who left has passed a module: every piece of it is marked, and no board decides on them any more.

    1. a decision on the newest board of the cohort that has decided, 2. each mark's history gets its last line, and script and quiz move on, 3. kind, reason and
    chair, in a row that is added, 4. the record is written, 5. the person is told. No award is conferred and no attempt opened. The same
    again changes nothing. Raises Refused where no board of the cohort has decided yet, the person has not left, the module is decided, lacks a mark, is held back or is not
    passed by its marks, and where these are others than `seen` (`queries.leavers.version_of_case`).
    """
    # The enrolment first, as whoever agrees to a correction or follows a case locks it; then attempts, then scripts.
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    enrolment = rows.select_related("person", "cohort__programme").get(pk=enrolment.pk)
    attempts = Attempt.objects.select_for_update(of=("self",), no_key=True)
    list(attempts.filter(enrolment=enrolment, assessment__module=module).order_by("pk"))
    work = Submission.objects.select_for_update(of=("self",), no_key=True)
    list(work.filter(enrolment=enrolment, assessment__module=module).order_by("pk"))
    board = board_for_leaver(enrolment)
    if board is None:
        raise Refused(
            _("No board of this cohort has decided yet. Record this after the first board.")
        )
    insist(may_record(by, board))
    insist(may_decide_on(by, enrolment))
    insist_chair_decides(board, chair, enrolment)
    words = {"reason": reason.strip(), "chair": " ".join(chair.split()), "kind": ChairsKind.LEAVER}
    last = newest_decision(enrolment, module)
    if last and ChairsAction.objects.filter(decision=last, **words).exists():
        return last
    insist_reason(words["reason"], words["chair"])
    case = _insist_ready(enrolment, module, board, seen)
    batch = Batch(by=by)
    rule = in_english("Decided by the chair after its author had left.")
    (decision,) = decide_in(batch, board, [case], rule)
    action = batch.add(
        ChairsAction(
            decision=decision, outcome=ChairsOutcome.BY_MARKS, due_at=None, at=clock.now(), **words
        )
    )
    tell_chair_of(batch, action, board)
    batch.record(
        "assessments.decide_for_leaver",
        decision,
        after={"enrolment": enrolment.pk, "module": module.code},
    )
    batch.tell(
        enrolment.person,
        _("A decision after you left"),
        _(
            "“%(title)s” was marked before you left. You have passed it, with %(credits)s credits. The programme office can send you a transcript."
        )
        % {"title": module.title, "credits": module.credits},
        "/study/",
    )
    batch.write()
    bring_now(batch)
    return decision


def _insist_ready(enrolment, module, board, seen):
    if enrolment.state != EnrolmentState.LEFT or Award.objects.filter(enrolment=enrolment).exists():
        raise Refused(_("This person has not left the programme. A board decides."))
    cases = cases_of_leaver(board, enrolment)
    case = next((case for case in cases if case.module.pk == module.pk), None)
    if case is None or case.decision:
        raise Refused(_("This module is decided already, so the decision stands."))
    if case.why_not:
        raise Refused(_("This module cannot be decided: %(why)s.") % {"why": case.why_not})
    if seen is not None and seen != version_of_case(case):
        raise Refused(_("A mark has changed since you opened this page. Read it again below."))
    if case.outcome != Outcome.PASS:
        raise Refused(
            _(
                "This module is not passed by its marks. For someone who left, only what is passed is decided."
            )
        )
    return case
