"""No answer that a quiz's page was told is saved gets lost, none is kept twice, and none is taken after the quiz is handed in."""

import json
import threading
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.attempts.actions import open_next
from assessments.attempts.models import Attempt
from assessments.taking.actions.quizzes import begin_quiz, hand_in_quiz, save_answers
from assessments.taking.actions.responses import Elsewhere, answer_question
from assessments.taking.models import QuizAttempt, Response
from assessments.taking.queries import answers_of, questions_asked
from cohorts.enrolment.actions import interrupt
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.record.models import Entry

from .scene import Scene, answers, in_days, sign_in
from .test_submissions import together

URL, PAGE = "/my-work/answers/", "/my-work/T1-QUIZ/"
ONE, TWO = "1" * 32, "2" * 32  # two pages
MOST_STATEMENTS = 6


def begun(scene, enrolment=None):
    enrolment = enrolment or scene.enrolment
    return begin_quiz(scene.quiz, enrolment, by=enrolment.person)


def choices(quiz, n=0):
    """A question of the quiz: the key of its place, and of its choices."""
    question = questions_asked(quiz)[n]
    return question.item, [choice.pk for choice in question.options]


def give(quiz, choice=0, n=0, page=ONE, key=None, **more):
    item, of_it = choices(quiz, n)
    by = more.pop("by", quiz.enrolment.person)
    key = key or str(uuid.uuid4())
    return answer_question(item, of_it[choice], by=by, page=page, key=key, **more)


def sent(client, quiz, choice=0, n=0, page=ONE, key=None, seen=0, **more):
    item, of_it = choices(quiz, n)
    body = {"paper_item": item, "choice": of_it[choice], "page": page, "seen": seen}
    body |= {"key": key or str(uuid.uuid4()), **more}
    return client.post(URL, json.dumps(body), content_type="application/json")


def standing():
    return list(Response.objects.order_by("pk").values()), Entry.objects.count()


@pytest.fixture
def author(scene):
    return sign_in(Client(), scene.author)


# ---- one answer ----


def test_each_answer_is_kept_as_it_is_given_and_the_newest_counts(scene, author):
    quiz = begun(scene)
    for choice in (0, 1, 0):
        assert sent(author, quiz, choice).status_code == 200
    item, of_it = choices(quiz)
    rows = Response.objects.filter(item=item).values_list("number", "choice_id")
    assert list(rows) == [(1, of_it[0]), (2, of_it[1]), (3, of_it[0])]
    assert answers_of(quiz) == {"T1-Q1": of_it[0]}
    page = author.get(PAGE).content.decode()
    assert "1 of 4 questions saved" in page and page.count(" checked") == 1


def test_an_answer_is_one_insert_and_few_statements(scene, author):
    quiz = begun(scene)
    sent(author, quiz)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert sent(author, quiz, 1).status_code == 200
    # `choices` of this test reads two itself: the items and their choices.
    whole = [q["sql"] for q in asked][2:]
    asks = [sql for sql in whole if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(asks) <= MOST_STATEMENTS, "\n".join(sql[:120] for sql in whole)
    assert sum(sql.startswith("INSERT") for sql in asks) == 1


def test_the_same_answer_sent_again_is_kept_once(scene, author):
    quiz, key = begun(scene), str(uuid.uuid4())
    assert sent(author, quiz, key=key).status_code == 200
    before = standing()
    for _twice in range(2):
        assert sent(author, quiz, key=key, late=True).status_code == 200
    assert standing() == before
    # A newer answer stands, also when the older one is sent once more.
    sent(author, quiz, 1)
    before = standing()
    assert sent(author, quiz, key=key).status_code == 200
    assert standing() == before and answers_of(quiz)["T1-Q1"] == choices(quiz)[1][1]


def test_nobody_answers_another_ones_question_nor_with_another_ones_choice(scene, author):
    quiz, other = begun(scene), begun(scene, scene.another(1))
    before = standing()
    assert sent(author, other).status_code == 409, "not their item"
    item, _unused = choices(quiz)
    stray = choices(quiz, 1)[1][0]
    body = {"paper_item": item, "choice": stray, "page": ONE, "seen": 0, "key": str(uuid.uuid4())}
    answer = author.post(URL, json.dumps(body), content_type="application/json")
    assert answer.status_code == 409 and "Load the page again" in answer.json()["sentence"]
    for someone in (scene.registrar, scene.agnes):
        with pytest.raises(Refused):
            give(quiz, by=someone)
    assert standing() == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b'{"paper_item": 1}',
        b'{"paper_item": "x", "choice": 1, "seen": 0, "page": "%(page)s", "key": "%(page)s"}',
        b'{"paper_item": 1e400, "choice": 1, "seen": 0, "page": "a", "key": "b"}',
        b'{"paper_item": -1, "choice": 1, "seen": 0, "page": "a", "key": "b"}',
        b'{"paper_item": 99999999999999999999, "choice": 1, "seen": 0, "page": "a", "key": "b"}',
    ],
)
def test_what_cannot_be_read_is_refused_in_words(scene, author, body):
    begun(scene)
    before = standing()
    answer = author.post(URL, body, content_type="application/json")
    assert answer.status_code == 400 and answer.json()["sentence"] and standing() == before


