"""What answers tell about a question: the right figures, in one statement, and none where few have answered or to whom it is not."""

from statistics import correlation

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.setting.queries import questions_in
from assessments.taking.actions.quizzes import begin_quiz, hand_in_quiz
from assessments.taking.item_figures import item_figures
from assessments.taking.models import ItemCredit
from assessments.taking.queries import figures_of, questions_asked

from .scene import sign_in

URL = "/registry/assessments/T1-QUIZ/1/statistics/"
# Of each trainee, which of questions 1, 2, 4 and 5 they have right; all are of one nation.
PATTERN = ["1111", "1110", "1101", "1100", "1011", "0110", "0101", "1000", "0010", "0001", "0000"]


def answer(scene, enrolment, pattern):
    quiz = begin_quiz(scene.quiz, enrolment, by=enrolment.person)
    chosen = {
        question.key: next(c.pk for c in question.options if c.is_right == (digit == "1"))
        for question, digit in zip(questions_asked(quiz), pattern, strict=True)
    }
    return hand_in_quiz(quiz, chosen, by=enrolment.person)


def answer_all(scene, patterns=PATTERN):
    for n, pattern in enumerate(patterns, start=1):
        answer(scene, scene.another(n), pattern)


def figures(scene):
    questions = questions_in(scene.quiz.versions.get())
    found = figures_of(questions)
    return {q.key: found[q.pk] for q in questions if q.pk in found}


@pytest.mark.both_engines
def test_facility_and_discrimination_are_those_of_the_textbook(scene, settings):
    settings.IMSA_STATISTICS_ATTEMPTS = 11
    answer_all(scene)
    found = figures(scene)
    assert list(found) == ["T1-Q1", "T1-Q2", "T1-Q4", "T1-Q5"]
    for place, one in enumerate(found.values()):
        credits = [int(pattern[place]) for pattern in PATTERN]
        rests = [pattern.count("1") - int(pattern[place]) for pattern in PATTERN]
        assert one.attempts == 11 and one.facility == pytest.approx(sum(credits) / 11)
        assert one.discrimination == pytest.approx(correlation(credits, rests), abs=1e-3)


def test_few_attempts_have_no_figures_and_a_setting_says_how_few(scene, settings):
    answer_all(scene, PATTERN[:9])
    assert figures(scene) == {}
    page = sign_in(Client(), scene.registrar).get(URL).content.decode()
    assert page.count("Fewer than 10") == 5 and "%</td>" not in page
    settings.IMSA_STATISTICS_ATTEMPTS = 9
    assert len(figures(scene)) == 4


@pytest.mark.both_engines
def test_two_looks_never_differ_by_one_person(scene, settings):
    """Shown at 4 and again at 5, a figure would tell what the fifth answered."""
    settings.IMSA_STATISTICS_ATTEMPTS = 4
    office = sign_in(Client(), scene.registrar)
    looks = {}
    for n, pattern in enumerate(PATTERN, start=1):
        answer(scene, scene.another(n), pattern)
        looks[n] = figures(scene)
        if n in (4, 7):
            page = office.get(URL).content.decode()
            assert page.count("The first 4<") == 4 and f"The first {n + 1}<" not in page
    assert looks[3] == {} and looks[4] == looks[5] == looks[6] == looks[7]
    assert looks[8] == looks[9] == looks[10] == looks[11] != looks[4]
    assert {one.attempts for one in looks[11].values()} == {8}
    credits = [int(pattern[0]) for pattern in PATTERN[:8]]
    assert looks[11]["T1-Q1"].facility == pytest.approx(sum(credits) / 8)


def test_where_all_answered_alike_there_is_no_discrimination(scene):
    answer_all(scene, ["1100"] * 10)
    found = figures(scene)
    assert [one.facility for one in found.values()] == [1, 1, 0, 0]
    assert {one.discrimination for one in found.values()} == {None}


def test_a_question_that_the_better_miss_is_to_be_looked_at(scene, settings):
    settings.IMSA_STATISTICS_ATTEMPTS = 11
    answer_all(scene, ["0111"] * 6 + ["1000"] * 5)
    page = sign_in(Client(), scene.registrar).get(URL).content.decode()
    assert page.count("Look at its answer") == 1 and "-1.00" in page and "45 %" in page
    assert item_figures(2, 1, 1, 1, 1, 0).discrimination == pytest.approx(-1)


def test_the_page_asks_one_statement_of_the_answers_and_names_nobody(scene):
    answer_all(scene)
    client = sign_in(Client(), scene.registrar)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(URL).content.decode()
    assert sum("itemcredit" in one["sql"] for one in asked) == 1
    assert "Trainee1" not in page and "REF-" not in page
    for someone in (scene.author, scene.agnes, scene.examiner):
        assert sign_in(Client(), someone).get(URL).status_code == 404
    assert client.get("/registry/assessments/T1-ESSAY/1/statistics/").status_code == 404


@pytest.mark.both_engines
def test_a_credit_never_changes(scene):
    answer(scene, scene.another(1), "1100")
    assert sorted(ItemCredit.objects.values_list("credit", flat=True)) == [0, 0, 1, 1]
    for spoil in (lambda: ItemCredit.objects.update(credit=1), ItemCredit.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
