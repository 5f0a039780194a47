"""Calls boards and makes their decisions final; it refuses before the external examiner has confirmed the sample."""

from datetime import datetime, time, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import override

from cohorts.enrolment.actions import complete_in
from cohorts.enrolment.models import Cohort, Enrolment
from courses.models import Module
from lms.kit import clock
from lms.kit.batches import Batch, Moved
from lms.kit.languages import ENGLISH, in_english
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment
from lms.kit.transitions import add_transition, make_transition
from lms.people.notices import bring, tell_after
from lms.people.roles import is_operator
from lms.record.actions import write

from ...attempts import chain
from ...attempts.actions import add_line_in, judge_late_work, open_next
from ...attempts.models import Attempt, MarkLine
from ...attempts.queries import prior_credits_of
from ...marking.actions.allocation import TOLD_AT_ONCE, TRIES
from ...marking.actions.rows import refresh
from ...setting.models import Sitting
from ...taking.states import AttemptState, SubmissionState
from .. import module_results
from ..models import Award, Board, BoardDecision
from ..queries.boards import readiness
from ..queries.caps import caps_of, work_in_words
from ..queries.interests import interests_before, recusals_of
from ..queries.members import chair_of, members_of, quorum_fault
from ..queries.standing import differences, standing_of
from ..rules import may_call_board, may_record, may_sit
from ..states import BoardState, MemberRole, Opinion
from .board_calendar import in_words_cancelled
from .minutes import add_minutes
from .reports import write_report


class Outdated(Refused):
    """What was to be recorded is not what was shown."""


@transaction.atomic
def call_board(cohort, title, meets_on, *, by) -> Board:
    """1. the board, 2. a record entry. The same cohort, title and day again: the board there is, unless it was cancelled."""
    insist(may_call_board(by))
    title = " ".join(title.split())[:200]
    if not title:
        raise Refused(_("Give the board a title, as the minutes will have it."))
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    there = (
        Board.objects.filter(cohort=cohort, title=title, meets_on=meets_on)
        .exclude(state=BoardState.CANCELLED)
        .first()
    )
    if there:
        return there
    board = Board.objects.create(cohort=cohort, title=title, meets_on=meets_on)
    write(
        "assessments.call_board",
        board,
        by=by,
        after={"cohort": cohort.code, "meets_on": meets_on.isoformat()},
    )
    return board


def confirm_sample(board, comment, *, by) -> Board:
    """The external examiner finds the marking sound (`reports.write_report`)."""
    write_report(board, Opinion.SOUND, comment, by=by)
    return board


def ratify(board, *, by, chair, fingerprint=None) -> Board:
    """Make a board's decisions final.

    `fingerprint` is of what the registrar was shown (`queries.standing`); where anything differs now, nothing is recorded and the
    refusal says what. None is an operator's or a script's, who were shown nothing.

    For every trainee's module whose every piece of work is marked and which no board has decided:
    1. a decision is added, 2. each attempt's chain gets its last line, and script and quiz move on, 3. where the module is not passed
    and another attempt is allowed (`module_results.outcome`), each failed piece has its next attempt, capped and with a due date.
    Then 4. whoever has passed every module receives the award and completes the programme, 5. the
    board is decided, with its chair, who recorded it and its minutes, 6. the record is written and the trainees
    are told, some at a time. The same words by the same person again change nothing; anybody who comes second, or
    with another chair, is told what was recorded.
    A board with members decides with those who are recorded as there, where they are a quorum by the cohort's rules and the chair among them.
    Whoever of them has declared an interest in a person does not decide on that person, who is left out where the others are no quorum.
    All of it is made ready while nobody waits and written in one short transaction, which looks once more at what it rests on.
    The cohort's row is locked first, so two boards on one cohort cannot decide the same module.
    """
    chair = " ".join(chair.split())[:200]
    for _unused in range(TRIES):
        insist(may_record(by, board))
        dates = _due_dates(board)
        judge_late_work(
            board.cohort, by=by
        )  # the worker may not have come round since a due date moved
        seen = standing_of(
            board, by=by
        )  # before the board itself: whoever was first is in one of both
        found = Board.objects.select_related(
            "cohort__programme", "ratified_by", "cancelled_by"
        ).get(pk=board.pk)
        members = members_of(found)
        interests = interests_before(members, by)
        with override(ENGLISH):  # its words stand in the minutes
            recusals = recusals_of(found, members, interests, by)
        if is_recorded(found, by, chair, members, recusals.in_all):
            return refresh(board, found, found)
        _insist_can_sit(found, members)
        if fingerprint is not None and (changes := differences(found, fingerprint, seen)):
            raise Outdated(_changed(changes))
        try:
            batch = _decisions(found, members, recusals, by=by, chair=chair).make_ready()
        except Refused:
            if standing_of(found, by=by) == seen:
                raise
            continue  # decided by somebody else while this was looking: they are to be named
        try:
            notices = _ratify_at_once(found, batch, (seen, dates), by=by, chair=chair)
        except (Moved, IntegrityError):
            continue  # somebody was quicker: look again
        if notices:
            bring(notices, most=TOLD_AT_ONCE)
        return refresh(board, found, found)
    raise Refused(
        _(
            "Someone else is changing results of this board at this moment. Load the page and record the decisions again."
        )
    )


