"""Decides on one module of one person after the board, by chair's action; the board's own decision stays as it was."""

from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import OVER
from lms.kit import clock
from lms.kit.batches import Batch
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment
from lms.people.notices import bring_now

from ...attempts.actions import YEARS, open_next
from ...attempts.models import Attempt
from ...marking.queries import waiting_corrections
from ...setting.queries import of_cohort, rules_of
from ...setting.scale import in_figures
from .. import module_results
from ..models import Award, BoardDecision, ChairsAction, Hold
from ..queries.boards import least_of
from ..queries.caps import caps_of, work_in_words
from ..queries.chairs_actions import newest_decision, newest_decisions
from ..queries.members import members_of
from ..rules import may_decide_on, may_record
from ..states import (
    AFTER_BOARD_KINDS,
    AFTER_BOARD_OUTCOMES,
    ChairsKind,
    ChairsOutcome,
    MemberRole,
    Outcome,
)
from .boards import add_awards
from .minutes import tell_chair_of

LONGEST_REASON, LONGEST_CHAIR = 1000, 200


@transaction.atomic
def decide_by_chair(
    enrolment, module, kind, *, outcome, reason, chair, by, seen=None, due_at=None
) -> BoardDecision:
    """Supersede the newest decision on a module: passed by compensation, or another attempt at what is below the mark it needs.

    1. a decision with the next number on the board of the last one, 2. the kind, the reason and the chair, in a row that is added,
    3. the next attempts with their due date, or 4. where every module is passed now, the award, and the programme is completed, 5. the
    record is written, 6. the trainee is told. The same again changes nothing. Raises Refused where there is no decision, another
    than `seen` (its key) is the newest, a result is held back, the award was conferred, or the outcome does not fit the last decision.
    """
    # A board locks these too before it records, and so does whoever holds a result back.
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    enrolment = rows.select_related("person", "cohort__programme").get(pk=enrolment.pk)
    last = newest_decision(enrolment, module)
    if last is None:
        raise Refused(_("No board has decided on this module, so there is nothing to supersede."))
    insist(may_record(by, last.board))
    insist(may_decide_on(by, enrolment))
    insist_chair_decides(last.board, chair, enrolment)
    words = {
        "kind": kind,
        "outcome": outcome,
        "reason": reason.strip(),
        "chair": " ".join(chair.split()),
        "due_at": None if outcome == ChairsOutcome.COMPENSATED else due_at,
    }
    if ChairsAction.objects.filter(decision=last, **words).exists():
        return last
    _insist_words(**words)
    _insist_possible(enrolment, module, last, seen)
    if outcome == ChairsOutcome.COMPENSATED and last.leaves_open:
        raise Refused(
            _("Another attempt is open. Only a module that is not passed is compensated.")
        )
    rules = rules_of(enrolment.cohort_id)
    if outcome == ChairsOutcome.COMPENSATED:
        _insist_compensable(enrolment, last, rules)
    batch = Batch(by=by)
    if outcome == ChairsOutcome.COMPENSATED:
        decision = _add(batch, last, Outcome.COMPENSATED, words)
        _tell_compensated(batch, enrolment, module)
        conferred_on = clock.today()
        add_awards(batch, last.board, {enrolment.pk: enrolment}, [decision], conferred_on)
    else:
        attempts = _attempts_below(enrolment, last, rules)
        decision = _add(batch, last, Outcome.REFER, words)
        is_capped = outcome == ChairsOutcome.CAPPED
        caps = caps_of(_pieces(enrolment, last), enrolment.cohort_id, rules) if is_capped else {}
        attempt_kind = Attempt.RESIT if is_capped else Attempt.DEFERRED
        batch.after(partial(open_next, attempts, attempt_kind, due_at, caps, by=by))
        _tell_again(batch, enrolment, module, attempts, due_at, caps)
    batch.write()
    bring_now(batch)
    return decision


