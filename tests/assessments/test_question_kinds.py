"""A question of each kind, from its author's page to its mark: what counts is what the page says, nothing typed is lost, and nothing right shows early."""

import json
import uuid
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from assessments.attempts.queries import chains_that_differ
from assessments.setting import kinds
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.questions import write_question
from assessments.setting.actions.versions import approve, start_version
from assessments.setting.models import AssessmentVersion, Choice, Question, VersionQuestion
from assessments.setting.queries import questions_in
from assessments.taking.actions.quizzes import Unreadable, begin_quiz, close_quiz, hand_in_quiz
from assessments.taking.models import QuizAttempt, Response
from assessments.taking.queries import answers_of, questions_asked
from lms.kit import clock
from lms.kit.refusals import Refused
from lms.record.models import Entry

from .scene import DUE, OP, in_days, sign_in

PAGE, URL = "/my-work/T1-KINDS/", "/my-work/answers/"
QUESTIONS = [
    {
        "key": "K-SEVERAL",
        "kind": "several",
        "text": "Which are indicators?",
        "choice": [
            {"text": "Debt", "right": True},
            {"text": "Wages", "right": False},
            {"text": "Threats", "right": True},
            {"text": "Holidays", "right": False},
        ],
    },
    {
        "key": "K-TRUTH",
        "kind": "truth",
        "text": "Consent is always needed.",
        "choice": [{"text": "True", "right": True}, {"text": "False", "right": False}],
    },
    {
        "key": "K-NUMBER",
        "kind": "number",
        "text": "How long is the period?",
        "solution": {"value": "1530", "tolerance": "0.5", "unit": "days"},
    },
    {
        "key": "K-SHORT",
        "kind": "short",
        "text": "Which section?",
        "why": "Because of Zürich.",
        "solution": {"accept": ["s 45", "section 45", "Zürich rule"]},
    },
    {
        "key": "K-MATCH",
        "kind": "match",
        "text": "Which decision comes when?",
        "choice": [
            {"text": "First", "pair": "Reasonable grounds"},
            {"text": "Second", "pair": "Conclusive grounds"},
            {"text": "Third", "pair": "Reconsideration"},
        ],
    },
]
QUIZ = {
    "code": "T1-KINDS",
    "kind": "quiz",
    "title": "Every kind",
    "weight": 0,
    "brief": "Answer them all.",
    "question": QUESTIONS,
}


@pytest.fixture(autouse=True)
def without_the_examiner(settings):
    settings.IMSA_EXAMINER_APPROVES = False


@pytest.fixture
def kind_quiz(scene):
    quiz = keep_assessment(scene.one, QUIZ, by=OP)
    scene.due(quiz)
    return quiz


@pytest.fixture
def author(scene):
    return sign_in(Client(), scene.author)


@pytest.fixture
def registrar(scene):
    return sign_in(Client(), scene.registrar)


def begun(scene, quiz, enrolment=None):
    enrolment = enrolment or scene.enrolment
    return begin_quiz(quiz, enrolment, by=enrolment.person)


def choices(quiz, key):
    return list(Choice.objects.filter(question__key=key, question__assessment=quiz))


def right_form(quiz):
    """A form in which everything is right."""
    several, truth, match = (choices(quiz, f"K-{k}") for k in ("SEVERAL", "TRUTH", "MATCH"))
    return {
        "answer-K-SEVERAL": ["", *(str(c.pk) for c in several if c.is_right)],
        "answer-K-TRUTH": str(truth[0].pk),
        "answer-K-NUMBER": "1,530 days",
        "answer-K-SHORT": "S.45",
        "answer-K-MATCH": [str(c.pk) for c in match],
    }


def standing():
    return (
        list(Response.objects.order_by("pk").values()),
        list(QuizAttempt.objects.order_by("pk").values()),
        Entry.objects.count(),
    )


