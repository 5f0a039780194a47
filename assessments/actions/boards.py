"""Calls boards and makes their decisions final; it refuses before the external examiner has confirmed the sample."""

from django.conf import settings
from django.db import transaction

from cohorts.actions import complete
from cohorts.models import Cohort, Enrolment
from courses.models import Module
from lms.kit import clock
from lms.kit.moves import move
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment
from lms.people.actions import tell
from lms.people.roles import is_operator
from lms.record.actions import write, write_many

from .. import results
from ..models import Award, Board, BoardDecision
from ..queries.boards import readiness
from ..rules import may_call_board, may_confirm, may_ratify
from ..states import BoardState, SubmissionState
from .marks import add_line

LONGEST_COMMENT = 4000


@transaction.atomic
def call_board(cohort, title, meets_on, *, by) -> Board:
    """1. the board, 2. a record entry. The same cohort, title and day again: the board there is."""
    insist(may_call_board(by))
    title = " ".join(title.split())[:200]
    if not title:
        raise Refused("Give the board a title, as the minutes will have it.")
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    there = Board.objects.filter(cohort=cohort, title=title, meets_on=meets_on).first()
    if there:
        return there
    board = Board.objects.create(cohort=cohort, title=title, meets_on=meets_on)
    write("assessments.call_board", board, by=by, after={"cohort": cohort.code, "meets_on": meets_on.isoformat()})
    return board


@transaction.atomic
def confirm_sample(board, comment, *, by) -> Board:
    """The external examiner finds the marking sound.

    1. the board carries the comment, who and when, 2. a record entry. Twice is once; other words, or a
    second examiner, are told that it is confirmed.
    """
    insist(may_confirm(by, board))
    locked = Board.objects.select_for_update(of=("self",), no_key=True).select_related("sample_confirmed_by").get(pk=board.pk)
    comment = comment.strip()
    if locked.sample_confirmed_at:
        if locked.sample_confirmed_by_id == by.pk:
            if comment != locked.sample_comment:
                raise Refused("You have confirmed this sample already, and the words of that day stand. Send the board what you want to add.")
            return _same(board, locked)
        raise Refused(f"{locked.sample_confirmed_by.full_name} has confirmed this sample already.")
    if locked.state != BoardState.CALLED:
        raise Refused("This board has decided, so its sample can no longer be confirmed.")
    if not comment:
        raise Refused("Write a comment for the board before you confirm.")
    if len(comment) > LONGEST_COMMENT:
        raise Refused(f"The comment has {len(comment)} characters; there is room for {LONGEST_COMMENT}.")
    locked.sample_confirmed_by, locked.sample_confirmed_at, locked.sample_comment = by, clock.now(), comment
    locked.save(update_fields=["sample_confirmed_by", "sample_confirmed_at", "sample_comment"])
    write("assessments.confirm_sample", locked, by=by)
    return _same(board, locked)


