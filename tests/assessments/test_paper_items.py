"""What somebody is asked in a quiz is a fact; nobody learns its right answers while others can still sit it."""

import time

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempts.actions import open_next, set_due
from assessments.attempts.models import Attempt, Cap
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.versions import edit_version, faults, start_version
from assessments.setting.queries import questions_for
from assessments.setting.together import reach, sums_after
from assessments.taking.actions.quizzes import begin_quiz, hand_in_quiz, save_answers
from assessments.taking.draw import draw, in_order
from assessments.taking.models import PaperItem, QuizAttempt
from assessments.taking.queries import answers_of, questions_asked
from lms.kit import clock
from lms.kit.refusals import Refused
from lms.record.models import Entry

from .scene import DUE, OP, in_days, sign_in

BANK = {
    "code": "T1-BANK",
    "kind": "quiz",
    "title": "Drawn from eight",
    "weight": 0,
    "brief": "Answer them all.",
    "asks": 4,
    "shuffles_choices": True,
    "question": [
        {
            "key": f"T1-B{n}",
            "text": f"Bank question {n}?",
            "nation": "",
            "why": f"Because of bank {n}.",
            "choice": [
                {"text": f"{kind} {n}", "right": kind == "Right"}
                for kind in ("Right", "Wrong", "Odd", "Other")
            ],
        }
        for n in range(1, 9)
    ],
}


@pytest.fixture
def bank(scene):
    return keep_assessment(scene.one, BANK, by=OP)


def right_answers(quiz, wrong=0):
    asked = questions_asked(quiz)
    return {
        q.key: next(c.pk for c in q.choices.all() if c.is_right == (n >= wrong))
        for n, q in enumerate(asked)
    }


def take(quiz, enrolment, wrong=0):
    attempt = begin_quiz(quiz, enrolment, by=enrolment.person)
    return hand_in_quiz(attempt, right_answers(attempt, wrong), by=enrolment.person)


def again(attempt, due_at, by):
    return open_next([attempt], Attempt.RESIT, due_at, {attempt.assessment_id: Cap(50)}, by=by)[0]


# ---- the draw ----

KEYS = st.lists(st.text("abcdef", min_size=1, max_size=4), unique=True, max_size=12)


@given(
    st.text(max_size=8),
    KEYS,
    st.none() | st.integers(1, 14),
    st.sets(st.text("abcdef", max_size=2)),
)
def test_a_draw_is_of_the_keys_in_their_order_and_asks_anew_first(seed, keys, count, earlier):
    found = draw(seed, keys, count, earlier)
    assert found == [key for key in keys if key in set(found)]
    assert len(found) == (len(keys) if count is None else min(count, len(keys)))
    assert found == draw(seed, keys, count, earlier), "the same seed asks the same"
    fresh = [key for key in keys if key not in earlier]
    assert set(found) <= set(fresh) or set(fresh) <= set(found), (
        "known ones only where new ones run out"
    )
    assert sorted(in_order(seed, keys)) == sorted(keys)


@given(st.lists(st.integers(1, 6), max_size=12), st.integers(0, 30))
def test_what_can_follow_is_summed_once_from_the_back(sizes, most):
    slowly = [reach(sizes[n:], most) for n in range(1, len(sizes) + 1)]
    assert sums_after(sizes, most) == slowly


def test_a_draw_of_many_takes_no_square_of_them():
    keys = [str(n) for n in range(12000)]
    begun = time.process_time()
    assert len(draw("seed", keys, 200)) == 200
    assert time.process_time() - begun < 2


def test_people_are_asked_different_questions_in_different_orders(scene, bank):
    papers = []
    for n in range(12):
        quiz = begin_quiz(bank, (place := scene.another(n)), by=place.person)
        asked = questions_asked(quiz)
        assert len(asked) == 4 and len(quiz.seed) == 16
        assert all({c.pk for c in q.options} == {c.pk for c in q.choices.all()} for q in asked)
        papers.append(
            ([q.key for q in asked], [[c.text.split()[0] for c in q.options] for q in asked])
        )
    assert len({tuple(keys) for keys, _unused in papers}) > 3
    assert len({str(order) for _unused, order in papers}) > 3


