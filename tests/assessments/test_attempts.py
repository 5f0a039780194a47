"""A fail, an absence and a late start have a way on: another attempt, a due date of one's own, a result without work."""

import re
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings

from assessments.attempts import chain
from assessments.attempts.actions import defer, record_not_submitted, set_due
from assessments.attempts.models import Attempt, DueLine, MarkLine
from assessments.attempts.queries import due_of
from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.deciding.models import Award, BoardDecision
from assessments.deciding.queries.boards import readiness
from assessments.deciding.queries.tallies import tally_of
from assessments.marking.blind import script_for
from assessments.taking.models import QuizAttempt, Submission
from cohorts.enrolment.actions import interrupt, leave
from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.models import Entry

from .scene import DAY, DUE, Scene, in_days, person, seal, sign_in
from .test_submissions import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    with clock.at(in_days(-40)):
        yield Scene()


def state():
    """All that a refusal must leave as it is."""
    tables = Attempt, DueLine, MarkLine, Submission, QuizAttempt, BoardDecision, Notice
    return [list(table.objects.order_by("pk").values()) for table in tables]


def refused(do, *words):
    before, entries = state(), Entry.objects.count()
    with pytest.raises((Refused, NotAllowed), match="|".join(words) or None):
        do()
    assert state() == before and Entry.objects.count() == entries


def decided(scene, at=DAY, title="Autumn board"):
    board = call_board(scene.cohort, title, at, by=scene.registrar)
    confirm_sample(board, "Sound.", by=scene.examiner)
    return ratify(board, by=scene.registrar, chair="Prof. Chair")


def failed(scene, quiz=3, essay=20):
    """Module one is failed by its essay; module two is passed."""
    scene.take_quiz(right=quiz)
    scene.mark(scene.hand_in(), essay, essay)
    scene.mark(scene.hand_in(scene.portfolio, seed="p"), 62, 62)
    with clock.at(in_days(-21)):  # the day of the board
        return decided(scene)


def current(scene, assessment):
    return Attempt.objects.get(enrolment=scene.enrolment, assessment=assessment, is_current=True)


def test_a_fail_opens_another_attempt_and_says_what_and_by_when(scene):
    failed(scene)
    first, second = Attempt.objects.filter(assessment=scene.essay).order_by("number")
    assert (first.is_current, second.is_current, second.kind, second.cap) == (
        False,
        True,
        "resit",
        50,
    )
    assert second.due_at.date().isoformat() == "2027-01-01", "six weeks after the decision"
    assert current(scene, scene.quiz).number == current(scene, scene.portfolio).number == 1
    outcomes = dict(BoardDecision.objects.values_list("module__code", "outcome"))
    assert outcomes == {"T1": "refer", "T2": "pass"} and not Award.objects.exists()
    told = Notice.objects.get(person=scene.author, subject="The board has decided").body
    assert "another attempt at: An essay on one year" in told and "1 January 2027" in told
    page = sign_in(Client(), scene.author).get("/study/").content.decode()
    assert "Another attempt" in page and "Not passed" not in page
    page = sign_in(Client(), scene.author).get("/my-work/T1-ESSAY/").content.decode()
    assert "It counts at most 50." in page and "Well argued." in page, (
        "what was said before is there"
    )


def test_the_second_attempt_is_capped_decided_and_ends_in_the_award(scene):
    failed(scene)
    again = scene.mark(scene.hand_in(seed="again"), 64, 66)
    assert again.attempt.number == 2
    assert [(line.stage, line.mark) for line in again.lines.all()] == [
        ("first", 64),
        ("second", 66),
        ("agreed", 65),
        ("capped", 50),
    ]
    board = call_board(scene.cohort, "Spring board", DAY, by=scene.registrar)
    confirm_sample(board, "Sound.", by=scene.examiner)
    cases = {case.module.code: case for case in readiness(board)}
    assert cases["T1"].is_ready and cases["T2"].decision
    tally = tally_of(board, [case.module for case in cases.values()])
    assert (tally.ready, tally.decided, tally.awards) == (1, 1, 1)
    with clock.at(in_days(30)):
        ratify(board, by=scene.registrar, chair="Prof. Chair")
    newest = BoardDecision.objects.filter(module=scene.one).latest("pk")
    essay = next(one for one in newest.components if one["code"] == "T1-ESSAY")
    assert (newest.outcome, newest.is_pass, essay["mark"]) == ("pass", True, "50.00")
    assert Award.objects.count() == 1


