"""Question files to blocks: a wrong answer taken as right teaches wrong law; a question lost unsaid is never missed."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.blocks import UnitBlocks
from courses.importing import BadFile, from_file, read_questions
from courses.knowledge_checks.questions import faults


def moodle(*questions, head='<?xml version="1.0" encoding="UTF-8"?>'):
    return f"{head}<quiz>{''.join(questions)}</quiz>".encode()


def question(kind, rest, text="<p>Which Act?</p>", name="Acts"):
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>{rest}</question>'
    )


def answer(fraction, text, why="", rest=""):
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>'
        f'<feedback format="html"><text><![CDATA[{why}]]></text></feedback>{rest}</answer>'
    )


GENERAL = '<generalfeedback format="html"><text>&lt;p&gt;Read s.52 again&lt;/p&gt;</text></generalfeedback>'
CHOICE = question(
    "multichoice", answer(100, "<p>2015 &amp; on</p>", "Yes") + answer(0, "1998", "No") + GENERAL
)


def only(content, name="q.xml"):
    taken = read_questions(name, content)
    (block,) = taken.blocks
    return block["type"], block["value"], taken.losses


# ---- Moodle XML ----


def test_a_choice_keeps_each_answers_own_feedback():
    kind, value, left = only(
        moodle(question("category", "<category><text>$course$/Law</text></category>"), CHOICE)
    )
    assert kind == "choice_check"
    assert left == ["Settings that our checks do not have were not taken: the category “Law”."]
    assert value == {
        "text": "Which Act?",
        "why": "Read s.52 again",
        "options": [
            {"text": "2015 & on", "right": True, "why": "Yes"},
            {"text": "1998", "right": False, "why": "No"},
        ],
    }


def test_several_answers_with_credit_in_parts_are_right_above_nothing():
    answers = answer(50, "a") + answer(33.333, "b") + answer(0, "c") + answer(-100, "d")
    kind, value, left = only(moodle(question("multichoice", "<single>false</single>" + answers)))
    assert kind == "several_check" and len(left) == 1 and "unequal credit" in left[0]
    assert [option["right"] for option in value["options"]] == [True, True, False, False]


@pytest.mark.parametrize(
    "rest, says",
    [
        (answer(90, "a") + answer(0, "b"), "earns less than full credit"),
        (answer(100, "a") + answer(100, "b"), "several right answers"),
        (answer(100, "a"), "fewer than two answers"),
        (
            answer(100, '<img src="@@PLUGINFILE@@/x.png">') + answer(0, "b"),
            "one of its answers has no words",
        ),
        (answer(100, "a") + answer(0, "a"), "in it twice"),
        (answer("much", "a") + answer(0, "b"), "not a number"),
        (
            "<single>false</single>" + answer(0, "a") + answer(-50, "b"),
            "no answer is marked as right",
        ),
    ],
)
def test_a_choice_that_would_teach_wrongly_stays_behind_by_name_and_the_others_come(rest, says):
    taken = read_questions("q.xml", moodle(CHOICE, question("multichoice", rest, name="Odd one")))
    assert [block["type"] for block in taken.blocks] == ["choice_check"]
    assert (
        len(taken.losses) == 1
        and taken.losses[0].startswith("Question 2 “Odd one”: ")
        and says in taken.losses[0]
    )


def test_true_and_false():
    kind, value, left = only(
        moodle(
            question(
                "truefalse", answer(0, "true", "No, it is devolved.") + answer(100, "false", "Yes")
            )
        )
    )
    assert kind == "choice_check" and left == []
    assert value["options"] == [
        {"text": "True", "right": False, "why": "No, it is devolved."},
        {"text": "False", "right": True, "why": "Yes"},
    ]


def test_pairs_and_an_answer_that_only_misleads():
    pairs = "".join(
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
        for left, right in [("Wales", "Cardiff"), ("Scotland", "Edinburgh"), ("", "Cork")]
    )
    kind, value, left = only(moodle(question("matching", pairs)))
    assert kind == "match_check"
    assert value["pairs"] == [
        {"left": "Wales", "right": "Cardiff", "why": ""},
        {"left": "Scotland", "right": "Edinburgh", "why": ""},
    ]
    assert left == ["Question 1 “Acts”: “Cork”, an answer that matches nothing, was left out."]


def test_short_answers_accept_only_what_was_wholly_right():
    answers = (
        answer(100, "s.52", "Well read")
        + answer(100, "section*")
        + answer(50, "52", "Say section")
        + answer(0, "*", "No")
    )
    kind, value, left = only(
        moodle(
            question("shortanswer", answers + '<hint format="html"><text>A number</text></hint>')
        )
    )
    assert kind == "short_check"
    assert value == {
        "text": "Which Act?",
        "accept": ["s.52"],
        "hint": "A number",
        "why": "Well read",
    }
    assert (
        len(left) == 3
        and any("“section*”" in said for said in left)
        and any("Say section" in said for said in left)
    )


def test_numbers_are_taken_when_exact_and_named_when_not():
    exact = question("numerical", answer(100, "45", rest="<tolerance>0</tolerance>"))
    loose = question(
        "numerical", answer(100, "45", rest="<tolerance>0.5</tolerance>"), name="Loose"
    )
    kind, value, left = only(moodle(exact, loose))
    assert (kind, value["accept"]) == ("short_check", ["45"])
    assert (
        len(left) == 2
        and left[0].startswith("Question 1 “Acts”: its answer was a number")
        and "typed just so (45)" in left[0]
    )
    assert left[1] == "Question 2 “Loose”: a number with a tolerance cannot be taken."


def test_an_order_follows_the_places_that_moodle_keeps():
    kind, value, _ = only(
        moodle(
            question(
                "ordering", answer(2, "Then refer") + answer(1, "First listen") + answer(3, "Write")
            )
        )
    )
    assert kind == "order_check" and value["items"] == ["First listen", "Then refer", "Write"]


def test_an_essay_becomes_a_reflection_and_says_so():
    kind, value, left = only(
        moodle(question("essay", "", text="<p>What would you do?</p><p>And why?</p>"))
    )
    assert (kind, value) == ("reflection", {"prompt": "What would you do?\nAnd why?"})
    assert left == [
        "Question 1 “Acts”: it was an essay question and became a reflection prompt, which no one marks."
    ]


def test_a_description_is_cleaned_into_a_text_block():
    nasty = (
        '<h3 style="color:red" onclick="x()">Law</h3><script>alert(1)</script><p><a href="https://law.example/">Act</a>'
        '<a href="javascript:alert(1)">x</a><img src="data:image/png;base64,AAAA"></p>'
    )
    kind, value, left = only(moodle(question("description", "", text=nasty)))
    assert (
        kind == "text"
        and value == '<h3>Law</h3><p><a href="https://law.example/">Act</a><a>x</a></p>'
    )
    assert any("a picture" in said for said in left) and any("a script" in said for said in left)


@pytest.mark.parametrize(
    "kind, says",
    [
        ("multianswer", "cloze"),
        ("calculated", "calculated questions"),
        ("ddwtos", "drag-and-drop"),
        ("stack", "STACK"),
        ("wizardry", "questions of the kind “wizardry”"),
        ("", "do not say their kind"),
    ],
)
def test_kinds_without_a_block_are_named(kind, says):
    taken = read_questions("q.xml", moodle(question(kind, "", name="Capital of Wales"), CHOICE))
    assert len(taken.blocks) == 1
    assert (
        len(taken.losses) == 1
        and taken.losses[0].startswith("Question 1 “Capital of Wales”: ")
        and says in taken.losses[0]
    )


def test_pictures_tables_files_and_links_are_named_where_they_were():
    text = '<p>See <img src="@@PLUGINFILE@@/map.png"> and <a href="https://law.example/">here</a></p><table><tr><td>a</td><td>b</td></tr></table>'
    file = '<file name="map.png" path="/" encoding="base64">AAAA</file>'
    _, value, left = only(
        moodle(question("multichoice", file + answer(100, "a") + answer(0, "b"), text=text))
    )
    assert value["text"] == "See and here\na b"
    for what in (
        "a picture in the question",
        "a table in the question",
        "https://law.example/",
        "the file “map.png”",
    ):
        assert any(what in said for said in left), what


def test_feedback_to_the_whole_hints_tags_and_marks_are_named():
    rest = (
        "<defaultgrade>3</defaultgrade><tags><tag><text>law</text></tag></tags>"
        + answer(100, "a")
        + answer(0, "b")
        + '<correctfeedback format="html"><text>Rather good</text></correctfeedback>'
        '<incorrectfeedback format="html"><text>Your answer is incorrect.</text></incorrectfeedback><hint><text>Think</text></hint>'
    )
    left = only(moodle(question("multichoice", rest)))[2]
    assert (
        len(left) == 3
        and any("Rather good" in said for said in left)
        and any("Think" in said for said in left)
    )


@pytest.mark.parametrize(
    "content, says",
    [
        (
            b'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/hostname">]><quiz>&x;</quiz>',
            "declares a document type",
        ),
        (
            b'<!DOCTYPE q [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>',
            "declares a document type",
        ),
        (moodle(CHOICE)[:-9], "broken at line 1"),
        (b"<?xml version='1.0'?>\n<quiz>\n<question>\n</quiz>", "broken at line 4"),
        (b"<?xml version='1.0'?><assessmentItem/>", "a QTI file"),
        (b"<?xml version='1.0'?><quiz></quiz>", "found no question"),
        (moodle(question("stack", "")), "None of the questions.*STACK"),
        (moodle(*[CHOICE] * 501), "more than 500"),
        (b"<quiz>" + b" " * 2_100_000 + b"</quiz>", "larger than 2 MB"),
        (b"", "empty"),
        (b"\xef\xbb\xbf  \n", "empty"),
        (b"\0\1\2\3\0", "not a text file"),
        (b"PK\x03\x04abc", "ZIP archive"),
        (b"\x1f\x8bxx", "Moodle backup"),
        (b"\xff\xfea\x00\x00\xd8", "damaged"),
        (b"Question\nA. b\x81\n", "Line 2 holds"),
    ],
)
@pytest.mark.parametrize("name", ["q.xml", "q.txt"])
def test_a_bad_file_is_refused_by_a_sentence(name, content, says):
    with pytest.raises(BadFile) as refused:
        read_questions(name, content)
    assert re.search(says, str(refused.value))


@pytest.mark.parametrize(
    "name, says", [("q.xml", "ends in .xml, but it is not XML"), ("q.txt", "found no question")]
)
def test_plain_words_are_refused_by_what_the_name_promised(name, says):
    with pytest.raises(BadFile, match=says):
        read_questions(name, b"Only some words about law.\n\nAnd more.")


# ---- encodings ----


@pytest.mark.parametrize(
    "encoding, notes",
    [
        ("utf-8", 0),
        ("utf-8-sig", 0),
        ("utf-16", 0),
        ("cp1252", 1),
    ],
)
def test_letters_survive_every_usual_encoding(encoding, notes):
    text = "Pwy sy’n helpu Siân – heddiw?\r\nA. Hyb\r\nB. Heddlu\r\nANSWER: A\r\n"
    _, value, left = only(text.encode(encoding), "q.txt")
    assert value["text"] == "Pwy sy’n helpu Siân – heddiw?" and len(left) == notes


def test_xml_in_an_older_encoding_is_read_as_it_says():
    content = moodle(
        CHOICE.replace("Which", "Który łącznik:"),
        head='<?xml version="1.0" encoding="ISO-8859-2"?>',
    ).decode()
    assert only(content.encode("iso-8859-2"))[1]["text"] == "Który łącznik: Act?"


# ---- GIFT ----


def gift(text, name="q.gift"):
    return only(text.encode(), name)


def test_gift_choice_with_title_comment_escapes_and_feedback():
    kind, value, left = gift(
        "// a comment\n$CATEGORY: Law\n\n::Duty:: [html]<p>Who \\{must\\} tell?</p> {\n=A body \\= named#Yes\\: s.52\n// inner\n"
        "~Nobody#No\n~%30%Some\n####Read it.}\n"
    )
    assert (
        kind == "choice_check"
        and len(left) == 2
        and left[1].startswith("Question 1 (line 4) “Duty”: an answer that earned part")
    )
    assert "the category “Law”" in left[0] and "comments (the first says “a comment”)" in left[0]
    assert value == {
        "text": "Who {must} tell?",
        "why": "Read it.",
        "options": [
            {"text": "A body = named", "right": True, "why": "Yes: s.52"},
            {"text": "Nobody", "right": False, "why": "No"},
            {"text": "Some", "right": False, "why": ""},
        ],
    }


@pytest.mark.parametrize(
    "text, kind, key, wanted",
    [
        (
            "Several? {~%50%a ~%50%b ~%-100%c}",
            "several_check",
            "options",
            [("a", True), ("b", True), ("c", False)],
        ),
        ("It is law. {T}", "choice_check", "options", [("True", True), ("False", False)]),
        ("It is law. {FALSE}", "choice_check", "options", [("True", False), ("False", True)]),
        (
            "Match {=Wales -> Cardiff =Scotland -> Edinburgh}",
            "match_check",
            "pairs",
            [("Wales", "Cardiff"), ("Scotland", "Edinburgh")],
        ),
        (
            "The capital is {=Cardiff =Caerdydd} today.",
            "short_check",
            "accept",
            ["Cardiff", "Caerdydd"],
        ),
        ("Two and two? {#4}", "short_check", "accept", ["4"]),
        ("Two and two? {#=4:0#Yes =%50%5}", "short_check", "accept", ["4"]),
        ("Why? {}", "reflection", "prompt", "Why?"),
        (
            "Several lines\nof words {\n=a\n\n~b\n}",
            "choice_check",
            "options",
            [("a", True), ("b", False)],
        ),
        ("[plain]3<x and x<b> c? {=yes ~no}", "choice_check", "text", "3< x and x< b> c?"),
        (
            "Is 3<x and x<5? {=yes ~no}",
            "choice_check",
            "text",
            "Is 3< x and x< 5?".replace("< 5", "<5"),
        ),
    ],
)
def test_gift_kinds(text, kind, key, wanted):
    got_kind, value, _ = gift(text)
    got = value[key]
    if key == "options":
        got = [(option["text"], option["right"]) for option in got]
    if key == "pairs":
        got = [(pair["left"], pair["right"]) for pair in got]
    assert (got_kind, got) == (kind, wanted)


def test_gift_truth_gives_the_feedback_for_the_wrong_answer_first():
    options = gift("It is law. {F#You said it is.#Well read.}")[1]["options"]
    assert [option["why"] for option in options] == ["You said it is.", "Well read."]


def test_a_missing_word_leaves_its_gap():
    assert (
        gift("The capital is {=Cardiff ~Bangor} today.")[1]["text"] == "The capital is _____ today."
    )


def test_a_broken_gift_question_does_not_take_the_next_one_with_it():
    taken = read_questions(
        "q.gift",
        b"::One:: Open {=a ~b\n\n::Two:: Whole {=c ~d}\n\nRange {#1..5}\n\nTwice {=a} {=b}\n\nStray }\n\nOnly words\n",
    )
    assert [block["value"].get("text") for block in taken.blocks if block["type"] != "text"] == [
        "Whole"
    ]
    assert [block["value"] for block in taken.blocks if block["type"] == "text"] == [
        "<p>Only words</p>"
    ]
    wanted = [
        "(line 1) “One”",
        "(line 5) “Range”",
        "(line 7) “Twice”",
        "(line 9) “Stray }”",
        "(line 11) “Only words”",
    ]
    assert [
        next(said for said in taken.losses if place in said) for place in wanted
    ] == taken.losses


# ---- Aiken ----


def test_aiken_takes_the_good_and_names_the_broken_by_line():
    text = (
        "Who decides?\nA. The competent authority\nB) The police\nANSWER: A\n\nNo answer here\nA. x\nB. y\n\nWhich letter?\nA. x\nB. y\n"
        "ANSWER: C\n\nTwo lines\nof question\nA. x\nB. y\nANSWER: b\n\nSeveral\nA. x\nB. y\nANSWER: A, B\n"
    )
    taken = read_questions("q.txt", text.encode())
    assert [block["value"]["text"] for block in taken.blocks] == [
        "Who decides?",
        "Two lines\nof question",
    ]
    assert [
        [option["right"] for option in block["value"]["options"]] for block in taken.blocks
    ] == [[True, False], [False, True]]
    places = [
        "Question 2 (line 6) “No answer here”",
        "Question 3 (line 10)",
        "Question 5 (line 21)",
    ]
    assert len(taken.losses) == 3 and all(
        said.startswith(place) for said, place in zip(taken.losses, places, strict=True)
    )


def test_content_decides_before_the_ending():
    aiken = b"Who?\nA. x {y}\nB. z\nANSWER: A\n"
    assert from_file("q.xml", moodle(CHOICE)).blocks[0]["type"] == "choice_check"
    assert (
        read_questions("q.gift", b"Who?\nA. x\nB. z\nANSWER: A\n").blocks[0]["value"]["options"][0][
            "text"
        ]
        == "x"
    )
    assert read_questions("q.txt", aiken).blocks[0]["value"]["options"][0]["text"] == "x {y}"
    assert read_questions("q.txt", b"Who? {=x ~y}").blocks[0]["type"] == "choice_check"
    assert read_questions("q.txt", moodle(CHOICE)).blocks[0]["type"] == "choice_check"


# ---- what the blocks hold ----


def test_a_question_with_more_answers_than_a_block_holds_is_whole_and_says_so():
    kind, value, left = only(
        ("Which? {" + "=a1 " + " ".join(f"~b{n}" for n in range(9)) + "}").encode(), "q.gift"
    )
    assert len(value["options"]) == 10 and "10 answers, and a check holds 8" in left[0]


def test_blocks_are_what_the_editor_keeps_and_what_our_checks_can_judge():
    order = question("ordering", answer(1, "a", "") + answer(2, "b") + GENERAL)
    taken = read_questions(
        "q.xml",
        moodle(
            CHOICE,
            order,
            question("shortanswer", answer(100, "x", "Yes") + "<hint><text>h</text></hint>"),
        ),
    )
    stream = UnitBlocks().to_python(taken.blocks)
    assert [child.block_type for child in stream] == ["choice_check", "order_check", "short_check"]
    for child in stream:
        child.block.clean(child.value)
        assert (
            faults({"style": child.block.style, "key": child.id, **child.block.plain(child.value)})
            == []
        )


# ---- whatever comes ----


class Harm(HTMLParser):
    """What a browser would run if these words were shown as HTML."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        runs = [
            name
            for name, value in attrs
            if name.startswith("on") or "script:" in re.sub(r"\s", "", value or "").lower()
        ]
        if tag in ("script", "style", "iframe", "object", "svg", "img") or runs:
            self.found.append((tag, runs))


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def is_harmless(name, content):
    """Any bytes give blocks or a sentence, and no block holds what a browser would run."""
    try:
        taken = read_questions(name, content)
    except BadFile as refused:
        assert str(refused).strip()
        return
    assert taken.blocks
    for block in taken.blocks:
        for words in strings(block["value"]):
            harm = Harm()
            harm.feed(words)
            harm.close()
            assert not harm.found, words
            assert (
                "<script" not in words.lower()
                and "javascript:" not in words.lower()
                and "\0" not in words
            )
            if block["type"] != "text":
                harm.feed(html.escape(words))
                assert not harm.found