# ---- what is a number, and what an answer earns ----


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("70", "", "70"),
        (" 1 530 ", "", "1530"),
        ("1,530", "", "1530"),
        ("1\u00a0530\u202f000.25", "", "1530000.25"),
        ("12,5", "", "12.5"),
        ("0,500", "", "0.5"),
        ("-3", "", "-3"),
        ("\N{MINUS SIGN}3", "", "-3"),
        ("+3.", "", "3"),
        (".5", "", "0.5"),
        ("£1,200", "£", "1200"),
        ("45 DAYS", "days", "45"),
        ("45", "days", "45"),
        ("seventy", "", None),
        ("12 5", "", None),
        ("1,53,0", "", None),
        ("1.530,5", "", None),
        ("10²", "", None),
        ("½", "", None),
        ("٣", "", None),
        ("1e5", "", None),
        ("NaN", "", None),
        ("", "", None),
        ("45 weeks", "days", None),
        ("9" * 400, "", None),
    ],
)
def test_a_number_is_read_as_people_write_it_and_nothing_else_is(typed, unit, number):
    found = kinds.read_number(typed, unit)
    assert (None if found is None else f"{found.normalize():f}") == number


def parts(*rows):
    return [
        SimpleNamespace(pk=n, text=text, is_right=right, pair=pair)
        for n, (text, right, pair) in enumerate(rows, start=1)
    ]


@pytest.mark.parametrize(
    ("answer", "earns"),
    [([1, 2], 1), ([1], "1/2"), ([1, 3], 0), ([3, 4], 0), ([1, 2, 3], "1/2"), ([1, 2, 3, 4], 0)],
)
def test_several_right_answers_count_less_the_wrong_ones_and_never_below_nothing(answer, earns):
    rows = parts(("A", True, ""), ("B", True, ""), ("C", False, ""), ("D", False, ""))
    question = SimpleNamespace(kind="several", solution={})
    assert kinds.credit(question, rows, answer) == Fraction(earns)


@pytest.mark.parametrize(
    ("answer", "earns"),
    [([1, 2, 3], 1), ([1, 3, 2], "1/3"), ([1, None, None], "1/3"), ([4, 2, 3], 1), (None, 0)],
)
def test_each_pair_counts_the_same_and_a_side_that_stands_twice_is_the_same_side(answer, earns):
    rows = parts(("A", False, "x"), ("B", False, "y"), ("C", False, "z"), ("D", False, "x"))
    full = None if answer is None else [*answer, 1]
    found = kinds.credit(SimpleNamespace(kind="match", solution={}), rows, full)
    assert found == (Fraction(earns) * 3 + 1) / 4 if answer else found == 0


@pytest.mark.parametrize(
    ("typed", "right"),
    [("S 45", 1), ("s. 45", 1), ("SECTION45", 1), ("zurich RULE", 1), ("s 46", 0), ("4 5", 0)],
)
def test_a_short_answer_counts_whatever_its_case_spaces_and_accents(typed, right):
    question = SimpleNamespace(kind="short", solution=QUESTIONS[3]["solution"])
    assert kinds.credit(question, [], typed) == right


@pytest.mark.parametrize(("typed", "right"), [("1529.5", 1), ("1530.5", 1), ("1530.51", 0)])
def test_a_number_counts_to_the_edge_of_what_it_may_be_off(typed, right):
    question = SimpleNamespace(kind="number", solution=QUESTIONS[2]["solution"])
    assert kinds.credit(question, [], typed) == right


# ---- the author ----


def new(registrar, kind, **form):
    url = f"/registry/assessments/T1-QUIZ/2/questions/new/?kind={kind}"
    return registrar.post(url, {"text": f"A {kind}?", "seen": seen(), **form})


def seen():
    """The revision of the draft, as a page that is opened now has it."""
    return str(AssessmentVersion.objects.get(assessment__code="T1-QUIZ", number=2).revision)


FORMS = {
    "several": {"choice-1": "A", "choice-2": "B", "choice-3": "C", "right": ["1", "3"]},
    "truth": {"right": "False"},
    "number": {"value": "1,530", "tolerance": "", "unit": "days"},
    "short": {"accept": "s 45\n\nsection 45\ns 45\n"},
    "match": {"left-1": "A", "right-1": "x", "left-2": "B", "right-2": "y", "left-3": ""},
}