def test_a_second_fail_is_final(scene):
    failed(scene)
    scene.mark(scene.hand_in(seed="again"), 20, 20)
    with clock.at(in_days(30)):
        decided(scene, title="Spring board")
    newest = BoardDecision.objects.filter(module=scene.one).latest("pk")
    assert newest.outcome == "fail" and not newest.is_pass
    assert Attempt.objects.filter(assessment=scene.essay).count() == 2


def test_a_marker_cannot_tell_a_second_attempt_from_a_first(scene):
    failed(scene)
    again = scene.mark(scene.hand_in(seed="again"), 64, 66)
    seen = script_for(scene.agnes, again.script)
    assert [line.stage for line in seen.chain] == ["first", "second", "agreed"]
    page = sign_in(Client(), scene.agnes).get(f"/marking/{again.script}/").content.decode()
    assert "econd attempt" not in page and "at most 50" not in page


def test_a_board_records_the_same_once_also_with_another_attempt(scene):
    board = failed(scene)
    before = state()
    with clock.at(in_days(0)):
        ratify(board, by=scene.registrar, chair="Prof. Chair")
    assert state() == before


def test_nothing_handed_in_becomes_a_result(scene):
    scene.due(scene.essay)
    scene.take_quiz()
    missing = scene.essay, scene.enrolment
    refused(lambda: record_not_submitted(*missing, by=scene.registrar), "not due yet")
    with clock.at(in_days(1)):
        refused(lambda: record_not_submitted(*missing, by=scene.agnes))
        attempt = record_not_submitted(*missing, by=scene.registrar)
        before = state()
        record_not_submitted(*missing, by=scene.registrar)
        assert state() == before, "twice is once"
        refused(lambda: scene.hand_in(), "recorded as not handed in")
        assert chain.standing(attempt.lines.all()) == 0
        board = call_board(scene.cohort, "Board", DAY, by=scene.registrar)
        confirm_sample(board, "Sound.", by=scene.examiner)
        ratify(board, by=scene.registrar, chair="Prof. Chair")
    assert current(scene, scene.essay).kind == "resit"
    page = sign_in(Client(), scene.author).get("/my-work/T1-ESSAY/").content.decode()
    assert "Nothing was handed in by the due date." in page


def test_work_that_is_in_is_never_recorded_as_missing(scene):
    scene.due(scene.essay)
    scene.hand_in()
    with clock.at(in_days(1)):
        refused(
            lambda: record_not_submitted(scene.essay, scene.enrolment, by=scene.registrar),
            "handed in",
        )


def test_an_extension_counts_also_for_work_that_is_in(scene):
    scene.due(scene.essay)
    with clock.at(in_days(2)):
        scene.hand_in()
        set_due(scene.essay, scene.enrolment, in_days(3), "extension", by=scene.registrar)
        before = state()
        set_due(scene.essay, scene.enrolment, in_days(3), "extension", by=scene.registrar)
        assert state() == before, "twice is once"
        refused(
            lambda: set_due(scene.essay, scene.enrolment, in_days(9), "gift", by=scene.registrar),
            "why",
        )
        refused(
            lambda: set_due(scene.essay, scene.enrolment, in_days(9), "extension", by=scene.agnes)
        )
        refused(
            lambda: set_due(
                scene.essay, scene.enrolment, in_days(9999), "extension", by=scene.registrar
            ),
            "three years",
        )
    attempt = current(scene, scene.essay)
    assert due_of(attempt) == in_days(3) and attempt.due_lines.get().kind == "extension"
    page = sign_in(Client(), scene.author).get("/my-work/").content.decode()
    assert "After the deadline" not in page
    assert (
        Notice.objects.filter(person=scene.author, subject__startswith="A new due date").count()
        == 1
    )