HARMS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "javascript:alert(1)",
    "&lt;script&gt;",
    "&amp;lt;script&amp;gt;",
    "<scr<script>ipt>",
    "<svg/onload=alert(1)>",
    "<b onclick=x>",
    "<!--",
    "-->",
    "]]>",
    "java&#115;cript:x",
    "<",
    ">",
    "&",
    "\\",
    '"',
    "'",
    "é",
    "\ud7ff",
    "\u2028",
    "&#0;",
    "&#xD800;",
    "İ<script>",
    "<p>",
    "</p>",
]
GIFT = [
    "{",
    "}",
    "=",
    "~",
    "#",
    "####",
    "%50%",
    "->",
    "::",
    "\n",
    "\n\n",
    "//",
    "[html]",
    "T",
    "1",
    ":",
    "..",
    "\\n",
    "$CATEGORY: x",
]
AIKEN = ["\n", "\n\n", "A. ", "B) ", "C.", "ANSWER: ", "ANSWER: A\n", "A", "B", "FEEDBACK: "]
SOUP = st.lists(st.sampled_from(HARMS) | st.text(max_size=4), max_size=12).map("".join)


def soup(marks):
    return st.lists(st.sampled_from(marks * 2 + HARMS) | st.text(max_size=3), max_size=40).map(
        "".join
    )


