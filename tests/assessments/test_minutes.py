"""What a board did can be read as it was recorded: signed, corrected by lines, never changed."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook

from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.holds import place_hold
from assessments.deciding.actions.minutes import correct_minutes, sign_minutes
from assessments.deciding.models import Board, Minutes, MinutesLine
from assessments.deciding.queries.minutes import hash_of, is_whole, line_hash, lines_of, minutes_of
from assessments.deciding.queries.pack import pack_of
from assessments.marking.actions.interests import declare_interest
from lms.kit import clock, pdf
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import rename
from lms.people.models import Notice, Role

from .scene import DAY, OP, Scene, person, sign_in
from .test_board_members import all_there, attend, seat
from .test_desk_races import pressed

OWN, OTHER = "REF-ZQ-998877", "REF-0001"


def state():
    rows = [list(model.objects.values()) for model in (Minutes, MinutesLine)]
    return [*all_there(), *rows]


def refused(match, action, *args, kind=Refused, **kwargs):
    before = state()
    with pytest.raises(kind, match=match):
        action(*args, **kwargs)
    assert state() == before


def decided_board(scene):
    scene.everything_marked()
    other = scene.another(1)
    scene.everything_marked(other)
    place_hold(other, scene.two, "misconduct", "A secret reason.", by=scene.registrar)
    board = scene.board()
    seats = seat(scene, board)
    declare_interest(by=scene.helen, reference=OTHER)
    attend(scene, board, seats["chair"], seats["internal"], seats["external"])
    with override("cy"):  # the minutes are in English, whatever the language of whoever presses
        return ratify(board, by=scene.registrar, chair="Given Chair"), seats


@pytest.fixture
def found(scene):
    return decided_board(scene)


def test_they_hold_who_was_there_and_what_was_decided_and_left_out(scene, found):
    board, seats = found
    minutes = minutes_of(board)
    content = minutes.content
    assert minutes.pk and minutes.sha256 == hash_of(content)
    assert ["Given Chair", "chair", True] in content["members"]
    assert ["Given Clerk", "secretary", False] in content["members"]
    assert content["interests"] == [["Given Helen", OTHER]]
    assert content["examiner"] == [["Given Ruth", "sound", "Sound.", "2026-11-20"]]
    assert [OWN, "T1", "73.40", "pass"] in content["decisions"] and len(content["decisions"]) == 3
    assert content["left_out"] == [[OTHER, "T2", "Held back"]]
    assert content["awards"] == [[OWN, "Certificate of Testing"]]
    assert "secret reason" not in str(content) and "Quuxington" not in str(content)
    told = Notice.objects.filter(person=seats["chair"].person, url=f"/boards/{board.pk}/minutes/")
    assert told.count() == 1


def test_nothing_that_happens_later_changes_them(scene, found):
    board, seats = found
    before = minutes_of(board).content
    rename(seats["chair"].person, by=OP, first_name="Another", last_name="Name")
    scene.one.title = "Another title"
    scene.one.save()
    assert minutes_of(Board.objects.get(pk=board.pk)).content == before


def test_the_chair_signs_what_they_read_once(scene, found):
    board, seats = found
    chair, sha256 = seats["chair"].person, minutes_of(board).sha256
    for by in (scene.helen, scene.registrar, scene.author, OP):
        refused("Only the chair", sign_minutes, board, by=by, sha256=sha256, kind=NotAllowed)
    refused("not the minutes that you read", sign_minutes, board, by=chair, sha256="0" * 64)
    line = sign_minutes(board, by=chair, sha256=sha256)
    before = state()
    assert sign_minutes(board, by=chair, sha256=sha256) == line and state() == before
    assert (line.name, line.at, line.kind) == ("Given Chair", clock.now(), "signed")
    refused(
        "signed already by Given Chair",
        sign_minutes,
        board,
        by=scene.registrar,
        sha256=sha256,
        day=DAY,
    )


@pytest.mark.both_engines
def test_a_correction_is_a_line_and_any_other_change_is_seen(scene, found):
    board, seats = found
    chair = seats["chair"].person
    sign_minutes(board, by=chair, sha256=minutes_of(board).sha256)
    refused("Write the correction", correct_minutes, board, "  ", by=chair)
    refused("Only a registrar", correct_minutes, board, "No.", by=scene.helen, kind=NotAllowed)
    correct_minutes(board, "Dr Late came at ten.", by=scene.registrar, seen=1)
    before = state()
    correct_minutes(board, "Dr Late came at ten.", by=scene.registrar, seen=1)
    assert state() == before
    refused("A line was added", correct_minutes, board, "Another.", by=chair, seen=1)
    assert Notice.objects.filter(person=chair, subject="Minutes are corrected").count() == 1
    minutes = minutes_of(board)
    lines = lines_of(minutes)
    assert [line.kind for line in lines] == ["signed", "correction"] and is_whole(minutes, lines)
    lines[0].name = "Somebody Else"
    assert not is_whole(minutes, lines)
    minutes.content["chair"] = "Somebody Else"
    assert not is_whole(minutes, [])
    with pytest.raises(TypeError):
        minutes.save()


def test_a_line_of_a_summer_evening_has_the_hash_that_is_found_again():
    evening = datetime(2026, 7, 3, 21, 30, tzinfo=ZoneInfo("Europe/London"))
    lines = [MinutesLine(number=1, kind="signed", name="A", at=at) for at in (evening, evening)]
    lines[1].at = evening.astimezone(UTC)
    assert line_hash("x", lines[0]) == line_hash("x", lines[1])


@pytest.mark.both_engines
def test_the_database_changes_neither_minutes_nor_lines(scene, found):
    board, seats = found
    correct_minutes(board, "Early.", by=scene.registrar)
    for statement in (
        "UPDATE assessments_minutes SET sha256 = 'x'",
        "DELETE FROM assessments_minutesline",
        "UPDATE assessments_minutesline SET text = 'x'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_board_from_before_has_minutes_of_what_is_known(scene):
    scene.everything_marked()
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    with connection.cursor() as cursor:  # as it was left by the release before
        cursor.execute("DROP TRIGGER IF EXISTS assessments_minutes_no_delete")
        cursor.execute("DELETE FROM assessments_minutes")
    board = Board.objects.select_related("cohort__programme").get(pk=board.pk)
    minutes = minutes_of(board)
    assert minutes.pk is None and minutes.content["left_out"] is None
    assert [OWN, "T1", "73.40", "pass"] in minutes.content["decisions"]
    assert minutes.content["awards"] == [[OWN, "Certificate of Testing"]]
    page = sign_in(Client(), scene.registrar).get(f"/boards/{board.pk}/minutes/")
    assert "was not recorded" in page.content.decode() and not Minutes.objects.exists()
    later = DAY + timedelta(days=1)
    refused(
        "from the board", sign_minutes, board, by=scene.registrar, sha256=minutes.sha256, day=later
    )
    line = sign_minutes(board, by=scene.registrar, sha256=minutes.sha256, day=DAY)
    assert (line.kind, line.name, line.signed_on) == ("paper", "Prof. Chair", DAY)
    kept = minutes_of(board)
    assert kept.pk and kept.content == minutes.content


def test_there_are_none_before_the_board_has_decided(scene):
    board = scene.board(confirmed=False)
    refused("no minutes before", correct_minutes, board, "Early.", by=scene.registrar)
    client = sign_in(Client(), scene.registrar)
    assert "no minutes yet" in client.get(f"/boards/{board.pk}/minutes/").content.decode()
    assert client.get(f"/boards/{board.pk}/minutes.pdf").status_code == 404


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_who_sign_at_once_sign_once():
    with clock.at(DAY):
        scene = Scene()
        board, seats = decided_board(scene)
        sha256 = minutes_of(board).sha256
    chair = seats["chair"].person
    refusals = pressed(
        ("chair", lambda: sign_minutes(board, by=chair, sha256=sha256)),
        ("paper", lambda: sign_minutes(board, by=scene.registrar, sha256=sha256, day=DAY)),
    )
    assert MinutesLine.objects.count() == len(refusals) == 1


@pytest.mark.both_engines
def test_the_pages_and_the_file(scene, found, django_assert_max_num_queries):
    board, seats = found
    at = f"/boards/{board.pk}/minutes/"
    assert sign_in(Client(), scene.agnes).get(at).status_code == 403
    assert sign_in(Client(), scene.author).get(at).status_code == 403
    chair = sign_in(Client(), seats["chair"].person)
    with django_assert_max_num_queries(15):
        page = chair.get(at).content.decode()
    assert "Sign the minutes" in page and OWN in page and "Quuxington" not in page
    sha256 = minutes_of(board).sha256
    assert chair.post(at, {"action": "sign", "sha256": "x"}).status_code == 409
    assert chair.post(at, {"action": "sign", "sha256": sha256}).status_code == 302
    assert "Signed by Given Chair" in chair.get(at).content.decode()
    assert chair.post(at, {"action": "correct", "correct-text": ""}).status_code == 422
    sent = {"action": "correct", "correct-text": "Dr Late came at ten.", "seen": "1"}
    assert chair.post(at, sent).status_code == 302
    answer = chair.get(f"/boards/{board.pk}/minutes.pdf")
    words = pdf.text_of(answer.content)
    for expected in (OWN, "Given Chair", "Signed by", "Dr Late came at ten.", "Passed", OTHER):
        assert expected in words
    assert all(embedded for _name, embedded in pdf.fonts_in(answer.content))
    assert "Quuxington" not in words and "secret" not in words
    other = sign_in(Client(), person("other", Role.REGISTRAR))
    assert other.get(at).status_code == 200


@pytest.mark.both_engines
def test_the_pack_of_a_board_by_reference_and_without_a_name(scene, django_assert_max_num_queries):
    scene.everything_marked()
    other = scene.another(1)
    scene.everything_marked(other, mark=48)
    place_hold(other, scene.two, "misconduct", "A secret reason.", by=scene.registrar)
    board = scene.board()
    seat(scene, board)
    lists = {one["name"]: one for one in pack_of(board, scene.registrar)}
    assert lists["results"]["heads"] == ["Student", "T1", "T2"]
    assert [OWN, "73.4: Passed", "62: Passed"] in lists["results"]["rows"]
    assert [OTHER, "63.6: Passed", "48: Another attempt"] in lists["results"]["rows"]
    assert ["T2", 2, "55", 1, 0, 1, 0] in lists["distributions"]["rows"]
    assert lists["borderlines"]["rows"] == [[OTHER, "T2", "48", 50]]
    assert [OTHER, "T2", "Held back: Academic misconduct"] in lists["flags"]["rows"]
    client = sign_in(Client(), scene.registrar)
    with django_assert_max_num_queries(22):  # 15 for the pack, 7 to write down who took it
        answer = client.get(f"/boards/{board.pk}/pack.pdf")
    words = pdf.text_of(answer.content)
    book = load_workbook(io.BytesIO(client.get(f"/boards/{board.pk}/pack.xlsx").content))
    cells = [[cell.value for cell in row] for sheet in book for row in sheet]
    for expected in (OWN, "73.4: Passed", "Given Chair (Chair)"):
        assert expected in words and any(expected in str(row) for row in cells)
    assert ["T2", 2, "55", 1, 0, 1, 0] in [row[:7] for row in cells]
    for told in (words, str(cells)):
        assert "Quuxington" not in told and "secret" not in told and "Zebedee" not in told
    assert client.get(f"/boards/{board.pk}/pack.txt").status_code == 404
    assert sign_in(Client(), scene.helen).get(f"/boards/{board.pk}/pack.pdf").status_code == 403