@pytest.mark.parametrize("kind", list(FORMS))
def test_an_author_writes_each_kind_and_finds_it_as_it_was_typed(scene, registrar, kind):
    start_version(scene.quiz.versions.get(), by=scene.registrar)
    assert new(registrar, kind, **FORMS[kind]).status_code == 302
    made = Question.objects.get(text=f"A {kind}?")
    assert made.kind == kind
    url = f"/registry/assessments/T1-QUIZ/2/questions/{made.key}/"
    page = registrar.get(url)
    again = {k: v for k, v in page.context["form"].initial.items() if v not in (None, "")}
    before = standing(), list(Choice.objects.order_by("pk").values())
    assert registrar.post(url, {**again, "seen": seen()}).status_code == 302
    assert (standing(), list(Choice.objects.order_by("pk").values())) == before, "nothing new"
    approve(scene.quiz.versions.get(number=2), by=scene.registrar)
    assert kind in registrar.get(url).content.decode()


@pytest.mark.parametrize(
    ("kind", "form", "words"),
    [
        ("several", {"choice-1": "A", "choice-2": "B"}, "Say which choices are right."),
        ("several", {**FORMS["several"], "choice-3": ""}, "marked as right is empty"),
        ("truth", {}, "Say whether it is true or false."),
        ("number", {"value": "seventy"}, "Give a number in figures"),
        ("number", {"value": "70", "tolerance": "-1"}, "Give 0 or more."),
        ("short", {"accept": " \n"}, "at least one answer"),
        ("short", {"accept": "?!"}, "no letters or numbers"),
        ("match", {"left-1": "A", "right-1": "x"}, "fewer than two pairs"),
        ("match", {**FORMS["match"], "right-2": ""}, "Fill in both sides"),
        ("match", {**FORMS["match"], "right-2": "x"}, "nothing to match"),
    ],
)
def test_what_could_not_be_asked_is_refused_where_it_stands(scene, registrar, kind, form, words):
    start_version(scene.quiz.versions.get(), by=scene.registrar)
    before = Question.objects.count(), Choice.objects.count(), Entry.objects.count()
    answer = new(registrar, kind, **form)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and f"A {kind}?" in page
    assert (Question.objects.count(), Choice.objects.count(), Entry.objects.count()) == before
    with pytest.raises(Refused):
        write_question(
            scene.quiz.versions.get(number=2), {"text": "X", "kind": "riddle"}, by=scene.registrar
        )


@pytest.mark.django_db
def test_a_question_that_was_used_keeps_its_solution_for_ever(scene, kind_quiz):
    draft = start_version(kind_quiz.versions.get(), by=scene.registrar)
    number = next(q for q in questions_in(draft) if q.kind == "number")
    facts = {"text": number.text, "solution": {"value": "45", "tolerance": "1", "unit": "days"}}
    made = write_question(draft, facts, by=scene.registrar, question=number)
    number.refresh_from_db()
    assert made.replaces == number and made.kind == "number" and made.solution["value"] == "45"
    assert number.solution == QUESTIONS[2]["solution"]
    assert VersionQuestion.objects.filter(question=number).count() == 1


def test_a_question_that_is_loaded_as_another_kind_is_another_question(scene, kind_quiz):
    begun(scene, kind_quiz)
    other = {
        "key": "K-NUMBER",
        "text": "How long?",
        "kind": "short",
        "solution": {"accept": ["45 days"]},
    }
    facts = {**QUIZ, "question": [other if q["key"] == "K-NUMBER" else q for q in QUESTIONS]}
    for _twice in range(2):
        keep_assessment(scene.one, facts, by=OP)
    newest = kind_quiz.versions.order_by("-number")[0]
    assert newest.number == kind_quiz.versions.count()
    found = {q.key: q.kind for q in questions_in(newest)}
    assert found["K-NUMBER.v2"] == "short" and "K-NUMBER" not in found and len(found) == 5
    assert Question.objects.get(key="K-NUMBER").kind == "number"