def encoded(text):
    return text.encode("utf-8", "surrogatepass")


@settings(max_examples=150, deadline=None)
@given(
    soup(GIFT) | SOUP.map(lambda said: f"Who {said}? {{={said} ~b#{said}####{said}}}"),
    st.sampled_from(["q.gift", "q.txt"]),
)
def test_whatever_a_gift_file_holds(text, name):
    is_harmless(name, encoded(text))


@settings(max_examples=150, deadline=None)
@given(soup(AIKEN) | SOUP.map(lambda said: f"Who {said}?\nA. {said}\nB. b\nANSWER: A"))
def test_whatever_an_aiken_file_holds(text):
    is_harmless("q.txt", encoded(text))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        [
            "multichoice",
            "truefalse",
            "matching",
            "shortanswer",
            "numerical",
            "ordering",
            "essay",
            "description",
            "cloze",
        ]
    ),
    SOUP,
    st.sampled_from(["html", "moodle_auto_format", "plain_text", "markdown", "odd"]),
    st.booleans(),
)
def test_whatever_a_moodle_file_holds(kind, said, form, as_is):
    said = said if as_is else html.escape(said)
    is_harmless(
        "q.xml",
        encoded(
            f'<quiz><question type="{kind}"><name><text>{said}</text></name><questiontext format="{form}"><text>{said} ?</text></questiontext>'
            f'<generalfeedback format="{form}"><text>{said}</text></generalfeedback><single>{said[:1]}</single>'
            f'<answer fraction="100" format="{form}"><text>a{said}</text><feedback><text>{said}</text></feedback></answer>'
            f'<answer fraction="0"><text>b</text></answer><subquestion><text>{said}</text><answer><text>{said}</text></answer></subquestion>'
            "<subquestion><text>l</text><answer><text>r</text></answer></subquestion></question></quiz>"
        ),
    )


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["q.xml", "q.gift", "q.txt", "", "q"]),
    st.sampled_from([b"", b"<quiz>", b"\xff\xfe"]),
)
def test_whatever_bytes_come(content, name, begins):
    is_harmless(name, begins + content)
