"""A board makes marks final. What it decides must be whole, seen by the examiner, and decided once."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.attempts.models import Attempt, MarkLine
from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.deciding.actions.chairs_action import decide_by_chair
from assessments.deciding.models import Award, Board, BoardDecision
from assessments.deciding.queries.boards import award_of, modules_of, readiness
from assessments.deciding.queries.tallies import tally_of
from assessments.marking.actions.allocation import allocate
from assessments.taking.models import QuizAttempt, Submission
from assessments.taking.queries import all_work_in_on
from assessments.trainee.queries import results_of
from cohorts.enrolment.actions import interrupt, make_cohort
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role, User
from lms.record.models import Entry

from .scene import DAY, OP, Scene, person, seal, sign_in
from .test_submissions import together


def standing():
    return [
        Entry.objects.count(),
        list(Board.objects.values()),
        list(BoardDecision.objects.values()),
        list(Award.objects.values()),
        list(Submission.objects.values("pk", "state")),
        list(QuizAttempt.objects.values("pk", "state")),
        MarkLine.objects.count(),
        Notice.objects.count(),
    ]


def refused(match, action, *args, kind=Refused, **kwargs):
    before = standing()
    with pytest.raises(kind, match=match):
        action(*args, **kwargs)
    assert standing() == before


def test_a_board_is_called_once(scene):
    board = scene.board(confirmed=False)
    before = standing()
    assert scene.board(confirmed=False).pk == board.pk and standing() == before
    refused(
        "Only a registrar",
        call_board,
        scene.cohort,
        "Another",
        DAY,
        by=scene.examiner,
        kind=NotAllowed,
    )


def test_only_an_examiner_in_person_confirms_and_says_why(scene):
    scene.everything_marked()
    board = scene.board(confirmed=False)
    for by in (scene.registrar, scene.helen, OP):
        refused("external examiner", confirm_sample, board, "Sound.", by=by, kind=NotAllowed)
    refused("comment", confirm_sample, board, "  ", by=scene.examiner)
    confirm_sample(board, "Sound.", by=scene.examiner)
    before = standing()
    confirm_sample(board, "Sound.", by=scene.examiner)
    assert standing() == before


def test_nobody_examines_or_decides_what_is_their_own(scene):
    grant(scene.author, Role.REGISTRAR, by=OP, starts_on=DAY)
    grant(scene.author, Role.EXTERNAL_EXAMINER, by=OP, starts_on=DAY)
    grant(scene.agnes, Role.EXTERNAL_EXAMINER, by=OP, starts_on=DAY)
    scene.everything_marked()
    board = scene.board(confirmed=False)
    refused(
        "Your own results",
        confirm_sample,
        board,
        "Sound.",
        by=scene.author,
        kind=NotAllowed,
    )
    refused(
        "You marked a script",
        confirm_sample,
        board,
        "Sound.",
        by=scene.agnes,
        kind=NotAllowed,
    )
    board = scene.board()
    refused(
        "Your own results",
        ratify,
        board,
        by=scene.author,
        chair="Prof. Chair",
        kind=NotAllowed,
    )
    other = scene.hand_in(scene.essay, scene.another(1), seed="other")
    refused(
        "You wrote this script",
        allocate,
        scene.enrolment.submissions.first(),
        scene.tomasz,
        scene.helen,
        by=scene.author,
        kind=NotAllowed,
    )
    assert allocate(other, scene.tomasz, scene.helen, by=scene.author)


def test_nothing_is_final_before_the_examiner_has_confirmed(scene):
    scene.everything_marked()
    board = scene.board(confirmed=False)
    refused("has not confirmed", ratify, board, by=scene.registrar, chair="Prof. Chair")


def test_nothing_is_final_before_the_board_has_met(scene):
    scene.everything_marked()
    board = scene.board(meets_on=DAY + timedelta(days=1))
    refused(
        "meets on Saturday 21 November 2026",
        ratify,
        board,
        by=scene.registrar,
        chair="Prof. Chair",
    )


def test_nothing_is_final_without_a_chair_or_without_anything_ready(scene):
    board = scene.board()
    refused("Nothing is ready", ratify, board, by=scene.registrar, chair="Prof. Chair")
    refused("chaired", ratify, board, by=scene.registrar, chair=" ")
    refused(
        "Only a registrar",
        ratify,
        board,
        by=scene.agnes,
        chair="Prof. Chair",
        kind=NotAllowed,
    )


def test_a_board_decides_awards_and_completes(scene):
    scripts = scene.everything_marked()
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    assert board.state == "ratified" and board.chair == "Prof. Chair"
    decided = {d.module.code: d for d in BoardDecision.objects.select_related("module")}
    assert set(decided) == {"T1", "T2"} and all(d.is_pass for d in decided.values())
    assert float(decided["T1"].mark) == 73.4  # 30 of 100 and 70 of 62
    assert decided["T1"].components == [
        {"code": "T1-ESSAY", "weight": 70, "mark": "62.00"},
        {"code": "T1-QUIZ", "weight": 30, "mark": "100.00"},
    ]
    for script in scripts:
        script.refresh_from_db()
        assert script.state == "ratified" and script.lines.last().stage == "ratified"
    assert QuizAttempt.objects.get().state == "ratified"
    award = award_of(scene.enrolment)
    assert (award.title, award.conferred_on) == ("Certificate of Testing", DAY)
    scene.enrolment.refresh_from_db()
    assert scene.enrolment.state == "completed" and all_work_in_on(scene.enrolment) == DAY
    assert Notice.objects.filter(person=scene.author, subject="The board has decided").count() == 1
    assert all(r["decision"] for r in results_of(scene.enrolment))


def test_a_second_press_decides_nothing_more(scene):
    scene.everything_marked()
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    before = standing()
    ratify(board, by=scene.registrar, chair="Prof.  Chair")
    assert standing() == before


def test_whoever_records_second_is_told_what_was_recorded(scene):
    """A chair's name that is dropped in silence would stand in nobody's minutes."""
    scene.everything_marked()
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    words = "Already recorded by Given Registrar, chaired by Prof. Chair, on Friday 20 November 2026, 12:00 GMT."
    other = person("other", Role.REGISTRAR)
    for by, chair in (
        (other, "Dr Elsewhere"),
        (other, "Prof. Chair"),
        (scene.registrar, "Dr Elsewhere"),
        (other, ""),
    ):
        refused(words, ratify, board, by=by, chair=chair)
    board.refresh_from_db()
    assert (board.chair, board.ratified_by) == ("Prof. Chair", scene.registrar)


def test_the_shell_records_a_board_without_a_name(scene):
    scene.everything_marked()
    board = ratify(scene.board(), by=OP, chair="Prof. Chair")
    ratify(board, by=OP, chair="Prof. Chair")
    refused(
        "Already recorded by the programme office",
        ratify,
        board,
        by=scene.registrar,
        chair="Prof. Chair",
    )


def test_a_fail_is_decided_and_brings_no_award(scene):
    scene.everything_marked(mark=40)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    assert {d.module.code: d.is_pass for d in BoardDecision.objects.select_related("module")} == {
        "T1": True,
        "T2": False,
    }
    assert not Award.objects.exists()
    scene.enrolment.refresh_from_db()
    assert scene.enrolment.state == "enrolled"


def test_half_a_module_waits_for_a_later_board(scene):
    scene.mark(scene.hand_in(scene.portfolio), 62, 62)
    scene.mark(scene.hand_in(scene.essay, seed="e"), 62, 62)
    first = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    assert [d.module.code for d in BoardDecision.objects.select_related("module")] == ["T2"]
    assert (
        Submission.objects.get(assessment=scene.essay).state == "agreed"
        and not Award.objects.exists()
    )
    scene.take_quiz()
    second = call_board(scene.cohort, "Spring board", DAY, by=scene.registrar)
    confirm_sample(second, "Sound.", by=scene.examiner)
    ratify(second, by=scene.registrar, chair="Prof. Chair")
    assert (
        set(second.decisions.values_list("module__code", flat=True)) == {"T1"}
        and first.decisions.count() == 1
    )
    assert award_of(scene.enrolment).board_id == second.pk


def test_what_was_marked_after_the_examiner_looked_waits(scene):
    scene.everything_marked()
    board = scene.board()
    late = scene.another(1)
    with clock.at(DAY + timedelta(days=3)):
        scene.everything_marked(late)
        ratify(board, by=scene.registrar, chair="Prof. Chair")
        waiting = {c.why_not for c in readiness(board) if c.enrolment.pk == late.pk}
    assert set(BoardDecision.objects.values_list("enrolment", flat=True)) == {scene.enrolment.pk}
    assert waiting == {"Marked after the external examiner looked; the next board decides it"}


def test_an_account_that_may_be_a_students_other_one_records_no_board_and_takes_no_pack(scene):
    author = scene.author
    twin = person("twin", Role.REGISTRAR, first=author.first_name, last=author.last_name)
    scene.everything_marked()
    board = scene.board()
    refused("same name", ratify, board, by=twin, chair="Prof. Chair", kind=NotAllowed)
    pack = f"/boards/{board.pk}/pack.xlsx"
    assert sign_in(Client(), scene.registrar).get(pack).status_code == 200
    assert sign_in(Client(), twin).get(pack).status_code == 403
    ratify(board, by=scene.registrar, chair="Prof. Chair")
    before = BoardDecision.objects.count()
    with pytest.raises(NotAllowed, match="same name"):
        decide_by_chair(
            scene.enrolment,
            scene.two,
            "error",
            outcome="compensated",
            reason="x",
            chair="Prof. Chair",
            by=twin,
        )
    assert BoardDecision.objects.count() == before


def test_who_records_a_board_is_asked_again_when_its_decisions_are_written(scene):
    scene.everything_marked()
    board, registrar = scene.board(), scene.registrar
    student = User.objects.get(pk=scene.author.pk)

    def become_alike(execute, sql, *rest):
        if sql.startswith("SAVEPOINT") and student.last_name != registrar.last_name:
            # Whoever records it was let in, and nothing is written yet.
            student.first_name, student.last_name = registrar.first_name, registrar.last_name
            student.save()
        return execute(sql, *rest)

    with connection.execute_wrapper(become_alike):
        refused(
            "same name", ratify, board, by=scene.registrar, chair="Prof. Chair", kind=NotAllowed
        )


def test_who_is_on_leave_is_given_what_they_passed_and_no_other_attempt(scene):
    """All their work was marked before: a pass needs nothing of them, a fail would give a due date that nobody can keep."""
    scene.take_quiz()
    scene.mark(scene.hand_in(scene.essay, seed="e"), 62, 62)
    scene.mark(scene.hand_in(scene.portfolio, seed="p"), 30, 30)
    interrupt(scene.enrolment, by=scene.registrar)
    board = scene.board()
    cases = {case.module.code: case for case in readiness(board)}
    assert cases["T1"].is_ready and "after they return" in cases["T2"].why_not
    tally = tally_of(board, modules_of(board))
    assert (tally.ready, tally.waiting) == (1, 1)
    ratify(board, by=scene.registrar, chair="Prof. Chair")
    decision = BoardDecision.objects.get()
    assert (decision.module.code, decision.is_pass) == ("T1", True) and not Award.objects.exists()
    assert Attempt.objects.filter(enrolment=scene.enrolment, number__gt=1).count() == 0


def test_who_passed_everything_before_their_leave_receives_the_award(scene):
    scene.everything_marked()
    interrupt(scene.enrolment, by=scene.registrar)
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    scene.enrolment.refresh_from_db()
    assert Award.objects.exists() and scene.enrolment.state == "completed"
    assert Entry.objects.filter(action="cohorts.complete").count() == 1


@pytest.mark.parametrize("passes", [(False, True), (True, False)])
def test_the_newest_decision_on_a_module_is_the_one_that_counts(scene, passes):
    """A board that corrects another is later; an award by the older one would be a false one."""
    scene.take_quiz()
    scene.mark(scene.hand_in(scene.essay, seed="e"), 62, 62)
    for n, is_pass in enumerate(passes):
        board = call_board(scene.cohort, f"Earlier board {n}", DAY, by=scene.registrar)
        at = clock.now() - timedelta(days=9 - n)
        BoardDecision.objects.create(
            board=board,
            enrolment=scene.enrolment,
            module=scene.two,
            mark=60,
            is_pass=is_pass,
            decided_at=at,
        )
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    assert Award.objects.exists() is passes[-1]


def test_an_examiner_opens_no_script_of_another_cohort_through_a_board(scene):
    submission = scene.mark(scene.hand_in(), 62, 62)
    other = make_cohort(
        "T2027", "Another cohort", scene.programme, DAY, DAY + timedelta(days=300), by=OP
    )
    elsewhere = call_board(other, "Another board", DAY, by=scene.registrar)
    client = sign_in(Client(), scene.examiner)
    assert client.get(f"/examining/{elsewhere.pk}/{submission.script}/file/").status_code == 404
    assert (
        client.get(
            f"/examining/{scene.board(confirmed=False).pk}/{submission.script}/file/"
        ).status_code
        == 200
    )


@pytest.mark.both_engines
def test_what_two_people_would_fight_over_is_locked_and_in_one_order(scene):
    """Without its lock a seal folds marks it has not seen, and two boards decide one module; only PostgreSQL has such locks."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")

    def locked(action):
        with CaptureQueriesContext(connection) as seen:
            action()
        found = [
            re.match(r'SELECT .*? FROM "(\w+)".* FOR NO KEY UPDATE', q["sql"], re.S)
            for q in seen.captured_queries
        ]
        return list(dict.fromkeys(match[1] for match in found if match))

    scene.take_quiz()
    task, other = scene.allocate(scene.hand_in())
    assert locked(lambda: seal(task, 62))[:2] == [
        "assessments_submission",
        "assessments_allocation",
    ]
    seal(other, 62)
    board = scene.board()
    order = locked(lambda: ratify(board, by=scene.registrar, chair="Prof. Chair"))
    assert order[:3] == ["cohorts_cohort", "cohorts_enrolment", "assessments_board"]


