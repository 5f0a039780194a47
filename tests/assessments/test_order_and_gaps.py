"""Items to put in order and gaps in a text: nothing that was given is lost, nothing right shows early, what counts is what the page says, and files keep them."""

import json
import re
import uuid
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.test import Client

from assessments.attempts.queries import chains_that_differ
from assessments.setting import kinds
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.question_imports import import_questions, keep_file, new_rows
from assessments.setting.actions.versions import approve, make_assessment, start_version
from assessments.setting.models import Choice, Question
from assessments.setting.queries import questions_in
from assessments.setting.question_files import read_rows
from assessments.taking.actions.quizzes import begin_quiz, close_quiz
from assessments.taking.models import ItemCredit, QuizAttempt, Response
from assessments.taking.queries import answers_of, questions_asked
from lms.kit import clock
from lms.record.models import Entry

from .scene import DUE, OP, in_days, sign_in
from .test_question_files import told

PAGE, URL = "/my-work/T1-PARTS/", "/my-work/answers/"
STEPS = ["Listen", "Ask for consent", "Refer", "Write a record"]
ORDER = {
    "key": "K-ORDER",
    "kind": "order",
    "text": "What comes after what?",
    "why": "Nobody is referred unasked.",
    "choice": [{"text": text} for text in STEPS],
}
GAPS = [
    {"kind": "number", "value": "45", "tolerance": "0.5"},
    {"kind": "short", "accept": ["reasonable grounds", "RG"]},
    {"kind": "single", "right": "Home Office", "others": ["Police", "Council"]},
]
CLOZE = {
    "key": "K-CLOZE",
    "kind": "cloze",
    "text": "After [[1]] days of reflection\nthe [[2]] decision is made by the [[3]].",
    "why": "Because of the guidance.",
    "solution": {"gaps": GAPS},
}
QUIZ = {
    "code": "T1-PARTS",
    "kind": "quiz",
    "title": "In parts",
    "weight": 0,
    "brief": "Answer them all.",
    "question": [ORDER, CLOZE],
}


@pytest.fixture(autouse=True)
def without_the_examiner(settings):
    settings.IMSA_EXAMINER_APPROVES = False


@pytest.fixture
def quiz(scene):
    made = keep_assessment(scene.one, QUIZ, by=OP)
    scene.due(made)
    return made


@pytest.fixture
def author(scene):
    return sign_in(Client(), scene.author)


@pytest.fixture
def registrar(scene):
    return sign_in(Client(), scene.registrar)


def items(*places):
    """The values of a form in which the n-th item of the right order has the n-th of these places."""
    found = Choice.objects.filter(question__key="K-ORDER").order_by("order")
    return [f"{c.pk}:{p}" if p else "" for c, p in zip(found, places, strict=True)]


def form(places=(1, 2, 3, 4), gaps=("45", "rg", "Home Office")):
    return {"answer-K-ORDER": items(*places), "answer-K-CLOZE": list(gaps)}


def standing():
    return (
        list(Response.objects.order_by("pk").values()),
        list(QuizAttempt.objects.order_by("pk").values()),
        Entry.objects.count(),
    )


def sent(client, quiz, key, values):
    item = next(q.item for q in questions_asked(quiz) if q.key == key)
    body = {"paper_item": item, "answer": values, "page": "1" * 32, "seen": 0}
    body["key"] = str(uuid.uuid4())
    return client.post(URL, json.dumps(body), content_type="application/json")


# ---- what an answer earns ----


@pytest.mark.parametrize(
    ("places", "earns"),
    [
        ([1, 2, 3, 4], 1),
        ([2, 3, 4, 1], "2/3"),  # the last one first: its neighbours still follow each other
        ([2, 1, 4, 3], 0),
        ([4, 3, 2, 1], 0),
        ([1, 2, None, None], "1/3"),
        ([1, 2, 2, 3], 0),  # a place that two have is no place
        ([1, 2, 4, 4], "1/3"),
        ([None] * 4, 0),
    ],
)
def test_an_order_earns_the_share_of_items_that_the_right_one_follows(places, earns):
    rows = [SimpleNamespace(pk=n, text=text) for n, text in enumerate(STEPS)]
    answer = {str(n): place for n, place in enumerate(places)}
    question = SimpleNamespace(kind="order", solution={})
    assert kinds.credit(question, rows, answer) == Fraction(earns)


