"""Records what a board, or its chair, decided on a claim on prior learning; a later decision takes the place of an earlier one."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cohorts.enrolment.states import OVER
from lms.kit import clock
from lms.kit.batches import Batch
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as in_words
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.notices import bring_now
from lms.record.actions import write

from ...attempts.actions import attempt_of
from ...attempts.models import PriorCredit
from ...deciding.actions.boards import add_awards
from ...deciding.actions.chairs_action import (
    LONGEST_CHAIR,
    LONGEST_REASON,
    insist_chair_decides,
)
from ...deciding.models import Board, BoardDecision, Hold
from ...deciding.queries.interests import interests_before, recusals_of
from ...deciding.queries.members import chair_of, members_of, quorum_fault
from ...deciding.rules import may_record
from ...deciding.states import BoardState, MemberRole
from ...marking.conflicts import reference_key
from ...setting.models import Assessment
from ...setting.queries import rules_of
from ..queries.prior_learning import credits_of, has_award, modules_with_work
from ..rules import may_decide_prior
from ..states import DECIDABLE, PriorState
from .prior_learning import insist_age, insist_kind, insist_seen, lock_prior, tell_claimant


@transaction.atomic
def decide_prior_claim(
    claim,
    is_granted,
    *,
    chair,
    by,
    reason="",
    board=None,
    decided_on: date | None = None,
    seen=None,
) -> PriorCredit:
    """Record a decision: at a `board` of the cohort that is meeting, or, without one, by its chair's action on a day.

    1. the decision, with the next number, 2. the claim is granted or not, 3. where every module is passed now, the award, and the programme is completed, 4. the record is
    written, 5. the trainee is told, with the reason and how to appeal, and a chair in whose name alone it is recorded. The same again changes nothing. A later decision takes the place of an earlier one, until the award is
    conferred. Raises Refused where no academic has recommended, the rules leave no credits, the learning is too old, work of the module is in, a board has
    decided on it, a result is held back, the board is no quorum, or the chair recommended themselves.
    """
    locked = lock_prior(claim.pk)
    insist(may_decide_prior(by, locked))
    enrolment, reason, chair = locked.enrolment, reason.strip(), " ".join(chair.split())
    before = locked.decisions.order_by("number").last()
    decided_on = board.meets_on if board else decided_on
    board_key = board.pk if board else None
    words = (is_granted, board_key, chair, reason, decided_on)
    # An appeal is answered by a decision of its own, also one in the same words.
    if (
        before
        and locked.state != PriorState.APPEALED
        and words
        == (
            before.is_granted,
            before.board_id,
            before.chair,
            before.reason,
            before.decided_on,
        )
    ):
        return before
    if locked.state not in DECIDABLE:
        raise Refused(_("An academic recommends first. Then a board decides."))
    insist_seen(locked, seen)
    if has_award(enrolment):
        raise Refused(
            _("The award has been conferred, so the University’s registry decides. Write to it.")
        )
    _insist_words(locked, is_granted, chair, reason, before)
    if board:
        _insist_board(Board.objects.get(pk=board.pk), locked, chair, by)
    else:
        _insist_day(locked, decided_on)
        if last := _last_board(enrolment):
            insist_chair_decides(last, chair, enrolment)
    if is_granted:
        _insist_grantable(locked)
    assert decided_on is not None
    number = PriorCredit.objects.filter(enrolment=enrolment, module=locked.module).count() + 1
    made = PriorCredit.objects.create(
        claim=locked,
        enrolment=enrolment,
        module=locked.module,
        number=number,
        is_granted=is_granted,
        credits=locked.module.credits if is_granted else 0,
        board_id=board_key,
        chair=chair,
        reason=reason,
        decided_on=decided_on,
        recorded_by=by,
    )
    write(
        "assessments.decide_prior_claim",
        made,
        by=by,
        before={"decision": before.pk, "is_granted": before.is_granted} if before else None,
        after={
            "enrolment": enrolment.pk,
            "module": locked.module.code,
            "is_granted": is_granted,
            "board": board_key,
        },
    )
    action = "grant_prior_credit" if is_granted else "refuse_prior_credit"
    make_transition(locked, action, by=by, closed_at=clock.now())
    tell_claimant(locked, _in_words(locked, made, before))
    if board is None:
        _tell_chair(_last_board(enrolment), chair)
    if is_granted:
        _award(enrolment, board, by)
    return made


def _last_board(enrolment) -> Board | None:
    return Board.objects.filter(cohort=enrolment.cohort_id).order_by("-meets_on").first()


def _tell_chair(board, chair):
    """Who decided alone, where they are the chair of that board with an account: they read it only in the next board's minutes."""
    for one in members_of(board) if board else ():
        if one.role == MemberRole.CHAIR and one.person.full_name == chair:
            tell(
                one.person,
                _("A decision is recorded in your name"),
                _(
                    "The programme office recorded that you decided on a claim on prior learning by chair’s action in “%(cohort)s”. It stands in the minutes of the next board. If you did not decide so, tell the office."
                )
                % {"cohort": board.cohort.title},
                "/boards/mine/",
            )