def _insist_can_sit(board, members):
    """Asked again at the deed: since attendance was recorded somebody may have lost a role, marked a script or enrolled."""
    for one in members:
        if one.is_present and not (may := may_sit(one.person, MemberRole(one.role), board)):
            raise Refused(f"{one.person.full_name}: {may.reason}")


def _due_dates(board):
    """By which late work of its cohort is judged. `set_sitting` locks the cohort before it moves one."""
    rows = Sitting.objects.filter(cohort=board.cohort_id).order_by("pk")
    return list(rows.values_list("pk", "due_at"))


def _changed(changes):
    return _(
        "Nothing is recorded, because this has changed since the page was opened: %(changes)s. "
        "Read the decisions below again before you record them."
    ) % {"changes": "; ".join(changes)}


def is_recorded(board, by, chair, members, away=frozenset()) -> bool:
    """Are these decisions recorded already, in the same words by the same person? Raises Refused where they cannot be recorded."""
    if board.state == BoardState.RATIFIED:
        if (board.ratified_by_id, board.chair) == (by.pk, chair):
            return True
        raise Refused(_already(board))
    if board.state == BoardState.CANCELLED:
        raise Refused(in_words_cancelled(board))
    if not board.sample_confirmed_at:
        raise Refused(
            _(
                "The external examiner has not confirmed the sample yet. The board can decide after that."
            )
        )
    if clock.today() < board.meets_on:
        raise Refused(
            _("The board meets on %(meets_on)s. Its decisions can be recorded from that day.")
            % {"meets_on": f"{board.meets_on:%A %-d %B %Y}"}
        )
    if not chair:
        raise Refused(_("Say who chaired the board, as the minutes do."))
    if fault := quorum_fault(members, board.judging.rules, away):
        raise Refused(fault)
    sitting = chair_of(members)
    if sitting and sitting.person.full_name != chair:
        raise Refused(_("The chair who is there is %(name)s.") % {"name": sitting.person.full_name})
    return False


@transaction.atomic
def _ratify_at_once(board, batch, rests_on, *, by, chair):
    """`rests_on`: what stood, and the due dates of the cohort, when the batch was made ready."""
    insist(may_record(by, board))
    Cohort.objects.select_for_update(no_key=True).get(pk=board.cohort_id)
    # In one order: whoever changes an enrolment locks it first too.
    list(
        Enrolment.objects.select_for_update(no_key=True)
        .filter(cohort_id=board.cohort_id)
        .order_by("pk")
        .values_list("pk")
    )
    if (
        Board.objects.select_for_update(no_key=True)
        .values_list("state", flat=True)
        .get(pk=board.pk)
        != board.state
        or (standing_of(board, by=by), _due_dates(board)) != rests_on
    ):
        raise Moved
    batch.write()
    recorded_by = None if is_operator(by) else by
    make_transition(
        board, "ratify", by=by, chair=chair, ratified_at=clock.now(), ratified_by=recorded_by
    )
    return tell_after(batch.messages, by=by)