def insist_chair_decides(board, name, enrolment):
    """A chair who has declared an interest in the person does not decide alone what they left to others at the board."""
    for one in members_of(board):
        is_chair = one.role == MemberRole.CHAIR and one.person.full_name == " ".join(name.split())
        if is_chair and not may_decide_on(one.person, enrolment):
            raise Refused(
                _("%(name)s has declared an interest in this person, so another chair decides.")
                % {"name": one.person.full_name}
            )


def _insist_words(*, kind, outcome, reason, chair, due_at):
    if kind not in dict(AFTER_BOARD_KINDS):
        raise Refused(_("Choose why the chair decides."))
    if outcome not in dict(AFTER_BOARD_OUTCOMES):
        raise Refused(_("Choose what is decided."))
    if kind == ChairsKind.COMPENSATION and outcome != ChairsOutcome.COMPENSATED:
        raise Refused(_("Compensation passes the module. Choose another reason for an attempt."))
    insist_reason(reason, chair)
    if outcome != ChairsOutcome.COMPENSATED:
        _insist_date(due_at)


def insist_reason(reason, chair):
    """Raises Refused without words that say why, and who decided."""
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(_("Say why, in up to %(longest)s characters.") % {"longest": LONGEST_REASON})
    if not chair or len(chair) > LONGEST_CHAIR:
        raise Refused(
            _("Say which chair decided, in up to %(longest)s characters.")
            % {"longest": LONGEST_CHAIR}
        )


def _insist_date(due_at: datetime | None):
    if due_at is None or due_at <= clock.now():
        raise Refused(_("Give a date that is still to come."))
    if (due_at - clock.now()).days > 366 * YEARS:
        raise Refused(_("That is more than three years away. Look at the year."))


def _insist_possible(enrolment, module, last, seen):
    if Award.objects.filter(enrolment=enrolment).exists():
        raise Refused(
            _("The award has been conferred, so the University’s registry decides. Write to it.")
        )
    if seen is not None and seen != last.pk:
        raise Refused(
            _("This module was decided again since you opened this page. Read the decision below.")
        )
    if enrolment.state in OVER:
        raise Refused(
            _("“%(state)s”: the chair decides nothing for this person any more.")
            % {"state": enrolment.get_state_display()}
        )
    holds = Hold.objects.filter(Q(module=module) | Q(module=None), enrolment=enrolment)
    if holds.filter(lifted_at=None).exists():
        raise Refused(_("This result is held back. Let it go first."))
    waiting = waiting_corrections().filter(
        allocation__submission__enrolment=enrolment,
        allocation__submission__assessment__module=module,
    )
    if waiting.exists():
        raise Refused(
            _(
                "A correction of a mark of this module waits for a second person. Decide on it first."
            )
        )
    if last.is_pass:
        raise Refused(_("This module is passed, so the decision stands."))


def _insist_compensable(enrolment, last, rules):
    """Within what the rules of the cohort allow. The enrolment is locked, so two modules at once are one after the other."""
    if rules.compensation_modules is not None:
        done = {
            row.module_id
            for row in newest_decisions(enrolment)
            if row.outcome == Outcome.COMPENSATED
        }
        if len(done) >= rules.compensation_modules:
            raise Refused(
                _("The rules of this cohort let %(count)s modules be compensated, and no more.")
                % {"count": rules.compensation_modules}
            )
    margin = rules.compensation_margin
    if margin is not None and last.mark < rules.pass_mark - margin:
        raise Refused(
            _("The mark is %(mark)s. The rules of this cohort compensate from %(least)s upwards.")
            % {"mark": in_figures(last.mark), "least": in_figures(rules.pass_mark - margin)}
        )
    _insist_no_piece_short(enrolment, last, rules)


def _pieces(enrolment, last):
    """Those of the module, as the cohort sits them."""
    names = ("minimum", "must_pass", "attempt_limit", "attempt_cap")
    return of_cohort(enrolment.cohort_id, *names).filter(module=last.module_id)


