"""Rebuilds a unit's HTML with a few tags that an EPUB and a printed page both understand; keeps every word."""

import re
from urllib.parse import quote

from lxml import etree

from .tree import BREAKING, FORBIDDEN, HEADINGS, tree, walk

INLINE = {
    "strong": "strong",
    "b": "strong",
    "em": "em",
    "i": "em",
    "cite": "em",
    "dfn": "em",
    "sup": "sup",
    "sub": "sub",
    "a": "a",
    "span": "span",
    "code": "code",
}
CLASSES = {
    "provision",
    "provision__head",
    "provision__act",
    "provision__section",
    "provision__foot",
    "chip",
    "tag",
    "key-point",
    "case",
    "activity",
    "reflection",
    "comparison",
    "sources",
    "quiet",
    "vh",
}
HOLDS_WORDS = {"p", "li", "td", "th", "caption", "h2", "h3", "h4", *INLINE.values()}
ENDS_WITH_A_BLOCK = {"p", "caption", "h2", "h3", "h4", *INLINE.values()}
WALLS = {"table", "td", "th", "section", "blockquote", "div"}
DEEPEST = 24  # elements inside each other; what is deeper is taken apart, its words stay
FOLLOWABLE = re.compile(r"(https?://[^/?#:@]+[^/?#]*([/?#]|$)|mailto:.|tel:.)", re.I)
BACK = "#says-"  # the glossary's way back to where a word stands: a book has pages for that
ELSEWHERE = {"video": "[A video, in the unit online]", "audio": "[A recording, in the unit online]"}


def rebuilt(html: str):
    """A `div` element with the text; each of its h2 has an id (`part-1`, `part-2`, ...)."""
    builder, way_back = _Builder(), None
    for what, thing in walk(tree(html)):
        if way_back is not None:
            way_back = None if what == "close" and thing is way_back else way_back
        elif what == "open" and thing.tag == "a" and (thing.get("href") or "").startswith(BACK):
            way_back = thing
        elif what == "text":
            builder.words(thing)
        elif what == "open":
            builder.begin(thing)
        else:
            builder.end(thing)
    root = builder.root
    for element in reversed(
        list(
            root.iter(
                "p",
                "li",
                "ul",
                "ol",
                "tr",
                "tbody",
                "thead",
                "table",
                "section",
                "blockquote",
                "h2",
                "h3",
                "h4",
                "caption",
                *INLINE.values(),
            )
        )
    ):
        if not len(element) and not (element.text or "").strip():
            _drop(element)
    for n, heading in enumerate(root.iter("h2"), 1):
        heading.set("id", f"part-{n}")
    return root


def words_of(element) -> str:
    return " ".join("".join(element.itertext()).split())