def test_a_deferral_counts_as_a_first_attempt(scene):
    scene.due(scene.essay)
    about = scene.essay, scene.enrolment
    made = defer(*about, in_days(60), by=scene.registrar)
    assert (made.kind, made.cap, made.number) == ("deferred", None, 2)
    before = state()
    assert defer(*about, in_days(60), by=scene.registrar, seen=1).pk == made.pk
    assert state() == before, "twice is once, from a stale page too"
    refused(lambda: defer(*about, in_days(90), by=scene.registrar, seen=1), "Another attempt")
    refused(lambda: defer(*about, in_days(-90), by=scene.registrar), "still to come")
    submission = scene.hand_in()
    assert submission.attempt_id == made.pk
    refused(lambda: defer(*about, in_days(90), by=scene.registrar), "handed in")


def test_a_board_recorded_late_gives_as_long(scene):
    scene.take_quiz(right=3)
    scene.mark(scene.hand_in(), 20, 20)
    with clock.at(in_days(90)):
        decided(scene)
        assert current(scene, scene.essay).due_at > in_days(90 + 40)


def test_what_was_recorded_as_missing_by_mistake_is_put_right(scene):
    scene.due(scene.essay)
    about = scene.essay, scene.enrolment
    with clock.at(in_days(1)):
        record_not_submitted(*about, by=scene.registrar)
        refused(lambda: set_due(*about, in_days(9), "extension", by=scene.registrar), "Defer it")
        made = defer(*about, in_days(9), by=scene.registrar)
        assert made.cap is None
        again = scene.mark(scene.hand_in(), 61, 62)
        assert chain.standing(again.lines.all()) == Decimal("61.5")
        missed = Attempt.objects.get(number=1, assessment=scene.essay)
        assert missed.not_submitted_at and chain.standing(missed.lines.all()) == 0, "the trace"


def test_a_board_that_decided_on_it_lets_no_date_change(scene):
    scene.due(scene.essay)
    scene.take_quiz()
    about = scene.essay, scene.enrolment
    with clock.at(in_days(1)):
        record_not_submitted(*about, by=scene.registrar)
        with override_settings(IMSA_RESIT_ALLOWED=False):
            decided(scene)
        refused(lambda: defer(*about, in_days(9), by=scene.registrar), "board has decided")


def test_nothing_falls_due_for_whoever_is_away_or_has_left(scene):
    scene.due(scene.essay)
    about = scene.essay, scene.enrolment
    with clock.at(in_days(1)):
        interrupt(scene.enrolment, reason="Ill.", by=scene.registrar)
        refused(lambda: record_not_submitted(*about, by=scene.registrar), "nothing falls due")
        defer(*about, in_days(90), by=scene.registrar)
        leave(
            Enrolment.objects.get(pk=scene.enrolment.pk), reason="Moved away.", by=scene.registrar
        )
        refused(lambda: defer(*about, in_days(99), by=scene.registrar), "any more")
        page = sign_in(Client(), scene.registrar).get(f"/registry/work/{scene.enrolment.pk}/")
        assert "Change the due date" not in page.content.decode()


@pytest.mark.both_engines
def test_two_registrars_who_defer_at_once_make_one_attempt(transactional_db):
    with clock.at(in_days(-40)):
        scene = Scene()
        scene.due(scene.essay)
        answers = []

        def press(n):
            try:
                with clock.at(in_days(-40)):
                    due_at = in_days(60 + n % 2)
                    answers.append(
                        defer(scene.essay, scene.enrolment, due_at, by=scene.registrar, seen=1).pk
                    )
            except Refused as refusal:
                answers.append(str(refusal))
            connection.close()

        together(press, 0, 1, 2)
        assert len(answers) == 3
        assert Attempt.objects.filter(assessment=scene.essay).count() == 2
        told = Notice.objects.filter(person=scene.author, subject__startswith="Deferred")
        assert told.count() == 1


