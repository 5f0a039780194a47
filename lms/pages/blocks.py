"""Blocks that every kind of page may use; rich text leaves them cleaned, whatever went in."""

from django.utils.safestring import mark_safe
from wagtail import blocks
from wagtail.rich_text import expand_db_html

from lms.kit.clean import clean

FEATURES = [
    "h2",
    "h3",
    "bold",
    "italic",
    "ol",
    "ul",
    "link",
    "blockquote",
    "superscript",
    "subscript",
]


def render_rich_text(source: str):
    """An editor's rich text as it may be shown."""
    return mark_safe(clean(expand_db_html(source or "")))  # noqa: S308 - cleaned


class Words(blocks.RichTextBlock):
    """Rich text with the house's few tags."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, features=FEATURES, **kwargs)

    def render_basic(self, value, context=None):
        return render_rich_text(value.source)

    class Meta:
        icon = "pilcrow"