def test_what_was_asked_stays_and_beginning_twice_draws_once(scene, bank):
    first = begin_quiz(bank, scene.enrolment, by=scene.author)
    items, entries = list(PaperItem.objects.values()), Entry.objects.count()
    assert begin_quiz(bank, scene.enrolment, by=scene.author).pk == first.pk
    assert (list(PaperItem.objects.values()), Entry.objects.count()) == (items, entries)
    assert [one["position"] for one in items] == [1, 2, 3, 4]


def test_only_the_questions_asked_are_answered_and_marked(scene, bank):
    quiz = begin_quiz(bank, scene.enrolment, by=scene.author)
    asked = {q.key for q in questions_asked(quiz)}
    other = next(q for q in questions_for(bank, scene.enrolment) if q.key not in asked)
    save_answers(quiz, {other.key: other.choices.first().pk}, by=scene.author)
    quiz.refresh_from_db()
    assert answers_of(quiz) == {}
    assert hand_in_quiz(quiz, right_answers(quiz, wrong=1), by=scene.author).mark == 75


def test_another_attempt_is_asked_other_questions(scene, bank):
    first = take(bank, scene.enrolment)
    again(first.attempt, in_days(30), scene.registrar)
    second = begin_quiz(bank, scene.enrolment, by=scene.author)
    keys = [{q.key for q in questions_asked(quiz)} for quiz in (first, second)]
    assert not keys[0] & keys[1] and len(keys[1]) == 4
    hand_in_quiz(second, right_answers(second), by=scene.author)
    again(second.attempt, in_days(60), scene.registrar)
    third = begin_quiz(bank, scene.enrolment, by=scene.author)
    assert len(questions_asked(third)) == 4, "when the bank is through, it begins again"


def test_a_question_that_was_reworded_is_not_another_one(scene, bank):
    first = take(bank, scene.enrolment)
    asked = {q.key for q in questions_asked(first)}
    changed = [
        {**q, "text": q["text"] + " Reworded."} if q["key"] in asked else q
        for q in BANK["question"]
    ]
    keep_assessment(scene.one, {**BANK, "question": changed}, by=OP)
    scene.cohort = scene.cohort  # its sitting stays with the version it sat
    again(first.attempt, in_days(30), scene.registrar)
    second = begin_quiz(bank, scene.enrolment, by=scene.author)
    assert not asked & {q.key.split(".v")[0] for q in questions_asked(second)}


def test_a_version_that_asks_all_asks_everybody_the_same(scene):
    quiz = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    assert [q.key for q in questions_asked(quiz)] == ["T1-Q1", "T1-Q2", "T1-Q3", "T1-Q5"]


# ---- the page ----


def test_drawn_questions_are_seen_when_the_quiz_is_begun_and_not_before(scene, bank):
    author = sign_in(Client(), scene.author)
    page = author.get("/my-work/T1-BANK/").content.decode()
    assert "Bank question" not in page and "4 questions" in page and "Begin the quiz" in page
    assert not QuizAttempt.objects.exists(), "to look begins nothing"
    assert author.post("/my-work/T1-BANK/", {"action": "begin"})["Location"] == "/my-work/T1-BANK/"
    page = author.get("/my-work/T1-BANK/").content.decode()
    assert page.count("Bank question") == 4 and "Begin the quiz" not in page
    asked = questions_asked(QuizAttempt.objects.get())
    places = [page.index(f">{choice.text}<") for q in asked for choice in q.options]
    assert places == sorted(places), "the choices stand as they were drawn"


SECRETS = ("Because of reason", "The answer", "Not right", "is-right")


def test_the_right_answers_wait_until_the_quiz_is_closed_for_the_cohort(scene):
    scene.due(scene.quiz)
    scene.take_quiz(right=3)
    author, url = sign_in(Client(), scene.author), "/my-work/T1-QUIZ/"
    page = author.get(url).content.decode()
    assert "75" in page and "You chose this" in page
    assert "after Friday 11 December 2026, 17:00 GMT" in page
    assert not any(secret in page for secret in SECRETS) and ">Right<" not in page
    with clock.at(DUE):
        assert not any(secret in author.get(url).content.decode() for secret in SECRETS)
    with clock.at(in_days(1)):
        page = author.get(url).content.decode()
        assert all(secret in page for secret in SECRETS) and "3 of 4 right" in page


