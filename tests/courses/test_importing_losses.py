"""Form that carries meaning: struck law, a raised number, Welsh beside English, a retired question. A loss unsaid teaches wrong law."""

from pathlib import Path

import pytest

from courses.importing import BadFile, from_file, read_questions

CASES = Path(__file__).parents[1] / "cases"


def case(name):
    return from_file(name, (CASES / name).read_bytes())


def quiz(kind="multichoice", rest="", *, text="<p>Which?</p>", answers=None):
    if answers is None:
        answers = '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'
    return (
        f'<quiz><question type="{kind}"><name><text>Q</text></name><questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>'
        f"{rest}{answers}</question></quiz>"
    ).encode()


def moodle(text="<p>Which?</p>", rest="", **more):
    taken = read_questions("q.xml", quiz(rest=rest, text=text, **more))
    return taken.blocks[0]["value"]["text"], taken.losses


def gift(text):
    return read_questions("q.gift", text.encode())


def refused(content, name="q.gift"):
    with pytest.raises(BadFile) as fault:
        read_questions(name, content if isinstance(content, bytes) else content.encode())
    return str(fault.value)


def test_everything_was_taken_only_where_nothing_was_lost():
    plain = (
        "<defaultgrade>1.0000000</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><idnumber></idnumber><single>true</single>"
        "<shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering><status>ready</status>"
    )
    assert moodle('<p dir="ltr" style="text-align: left;">Which?</p>', plain) == ("Which?", [])


# ---- the cases ----


def test_an_ordering_question_in_gift_is_an_order():
    taken = case("gift-ordering.gift")
    assert [(b["type"], b["value"]["text"], b["value"]["items"]) for b in taken.blocks] == [
        ("order_check", "Put these in order.", ["first", "second", "third"])
    ]
    assert taken.losses == ["Question 1 (line 1) “O”: its settings ABCD were not taken."]


@pytest.mark.parametrize(
    "text, items, says",
    [
        ("Order {>\na\nb\n}", ["a", "b"], None),
        (
            "Order {>2 RANDOM VERT ABSOLUTE TRUE NONE\na\nb\nc}",
            ["a", "b", "c"],
            "shows only 2 of its 3 lines",
        ),
        (
            "Order {> ALL HORIZONTAL RELATIVE_ALL_TO_END\nNO delay\nnext}",
            ["NO delay", "next"],
            "HORIZONTAL, RELATIVE_ALL_TO_END",
        ),
    ],
)
def test_other_orders_in_gift(text, items, says):
    taken = gift(text)
    assert taken.blocks[0]["type"] == "order_check" and taken.blocks[0]["value"]["items"] == items
    assert (says is None and taken.losses == []) or says in taken.losses[0]


@pytest.mark.parametrize(
    "answers, says",
    [
        ("1:MULTICHOICE:=Apple#Yes", "cloze"),
        (":SA:=Apple", "cloze"),
        ("1:NM:=5\\:0.1", "cloze"),
        ("2:mcv:Apple", "cloze"),
        ("Apple =Pear", "stands before its first ="),
        ("@Apple", "begins no kind of GIFT question"),
        ("|a|b", "begins no kind"),
        ("T#a#b#c", "more than two parts of feedback"),
        ("=this ~%33⅓%partly", "a weight that we cannot read"),
        ("=a ~%1,5,2%b", "a weight that we cannot"),
    ],
)
def test_a_mark_of_gift_that_we_do_not_know_is_never_taken_as_words(answers, says):
    assert says in refused(f"Name a fruit. {{{answers}}}")


def test_cloze_with_one_alternative_is_named():
    with pytest.raises(BadFile, match="cloze"):
        case("gift-cloze-multichoice.gift")


