"""Somebody who left is given the credits of what was marked before, by a chair; no board, and nothing but a pass."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.attempts.models import Attempt, MarkLine
from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.chairs_action import decide_by_chair
from assessments.deciding.actions.corrections import agree_to_correction
from assessments.deciding.actions.holds import place_hold
from assessments.deciding.actions.leavers import decide_for_leaver
from assessments.deciding.models import Award, BoardDecision, ChairsAction
from assessments.deciding.queries.boards import cases_of_leaver, readiness
from assessments.deciding.queries.transcripts import content_of_transcript
from assessments.marking.actions.corrections import request_correction
from assessments.marking.models import Allocation, DeclaredInterest
from assessments.taking.models import QuizAttempt, Submission
from cohorts.enrolment.actions import leave
from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.models import Entry

from .scene import DAY, Scene, sign_in

WHY = "Marked before they left; the board had not met."


@pytest.fixture
def other(scene):
    """Somebody whose marks the board decides, so that there is one."""
    other = scene.another(1)
    scene.everything_marked(other)
    return other


def board_that_decided(scene):
    return ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")


@pytest.fixture
def left(scene, other):
    """The author's every piece is marked, and they left before the board."""
    scene.everything_marked(mark=62)
    leave(scene.enrolment, by=scene.registrar)
    return board_that_decided(scene)


def decide(scene, module=None, **other):
    words = {"reason": WHY, "chair": "Prof. Chair", "by": scene.registrar, **other}
    return decide_for_leaver(scene.enrolment, module or scene.one, **words)


def world():
    tables = BoardDecision, ChairsAction, Award, Attempt, MarkLine, Submission, Entry, Notice
    return [list(table.objects.order_by("pk").values()) for table in tables]


def refused(scene, match, kind=Refused, **other):
    before = world()
    with pytest.raises(kind, match=match):
        decide(scene, **other)
    assert world() == before


@pytest.mark.both_engines
def test_what_was_marked_is_passed_with_its_credits(scene, left):
    assert not BoardDecision.objects.filter(enrolment=scene.enrolment).exists()
    assert content_of_transcript(scene.enrolment) is None
    made = decide(scene)
    assert (made.is_pass, made.outcome, made.board, made.number) == (True, "pass", left, 1)
    assert made.chairs_action.kind == "leaver" and made.chairs_action.reason == WHY
    pieces = Attempt.objects.filter(enrolment=scene.enrolment, assessment__module=scene.one)
    assert {a.lines.order_by("number").last().stage for a in pieces} == {"ratified"}
    assert pieces.count() == Attempt.objects.filter(enrolment=scene.enrolment).count() - 1
    assert QuizAttempt.objects.get(enrolment=scene.enrolment).state == "ratified"
    essay = Submission.objects.get(enrolment=scene.enrolment, assessment=scene.essay)
    assert essay.state == "ratified"
    (row,) = content_of_transcript(scene.enrolment)["modules"]
    assert (row["code"], row["is_pass"], row["credits"]) == (
        scene.one.code,
        True,
        scene.one.credits,
    )
    told = Notice.objects.get(person=scene.author, subject="A decision after you left")
    assert str(scene.one.credits) in told.body and WHY not in told.body
    before = world()
    assert decide(scene) == made, "twice is once"
    assert world() == before
    refused(scene, "decided already", reason="Other words.")
    scene.enrolment.refresh_from_db()
    assert scene.enrolment.state == "left"


@pytest.mark.both_engines
def test_every_module_passed_brings_no_award_to_who_left(scene, left):
    decide(scene), decide(scene, scene.portfolio.module)
    assert not Award.objects.filter(enrolment=scene.enrolment).exists()
    scene.enrolment.refresh_from_db()
    assert scene.enrolment.state == "left"
    cases = cases_of_leaver(left, scene.enrolment)
    assert all(case.decision for case in cases if case.parts)


def test_boards_stay_about_others(scene, left):
    assert {case.enrolment.pk for case in readiness(left)}.isdisjoint({scene.enrolment.pk})


def test_what_is_not_passed_or_not_marked_stays_undecided(scene, other):
    scene.take_quiz(right=0)
    scene.mark(scene.hand_in(), 44, 44)
    leave(scene.enrolment, by=scene.registrar)
    refused(scene, "No board of this cohort has decided yet")
    board_that_decided(scene)
    refused(scene, "not passed by its marks")
    refused(scene, "has not been handed in", module=scene.portfolio.module)


def test_who_studies_is_for_a_board(scene, other):
    board_that_decided(scene)
    scene.everything_marked(mark=62)
    refused(scene, "has not left the programme")


def test_it_is_refused_as_a_chairs_action_is(scene, left):
    refused(scene, "Say why", reason=" ")
    refused(scene, "which chair", chair=" ")
    refused(scene, "has changed since", seen="T1-ESSAY:41")
    for by in (scene.agnes, scene.author, scene.examiner):
        refused(scene, ".", by=by, kind=NotAllowed)
    with pytest.raises(Refused, match="Choose why the chair decides"):
        decide_by_chair(
            BoardDecision.objects.first().enrolment,
            scene.one,
            "leaver",
            outcome="by_marks",
            reason=WHY,
            chair="Prof. Chair",
            by=scene.registrar,
        )
    place_hold(scene.enrolment, scene.one, "query", "Looked at.", by=scene.registrar)
    refused(scene, "Held back")


