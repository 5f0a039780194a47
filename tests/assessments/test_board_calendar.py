"""A board that should not meet, or not on that day, is cancelled or moved with a reason, until it has decided."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from assessments.deciding.actions.board_calendar import cancel_board, move_board
from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.deciding.models import Board, BoardDay
from assessments.trainee.queries import enrolment_of
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, person, sign_in
from .test_boards import refused

LATER = DAY + timedelta(days=30)


@pytest.fixture
def board(scene):
    return scene.board(confirmed=False)


def told(someone):
    return list(Notice.objects.filter(person=someone).values_list("subject", flat=True))


def next_board(scene):
    return enrolment_of(scene.author).board_meets_on


@pytest.mark.both_engines
def test_cancelled_with_who_when_and_why_and_called_anew(scene, board):
    other = person("second", Role.REGISTRAR)
    assert next_board(scene) == DAY
    cancel_board(board, " Called  by mistake. ", by=scene.registrar)
    assert next_board(scene) is None
    board.refresh_from_db()
    assert (board.state, board.cancelled_by, board.cancel_reason) == (
        "cancelled",
        scene.registrar,
        "Called by mistake.",
    )
    assert told(scene.examiner)[:1] == told(other)[:1] == ["A board was cancelled"]
    assert "A board was cancelled" not in told(scene.author) + told(scene.registrar)
    entries = Entry.objects.count()
    cancel_board(board, "Called by mistake.", by=scene.registrar)
    assert Entry.objects.count() == entries
    refused("Cancelled by Given Registrar", cancel_board, board, "Mine.", by=other)
    page = sign_in(Client(), scene.registrar).get("/boards/").content.decode()
    assert "Cancelled by Given Registrar on" in page and "Called by mistake." in page
    anew = call_board(scene.cohort, board.title, board.meets_on, by=scene.registrar)
    assert anew.pk != board.pk and anew.state == "called" and next_board(scene) == DAY


def test_nothing_is_confirmed_or_decided_by_a_cancelled_board(scene):
    scene.everything_marked()
    board = scene.board()
    cancel_board(board, "Wrong cohort.", by=scene.registrar)
    refused("Cancelled", ratify, board, by=scene.registrar, chair="Prof. Chair")
    refused("Cancelled", move_board, board, LATER, "Again.", by=scene.registrar)
    fresh = Board.objects.create(cohort=scene.cohort, title="B", meets_on=DAY)
    cancel_board(fresh, "Twice.", by=scene.registrar)
    refused("cancelled", confirm_sample, fresh, "Sound.", by=scene.examiner)
    registrar, examiner = (sign_in(Client(), p) for p in (scene.registrar, scene.examiner))
    assert "Cancelled by" in registrar.get(f"/boards/{board.pk}/").content.decode()
    assert registrar.get(f"/boards/{board.pk}/check/").status_code == 302
    assert "was cancelled" in examiner.get(f"/examining/{fresh.pk}/").content.decode()
    assert f"/examining/{fresh.pk}/" not in examiner.get("/examining/").content.decode()
    # What it would have decided, the next board decides.
    second = call_board(scene.cohort, "Next board", DAY, by=scene.registrar)
    confirm_sample(second, "Sound.", by=scene.examiner)
    assert ratify(second, by=scene.registrar, chair="Prof. Chair").decisions.count() == 2


def test_moved_with_both_days_and_never_behind_somebodys_back(scene, board):
    move_board(board, LATER, "The chair is ill.", by=scene.registrar, seen=DAY)
    assert board.meets_on == LATER == next_board(scene)
    line = BoardDay.objects.get()
    assert (line.was_on, line.meets_on, line.why) == (DAY, LATER, "The chair is ill.")
    assert "A board meets on another day" in told(scene.examiner)
    entries = Entry.objects.count()
    move_board(board, LATER, "The chair is ill.", by=scene.registrar, seen=DAY)
    assert Entry.objects.count() == entries and BoardDay.objects.count() == 1
    refused("was moved to", move_board, board, DAY + timedelta(days=3), "W.", by=OP, seen=DAY)
    other = call_board(scene.cohort, board.title, DAY, by=scene.registrar)
    refused("already", move_board, other, LATER, "Why.", by=scene.registrar)
    with pytest.raises(DatabaseError), transaction.atomic():
        BoardDay.objects.update(why="Nothing.")


@pytest.mark.parametrize("why", ["", "  ", "x" * 501])
def test_no_reason_no_change(scene, board, why):
    refused("Say why|characters", cancel_board, board, why, by=scene.registrar)
    refused("Say why|characters", move_board, board, LATER, why, by=scene.registrar)


def test_a_board_that_has_decided_stays(scene):
    scene.everything_marked()
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    refused("has decided", cancel_board, board, "Why.", by=scene.registrar)
    refused("has decided", move_board, board, LATER, "Why.", by=scene.registrar)


def test_only_a_registrar_and_never_for_their_own_results(scene, board):
    grant(scene.author, Role.REGISTRAR, by=OP, starts_on=DAY)
    for by, words in ((scene.author, "Your own results"), (scene.examiner, "Only a registrar")):
        refused(words, cancel_board, board, "Why.", by=by, kind=NotAllowed)
        refused(words, move_board, board, LATER, "Why.", by=by, kind=NotAllowed)
    cancel_board(board, "Ill.", by=scene.registrar)
    assert "A board was cancelled" not in told(scene.author), "a trainee learns of it as registrar"


def test_the_page_moves_and_cancels(scene, board):
    client, url = sign_in(Client(), scene.registrar), f"/boards/{board.pk}/change/"
    assert url in client.get(f"/boards/{board.pk}/").content.decode()
    sent = {"action": "move", "seen": DAY.isoformat(), "move-meets_on": LATER.isoformat()}
    assert "Say why" in client.post(url, sent).content.decode()
    assert client.post(url, sent | {"move-why": "Snow."}).status_code == 302
    again = client.post(url, sent | {"move-why": "Ice.", "move-meets_on": "2027-01-20"})
    assert "was moved to" in again.content.decode() and 'value="Ice."' in again.content.decode()
    assert "Snow." in client.get(f"/boards/{board.pk}/").content.decode()
    for junk in (
        {},
        {"action": "nothing"},
        sent | {"seen": "x", "move-why": "W.", "move-meets_on": "2027-01-09"},
    ):
        assert client.post(url, junk).status_code == 200
    assert client.post(url, {"action": "cancel", "cancel-why": "Snow."}).status_code == 302
    board.refresh_from_db()
    assert (board.state, board.meets_on) == ("cancelled", LATER)
    assert client.get(url).status_code == 302


def test_a_board_is_recorded_on_the_day_that_counts(scene):
    scene.everything_marked()
    board = scene.board()
    move_board(board, LATER, "The chair is ill.", by=scene.registrar)
    with pytest.raises(Refused, match="meets on Sunday 20 December"):
        ratify(board, by=scene.registrar, chair="Prof. Chair")
