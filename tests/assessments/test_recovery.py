"""Answers that left a device in a file come in once, by the site's own clock, and undo nothing that is newer there."""

import json
import uuid
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.attempts.models import Attempt
from assessments.jobs import KEPT_FILES
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.bank import Scenario
from assessments.setting.models import AssessmentVersion, Question
from assessments.taking.actions.quizzes import begin_quiz, hand_in_quiz
from assessments.taking.actions.recovery import recover_answers
from assessments.taking.actions.responses import answer_question
from assessments.taking.models import LateAnswers, QuizAttempt, Response
from assessments.taking.queries import answers_of
from assessments.taking.recovery_files import BadRecoveryFile, quizzes_in, read
from cohorts.enrolment.actions import enrol, leave, make_cohort
from lms.kit import clock
from lms.record.models import Entry

from .scene import DAY, OP, Scene, answers, in_days, sign_in
from .test_order_and_gaps import QUIZ as IN_PARTS
from .test_responses import ONE, TWO, choices

URL = "/my-work/recovery/"


def begun(scene, enrolment=None):
    enrolment = enrolment or scene.enrolment
    return begin_quiz(scene.quiz, enrolment, by=enrolment.person)


def row(quiz, n, choice, page=ONE, key=None, seen=0, at="2026-11-20T10:00:00.000Z"):
    item, of_it = choices(quiz, n)
    key = key or str(uuid.uuid4())
    values = [str(of_it[choice])]
    return {"item": item, "values": values, "page": page, "key": key, "seen": seen, "at": at}


def content(*rows, **more):
    return json.dumps(
        {"format": "imsa-quiz-answers", "version": 1, "answers": list(rows), **more}
    ).encode()


def choose(client, found):
    return client.post(URL, {"file": SimpleUploadedFile("quiz-answers-2026.json", found)})


def save(client):
    return client.post(URL, {"action": "save"}, follow=True).content.decode()


def standing():
    return (
        list(Response.objects.order_by("pk").values()),
        Entry.objects.count(),
        list(QuizAttempt.objects.order_by("pk").values()),
    )


@pytest.fixture
def author(scene):
    return sign_in(Client(), scene.author)


def test_a_file_is_looked_at_and_saved_from_another_device(scene, author):
    quiz = begun(scene)
    item, of_it = choices(quiz, 0)
    first = answer_question(item, of_it[0], by=scene.author, page=ONE, key=str(uuid.uuid4()))
    rows = [row(quiz, 0, 1, seen=first.seen), row(quiz, 1, 0), row(quiz, 1, 2)]
    before = standing()
    answer = choose(author, content(*rows))
    assert answer.status_code == 302 and answer["Location"] == f"{URL}?file=1"
    page = author.get(answer["Location"]).content.decode()
    assert "Five questions" in page and "2 answers would be saved" in page
    assert "Wrong 1" in page and "Right 1" in page and "Odd 2" in page
    assert "The device says: " in page and "Save these answers" in page
    assert standing() == before, "to look changes nothing"

    page = save(author)
    assert "3 answers are saved" in page and "On the site already" in page
    assert answers_of(quiz)["T1-Q1"] == of_it[1]
    assert answers_of(quiz)["T1-Q2"] == choices(quiz, 1)[1][2], "the newest of the file counts"
    entry = Entry.objects.get(action="assessments.recover_answers")
    assert entry.after == {"count": 3}
    assert quiz.state == "open", "nothing is handed in"


def test_the_same_file_again_does_nothing(scene, author):
    quiz = begun(scene)
    found = content(row(quiz, 0, 1), row(quiz, 1, 0))
    choose(author, found)
    save(author)
    before = standing()
    choose(author, found)
    assert "on the site already" in save(author)
    assert standing() == before
    # Also where the queue of the device sends them afterwards.
    for one in json.loads(found)["answers"]:
        answer_question(
            one["item"],
            one["values"],
            by=scene.author,
            page=one["page"],
            key=one["key"],
            is_late=True,
        )
    assert standing() == before


def test_a_time_in_the_file_is_shown_and_never_believed(scene, author):
    quiz = begun(scene)
    with clock.at(in_days(1)):
        choose(author, content(row(quiz, 0, 1, at="2020-01-01T00:00:00Z")))
        page = author.get(f"{URL}?file=1").content.decode()
        assert "The device says: " in page and "2020" in page
        save(author)
    assert Response.objects.get().at == in_days(1)
    # What is no moment is not shown.
    for at in ("yesterday", "2026-99-99T00:00:00Z", "2026-11-20T10:00", 7, None):
        choose(author, content(row(quiz, 1, 1, at=at)))
        page = author.get(f"{URL}?file=1").content.decode()
        assert "Odd 1" not in page and "The device says" not in page