@pytest.mark.parametrize(
    "answers, accept",
    [
        ("Cardiff", ["Cardiff"]),
        ("“Yes”", ["“Yes”"]),
        ("45 days", ["45 days"]),
        ("-5", ["-5"]),
        ("£20", ["£20"]),
    ],
)
def test_one_bare_answer_is_accepted(answers, accept):
    taken = gift(f"Which? {{{answers}}}")
    assert taken.blocks[0]["value"]["accept"] == accept and taken.losses == []


def test_a_weight_with_a_decimal_comma_is_a_weight():
    taken = case("gift-decimal-comma-weight.gift")
    assert [option["text"] for option in taken.blocks[0]["value"]["options"]] == [
        "this one",
        "partly",
        "not this",
    ]
    assert len(taken.losses) == 1 and "earned part of the credit" in taken.losses[0]


def test_a_weight_without_its_first_sign_is_named():
    taken = gift("Which? {=a ~75%a good answer ~20% of people}")
    assert len(taken.losses) == 1 and "answer 2 begins with “75%”" in taken.losses[0]


def test_markdown_is_read_and_named():
    taken = case("gift-markdown.gift")
    assert taken.blocks[0]["value"]["text"] == "Which is not in force?"
    assert len(taken.losses) == 1 and "Bold (first in Question 1" in taken.losses[0]
    taken = gift(
        "[markdown]The period is ~~45~~ 30 days, see [the law](https://law.example/) {=*one* ~two_of_them}"
    )
    assert taken.blocks[0]["value"]["text"].startswith("The period is 30 days")
    assert [option["text"] for option in taken.blocks[0]["value"]["options"]] == [
        "one",
        "two_of_them",
    ]
    assert any("struck-out words (“45”)" in said for said in taken.losses) and any(
        "Markdown signs" in said for said in taken.losses
    )


def test_comments_tags_and_categories_of_gift_are_named():
    taken = gift(
        "// [id:Q-17] [tag:law]\n// question: 4  name: x\n$CATEGORY: $course$/top/Duties\n\nWhich? {=a ~b}\n// Ask Ann first\n"
    )
    assert len(taken.losses) == 1
    for what in (
        "identity numbers",
        "tags",
        "the category “Duties”",
        "comments (the first says “Ask Ann first”)",
    ):
        assert what in taken.losses[0]
    assert (
        gift(
            "// question: 4  name: x\n$CATEGORY: $course$/top/Default for C1\n\nWhich? {=a ~b}"
        ).losses
        == []
    )


def test_a_superscript_stays_a_superscript():
    taken = case("moodle-superscript.xml")
    assert [option["text"] for option in taken.blocks[0]["value"]["options"]] == [
        "10²",
        "10",
    ] and taken.losses == []


@pytest.mark.parametrize(
    "html, text, says",
    [
        ("CO<sub>2</sub> and m<sup>-3</sup>", "CO₂ and m⁻³", None),
        ("the 1<sup>st</sup> day", "the 1st day", None),
        ('10<span style="vertical-align: super">2</span>', "10²", None),
        ("x<sup>abc</sup>", "xabc", "the raised place of the letters “abc”"),
        ("It is <s>45</s> 30 days", "It is 30 days", "struck-out words (“45”)"),
        ("It is <del>45</del> 30 days", "It is 30 days", "struck-out words (“45”)"),
        (
            'It is <span style="TEXT-DECORATION: LINE-THROUGH red">45 <span>work</span> <span>days</span></span> 30',
            "It is 30",
            "“45 work days”",
        ),
        ('a<span style="display:none">not seen</span> b', "a b", "hidden words (“not seen”)"),
        ("a<div hidden>not <div>seen</div></div> b", "a\nb", "hidden words (“not seen”)"),
        ('<font face="Wingdings">ü</font> Right', "Right", "signs of the font “Wingdings”"),
        (
            "<span style=\"font-family: 'Symbol', serif\">a</span> level",
            "level",
            "signs of the font “Symbol”",
        ),
        ("\uf0fc Right", "Right", "only its own font can show"),
        (
            '<abbr title="Competent authority">CA</abbr> decides',
            "CA decides",
            "“Competent authority”",
        ),
        (
            "<input type='checkbox' checked> asked <input type=checkbox> refused",
            "☒ asked ☐ refused",
            None,
        ),
        ("She said <q>stay</q>", "She said “stay”", None),
        ("<ol><li>First</li><li>Second</li></ol>", "1. First\n2. Second", None),
        ('<img src="x.png" alt="A map"> Where?', "Where?", "a picture (described as “A map”)"),
        ("Which is <b>not</b> law?", "Which is not law?", "Bold"),
        ("Which is <u>not</u> law?", "Which is not law?", "Underlining"),
        (
            'Which is <span style="background-color: yellow">not</span> law?',
            "Which is not law?",
            "Colours",
        ),
        ('<p style="text-orientation: upright">Up</p>', "Up", "the style “text-orientation”"),
        ('<span wibble="1">Up</span>', "Up", "the attribute “wibble”"),
        ("Solve \\(x^2\\)", "Solve \\(x^2\\)", "TeX"),
    ],
)
def test_form_is_kept_or_named(html, text, says):
    got, left = moodle(html)
    assert got == text
    assert left == [] if says is None else len(left) == 1 and says.lower() in left[0].lower()