# ---- the trainee ----


def test_a_trainee_answers_each_kind_without_a_script(scene, kind_quiz, author):
    page = author.get(PAGE).content.decode()
    assert "less the wrong ones, and never below 0" in page and "Unit: days" in page
    assert "1530" not in page and "section 45" not in page and "Zürich" not in page
    begun(scene, kind_quiz)
    form = right_form(kind_quiz)
    assert author.post(PAGE, {**form, "action": "check"})["Location"] == f"{PAGE}check/"
    page = author.get(f"{PAGE}check/").content.decode()
    assert "all 5 questions" in page and "1,530 days" in page
    assert "First: Reasonable grounds" in page
    assert author.post(PAGE, {**form, "action": "hand_in"}).status_code == 302
    quiz = QuizAttempt.objects.get()
    assert (quiz.state, quiz.mark) == ("marked", 100)
    assert quiz.answers["K-NUMBER"] == "1,530 days" and quiz.attempt.lines.get().inputs == {
        "by": "share",
        "right": 5,
        "of": 5,
    }
    page = author.get(PAGE).content.decode()
    assert "You wrote this" in page and "Zürich" not in page and "The answer" not in page
    with clock.at(in_days(1)):
        page = author.get(PAGE).content.decode()
    assert "5 of 5 right." in page and "s 45; section 45; Zürich rule" in page
    assert "1530 days, or up to 0.5 days more or less" in page and "Because of Zürich." in page


def test_a_mark_in_parts_is_found_again(scene, kind_quiz, author):
    quiz = begun(scene, kind_quiz)
    several, match = choices(kind_quiz, "K-SEVERAL"), choices(kind_quiz, "K-MATCH")
    form = {
        **right_form(kind_quiz),
        "answer-K-SEVERAL": [str(several[0].pk)],
        "answer-K-NUMBER": "70",
        "answer-K-MATCH": [str(match[n].pk) for n in (0, 2, 1)],
    }
    author.post(PAGE, {**form, "action": "hand_in"})
    quiz.refresh_from_db()
    # 1/2, 1, 0, 1 and 1/3 of five.
    assert quiz.mark == quiz.attempt.lines.get().mark and f"{quiz.mark}" == "56.67"
    assert quiz.attempt.lines.get().inputs == {
        "by": "credits",
        "credits": ["1/2", "1", "0", "1", "1/3"],
    }
    assert chains_that_differ() == (1, [])
    with clock.at(in_days(1)):
        page = author.get(PAGE).content.decode()
    assert "2 of 5 right." in page and "2 right in part." in page
    assert "Right in part: counts 50 %" in page and "The answer: Conclusive grounds" in page


def test_words_for_a_number_are_refused_where_they_stand_and_nothing_is_lost(
    scene, kind_quiz, author
):
    quiz = begun(scene, kind_quiz)
    form = {**right_form(kind_quiz), "answer-K-NUMBER": "seventy"}
    for action in ("save", "check", "hand_in"):
        answer = author.post(PAGE, {**form, "action": action})
        page = answer.content.decode()
        assert answer.status_code == 422 and 'value="seventy"' in page
        assert "Question 3: Write a number in figures" in page
        assert sorted(answers_of(quiz)) == ["K-MATCH", "K-SEVERAL", "K-SHORT", "K-TRUTH"]
    # A number that was saved stands, and is not handed in behind what was typed since.
    author.post(PAGE, {**form, "answer-K-NUMBER": "45", "action": "save"})
    before = standing()
    assert author.post(PAGE, {**form, "action": "hand_in"}).status_code == 422
    assert standing() == before and answers_of(quiz)["K-NUMBER"] == "45"
    with pytest.raises(Unreadable, match="figures"):
        hand_in_quiz(quiz, {"K-NUMBER": "seventy"}, by=scene.author)
    assert standing() == before