def test_what_another_page_answered_since_stays(scene, author):
    quiz = begun(scene)
    item, of_it = choices(quiz, 0)
    answer_question(item, of_it[2], by=scene.author, page=TWO, key=str(uuid.uuid4()))
    choose(author, content(row(quiz, 0, 1), row(quiz, 1, 0)))
    page = author.get(f"{URL}?file=1").content.decode()
    assert "Answered on another page since" in page and "1 answer cannot be saved" in page
    page = save(author)
    assert "1 answer is saved" in page and "That answer is kept" in page
    assert answers_of(quiz)["T1-Q1"] == of_it[2]


def test_after_the_quiz_is_handed_in_nothing_is_taken(scene, author):
    quiz = begun(scene)
    found = content(row(quiz, 0, 1))
    choose(author, found)
    hand_in_quiz(quiz, answers(scene.quiz, scene.enrolment, 4), by=scene.author)
    before = standing()
    assert "The quiz is handed in" in author.get(f"{URL}?file=1").content.decode()
    page = save(author)
    assert "You have handed this quiz in" in page
    assert standing() == before


def test_after_the_end_of_the_time_nothing_is_taken(scene, author):
    AssessmentVersion.objects.filter(assessment=scene.quiz).update(minutes=30)
    quiz = begun(scene)
    before = standing()
    with clock.at(quiz.begun_at + timedelta(minutes=31)):
        choose(author, content(row(quiz, 0, 1, at=quiz.begun_at.isoformat())))
        assert "The time is over" in author.get(f"{URL}?file=1").content.decode()
        assert "The time for this quiz is over" in save(author)
    assert standing() == before


def test_nobody_saves_the_answers_of_somebody_else(scene, author):
    quiz, other = begun(scene), begun(scene, scene.another(1))
    before = standing()
    choose(author, content(row(other, 0, 1)))
    page = author.get(f"{URL}?file=1").content.decode()
    assert "Nothing in this file is yours" in page and "Question number" not in page
    assert "Save these answers" not in page
    author.post(URL, {"action": "save"})
    assert recover_answers(other, read(content(row(other, 0, 1))), by=scene.author)[0] == 0
    assert standing() == before
    # Mixed: their own is saved, the other's left out.
    choose(author, content(row(other, 0, 1), row(quiz, 0, 1)))
    assert "Some of it is not yours" in author.get(f"{URL}?file=1").content.decode()
    save(author)
    assert Response.objects.get().quiz == quiz
    assert sign_in(Client(), scene.agnes).get(URL).status_code == 403


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\xff\xfe\x00",
        b"%PDF-1.4",
        b"[" * 100_000,
        b"[1]",
        b'{"format": "other"}',
        content(),
        content("x"),
        content({"item": 1}),
        content(version=2),
        b'{"format": "imsa-quiz-answers", "version": 1, "answers": [{"item"',
        json.dumps({"format": "imsa-quiz-answers", "version": 1, "answers": 7}).encode(),
        b"x" * 300_001,
    ],
)
def test_what_is_no_file_of_answers_is_refused_with_what_to_do(scene, author, broken):
    with pytest.raises(BadRecoveryFile):
        read(broken)
    before = standing()
    answer = choose(author, broken)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "hoose the file" in page or "choose the new file" in page
    assert "Save these answers" not in author.get(f"{URL}?file=1").content.decode()
    assert standing() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"item": True},
        {"item": -1},
        {"item": 2**63},
        {"item": 1.5},
        {"page": "x"},
        {"key": "é" * 9},
        {"seen": None},
        {"values": "text"},
        {"values": [1]},
        {"values": ["x"] * 101},
        {"values": ["x" * 60_001]},
    ],
)
def test_a_row_of_another_shape_damages_the_file(wrong):
    sound = {"item": 1, "values": ["1"], "page": ONE, "key": ONE, "seen": 0}
    assert read(content(sound))
    with pytest.raises(BadRecoveryFile):
        read(content(sound | wrong))


def test_a_choice_of_another_question_is_told_and_not_saved(scene, author):
    quiz = begun(scene)
    stray = row(quiz, 0, 0) | {"values": [str(choices(quiz, 1)[1][0])]}
    before = standing()
    choose(author, content(stray))
    assert "No answer to this question" in author.get(f"{URL}?file=1").content.decode()
    save(author)
    assert standing() == before


def test_what_its_trainee_cannot_answer_now_is_told_and_goes_to_the_office(scene, author):
    """Beside a quiz of another cohort that is saved all the same."""
    quiz = begun(scene)
    later = make_cohort("T2027", "Later", scene.programme, DAY, date(2027, 12, 31), by=OP)
    leave(scene.enrolment, by=OP)
    again = enrol(later, scene.author, ["england"], "REF-ZQ-2", by=OP, enrolled_on=DAY)
    second = begun(scene, again)
    choose(author, content(row(quiz, 0, 1), row(second, 0, 1)))
    page = author.get(f"{URL}?file=1").content.decode()
    assert "Cannot be saved now" in page and "you cannot hand in work now" in page
    assert "Send these answers to the programme office" in page
    page = save(author)
    assert "1 answer is saved" in page and "you cannot hand in work now" in page
    assert Response.objects.get().quiz == second
    author.post(URL, {"action": "send", "quiz": quiz.pk})
    assert [one["position"] for one in LateAnswers.objects.get().answers] == [1]


