"""Giving out and ratifying many at once does what was done one by one, in few statements; a kill or a second registrar leaves it right."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from assessments.attempts.models import Attempt, MarkLine
from assessments.deciding.actions.boards import ratify
from assessments.deciding.models import Award, Board, BoardDecision, Minutes
from assessments.marking.actions.allocation import allocate, allocate_many
from assessments.marking.models import Allocation
from assessments.taking.models import QuizAttempt, Submission
from cohorts.enrolment.actions import leave
from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, NoticeBatch, Role
from lms.people.notices import bring
from lms.record.checking import check
from lms.record.models import Entry
from tests import at_moments

from .scene import DAY, Scene, person
from .test_submissions import together

MANY = 60


def handed_in(scene, count, state="submitted"):
    """Scripts of so many trainees, as rows: what leads to them is tested elsewhere."""
    places = [scene.another(n) for n in range(count)]
    papers = [
        Submission(
            assessment=scene.portfolio,
            enrolment=place,
            attempt=Attempt.objects.create(assessment=scene.portfolio, enrolment=place),
            script=f"T2-{n:04}",
            receipt=f"R-{n:04}",
            submitted_at=clock.now(),
            state=state,
        )
        for n, place in enumerate(places)
    ]
    Submission.objects.bulk_create(papers)
    return papers


def marked(scene, count):
    papers = handed_in(scene, count, "agreed")
    MarkLine.objects.bulk_create(
        [
            MarkLine(attempt=paper.attempt, number=number, stage=stage, mark=62, by="test")
            for paper in papers
            for number, stage in enumerate(("first", "second", "agreed"), start=1)
        ]
    )
    return papers


def stored():
    return {
        "tasks": list(
            Allocation.objects.order_by("submission", "stage").values_list(
                "submission", "marker", "stage", "due_on", "state"
            )
        ),
        "papers": list(Submission.objects.order_by("pk").values_list("pk", "state")),
        "entries": sorted(
            map(
                str,
                Entry.objects.values_list("actor", "action", "thing", "before", "after", "reason"),
            )
        ),
        "notices": sorted(Notice.objects.values_list("person", "subject", "body", "url")),
    }


def undone(do):
    with transaction.atomic():
        do()
        found = stored()
        transaction.set_rollback(True)
    return found


def test_many_scripts_are_given_out_as_one_is_and_a_refusal_holds_up_no_other(scene):
    papers = handed_in(scene, 5)
    two, other = (scene.agnes, scene.tomasz), (scene.tomasz, scene.helen)
    allocate(papers[1], *two, by=scene.registrar)
    allocate(papers[2], *two, by=scene.registrar)
    lines = [
        (papers[0], *two),
        (papers[1], *two),
        (papers[2], *other),
        (papers[3], scene.agnes, scene.agnes),
        (papers[4], *other),
    ]
    answers = []

    def at_once():
        answers.append(allocate_many(lines, by=scene.registrar))
        bring()

    def one_by_one():
        refused = []
        for paper, first, second in lines:
            try:
                allocate(Submission.objects.get(pk=paper.pk), first, second, by=scene.registrar)
            except Refused as why:
                refused.append(str(why))
        answers.append((len(lines) - len(refused), refused))

    assert undone(at_once) == undone(one_by_one)
    assert answers[0] == answers[1] and answers[0][0] == 3
    assert [why[:40] for why in answers[0][1]] == [
        "Script T2-0002 is “With its markers”, so",
        "The two markers must be two people.",
    ]


def test_nothing_is_given_out_where_one_script_is_not_theirs_to_give(scene):
    papers = handed_in(scene, 2)
    before = stored()
    with pytest.raises(NotAllowed, match="cannot allocate a script to yourself"):
        allocate_many(
            [(papers[0], scene.agnes, scene.tomasz), (papers[1], scene.registrar, scene.tomasz)],
            by=scene.registrar,
        )
    assert stored() == before


def test_giving_out_takes_at_most_six_statements_a_script_with_its_messages(scene):
    papers = handed_in(scene, MANY)
    counted = at_moments.Statements()
    with connection.execute_wrapper(counted):
        assert allocate_many(
            [(paper, scene.agnes, scene.tomasz) for paper in papers], by=scene.registrar
        ) == (MANY, [])
        bring()
    assert counted.count <= 6 * MANY and Allocation.objects.count() == 2 * MANY
    assert Notice.objects.filter(subject__startswith="A script to mark").count() == 2 * MANY


def test_ratifying_takes_at_most_six_statements_a_case_with_its_messages(scene):
    marked(scene, MANY)
    board, counted = scene.board(), at_moments.Statements()
    with connection.execute_wrapper(counted):
        ratify(board, by=scene.registrar, chair="Prof. Chair")
        bring()
    assert counted.count <= 6 * MANY, counted.count
    assert (
        BoardDecision.objects.count()
        == MarkLine.objects.filter(stage="ratified", number=4).count()
        == MANY
    )
    assert Notice.objects.filter(subject="The board has decided").count() == MANY


def test_what_ratifying_wrote_before_it_was_done_at_once(scene):
    """Literally, as the actions were called one after another, and the minutes."""
    essay, portfolio = scene.everything_marked()
    board, before = scene.board(), Entry.objects.order_by("pk").last().pk
    ratify(board, by=scene.registrar, chair="Prof. Chair")
    found = Entry.objects.filter(pk__gt=before).values_list("action", "thing", "before", "after")
    place, award, quiz = scene.enrolment.pk, Award.objects.get(), QuizAttempt.objects.get()
    minutes = Minutes.objects.get()
    decisions = {
        decision.module.code: decision.pk
        for decision in BoardDecision.objects.select_related("module")
    }
    assert sorted(map(str, found)) == sorted(
        map(
            str,
            [
                (
                    "assessments.decide",
                    f"assessments.boarddecision:{decisions['T1']}",
                    None,
                    {"enrolment": place, "module": "T1"},
                ),
                (
                    "assessments.decide",
                    f"assessments.boarddecision:{decisions['T2']}",
                    None,
                    {"enrolment": place, "module": "T2"},
                ),
                ("assessments.ratify", f"assessments.quizattempt:{quiz.pk}", "marked", "ratified"),
                ("assessments.ratify", f"assessments.submission:{essay.pk}", "agreed", "ratified"),
                (
                    "assessments.ratify",
                    f"assessments.submission:{portfolio.pk}",
                    "agreed",
                    "ratified",
                ),
                (
                    "assessments.award",
                    f"assessments.award:{award.pk}",
                    None,
                    {"enrolment": place, "board": board.pk},
                ),
                ("cohorts.complete", f"cohorts.enrolment:{place}", "enrolled", "completed"),
                ("assessments.ratify", f"assessments.board:{board.pk}", "called", "ratified"),
                (
                    "assessments.draw_minutes",
                    f"assessments.minutes:{minutes.pk}",
                    None,
                    {"sha256": minutes.sha256},
                ),
            ],
        )
    )
    line = MarkLine.objects.get(attempt=essay.attempt, stage="ratified")
    assert (line.number, line.mark, line.rule, line.by) == (
        4,
        62,
        "Decided by the board of 20 November 2026.",
        scene.registrar.record_label,
    )
    said = Notice.objects.filter(
        person=scene.author, subject__in=["Your award", "The board has decided"]
    ).order_by("pk")
    assert list(said.values_list("subject", "body")) == [
        (
            "Your award",
            "You have been awarded the Certificate of Testing, conferred on Friday 20 November 2026.",
        ),
        (
            "The board has decided",
            "The board of Friday 20 November 2026 has decided on: Law in tests; Practice in tests. Your results are final.",
        ),
    ]


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_somebody_who_leaves_while_the_board_is_recorded_is_not_decided_about(on_the_day):
    scene = Scene()
    papers = marked(scene, 3)
    board = scene.board()

    def goes():
        with clock.at(DAY):
            leave(Enrolment.objects.get(pk=papers[1].enrolment_id), by=scene.registrar)

    moment = at_moments.At('FROM "assessments_award"', goes)
    with connection.execute_wrapper(moment):
        ratify(board, by=scene.registrar, chair="Prof. Chair")
    assert moment.came and set(BoardDecision.objects.values_list("enrolment", flat=True)) == {
        papers[0].enrolment_id,
        papers[2].enrolment_id,
    }
    assert Submission.objects.get(pk=papers[1].pk).state == "agreed"


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_registrars_who_give_out_many_at_once_give_each_script_once(on_the_day):
    scene = Scene()
    papers, other, gate, answers = (
        handed_in(scene, 30),
        person("other", Role.REGISTRAR),
        threading.Barrier(2),
        {},
    )
    pairs = {scene.registrar: (scene.agnes, scene.tomasz), other: (scene.tomasz, scene.helen)}

    def press(by):
        with clock.at(DAY):
            gate.wait()
            answers[by] = allocate_many([(paper, *pairs[by]) for paper in papers], by=by)
        connection.close()

    together(press, *pairs)
    bring()
    assert sorted(len(refused) for _, refused in answers.values()) == [0, 30], answers
    assert (
        Allocation.objects.count() == 60
        and Entry.objects.filter(action="assessments.allocate").count() == 30
    )
    assert Notice.objects.filter(subject="Your work is with two markers").count() == 30


ON_THE_DAY = """
from datetime import date
from lms.kit import clock
from lms.people.models import User
from assessments.deciding.actions.boards import ratify
from assessments.deciding.models import Board
from assessments.marking.actions.allocation import allocate_many
from assessments.taking.models import Submission
of = lambda key: User.objects.get(email=key + "@test.example")
at = clock.at(date(2026, 11, 20))
at.__enter__()
"""
RATIFY = ON_THE_DAY + "ratify(Board.objects.get(), by=of('registrar'), chair='Prof. Chair')"
GIVE_OUT = (
    ON_THE_DAY
    + "allocate_many([(one, of('agnes'), of('tomasz')) for one in Submission.objects.all()], by=of('registrar'))"
)


@pytest.mark.slow
@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_a_board_is_recorded_whole_or_not_at_all(on_the_day, tmp_path):
    scene = Scene()
    marked(scene, 12)
    scene.board()
    before = stored()
    for words in (
        'INSERT INTO "assessments_markline"',
        'UPDATE "assessments_submission"',
        'INSERT INTO "people_noticebatch"',
    ):
        at_moments.killed_at(words, RATIFY, tmp_path / "home")
        assert (
            stored() == before
            and not BoardDecision.objects.exists()
            and Board.objects.get().state == "called"
        )
    at_moments.killed_at('INSERT INTO "people_notice" (', RATIFY, tmp_path / "home")
    assert (
        Board.objects.get().state == "ratified"
        and BoardDecision.objects.count() == 12
        and NoticeBatch.objects.count() == 1
    )
    ratify(Board.objects.get(), by=scene.registrar, chair="Prof. Chair")
    assert (
        bring() == 12
        and BoardDecision.objects.count()
        == Notice.objects.filter(subject="The board has decided").count()
        == 12
    )
    assert check()["whole"]


@pytest.mark.slow
@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_scripts_are_given_out_whole_and_again_gives_out_the_rest(
    on_the_day, tmp_path
):
    scene = Scene()
    papers = handed_in(scene, 12)
    before = stored()
    for words in ('INSERT INTO "assessments_allocation"', 'INSERT INTO "record_entry"'):
        at_moments.killed_at(words, GIVE_OUT, tmp_path / "home")
        assert stored() == before
    at_moments.killed_at('INSERT INTO "people_notice" (', GIVE_OUT, tmp_path / "home")
    assert (
        Allocation.objects.count() == 24
        and not Notice.objects.filter(subject="Your work is with two markers").exists()
    )
    assert allocate_many(
        [(paper, scene.agnes, scene.tomasz) for paper in papers], by=scene.registrar
    ) == (12, [])
    bring()
    assert (
        Allocation.objects.count() == 24
        and Notice.objects.filter(subject="Your work is with two markers").count() == 12
    )
    assert Allocation.objects.first().due_on > date(2026, 11, 20) and check()["whole"]


@pytest.mark.both_engines
def test_who_is_second_is_always_told_who_was_first_whatever_was_read_between(scene):
    scene.everything_marked()
    board, other = scene.board(), person("other", Role.REGISTRAR)
    answers = list(
        at_moments.before_each_statement(
            lambda: ratify(Board.objects.get(pk=board.pk), by=scene.registrar, chair="Prof. Chair"),
            lambda: ratify(Board.objects.get(pk=board.pk), by=other, chair="Dr Elsewhere"),
        )
    )
    assert len(answers) > 10
    assert {str(answer).partition(", on ")[0] for answer in answers} == {
        f"Already recorded by {other.full_name}, chaired by Dr Elsewhere"
    }