@pytest.mark.parametrize(
    ("answer", "earns"),
    [
        (["45.5", "R.G.", "Home Office"], 1),
        (["45", "", ""], "1/3"),
        (["46", "RG", "Police"], "1/3"),
        (["", "", ""], 0),
        (None, 0),
    ],
)
def test_each_gap_counts_the_same(answer, earns):
    question = SimpleNamespace(kind="cloze", solution={"gaps": GAPS})
    assert kinds.credit(question, [], answer) == Fraction(earns)


# ---- the trainee ----


def test_without_a_script_each_place_and_gap_is_chosen_and_nothing_right_shows(scene, quiz, author):
    page = author.get(PAGE).content.decode()
    assert "Nobody is referred" not in page and "reasonable grounds" not in page
    shown = [row["label"] for row in author.get(PAGE).context["questions"][0]["rows"]]
    assert sorted(shown) == sorted(STEPS) and shown != STEPS
    assert page.index(">Council<") < page.index(">Home Office<") < page.index(">Police<")
    # A form that was loaded before the quiz was begun says the same after it.
    begin_quiz(quiz, scene.enrolment, by=scene.author)
    assert [row["label"] for row in author.get(PAGE).context["questions"][0]["rows"]] == shown
    assert author.post(PAGE, {**form(), "action": "check"})["Location"] == f"{PAGE}check/"
    page = author.get(f"{PAGE}check/").content.decode()
    assert "all 2 questions" in page and "1. Listen" in page and "Gap 2: rg" in page
    hidden = form()
    assert author.post(PAGE, {**hidden, "action": "hand_in"}).status_code == 302
    attempt = QuizAttempt.objects.get()
    assert (attempt.state, attempt.mark) == ("marked", 100)
    page = author.get(PAGE).content.decode()
    assert "The right order" not in page and "reasonable grounds" not in page
    with clock.at(in_days(1)):
        page = author.get(PAGE).content.decode()
    assert "2 of 2 right." in page and "Because of the guidance." in page


def test_the_check_page_hands_in_what_it_shows(scene, quiz, author):
    attempt = begin_quiz(quiz, scene.enrolment, by=scene.author)
    author.post(PAGE, {**form((2, 1, 3, 4), ("46", "rg", "Police")), "action": "save"})
    page = author.get(f"{PAGE}check/").context["questions"]
    values = {q["name"]: q["values"] for q in page}
    author.post(PAGE, {**values, "action": "hand_in"})
    attempt.refresh_from_db()
    # One of three neighbours, and one of three gaps.
    assert f"{attempt.mark}" == "33.33" and chains_that_differ() == (1, [])
    assert sorted(ItemCredit.objects.values_list("credit", flat=True)) == [1 / 3, 1 / 3]
    with clock.at(in_days(1)):
        page = author.get(PAGE).content.decode()
    assert page.count("Right in part: counts 33.33 %") == 2 and "The right order" in page
    assert "The answer: reasonable grounds; RG" not in page and "The answer: Home Office" in page
    assert "Each item that is followed by the right one counts the same." in page


def test_two_items_with_one_place_are_kept_and_said(scene, quiz, author):
    attempt = begin_quiz(quiz, scene.enrolment, by=scene.author)
    twice = form((1, 2, 2, 4))
    for action in ("save", "check", "hand_in"):
        answer = author.post(PAGE, {**twice, "action": action})
        page = answer.content.decode()
        assert answer.status_code == 422 and "Place 2 is given to two or more items" in page
        assert page.count(" selected") == 5, "each place as it was chosen, and the list's choice"
    kept = answers_of(attempt)["K-ORDER"]
    assert sorted(kept.values()) == [1, 2, 2, 4]
    assert "0 of 2" not in page and QuizAttempt.objects.get().state == "open"
    # Sent by the script it is kept too, so that no order of choosing loses a place.
    assert sent(author, attempt, "K-ORDER", items(1, 1, 2, 4)).status_code == 200
    page = author.get(f"{PAGE}check/").content.decode()
    assert "1 of 2 questions has no answer yet" in page
    assert "Place 1 is given to two or more items" in page


