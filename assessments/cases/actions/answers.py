"""The office answers a claim: a date, a deferral, a no with its reason, or a question for evidence; it answers no claim twice."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as in_words
from lms.kit.templatetags.kit import moment
from lms.kit.transitions import make_transition

from ...attempts.actions import defer
from ...attempts.queries import due_of
from ...deciding.actions.due_dates import change_due
from ...deciding.actions.holds import place_hold
from ...deciding.models import Award, Hold
from ...deciding.queries.boards import decision_on
from ...deciding.rules import may_hold
from ...deciding.states import HoldKind
from ..models.claims import Claim
from ..queries.days import day_after
from ..rules import may_handle
from ..states import ClaimKind, ClaimState
from .claims import LONGEST_ANSWER, answer_day, insist_open, lock_claim, tell_about


@transaction.atomic
def grant_claim(
    claim, due_at: datetime, answer="", *, by, is_of_university=False, seen=None
) -> Claim:
    """More time. 1. the claim is granted, by whom and until when, 2. the due line, 3. the record is written, 4. the trainee is told. The same again changes
    nothing; where the office gave that date by hand since, 2 is there. Raises Refused for an earlier date than there is, beyond the
    programme's days where the University has not decided, and as `change_due` does."""
    locked = _lock(claim, by)
    if locked.state == ClaimState.GRANTED and locked.new_due_at == due_at:
        return locked
    _insist_seen(locked, seen)
    is_there = _is_due(locked, due_at)
    _insist_level(locked, due_at, is_of_university)
    kind = "extension" if locked.kind == ClaimKind.EXTENSION else "circumstances"
    about = locked.attempt.assessment, locked.attempt.enrolment
    if not is_there:
        change_due(*about, due_at, kind, by=by, seen=locked.attempt.number)
    _close(
        locked, "grant_claim", answer, by=by, new_due_at=due_at, is_of_university=is_of_university
    )
    return locked


@transaction.atomic
def grant_deferral(
    claim, due_at: datetime, answer="", *, by, is_of_university=False, seen=None
) -> Claim:
    """A later date as if for the first time, without a cap. As `grant_claim`, with `defer`."""
    locked = _lock(claim, by)
    if locked.state == ClaimState.DEFERRED and locked.new_due_at == due_at:
        return locked
    _insist_seen(locked, seen)
    _is_due(locked, due_at)
    _insist_level(locked, due_at, is_of_university)
    about = locked.attempt.assessment, locked.attempt.enrolment
    defer(*about, due_at, by=by, seen=locked.attempt.number)
    _close(
        locked,
        "grant_deferral",
        answer,
        by=by,
        new_due_at=due_at,
        is_of_university=is_of_university,
    )
    return locked


@transaction.atomic
def accept_circumstances(claim, answer="", *, by, seen=None) -> Claim:
    """Circumstances about work that is in, which no later date helps. 1. the claim is granted without a date, 2. the result of the module is held back for them, so
    that the board sees the kind, unless a board has decided on it, 3. the record is written, 4. the trainee is told. Twice is once. Raises Refused for another
    claim, for work that is not in, and as `place_hold` does."""
    locked = _lock(claim, by)
    if locked.state == ClaimState.GRANTED and locked.new_due_at is None:
        return locked
    _insist_seen(locked, seen)
    if locked.kind != ClaimKind.CIRCUMSTANCES or not locked.attempt.has_work():
        raise Refused(_("The board is told only of circumstances about work that is in."))
    enrolment, module = locked.attempt.enrolment, locked.attempt.assessment.module
    body = _("The programme office accepts what you told it. Your due date stays as it was.")
    if not decision_on(enrolment, module) and not Award.objects.filter(enrolment=enrolment):
        _hold_for_board(locked, enrolment, module, by)
        body += " " + _("The board is told that there were circumstances, and nothing more.")
    _close(locked, "grant_claim", answer, body, by=by)
    return locked


def _hold_for_board(claim, enrolment, module, by):
    """One hold serves every claim about the module."""
    may = may_hold(by, enrolment)
    if not may:
        raise Refused(may.reason)
    there = Hold.objects.filter(
        enrolment=enrolment, module=module, kind=HoldKind.CIRCUMSTANCES, lifted_at=None
    )
    if not there.exists():
        why = _("A claim about work that is in was accepted: /registry/claims/%(pk)s/") % {
            "pk": claim.pk
        }
        place_hold(enrolment, module, HoldKind.CIRCUMSTANCES, why, by=by, tells_kind=False)


