"""What stops a unit before it is reviewed: what would shut somebody out, mislead them, or break in their hands."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from courses.authoring.validation import LONGEST, ValidationFailed, faults, insist_valid
from courses.models import CorePage, Unit, UnitPage, Variant
from lms.kit import clock, nations
from lms.kit.refusals import Refused

pytestmark = pytest.mark.django_db

SOURCES = (
    "reading",
    {"title": "Sources", "items": [{"title": "The Act", "source": "https://law.example/act"}]},
)


@pytest.fixture
def make_page(module):
    unit = Unit.objects.create(module=module, code="S1", title="Sound", order=1)
    variant = Variant.objects.create(unit=unit, key="all", nations=nations.ALL)

    def make(*blocks, sources=True, **fields):
        stream = [
            {"type": kind, "value": value, "id": f"b{n}"}
            for n, (kind, value) in enumerate([*blocks, *([SOURCES] * sources)])
        ]
        return UnitPage(
            **{
                "title": "Sound",
                "variant": variant,
                "outcomes": "Say it",
                "review_by": clock.today() + timedelta(days=90),
                "body": json.dumps(stream),
                **fields,
            }
        )

    return make


def said(page, core=None):
    return [fault.words for fault in faults(page, core)]


def text(html):
    return ("text", html)


def test_a_sound_page_has_no_faults(make_page, provision):
    page = make_page(
        text(
            "<h2>One</h2><p>Words, <a href='https://a.example/'>the guidance</a>.</p><h3>Two</h3><h2>Three</h2><p>Words</p>"
        ),
        ("case_study", {"title": "A case", "content_note": "Hard.", "html": "<p>It was.</p>"}),
        ("provision", {"provision": provision.pk, "note": ""}),
        ("poll", {"question": "Which?", "options": ["A", "B"]}),
    )
    assert faults(page) == []
    insist_valid(page)


@pytest.mark.parametrize(
    "html, words",
    [
        ("<h2>One</h2><h4>Deep</h4><p>x</p>", "a level too deep"),
        ("<h2>One</h2><h3> </h3><p>x</p>", "heading is empty"),
        ("<p>See <a href='https://a.example/'>here</a></p>", "do not say where it leads"),
        ("<p>See <a href='https://a.example/'>Click here.</a></p>", "do not say where it leads"),
        ("<p><a href='https://a.example/x'>https://a.example/x</a></p>", "bare address"),
        ("<p>x <a href='https://a.example/'></a></p>", "no words"),
        ("<p><a href=''>The guidance</a></p>", "leads nowhere"),
        ("<p><a>The guidance</a></p>", "leads nowhere"),
        ("<p><a href='javascript:alert(1)'>The guidance</a></p>", "run by a browser"),
        ("<p><a href=' Java\nScript:alert(1)'>The guidance</a></p>", "run by a browser"),
        ("<p><a href='data:text/html,x'>The guidance</a></p>", "run by a browser"),
        ("<p>x</p><img src='data:image/png;base64,AAAA'>", "run by a browser"),
        ("<p> </p>", "no words in it"),
        ("<p><a href='https://a.example/'>never closed and <b>broken", ""),
    ],
)
def test_text(make_page, html, words):
    found = said(make_page(text(html)))
    assert any(words in line for line in found) if words else found == []


def test_headings_go_on_from_block_to_block(make_page):
    assert said(make_page(text("<h2>One</h2>x"), text("<h3>Two</h3>x"))) == []
    assert "too deep" in said(make_page(text("<h3>One</h3>x"), sources=True))[0]


@pytest.mark.parametrize(
    "alt, words",
    [
        ("", "Say in words"),
        ("map", "name of the file"),
        ("test.png", "name of the file"),
        ("IMG_0042.JPG", "name of the file"),
        ("Image of a map", "Leave out"),
        ("A photo of a map", "Leave out"),
        ("The four nations and their helplines", None),
    ],
)
def test_a_picture_says_what_it_shows(make_page, alt, words):
    image = get_image_model().objects.create(title="map", file=get_test_image_file())
    found = said(
        make_page(text("<p>x</p>"), ("picture", {"file": image.pk, "alt": alt, "caption": ""}))
    )
    assert words in found[0] if words else found == []


def test_film_and_sound_can_be_read(make_page):
    def file(name):
        return get_document_model().objects.create(title=name, file=ContentFile(b"x", name=name)).pk

    film, captions, sound = file("a.mp4"), file("a.vtt"), file("a.mp3")
    good = {
        "title": "Film",
        "file": film,
        "captions": captions,
        "transcript": "<p>What is said.</p>",
    }
    assert said(make_page(("video", good))) == []
    assert "no captions" in said(make_page(("video", {**good, "captions": None})))[0]
    assert "not a captions file" in said(make_page(("video", {**good, "captions": sound})))[0]
    assert "no transcript" in said(make_page(("video", {**good, "transcript": "<p></p>"})))[0]
    assert (
        "no transcript"
        in said(make_page(("audio", {"title": "Talk", "file": sound, "transcript": ""})))[0]
    )
    assert (
        "no longer there"
        in said(make_page(("audio", {"title": "Talk", "file": 999, "transcript": "<p>x</p>"})))[0]
    )


@pytest.mark.parametrize(
    "headings, rows, words",
    [
        (["", "England", "Scotland"], [["Age", "18", "16"]], None),
        (["", "England", ""], [["Age", "18", "16"]], "no heading"),
        (["", "England", "Scotland"], [["Age", "18"]], "more or fewer cells"),
        (["", "England", "Scotland"], [["", "18", "16"]], "first cell is empty"),
    ],
)
def test_a_table_can_be_heard(make_page, headings, rows, words):
    table = {
        "columns": [{"type": "text", "heading": h} for h in headings],
        "rows": [{"values": r} for r in rows],
        "caption": "",
    }
    found = said(make_page(text("<p>x</p>"), ("comparison", {"title": "Ages", "table": table})))
    assert words in found[0] if words else found == []


def test_what_a_unit_needs_around_its_text(make_page):
    page = make_page(text("<p>x</p>"), outcomes=" ", review_by=None)
    page.variant.unit.needs = ["read", "check"]
    found = "\n".join(said(page))
    for words in (
        "at least one outcome",
        "someone reads its law again",
        "completed by its knowledge checks",
    ):
        assert words in found
    check = (
        "choice_check",
        {
            "text": "Which?",
            "why": "",
            "options": [
                {"text": "This", "right": True, "why": "Yes"},
                {"text": "That", "right": False, "why": "No"},
            ],
        },
    )
    assert "completed by" not in "\n".join(said(make_page(check)))
    assert any("nothing to read" in words for words in said(make_page(sources=False)))


def test_a_question_that_cannot_be_asked_stops(make_page):
    check = (
        "choice_check",
        {
            "text": "",
            "why": "",
            "options": [
                {"type": "item", "value": {"text": "A", "right": False, "why": ""}, "id": "x"}
            ],
        },
    )
    found = said(make_page(check))
    assert any("asks nothing" in w for w in found) and any(
        "No answer is marked" in w for w in found
    )
    assert any(
        "at least two answers" in w
        for w in said(make_page(("poll", {"question": "Q", "options": ["A", " "]})))
    )


def test_warnings_do_not_stop(make_page, provision):
    provision.review_by = date(2020, 1, 1)
    provision.save()
    page = make_page(
        ("case_study", {"title": "A case", "content_note": "", "html": "<p>It was.</p>"}),
        ("provision", {"provision": provision.pk, "note": ""}),
        sources=False,
        review_by=date(2020, 1, 1),
    )
    found = "\n".join(said(page))
    for words in ("no content note", "no reading list", "was due on 1 January 2020"):
        assert words in found
    assert not any(fault.stops for fault in faults(page))


def test_gaps_and_fills(make_page, module):
    core = CorePage(
        title="Core",
        unit=Unit.objects.create(module=module, code="C", title="C", order=9),
        body=json.dumps(
            [
                {"type": "text", "value": "<p>All</p>", "id": "1"},
                {"type": "gap", "value": {"name": "age", "label": "Who is a child"}, "id": "2"},
            ]
        ),
    )
    fill = ("fill", {"gap": "age"})
    assert said(make_page(fill, text("<p>18</p>")), core) == []
    assert "Nothing here fills the gap “age”" in said(make_page(text("<p>x</p>")), core)[0]
    assert any(
        "Nothing here fills" in w
        for w in said(make_page(text("<p>x</p>"), fill, sources=False), core)
    )
    assert any(
        "no gap called “other”" in w
        for w in said(
            make_page(fill, text("<p>18</p>"), ("fill", {"gap": "other"}), text("<p>x</p>")), core
        )
    )
    assert any("no gap called “age”" in w for w in said(make_page(fill, text("<p>18</p>"))))
    core.body = json.dumps(
        [{"type": "gap", "value": {"name": "age", "label": "A"}, "id": n} for n in "12"]
    )
    assert any("Two gaps" in w for w in said(core))


def test_a_megabyte_of_text_is_refused_with_one_sentence(make_page):
    page = make_page(text(f"<p>{'word ' * (LONGEST // 5)}</p>"))
    assert len(faults(page)) == 1 and "Make two units of it" in said(page)[0]
    with pytest.raises(ValidationFailed) as refusal:
        insist_valid(page)
    assert isinstance(refusal.value, Refused) and "draft is kept" in str(refusal.value)


def test_a_row_that_is_gone_is_named(make_page):
    assert (
        "no longer in the ledger"
        in said(make_page(("provision", {"provision": 999, "note": ""})))[0]
    )
    assert (
        "no longer in the glossary"
        in said(make_page(("glossary", {"title": "Words", "terms": [999]})))[0]
    )
    assert (
        "no longer in the list"
        in said(make_page(("contacts", {"title": "Who", "contacts": [999]})))[0]
    )
