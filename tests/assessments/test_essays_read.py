"""Essays of a quiz are read by nobody who also learns whose they are, and by their author's classmates not before it has closed."""

import json
import uuid

import pytest
from django.test import Client

from assessments.cases.models.readings import CaseReading
from assessments.marking.actions.allocation import allocate
from assessments.taking.actions.late_answers import answer_late_answers, send_late_answers
from assessments.taking.models import LateAnswers, PaperItem
from assessments.taking.queries import late_answers_for, open_late_answers
from assessments.taking.recovery_files import quizzes_in, read
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants, grant
from lms.people.models import Notice, Role

from .scene import DAY, OP, sign_in
from .test_essays import quiz_for, script_of, take

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
    end_grants(scene.registrar, Role.REGISTRAR, by=OP)
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