def test_a_registrar_with_an_interest_in_them_does_not_decide(scene, left):
    from assessments.marking.conflicts import reference_key

    DeclaredInterest.objects.create(
        marker=scene.registrar, reference=reference_key(scene.enrolment.student_reference)
    )
    refused(scene, ".", kind=NotAllowed)
    page = sign_in(Client(), scene.registrar).get(f"/registry/leavers/{scene.enrolment.pk}/")
    assert page.status_code == 403 and scene.essay.code not in page.content.decode()


def test_a_registrar_who_may_be_a_student_of_the_cohort_reads_no_marks(scene, left):
    twin = scene.another(2).person
    twin.first_name, twin.last_name = scene.registrar.first_name, scene.registrar.last_name
    twin.save()
    page = sign_in(Client(), scene.registrar).get(f"/registry/leavers/{scene.enrolment.pk}/")
    assert page.status_code == 403 and scene.essay.code not in page.content.decode()


@pytest.mark.both_engines
def test_the_enrolment_is_locked_before_attempts_and_these_before_scripts(scene, left):
    """As by whoever agrees to a correction or follows a case, so that no two wait for each other."""
    with CaptureQueriesContext(connection) as done:
        decide(scene)
    words = [one["sql"].split("FROM ")[1] for one in done if one["sql"].startswith("SELECT")]
    first = [
        next(n for n, sql in enumerate(words) if sql.startswith(f'"{model._meta.db_table}"'))
        for model in (Enrolment, Attempt, Submission)
    ]
    assert first == sorted(first)


def test_a_correction_that_waits_is_answered_first_and_decides_anew(scene, left):
    task = Allocation.objects.filter(
        submission__enrolment=scene.enrolment, submission__assessment=scene.essay
    ).first()
    made = decide(scene)
    asked = request_correction(
        task, {"law": 64, "role": 64}, "Well argued.", "A slip.", by=task.marker
    )
    agree_to_correction(asked, by=scene.registrar)
    newest = BoardDecision.objects.filter(enrolment=scene.enrolment).order_by("pk").last()
    assert newest.outcome == "reopened"
    again = decide(scene)
    assert again.pk != made.pk and again.is_pass and again.mark != made.mark
    assert again.number == newest.number + 1


def test_a_registrar_finds_the_page_and_records_it_there(scene, left):
    office = sign_in(Client(), scene.registrar)
    url = f"/registry/leavers/{scene.enrolment.pk}/"
    link = office.get(f"/registry/work/{scene.enrolment.pk}/")
    page = office.get(url).content.decode()
    assert scene.author.full_name not in page and scene.enrolment.student_reference in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    sent = {"module": scene.one.pk, "seen": seen}
    prefix = f"m{scene.one.pk}"
    answer = office.post(url, {**sent, f"{prefix}-reason": "Kept words.", f"{prefix}-chair": ""})
    assert answer.status_code == 422 and "Kept words." in answer.content.decode()
    assert not ChairsAction.objects.exists()
    named = {f"{prefix}-reason": WHY, f"{prefix}-chair": "Prof. Chair"}
    assert office.post(url, {**sent, "seen": "old", **named}).status_code == 422
    assert office.post(url, {**sent, **named})["Location"] == url
    page = office.get(url).content.decode()
    assert "Passed by its marks" in page and WHY in page
    for someone, status in ((scene.agnes, 403), (scene.author, 403)):
        assert sign_in(Client(), someone).get(url).status_code == status
    assert office.get("/registry/leavers/999999/").status_code == 404
    assert url in link.content.decode()


def test_what_the_examiner_has_not_seen_is_said(scene, other):
    board_that_decided(scene)
    with clock.at(clock.now() + timedelta(hours=1)):
        scene.everything_marked(mark=62)
        leave(scene.enrolment, by=scene.registrar)
    page = sign_in(Client(), scene.registrar).get(f"/registry/leavers/{scene.enrolment.pk}/")
    assert "Marked after the external examiner looked" in page.content.decode()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once():
    from .test_desk_races import pressed

    with clock.at(DAY):
        scene = Scene()
        scene.everything_marked(scene.another(1))
        scene.everything_marked(mark=62)
        leave(scene.enrolment, by=scene.registrar)
        board_that_decided(scene)
    lost = pressed(
        ("a", lambda: decide(scene, reason="One.")), ("b", lambda: decide(scene, reason="Another."))
    )
    of_them = BoardDecision.objects.filter(enrolment=scene.enrolment)
    assert len(lost) == 1 and of_them.count() == 1 == ChairsAction.objects.count()
    lines = MarkLine.objects.filter(attempt__enrolment=scene.enrolment, stage="ratified")
    assert (
        lines.count()
        == Attempt.objects.filter(enrolment=scene.enrolment, assessment__module=scene.one).count()
    )