def sent(client, quiz, key, values, page="1" * 32, **more):
    item = next(q.item for q in questions_asked(quiz) if q.key == key)
    body = {"paper_item": item, "answer": values, "page": page, "seen": 0, "key": str(uuid.uuid4())}
    return client.post(URL, json.dumps(body | more), content_type="application/json")


def test_each_kind_is_saved_as_it_is_given_and_can_be_taken_back(scene, kind_quiz, author):
    quiz, form = begun(scene, kind_quiz), right_form(kind_quiz)
    for name, value in form.items():
        key, values = name.removeprefix("answer-"), value if isinstance(value, list) else [value]
        assert sent(author, quiz, key, values).status_code == 200
    page = author.get(PAGE).content.decode()
    assert "5 of 5 questions saved" in page and page.count(" selected") == 3
    assert page.count(" checked") == 3 and 'value="S.45"' in page
    sent(author, quiz, "K-NUMBER", [""]), sent(author, quiz, "K-SEVERAL", [])
    match = form["answer-K-MATCH"]
    sent(author, quiz, "K-MATCH", [match[0], "", match[2]])
    page = author.get(PAGE).content.decode()
    assert "2 of 5 questions saved" in page and page.count(" selected") == 2
    answer = author.post(PAGE, {"action": "hand_in"})
    page = answer.content.decode()
    assert "questions 1, 3 and 5" in page and "every line of this question" in page
    assert QuizAttempt.objects.get().state == "open"


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("K-NUMBER", ["seventy"]),
        ("K-NUMBER", ["1", "2"]),
        ("K-NUMBER", []),
        ("K-SHORT", ["?"]),
        ("K-SHORT", ["x" * 501]),
        ("K-SEVERAL", ["0"]),
        ("K-SEVERAL", ["x"]),
        ("K-TRUTH", ["", ""]),
        ("K-MATCH", ["", ""]),
        ("K-MATCH", ["0", "0", "0"]),
    ],
)
def test_what_is_no_answer_to_a_question_is_refused_and_nothing_kept(
    scene, kind_quiz, author, key, values
):
    quiz = begun(scene, kind_quiz)
    before = standing()
    answer = sent(author, quiz, key, values)
    assert answer.status_code == 409 and answer.json()["sentence"] and standing() == before


@pytest.mark.both_engines
def test_words_that_no_database_keeps_are_kept_without_them(scene, kind_quiz, author):
    quiz = begun(scene, kind_quiz)
    assert sent(author, quiz, "K-SHORT", ["s\0 45\ud800"]).status_code == 200
    assert answers_of(quiz) == {"K-SHORT": "s 45"}
    for values in ("s 45", [1], [None], ["x"] * 101, {"a": 1}):
        assert sent(author, quiz, "K-SHORT", values).status_code == 400


def test_when_its_time_is_over_a_half_answered_match_counts_what_it_has(scene, kind_quiz, author):
    kind_quiz.versions.update(minutes=10)
    quiz, form = begun(scene, kind_quiz), right_form(kind_quiz)
    sent(author, quiz, "K-MATCH", [form["answer-K-MATCH"][0], "", ""])
    with clock.at(DUE):
        close_quiz(quiz, by=OP)
    quiz.refresh_from_db()
    assert f"{quiz.mark}" == "6.67" and chains_that_differ() == (1, [])


def test_where_choices_are_shuffled_true_stands_first_and_sides_as_they_were_drawn(scene, author):
    quiz = keep_assessment(scene.one, {**QUIZ, "shuffles_choices": True}, by=OP)
    scene.due(quiz)
    pairs, orders = {c.pk: c.pair for c in choices(quiz, "K-MATCH")}, set()
    for enrolment in (scene.enrolment, *(scene.another(n) for n in range(1, 6))):
        begun(scene, quiz, enrolment)
        client = sign_in(Client(), enrolment.person)
        shown = {q["key"]: q for q in client.get(PAGE).context["questions"]}
        assert [o["label"] for o in shown["K-TRUTH"]["options"]] == ["True", "False"]
        sides = [row["options"] for row in shown["K-MATCH"]["rows"]]
        assert sides[0] == sides[1] == sides[2] and len(sides[0]) == 3
        assert all(pairs[side["value"]] == side["label"] for side in sides[0])
        orders.add(tuple(side["label"] for side in sides[0]))
        client.post(PAGE, {**right_form(quiz), "action": "hand_in"})
    assert len(orders) > 1
    assert set(QuizAttempt.objects.values_list("mark", flat=True)) == {100}


