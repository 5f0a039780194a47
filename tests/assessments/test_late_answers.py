"""Answers that came too late are not lost: by rule they count and are shown as late, else the office has them; nobody gains by saying when they were given."""

import dataclasses
import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from assessments.attempts.actions import open_next
from assessments.attempts.models import Attempt, Cap
from assessments.attempts.queries import chains_that_differ
from assessments.setting import judging
from assessments.setting.models import AssessmentVersion
from assessments.setting.rule_sets import RuleSet
from assessments.taking.actions.late_answers import MOST, answer_late_answers, send_late_answers
from assessments.taking.actions.quizzes import begin_quiz, close_quizzes, hand_in_quiz
from assessments.taking.actions.responses import answer_question
from assessments.taking.models import LateAnswers, Response
from assessments.taking.queries import late_arrivals_for, open_late_answers
from assessments.taking.recovery_files import quizzes_in, read
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, DUE, OP, answers, sign_in
from .test_recovery import URL, choose, content, row
from .test_responses import ONE, choices

OFFICE = "/registry/late-answers/"


@pytest.fixture
def timed(scene):
    """A quiz of half an hour, begun."""
    AssessmentVersion.objects.filter(assessment=scene.quiz).update(minutes=30)
    return begin_quiz(scene.quiz, scene.enrolment, by=scene.author)


@pytest.fixture
def author(scene):
    return sign_in(Client(), scene.author)


@pytest.fixture
def office(scene):
    return sign_in(Client(), scene.registrar)


def by_rule(minutes):
    rules = judging.as_values(dataclasses.replace(judging.Rules(), late_answers=minutes))
    RuleSet.objects.create(
        number=1 + RuleSet.objects.count(),
        in_force_from=DAY.replace(year=2020),
        values=rules,
        by="test",
    )


def after(quiz, minutes):
    return clock.at(quiz.begun_at + timedelta(minutes=minutes))


def give(quiz, n=0, choice=0, is_late=True):
    item, of_it = choices(quiz, n)
    by, key = quiz.enrolment.person, str(uuid.uuid4())
    return answer_question(item, of_it[choice], by=by, page=ONE, key=key, is_late=is_late)


def refused(quiz, *rows):
    (found,) = quizzes_in(quiz.enrolment.person, read(content(*rows)))
    return found.refused


def handed_in(scene):
    quiz = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    return hand_in_quiz(quiz, answers(scene.quiz, scene.enrolment, 4), by=scene.author)


def standing():
    return (
        list(LateAnswers.objects.order_by("pk").values()),
        list(Response.objects.order_by("pk").values()),
        Entry.objects.count(),
        Notice.objects.count(),
    )


# ---- by rule ----


def test_without_a_rule_nothing_is_taken_after_the_end(scene, timed):
    before = standing()
    with after(timed, 32), pytest.raises(Refused, match="time for this quiz is over"):
        give(timed)
    assert standing() == before


def test_by_rule_what_waited_on_a_device_is_taken_for_a_while_and_shown_as_late(
    scene, timed, office
):
    by_rule(10)
    with after(timed, 20):
        give(timed, n=1)
    with after(timed, 35):
        with pytest.raises(Refused, match="is over"):
            give(timed, is_late=False)  # of a page that has a connection
        give(timed)
        assert close_quizzes(by=OP) == 0, "the worker waits for them"
    assert list(Response.objects.values_list("is_late_arrival", flat=True)) == [False, True]
    with after(timed, 41):
        with pytest.raises(Refused, match="is over"):
            give(timed, n=2)
        assert close_quizzes(by=OP) == 1
    timed.refresh_from_db()
    assert timed.handed_in_at == timed.begun_at + timedelta(minutes=30)
    line = timed.attempt.lines.get(stage="quiz")
    assert "Some answers arrived after the end of the time" in line.rule
    assert line.inputs["late_answers"] == 1 and chains_that_differ()[1] == []
    page = office.get(f"{OFFICE}?show=accepted").content.decode()
    assert "1 answer arrived after the end of the time" in page and "Quuxington" in page