@transaction.atomic
def ratify(board, *, by, chair) -> Board:
    """Make a board's decisions final.

    For every trainee's module whose every piece of work is marked and which no board has decided:
    1. a decision is added, 2. each script's chain gets its last line and script and quiz move on.
    Then 3. whoever has passed every module receives the award and completes the programme, 4. the
    board is decided, with its chair and who recorded it, 5. the record is written and the trainees
    are told. The same words by the same person again change nothing; anybody who comes second, or
    with another chair, is told what was recorded.
    The cohort's row is locked first, so two boards on one cohort cannot decide the same module.
    """
    insist(may_ratify(by, board))
    Cohort.objects.select_for_update(no_key=True).get(pk=board.cohort_id)
    # In one order: whoever changes an enrolment locks it first too.
    list(Enrolment.objects.select_for_update(no_key=True).filter(cohort_id=board.cohort_id).order_by("pk").values_list("pk"))
    rows = Board.objects.select_for_update(of=("self",), no_key=True).select_related("cohort__programme", "ratified_by")
    locked, chair = rows.get(pk=board.pk), " ".join(chair.split())[:200]
    if locked.state == BoardState.RATIFIED:
        if (locked.ratified_by_id, locked.chair) == (by.pk, chair):
            return _same(board, locked)
        raise Refused(_already(locked))
    if not locked.sample_confirmed_at:
        raise Refused("The external examiner has not confirmed the sample yet. The board can decide after that.")
    if clock.today() < locked.meets_on:
        raise Refused(
            f"The board meets on {locked.meets_on:%A %-d %B %Y}. Its decisions can be recorded from that day."
        )
    if not chair:
        raise Refused("Say who chaired the board, as the minutes do.")
    cases = readiness(locked)
    ready = [case for case in cases if case.is_ready]
    if not ready:
        raise Refused("Nothing is ready to be decided yet. The board’s page says what each module waits for.")
    _decide(locked, ready, by=by)
    decided_for = {case.enrolment.pk: case.enrolment for case in ready}
    for enrolment in decided_for.values():
        _award(locked, enrolment, by=by)
    recorded_by = None if is_operator(by) else by
    move(locked, "ratify", by=by, chair=chair, ratified_at=clock.now(), ratified_by=recorded_by)
    for enrolment in decided_for.values():
        titles = [case.module.title for case in ready if case.enrolment.pk == enrolment.pk]
        tell(
            enrolment.person,
            "The board has decided",
            f"The board of {locked.meets_on:%A %-d %B %Y} has decided on: {'; '.join(titles)}. Your results are final.",
            "/study/",
        )
    return _same(board, locked)


def _already(board):
    """Who recorded a board's decisions, with which chair, and when: for whoever comes second."""
    who = board.ratified_by.full_name if board.ratified_by else "the programme office"
    return f"Already recorded by {who}, chaired by {board.chair}, on {moment(board.ratified_at)}."


def _decide(board, ready, *, by):
    decisions = BoardDecision.objects.bulk_create([
        BoardDecision(
            board=board,
            enrolment=case.enrolment,
            module=case.module,
            mark=case.mark,
            is_pass=results.is_pass(case.mark, settings.IMSA_PASS_MARK),
            decided_at=clock.now(),
            components=[
                {"code": part.assessment.code, "weight": part.assessment.weight, "mark": str(part.mark)}
                for part in case.parts
            ],
        )
        for case in ready
    ], batch_size=500)
    write_many((
        {"deed": "assessments.decide", "thing": decision, "after": {"enrolment": case.enrolment.pk, "module": case.module.code}}
        for decision, case in zip(decisions, ready, strict=True)
    ), by=by)
    for part in (part for case in ready for part in case.parts):
        if part.attempt:
            move(part.attempt, "ratify", by=by)
        elif part.submission.state == SubmissionState.AGREED:
            add_line(
                part.submission, "ratified", part.mark, f"Decided by the board of {board.meets_on:%-d %B %Y}.", by=by
            )
            move(part.submission, "ratify", by=by)


def _award(board, enrolment, *, by):
    """The University's award, when the newest decision on every module of the programme is a pass."""
    programme = board.cohort.programme
    rows = BoardDecision.objects.filter(enrolment=enrolment).order_by("decided_at", "pk")
    newest = dict(rows.values_list("module_id", "is_pass"))
    modules = Module.objects.filter(programme=programme).values_list("pk", flat=True)
    if not all(newest.get(pk) for pk in modules):
        return
    award, is_new = Award.objects.get_or_create(
        enrolment=enrolment, defaults={"board": board, "title": programme.title, "conferred_on": board.meets_on}
    )
    if is_new:
        write("assessments.award", award, by=by, after={"enrolment": enrolment.pk, "board": board.pk})
        complete(enrolment, by=by)
        tell(
            enrolment.person,
            "Your award",
            f"You have been awarded the {programme.title}, conferred on {board.meets_on:%A %-d %B %Y}.",
            "/study/",
        )


def _same(board, locked):
    board.__dict__.update({f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields})
    return board
