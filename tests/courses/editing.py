"""A published unit on its own small tree, and forms as Wagtail's editor sends them."""

from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

import courses.demonstration as demonstration
from courses.actions.editor_access import open_editor
from courses.models import ModulePage, ProgrammePage, Unit, UnitPage, Variant
from lms.kit import nations
from lms.pages.actions import lay_pages

RICH = """
<h2>Start</h2>
<p>With <strong>the</strong> <em>person</em> &amp; “words”, <a href="https://a.example/">the first step</a>.</p>
<ul>
<li>one</li>
<li>two</li>
</ul>
"""
TEXT = {
    "title": "What an IMSA is",
    "outcomes": ["Say it", "Show it"],
    "content_note": "A hard unit.",
    "review_by": "2027-02-21",
    "block": [
        {"kind": "text", "html": RICH},
        {"kind": "key_point", "text": "Ask first."},
        {"kind": "case_study", "title": "A case", "content_note": "Invented.", "html": RICH},
        {"kind": "provision", "provision": "hte2015-s8", "note": "Mind this."},
        {"kind": "activity", "title": "Try", "html": "<p>Write.</p>"},
        {"kind": "reflection", "prompt": "What would you say?"},
        {
            "kind": "reading",
            "title": "Sources",
            "items": [{"title": "One", "source": "https://one.example/"}],
        },
    ],
}


def published_page(module, provision, operator):
    """One published unit on its own small tree, and the editor open to whoever holds a role."""
    unit = Unit.objects.create(module=module, code="701-1", title="What an IMSA is", order=1)
    variant = Variant.objects.create(unit=unit, key="all", nations=nations.ALL)
    home = lay_pages(by=operator)
    above = demonstration.page_for(
        home, ProgrammePage, "programme", module.programme, "PGC", slug="programme"
    )
    above = demonstration.page_for(above, ModulePage, "module", module, "M1", slug="m1")
    demonstration.load_page(
        above, variant, TEXT, demonstration.Ledger({provision.key: provision}), by=operator
    )
    open_editor(by=operator)
    return UnitPage.objects.get()


def form_for(page, *blocks, **fields):
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "variant": page.variant_id,
            "outcomes": page.outcomes,
            "content_note": page.content_note,
            "review_by": page.review_by,
            "body": streamfield(blocks),
            "comments": {
                "TOTAL_FORMS": 0,
                "INITIAL_FORMS": 0,
                "MIN_NUM_FORMS": 0,
                "MAX_NUM_FORMS": "",
            },
            "seo_title": "",
            "search_description": "",
            "go_live_at": "",
            "expire_at": "",
            **(fields or {"action-publish": "1"}),
        }
    )


def blocks_of(page):
    """The page's own blocks, as the editor would send them back."""
    return [(b.block_type, sent(b.block_type, b.value)) for b in page.body]


def sent(kind, value):
    if kind == "text":
        return rich_text(value.source, features=demonstration.FEATURES)
    if kind == "provision":
        return {"provision": value["provision"].pk, "note": value["note"]}
    if kind == "reading":
        items = [
            {"value": dict(i), "order": str(n), "deleted": "", "id": ""}
            for n, i in enumerate(value["items"])
        ]
        return {
            "title": value["title"],
            "items": {"count": len(items), **{str(n): i for n, i in enumerate(items)}},
        }
    return {name: sent("text", part) if name == "html" else part for name, part in value.items()}


def keys_of(page):
    """The blocks' own keys, which the editor sends back too."""
    return {f"body-{n}-id": b.id for n, b in enumerate(page.body)}


def address(page):
    return f"/admin/pages/{page.pk}/edit/"