def test_a_registrar_does_not_see_here_how_far_marking_is(scene):
    """Two who mark and a third marker called: with a name beside it, a registrar who marks would know whose script theirs is."""
    submission = scene.hand_in()
    url, seen = f"/registry/work/{scene.enrolment.pk}/", set()
    client = sign_in(Client(), scene.registrar)

    def look():
        text = client.get(url).content.decode()
        seen.add(
            re.sub(
                r'csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"| <span class="masthead__count">.*?</span></span>',
                "",
                text,
            )
        )

    look()
    tasks = scene.allocate(submission)
    look()
    seal(tasks[0], 40)
    seal(tasks[1], 70)
    submission.refresh_from_db()
    assert submission.state == "third"
    look()
    assert len(seen) == 1


def test_nobody_changes_their_own_dates(scene):
    colleague = person("both", "registrar")
    about = scene.essay, scene.enrol(colleague, "REF-BOTH")
    for do in (
        lambda: set_due(*about, in_days(9), "extension", by=colleague),
        lambda: defer(*about, in_days(9), by=colleague),
        lambda: record_not_submitted(*about, by=colleague),
    ):
        refused(do, "own work")
    client = sign_in(Client(), colleague)
    assert client.get(f"/registry/work/{about[1].pk}/").status_code == 403
    assert "REF-BOTH" not in client.get("/registry/work/?q=REF").content.decode()


def test_a_registrar_gives_more_time_on_a_page(scene):
    scene.due(scene.essay)
    client = sign_in(Client(), scene.registrar)
    found = client.get("/registry/work/?q=quuxington").content.decode()
    assert f"/registry/work/{scene.enrolment.pk}/" in found
    url = f"/registry/work/{scene.enrolment.pk}/"
    given = {
        "action": "due",
        "assessment": "T1-ESSAY",
        "seen": "1",
        "T1-ESSAY-due-day": "2026-12-18",
        "T1-ESSAY-due-hour": "12:00",
        "T1-ESSAY-due-kind": "extension",
    }
    before = state()
    for wrong, words in (
        ({"T1-ESSAY-due-day": ""}, "Say on which day it is due."),
        ({"T1-ESSAY-due-hour": "noon"}, "Give the time as 17:00."),
        ({"T1-ESSAY-due-kind": ""}, "Choose why the date changes."),
        ({"T1-ESSAY-due-day": "2099-12-18"}, "more than three years away"),
        ({"seen": "7"}, "Another attempt has begun"),
    ):
        answer = client.post(url, {**given, **wrong})
        assert answer.status_code == 422 and words in answer.content.decode(), words
        assert state() == before
    assert client.post(url, {**given, "assessment": "NONE"}).status_code == 404
    assert client.post(url, given).status_code == 302
    page = client.get(url).content.decode()
    assert "18 December 2026" in page and "Extension" in page
    assert "S-" not in page, "no script number beside a name"


def test_a_registrar_records_on_a_page_that_nothing_came_in(scene):
    scene.due(scene.essay)
    client, url = sign_in(Client(), scene.registrar), f"/registry/work/{scene.enrolment.pk}/"
    given = {"action": "missed", "assessment": "T1-ESSAY", "seen": "1"}
    assert "Record as not handed in" not in client.get(url).content.decode()
    with clock.at(in_days(1)):
        assert "Record as not handed in" in client.get(url).content.decode()
        before = state()
        assert client.post(url, given).status_code == 422 and state() == before
        assert client.post(url, {**given, "T1-ESSAY-missed-is_sure": "on"}).status_code == 302
        page = client.get(url).content.decode()
    assert "Not handed in" in page and "Record as not handed in" not in page


@pytest.mark.both_engines
def test_the_database_keeps_the_history_and_one_current_attempt(scene):
    submission = scene.mark(scene.hand_in(), 61, 62)
    set_due_line = DueLine.objects.create(
        attempt=submission.attempt, number=1, kind="extension", due_at=DUE, by="person:1"
    )
    for rows in (MarkLine.objects.all(), DueLine.objects.filter(pk=set_due_line.pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(by="person:2")
    with pytest.raises(DatabaseError), transaction.atomic():
        Attempt.objects.create(assessment=scene.essay, enrolment=scene.enrolment, number=2)