# ---- the examiner ----


def test_the_examiner_reads_what_is_right_of_each_kind(scene, registrar, settings):
    settings.IMSA_EXAMINER_APPROVES = True
    quiz = keep_assessment(scene.one, QUIZ, by=OP)
    draft = start_version(quiz.versions.get(), by=scene.registrar)
    url = f"/registry/assessments/T1-KINDS/{draft.number}/"
    assert registrar.post(url, {"action": "send", "seen": "0"}).status_code == 302
    page = sign_in(Client(), scene.examiner).get(f"/examining/papers/T1-KINDS/{draft.number}/")
    words = page.content.decode()
    for expected in ("1530", "0.5", "days", "section 45", "Conclusive grounds", "never below 0"):
        assert expected in words
    preview = registrar.get(f"{url}preview/").content.decode()
    assert "1530" not in preview and "section 45" not in preview
    assert "Conclusive grounds" in preview


# ---- the database ----


@pytest.mark.both_engines
def test_a_response_is_a_choice_or_an_answer_and_never_both_or_none(scene, kind_quiz):
    quiz = begun(scene, kind_quiz)
    item, choice = quiz.items.first(), choices(kind_quiz, "K-TRUTH")[0]
    for columns in ({}, {"choice": choice, "answer": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Response.objects.create(quiz=quiz, item=item, number=1, client_key="k", **columns)


def test_the_keys_in_a_page_do_not_tell_which_pairs_belong_together(scene):
    """They stand in its source; made in the author's order, the n-th smallest would be the answer to line n."""
    pairs = [{"text": f"Left {n}", "pair": f"Right {n}"} for n in range(12)]
    orders = set()
    for n in range(3):
        facts = {"key": f"K-M{n}", "kind": "match", "text": f"Match {n}?", "choice": pairs}
        quiz = keep_assessment(scene.one, {**QUIZ, "code": f"T1-M{n}", "question": [facts]}, by=OP)
        (question,) = questions_in(quiz.versions.get())
        keys = [choice.pk for choice in question.choices.all()]
        assert [choice.text for choice in question.choices.all()] == [p["text"] for p in pairs]
        orders.add(tuple(sorted(range(12), key=keys.__getitem__)))
    assert tuple(range(12)) not in orders and len(orders) == 3


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("-£70", -70),
        ("£-70", -70),
        ("£1,530", 1530),
        ("0,375", "0.375"),
        ("1,5300", None),
        ("12,5", "12.5"),
    ],
)
def test_a_sign_stands_before_or_after_the_unit_and_no_comma_is_guessed(typed, number):
    found = kinds.read_number(typed, "£")
    assert found == (None if number is None else Decimal(str(number)))


def test_a_refused_number_says_that_the_earlier_one_counts(scene, kind_quiz):
    quiz = begun(scene, kind_quiz)
    question = next(q for q in questions_asked(quiz) if q.kind == "number")
    client = sign_in(Client(), scene.author)

    def post(value, key):
        sent = {
            "paper_item": question.item,
            "answer": [value],
            "key": key * 8,
            "page": "1" * 32,
            "seen": 0,
        }
        return client.post(
            URL, json.dumps({**sent, "late": False}), content_type="application/json"
        )

    assert "earlier answer" not in post("about 65", "a1b2").json()["sentence"]
    assert post("70", "c3d4").status_code == 200
    assert "Your earlier answer counts" in post("about 65", "e5f6").json()["sentence"]