def test_a_late_answer_that_another_replaced_is_not_told_of(scene, timed):
    by_rule(10)
    with after(timed, 35):
        give(timed)
    assert Response.objects.get().is_late_arrival
    hand_in = timedelta(minutes=36)
    with clock.at(timed.begun_at + hand_in):
        hand_in_quiz(timed, {}, by=scene.author)  # its time is over: what is saved
    assert timed.attempt.lines.get(stage="quiz").inputs["late_answers"] == 1
    with after(timed, 37), pytest.raises(Refused, match="handed this quiz in"):
        give(timed, n=1)


def test_the_page_says_until_when_and_a_file_is_taken_as_long(scene, timed, author):
    by_rule(10)
    with after(timed, 35):
        page = author.get("/my-work/T1-QUIZ/").content.decode()
        assert "are accepted until" in page
        choose(author, content(row(timed, 0, 1)))
        page = author.get(f"{URL}?file=1").content.decode()
        assert "1 answer would be saved" in page, page.partition("<main")[2][:3000]
        author.post(URL, {"action": "save"})
    assert Response.objects.get().is_late_arrival


def test_the_rule_is_set_and_shown_like_the_others(scene, office):
    page = office.get("/registry/rules/new/").content.decode()
    assert "Minutes in which late quiz answers are accepted" in page
    assert judging.Rules().late_answers == 0
    assert judging.read({"pass_mark": 50}).late_answers == 0, "a rule set from before"


# ---- the office ----


def test_what_the_quiz_did_not_take_goes_to_the_office_and_comes_back_answered(
    scene, author, office
):
    quiz = handed_in(scene)
    rows = [row(quiz, 0, 1, at="2026-11-19T09:30:00Z"), row(quiz, 1, 2)]
    choose(author, content(*rows))
    page = author.get(f"{URL}?file=1").content.decode()
    assert "2 answers cannot be saved" in page and "Save these answers" not in page
    mark = quiz.mark
    answer = author.post(
        URL, {"action": "send", "quiz": quiz.pk, "note": "The train."}, follow=True
    )
    assert "You sent what cannot be saved to the programme office" in answer.content.decode()
    sent = LateAnswers.objects.get()
    assert [one["position"] for one in sent.answers] == [1, 2] and sent.note == "The train."
    assert Notice.objects.filter(person=scene.registrar, url=OFFICE).count() == 1
    assert "Late quiz answers" in office.get("/registry/").content.decode()
    page = office.get(OFFICE).content.decode()
    assert "Quuxington" in page and "1 to answer" in page
    page = office.get(f"{OFFICE}{sent.pk}/").content.decode()
    assert "Wrong 1" in page and "The device says" in page and "The train." in page
    assert office.post(f"{OFFICE}{sent.pk}/", {"outcome": ""}).status_code == 422
    assert office.post(f"{OFFICE}{sent.pk}/", {"outcome": "Another attempt."}).status_code == 302
    sent.refresh_from_db()
    assert sent.answered_by == scene.registrar and sent.outcome == "Another attempt."
    assert "Another attempt." in Notice.objects.filter(person=scene.author).latest("pk").body
    assert "Another attempt." in author.get("/my-work/T1-QUIZ/").content.decode()
    assert "recovery" not in author.session, "nothing of the file is left to save or to send"
    choose(author, content(*rows))
    assert "Another attempt." in author.get(f"{URL}?file=1").content.decode()
    quiz.refresh_from_db()
    assert quiz.mark == mark and not Response.objects.filter(is_late_arrival=True).exists()
    assert not open_late_answers(scene.registrar).exists()
    assert "Another attempt." in office.get(f"{OFFICE}{sent.pk}/").content.decode()
    assert "Quuxington" in office.get(f"{OFFICE}?show=answered").content.decode()