def test_what_cannot_be_read_in_a_gap_is_told_with_its_number_and_takes_no_other_with_it(
    scene, quiz, author
):
    attempt = begin_quiz(quiz, scene.enrolment, by=scene.author)
    odd = form(gaps=("forty-five", "rg", "Home Office"))
    answer = author.post(PAGE, {**odd, "action": "check"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Gap 1: Write a number in figures" in page
    assert 'value="forty-five"' in page and 'value="rg"' in page
    assert answers_of(attempt)["K-CLOZE"] == ["", "rg", "Home Office"]
    answer = author.post(PAGE, {**odd, "action": "hand_in"})
    assert answer.status_code == 422 and QuizAttempt.objects.get().state == "open"
    answer = sent(author, attempt, "K-CLOZE", ["forty-five", "rg", ""])
    assert answer.status_code == 200 and "Gap 1" in answer.json()["fault"]
    assert answers_of(attempt)["K-CLOZE"] == ["", "rg", ""]
    before = standing()
    answer = sent(author, attempt, "K-CLOZE", ["forty-five", "?", ""])
    assert answer.status_code == 409 and "Gap 2" in answer.json()["sentence"]
    assert standing() == before, "where nothing can be read, nothing changes"
    assert sent(author, attempt, "K-CLOZE", ["45", "", ""]).status_code == 200
    assert answers_of(attempt)["K-CLOZE"] == ["45", "", ""]
    page = author.post(PAGE, {"action": "hand_in"}).content.decode()
    assert "Fill in every gap of this question." in page


def test_each_fault_is_tied_to_its_fields(scene, quiz, author):
    """For whoever hears the page: each is described where it is answered, and the field says that it is wrong."""
    begin_quiz(quiz, scene.enrolment, by=scene.author)
    odd = form((1, 2, 2, 4), ("forty-five", "rg", "Home Office"))
    pages = [author.post(PAGE, {**odd, "action": "check"}).content.decode()]
    pages.append(author.post("/my-work/T1-QUIZ/", {"action": "hand_in"}).content.decode())
    for page in pages:
        faults = re.findall('<div class="field__mend" id="([^"]+)"', page)
        assert faults and len(faults) == page.count('<div class="field__mend"')
        described = " ".join(re.findall('aria-describedby="([^"]*)"', page)).split()
        assert set(faults) <= set(described)
        assert all(f'id="{one}"' in page for one in described)
        assert page.count('aria-invalid="true"') >= len(faults)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("K-ORDER", ["1:9"]),
        ("K-ORDER", ["0:1"]),
        ("K-ORDER", ["x"]),
        ("K-ORDER", ["1:1", "1:2"]),
        ("K-CLOZE", ["45"]),
        ("K-CLOZE", ["45", "rg", "Nobody"]),
        ("K-CLOZE", ["", "?", ""]),
    ],
)
def test_what_is_no_answer_is_refused_and_nothing_kept(scene, quiz, author, key, values):
    attempt = begin_quiz(quiz, scene.enrolment, by=scene.author)
    if key == "K-ORDER":
        pk = Choice.objects.filter(question__key="K-ORDER")[0].pk
        values = [value.replace("1:", f"{pk}:") for value in values]
    before = standing()
    answer = sent(author, attempt, key, values)
    assert answer.status_code == 409 and answer.json()["sentence"] and standing() == before


@pytest.mark.both_engines
def test_when_its_time_is_over_what_is_placed_and_filled_counts(scene, quiz, author):
    quiz.versions.update(minutes=10)
    attempt = begin_quiz(quiz, scene.enrolment, by=scene.author)
    sent(author, attempt, "K-ORDER", items(1, 2, None, None))
    sent(author, attempt, "K-CLOZE", ["45", "", ""])
    with clock.at(DUE):
        close_quiz(attempt, by=OP)
    attempt.refresh_from_db()
    assert f"{attempt.mark}" == "33.33" and chains_that_differ() == (1, [])


