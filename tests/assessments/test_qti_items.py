"""Items of QTI 2.1 and 2.2: what each is, or its name; a hostile package reaches and unfolds nothing."""

import io
import zipfile

import pytest

from assessments.setting.question_files import read_rows
from lms.kit.files import BadFile

SPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"


def item(declaration, body, after="", title="Acts"):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><assessmentItem xmlns="{SPACE}" identifier="i" title="{title}" '
        f'adaptive="false" timeDependent="false">{declaration}<itemBody>{body}</itemBody>{after}</assessmentItem>'
    ).encode()


def declared(*right, many=False, base="identifier", mapping=""):
    cardinality = "multiple" if many else "single"
    values = "".join(f"<value>{value}</value>" for value in right)
    return (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{values}</correctResponse>{mapping}</responseDeclaration>"
    )


def choices(*texts, prompt="<prompt>Which <b>Act</b>?</prompt>", tag="choiceInteraction"):
    rows = "".join(
        f'<simpleChoice identifier="C{n}">{t}</simpleChoice>' for n, t in enumerate(texts)
    )
    return f'<{tag} responseIdentifier="R" shuffle="true" maxChoices="0">{prompt}{rows}</{tag}>'


def typed(around="How many? {} in all."):
    entry = '<textEntryInteraction responseIdentifier="R"/>'
    return f"<p>{around.format(entry)}</p>"


def one(content, name="item.xml"):
    rows, losses = read_rows(name, content)
    assert len(rows) == 1
    return rows[0], losses


def test_choices_are_single_or_several_with_what_was_written_of_each():
    feedback = (
        '<feedbackInline outcomeIdentifier="F" identifier="C1">Not that one.</feedbackInline>'
    )
    row, losses = one(item(declared("C0"), choices("2015 &amp; on", f"1998{feedback}")))
    assert row.facts["kind"] == "single" and row.facts["text"] == "Which Act?"
    assert row.facts["choices"] == [
        {"text": "2015 & on", "is_right": True},
        {"text": "1998", "is_right": False},
    ]
    assert row.facts["why"] == "1998: Not that one." and losses == []
    row, _losses = one(item(declared("C0", "C2", many=True), choices("A", "B", "C")))
    assert row.facts["kind"] == "several"
    assert [c["is_right"] for c in row.facts["choices"]] == [True, False, True]
    row, _losses = one(item(declared("C1"), choices("True", "False")))
    assert row.facts["kind"] == "truth"


def test_pairs_are_matched_and_a_side_that_matches_nothing_is_named():
    def side(letter, *texts):
        rows = (
            f'<simpleAssociableChoice identifier="{letter}{n}" matchMax="1">{text}</simpleAssociableChoice>'
            for n, text in enumerate(texts)
        )
        return "<simpleMatchSet>" + "".join(rows) + "</simpleMatchSet>"

    sides = side("L", "First", "Second") + side("R", "RG", "CG", "Neither")
    body = f'<matchInteraction responseIdentifier="R" shuffle="true">{sides}</matchInteraction><p>Which?</p>'
    row, _losses = one(item(declared("L0 R0", "L1 R1", many=True, base="directedPair"), body))
    assert [(c["text"], c["pair"]) for c in row.facts["choices"]] == [
        ("First", "RG"),
        ("Second", "CG"),
    ]
    assert any("Neither" in note for note in row.notes)
    row, _losses = one(item(declared("L0 R0", "L0 R1", many=True, base="directedPair"), body))
    assert "several matches" in row.fault


def test_what_is_typed_is_words_or_a_number_with_its_tolerance():
    mapping = (
        '<mapping defaultValue="0"><mapEntry mapKey="section 45" mappedValue="1"/>'
        '<mapEntry mapKey="s 4*" mappedValue="1"/><mapEntry mapKey="45" mappedValue="0.5"/></mapping>'
    )
    row, _losses = one(item(declared("s 45", base="string", mapping=mapping), typed()))
    assert row.facts["text"] == "How many? _____ in all."
    assert row.facts["solution"] == {"accept": ["s 45", "section 45", "s 4*"]}
    assert any("“45”" in note for note in row.notes)
    equal = '<responseProcessing><equal toleranceMode="{}" tolerance="{}"/></responseProcessing>'
    number = declared("45", base="float")
    row, _losses = one(item(number, typed("How long? {}"), equal.format("absolute", "0.5 0.5")))
    assert row.facts["solution"] == {"value": "45", "tolerance": "0.5", "unit": ""}
    assert row.facts["text"] == "How long?"
    for mode, off in (("relative", "5 5"), ("absolute", "1 2"), ("absolute", "x x")):
        row, _losses = one(item(number, typed(), equal.format(mode, off)))
        assert row.fault and not row.facts


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (choices("A", "B") + typed(), "2 places to answer"),
        ("<p>Read this.</p>", "0 places to answer"),
        ('<hotspotInteraction responseIdentifier="R"/>', "questions on a picture"),
        (choices("A", tag="orderInteraction"), "without words"),
        (choices("A", "B").replace('"R"', '"Q"'), "does not say what is right"),
        (choices("A"), "fewer than two answers"),
    ],
)
def test_what_a_quiz_cannot_ask_is_named(body, words):
    row, _losses = one(item(declared("C0", "C1"), body))
    assert words in row.fault and not row.facts and "Acts" in row.place


def packed(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_package_is_read_file_by_file_and_what_is_no_item_is_named():
    good = item(declared("C0"), choices("2015", "1998"))
    evil = good.replace(b"?><a", b'?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a')
    files = {
        "imsmanifest.xml": "<manifest/>",
        "a.xml": good,
        "b.xml": evil,
        "c.xml": good[:-20],
        "picture.png": b"x",
        "test.xml": "<assessmentTest/>",
    }
    rows, losses = read_rows("bank.zip", packed(**files))
    assert [bool(row.facts) for row in rows] == [True, False, False]
    assert "(a.xml)" in rows[0].place and "document type" in rows[1].fault
    assert "broken" in rows[2].fault
    assert len(losses) == 2 and "picture.png" in losses[0] and "test.xml" in losses[1]


def test_what_is_no_package_of_items_is_refused_whole():
    good = item(declared("C0"), choices("2015", "1998"))
    evil = good.replace(b"?><a", b'?><!DOCTYPE a [<!ENTITY x "y">]><a')
    for content in (
        packed(**{"word/document.xml": "<w/>"}),
        packed(**{"a.xml": good, "bomb.xml": b" " * 9_000_000}),
        packed(**{f"{n}.xml": b"x" for n in range(601)}),
        packed(**{"a.xml": good})[:60],
        good[:-20],
        evil,
        b"PK\x03\x04",
    ):
        with pytest.raises(BadFile):
            read_rows("bank.zip", content)


def test_credit_of_a_mapping_is_not_dropped_unsaid():
    weights = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{value}"/>'
        for key, value in (("C0", "0.9"), ("C1", "0.1"), ("C2", "-2"))
    )
    mapping = f'<mapping defaultValue="0">{weights}</mapping>'
    row, _losses = one(
        item(declared("C0", "C1", many=True, mapping=mapping), choices("A", "B", "C"))
    )
    assert row.fault or row.notes, "told, or refused by name"


def test_an_item_whose_numbers_are_drawn_is_refused_by_name():
    template = '<templateDeclaration identifier="N" cardinality="single" baseType="integer"/>'
    row, _losses = one(item(declared("C0") + template, choices("A", "B")))
    assert not row.facts and "drawn anew" in row.fault
