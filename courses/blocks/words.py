"""Blocks to read; law is chosen from the ledger, never typed."""

from django.utils.html import format_html, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from lms.kit.refusals import Refused
from lms.pages.blocks import Words, render_rich_text

from ..states import Commencement

TONES = {
    Commencement.IN_FORCE: "good",
    Commencement.PARTLY: "care",
    Commencement.NOT_IN_FORCE: "care",
    Commencement.BILL: "wait",
    Commencement.UNCONFIRMED: "wait",
}


def is_followable(address: str) -> bool:
    """Is it a web address a reader can follow, and nothing that a browser would run?"""
    return (address or "").lower().startswith(("https://", "http://"))


class KeyPoint(blocks.StructBlock):
    text = blocks.TextBlock(rows=2)

    class Meta:
        icon = "pick"
        template = "courses/blocks/key_point.html"


class TitledText(blocks.StructBlock):
    """A block with a title and rich text."""

    title = blocks.CharBlock()
    html = Words(label=gettext_lazy("Text"))

    def get_context(self, value, parent_context=None):
        return {
            **super().get_context(value, parent_context),
            "html": render_rich_text(value["html"].source),
        }


class Law(blocks.StructBlock):
    """A provision from the ledger, as it stood when the unit was published."""

    provision = SnippetChooserBlock("courses.Provision")
    note = blocks.TextBlock(
        required=False, rows=2, help_text=gettext_lazy("What it means for an advocate.")
    )

    def get_context(self, value, parent_context=None):
        law = value["provision"]
        if law is None:
            raise Refused(
                _(
                    "A provision in this unit is no longer in the ledger. Choose it again, then publish."
                )
            )
        note = value["note"] and format_html(
            _("<p><strong>What this means for you:</strong> {}</p>"), value["note"]
        )
        summary = mark_safe(linebreaks(law.summary, autoescape=True))  # noqa: S308 - escaped
        body = format_html("<p><strong>{}</strong></p>{}{}", law.title, summary, note)
        return {
            **super().get_context(value, parent_context),
            "law": law,
            "body": body,
            "tone": TONES[law.commencement],
            "source": law.source if is_followable(law.source) else "",
        }

    class Meta:
        icon = "link"
        template = "courses/blocks/provision.html"


class RightOfLaw(blocks.StructBlock):
    """One right, by the provision that gives it and its key there."""

    provision = SnippetChooserBlock("courses.Provision")
    key = blocks.RegexBlock(
        regex=r"^[a-z0-9-]{1,60}$",
        error_messages={"invalid": gettext_lazy("Use small letters, digits and hyphens.")},
        help_text=gettext_lazy("The key of the right, as the provision's page shows it."),
    )


class Rights(blocks.StructBlock):
    """What somebody can do, who, how and by when: rights from the ledger, as they stood when the unit was published."""

    title = blocks.CharBlock(default="What can be done, and by when")
    rights = blocks.ListBlock(RightOfLaw(), min_num=1)

    def get_context(self, value, parent_context=None):
        return {
            **super().get_context(value, parent_context),
            "rights": [find_right(line["provision"], line["key"]) for line in value["rights"]],
        }

    class Meta:
        icon = "date"
        template = "courses/blocks/rights.html"


def find_right(law, key) -> dict:
    """The right with the provision that gives it. Raises Refused where it is no longer there."""
    right = next((one for one in law.rights if one["key"] == key), None) if law else None
    if right is None:
        raise Refused(
            _("The right “%(key)s” is no longer in the ledger. Choose it again, then publish.")
            % {"key": key}
        )
    return {**right, "law": law, "source": law.source if is_followable(law.source) else ""}


class Comparison(blocks.StructBlock):
    """A table; the first cell of a row says what the row is about."""

    title = blocks.CharBlock()
    table = TypedTableBlock([("text", blocks.TextBlock(required=False, rows=2))])

    def get_context(self, value, parent_context=None):
        headings = [column["heading"] for column in value["table"].columns]
        rows = [list(zip(headings, row["values"], strict=True)) for row in value["table"].row_data]
        return {**super().get_context(value, parent_context), "headings": headings, "rows": rows}

    class Meta:
        icon = "table"
        template = "courses/blocks/comparison.html"


class Source(blocks.StructBlock):
    title = blocks.CharBlock()
    source = blocks.URLBlock()


class Reading(blocks.StructBlock):
    title = blocks.CharBlock(default="Sources")
    items = blocks.ListBlock(Source())

    def get_context(self, value, parent_context=None):
        items = [
            {"title": i["title"], "source": is_followable(i["source"]) and i["source"]}
            for i in value["items"]
        ]
        return {**super().get_context(value, parent_context), "items": items}

    class Meta:
        icon = "list-ul"
        template = "courses/blocks/reading.html"


class Terms(blocks.StructBlock):
    """Words of the glossary, set out where they are first needed."""

    title = blocks.CharBlock(default="Words to know")
    terms = blocks.ListBlock(SnippetChooserBlock("courses.Term"))

    class Meta:
        icon = "openquote"
        template = "courses/blocks/terms.html"


class Contacts(blocks.StructBlock):
    """Helplines from the ledger of contacts, as they stood when the unit was published."""

    title = blocks.CharBlock(default="Who to turn to")
    contacts = blocks.ListBlock(SnippetChooserBlock("courses.Helpline"))

    def get_context(self, value, parent_context=None):
        if any(line is None for line in value["contacts"]):
            raise Refused(
                _("A contact in this unit is no longer in the list. Choose it again, then publish.")
            )
        return super().get_context(value, parent_context)

    class Meta:
        icon = "group"
        template = "courses/blocks/contacts.html"