@pytest.mark.both_engines
def test_the_database_itself_keeps_a_decision_as_it_is(scene):
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    for action in (
        lambda: BoardDecision.objects.update(mark=100),
        lambda: BoardDecision.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            action()
    assert BoardDecision.objects.count() == 2


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_boards_at_once_decide_each_module_once(on_the_day):
    scene = Scene()
    scene.everything_marked()
    other = call_board(scene.cohort, "Second board", DAY, by=scene.registrar)
    boards = [
        scene.board(),
        confirm_sample(other, "Sound.", by=scene.examiner),
        scene.board(),
    ]
    gate, answers = threading.Barrier(3), []

    def press(n):
        with clock.at(DAY):
            gate.wait()
            try:
                ratify(Board.objects.get(pk=boards[n].pk), by=scene.registrar, chair="Prof. Chair")
                answers.append("decided")
            except Refused as refusal:
                answers.append(str(refusal))
        connection.close()

    together(press, 0, 1, 2)
    assert set(answers) <= {
        "decided",
        "Nothing is ready to be decided yet. The board’s page says what each module waits for.",
    }
    assert BoardDecision.objects.count() == 2 and Award.objects.count() == 1 and len(answers) == 3
    assert len(set(BoardDecision.objects.values_list("board", flat=True))) == 1
    assert MarkLine.objects.filter(stage="ratified").count() == 3


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_registrars_at_once_record_one_chair_and_the_other_learns_it(on_the_day):
    scene = Scene()
    scene.everything_marked()
    board, gate, answers = scene.board(), threading.Barrier(2), {}
    chairs = {scene.registrar: "Prof. Chair", person("other", Role.REGISTRAR): "Dr Elsewhere"}

    def press(by):
        with clock.at(DAY):
            gate.wait()
            try:
                answers[by] = ratify(Board.objects.get(pk=board.pk), by=by, chair=chairs[by])
            except Refused as refusal:
                answers[by] = str(refusal)
        connection.close()

    together(press, *chairs)
    board.refresh_from_db()
    first, second = sorted(answers, key=lambda by: isinstance(answers[by], str))
    assert (board.ratified_by, board.chair) == (first, chairs[first])
    assert answers[second].startswith(
        f"Already recorded by {first.full_name}, chaired by {chairs[first]}, on Friday 20 November 2026"
    )
    assert BoardDecision.objects.count() == 2
