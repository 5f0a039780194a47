"""Essays of a quiz are read by nobody who also learns whose they are, and by their author's classmates not before it has closed."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.cases.actions.alike import find_alike
from assessments.cases.models.misconduct import Resemblance
from assessments.cases.models.readings import CaseReading
from assessments.marking.actions.allocation import allocate
from assessments.marking.actions.feedback import attach_feedback
from assessments.marking.feedback_files import FeedbackFile
from assessments.taking.actions.late_answers import answer_late_answers, send_late_answers
from assessments.taking.actions.quizzes import begin_quiz
from assessments.taking.models import LateAnswers, PaperItem, Response
from assessments.taking.queries import (
    late_answers_for,
    late_arrivals_in,
    newest_responses,
    open_late_answers,
)
from assessments.taking.recovery_files import quizzes_in, read
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants, grant
from lms.people.models import Notice, Role

from .scene import DAY, OP, in_days, pdf, sign_in
from .test_essays import DUTY, ROLE, marked, quiz_for, script_of, seal, take

OFFICE = "/registry/late-answers/"


def send_late(quiz):
    """An essay that its author sends when the quiz is handed in."""
    item = PaperItem.objects.get(quiz=quiz, question__key="L-DUTY").pk
    row = {"item": item, "values": ["Later."], "page": "1" * 32, "key": str(uuid.uuid4())}
    file = {"format": "imsa-quiz-answers", "version": 1, "answers": [row | {"seen": 0, "at": ""}]}
    (found,) = quizzes_in(quiz.enrolment.person, read(json.dumps(file).encode()))
    return send_late_answers(quiz, found.refused, "", by=quiz.enrolment.person)


@pytest.fixture
def dana(scene):
    """A tutor who is a registrar too."""
    grant(scene.agnes, Role.REGISTRAR, by=OP, starts_on=DAY)
    return scene.agnes


@pytest.mark.both_engines
def test_who_was_given_essays_reads_none_under_a_name(scene, dana):
    quiz = quiz_for(scene)
    other = take(scene, quiz, scene.another(1))
    allocate(script_of(other), dana, scene.tomasz, by=scene.registrar)
    sent = send_late(take(scene, quiz))
    assert not Notice.objects.filter(person=dana, url=OFFICE).exists()
    assert Notice.objects.filter(person=scene.registrar, url=OFFICE).exists()
    client = sign_in(Client(), dana)
    assert client.get(f"{OFFICE}{sent.pk}/").status_code == 404
    assert "Quuxington" not in client.get(OFFICE).content.decode()
    assert not open_late_answers(dana).exists() and open_late_answers(scene.registrar).exists()
    with pytest.raises(NotAllowed, match="another registrar answers"):
        answer_late_answers(sent, "Yes.", by=dana)
    assert LateAnswers.objects.get().answered_at is None


def test_who_was_given_any_script_of_a_trainee_reads_no_late_answers_of_theirs(scene, dana):
    scene.allocate(scene.hand_in())
    sent = send_late(take(scene, quiz_for(scene)))
    assert not late_answers_for(dana).exists()
    with pytest.raises(NotAllowed):
        answer_late_answers(sent, "Yes.", by=dana)


def test_where_every_registrar_marks_the_hub_is_told_that_one_is_missing(scene, dana):
    officer = scene.helen
    grant(officer, Role.HUB_OFFICER, by=OP, starts_on=DAY)
    grant(scene.tomasz, Role.REGISTRAR, by=OP, starts_on=DAY)
    quiz = quiz_for(scene)
    attempt = take(scene, quiz)
    allocate(script_of(attempt), dana, scene.tomasz, by=scene.registrar)
    yesterday = clock.today() - timedelta(days=1)
    end_grants(scene.registrar, Role.REGISTRAR, by=OP, on=yesterday)
    send_late(attempt)
    told = Notice.objects.filter(person=officer, subject="A registrar is missing")
    assert told.exists() and "Quuxington" not in told.get().body


def test_who_read_essays_under_a_name_marks_none_of_theirs(scene, dana):
    attempt = take(scene, quiz_for(scene))
    sent = send_late(attempt)
    words = sign_in(Client(), dana).get(f"{OFFICE}{sent.pk}/").content.decode()
    assert "Quuxington" in words and "Section 52" in words
    assert CaseReading.objects.get().by == dana
    with pytest.raises(Refused, match="Choose someone else"):
        allocate(script_of(attempt), dana, scene.tomasz, by=scene.registrar)
    assert not script_of(attempt).allocations.exists()


# ---- when its author reads what ----


def test_a_feedback_file_on_essays_comes_no_sooner_than_its_comments(scene, client):
    quiz = quiz_for(scene)
    scene.due(quiz)
    attempt = take(scene, quiz)
    tasks = allocate(script_of(attempt), scene.agnes, scene.tomasz, by=scene.registrar)
    attach_feedback(tasks[0], pdf("marks"), by=scene.agnes)
    seal(tasks[0], 60, 75), seal(tasks[1], 60, 75)
    scene.release(quiz)
    file = FeedbackFile.objects.get().pk
    told = Notice.objects.get(person=scene.author, subject="Your work is marked").body
    assert "comments follow when no one can still take this quiz" in told
    assert sign_in(client, scene.author).get(f"/my-work/feedback/{file}/").status_code == 404
    words = client.get("/my-work/T1-LONG/").content.decode()
    assert "What your markers say comes at the same time." in words
    with clock.at(in_days(1)):
        client = sign_in(Client(), scene.author)
        words = client.get("/my-work/T1-LONG/").content.decode()
        assert f"/my-work/feedback/{file}/" in words and "Feedback file (PDF)" in words
        assert client.get(f"/my-work/feedback/{file}/").status_code == 200


def test_a_quiz_of_essays_alone_says_nothing_of_right_answers(scene):
    quiz = quiz_for(scene, question=[DUTY, ROLE])
    scene.due(quiz)
    marked(scene, take(scene, quiz))
    scene.release(quiz)
    with clock.at(in_days(1)):
        words = sign_in(Client(), scene.author).get("/my-work/T1-LONG/").content.decode()
    assert "Well argued." in words and "of 0 right" not in words


def test_the_examiner_reads_the_rule_of_the_mark_beside_it(scene, client):
    scene.take_quiz()
    scene.mark(scene.hand_in(), 62, 62)
    marked(scene, take(scene, quiz_for(scene, weight=10)), first=(60, 75), second=(64, 75))
    board = scene.board(confirmed=False)
    words = sign_in(client, scene.examiner).get(f"/examining/{board.pk}/").content.decode()
    assert "<summary>The answers by rule and the essays by their agreed mark" in words
    assert "Mark of the quiz" in words and "Marked by rule" not in words


# ---- what is read of them ----


@pytest.mark.both_engines
def test_of_an_essay_the_newest_wording_alone_is_read(scene):
    attempt = begin_quiz(quiz_for(scene), scene.enrolment, by=scene.author)
    item = attempt.items.get(question__key="L-DUTY")
    Response.objects.bulk_create(
        Response(quiz=attempt, item=item, number=n, answer=f"Wording {n}.", client_key=f"{n:032}:k")
        for n in range(1, 41)
    )
    with CaptureQueriesContext(connection) as done:
        found = newest_responses(attempt)
    assert {key: one.value for key, one in found.items()} == {"L-DUTY": "Wording 40."}
    assert len(done) == 1
    with connection.cursor() as cursor:
        cursor.execute(done[0]["sql"])
        assert len(cursor.fetchall()) == 1


@pytest.mark.both_engines
def test_only_late_wordings_that_count_are_counted(scene):
    attempt = begin_quiz(quiz_for(scene), scene.enrolment, by=scene.author)
    duty, role = attempt.items.filter(question__kind="essay").order_by("question__key")
    for item, number, late in (
        (duty, 1, True),
        (duty, 2, False),
        (role, 1, False),
        (role, 2, True),
    ):
        key = f"{item.pk}-{number}:k"
        Response.objects.create(
            quiz=attempt, item=item, number=number, answer="A", client_key=key, is_late_arrival=late
        )
    assert late_arrivals_in(attempt) == 1


@pytest.mark.both_engines
def test_late_answers_are_counted_without_being_read(scene):
    send_late(take(scene, quiz_for(scene)))
    (one,) = late_answers_for(scene.registrar)
    assert one.count == 1 and "answers" in one.get_deferred_fields()
    assert "1 answer, sent on" in sign_in(Client(), scene.registrar).get(OFFICE).content.decode()


def test_questions_that_all_were_asked_make_no_essays_alike(scene, settings):
    settings.IMSA_ALIKE_WORDS, settings.IMSA_ALIKE_PERCENT = 60, 15  # as on a true site
    asked = [
        {
            "key": f"L-{n}",
            "kind": "essay",
            "text": " ".join(f"w{word}q{n}" for word in range(20)),
            "solution": {"marks": 1},
        }
        for n in range(7)
    ]
    quiz = quiz_for(scene, question=asked)
    for who, enrolment in enumerate((scene.enrolment, scene.another(1))):
        given = {
            q["key"]: " ".join(f"own{who}word{n}of{q['key']}" for n in range(12)) for q in asked
        }
        take(scene, quiz, enrolment, **given)
    assert find_alike(by=scene.registrar) == 0 and not Resemblance.objects.exists()
