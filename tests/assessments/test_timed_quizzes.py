"""Everybody has the time they were given, by the site's clock; what was saved in it counts, and nothing after."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempts.actions import open_next
from assessments.attempts.adjusting import record_adjustment
from assessments.attempts.models import Adjustment, Attempt
from assessments.jobs import QUIZZES
from assessments.setting.actions.loading import keep_assessment
from assessments.taking.actions.quizzes import (
    begin_quiz,
    close_quiz,
    close_quizzes,
    hand_in_quiz,
    save_answers,
)
from assessments.taking.actions.responses import answer_question
from assessments.taking.models import QuizAttempt, Response
from assessments.taking.queries import answers_of, end_of, questions_asked
from assessments.taking.timing import GRACE, end, is_over
from cohorts.enrolment.actions import interrupt
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.models import Entry

from .scene import OP, QUIZ, Scene, answers, in_days, sign_in
from .test_submissions import together

BEGUN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
TIMED = {**QUIZ, "minutes": 60}
URL = "/my-work/T1-QUIZ/"


def after(minutes, seconds=0):
    return clock.at(BEGUN + timedelta(minutes=minutes, seconds=seconds))


@pytest.fixture
def quiz(scene):
    keep_assessment(scene.one, TIMED, by=OP)
    with clock.at(BEGUN):
        return begin_quiz(scene.quiz, scene.enrolment, by=scene.author)


def give_extra_time(enrolment, percent, *, by, seen=None):
    return record_adjustment(
        enrolment.person, percent=percent, starts_on=BEGUN.date(), by=by, seen=seen
    )


def standing():
    tables = (Response, QuizAttempt, Adjustment)
    return [list(t.objects.order_by("pk").values()) for t in tables], Entry.objects.count()


def give(quiz, n=0, by=None):
    question = questions_asked(quiz)[n]
    return answer_question(
        question.item,
        question.options[0].pk,
        by=by or quiz.enrolment.person,
        page="1" * 32,
        key=str(uuid.uuid4()),
    )


@given(st.integers(0, 10**9), st.integers(1, 600), st.integers(0, 300))
def test_more_time_is_never_less_and_the_end_is_not_yet_over(seconds, minutes, percent):
    begun_at = BEGUN + timedelta(seconds=seconds)
    ends_at = end(begun_at, minutes, percent)
    assert ends_at >= begun_at + timedelta(minutes=minutes)
    assert ends_at >= end(begun_at, minutes, 0) and end(begun_at, None, percent) is None
    assert not is_over(ends_at, ends_at + GRACE) and not is_over(None, ends_at)
    assert is_over(ends_at, ends_at + GRACE + timedelta(seconds=1))


def test_answers_are_taken_to_the_end_and_a_moment_for_the_way(quiz):
    with after(60, 29):
        give(quiz)
    with after(60, 31):
        before = standing()
        with pytest.raises(Refused, match="time for this quiz is over"):
            give(quiz, 1)
        with pytest.raises(Refused, match="time for this quiz is over"):
            save_answers(
                quiz, answers(quiz.assessment, quiz.enrolment, 4), by=quiz.enrolment.person
            )
        assert standing() == before


def test_what_is_saved_is_handed_in_at_the_end_and_the_rest_is_not_right(scene, quiz):
    right = answers(scene.quiz, scene.enrolment, 4)
    with after(10):
        save_answers(quiz, dict(list(right.items())[:3]), by=scene.author)
    with after(60):
        assert close_quizzes(by=OP) == 0
        before = standing()
        with pytest.raises(Refused, match="still time"):
            close_quiz(quiz, by=OP)
        assert standing() == before
    with after(75):
        assert QUIZZES.do() == 1 and QUIZZES.do() == 0
        quiz.refresh_from_db()
        assert (quiz.mark, quiz.handed_in_at) == (75, BEGUN + timedelta(minutes=60))
        assert quiz.answers == dict(list(right.items())[:3])
        assert (
            Notice.objects.filter(person=scene.author, subject__startswith="Quiz submitted").count()
            == 1
        )
        before = standing()
        assert hand_in_quiz(quiz, right, by=scene.author).mark == 75
        assert standing() == before
        page = sign_in(Client(), scene.author).get(URL).content.decode()
        assert "75, provisional" in page and "after the deadline" not in page


def test_a_press_after_the_end_takes_what_was_saved_and_no_more(scene, quiz):
    right = answers(scene.quiz, scene.enrolment, 4)
    with after(10):
        save_answers(quiz, dict(list(right.items())[:2]), by=scene.author)
    with after(61):
        client = sign_in(Client(), scene.author)
        page = client.get(URL).content.decode()
        assert "The time for this quiz is over" in page and "Hand in what is saved" in page
        assert 'type="radio"' not in page and QuizAttempt.objects.get().state == "open"
        typed = {f"answer-{key}": pk for key, pk in right.items()}
        client.post(URL, {**typed, "action": "save"})
        assert len(answers_of(quiz)) == 2
        assert client.post(URL, {**typed, "action": "hand_in"})["Location"] == URL
    assert QuizAttempt.objects.get().mark == 50


def test_a_form_that_was_sent_in_time_and_arrives_a_moment_later_is_saved(scene, quiz):
    right = answers(scene.quiz, scene.enrolment, 4)
    typed = {f"answer-{key}": pk for key, pk in right.items()}
    client = sign_in(Client(), scene.author)
    with after(60, 20):
        client.post(URL, {**typed, "action": "check"})
        assert answers_of(quiz) == right
    with after(60, 31):
        client.post(
            URL,
            {"answer-T1-Q1": answers(scene.quiz, scene.enrolment, 0)["T1-Q1"], "action": "save"},
        )
        assert answers_of(quiz) == right


def test_in_time_every_question_is_still_asked_for(scene, quiz):
    with after(59):
        page = sign_in(Client(), scene.author).get(URL).content.decode()
        assert "Your time ends on Friday 20 November 2026, 11:00 GMT" in page
        assert 'data-seconds-left="60"' in page
        with pytest.raises(Refused, match="not answered"):
            hand_in_quiz(quiz, {}, by=scene.author)


def test_a_page_of_an_earlier_attempt_begins_and_hands_in_nothing(scene, quiz):
    client, right = sign_in(Client(), scene.author), answers(scene.quiz, scene.enrolment, 4)
    typed = {f"answer-{key}": pk for key, pk in right.items()}
    with after(1):
        assert 'name="attempt" value="1"' in client.get(URL).content.decode()
        client.post(URL, {**typed, "attempt": "1", "action": "check"})
        assert 'name="attempt" value="1"' in client.get(f"{URL}check/").content.decode()
        open_next([quiz.attempt], Attempt.DEFERRED, in_days(30), {}, by=scene.registrar)
        before = standing()
        for action in ("begin", "save", "check", "hand_in"):
            told = client.post(URL, {**typed, "attempt": "1", "action": action})
            assert told.status_code == 409 and "Open" in told.content.decode()
        for action in ("save", "check", "hand_in"):
            assert client.post(URL, {**typed, "attempt": "2", "action": action}).status_code == 409
        assert standing() == before, "the time of the next attempt has not begun"
        assert 'name="attempt" value="2"' in client.get(URL).content.decode()
        client.post(URL, {"attempt": "2", "action": "begin"})
        before = standing()
        assert len(before[0][1]) == 2
        assert client.post(URL, {**typed, "attempt": "1", "action": "hand_in"}).status_code == 409
        assert standing() == before


def test_a_limit_is_told_before_the_quiz_is_begun(scene):
    keep_assessment(scene.one, TIMED, by=OP)
    give_extra_time(scene.enrolment, 25, by=scene.registrar)
    page = sign_in(Client(), scene.author).get(URL).content.decode()
    assert "You have 75 minutes" in page and "Question number" not in page
    assert not QuizAttempt.objects.exists()


def test_extra_time_counts_at_once_also_for_a_quiz_that_is_going_on(scene, quiz):
    with after(30):
        give_extra_time(scene.enrolment, 50, by=scene.registrar)
    told = Notice.objects.filter(person=scene.author, subject__contains="arrangements").get()
    assert "50% more time" in told.body
    assert end_of(quiz) == BEGUN + timedelta(minutes=90)
    with after(89):
        give(quiz)
        give_extra_time(scene.enrolment, 0, by=scene.registrar, seen=1)
        with pytest.raises(Refused, match="over"):
            give(quiz, 1)
    assert Adjustment.objects.count() == 2


def test_nobody_else_gives_extra_time_or_hands_in(scene, quiz):
    before = standing()
    for someone in (scene.author, scene.agnes, scene.examiner):
        with pytest.raises(NotAllowed):
            give_extra_time(scene.enrolment, 25, by=someone)
    with after(75):
        for someone in (scene.registrar, scene.agnes):
            with pytest.raises(NotAllowed):
                close_quiz(quiz, by=someone)
    assert standing() == before


def test_somebody_on_leave_is_not_handed_in(scene, quiz):
    interrupt(scene.enrolment, by=scene.registrar)
    with after(75):
        assert close_quizzes(by=OP) == 0
    assert QuizAttempt.objects.get().state == "open"


def test_a_quiz_without_a_limit_never_ends(scene):
    quiz = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    with clock.at(datetime(2027, 6, 1, tzinfo=UTC)):
        assert end_of(quiz) is None and close_quizzes(by=OP) == 0
        give(quiz)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_the_worker_and_the_trainee_at_once_hand_in_once(on_the_day):
    scene = Scene()
    keep_assessment(scene.one, TIMED, by=OP)
    with clock.at(BEGUN):
        quiz = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
        give(quiz)
    gate, done = threading.Barrier(2), []

    def go(who):
        with after(61):
            gate.wait()
            if who == "worker":
                close_quizzes(by=OP)
            else:
                hand_in_quiz(quiz, answers(scene.quiz, scene.enrolment, 4), by=scene.author)
            done.append(who)
        connection.close()

    together(go, "worker", "trainee")
    there = QuizAttempt.objects.get()
    assert len(done) == 2 and there.mark == 25 and len(there.answers) == 1
    assert Entry.objects.filter(action="assessments.hand_in").count() == 1


@pytest.mark.both_engines
def test_the_database_keeps_the_lines_of_extra_time(scene):
    give_extra_time(scene.enrolment, 25, by=scene.registrar)
    for spoil in (lambda: Adjustment.objects.update(percent=0), Adjustment.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