def test_the_same_answers_are_sent_once_and_not_for_ever(scene):
    quiz = handed_in(scene)
    lines = refused(quiz, row(quiz, 0, 1))
    send_late_answers(quiz, lines, "", by=scene.author)
    before = standing()
    send_late_answers(quiz, lines, "Again.", by=scene.author)
    assert standing() == before
    for _n in range(MOST - 1):
        send_late_answers(quiz, refused(quiz, row(quiz, 0, 1)), "", by=scene.author)
    before = standing()
    with pytest.raises(Refused, match="several files"):
        send_late_answers(quiz, refused(quiz, row(quiz, 0, 1)), "", by=scene.author)
    with pytest.raises(Refused, match="nothing to send"):
        send_late_answers(quiz, [], "", by=scene.author)
    with pytest.raises(Refused, match="1001 characters"):
        send_late_answers(quiz, lines, "x" * 1001, by=scene.author)
    assert standing() == before


def test_nobody_sends_for_somebody_else_and_no_registrar_answers_themselves(scene, author):
    quiz = handed_in(scene)
    lines = refused(quiz, row(quiz, 0, 1))
    before = standing()
    for by in (scene.registrar, scene.agnes, scene.another(1).person):
        with pytest.raises(NotAllowed):
            send_late_answers(quiz, lines, "", by=by)
    other = sign_in(Client(), scene.another(2).person)
    choose(other, content(row(quiz, 0, 1)))
    assert other.post(URL, {"action": "send", "quiz": quiz.pk}).status_code == 409
    assert standing()[:2] == before[:2]

    sent = send_late_answers(quiz, lines, "", by=scene.author)
    before = standing()
    for by in (scene.author, scene.agnes, scene.examiner, OP):
        with pytest.raises(NotAllowed):
            answer_late_answers(sent, "Yes.", by=by)
    for someone in (scene.author, scene.agnes, scene.examiner):
        assert sign_in(Client(), someone).get(f"{OFFICE}{sent.pk}/").status_code == 403
    assert standing() == before
    grant(scene.author, Role.REGISTRAR, by=OP, starts_on=DAY)
    own = sign_in(Client(), scene.author)
    assert own.get(f"{OFFICE}{sent.pk}/").status_code == 404
    assert "Quuxington" not in own.get(OFFICE).content.decode().partition("<main")[2]
    assert not open_late_answers(scene.author).exists()
    with pytest.raises(NotAllowed):
        answer_late_answers(sent, "Yes.", by=scene.author)


def test_a_second_registrar_does_not_overwrite_an_answer(scene):
    quiz = handed_in(scene)
    sent = send_late_answers(quiz, refused(quiz, row(quiz, 0, 1)), "", by=scene.author)
    answer_late_answers(sent, "The mark stands.", by=scene.registrar)
    before = standing()
    answer_late_answers(sent, "The mark stands.", by=scene.registrar)
    with pytest.raises(Refused, match="meanwhile"):
        answer_late_answers(sent, "Another attempt.", by=scene.registrar)
    with pytest.raises(Refused):
        answer_late_answers(sent, " ", by=scene.registrar)
    assert standing() == before


def test_a_registrar_who_studies_the_programme_reads_and_answers_nothing(scene, timed):
    """Neither the questions of a quiz that they sit, nor what classmates answered."""
    by_rule(10)
    fellow = scene.another(1).person
    grant(fellow, Role.REGISTRAR, by=OP, starts_on=DAY)
    with after(timed, 35):
        give(timed)
    with after(timed, 41):
        close_quizzes(by=OP)
    timed.refresh_from_db()
    sent = send_late_answers(timed, refused(timed, row(timed, 1, 1)), "", by=scene.author)
    assert not Notice.objects.filter(person=fellow, url=OFFICE).exists()
    assert Notice.objects.filter(person=scene.registrar, url=OFFICE).exists()
    client = sign_in(Client(), fellow)
    for show in ("", "accepted", "answered"):
        assert "Quuxington" not in client.get(f"{OFFICE}?show={show}").content.decode()
    assert client.get(f"{OFFICE}{sent.pk}/").status_code == 404
    assert not open_late_answers(fellow).exists() and open_late_answers(scene.registrar).exists()
    before = standing()
    with pytest.raises(NotAllowed, match="You study in this programme"):
        answer_late_answers(sent, "Yes.", by=fellow)
    assert standing() == before