def _insist_words(claim, is_granted, chair, reason, before):
    if len(reason) > LONGEST_REASON or ((not is_granted or before) and not reason):
        raise Refused(
            _("Say to the trainee why, in up to %(longest)s characters.")
            % {"longest": LONGEST_REASON}
        )
    if not chair or len(chair) > LONGEST_CHAIR:
        raise Refused(
            _("Say which chair decided, in up to %(longest)s characters.")
            % {"longest": LONGEST_CHAIR}
        )
    if claim.academic and chair.casefold() == claim.academic.full_name.casefold():
        raise Refused(_("The academic who recommended does not decide. Another chair does."))


def _insist_board(board, claim, chair, by):
    insist(may_record(by, board))
    if board.cohort_id != claim.enrolment.cohort_id:
        raise Refused(_("This board is about another cohort."))
    if board.state != BoardState.CALLED:
        raise Refused(
            _("This board has recorded its decisions or was cancelled. Record a chair’s action.")
        )
    if clock.today() < board.meets_on:
        raise Refused(
            _("The board meets on %(day)s. Its decisions can be recorded from that day.")
            % {"day": in_words(board.meets_on)}
        )
    members = members_of(board)
    recusals = recusals_of(board, members, interests_before(members, by), by)
    if fault := quorum_fault(members, board.judging.rules, recusals.in_all):
        raise Refused(fault)
    if why := recusals.reasons.get(reference_key(claim.enrolment.student_reference)):
        raise Refused(why)
    sitting = chair_of(members)
    if sitting and sitting.person.full_name != chair:
        raise Refused(_("The chair who is there is %(name)s.") % {"name": sitting.person.full_name})


def _insist_day(claim, decided_on):
    first = localtime(claim.made_at).date()
    if decided_on is None or not first <= decided_on <= clock.today():
        raise Refused(
            _("Give the day on which the chair decided: from the day of the claim to today.")
        )


def _insist_grantable(claim):
    """The enrolment is locked, so two modules at once are one after the other; and so is each attempt, so that nobody hands in meanwhile."""
    enrolment, module = claim.enrolment, claim.module
    if enrolment.state in OVER:
        raise Refused(
            _("“%(state)s”: nothing is decided for this person any more.")
            % {"state": enrolment.get_state_display()}
        )
    # The last credit confers the award, which is held back with the results.
    holds = Hold.objects.filter(Q(module=module) | Q(module=None), enrolment=enrolment)
    if holds.filter(lifted_at=None).exists():
        raise Refused(_("This result is held back. Let it go first."))
    rules = rules_of(enrolment.cohort_id)
    insist_kind(claim.kind, rules)
    insist_age(enrolment, claim.ended_on, rules)
    granted = PriorCredit.objects.that_count().filter(enrolment=enrolment, module=module)
    before = 0 if granted.exists() else credits_of(enrolment, with_open=False)
    if not granted.exists() and before + module.credits > rules.rpl_credits:
        raise Refused(
            _(
                "The rules of this cohort let prior learning give %(most)s credits; %(before)s are given."
            )
            % {"most": rules.rpl_credits, "before": before}
        )
    if BoardDecision.objects.filter(enrolment=enrolment, module=module).exists():
        raise Refused(_("A board has decided on this module, so it has a result already."))
    for piece in Assessment.objects.filter(module=module).order_by("pk"):
        attempt_of(piece, enrolment)
    if module.pk in set(modules_with_work(enrolment).values_list("assessment__module", flat=True)):
        raise Refused(
            _(
                "Work of this module is in, or recorded as not handed in. A board decides by its marks."
            )
        )


def _award(enrolment, board, by):
    """Of the board that decided; by chair's action, of the one that decided last. Without one there is nothing else that was passed."""
    if board is None:
        last = BoardDecision.objects.filter(enrolment=enrolment).order_by("-decided_at", "-pk")
        newest = last.select_related("board__cohort__programme").first()
        board = newest.board if newest else None
    if board is None:
        return
    batch = Batch(by=by)
    add_awards(batch, board, {enrolment.pk: enrolment}, [], clock.today())
    batch.write()
    bring_now(batch)


def _in_words(claim, decision, before) -> str:
    if decision.is_granted:
        body = _(
            "Your claim is granted. The module counts with %(credits)s credits and without a mark; nothing is handed in for it. Units on the law of one nation are still to be studied for your accreditation."
        ) % {"credits": decision.credits}
    elif before and before.is_granted:
        body = _(
            "The credit for this module is withdrawn. The module is part of your programme again, with its work and dates."
        )
    else:
        body = _("Your claim is not granted. The module is part of your programme.")
    if decision.reason:
        body += " " + decision.reason
    if not decision.is_granted:
        body += " " + (
            _(
                "If you do not agree, you can complain to the Office of the Independent Adjudicator (OIA), with the University’s Completion of Procedures letter."
            )
            if claim.appealed_at
            else _("You can appeal on the page of your claim.")
        )
    return body