@pytest.mark.both_engines
@pytest.mark.parametrize("shuffles", [False, True])
def test_no_page_and_no_key_tells_the_order(scene, shuffles):
    """Items stand in an order of their own, of each attempt where the version shuffles choices."""
    quiz, orders = keep_assessment(scene.one, {**QUIZ, "shuffles_choices": shuffles}, by=OP), set()
    scene.due(quiz)
    for enrolment in (scene.enrolment, *(scene.another(n) for n in range(1, 6))):
        begin_quiz(quiz, enrolment, by=enrolment.person)
        page = sign_in(Client(), enrolment.person).get(PAGE)
        rows = page.context["questions"][0]["rows"]
        orders.add(tuple(row["label"] for row in rows))
        assert all("1" in str(row["options"][0]["value"]).partition(":")[2] for row in rows)
        assert not any(row["options"][0]["checked"] for row in rows)
    assert (len(orders) > 2) if shuffles else (len(orders) == 1 and tuple(STEPS) not in orders)
    made = set()
    for n in range(4):
        one = {**ORDER, "key": f"K-O{n}", "choice": [{"text": f"Step {m}"} for m in range(9)]}
        other = keep_assessment(scene.one, {**QUIZ, "code": f"T1-O{n}", "question": [one]}, by=OP)
        (question,) = questions_in(other.versions.get())
        keys = [choice.pk for choice in question.choices.all()]
        made.add(tuple(sorted(range(9), key=keys.__getitem__)))
    assert tuple(range(9)) not in made and len(made) == 4


# ---- the author and the examiner ----


def draft_url(scene):
    start_version(scene.quiz.versions.get(), by=scene.registrar)
    return "/registry/assessments/T1-QUIZ/2/questions/"


def seen(scene):
    return str(scene.quiz.versions.get(number=2).revision)


AUTHORED = {
    "order": {"text": "In order?", "item-1": "A", "item-2": "B", "item-4": "C"},
    "cloze": {
        "text": "After [[1]] days by the [[2]] of [[3]].",
        "kind-1": "number",
        "right-1": "1,530",
        "off-1": "",
        "kind-2": "single",
        "right-2": "Police",
        "others-2": "Council\n\nCourt\nCouncil",
        "kind-3": "short",
        "right-3": "s 45\nsection 45",
    },
}


@pytest.mark.parametrize("kind", ["order", "cloze"])
def test_an_author_writes_it_finds_it_as_it_was_typed_and_it_stays(scene, registrar, kind):
    url = draft_url(scene)
    answer = registrar.post(f"{url}new/?kind={kind}", {**AUTHORED[kind], "seen": seen(scene)})
    assert answer.status_code == 302
    made = Question.objects.get(text=AUTHORED[kind]["text"])
    form = registrar.get(f"{url}{made.key}/").context["form"]
    again = {name: value for name, value in form.initial.items() if value not in (None, "")}
    before = Entry.objects.count(), list(Choice.objects.order_by("pk").values())
    answer = registrar.post(f"{url}{made.key}/", {**again, "seen": seen(scene)})
    assert answer.status_code == 302, "the same again writes nothing"
    assert (Entry.objects.count(), list(Choice.objects.order_by("pk").values())) == before
    approve(scene.quiz.versions.get(number=2), by=scene.registrar)
    page = registrar.get(f"{url}{made.key}/").content.decode()
    assert "does not change" in page and ("In the right order" in page or "Council; Court" in page)


def test_rows_come_for_as_many_gaps_as_the_text_names(scene, registrar):
    url = draft_url(scene) + "new/?kind=cloze"
    answer = registrar.post(url, {"text": "[[1]] [[2]] [[3]] [[4]] [[5]]", "seen": seen(scene)})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'name="right-5"' in page
    assert "Gap 1 has no right answer." in page and "[[5]]" in page


