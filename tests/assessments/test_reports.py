"""The external examiner's word is a list: the newest counts, stops the board or lets it decide, and nothing is overwritten."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from assessments.deciding.actions.boards import confirm_sample, ratify
from assessments.deciding.actions.reports import write_report
from assessments.deciding.models import Board, ExaminerReport
from assessments.deciding.queries.boards import readiness
from assessments.deciding.queries.sample import outside_sample, sample_of
from lms.kit import clock
from lms.kit.refusals import NotAllowed
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, TELLTALES, person, sign_in
from .test_board_pages import crowd
from .test_boards import refused


def opinions(board):
    return [(r.number, r.opinion, r.comment) for r in board.reports.order_by("number")]


def is_stopped(scene, board):
    refused("has not confirmed", ratify, board, by=scene.registrar, chair="Prof. Chair")
    return not [case for case in readiness(board) if case.is_ready]


def test_an_empty_sample_cannot_be_confirmed(scene):
    board = scene.board(confirmed=False)
    refused("nothing to confirm", confirm_sample, board, "Sound.", by=scene.examiner)
    scene.mark(scene.hand_in(), 60, 60)  # the quiz of the module is missing
    refused("nothing to confirm", confirm_sample, board, "Sound.", by=scene.examiner)
    write_report(board, "not_sound", "The brief is unclear.", by=scene.examiner)
    assert opinions(board) == [(1, "not_sound", "The brief is unclear.")]


@pytest.mark.parametrize("opinion", ["sound", "reservations"])
def test_two_of_the_words_let_a_board_decide(scene, opinion):
    scene.everything_marked()
    board = scene.board(confirmed=False)
    write_report(board, opinion, "As I found it.", by=scene.examiner)
    assert ratify(board, by=scene.registrar, chair="Prof. Chair").state == "ratified"
    refused("has decided", write_report, board, "not_sound", "Too late.", by=scene.examiner)


def test_not_sound_stops_it_until_a_newer_line_says_otherwise(scene):
    scene.everything_marked()
    board = scene.board()
    grant(scene.agnes, Role.REGISTRAR, by=OP, starts_on=DAY)
    write_report(board, "not_sound", "Second markers did not read.", by=scene.examiner)
    assert not Notice.objects.filter(
        person=scene.agnes, subject__contains="stops a board"
    ).exists(), "a registrar who marks does not read what the examiner says of marks"
    board.refresh_from_db()
    assert is_stopped(scene, board)
    told = Notice.objects.filter(person=scene.registrar, subject__contains="stops a board")
    assert "Second markers did not read." in told.get().body
    page = sign_in(Client(), scene.registrar).get(f"/boards/{board.pk}/").content.decode()
    assert "stops this board" in page and "The marking is not sound." in page
    write_report(board, "sound", "They have now.", by=scene.examiner)
    assert [n for n, _opinion, _comment in opinions(board)] == [1, 2, 3]
    assert ratify(board, by=scene.registrar, chair="Prof. Chair").state == "ratified"
    with pytest.raises(DatabaseError), transaction.atomic():
        ExaminerReport.objects.update(comment="Other words.")


@pytest.mark.both_engines
def test_work_marked_later_is_decided_after_another_look(scene):
    scene.everything_marked()
    board = scene.board()
    late = scene.another(1)
    with clock.at(clock.now() + timedelta(hours=1)):
        scene.everything_marked(late)
        assert len([c for c in readiness(board) if c.is_ready]) == 2
    with clock.at(clock.now() + timedelta(hours=2)):
        confirm_sample(board, "Sound.", by=scene.examiner)
        entries = Entry.objects.count()
        confirm_sample(board, "Sound.", by=scene.examiner)
        assert Entry.objects.count() == entries, "the same words twice are one line"
        assert len(opinions(board)) == 2
        assert ratify(board, by=scene.registrar, chair="Prof. Chair").decisions.count() == 4


def test_more_scripts_are_in_the_sample_from_then_on(scene):
    crowd(scene, 60, spread=lambda key: 57)
    board = scene.board(confirmed=False)
    outside = outside_sample(board)
    assert outside
    refused("no scripts", write_report, board, "more", "W.", by=scene.examiner, numbers=["S-X"])
    refused("Name the scripts", write_report, board, "more", "W.", by=scene.examiner)
    count = sample_of(board).count
    report = write_report(
        board, "more", "These.", by=scene.examiner, numbers=[outside[0].lower()], at_random=3
    )
    scripts = report.request.scripts
    asked = {"numbers": [outside[0]], "at_random": 3}
    assert write_report(board, "more", "These.", by=scene.examiner, **asked) == report
    assert scripts[0] == outside[0] and len(set(scripts)) == 4
    assert sample_of(board).count == count + 4
    assert set(outside_sample(board)) == set(outside) - set(scripts)
    assert is_stopped(scene, board)
    confirm_sample(board, "Sound.", by=scene.examiner)
    assert sample_of(board).count == count + 4


def test_a_page_that_is_older_than_another_examiners_word_adds_nothing(scene):
    scene.everything_marked()
    board = scene.board(confirmed=False)
    other = person("other", Role.EXTERNAL_EXAMINER)
    write_report(board, "not_sound", "No.", by=other, seen=0)
    refused("wrote to this board", write_report, board, "sound", "Yes.", by=scene.examiner, seen=0)
    answer = sign_in(Client(), scene.examiner).post(
        f"/examining/{board.pk}/", {"opinion": "sound", "comment": "Yes.", "seen": "0"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and "wrote to this board" in page and "Yes." in page
    assert Board.objects.get().sample_confirmed_at is None


def test_whoever_wrote_to_a_board_never_records_it(scene):
    scene.everything_marked()
    both = person("both", Role.EXTERNAL_EXAMINER, Role.REGISTRAR)
    board = scene.board(confirmed=False)
    write_report(board, "not_sound", "No.", by=both)
    write_report(board, "sound", "Yes.", by=scene.examiner)
    refused("another registrar", ratify, board, by=both, chair="Prof. Chair", kind=NotAllowed)


def test_a_script_as_its_markers_judged_it_by_number_only(scene):
    essay, _portfolio = scene.everything_marked()
    board, client = scene.board(confirmed=False), sign_in(Client(), scene.examiner)
    url = f"/examining/{board.pk}/{essay.script}/"
    assert url in client.get(f"/examining/{board.pk}/").content.decode()
    page = client.get(url).content.decode()
    assert "Write it." in page and "Right and dated." in page and page.count("Well argued.") == 2
    assert "First marker" in page and "Second marker" in page
    for word in [*TELLTALES, "Agnes", "Tomasz"]:
        assert word not in page
    assert client.get(f"/examining/{board.pk}/S-NONE/").status_code == 404
    grant(scene.agnes, Role.EXTERNAL_EXAMINER, by=OP, starts_on=DAY)
    assert sign_in(Client(), scene.agnes).get(url).status_code == 403
