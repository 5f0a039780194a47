"""OpenDocument texts (.odt) and presentations (.odp): looked into, and read as blocks for the markers' copy (`plain_word`).

What is read is named here; every other element is left out with what is inside: comments, deleted words, fields that show an author, a user, a sender or a file, headers and footers."""

import re

from django.utils.translation import gettext as _
from lxml import etree

from . import docx, packages, plain_word
from .limits import BadFile
from .plain_word import Block, Note, Picture, Table, Words

TYPES = {
    "odt": "application/vnd.oasis.opendocument.text",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, DRAW, OFFICE, STYLE, SVG = (
    f"{{{SPACE}{name}:1.0}}"
    for name in ("text", "table", "drawing", "office", "style", "svg-compatible")
)
FO = f"{{{SPACE}xsl-fo-compatible:1.0}}"
PRESENTATION = f"{{{SPACE}presentation:1.0}}"
XLINK = "{http://www.w3.org/1999/xlink}"
# Words inside these are words of the work.
INSIDE = frozenset(
    "span a ruby ruby-base meta meta-field sequence sequence-ref bookmark-ref reference-ref note-ref bibliography-mark title subject chapter page-number text-input date time variable-set variable-get".split()
)
# Blocks inside these are blocks of the work.
AROUND = frozenset(
    "section index-body index-title table-of-content illustration-index table-index bibliography alphabetical-index user-index object-index numbered-paragraph".split()
)
NOT_SHOWN = {"header", "footer", "date-time", "page-number"}
EMU = {"cm": 360_000, "mm": 36_000, "in": 914_400, "pt": 12_700, "pc": 152_400, "px": 9_525}
LENGTH = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,6})?)([a-z]{2})")
DEEPEST = 40


def begins_at(content: bytes) -> int:
    return docx.begins_at(content)


def bodies(content: bytes):
    return packages.parts_of(content).values()


def look(content: bytes):
    """Raise BadFile unless this is an unlocked, whole OpenDocument text or presentation without macros."""
    parts = packages.parts_of(content)
    if parts.get("mimetype", b"").strip().decode("ascii", "replace") not in TYPES.values():
        raise BadFile(_(packages.DAMAGED))
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise BadFile(_(packages.LOCKED))
    if "content.xml" not in parts:
        raise BadFile(_(packages.DAMAGED))
    if any(
        name.startswith("Scripts/")
        or name.startswith("Basic/")
        and not name.endswith(("script-lb.xml", "script-lc.xml"))
        for name in parts
    ):
        raise BadFile(_(packages.MACROS))
    packages.look_through(
        {name: body for name, body in parts.items() if not name.startswith("Basic/")}
    )


def kind_of(content: bytes) -> str:
    """“odt” or “odp”, by what the file says of itself; “” for neither."""
    said = packages.parts_of(content).get("mimetype", b"").strip().decode("ascii", "replace")
    return next((kind for kind, name in TYPES.items() if name == said), "")


def without_properties(content: bytes) -> bytes:
    """The markers' copy: a Word file with the words, tables, notes and pictures. Raises BadFile."""
    return plain_word.write_word(_Reader(packages.parts_of(content)).whole())