@pytest.mark.parametrize(
    ("kind", "form", "words"),
    [
        ("order", {"item-1": "A"}, "fewer than two items"),
        ("order", {"item-1": "A", "item-2": "a "}, "say the same"),
        ("cloze", {"text": "No gap."}, "such as [[1]]"),
        ("cloze", {"text": "[[2]] [[1]]", "right-1": "a"}, "in the order in which they stand"),
        ("cloze", {"text": "[[1]] [[1]]", "right-1": "a"}, "in the order in which they stand"),
        ("cloze", {"text": "[[1]]", "right-1": "a", "right-2": "b"}, "has no gap 2"),
        ("cloze", {"text": "[[1]]", "right-1": "x", "kind-1": "number"}, "Gap 1: The right answer"),
        ("cloze", {"text": "[[1]]", "right-1": "x", "kind-1": "single"}, "at least one other"),
        (
            "cloze",
            {"text": "[[1]]", "right-1": "x", "kind-1": "single", "others-1": "x\ny"},
            "say the same",
        ),
        ("cloze", {"text": "[[1]]", "right-1": "x", "others-1": "y"}, "Only a list"),
        (
            "cloze",
            {"text": "[[1]]", "right-1": "x\ny", "kind-1": "single", "others-1": "z"},
            "one right choice",
        ),
    ],
)
def test_what_could_not_be_asked_is_refused_and_stays_typed(scene, registrar, kind, form, words):
    url = draft_url(scene)
    before = Question.objects.count(), Choice.objects.count(), Entry.objects.count()
    sent = {"text": "A question?", **form, "seen": seen(scene)}
    answer = registrar.post(f"{url}new/?kind={kind}", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and sent["text"] in page
    assert (Question.objects.count(), Choice.objects.count(), Entry.objects.count()) == before


def test_the_examiner_reads_what_is_right_and_the_preview_does_not(scene, registrar, settings):
    settings.IMSA_EXAMINER_APPROVES = True
    made = keep_assessment(scene.one, QUIZ, by=OP)
    draft = start_version(made.versions.get(), by=scene.registrar)
    url = f"/registry/assessments/T1-PARTS/{draft.number}/"
    assert registrar.post(url, {"action": "send", "seen": "0"}).status_code == 302
    page = sign_in(Client(), scene.examiner).get(f"/examining/papers/T1-PARTS/{draft.number}/")
    words = page.content.decode()
    assert "In the right order" in words and words.index("Listen") < words.index("Ask for consent")
    assert "reasonable grounds; RG" in words and "<strong>Home Office</strong>" in words
    preview = registrar.get(f"{url}preview/").content.decode()
    assert preview.index("Ask for consent") < preview.index("Listen")  # by the alphabet
    assert "Council; Home Office; Police" in preview and "reasonable" not in preview


# ---- files ----


ODD = {
    "key": "K-ODD",
    "kind": "cloze",
    "text": "A {1:SA} \\ of ~ # = [[1]] & [[2]]%",
    "solution": {
        "gaps": [
            {"kind": "short", "accept": ["a*b", "100% } # ~ \\", "=x"]},
            {"kind": "single", "right": "=1 & <2", "others": ["%5% of it", "a~b"]},
        ]
    },
}
ONE_GAP = {
    "key": "K-ONE",
    "kind": "cloze",
    "text": "It is [[1]] here",
    "solution": {"gaps": [{"kind": "short", "accept": ["so"]}]},
}


@pytest.mark.parametrize("ending", ["xml", "gift", "zip"])
def test_what_goes_out_comes_in_again_as_the_same_or_is_named(scene, registrar, ending):
    odd_order = {
        **ORDER,
        "key": "K-ODD-ORDER",
        "choice": [{"text": text} for text in ("RANDOM", "3 { a } = b", "none", "a ~ b # c")],
    }
    wanted = [ORDER, CLOZE, ODD, ONE_GAP, odd_order]
    made = keep_assessment(scene.one, {**QUIZ, "question": wanted}, by=OP)
    answer = registrar.get(f"/registry/assessments/T1-PARTS/1/export/{ending}/")
    rows, losses = read_rows(f"bank.{ending}", answer.content)
    assert [row.fault for row in rows] == [""] * len(rows)
    if ending == "gift":
        assert len(rows) == 2 and len(losses) == 1, "the gaps are named in comments"
        assert answer.content.decode().count("GIFT has no gaps in a text") == 3
    else:
        assert losses == [] and len(rows) == 5
    assert [row.notes for row in rows] == [[]] * len(rows)
    empty = make_assessment(scene.one, "T1-NEW", "quiz", "New", weight=0, by=scene.registrar)
    values = [row.as_values() for row in rows]
    import_questions(keep_file(empty, "b", values, losses, by=scene.registrar), by=scene.registrar)
    before = [
        told(q)
        for q in questions_in(made.versions.get())
        if ending != "gift" or q.kind != kinds.CLOZE
    ]
    assert [told(q) for q in questions_in(empty)] == before
    assert new_rows(empty, values) == []


def cloze(text, form="html"):
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        '<quiz><question type="multianswer"><name><text>Gaps</text></name>'
        f'<questiontext format="{form}"><text>{text}</text></questiontext></question></quiz>'
    ).encode()


