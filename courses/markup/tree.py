"""Reads HTML into a tree without losing words, however odd it is; for comparing and exporting."""

import re
import warnings

import html5lib
import lxml.html
from html5lib.constants import DataLossWarning
from lxml import etree

UNREAD = {
    "script",
    "style",
    "template",
    "head",
    "title",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
}
# A unit's title is the h1 of its page, and deeper ranks than h4 have no look of their own.
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
# Elements that end a paragraph and leave nothing else of themselves.
BREAKING = {
    "address",
    "article",
    "aside",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hr",
    "legend",
    "main",
    "nav",
    "option",
    "pre",
    "summary",
}
# Elements that end a paragraph and begin something that a reader sees.
BLOCKS = {
    "blockquote",
    "caption",
    "li",
    "ol",
    "p",
    "section",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    *HEADINGS,
}
# What XML cannot hold: control signs, halves of pairs, and two that are never letters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def tree(html: str):
    """The root of the text, or None where there is none."""
    html = FORBIDDEN.sub(" ", html or "")
    if not html.strip():
        return None
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = lxml.html.document_fromstring(html.encode(), parser=parser)
    except etree.ParserError:
        return None
    if any("depth" in entry.message for entry in parser.error_log):
        # lxml leaves out what is nested too deep; this parser is slow and leaves out nothing.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataLossWarning)
            root = html5lib.parse(html, treebuilder="lxml", namespaceHTMLElements=False).getroot()
    return root


def walk(root):
    """("open", element), ("text", words) and ("close", element) in the order of reading, without recursion."""
    stack = [("open", root)] if root is not None else []
    while stack:
        what, thing = stack.pop()
        if what != "open":
            yield what, thing
            continue
        if thing.tail:
            stack.append(("text", thing.tail))
        if not isinstance(thing.tag, str) or thing.tag in UNREAD:
            continue
        yield what, thing
        stack.append(("close", thing))
        stack += [("open", child) for child in reversed(thing)]
        if thing.text:
            stack.append(("text", thing.text))