def _leasts(enrolment, last, rules) -> dict:
    """The least mark that each piece of the module needs, as the cohort sits it, by code."""
    return {piece.code: least_of(piece, rules) for piece in _pieces(enrolment, last)}


def _insist_no_piece_short(enrolment, last, rules):
    """The other pieces do not make up for one below its own least, and no chair does."""
    leasts = _leasts(enrolment, last, rules)
    for part in last.components:
        least = leasts.get(part["code"], 0)
        if Decimal(part["mark"]) < least:
            raise Refused(
                _("%(code)s has %(mark)s and needs %(least)s, so the module is not compensated.")
                % {
                    "code": part["code"],
                    "mark": in_figures(Decimal(part["mark"])),
                    "least": in_figures(least),
                }
            )


def _attempts_below(enrolment, last, rules) -> list[Attempt]:
    """The current attempts, locked, at the pieces that were below the pass mark or their own least. Refused where there is none, or one is
    under way."""
    leasts = _leasts(enrolment, last, rules)
    codes = module_results.codes_below(last.components, rules.pass_mark, leasts)
    attempts = list(
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .filter(
            enrolment=last.enrolment_id,
            assessment__module=last.module_id,
            assessment__code__in=codes,
            is_current=True,
        )
        .select_related("assessment")
        .order_by("pk")
    )
    if not attempts:
        raise Refused(_("No piece of this module is below the mark that it needs."))
    for attempt in attempts:
        stage = attempt.lines.order_by("-number").values_list("stage", flat=True).first()
        if stage != "ratified" and (stage or attempt.has_work()):
            raise Refused(
                _("“%(title)s” has work or a mark that no board has decided on. A board decides.")
                % {"title": attempt.assessment.title}
            )
    return attempts


def _add(batch, last, outcome, words) -> BoardDecision:
    same = BoardDecision.objects.filter(
        board=last.board_id, enrolment=last.enrolment_id, module=last.module_id
    )
    decision = batch.add(
        BoardDecision(
            board_id=last.board_id,
            enrolment_id=last.enrolment_id,
            module_id=last.module_id,
            mark=last.mark,
            is_pass=outcome == Outcome.COMPENSATED,
            outcome=outcome,
            number=same.count() + 1,
            components=last.components,
            decided_at=clock.now(),
        )
    )
    action = batch.add(ChairsAction(decision=decision, at=clock.now(), **words))
    tell_chair_of(batch, action, last.board)
    batch.record(
        "assessments.decide_by_chair",
        decision,
        before={"decision": last.pk, "outcome": last.outcome},
        after={
            "enrolment": last.enrolment_id,
            "module": last.module_id,
            "kind": words["kind"],
            "outcome": words["outcome"],
        },
    )
    return decision


def _tell_compensated(batch, enrolment, module):
    batch.tell(
        enrolment.person,
        _("A decision after the board"),
        _("You have passed “%(title)s” by compensation. Your mark stays the same.")
        % {"title": module.title},
        "/study/",
    )


def _tell_again(batch, enrolment, module, attempts, due_at, caps):
    work, cap, is_one = work_in_words([attempt.assessment for attempt in attempts], caps)
    about = {
        "title": module.title,
        "work": work,
        "due_at": moment(due_at),
        "cap": cap and in_figures(cap),
    }
    if not is_one:
        body = _("“%(title)s”: you have another attempt at: %(work)s. It is due on %(due_at)s.")
    elif cap is None:
        body = _(
            "“%(title)s”: you have another attempt at: %(work)s. It is due on %(due_at)s, and its mark has no cap."
        )
    else:
        body = _(
            "“%(title)s”: you have another attempt at: %(work)s. It is due on %(due_at)s and counts at most %(cap)s."
        )
    batch.tell(enrolment.person, _("A decision after the board"), body % about, "/study/")
