"""A knowledge check is judged by what was answered, and what cannot be an answer is never judged."""

import json
import random

import pytest
from django.http import QueryDict

from courses.knowledge_checks.feedback import (
    LONGEST_PATH,
    Unanswered,
    display_order,
    faults,
    judge,
    next_step,
    read_given,
    read_path,
    rows,
)

CHOICE = {
    "style": "choice",
    "key": "c1",
    "text": "Who decides?",
    "options": [
        {"text": "The Home Office", "right": True, "why": "It holds the decision."},
        {"text": "The council", "right": False, "why": "It may refer."},
        {"text": "You", "right": False, "why": "An advocate never decides."},
    ],
}
SEVERAL = {
    "style": "several",
    "key": "s1",
    "text": "Which are true?",
    "why": "See the table.",
    "options": [
        {"text": "A", "right": True, "why": "a"},
        {"text": "B", "right": True, "why": "b"},
        {"text": "C", "right": False, "why": "c"},
    ],
}
ORDER = {
    "style": "order",
    "key": "o1",
    "text": "Put them in order",
    "items": ["Consent", "Referral", "Decision"],
    "why": "So.",
}
MATCH = {
    "style": "match",
    "key": "m1",
    "text": "Match",
    "pairs": [
        {"left": "Glasgow", "right": "Scotland", "why": "g"},
        {"left": "Cardiff", "right": "Wales", "why": "c"},
        {"left": "Perth", "right": "Scotland", "why": "p"},
    ],
}
SHORT = {
    "style": "short",
    "key": "h1",
    "text": "Who?",
    "accept": ["Lord Advocate", "the Lord Advocate's office"],
    "hint": "A law officer.",
    "why": "Under section 8.",
}
STORY = {
    "style": "scenario",
    "key": "t1",
    "text": "A call",
    "steps": [
        {
            "key": "start",
            "text": "The phone rings.",
            "choices": [
                {"text": "Listen", "goes": "ask", "right": True, "why": "Good."},
                {"text": "Hang up", "goes": "start", "right": False, "why": "Try again."},
            ],
        },
        {
            "key": "ask",
            "text": "She asks for help.",
            "choices": [
                {"text": "Ask what she wants", "goes": "", "right": True, "why": "Yes."},
                {"text": "Decide for her", "goes": "", "why": "Think about it."},
            ],
        },
    ],
}
ALL = [CHOICE, SEVERAL, ORDER, MATCH, SHORT, STORY]


def posted(text):
    return QueryDict(text)


@pytest.mark.parametrize(
    "question, form, given, right",
    [
        (CHOICE, "given=0", 0, True),
        (CHOICE, "given=2", 2, False),
        (SEVERAL, "given=1&given=0", [0, 1], True),
        (SEVERAL, "given=0", [0], False),
        (SEVERAL, "given=0&given=1&given=2", [0, 1, 2], False),
        (ORDER, "given-0=1&given-1=2&given-2=3", [0, 1, 2], True),
        (ORDER, "given-0=3&given-1=1&given-2=2", [1, 2, 0], False),
        (MATCH, "given-0=0&given-1=1&given-2=2", [0, 1, 2], True),
        (MATCH, "given-0=2&given-1=1&given-2=0", [2, 1, 0], True),
        (MATCH, "given-0=1&given-1=0&given-2=2", [1, 0, 2], False),
        (SHORT, "given=the+LORD%20advocate", "the LORD advocate", True),
        (SHORT, "given=an+advocate", "an advocate", False),
        (SHORT, "given=+lord-advocate.+", "lord-advocate.", True),
        (STORY, "given-0=0&given-1=0", [0, 0], True),
        (STORY, "given-0=1&given-1=0&given-2=1", [1, 0, 1], True),
    ],
)
def test_an_answer_is_read_and_judged(question, form, given, right):
    read = read_given(question, posted(form))
    assert read == given and json.loads(json.dumps(read)) == given
    assert judge(question, read).right is right


def test_feedback_is_about_what_was_answered():
    assert [line.why for line in judge(CHOICE, 1).lines] == ["It may refer."]
    some = judge(SEVERAL, [0, 2])
    assert [(line.text, line.right) for line in some.lines] == [("A", True), ("C", False)]
    assert some.why == "1 more answer belongs here. See the table." and "B" not in str(some)
    assert [(line.about, line.text, line.right) for line in judge(MATCH, [1, 1, 2]).lines] == [
        ("Glasgow", "Wales", False),
        ("Cardiff", "Wales", True),
        ("Perth", "Scotland", True),
    ]
    assert [line.right for line in judge(ORDER, [1, 0, 2]).lines] == [False, False, True]
    assert (
        judge(SHORT, "the police").why == "A law officer."
        and judge(SHORT, "Lord Advocate").why == "Under section 8."
    )
    assert [(line.about, line.right) for line in judge(STORY, [1, 0, 1]).lines] == [
        ("The phone rings.", False),
        ("The phone rings.", True),
        ("She asks for help.", None),
    ]


