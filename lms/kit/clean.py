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


def plain(html: str) -> str:
    """The words alone."""
    return " ".join(nh3.clean((html or "").replace("<", " <"), tags=set()).split())