@transaction.atomic
def decline_claim(claim, answer: str, *, by, seen=None) -> Claim:
    """Not granted. 1. the claim is closed with the reason, 2. the record is written, 3. the trainee is told, with the reason. Twice is once."""
    locked = _lock(claim, by)
    if locked.state == ClaimState.NOT_GRANTED and locked.answer == answer.strip():
        return locked
    _insist_seen(locked, seen)
    if not answer.strip():
        raise Refused(_("Say to the trainee why it is not granted, and what they can do."))
    _close(locked, "decline_claim", answer, by=by)
    return locked


@transaction.atomic
def ask_evidence(claim, answer: str, evidence_by: date, *, by, seen=None) -> Claim:
    """Ask for evidence by a day. 1. the claim waits for it, 2. the record is written, 3. the trainee is told what is asked for and by when. The same again
    changes nothing. What arrives puts the claim back into the office's queue."""
    locked = _lock(claim, by)
    answer = _words(answer)
    if locked.state == ClaimState.EVIDENCE and (locked.answer, locked.evidence_by) == (
        answer,
        evidence_by,
    ):
        return locked
    _insist_seen(locked, seen)
    if not answer:
        raise Refused(_("Say to the trainee what would help you to decide."))
    if evidence_by <= clock.today():
        raise Refused(_("Give a day that is still to come."))
    make_transition(
        locked,
        "ask_evidence",
        by=by,
        answer=answer,
        evidence_by=evidence_by,
        answered_by=by,
        answered_at=clock.now(),
    )
    tell_about(
        locked,
        _("The programme office asks you for something by %(day)s: %(answer)s")
        % {"day": in_words(evidence_by), "answer": answer},
    )
    return locked


def _lock(claim, by) -> Claim:
    locked = lock_claim(claim.pk)
    insist(may_handle(by, locked.attempt.enrolment))
    return locked


def _insist_seen(claim, seen):
    insist_open(claim)
    if seen is not None and seen != claim.version:
        raise Refused(
            _("Something came in for this claim since you opened it. Load the page again.")
        )


def _is_due(claim, due_at) -> bool:
    """Is the work due then since the claim was made? Whoever asks for more time gets no less: refused where the date is earlier than it is."""
    now = due_of(claim.attempt)
    if now and due_at < now:
        raise Refused(
            _("It is due on %(due_at)s now. Give a date after that.") % {"due_at": moment(now)}
        )
    return due_at == now != claim.due_at and claim.is_current


def _insist_level(claim, due_at, is_of_university):
    """The programme gives a few working days, counted once for each attempt; what is longer the University decides."""
    granted = Claim.objects.filter(
        attempt=claim.attempt, state=ClaimState.GRANTED, new_due_at__isnull=False
    )
    first = granted.order_by("closed_at", "pk").first() or claim
    if first.due_at is None or is_of_university:
        return
    days = settings.IMSA_PROGRAMME_EXTENSION_DAYS
    last = day_after(localtime(first.due_at).date(), days, claim.attempt.enrolment)
    if localtime(due_at).date() > last:
        raise Refused(
            _(
                "The programme can give %(days)s working days, up to %(last)s. Beyond that the University decides: confirm that it has."
            )
            % {"days": days, "last": in_words(last)}
        )


def _close(claim, action, answer, body="", *, by, **changes):
    answer = _words(answer)
    make_transition(
        claim,
        action,
        by=by,
        answer=answer,
        answered_by=by,
        answered_at=clock.now(),
        closed_at=clock.now(),
        **changes,
    )
    body = body or _("The programme office has answered: %(state)s.") % {
        "state": claim.get_state_display().lower()
    }
    tell_about(claim, f"{body} {answer}".strip())


def _words(answer) -> str:
    answer = answer.strip()
    if len(answer) > LONGEST_ANSWER:
        raise Refused(
            _("The text has %(count)s characters; there is room for %(longest)s.")
            % {"count": len(answer), "longest": LONGEST_ANSWER}
        )
    return answer


def wait_again(claim, *, by):
    """Evidence that was asked for is here: the office answers anew within its days. The caller holds the claim."""
    make_transition(claim, "send_evidence", by=by, answer_by=answer_day(claim.attempt.enrolment))