def test_whoever_has_more_time_or_another_attempt_waits_for_its_end(scene):
    scene.due(scene.quiz)
    set_due(scene.quiz, scene.enrolment, in_days(5), "extension", by=scene.registrar)
    scene.take_quiz(right=3)
    author, url = sign_in(Client(), scene.author), "/my-work/T1-QUIZ/"
    with clock.at(in_days(4)):
        assert not any(secret in author.get(url).content.decode() for secret in SECRETS)
    with clock.at(in_days(6)):
        assert all(secret in author.get(url).content.decode() for secret in SECRETS)


def test_they_wait_for_a_classmate_who_can_still_sit_it(scene):
    scene.due(scene.quiz)
    other = scene.another(1)
    set_due(scene.quiz, other, in_days(5), "extension", by=scene.registrar)
    scene.take_quiz(right=3)

    def page():
        return sign_in(Client(), scene.author).get("/my-work/T1-QUIZ/").content.decode()

    with clock.at(in_days(1)):
        waits = page()
        assert not any(secret in waits for secret in SECRETS)
        assert (
            "no one else in your cohort can still take this quiz" in waits
            and "16 December" not in waits
        )
    with clock.at(in_days(6)):
        assert all(secret in page() for secret in SECRETS)
    with clock.at(in_days(2)):
        scene.take_quiz(other)
        assert all(secret in page() for secret in SECRETS), "all have handed in"


def test_without_a_due_date_they_wait_for_the_board(scene):
    scene.take_quiz(right=3)
    author, url = sign_in(Client(), scene.author), "/my-work/T1-QUIZ/"
    page = author.get(url).content.decode()
    assert not any(secret in page for secret in SECRETS) and "when the board has decided" in page
    QuizAttempt.objects.update(state="ratified")
    assert all(secret in author.get(url).content.decode() for secret in SECRETS)


# ---- who sets it ----


def test_an_author_says_how_many_are_asked(scene, bank):
    draft = start_version(bank.versions.get(), by=scene.registrar)
    assert (draft.asks, draft.shuffles_choices) == (4, True), "a copy says the same"
    office, url = sign_in(Client(), scene.registrar), "/registry/assessments/T1-BANK/2/"
    page = office.get(url).content.decode()
    assert "Questions each trainee is asked" in page
    typed = {"weight": "0", "brief": "Answer.", "seen": str(draft.revision), "action": "save"}
    before = list(bank.versions.order_by("pk").values())
    for wrong in ("0", "-3", "ten", "501"):
        assert office.post(url, {**typed, "asks": wrong}).status_code == 422
    assert list(bank.versions.order_by("pk").values()) == before
    assert office.post(url, {**typed, "asks": "6"})["Location"] == url
    draft.refresh_from_db()
    assert (draft.asks, draft.shuffles_choices) == (6, False)
    assert "6 of these 8 questions" in office.get(f"{url}preview/").content.decode()
    assert bank.versions.get(number=1).asks == 4


def test_a_version_that_asks_more_than_it_has_for_a_nation_is_not_approved(scene):
    draft = start_version(scene.quiz.versions.get(), by=scene.registrar)
    edit_version(draft, by=scene.registrar, asks=4)
    draft.refresh_from_db()
    assert any("only 3 for some nations" in fault for fault in faults(draft))
    edit_version(draft, by=scene.registrar, asks=3)
    draft.refresh_from_db()
    assert faults(draft) == []
    with pytest.raises(Refused, match="number of questions"):
        edit_version(draft, by=scene.registrar, asks=0)
    draft.refresh_from_db()
    assert draft.asks == 3


# ---- what is kept ----


@pytest.mark.both_engines
def test_the_database_keeps_what_was_asked(scene, bank):
    begin_quiz(bank, scene.enrolment, by=scene.author)
    for spoil in (lambda: PaperItem.objects.update(position=9), PaperItem.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