def _decisions(board, members, recusals, *, by, chair) -> Batch:
    """What recording this board's decisions writes. Raises Refused where nothing is ready."""
    with override(ENGLISH):  # why somebody is left out stands in the minutes
        cases = readiness(board, recusals.reasons)
    ready = [case for case in cases if case.is_ready]
    if not ready:
        raise Refused(
            _(
                "Nothing is ready to be decided yet. The board’s page says what each module waits for."
            )
        )
    batch = Batch(by=by)
    decisions = decide_in(batch, board, ready)
    decided_for = {case.enrolment.pk: case.enrolment for case in ready}
    awards = add_awards(batch, board, decided_for, decisions)
    add_minutes(
        batch, board, cases, decisions, awards, chair=chair, members=members, recusals=recusals
    )
    titles, again = {}, {}
    for case, decision in zip(ready, decisions, strict=True):
        titles.setdefault(case.enrolment.pk, []).append(case.module.title)
        if decision.leaves_open:
            again.setdefault(case.enrolment.pk, []).extend(case.to_repeat)
    rules = ready[0].rules
    due_at = _due_again(rules.attempt_days)
    pieces = [part.assessment for parts in again.values() for part in parts]
    caps = caps_of(pieces, board.cohort_id, rules)
    for enrolment in decided_for.values():
        batch.tell(
            enrolment.person,
            _("The board has decided"),
            _in_words(board, titles[enrolment.pk], again.get(enrolment.pk), due_at, caps),
            "/study/",
        )
    attempts = [part.attempt for parts in again.values() for part in parts]
    if attempts:
        batch.after(partial(open_next, attempts, Attempt.RESIT, due_at, caps, by=by))
    return batch


def _in_words(board, titles, again, due_at, caps):
    decided = _("The board of %(meets_on)s has decided on: %(titles)s.") % {
        "meets_on": f"{board.meets_on:%A %-d %B %Y}",
        "titles": "; ".join(titles),
    }
    if not again:
        return _("%(decided)s Your results are final.") % {"decided": decided}
    work, cap, is_one = work_in_words([part.assessment for part in again], caps)
    about = {"decided": decided, "work": work, "due_at": moment(due_at), "cap": cap}
    if not is_one:
        return (
            _(
                "%(decided)s You have another attempt at: %(work)s. It is due on %(due_at)s. "
                "Your other results are final."
            )
            % about
        )
    if cap is None:
        return (
            _(
                "%(decided)s You have another attempt at: %(work)s. It is due on %(due_at)s, and its mark has no cap. "
                "Your other results are final."
            )
            % about
        )
    return (
        _(
            "%(decided)s You have another attempt at: %(work)s. It is due on %(due_at)s and counts at most %(cap)s. "
            "Your other results are final."
        )
        % about
    )


def _due_again(days):
    """When other attempts are due: so many days after the decision is recorded, which may be long after the board met, at five in the afternoon."""
    day = clock.today() + timedelta(days=days)
    return make_aware(datetime.combine(day, time(17)))


def _already(board):
    """Who recorded a board's decisions, with which chair, and when: for whoever comes second."""
    who = board.ratified_by.full_name if board.ratified_by else _("the programme office")
    return _("Already recorded by %(who)s, chaired by %(chair)s, on %(moment)s.") % {
        "who": who,
        "chair": board.chair,
        "moment": moment(board.ratified_at),
    }


