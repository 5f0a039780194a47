"""One person's result is held back; everyone else's is decided, and nobody reads why who should not."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.deciding.actions.holds import lift_hold, place_hold
from assessments.deciding.models import BoardDecision, Hold
from assessments.deciding.queries.boards import modules_of, readiness
from assessments.deciding.queries.standing import fingerprint_of, standing_of
from assessments.deciding.queries.tallies import tally_of
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, sign_in
from .test_boards import refused

WHY = "Unmistakable words about a source."


@pytest.fixture
def board(scene):
    scene.everything_marked()
    scene.everything_marked(scene.another(1))
    return scene.board()


def place(scene, module=None, kind="misconduct", **given):
    return place_hold(scene.enrolment, module, kind, WHY, by=scene.registrar, **given)


def ready(board):
    cases = [case for case in readiness(board) if case.is_ready]
    assert tally_of(board, modules_of(board)).ready == len(cases)
    return sorted((case.enrolment.student_reference, case.module.code) for case in cases)


@pytest.mark.both_engines
def test_the_rest_is_decided_and_what_was_held_back_waits(scene, board):
    hold = place(scene, scene.one)
    assert ready(board) == [("REF-0001", "T1"), ("REF-0001", "T2"), ("REF-ZQ-998877", "T2")]
    page = sign_in(Client(), scene.registrar).get(f"/boards/{board.pk}/").content.decode()
    assert "Held back: Academic misconduct" in page and WHY not in page
    ratify(board, by=scene.registrar, chair="Prof. Chair")
    assert BoardDecision.objects.count() == 3
    with pytest.raises(Refused, match="has decided"):
        place_hold(scene.enrolment, scene.two, "query", WHY, by=scene.registrar)
    lift_hold(hold, "No case to answer.", by=scene.registrar)
    again = call_board(scene.cohort, "Next board", DAY, by=scene.registrar)
    confirm_sample(again, "Sound.", by=scene.examiner)
    assert ready(again) == [("REF-ZQ-998877", "T1")]


def test_all_modules_of_one_person(scene, board):
    hold = place(scene)
    assert ready(board) == [("REF-0001", "T1"), ("REF-0001", "T2")]
    lift_hold(hold, "Answered.", by=scene.registrar)
    assert len(ready(board)) == 4


def test_the_trainee_is_told_plainly_and_not_the_kind_where_it_waits(scene, board):
    place(scene, scene.one, tells_kind=False)
    place(scene, scene.two, kind="circumstances")
    first, second = Notice.objects.filter(
        person=scene.author, subject="A result of yours is held back"
    ).order_by("pk")
    assert "Law in tests" in first.body and "misconduct" not in first.body
    assert "Extenuating circumstances" in second.body
    assert WHY not in first.body + second.body
    assert "programme office" in first.body
    page = sign_in(Client(), scene.author).get("/study/").content.decode()
    assert page.count("Held back since") == 2 and "Extenuating circumstances" in page
    assert "misconduct" not in page and WHY not in page
    for hold in Hold.objects.all():
        lift_hold(hold, "Answered.", by=scene.registrar)
    assert "Held back" not in sign_in(Client(), scene.author).get("/study/").content.decode()


def test_twice_is_once_and_another_kind_is_told(scene, board):
    hold = place(scene)
    entries = Entry.objects.count()
    assert place(scene) == hold and Entry.objects.count() == entries
    refused(
        "held back already", place_hold, scene.enrolment, None, "query", "W.", by=scene.registrar
    )
    refused("Write a sentence", place_hold, scene.enrolment, scene.one, "query", " ", by=OP)
    refused("Choose why", place_hold, scene.enrolment, scene.one, "spite", "W.", by=OP)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(enrolment=scene.enrolment, kind="query", why="W.")
    lift_hold(hold, "Answered.", by=scene.registrar)
    entries = Entry.objects.count()
    lift_hold(hold, "Other words.", by=scene.registrar)
    hold.refresh_from_db()
    assert Entry.objects.count() == entries and hold.outcome == "Answered."


def test_what_is_held_back_after_the_check_page_stops_the_press(scene, board):
    fingerprint = fingerprint_of(standing_of(board))
    place(scene)
    refused(
        "what is held back",
        ratify,
        board,
        by=scene.registrar,
        chair="Prof. Chair",
        fingerprint=fingerprint,
    )


def test_no_party_to_the_results_holds_back_or_reads_why(scene, board):
    place(scene)
    url = f"/registry/holds/{scene.enrolment.pk}/"
    assert WHY in sign_in(Client(), scene.registrar).get(url).content.decode()
    for someone in (scene.author, scene.agnes, scene.examiner):
        grant(someone, Role.REGISTRAR, by=OP, starts_on=DAY)
        someone.__dict__.pop("_roles_today", None)
        answer = sign_in(Client(), someone).get(url)
        assert answer.status_code == 403 and WHY not in answer.content.decode()
        with pytest.raises(NotAllowed, match="someone else|another registrar"):
            place_hold(scene.enrolment, scene.one, "query", "W.", by=someone)
    assert Hold.objects.count() == 1


def test_the_page_holds_back_and_lets_go(scene, board):
    client, url = sign_in(Client(), scene.registrar), f"/registry/holds/{scene.enrolment.pk}/"
    assert url in client.get(f"/boards/{board.pk}/").content.decode()
    assert client.post(url, {"module": "", "kind": "query"}).status_code == 422
    for junk in ({"hold": "999"}, {"hold": "x"}, {"module": "999", "kind": "query", "why": "W."}):
        assert client.post(url, junk).status_code in (409, 422)
    assert not Hold.objects.exists()
    sent = {"module": str(scene.one.pk), "kind": "misconduct", "why": WHY, "is_quiet": "on"}
    assert client.post(url, sent).status_code == 302
    hold = Hold.objects.get()
    assert (hold.module, hold.tells_kind, hold.placed_by) == (scene.one, False, scene.registrar)
    page = client.get(url).content.decode()
    assert WHY in page and "REF-ZQ-998877" in page and "Quuxington" not in page
    let_go = {"hold": hold.pk, f"h{hold.pk}-outcome": "No case to answer."}
    assert client.post(url, {"hold": hold.pk}).status_code == 422
    assert client.post(url, let_go).status_code == 302
    assert "No case to answer." in client.get(url).content.decode()