def test_gaps_of_moodle_are_taken_and_what_of_them_is_lost_is_named():
    content = cloze(
        "<p>A {1:SHORTANSWER:=water#Yes~%50%H2O~*#No} and pH {2:NM:=7:0.5} in "
        "{:MCV:=soil &amp; sand~%0%moon\\~dust#Not here} by {1:SAC:=Now}.</p>"
    )
    (row,), _losses = read_rows("q.xml", content)
    assert row.facts["text"] == "A [[1]] and pH [[2]] in [[3]] by [[4]]."
    assert row.facts["solution"]["gaps"] == [
        {"kind": "short", "accept": ["water"]},
        {"kind": "number", "value": "7", "tolerance": "0.5"},
        {"kind": "single", "right": "soil & sand", "others": ["moon~dust"]},
        {"kind": "short", "accept": ["Now"]},
    ]
    assert "Yes" in row.facts["why"] and "moon~dust: Not here" in row.facts["why"]
    notes = " ".join(row.notes)
    assert "H2O" in notes and "unequally" in notes and "capital letters" in notes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("No gap", "no gap"),
        ("A {1:SA:=a", "does not end with }"),
        ("A {1:MULTIRESPONSE:=a~=b}", "MULTIRESPONSE"),
        ("A {1:NM:=seven}", "is not a number"),
        ("A {1:NM:=7~=8}", "gap 1 cannot be taken"),
        ("A {1:MC:=a}", "gap 1 cannot be taken"),
        ("A {1:SA:~%50%a}", "gap 1 cannot be taken"),
        ("A [[1]] {1:SA:=a}", "double brackets"),
    ],
)
def test_gaps_that_cannot_be_taken_are_named(text, words):
    (row,), _losses = read_rows("q.xml", cloze(text))
    assert words in row.fault and not row.facts


def test_how_an_order_was_graded_elsewhere_is_named():
    order = (
        '<quiz><question type="ordering"><name><text>O</text></name><questiontext><text>Order?</text>'
        "</questiontext><gradingtype>{}</gradingtype>"
        '<answer fraction="1"><text>A</text></answer><answer fraction="2"><text>B</text></answer>'
        "</question></quiz>"
    )
    (row,), _losses = read_rows("q.xml", order.format("ABSOLUTE_POSITION").encode())
    assert row.facts["kind"] == "order" and "ABSOLUTE_POSITION" in row.notes[0]
    (row,), losses = read_rows("q.xml", order.format("RELATIVE_NEXT_EXCLUDE_LAST").encode())
    assert row.notes == [] and losses == []
    gift = "::O::Order?{>2 ALL VERTICAL ALL_OR_NOTHING SHOW none\nA\nB\n}\n"
    (row,), _losses = read_rows("q.gift", gift.encode())
    assert [c["text"] for c in row.facts["choices"]] == ["A", "B"]
    assert len(row.notes) == 1 and "ALL_OR_NOTHING" in row.notes[0]