def decide_in(batch, board, ready, rule=None) -> list[BoardDecision]:
    """Decisions on cases, with what follows for their work: a last line in each mark's history, by `rule` where it is not the board's own."""
    batch.reserve(BoardDecision, len(ready))
    parts = [part for case in ready for part in case.parts]
    undecided = [part for part in parts if not _is_ratified(part)]
    batch.reserve(MarkLine, len(undecided))
    decisions, now = [], clock.now()
    rule_set = board.judging.key
    for case in ready:
        decisions.append(
            batch.add(
                BoardDecision(
                    board=board,
                    enrolment=case.enrolment,
                    module=case.module,
                    mark=case.mark,
                    is_pass=case.outcome == module_results.PASS,
                    outcome=case.outcome,
                    number=_number(case, board),
                    decided_at=now,
                    components=[
                        {
                            "code": part.assessment.code,
                            "weight": part.assessment.weight,
                            "mark": str(part.mark),
                        }
                        for part in case.parts
                    ],
                )
            )
        )
        batch.record(
            "assessments.decide",
            decisions[-1],
            after={"enrolment": case.enrolment.pk, "module": case.module.code},
        )
    rule = rule or in_english(f"Decided by the board of {board.meets_on:%-d %B %Y}.")
    for part in undecided:
        stands = chain.newest(part.attempt.lines.all(), chain.STANDING)
        inputs = {"by": "same", "lines": [stands.number]}
        add_line_in(
            batch, part.attempt, "ratified", part.mark, rule, inputs=inputs, rule_set=rule_set
        )
        if part.quiz and part.quiz.state == AttemptState.MARKED:
            add_transition(batch, part.quiz, "ratify")
        if part.submission and part.submission.state == SubmissionState.AGREED:
            add_transition(batch, part.submission, "ratify")
    return decisions


def _is_ratified(part):
    """Is a board's the last word on its mark? A correction after it is to be decided again."""
    results = [line.stage for line in part.attempt.lines.all() if line.stage in chain.STANDING]
    return results[-1:] == ["ratified"]


def _number(case, board):
    """The first decision of a board on a module is 1; a later one of the same board is the next."""
    return case.last.number + 1 if case.last and case.last.board_id == board.pk else 1


def add_awards(batch, board, enrolments, decisions, conferred_on=None):
    """The University's award to each whose newest decision on every module of the programme is a pass, or who has credit for it by prior learning, which has
    no mark to be weighed; of the board's day, or `conferred_on`. Returns the awards."""
    programme, conferred_on = board.cohort.programme, conferred_on or board.meets_on
    newest: dict[int, dict[int, tuple]] = {}
    earlier = (
        BoardDecision.objects.filter(enrolment__in=enrolments)
        .order_by("decided_at", "pk")
        .values_list("enrolment_id", "module_id", "is_pass", "mark")
    )
    for enrolment, module, *result in (
        *earlier,
        *((d.enrolment_id, d.module_id, d.is_pass, d.mark) for d in decisions),
    ):
        newest.setdefault(enrolment, {})[module] = result
    credited = prior_credits_of(enrolments)
    modules = list(Module.objects.filter(programme=programme).values_list("pk", "code", "credits"))
    awarded = set(
        Award.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", flat=True)
    )
    passed = [
        e
        for e in enrolments.values()
        if e.pk not in awarded
        and all(
            (e.pk, pk) in credited or newest.get(e.pk, {}).get(pk, [False])[0]
            for pk, *_code in modules
        )
    ]
    batch.reserve(Award, len(passed))
    awards = []
    for enrolment in passed:
        marks = [
            (code, credits, newest[enrolment.pk][pk][1])
            for pk, code, credits in modules
            if (enrolment.pk, pk) not in credited
        ]
        without = [
            [code, credits] for pk, code, credits in modules if (enrolment.pk, pk) in credited
        ]
        awards.append(_add_award(batch, board, enrolment, marks, without, conferred_on))
    return awards


def _add_award(batch, board, enrolment, marks, without, conferred_on):
    """The award, classified by the rules of the cohort; it keeps what its class was found from, and `without` which modules."""
    judging, title = board.judging, board.cohort.programme.title
    found = module_results.classify(marks, judging.rules)
    award = batch.add(
        Award(
            enrolment=enrolment,
            board=board,
            title=title,
            conferred_on=conferred_on,
            classification=found.name,
            inputs=found.inputs | ({"credited": without} if without else {}),
            rule_set_id=judging.key,
        )
    )
    batch.record("assessments.award", award, after={"enrolment": enrolment.pk, "board": board.pk})
    complete_in(batch, enrolment)
    batch.tell(
        enrolment.person,
        _("Your award"),
        _("You have been awarded the %(programme)s, conferred on %(meets_on)s.")
        % {"programme": award.label, "meets_on": f"{conferred_on:%A %-d %B %Y}"},
        "/study/",
    )
    return award