@pytest.mark.parametrize(
    "written, accepted, same",
    [
        ("NON punishment", "non-punishment", True),
        ("don’t", "Don't", True),
        ("Zoë Łuczak", "zoe luczak", True),
        ("“forty five”", "forty-five", True),
        ("1000", "1,000", True),
        ("08000 121 700", "08000121700", True),
        ("B & B", "b and b", True),
        ("1.5", "15", False),
        ("10²", "102", False),
        ("10²", "10^2", True),
        ("10²", "10.2", False),
        ("1½", "11/2", False),
        ("5 ½", "51/2", False),
        ("1 ½", "1½", True),
        ("½", "1/2", True),
        ("m²", "m2", True),
        ("CO₂", "co2", True),
        ("10₂", "102", False),
        ("10/11", "1011", False),
        ("s.8", "s 8", True),
        ("90 days", "9 days", False),
        ("ασφάλεια", "ασφαλεια", True),
    ],
)
def test_spelling_is_forgiven_and_another_number_is_not(written, accepted, same):
    assert judge({**SHORT, "accept": [accepted]}, written).right is same


@pytest.mark.parametrize(
    "question, form, sentence",
    [
        (CHOICE, "", "Choose one answer."),
        (CHOICE, "given=0&given=1", "Choose one answer."),
        (CHOICE, "given=3", "Choose one answer."),
        (CHOICE, "given=-1", "Choose one answer."),
        (CHOICE, "given=%D9%A1", "Choose one answer."),
        (CHOICE, "given=" + "9" * 5000, "Choose one answer."),
        (SEVERAL, "", "Choose at least one answer."),
        (SEVERAL, "given=0&given=0", "Choose at least one answer."),
        (SEVERAL, "given=x", "Choose at least one answer."),
        (ORDER, "given-0=1&given-1=1&given-2=2", "Give every line a different place."),
        (ORDER, "given-0=1&given-1=2", "Give every line a different place."),
        (ORDER, "given-0=0&given-1=1&given-2=2", "Give every line a different place."),
        (MATCH, "given-0=0&given-1=1", "Choose an answer for every line."),
        (MATCH, "given-0=0&given-1=1&given-2=3", "Choose an answer for every line."),
        (SHORT, "", "Write an answer."),
        (SHORT, "given=+...+", "Write an answer."),
        (SHORT, "given=a&given=b", "Write an answer."),
        (SHORT, "given=" + "a" * 501, "Write a shorter answer: 500 characters at most."),
        (STORY, "", "Choose what to do next. The story has not ended yet."),
        (STORY, "given-0=0", "Choose what to do next. The story has not ended yet."),
        (STORY, "given-0=0&given-2=0", "Choose what to do next. The story has not ended yet."),
        (STORY, "given-0=0&given-1=0&given-2=0", "Choose one answer."),
        (STORY, "given-0=7", "Choose one answer."),
        (
            STORY,
            "&".join(f"given-{n}=1" for n in range(LONGEST_PATH + 9)),
            "You have gone round in a circle. Start the story again.",
        ),
        (
            {"style": "riddle"},
            "given=0",
            "This question cannot be answered as it stands. Please tell the author.",
        ),
        (
            {**CHOICE, "options": []},
            "given=0",
            "This question cannot be answered as it stands. Please tell the author.",
        ),
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence(question, form, sentence):
    with pytest.raises(Unanswered) as refused:
        read_given(question, posted(form))
    assert str(refused.value) == sentence


def test_nothing_a_device_sends_makes_anything_but_a_verdict_or_a_refusal():
    dice = random.Random(3)
    odd = [
        None,
        True,
        False,
        0,
        -1,
        1,
        99,
        1.0,
        "",
        "0",
        "Lord Advocate",
        [],
        [None],
        [0],
        [True],
        [0, 0, 0],
        [2, 1, 0],
        ["0"],
        {},
    ]
    for question in ALL:
        for _ in range(300):
            given = dice.choice(
                [dice.choice(odd), [dice.choice(odd) for _ in range(dice.randrange(5))]]
            )
            try:
                assert isinstance(judge(question, given).right, bool)
            except Unanswered as refused:
                assert str(refused).endswith(".")
    with pytest.raises(Unanswered):
        judge(CHOICE, True)


def test_a_story_goes_on_from_where_the_reader_is():
    assert (
        next_step(STORY, [])["key"] == "start"
        and next_step(STORY, [1, 0])["key"] == "ask"
        and next_step(STORY, [0, 1]) is None
    )
    assert read_path(STORY, posted("given-0=1&given-1=0")) == [1, 0]
    (row,) = rows(STORY, [1, 0])
    assert (
        row.name == "given-2"
        and row.label == "She asks for help."
        and {value for value, _ in row.options} == {"0", "1"}
    )
    assert rows(STORY, [0, 0]) == []


def test_the_order_shown_is_the_same_for_everybody_and_never_the_answer():
    for n in range(200):
        question = {**ORDER, "key": f"k{n}", "items": list("ab") if n % 2 else list("abcd")}
        shown = display_order(question)
        assert (
            shown == display_order(dict(question))
            and sorted(shown) == list(range(len(shown)))
            and shown != sorted(shown)
        )
    assert len({tuple(display_order({**CHOICE, "key": str(n)})) for n in range(50)}) == 6
    assert sorted(MATCH["pairs"][i]["right"] for i in display_order(MATCH)) == ["Scotland", "Wales"]


@pytest.mark.parametrize("question", ALL)
def test_a_form_made_of_the_rows_can_be_answered_right(question):
    names = {row.name: row.options for row in rows(question)}
    wanted = {
        "choice": "given=0",
        "several": "given=0&given=1",
        "order": "given-0=1&given-1=2&given-2=3",
        "short": "given=Lord+Advocate",
        "match": "given-0=0&given-1=1&given-2=0",
        "scenario": "given-0=0&given-1=1",
    }[question["style"]]
    form = posted(wanted)
    assert set(names) <= set(form)
    for name, options in names.items():
        assert not options or set(form.getlist(name)) <= {value for value, _ in options}
    assert judge(question, read_given(question, form)).right


def test_sound_questions_have_no_faults():
    assert [faults(question) for question in ALL] == [[]] * len(ALL)


@pytest.mark.parametrize(
    "question, sentence",
    [
        ({"style": "riddle"}, "Choose what kind of question this is."),
        ({**CHOICE, "text": " "}, "The question asks nothing. Write its text."),
        ({**CHOICE, "options": CHOICE["options"][1:]}, "No answer is marked as right."),
        ({**CHOICE, "options": CHOICE["options"][:1]}, "There are fewer than two answers."),
        (
            {**CHOICE, "options": SEVERAL["options"]},
            "2 answers are marked as right, and a reader can choose only one.",
        ),
        (
            {**CHOICE, "options": [*CHOICE["options"], {"text": " the  COUNCIL ", "why": "x"}]},
            "Two answers say the same: “The council”.",
        ),
        (
            {**CHOICE, "options": [*CHOICE["options"], {"text": "D", "why": ""}]},
            "The answer “D” has no feedback.",
        ),
        ({**ORDER, "items": ["a"]}, "There are fewer than two lines."),
        ({**ORDER, "why": ""}, "There is no feedback that says why."),
        (
            {**MATCH, "pairs": MATCH["pairs"][::2]},
            "Every right-hand side is the same, so there is nothing to match.",
        ),
        ({**SHORT, "accept": []}, "No answer is accepted. Write at least one."),
        ({**SHORT, "accept": ["…"]}, "An accepted answer has no letters or numbers."),
        ({**STORY, "steps": []}, "The story has no steps."),
        (
            {**STORY, "steps": [*STORY["steps"], {**STORY["steps"][1], "key": "lost"}]},
            "No one reaches the step “lost”.",
        ),
        (
            {**STORY, "steps": [{**STORY["steps"][0], "key": "ask"}]},
            "From the step “ask” the story never ends.",
        ),
        (
            {**STORY, "steps": STORY["steps"][:1]},
            "In the step “start”: the choice “Listen” goes to a step that does not exist: “ask”.",
        ),
        ({**STORY, "steps": [*STORY["steps"], STORY["steps"][1]]}, "Two steps have the key “ask”."),
    ],
)
def test_an_author_is_told_what_to_mend(question, sentence):
    assert sentence in faults(question)


@pytest.mark.parametrize(
    "answer",
    [
        "Both A and B",
        "All of these",
        "Neither of these",
        "Neither",
        "None of the above.",
        "A and C only",
        "(a) and (b)",
        "Answers 1 and 2",
        "All are correct",
        "the first two",
        "Option A",
        "A, B and C",
        "None of these apply",
        "All  the\nother options",
    ],
)
def test_an_answer_that_needs_its_place_is_named_because_answers_are_mixed(answer):
    found = faults({**CHOICE, "options": [*CHOICE["options"], {"text": answer, "why": "x"}]})
    assert len(found) == 1 and "points to its neighbours" in found[0]


@pytest.mark.parametrize(
    "answer",
    [
        "None",
        "All",
        "None of these provisions",
        "Both sides agree",
        "Either compulsion or fraud",
        "Sections 1 and 3",
        "The first responder",
        "A duty",
        "Both England and Wales",
        "Any child who has a positive decision",
        "45",
    ],
)
def test_an_answer_that_means_something_anywhere_is_not(answer):
    assert faults({**CHOICE, "options": [*CHOICE["options"], {"text": answer, "why": "x"}]}) == []