def test_a_description_keeps_what_a_text_block_can_and_names_the_rest():
    taken = read_questions(
        "q.xml",
        quiz(
            "description",
            text="<p>m<sup>2</sup> <b>now</b> <s>45</s> <u>30</u></p><h5>Deep</h5>",
            answers="",
        ),
    )
    assert (
        taken.blocks[0]["value"].startswith("<p>m<sup>2</sup> <b>now</b>")
        and "45" not in taken.blocks[0]["value"]
    )
    assert any("struck-out words (“45”)" in said for said in taken.losses)
    looks = taken.losses[-1].lower()
    assert "underlining" in looks and "the look of a heading" in looks and "bold" not in looks


def test_the_english_is_taken_and_the_welsh_is_named():
    taken = case("moodle-two-languages-span.xml")
    value = taken.blocks[0]["value"]
    assert value["text"] == "Is it so?" and [option["text"] for option in value["options"]] == [
        "Yes",
        "No",
    ]
    for welsh in ("Ydy hi felly?", "“Ydy”", "Nac ydy"):
        assert any(welsh in said and "“cy”" in said for said in taken.losses)


@pytest.mark.parametrize(
    "html, text, says",
    [
        ("{mlang en}Yes{mlang}{mlang cy}Ydy{mlang}", "Yes", "Ydy"),
        ("{mlang cy}Ydy{mlang} {mlang en}Yes{mlang} now", "Yes now", "Ydy"),
        ("<p>{mlang cy}</p><p>Ydy</p><p>{mlang}{mlang other}Yes{mlang}</p>", "Yes", "Ydy"),
        (
            '<span class="multilang" lang="cy">Ydy</span>\n<span class="multilang" lang="en-GB">Yes</span>!',
            "Yes!",
            "Ydy",
        ),
        ('<lang lang="en">Yes</lang><lang lang="cy">Ydy</lang>', "Yes", "Ydy"),
        (
            '<span lang="cy" class="multilang">Ydy <span>hi</span></span><span lang="en" class="multilang">Is <span>it</span></span>',
            "Is it",
            "Ydy hi",
        ),
        (
            '<span lang="cy" class="multilang">Ydy</span><span lang="pl" class="multilang">Tak</span>',
            "Ydy",
            "Tak",
        ),
        ('A <span lang="cy">hwb</span> is a hub', "A hwb is a hub", None),
        ("{mlang en}never ends", "{mlang en}never ends", None),
    ],
)
def test_other_ways_to_write_two_languages(html, text, says):
    got, left = moodle(html)
    assert got == text and (left == [] if says is None else len(left) == 1 and says in left[0])