@pytest.mark.parametrize("name", ["page", "key"])
@pytest.mark.parametrize("value", ["", "x", "A" * 32, "1" * 40, "1111%1111", "1" * 8 + "\n"])
def test_a_key_that_no_page_of_ours_makes_is_refused(scene, author, name, value):
    quiz = begun(scene)
    before = standing()
    assert sent(author, quiz, **{name: value or " "}).status_code == 409 and standing() == before


def test_whoever_is_signed_out_is_told_so_and_a_forged_request_is_not_taken(scene):
    quiz = begun(scene)
    before = standing()
    answer = sent(Client(), quiz)
    assert answer.status_code == 401 and "signed out" in answer.json()["sentence"]
    strict = sign_in(Client(enforce_csrf_checks=True), scene.author)
    assert sent(strict, quiz).status_code == 403
    assert standing() == before


def test_on_leave_and_after_the_attempt_nothing_is_answered(scene, author):
    quiz = begun(scene)
    interrupt(scene.enrolment, by=scene.registrar)
    before = standing()
    answer = sent(author, quiz)
    assert answer.status_code == 403 and "leave of absence" in answer.json()["sentence"]
    with pytest.raises(NotAllowed):
        give(quiz)
    assert standing() == before


def test_an_answer_that_was_late_lands_in_no_later_attempt(scene, author):
    quiz = begun(scene)
    open_next([quiz.attempt], Attempt.DEFERRED, in_days(30), {}, by=scene.registrar)
    later = begun(scene)
    before = standing()
    answer = sent(author, quiz, late=True)
    assert answer.status_code == 409 and "attempt is over" in answer.json()["sentence"]
    assert standing() == before and answers_of(later) == {}


# ---- handing in ----


def test_handing_in_takes_the_newest_answers(scene, author):
    quiz = begun(scene)
    right = answers(scene.quiz, scene.enrolment, 4)
    for n, question in enumerate(questions_asked(quiz)):
        give(quiz, 1, n), give(quiz, [c.pk for c in question.options].index(right[question.key]), n)
    assert "all 4 questions" in author.get(f"{PAGE}check/").content.decode()
    shown = {f"answer-{key}": pk for key, pk in right.items()}
    assert author.post(PAGE, {**shown, "action": "hand_in"})["Location"] == PAGE
    quiz.refresh_from_db()
    assert (quiz.mark, quiz.answers) == (100, right)
    # Its answer was lost on the way: pressed again, it is in, with its receipt.
    before = standing()
    assert author.post(PAGE, {**shown, "action": "hand_in"})["Location"] == PAGE
    assert quiz.receipt in author.get(PAGE).content.decode()
    for late in (False, True):
        answer = sent(author, quiz, 1, late=late)
        assert answer.status_code == 409 and "handed this quiz in" in answer.json()["sentence"]
    assert standing() == before


def test_what_is_handed_in_was_a_response_too(scene):
    quiz = begun(scene)
    give(quiz, 1, 0)
    hand_in_quiz(quiz, answers(scene.quiz, scene.enrolment, 4), by=scene.author)
    newest = {}
    for one in Response.objects.filter(quiz=quiz).order_by("item", "number"):
        newest[one.item.question.key] = one.choice_id
    assert newest == quiz.answers


# ---- two pages ----


def test_a_page_is_told_once_that_another_one_answered(scene, author):
    quiz = begun(scene)
    first = sent(author, quiz, page=ONE).json()
    assert not first["other"]
    second = sent(author, quiz, n=1, page=TWO, seen=0).json()
    assert second["other"], "the first page answered, and this one did not know"
    assert not sent(author, quiz, n=1, page=TWO, seen=second["seen"]).json()["other"]
    assert sent(author, quiz, n=2, page=ONE, seen=first["seen"]).json()["other"]


def test_an_answer_that_waited_on_a_device_undoes_no_newer_one(scene, author):
    quiz = begun(scene)
    sent(author, quiz, 1, page=TWO)
    before = standing()
    answer = sent(author, quiz, 0, page=ONE, seen=0, late=True)
    assert (
        answer.status_code == 409
        and "Question 1 was answered on another page" in answer.content.decode()
    )
    with pytest.raises(Elsewhere):
        give(quiz, 0, is_late=True)
    assert standing() == before
    assert sent(author, quiz, 0, n=1, page=ONE, seen=0, late=True).status_code == 200


