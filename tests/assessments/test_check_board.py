"""A board's decisions are recorded as they were shown, or not at all."""

from decimal import Decimal

import pytest
from django.test import Client

from assessments.deciding.actions.boards import Outdated, ratify
from assessments.deciding.models import BoardDecision
from assessments.deciding.queries.boards import modules_of, readiness
from assessments.deciding.queries.checking import forecast_of
from assessments.deciding.queries.standing import fingerprint_of, standing_of
from assessments.setting.models import AssessmentVersion
from cohorts.enrolment.actions import interrupt
from lms.kit.refusals import Refused

from .scene import sign_in
from .test_boards import refused, standing


def counts(board):
    return forecast_of(board, modules_of(board), {})


def shown_to(scene, board):
    return sign_in(Client(), scene.registrar).get(f"/boards/{board.pk}/check/")


@pytest.mark.both_engines
def test_the_page_says_what_is_then_recorded(scene):
    scene.everything_marked()
    failing, late = scene.another(1), scene.another(2)
    scene.everything_marked(failing, mark=30)
    scene.mark(scene.hand_in(enrolment=late, seed="late"), 55, 57)
    board = scene.board()
    forecast = counts(board)
    cases = [case for case in readiness(board) if case.is_ready]
    assert forecast.ready == len(cases) == 4
    page = shown_to(scene, board)
    words = page.content.decode()
    assert "REF-0001" in words and "30: Another attempt" in words and "Left out" in words
    assert "T1-QUIZ has not been handed in" in words and "Trainee1" not in words
    ratify(board, by=scene.registrar, chair="Prof. Chair", fingerprint=page.context["fingerprint"])
    outcomes = list(BoardDecision.objects.values_list("outcome", flat=True))
    assert {one: outcomes.count(one) for one in set(outcomes)} == {
        name: n for name, n in forecast.counts.items() if n
    }
    assert (forecast.awards, forecast.for_later) == (1, 2)


def test_a_second_fail_is_not_passed_on_the_page_too(scene, settings):
    settings.IMSA_RESIT_ALLOWED = False
    scene.everything_marked(mark=30)
    assert counts(scene.board()).counts == {"pass": 1, "fail": 1}


@pytest.mark.parametrize("change", ["leave", "weight", "rules"])
def test_what_changed_meanwhile_stops_it_and_is_named(scene, settings, change):
    scene.everything_marked()
    scene.everything_marked(scene.another(1), mark=30)
    board = scene.board()
    fingerprint = shown_to(scene, board).context["fingerprint"]
    if change == "leave":
        interrupt(scene.enrolment, by=scene.registrar, reason="ill")
        words = "on leave"
    elif change == "weight":
        AssessmentVersion.objects.filter(assessment=scene.essay).update(weight=69)
        words = "weights"
    else:
        settings.IMSA_PASS_MARK = Decimal(63)
        words = "rules for passing"
    refused(
        words,
        ratify,
        board,
        by=scene.registrar,
        chair="Prof. Chair",
        fingerprint=fingerprint,
        kind=Outdated,
    )
    before = standing()
    answer = sign_in(Client(), scene.registrar).post(
        f"/boards/{board.pk}/check/", {"chair": "Prof. Chair", "fingerprint": fingerprint}
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and standing() == before
    assert "Nothing is recorded" in page and words in page and 'value="Prof. Chair"' in page
    assert answer.context["fingerprint"].split("-")[1:] != fingerprint.split("-")[1:]


def test_marks_that_came_meanwhile_are_named_by_student_reference(scene):
    scene.everything_marked()
    board = scene.board()
    fingerprint = fingerprint_of(standing_of(board))
    scene.everything_marked(scene.another(7))
    refused(
        r"marks or attempts \(.*REF-0007",
        ratify,
        board,
        by=scene.registrar,
        chair="Prof. Chair",
        fingerprint=fingerprint,
    )


@pytest.mark.parametrize("fingerprint", ["", "x", "1-2-3", "９-a-b-c-d-e-f-g", "9" * 30])
def test_a_form_without_its_fingerprint_records_nothing(scene, fingerprint):
    scene.everything_marked()
    refused(
        "not whole",
        ratify,
        scene.board(),
        by=scene.registrar,
        chair="Prof. Chair",
        fingerprint=fingerprint,
    )


def test_the_board_page_itself_records_nothing(scene):
    scene.everything_marked()
    board = scene.board()
    before = standing()
    client = sign_in(Client(), scene.registrar)
    assert client.post(f"/boards/{board.pk}/", {"chair": "Prof. Chair"}).status_code == 405
    assert standing() == before
    assert f"/boards/{board.pk}/check/" in client.get(f"/boards/{board.pk}/").content.decode()


def test_twice_is_once_and_afterwards_the_page_leads_to_the_board(scene):
    scene.everything_marked()
    board = scene.board()
    fingerprint = shown_to(scene, board).context["fingerprint"]
    for _press in range(2):
        ratify(board, by=scene.registrar, chair="Prof. Chair", fingerprint=fingerprint)
    assert BoardDecision.objects.count() == 2
    assert shown_to(scene, board).status_code == 302
    with pytest.raises(Refused, match="Already recorded"):
        ratify(board, by=scene.registrar, chair="Dr Else", fingerprint=fingerprint)