def test_two_languages_in_gift():
    taken = gift(
        '[html]<span lang="en" class="multilang">Is it?</span><span lang="cy" class="multilang">Ydy?</span> {=\\{mlang en\\}Yes\\{mlang\\}'
        "\\{mlang cy\\}Ydy\\{mlang\\} ~No}"
    )
    value = taken.blocks[0]["value"]
    assert (
        value["text"] == "Is it?"
        and value["options"][0]["text"] == "Yes"
        and len(taken.losses) == 2
    )


@pytest.mark.parametrize(
    "name, says",
    [
        ("moodle-hidden-question.xml", "it is hidden in Moodle"),
        ("moodle-draft-question.xml", "it is a draft in Moodle"),
        ("moodle-fixed-order.xml", "Moodle keeps its answers in this order"),
        ("moodle-numerical-exact.xml", "typed just so (45)"),
    ],
)
def test_what_moodle_says_of_a_question_is_named(name, says):
    taken = case(name)
    assert len(taken.blocks) == 1 and len(taken.losses) == 1 and says in taken.losses[0]


@pytest.mark.parametrize(
    "rest, says",
    [
        ("<hidden>true</hidden>", "hidden in Moodle"),
        ("<status>hidden</status>", "hidden in Moodle"),
        ("<status>odd</status>", "“odd”, not ready"),
        ("<shuffleanswers>0</shuffleanswers>", "in this order"),
        ("<answernumbering>ABCD</answernumbering>", "letters or numbers before answers"),
        ("<penalty>0.5</penalty>", "penalties"),
        ("<defaultgrade>2</defaultgrade>", "marks"),
        ("<idnumber>Q-17</idnumber>", "“Q-17”"),
        ("<tags><tag><text>law</text></tag></tags>", "“law”"),
        ("<coursecorrect>odd</coursecorrect>", "what Moodle calls “coursecorrect” (“odd”)"),
        ("<hint><text></text><clearwrong/></hint>", "settings of hints"),
        ("words in between", "words that stand between"),
        ("<questiontext><text>Second</text></questiontext>", "more than one “questiontext”"),
    ],
)
def test_every_setting_is_on_a_list_or_named(rest, says):
    _, left = moodle(rest=rest)
    assert len(left) == 1 and says in left[0]


def test_an_essays_limits_and_an_orders_sample_are_named():
    taken = read_questions(
        "q.xml",
        quiz("essay", "<minwordlimit>200</minwordlimit><attachments>2</attachments>", answers=""),
    )
    assert any("files to attach" in said for said in taken.losses)
    assert any("its fewest words were left out" in said for said in taken.losses)
    answers = "".join(
        f'<answer fraction="{n}"><text>{word}</text></answer>'
        for n, word in enumerate(["a", "b", "c"], 1)
    )
    taken = read_questions(
        "q.xml",
        quiz(
            "ordering",
            "<selecttype>RANDOM</selecttype><selectcount>2</selectcount>",
            answers=answers,
        ),
    )
    assert any("shows only some of its lines" in said for said in taken.losses)


def test_credit_that_our_checks_do_not_give_is_named():
    several = "<single>false</single>"
    answers = '<answer fraction="{}"><text>a</text></answer><answer fraction="{}"><text>b</text></answer><answer fraction="{}"><text>c</text></answer>'
    assert moodle(rest=several, answers=answers.format(50, 50, -100))[1] == []
    assert "unequal credit" in moodle(rest=several, answers=answers.format(70, 30, 0))[1][0]
    assert "took credit away" in moodle(answers=answers.format(100, -50, 0))[1][0]


def test_what_could_make_the_scan_slow_does_not():
    deep = '<span lang="en" class="multilang">a' * 20_000
    text, left = moodle(deep)
    assert text.count("a") == 20_000 and any("too many to follow" in said for said in left)
    _, left = moodle("".join(f"<s>{n}</s>" for n in range(20_000)) + "x")
    assert len(left) <= 102 and any("more than can be listed" in said for said in left)
