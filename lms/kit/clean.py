"""Makes text from editors and learners safe to show; the only place that imports bleach or nh3."""

import bleach
import nh3

TAGS = {
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "b",
    "i",
    "a",
    "br",
    "blockquote",
    "sup",
    "sub",
}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"http", "https", "mailto", "tel"}


def clean(html: str) -> str:
    """`html` with only the house's tags. bleach is no longer maintained and reads digits after a
    colon as a port (javascript:1 passes), so nh3 has the last word."""
    once = bleach.clean(
        html or "",
        tags=TAGS,
        attributes={k: list(v) for k, v in ATTRIBUTES.items()},
        protocols=SCHEMES,
        strip=True,
    )
    return nh3.clean(once, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)


# A piece of work as a page: its own headings, tables and places to jump to; no link leads out.
DOCUMENT_TAGS = TAGS | {"h5", "h6", "table", "tbody", "tr", "td"}
DOCUMENT_ATTRIBUTES = {
    "a": {"href"},
    "td": {"colspan"},
    **dict.fromkeys(("p", "li", "h2", "h3", "h4", "h5", "h6"), {"id"}),
}


def clean_document(html: str) -> str:
    """`html` of a file that somebody handed in, read by lms.kit.files.word_page: an address is a place in the page, or is gone."""
    return nh3.clean(
        html,
        tags=DOCUMENT_TAGS,
        attributes=DOCUMENT_ATTRIBUTES,
        attribute_filter=_only_here,
        url_schemes=set(),
        link_rel=None,
    )


def _only_here(tag, name, value):
    return None if name == "href" and not value.startswith("#note-") else value


def plain(html: str) -> str:
    """The words alone."""
    return " ".join(nh3.clean((html or "").replace("<", " <"), tags=set()).split())