class _Reader:
    def __init__(self, parts):
        self.parts = parts
        self.bold: dict[str, bool] = {}
        self.italic: dict[str, bool] = {}
        self.hidden: set[str] = set()
        self.hidden_slides: set[str] = set()  # by style
        self.numbered: dict[str, set[str]] = {}  # by list style: the levels that have numbers
        for name in ("styles.xml", "content.xml"):
            if name in parts:
                self._read_styles(packages.root_of(parts[name]))

    def _read_styles(self, root):
        for style in root.iter(f"{STYLE}style"):
            key = style.get(f"{STYLE}name", "")
            for properties in style.iter(f"{STYLE}text-properties"):
                self.bold[key] = properties.get(f"{FO}font-weight") == "bold"
                self.italic[key] = properties.get(f"{FO}font-style") == "italic"
                if properties.get(f"{TEXT}display") == "none":
                    self.hidden.add(key)
            for properties in style.iter(f"{STYLE}drawing-page-properties"):
                if properties.get(f"{PRESENTATION}visibility") == "hidden":
                    self.hidden_slides.add(key)
        for style in root.iter(f"{TEXT}list-style"):
            self.numbered[style.get(f"{STYLE}name", "")] = {
                level.get(f"{TEXT}level", "1")
                for level in style.iter(f"{TEXT}list-level-style-number")
                if level.get(f"{STYLE}num-format")
            }

    def whole(self) -> list:
        body = packages.root_of(self.parts["content.xml"]).find(f"{OFFICE}body")
        if body is None:
            raise BadFile(_(packages.DAMAGED))
        text = body.find(f"{OFFICE}text")
        if text is not None:
            return list(self.blocks(text))
        shown = body.find(f"{OFFICE}presentation")
        return [] if shown is None else list(self.slides(shown))

    # ---- blocks ----
    def slides(self, body):
        for number, page in enumerate(body.iter(f"{DRAW}page"), start=1):
            title, rest = "", []
            for child in page:
                if _name(child) == "notes":
                    continue
                blocks = list(self.shape(child))
                if not title and child.get(f"{PRESENTATION}class") == "title":
                    title = " ".join(
                        one.text.strip()
                        for block in blocks
                        if isinstance(block, Block)
                        for one in block.pieces
                        if isinstance(one, Words)
                    ).strip()
                    continue
                rest += blocks
            heading = _("Slide %(number)s") % {"number": number}
            if page.get(f"{DRAW}style-name") in self.hidden_slides:
                heading = _("Slide %(number)s (hidden)") % {"number": number}
            yield Block((Words(f"{heading}: {title}" if title else heading),), level=1)
            yield from rest
            notes = page.find(f"{PRESENTATION}notes")
            said = [] if notes is None else [b for child in notes for b in self.shape(child)]
            if said:
                yield Block((Words(_("Notes")),), level=2)
                yield from said

    def blocks(self, parent, depth=0):
        if depth > DEEPEST:
            return
        for child in parent:
            name = _name(child)
            if name in ("p", "h"):
                yield from self.paragraph(child, depth)
            elif name == "list":
                yield from self.items(child, 1, child.get(f"{TEXT}style-name", ""), depth)
            elif name == "table":
                yield self.table(child, depth)
            elif name in AROUND and child.get(f"{TEXT}display") != "none":
                yield from self.blocks(child, depth + 1)
            elif _space(child) == DRAW:
                yield from self.shape(child, depth + 1)

    def shape(self, shape, depth=0):
        """What a frame, a drawn shape or a group holds."""
        if (
            depth > DEEPEST
            or not isinstance(shape.tag, str)
            or shape.get(f"{PRESENTATION}class") in NOT_SHOWN
            or shape.get(f"{PRESENTATION}placeholder") == "true"
        ):
            return
        name = _name(shape)
        if name == "frame":
            picture = self.picture(shape)
            if picture:
                yield Block((picture,))
            for child in shape:
                if _name(child) == "text-box":
                    yield from self.blocks(child, depth + 1)
                elif _name(child) == "table":
                    yield self.table(child, depth)
                elif _name(child) == "object" and not picture:
                    yield Block((Words(self.formula(child)),))
        elif name in ("g", "a"):
            for child in shape:
                yield from self.shape(child, depth + 1)
        elif _space(shape) == DRAW:
            yield from self.blocks(shape, depth + 1)

    def items(self, listed, depth, style, deep):
        if deep > DEEPEST:
            return
        number = 0
        for item in listed:
            if _name(item) not in ("list-item", "list-header"):
                continue
            number += _name(item) == "list-item"
            is_first = _name(item) == "list-item"
            for child in item:
                if _name(child) == "list":
                    inner = child.get(f"{TEXT}style-name", "") or style
                    yield from self.items(child, depth + 1, inner, deep + 1)
                elif _name(child) in ("p", "h"):
                    mark = ""
                    if is_first:
                        is_numbered = str(depth) in self.numbered.get(style, ())
                        mark = f"{number}." if is_numbered else "•"
                    is_first = False
                    pieces, boxes = self.pieces_and_boxes(child, deep)
                    yield Block(pieces, depth=depth, mark=mark)
                    yield from boxes

    def table(self, table, depth):
        rows = []
        for row in table.iter(f"{TABLE}table-row"):
            if next(row.iterancestors(f"{TABLE}table"), None) is not table:
                continue
            cells = [cell for cell in row if _name(cell) == "table-cell"]
            rows.append(tuple(tuple(self.blocks(cell, depth + 1)) for cell in cells))
        return Table(tuple(rows))

    def paragraph(self, paragraph, depth):
        if paragraph.get(f"{TEXT}style-name") in self.hidden:
            return
        level = 0
        if _name(paragraph) == "h":
            said = paragraph.get(f"{TEXT}outline-level", "1")
            level = min(int(said), 9) if said.isascii() and said.isdigit() and said else 1
        pieces, boxes = self.pieces_and_boxes(paragraph, depth)
        is_empty = not any(not isinstance(one, Words) or one.text.strip() for one in pieces)
        if not is_empty:
            yield Block(pieces, level=level)
        yield from boxes

    # ---- words ----
    def pieces_and_boxes(self, paragraph, depth) -> tuple[tuple, list]:
        """The pieces of a paragraph, and the blocks of the text boxes that stand in it."""
        pieces, boxes = [], []
        for piece in self.pieces(paragraph, depth):
            (boxes if isinstance(piece, (Block, Table)) else pieces).append(piece)
        return tuple(pieces), boxes

    def pieces(self, element, depth, look=(False, False)):
        if depth > DEEPEST:
            return
        style = element.get(f"{TEXT}style-name", "")
        if style in self.hidden:
            return
        if _name(element) == "span":
            look = (
                look[0] or self.bold.get(style, False),
                look[1] or self.italic.get(style, False),
            )
        if element.text:
            yield Words(_even(element.text), *look)
        for child in element:
            yield from self.piece(child, depth, look)
            if child.tail:
                yield Words(_even(child.tail), *look)

    def piece(self, child, depth, look):
        name = _name(child)
        if _space(child) == DRAW:
            if picture := self.picture(child) if name == "frame" else None:
                yield picture
            else:
                yield from self.shape(child, depth + 1)
        elif _space(child) != TEXT:
            return
        elif name == "s":
            said = child.get(f"{TEXT}c", "1")
            yield Words(" " * min(int(said) if said.isascii() and said.isdigit() else 1, 40), *look)
        elif name == "tab":
            yield Words(" ", *look)
        elif name == "line-break":
            yield Words("\n", *look)
        elif name == "note":
            body = child.find(f"{TEXT}note-body")
            said = [] if body is None else list(self.blocks(body, depth + 1))
            pieces = [one for block in said if isinstance(block, Block) for one in block.pieces]
            yield Note(tuple(pieces))
        elif name in INSIDE:
            yield from self.pieces(child, depth + 1, look)

    def picture(self, frame):
        """The first picture of a frame that is in the file."""
        for image in frame.iterchildren(f"{DRAW}image"):
            path = image.get(f"{XLINK}href", "").removeprefix("./")
            if path in self.parts:
                sizes = [_length(frame.get(f"{SVG}{side}", "")) for side in ("width", "height")]
                return Picture(self.parts[path], (sizes[0], sizes[1]) if all(sizes) else None)
        return None

    def formula(self, element) -> str:
        path = element.get(f"{XLINK}href", "").removeprefix("./") + "/content.xml"
        if path not in self.parts:
            return _("[An object that is not in this copy]")
        words = [
            one.text or ""
            for one in packages.root_of(self.parts[path]).iter(
                "{*}mi", "{*}mn", "{*}mo", "{*}mtext"
            )
        ]
        return "".join(words) or _("[An object that is not in this copy]")


def _name(element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _space(element) -> str:
    return f"{{{etree.QName(element).namespace}}}" if isinstance(element.tag, str) else ""


def _even(text) -> str:
    """White space as OpenDocument counts it (ODF 1.3 part 3, 6.1.2): any of it is one space."""
    return re.sub(r"[ \t\n\r]+", " ", text)


def _length(length) -> int:
    found = LENGTH.fullmatch(length)
    return int(float(found[1]) * EMU.get(found[2], 0)) if found else 0