def test_a_wrong_answer_of_the_office_is_put_right_and_told_again(scene, author, office):
    quiz = handed_in(scene)
    sent = send_late_answers(quiz, refused(quiz, row(quiz, 0, 1)), "", by=scene.author)
    page = f"{OFFICE}{sent.pk}/"
    office.post(page, {"outcome": "The mark stands.", "seen": "0"})
    assert "Correct this answer" in office.get(page).content.decode()
    before = standing()
    for seen in ("0", "", "x"):  # of a page from before the first answer
        answer = office.post(page, {"outcome": "Another attempt.", "seen": seen})
        assert answer.status_code == 422 and "Another attempt." in answer.content.decode()
    assert standing() == before
    office.post(page, {"outcome": "Another attempt.", "seen": "1"})
    office.post(page, {"outcome": "Another attempt.", "seen": "1"})
    sent.refresh_from_db()
    assert (sent.outcome, sent.version) == ("Another attempt.", 2)
    assert sent.earlier_outcomes[0]["by"] == scene.registrar.pk
    told = Notice.objects.filter(person=scene.author, subject__startswith="Your late answers")
    assert told.count() == 2 and "corrected its answer" in told.latest("pk").body
    assert Entry.objects.filter(action="assessments.answer_late_answers").count() == 2
    found = office.get(page).content.decode()
    assert "Another attempt." in found and "The mark stands." in found
    found = author.get("/my-work/T1-QUIZ/").content.decode()
    assert "Another attempt." in found and "The mark stands." not in found


def test_what_was_sent_of_an_earlier_attempt_is_read_at_the_next(scene, author):
    quiz = handed_in(scene)
    sent = send_late_answers(quiz, refused(quiz, row(quiz, 0, 1)), "", by=scene.author)
    answer_late_answers(sent, "Another attempt, then.", by=scene.registrar)
    due = DUE + timedelta(days=60)
    caps = {quiz.attempt.assessment_id: Cap(50)}
    open_next([quiz.attempt], Attempt.RESIT, due, caps, by=scene.registrar)
    page = author.get("/my-work/T1-QUIZ/").content.decode()
    assert "Another attempt, then." in page and "Of an earlier attempt" in page
    begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    assert "Another attempt, then." in author.get("/my-work/T1-QUIZ/").content.decode()


def test_quizzes_with_answers_by_rule_are_found_by_an_index_of_their_own(scene, timed):
    by_rule(10)
    with after(timed, 35):
        give(timed)
    assert [one.late_count for one in late_arrivals_for(scene.registrar)] == [1]
    if connection.vendor == "sqlite":
        plan = late_arrivals_for(scene.registrar).explain()
        assert "responses_by_rule" in plan and "SCAN assessments_quizattempt" not in plan, plan


def test_a_file_of_which_some_was_taken_sends_the_rest_alone(scene, author):
    quiz = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    item, of_it = choices(quiz, 0)
    answer_question(item, of_it[2], by=scene.author, page="2" * 32, key=str(uuid.uuid4()))
    choose(author, content(row(quiz, 0, 1), row(quiz, 1, 0)))
    author.post(URL, {"action": "save"})
    author.post(URL, {"action": "send", "quiz": quiz.pk})
    sent = LateAnswers.objects.get()
    assert [one["position"] for one in sent.answers] == [1]
    assert json.dumps(sent.answers)