def test_an_answer_of_another_question_does_not_make_a_page_know_what_it_never_loaded(
    scene, author
):
    quiz = begun(scene)
    loaded = sent(author, quiz, 0, n=1, page=ONE).json()["seen"]
    page = author.get(PAGE).content.decode()
    assert f'name="seen" value="{loaded}"' in page
    sent(author, quiz, 1, n=1, page=TWO, seen=loaded)
    assert sent(author, quiz, 0, n=0, page=ONE, seen=loaded).json()["other"]
    newer = answers_of(quiz)
    form = {"answer-T1-Q2": choices(quiz, 1)[1][0], "page": ONE, "seen": str(loaded)}
    told = author.post(PAGE, {**form, "action": "save"}, follow=True)
    assert "Question 2 was answered on another page" in told.content.decode()
    assert sent(author, quiz, 2, n=1, page=ONE, seen=loaded, late=True).status_code == 409
    assert answers_of(quiz) == newer


def test_what_waited_follows_what_its_own_page_answered_last(scene, author):
    quiz = begun(scene)
    sent(author, quiz, 1, page=TWO)
    assert sent(author, quiz, 2, page=ONE).json()["other"], "told, and chosen all the same"
    assert sent(author, quiz, 0, page=ONE, late=True).status_code == 200
    assert answers_of(quiz)["T1-Q1"] == choices(quiz)[1][0]


def test_without_a_script_a_form_saves_what_differs_and_leaves_what_is_newer(scene, author):
    quiz = begun(scene)
    page = author.get(PAGE)
    assert 'name="seen" value="0"' in page.content.decode()
    (_one, first), (_two, second) = choices(quiz), choices(quiz, 1)
    form = {"answer-T1-Q1": first[0], "answer-T1-Q2": second[0], "page": ONE, "seen": "0"}
    for _twice in range(2):
        author.post(PAGE, {**form, "action": "save"})
    assert Response.objects.count() == 2 and answers_of(quiz) == {
        "T1-Q1": first[0],
        "T1-Q2": second[0],
    }
    assert Entry.objects.filter(action="assessments.save_answers").count() == 1
    give(quiz, 2, 0, page=TWO)
    told = author.post(PAGE, {**form, "answer-T1-Q2": second[1], "action": "save"}, follow=True)
    assert "Question 1 was answered on another page" in told.content.decode()
    assert answers_of(quiz) == {"T1-Q1": first[2], "T1-Q2": second[1]}
    # What the same page's script saved is the page's own.
    give(quiz, 1, 0, page=ONE)
    assert save_answers(quiz, {"T1-Q1": first[0]}, by=scene.author, page=ONE, seen=0) == []
    assert answers_of(quiz)["T1-Q1"] == first[0]


# ---- two at once ----


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_same", [True, False])
def test_two_answers_at_once_are_one_or_follow_each_other(on_the_day, is_same):
    scene = Scene()
    quiz, key = begun(scene), str(uuid.uuid4())
    gate, done = threading.Barrier(2), []

    def press(n):
        with clock.at(in_days(-5)):
            gate.wait()
            done.append(give(quiz, n % 2, page=ONE, key=key if is_same else None))
        connection.close()

    together(press, 0, 0 if is_same else 1)
    assert len(done) == 2
    rows = Response.objects.order_by("number").values_list("number", flat=True)
    assert list(rows) == ([1] if is_same else [1, 2])


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_an_answer_at_the_moment_of_handing_in_counts_or_is_refused(on_the_day):
    scene = Scene()
    quiz = begun(scene)
    right = answers(scene.quiz, scene.enrolment, 4)
    save_answers(quiz, right, by=scene.author)
    item, of_it = choices(quiz)
    other = next(pk for pk in of_it if pk != right["T1-Q1"])
    gate, done = threading.Barrier(2), {}

    def go(what):
        with clock.at(in_days(-5)):
            gate.wait()
            try:
                if what == "answer":
                    answer_question(item, other, by=scene.author, page=ONE, key=str(uuid.uuid4()))
                else:
                    hand_in_quiz(quiz, {}, by=scene.author)
                done[what] = True
            except Refused as refusal:
                done[what] = str(refusal)
        connection.close()

    together(go, "answer", "hand_in")
    there = QuizAttempt.objects.get()
    assert done["hand_in"] is True and there.state == "marked"
    if done["answer"] is True:
        assert (there.answers["T1-Q1"], there.mark) == (other, 75), "told as saved, so it counts"
    else:
        assert "handed this quiz in" in done["answer"] and there.mark == 100


@pytest.mark.both_engines
def test_the_database_keeps_every_answer(scene):
    give(begun(scene))
    for spoil in (lambda: Response.objects.update(number=9), Response.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