class _Builder:
    def __init__(self):
        self.root = etree.Element("div")
        self.stack, self.made = [self.root], {}

    @property
    def top(self):
        return self.stack[-1].tag

    def push(self, tag, **attributes):
        self.stack.append(etree.SubElement(self.stack[-1], tag, **attributes))
        return self.stack[-1]

    def pop_to(self, element):
        if any(one is element for one in self.stack):
            while self.stack[-1] is not element:
                self.stack.pop()

    def nearest(self, *tags):
        """The open element with one of these tags, on this side of the next wall."""
        for element in reversed(self.stack):
            if element.tag in tags:
                return element
            if element.tag in WALLS:
                return None
        return None

    def end_paragraph(self):
        while self.top in ENDS_WITH_A_BLOCK:
            self.stack.pop()

    def make_room(self):
        """Stand where a block may stand."""
        self.end_paragraph()
        if self.top in ("ul", "ol"):
            self.push("li")
        if self.top == "table":
            self.push("tbody")
        if self.top in ("tbody", "thead"):
            self.push("tr")
        if self.top == "tr":
            self.push("td")

    def words(self, text):
        text = FORBIDDEN.sub(" ", text)
        if self.top not in HOLDS_WORDS:
            if not text.strip():
                return
            self.make_room()
            if self.top not in HOLDS_WORDS:
                self.push("p")
        here = self.stack[-1]
        if len(here):
            here[-1].tail = (here[-1].tail or "") + text
        else:
            here.text = (here.text or "") + text

    def begin(self, element):
        tag = element.tag
        made = None
        in_table = any(one.tag == "table" for one in self.stack)
        if tag in INLINE and len(self.stack) <= 2 * DEEPEST:
            made = self.begin_inline(element, INLINE[tag])
        elif tag in HEADINGS or tag == "p":
            self.make_room()
            made = self.push(HEADINGS.get(tag, "p"), **_attributes_of(element))
        elif len(self.stack) > DEEPEST and tag in ("ul", "ol", "blockquote", "section", "table"):
            self.end_paragraph()
        elif tag in ("ul", "ol", "blockquote", "section") or (tag == "table" and not in_table):
            self.make_room()
            made = self.push(tag, **_attributes_of(element))
        elif tag == "li":
            into = self.nearest("ul", "ol")
            if into is None:
                self.make_room()
                into = self.push("ul")
            self.pop_to(into)
            made = self.push("li")
        elif tag in ("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"):
            made = self.begin_table_part(element, tag)
        elif tag == "dt":
            self.make_room()
            made = self.push("p")
            self.push("strong")
        elif tag in BREAKING:
            self.end_paragraph()
        elif tag == "br":
            if self.top in HOLDS_WORDS:
                etree.SubElement(self.stack[-1], "br")
        elif tag == "img" and (element.get("alt") or "").strip():
            self.words(f" [Picture: {element.get('alt').strip()}] ")
        elif tag in ELSEWHERE:
            self.words(f" {ELSEWHERE[tag]} ")
        if made is not None:
            self.made[element] = made

    def begin_inline(self, element, tag):
        attributes = _attributes_of(element)
        if tag == "a":
            address = _address(element.get("href") or "")
            if not address or self.nearest("a") is not None:
                return None
            attributes = {"href": address}
        elif tag == "span" and not attributes:
            return None
        if self.top not in HOLDS_WORDS:
            self.make_room()
            if self.top not in HOLDS_WORDS:
                self.push("p")
        return self.push(tag, **attributes)

    def begin_table_part(self, element, tag):
        # A table inside a cell is taken apart: its words stay in the cell.
        around = next(element.iterancestors("table"), None)
        table = self.made.get(around) if around is not None else None
        if table is None or tag == "table":
            if self.top in HOLDS_WORDS:
                self.words(" ")
            return None
        if tag == "caption":
            self.pop_to(table)
            return None if len(table) else self.push("caption")
        if tag in ("thead", "tbody", "tfoot"):
            self.pop_to(table)
            return self.push(
                "thead"
                if tag == "thead" and not table.findall("tbody") and not table.findall("thead")
                else "tbody"
            )
        body = next(
            (one for one in reversed(self.stack) if one.tag in ("tbody", "thead", "table")), table
        )
        if tag == "tr":
            self.pop_to(body)
            if body is table:
                self.push("tbody")
            return self.push("tr")
        row = next((one for one in reversed(self.stack) if one.tag in ("tr", "table")), table)
        self.pop_to(row)
        if row is table:
            self.push("tbody")
            self.push("tr")
        return self.push(tag, **_attributes_of(element))

    def end(self, element):
        made = self.made.pop(element, None)
        if made is not None and any(one is made for one in self.stack):
            self.pop_to(made)
            self.stack.pop()
        elif element.tag in BREAKING:
            self.end_paragraph()


def _address(href) -> str:
    """The address as every reader understands it, or nothing where it is none that can be followed."""
    href = re.sub("%(?![0-9a-fA-F]{2})", "%25", FORBIDDEN.sub("", href).strip())
    href = quote(href, safe="%/:?#@!$&'()*+,;=~")
    return href if FOLLOWABLE.match(href) else ""


def _attributes_of(element) -> dict:
    attributes = {}
    classes = [one for one in (element.get("class") or "").split() if one in CLASSES]
    if classes:
        attributes["class"] = " ".join(classes)
    if element.tag == "th" and element.get("scope") in ("row", "col"):
        attributes["scope"] = element.get("scope")
    for name in ("colspan", "rowspan"):
        if element.tag in ("td", "th") and (element.get(name) or "") in (
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "8",
        ):
            attributes[name] = element.get(name)
    return attributes


def _drop(element):
    """Take an empty element away; the words after it stay."""
    before, parent = element.getprevious(), element.getparent()
    if parent is None or element.tag in ("td", "th"):
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    element.tail = None
    parent.remove(element)
