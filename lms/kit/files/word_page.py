"""Reads a Word file as a page: paragraphs, headings, lists, tables, notes, bold and italic, as plain HTML that lms.kit.clean lets through.

Pictures, headers, footers and links stay in the file: a word says so where a picture stood. Each paragraph with text has the number
that `mentions` gives it, as its id (“p12”)."""

import re
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _
from lxml import etree

from ..clean import clean_document
from . import docx
from .limits import reading
from .mentions import own_text, short

SECONDS = 8
MOST_CHARACTERS = 3_000_000  # of HTML; a thesis has a tenth
DEEPEST = 12  # tables in tables, and lists in lists
PICTURES = ("drawing", "pict", "object")
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


@dataclass(frozen=True)
class WordPage:
    """`html` is clean; `pictures` and `is_cut` say what it leaves out, and `beginnings` how each numbered paragraph begins."""

    html: str
    beginnings: tuple[str, ...] = ()
    pictures: int = 0
    is_cut: bool = False

    @property
    def paragraphs(self) -> int:
        return len(self.beginnings)


def word_page(content: bytes) -> WordPage:
    """A Word file that was looked into before (lms.kit.files), as a page. Raises BadFile with a sentence."""
    unread = _("This Word file cannot be shown here. Download it to read it.")
    with reading(SECONDS, unread, unread):
        reader = _Reader(content)
        html = reader.whole()
        return WordPage(
            clean_document(html), tuple(reader.beginnings), reader.pictures, reader.is_cut
        )


class _Full(Exception):
    """The page has as many characters as it may."""


