"""What an author wrote reaches a reader whole, harmless, and with its law as it stood."""

import re
from dataclasses import fields
from datetime import date

import pytest

from courses.actions import publish_version
from courses.blocks import UnitBlocks
from courses.models import Term, UnitPage
from courses.rendering.units import RenderedUnit, draw
from lms.kit.refusals import Refused

EVIL = (
    '<p>Kept</p><script>alert(1)</script><a href="javascript:alert(1)">a</a><img src=x onerror=alert(1)>'
    '<p onclick="x()">b</p>'
)
pytestmark = pytest.mark.django_db


def drawn(*blocks, **fields):
    return draw(UnitPage(title="A unit", body=[*blocks], **fields))


@pytest.mark.parametrize(
    "block",
    [
        ("text", EVIL),
        ("case_study", {"title": EVIL, "content_note": EVIL, "html": EVIL}),
        ("activity", {"title": EVIL, "html": EVIL}),
        ("key_point", {"text": EVIL}),
        ("reflection", {"prompt": EVIL}),
        ("reading", {"title": EVIL, "items": [{"title": EVIL, "source": "javascript:alert(1)"}]}),
        (
            "comparison",
            {
                "title": EVIL,
                "table": {
                    "columns": [
                        {"type": "text", "heading": EVIL},
                        {"type": "text", "heading": EVIL},
                    ],
                    "rows": [{"values": [EVIL, EVIL]}],
                },
            },
        ),
    ],
)
def test_nothing_a_browser_would_run_comes_through(block):
    html = drawn(block).html
    assert "Kept" in html
    for bad in ("<script", 'href="javascript', "<img", "<p onclick"):
        assert bad not in html


def test_the_law_is_cleaned_too_and_a_source_that_is_no_address_is_no_link(provision):
    provision.summary, provision.source = EVIL, "javascript:alert(1)"
    provision.save()
    html = drawn(("provision", {"provision": provision, "note": EVIL})).html
    assert "<script" not in html and "<img" not in html and 'javascript:alert(1)" rel' not in html


def test_a_provision_shows_act_section_nation_state_date_and_source(provision):
    made = drawn(("provision", {"provision": provision, "note": "Ask early."}))
    for words in (
        provision.act,
        "s.8",
        "Scotland",
        "In force",
        "Law as at 21 November 2026",
        provision.source,
        provision.summary,
        "Ask early.",
    ):
        assert words in made.html
    assert made.provisions[0]["as_at"] == "2026-11-21" and made.provisions[0]["state"] == "In force"


def test_law_that_changes_later_does_not_change_what_was_published(provision, make_unit, operator):
    variant = make_unit("U1").variants.get()
    page = UnitPage(title="Unit U1", body=[("provision", {"provision": provision, "note": ""})])
    publish_version(variant, draw(page), by=operator)
    provision.commencement, provision.summary = "not_in_force", "Repealed."
    provision.save()
    kept = variant.versions.get(number=2)
    assert (
        "The Lord Advocate instructs" in kept.html
        and kept.provisions[0]["commencement"] == "in_force"
    )
    assert publish_version(variant, draw(page_again(provision)), by=operator).number == 3


def page_again(provision):
    return UnitPage(title="Unit U1", body=[("provision", {"provision": provision, "note": ""})])


def test_a_unit_whose_law_has_gone_is_not_drawn():
    with pytest.raises(Refused, match="ledger"):
        drawn(("provision", {"provision": None, "note": ""}))


def test_each_cell_of_a_comparison_stands_under_its_own_heading():
    html = drawn(
        (
            "comparison",
            {
                "title": "Floors",
                "table": {
                    "columns": [
                        {"type": "text", "heading": h}
                        for h in ("", "England and Wales", "Scotland")
                    ],
                    "rows": [{"values": ["Support", "30 days", "90 days"]}],
                },
            },
        )
    ).html
    assert '<td data-label="England and Wales">30 days</td>' in html
    assert '<td data-label="Scotland">90 days</td>' in html
    assert '<th scope="row">Support</th>' in html


def test_every_kind_of_block_has_a_drawing_of_its_own():
    for name, block in UnitBlocks().child_blocks.items():
        assert name in ("text", "fill") or block.meta.template.startswith("courses/blocks/")


def test_everything_a_reader_reads_is_under_the_hash():
    """A content note or a law that changed under one hash would have been studied as what it was not."""
    said = {
        "title": "A",
        "html": "<p>x</p>",
        "outcomes": ["Say."],
        "content_note": "",
        "provisions": [{"key": "msa-45"}],
        "review_by": date(2027, 1, 1),
        "parts": [],
    }
    other = {
        "title": "B",
        "html": "<p>y</p>",
        "outcomes": ["Ask."],
        "content_note": "Violence.",
        "provisions": [{"key": "msa-48"}],
        "review_by": date(2027, 1, 2),
        "parts": [{"kind": "html", "id": "a", "html": "x"}],
    }
    assert set(said) == set(other) == {f.name for f in fields(RenderedUnit)} - {"core_revision"}
    assert len(
        {
            RenderedUnit(**said).hash,
            *(RenderedUnit(**said | {name: value}).hash for name, value in other.items()),
        }
    ) == 1 + len(other)


def test_the_same_page_gives_the_same_hash_and_another_title_another():
    one, same, other = (
        drawn(("text", "<p>x</p>")),
        drawn(("text", "<p>x</p>")),
        drawn(("text", "<p>y</p>")),
    )
    assert one.hash == same.hash != other.hash


def test_a_words_way_back_leads_to_a_place_on_the_same_page(db):
    """On the screen a question is asked apart from the text: a word that only it uses has nothing there to lead back to."""
    Term.objects.create(
        key="rg", term="Reasonable grounds", also=[], meaning="The first decision.", nations=[]
    )
    Term.objects.create(
        key="pf", term="Procurator fiscal", meaning="A prosecutor.", also=[], nations=[]
    )
    made = drawn(
        ("reflection", {"prompt": "What are reasonable grounds?"}),
        ("text", "<p>Ask the procurator fiscal.</p>"),
    )
    screen = "".join(part.get("html", "") for part in made.parts)
    for html, words in ((made.html, {"rg", "pf"}), (screen, {"pf"})):
        assert (
            set(re.findall(r'href="#says-(\w+)"', html))
            == set(re.findall(r'id="says-(\w+)"', html))
            == words
        )
        assert (
            set(re.findall(r'href="#term-(\w+)"', html))
            == set(re.findall(r'id="term-(\w+)"', html))
            == words
        )
