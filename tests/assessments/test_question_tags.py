"""Questions are found and drawn by their tags: an attempt gets so many of each, everybody alike, and a tag of what was used never moves."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempts.actions import open_next
from assessments.attempts.models import Attempt
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.questions import tags_of, write_question
from assessments.setting.actions.versions import (
    Incomplete,
    approve,
    edit_version,
    faults,
    start_version,
)
from assessments.setting.bank import QuestionTag
from assessments.setting.models import AssessmentVersion, Question
from assessments.setting.queries import questions_in
from assessments.taking.actions.quizzes import begin_quiz
from assessments.taking.draw import draw_in_parts
from assessments.taking.models import PaperItem
from lms.kit.refusals import Refused
from lms.record.models import Entry

from .scene import OP, in_days, sign_in

HARD, EASY, LO = ("difficulty", "hard"), ("difficulty", "easy"), ("outcome", "LO1")


def bank(**facts):
    """Twelve questions: four hard ones, four easy ones, four without a tag."""
    tags = [[HARD, LO]] * 4 + [[EASY]] * 4 + [[]] * 4
    return {
        "code": "T1-BANK",
        "kind": "quiz",
        "title": "A bank",
        "weight": 0,
        "brief": "Answer.",
        "question": [
            {
                "key": f"B{n}",
                "text": f"Question {n} of the bank?",
                "tags": those,
                "choice": [{"text": "A", "right": True}, {"text": "B"}],
            }
            for n, those in enumerate(tags, start=1)
        ],
        **facts,
    }


@pytest.fixture(autouse=True)
def without_the_examiner(settings):
    settings.IMSA_EXAMINER_APPROVES = False


@pytest.fixture
def registrar(scene):
    return sign_in(Client(), scene.registrar)


def everything():
    return [
        list(table.objects.order_by("pk").values_list())
        for table in (AssessmentVersion, Question, QuestionTag, Entry)
    ]


# ---- drawing ----


@given(
    st.text(max_size=5),
    st.integers(0, 8),
    st.integers(0, 8),
    st.integers(0, 20),
    st.sets(st.integers(0, 19)),
)
def test_a_draw_has_so_many_of_each_part_and_the_rest_of_none(seed, one, two, more, earlier):
    keys, first, second = list(range(20)), set(range(8)), set(range(8, 14))
    parts = [(first, one), (second, two)]
    got = draw_in_parts(seed, keys, one + two + more, parts, earlier)
    assert got == sorted(set(got)) == draw_in_parts(seed, keys, one + two + more, parts, earlier)
    assert len(first & set(got)) == one and len(second & set(got)) == min(two, 6)
    missing = two - min(two, 6)  # others take their places, as far as there are any
    assert len(set(got) - first - second) == min(more + missing, 6)


def test_every_attempt_is_asked_so_many_with_a_tag_and_a_later_one_others(scene):
    draws = [{"tag": "HARD", "count": 2}, {"tag": "easy", "count": 1}]
    quiz = keep_assessment(scene.one, bank(asks=5, draws=draws), by=OP)
    for enrolment in (scene.enrolment, scene.another(1), scene.another(2)):
        begin_quiz(quiz, enrolment, by=enrolment.person)
    of = {}
    for item in PaperItem.objects.filter(quiz__assessment=quiz).select_related("question"):
        of.setdefault(item.quiz_id, []).append([f for f, _n in tags_of(item.question)])
        of[item.quiz_id][-1] = [name for _f, name in tags_of(item.question)]
    for tags in of.values():
        flat = [name for names in tags for name in names]
        assert (len(tags), flat.count("hard"), flat.count("easy")) == (5, 2, 1)
    first = Attempt.objects.get(enrolment=scene.enrolment, assessment=quiz)
    open_next([first], Attempt.DEFERRED, in_days(30), {}, by=scene.registrar)
    again = begin_quiz(quiz, scene.enrolment, by=scene.author)
    before = set(first.quiz.items.values_list("question__key", flat=True))
    asked = set(again.items.values_list("question__key", flat=True))
    # Nine were not asked: two other hard ones, one other easy one, and two of the four without a tag.
    assert not asked & before and len(asked) == 5


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"asks": None, "draws": [{"tag": "hard", "count": 2}]}, "Ask at least as many"),
        ({"asks": 1, "draws": [{"tag": "hard", "count": 2}]}, "Ask at least as many"),
        ({"asks": 6, "draws": [{"tag": "hard", "count": 5}]}, "has only 4 for some nations"),
        ({"asks": 6, "draws": [{"tag": "hrad", "count": 1}]}, "has only 0 for some nations"),
        ({"asks": 12, "draws": [{"tag": "hard", "count": 2}]}, "only 8 other ones"),
        (
            {"asks": 5, "draws": [{"tag": "hard", "count": 1}, {"tag": "lo1", "count": 1}]},
            "two of the tags",
        ),
    ],
)
def test_what_could_not_be_drawn_for_everybody_is_not_approved(scene, facts, words):
    quiz = keep_assessment(scene.one, bank(), by=OP)
    newest = quiz.versions.order_by("-number").first()
    draft = edit_version(start_version(newest, by=scene.registrar), by=scene.registrar, **facts)
    assert any(words in fault for fault in faults(draft))
    before = everything()
    with pytest.raises(Incomplete):
        approve(draft, by=scene.registrar)
    assert everything() == before


# ---- the author ----


def test_a_draw_by_tag_is_typed_and_what_is_none_comes_back(scene, registrar):
    keep_assessment(scene.one, bank(), by=OP)
    quiz = AssessmentVersion.objects.filter(assessment__code="T1-BANK").order_by("-number")[0]
    draft = start_version(quiz, by=scene.registrar)
    url = f"/registry/assessments/T1-BANK/{draft.number}/"
    form = {"action": "save", "weight": "0", "brief": "B", "asks": "5", "seen": "0"}
    before = everything()
    for typed in ("three hard", "0 of hard", "3", "2 hard\n1 of HARD", "999999 of hard"):
        answer = registrar.post(url, {**form, "draws": typed})
        assert answer.status_code == 422 and typed.split("\n")[0] in answer.content.decode()
        assert everything() == before
    registrar.post(url, {**form, "draws": "2 of  hard \n\n1 LO9"})
    draft.refresh_from_db()
    assert draft.draws == [{"tag": "hard", "count": 2}, {"tag": "LO9", "count": 1}]
    page = registrar.get(url).content.decode()
    assert "2 of hard\n1 of LO9" in page
    assert "2 with the tag “hard”" in registrar.get(f"{url}preview/").content.decode()
    with pytest.raises(Refused):
        edit_version(draft, by=scene.registrar, draws=[{"tag": "hard", "count": 0}])
    following = start_version(draft, by=scene.registrar)
    assert following == draft, "there is one draft"


def test_tags_are_typed_and_another_tag_of_a_used_question_is_another_question(scene, registrar):
    draft = start_version(scene.quiz.versions.get(), by=scene.registrar)
    question = questions_in(draft)[0]
    url = f"/registry/assessments/T1-QUIZ/2/questions/{question.key}/"
    form = registrar.get(url).context["form"].initial
    typed = {
        **{name: value for name, value in form.items() if value},
        "outcome": "LO1,  LO3 ,lo1",
        "difficulty": "hard",
        "word": "Nationality  and Borders",
        "seen": "0",
    }
    assert registrar.post(url, typed).status_code == 302
    made = questions_in(draft)[0]
    assert made.replaces == question and tags_of(question) == []
    assert tags_of(made) == [
        ("difficulty", "hard"),
        ("outcome", "LO1"),
        ("outcome", "LO3"),
        ("word", "Nationality and Borders"),
    ]
    # The same again is nothing new; other words keep the tags.
    here, before = f"/registry/assessments/T1-QUIZ/2/questions/{made.key}/", everything()
    registrar.post(here, {**typed, "seen": "1"})
    assert everything() == before
    facts = {"text": "Other words?", "choices": [{"text": "A", "is_right": True}, {"text": "B"}]}
    assert write_question(draft, facts, by=scene.registrar, question=made) == made
    assert len(tags_of(Question.objects.get(pk=made.pk))) == 4
    answer = registrar.post(here, {**typed, "word": "x" * 61, "seen": "2"})
    assert answer.status_code == 422 and "Put commas between tags" in answer.content.decode()
    for wrong in ([("difficulty", "fiendish")], [("colour", "red")], [("word", "x" * 61)]):
        before = everything()
        with pytest.raises(Refused):
            write_question(draft, {**facts, "tags": wrong}, by=scene.registrar, question=made)
        assert everything() == before


def test_questions_are_found_by_words_kind_nation_and_tag(scene, registrar):
    keep_assessment(scene.one, bank(), by=OP)
    number = AssessmentVersion.objects.filter(assessment__code="T1-BANK").latest("number").number
    url = f"/registry/assessments/T1-BANK/{number}/questions/"

    def found(**query):
        return [q.key for q in registrar.get(url, query).context["page"]]

    assert len(found()) == 12
    assert found(tag="difficulty:hard") == found(tag="outcome:LO1") == ["B1", "B2", "B3", "B4"]
    assert found(tag="difficulty:hard", q="question 3") == ["B3"]
    assert found(kind="match") == found(nation="wales") == []
    assert len(found(nation="all")) == len(found(tag="word:nothing")) == 12
    other = f"/registry/assessments/T1-QUIZ/{scene.quiz.versions.get().number}/questions/"
    page = registrar.get(other, {"nation": "scotland"})
    assert [q.key for q in page.context["page"]] == ["T1-Q3"]
    assert "No question fits" in registrar.get(url, {"q": "zzz"}).content.decode()
    with CaptureQueriesContext(connection) as few:
        registrar.get(url, {"tag": "outcome:LO1", "q": "question 1"})
    with CaptureQueriesContext(connection) as many:
        registrar.get(url)
    assert len(many) == len(few)
    assert registrar.get("/registry/assessments/T1-ESSAY/1/questions/").status_code == 404
    assert sign_in(Client(), scene.author).get(url).status_code == 404


def test_a_trainee_sees_no_tags(scene):
    quiz = keep_assessment(scene.one, bank(), by=OP)
    scene.due(quiz)
    page = sign_in(Client(), scene.author).get("/my-work/T1-BANK/").content.decode()
    assert "Question 1 of the bank?" in page and "LO1" not in page and "Hard" not in page