class _Reader:
    def __init__(self, content):
        self.parts = docx.parts_of(content)
        self.main = docx.main_part(self.parts)
        self.pictures = self.length = 0
        self.beginnings: list[str] = []
        self.is_cut = False
        self.out: list[str] = []
        self.lists: list[str] = []  # the tags of the lists that are open
        self.notes: list[tuple[str, str]] = []  # (kind, id), as they are met
        self.headings: dict[str, int] = {}
        self.items: dict[str, tuple[str, str]] = {}
        self._read_styles()
        self.bullets = self._bullets()

    # ---- what stands round the text ----
    def _part(self, kind):
        """The part that the main part calls that, if there is one."""
        for found, target, is_outside in docx.relationships(self.parts, self.main):
            name = docx.named(self.parts, docx.resolved(self.main, target))
            if found == kind and name and not is_outside:
                return _root(self.parts[name])
        return None

    def _read_styles(self):
        """By a style's id: the level of a heading, and the (list, level) of an item; a style has what the one below it has."""
        styles, own, above = self._part("styles"), {}, {}
        for style in [] if styles is None else styles.iter(f"{docx.W}style"):
            key, name = _value(style, "styleId"), _child_value(style, "name").casefold()
            above[key] = _child_value(style, "basedOn")
            level = re.fullmatch(r"heading (\d)", name)
            heading = int(level[1]) if level else int(name == "title")
            own[key] = heading, _numbered(style.find(f"{docx.W}pPr"))
        for key in own:
            chain, style = [], key
            while style in own and style not in chain:
                chain.append(style)
                style = above[style]
            self.headings[key] = next((own[one][0] for one in chain if own[one][0]), 0)
            self.items[key] = next((own[one][1] for one in chain if own[one][1][0]), ("", ""))

    def _bullets(self):
        """The lists (id, level) whose items have no numbers."""
        numbering, found, abstract = self._part("numbering"), set(), {}
        if numbering is None:
            return found
        for one in numbering.iter(f"{docx.W}abstractNum"):
            levels = {
                _value(level, "ilvl")
                for level in one.iter(f"{docx.W}lvl")
                if _child_value(level, "numFmt") in ("bullet", "none")
            }
            abstract[_value(one, "abstractNumId")] = levels
        for one in numbering.iter(f"{docx.W}num"):
            levels = abstract.get(_child_value(one, "abstractNumId"), set())
            found |= {(_value(one, "numId"), level) for level in levels}
        return found

    # ---- the page ----
    def whole(self) -> str:
        try:
            body = _root(self.parts[self.main]).find(f"{docx.W}body")
            self._blocks([] if body is None else body)
            self._close_lists(0)
            self._write_notes()
        except _Full:
            self.is_cut = True
            self._close_lists(0)
        return "".join(self.out)

    def _put(self, html):
        self.length += len(html)
        if self.length > MOST_CHARACTERS:
            raise _Full
        self.out.append(html)

    def _blocks(self, children, depth=0):
        for child in children:
            name = _name(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._close_lists(0)
                self._table(child, depth)
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
                self._blocks(child, depth)

    def _table(self, table, depth):
        if depth >= DEEPEST:
            return self._blocks(table.iter(f"{docx.W}p"), depth)
        self._put("<table>")
        for row in table.iterchildren(f"{docx.W}tr", f"{docx.W}sdt"):
            for line in [row] if _name(row) == "tr" else row.iter(f"{docx.W}tr"):
                self._put("<tr>")
                for cell in line.iter(f"{docx.W}tc"):
                    if next(cell.iterancestors(f"{docx.W}tr")) is not line:
                        continue
                    span = _child_value(cell.find(f"{docx.W}tcPr"), "gridSpan")
                    is_wide = span.isascii() and span.isdigit() and 1 < int(span) < 64
                    self._put(f'<td colspan="{int(span)}">' if is_wide else "<td>")
                    self._blocks(cell, depth + 1)
                    self._close_lists(0)
                    self._put("</td>")
                self._put("</tr>")
        self._put("</table>")

    def _paragraph(self, paragraph):
        """A heading, an item of a list or a paragraph; then the text boxes that are fixed to it."""
        properties = paragraph.find(f"{docx.W}pPr")
        words = self._runs(paragraph)
        text, mark = "".join(own_text(paragraph)), ""
        if text.strip():
            self.beginnings.append(short(text))
            mark = f' id="p{len(self.beginnings)}"'
        level = self._level(properties)
        if level:
            self._close_lists(0)
            if words.strip():
                self._put(f"<h{level}{mark}>{words}</h{level}>")
        elif item := self._item(properties):
            self._open_item(*item)
            self._put(f"<li{mark}>{words}")
        elif words.strip():
            self._close_lists(0)
            self._put(f"<p{mark}>{words}</p>")
        for box in paragraph.iter(f"{docx.W}txbxContent"):
            if next(box.iterancestors(f"{docx.W}p"), None) is paragraph:
                self._close_lists(0)
                self._put("<blockquote>")
                self._blocks(box, DEEPEST)
                self._close_lists(0)
                self._put("</blockquote>")

    def _level(self, properties):
        """Of h2 to h6: the page has the number of the script as its first heading. 0 for what is none."""
        if properties is None:
            return 0
        outline = _child_value(properties, "outlineLvl")
        level = self.headings.get(_child_value(properties, "pStyle"), 0)
        if outline.isdigit() and int(outline) < 9:
            level = int(outline) + 1
        return min(level + 1, 6) if level else 0

    def _item(self, properties):
        """(tag, depth) of an item of a list."""
        if properties is None:
            return None
        of_style = self.items.get(_child_value(properties, "pStyle"), ("", ""))
        key, level = (
            mine or theirs for mine, theirs in zip(_numbered(properties), of_style, strict=True)
        )
        level = level or "0"
        if key in ("", "0") or not level.isdigit():
            return None
        return "ul" if (key, level) in self.bullets else "ol", min(int(level), DEEPEST - 1) + 1

    def _open_item(self, tag, depth):
        """Down or up to that depth: a list stands in an item of the list round it, and each list that is open has an item that is."""
        if len(self.lists) >= depth and self.lists[depth - 1] != tag:
            self._close_lists(depth - 1)
        self._close_lists(depth)
        if len(self.lists) == depth:
            self._put("</li>")
        while len(self.lists) < depth:
            self.lists.append(tag)
            self._put(f"<{tag}>" if len(self.lists) == depth else f"<{tag}><li>")

    def _close_lists(self, depth):
        while len(self.lists) > depth:
            self.out.append(f"</li></{self.lists.pop()}>")

    # ---- the words of a paragraph ----
    def _runs(self, element, depth=0) -> str:
        found = []
        for child in element:
            name = _name(child)
            if name == "r":
                found.append(self._run(child))
            elif name in ("oMath", "oMathPara"):
                found.append(escape("".join(t.text or "" for t in child.iter("{*}t"))))
            elif name not in ("pPr", "del", "moveFrom", "txbxContent", "") and depth < 40:
                found.append(self._runs(child, depth + 1))
        return "".join(found)

    def _run(self, run) -> str:
        properties = run.find(f"{docx.W}rPr")
        if _is_on(properties, "vanish"):
            return ""
        words = "".join(map(self._piece, run))
        if not words.strip():
            return words
        for name, tag in (("b", "strong"), ("i", "em")):
            if _is_on(properties, name):
                words = f"<{tag}>{words}</{tag}>"
        raised = {"superscript": "sup", "subscript": "sub"}.get(
            "" if properties is None else _child_value(properties, "vertAlign")
        )
        return f"<{raised}>{words}</{raised}>" if raised else words

    def _piece(self, piece) -> str:
        name = _name(piece)
        if name == "t":
            return escape(piece.text or "")
        if name in NOTES:
            key = (NOTES[name], _value(piece, "id"))
            self.notes.append(key)
            number = len(self.notes)
            return f'<sup><a href="#note-{number}">{number}</a></sup>'
        if name in ("br", "cr"):
            return "<br>" if _value(piece, "type") != "page" else " "
        if name == "AlternateContent":
            return "".join(self._piece(one) for choice in piece for one in choice)
        if name in PICTURES and (
            name == "object" or any(_name(e) in ("blip", "imagedata") for e in piece.iter())
        ):
            self.pictures += 1
            return f"<em>[{escape(_('Picture: download the file to see it'))}]</em>"
        return {"tab": " ", "noBreakHyphen": "‑", "sym": " "}.get(name, "")

    def _write_notes(self):
        """What footnotes and endnotes say, in the order in which they are met."""
        if not self.notes:
            return
        texts = {}
        for kind in NOTES.values():
            part = self._part(kind)
            for note in [] if part is None else part:
                texts[kind, _value(note, "id")] = note
        self._put(f"<h2>{escape(_('Notes'))}</h2><ol>")
        for number, key in enumerate(list(self.notes), start=1):
            note = texts.get(key)
            lines = [] if note is None else [self._runs(p) for p in note.iter(f"{docx.W}p")]
            self._put(f'<li id="note-{number}">{"<br>".join(lines)}</li>')
        self._put("</ol>")


def _root(content):
    root = etree.fromstring(docx.usual(content), etree.XMLParser(**docx.SAFE_PARSER))
    for fallback in list(root.iter(FALLBACK)):
        fallback.getparent().remove(fallback)  # the same again, for old programs
    return root


def _name(element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _value(element, name) -> str:
    return element.get(f"{docx.W}{name}", "")


def _child_value(element, name) -> str:
    child = None if element is None else element.find(f"{docx.W}{name}")
    return "" if child is None else _value(child, "val")


def _numbered(properties) -> tuple[str, str]:
    """(id of the list, level) that the properties of a paragraph name."""
    found = None if properties is None else properties.find(f"{docx.W}numPr")
    return _child_value(found, "numId"), _child_value(found, "ilvl")


def _is_on(properties, name) -> bool:
    """A switch of a run: there, and not turned off."""
    child = None if properties is None else properties.find(f"{docx.W}{name}")
    return child is not None and _value(child, "val") not in ("0", "false", "off", "none")
