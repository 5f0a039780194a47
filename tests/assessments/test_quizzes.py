"""A quiz is marked at once, once, and only on the questions of the trainee's nations."""

import threading

import pytest
from django.db import connection

from assessments.setting.queries import questions_for
from assessments.taking.actions.quizzes import Unanswered, begin_quiz, hand_in_quiz, save_answers
from assessments.taking.models import QuizAttempt
from assessments.taking.queries import answers_of
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.record.models import Entry

from .scene import Scene, answers, in_days
from .test_submissions import together


def test_a_trainee_is_asked_about_their_own_nations(scene):
    keys = [q.key for q in questions_for(scene.quiz, scene.enrolment)]
    assert keys == ["T1-Q1", "T1-Q2", "T1-Q3", "T1-Q5"]
    assert [q.key for q in questions_for(scene.quiz, scene.another(1))] == [
        "T1-Q1",
        "T1-Q2",
        "T1-Q4",
        "T1-Q5",
    ]


def test_it_is_marked_at_once(scene):
    attempt = scene.take_quiz(right=3)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.mark) == ("marked", 75) and attempt.receipt.startswith("R-")


def test_it_says_which_questions_are_open_and_takes_nothing(scene):
    attempt = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    given = answers(scene.quiz, scene.enrolment, 4)
    del given["T1-Q2"], given["T1-Q5"]
    before = Entry.objects.count()
    with pytest.raises(Unanswered, match="questions 2 and 4") as caught:
        hand_in_quiz(attempt, given, by=scene.author)
    assert caught.value.missing == ["T1-Q2", "T1-Q5"]
    attempt.refresh_from_db()
    assert (attempt.state, attempt.mark, attempt.answers, Entry.objects.count()) == (
        "open",
        None,
        {},
        before,
    )


def test_saved_answers_come_back_and_count(scene):
    attempt = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    given = answers(scene.quiz, scene.enrolment, 4)
    last = given.popitem()
    save_answers(attempt, given, by=scene.author)
    attempt.refresh_from_db()
    assert answers_of(attempt) == given
    assert hand_in_quiz(attempt, dict([last]), by=scene.author).mark == 100


def test_another_nations_question_and_another_questions_choice_are_not_taken(scene):
    attempt = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    other = next(q for q in scene.quiz.questions.all() if q.key == "T1-Q4")
    stray = {
        "T1-Q4": other.choices.first().pk,
        "T1-Q1": other.choices.first().pk,
        "T1-Q2": "-1",
        "nonsense": "x",
    }
    save_answers(attempt, stray, by=scene.author)
    attempt.refresh_from_db()
    assert answers_of(attempt) == {}


def test_a_second_press_changes_nothing(scene):
    first = scene.take_quiz(right=2)
    before = Entry.objects.count()
    assert hand_in_quiz(first, answers(scene.quiz, scene.enrolment, 4), by=scene.author).mark == 50
    assert Entry.objects.count() == before
    with pytest.raises(Refused, match="handed this quiz in"):
        save_answers(first, answers(scene.quiz, scene.enrolment, 4), by=scene.author)
    first.refresh_from_db()
    assert first.mark == 50


def test_nobody_answers_for_somebody_else(scene):
    with pytest.raises(NotAllowed):
        begin_quiz(scene.quiz, scene.enrolment, by=scene.registrar)
    assert not QuizAttempt.objects.exists()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_attempt_with_one_mark(on_the_day):
    scene = Scene()
    chosen, gate = answers(scene.quiz, scene.enrolment, 4), threading.Barrier(2)

    def press(_):
        with clock.at(in_days(-5)):
            gate.wait()
            attempt = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
            hand_in_quiz(attempt, chosen, by=scene.author)
        connection.close()

    together(press, 1, 2)
    assert QuizAttempt.objects.get().mark == 100
    assert Entry.objects.filter(action="assessments.hand_in").count() == 1