@pytest.mark.parametrize("change", [{"not_submitted_at": in_days(1)}, {"is_current": False}])
def test_an_attempt_that_is_over_takes_nothing_and_says_so(scene, author, change):
    quiz = begun(scene)
    Attempt.objects.filter(quiz=quiz).update(**change)
    before = standing()
    choose(author, content(row(quiz, 0, 1)))
    page = author.get(f"{URL}?file=1").content.decode()
    assert "Cannot be saved now" in page and "Save these answers" not in page
    assert "recorded as not handed in" in page or "This attempt is over" in page
    assert "Send these answers to the programme office" in page
    save(author)
    assert standing() == before


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_calendar_reaches_is_not_shown(scene, author, at):
    quiz = begun(scene)
    choose(author, content(row(quiz, 0, 1, at=at)))
    answer = author.get(f"{URL}?file=1")
    assert answer.status_code == 200 and "The device says" not in answer.content.decode()
    hand_in_quiz(quiz, answers(scene.quiz, scene.enrolment, 4), by=scene.author)
    author.post(URL, {"action": "send", "quiz": quiz.pk})
    office = sign_in(Client(), scene.registrar)
    sent = LateAnswers.objects.get()
    assert office.get(f"/registry/late-answers/{sent.pk}/").status_code == 200


def test_gaps_and_scenarios_read_as_in_the_quiz(scene, author, settings):
    settings.IMSA_EXAMINER_APPROVES = False
    made = keep_assessment(scene.one, IN_PARTS, by=OP)
    case = Scenario.objects.create(assessment=made, key="S-1", text="Ana works in a laundry.")
    Question.objects.filter(key="K-CLOZE").update(scenario=case)
    quiz = begin_quiz(made, scene.enrolment, by=scene.author)
    item = quiz.items.get(question__key="K-CLOZE").pk
    sent = {"item": item, "values": ["forty", "rg", ""], "page": ONE, "key": ONE, "seen": 0}
    choose(author, content(sent))
    page = author.get(f"{URL}?file=1").content.decode()
    assert "[[1]]" not in page and "____ (1)" in page and "Ana works in a laundry." in page
    assert "Gap 1: forty" in page and "1 answer would be saved" in page
    page = save(author)
    assert "Gap 1: Write a number" in page and answers_of(quiz) == {"K-CLOZE": ["", "rg", ""]}
    made.versions.update(minutes=1)
    with clock.at(in_days(-1)):
        choose(author, content(sent | {"key": TWO}))
        author.post(URL, {"action": "send", "quiz": quiz.pk})
        office = sign_in(Client(), scene.registrar)
        late = office.get(f"/registry/late-answers/{LateAnswers.objects.get().pk}/")
    page = late.content.decode()
    assert "[[1]]" not in page and "Ana works in a laundry." in page and "Gap 1: forty" in page


def test_what_is_saved_leaves_the_session_and_old_sessions_go(scene, author):
    quiz = begun(scene)
    choose(author, content(row(quiz, 0, 1)))
    assert "recovery" in author.session
    assert "On the site already" in save(author)
    assert "recovery" not in author.session
    left = Session.objects.create(
        session_key="x" * 32, session_data="", expire_date=clock.now() - timedelta(days=3650)
    )
    KEPT_FILES.do()
    assert not Session.objects.filter(pk=left.pk).exists()
    assert author.get(URL).status_code == 200, "who is signed in stays so"


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_file_is_saved_on_either_engine_whatever_is_refused_of_it(on_the_day):
    scene = Scene()
    quiz = begun(scene)
    item, of_it = choices(quiz, 0)
    answer_question(item, of_it[2], by=scene.author, page=TWO, key=str(uuid.uuid4()))
    author = sign_in(Client(), scene.author)
    stray = row(quiz, 1, 0) | {"values": ["999999999"]}
    choose(author, content(row(quiz, 0, 1), stray, row(quiz, 2, 0), row(quiz, 3, 0)))
    page = save(author)
    assert "2 answers are saved" in page and "That answer is kept" in page
    assert answers_of(quiz).keys() == {"T1-Q1", "T1-Q3", "T1-Q5"}
    assert Entry.objects.get(action="assessments.recover_answers").after == {"count": 2}


def test_a_thousand_saves_read_no_more_than_a_few(scene, django_assert_max_num_queries):
    quiz = begun(scene)
    rows = [row(quiz, n % 4, n % 3) for n in range(400)]
    found = read(content(*rows))
    with django_assert_max_num_queries(9):
        (one,) = quizzes_in(scene.author, found)
    assert len(one.lines) == 4 and len(one.answers) == 400
