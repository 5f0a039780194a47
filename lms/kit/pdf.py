"""Draws a PDF from HTML; alone imports xhtml2pdf, fetches nothing, and refuses a page whose letters are not embedded."""

import io
import logging
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject
from reportlab import rl_config
from reportlab.graphics.shapes import STATE_DEFAULTS
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import getFont, getRegisteredFontNames, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus.tables import CellStyle
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import ResourceAccessPolicy

rl_config.useA85 = 0  # streams as bytes: as text they are a quarter longer, and made in Python, a sixth of the whole time
FONTS = (
    Path(__file__).resolve().parent / "fonts"
)  # EB Garamond for names, Atkinson for figures and plain reading
NAMES = FONTS / "EBGaramond-Regular.ttf"  # in which a certificate prints the name


class NotDrawn(RuntimeError):
    """The page could not be drawn exactly as written, so nothing was drawn."""


class DoesNotFit(NotDrawn):
    """It takes more pages than it may."""


class _Warnings(logging.Handler):
    """xhtml2pdf only logs a font or a picture it could not read, and then draws without it."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


def draw(
    html: str, *, fonts: Path, title: str, lang: str = "en-GB", pages: int | None = None
) -> bytes:
    """The PDF of `html`, whose @font-face rules and pictures may name files below `fonts` only.

    Raises NotDrawn on any warning, when it takes another number of pages than `pages`, and when a font is not embedded: a
    name set in a font without its letters would print as blanks.
    """
    out, heard = io.BytesIO(), _Warnings()
    _open_with(min(fonts.glob("*.ttf")))
    logger = logging.getLogger("xhtml2pdf")
    logger.addHandler(heard)
    try:
        status = pisa.CreatePDF(
            html,
            dest=out,
            path=str(fonts / "page.html"),
            encoding="utf-8",
            resource_policy=ResourceAccessPolicy(allow_remote=False, extra_roots=(fonts,)),
            context_meta={"title": title, "author": "IMSA Model Hub"},
        )
    finally:
        logger.removeHandler(heard)
    if status.err or status.warn or heard.said:
        raise NotDrawn(
            "; ".join(heard.said)
            or f"xhtml2pdf reported {status.err} faults and {status.warn} warnings"
        )
    return _checked(out.getvalue(), lang=lang, pages=pages)


def _open_with(font: Path):
    """Pages, pictures and cells open with this font even when no letter uses it; Helvetica would not be embedded."""
    name = _registered(font)
    rl_config.canvas_basefontname = STATE_DEFAULTS["fontName"] = CellStyle.fontname = name


def _checked(content: bytes, *, lang: str, pages: int | None = None) -> bytes:
    read = PdfReader(io.BytesIO(content))
    if pages is not None and len(read.pages) != pages:
        raise DoesNotFit(f"it takes {len(read.pages)} pages and not {pages}")
    if read.root_object.get("/Lang") != lang:
        raise NotDrawn(f"the page does not say that it is in {lang}")
    strays = [name for name, embedded in _fonts(read) if not embedded]
    if strays:
        raise NotDrawn(f"fonts not embedded: {', '.join(strays)}")
    return content


class ListOf(NamedTuple):
    """A table under a heading, the heads of its columns on each page."""

    heading: str
    heads: Sequence[str]
    rows: Sequence[Sequence]


class Passages(NamedTuple):
    """Texts under a heading, each with its own."""

    heading: str
    texts: Sequence[tuple[str, str]]


def draw_table(
    heading: str,
    heads: Sequence[str],
    rows: Sequence[Sequence],
    *,
    title: str,
    lang: str = "en-GB",
    is_wide: bool = False,
) -> bytes:
    """A list on pages of its own. As `draw_sections`."""
    return draw_sections([ListOf(heading, heads, rows)], title=title, lang=lang, is_wide=is_wide)


def draw_sections(
    sections: Sequence[ListOf | Passages],
    *,
    title: str,
    lang: str = "en-GB",
    is_wide: bool = False,
) -> bytes:
    """Lists and texts, one after the other. Without HTML, of which a cell costs ten times as much: for lists of a thousand rows. A long cell, or text,
    breaks into lines, and goes on to the next page."""
    regular, bold = (FONTS / f"AtkinsonHyperlegibleNext-{one}.ttf" for one in ("Regular", "Bold"))
    _open_with(regular)
    page, out = landscape(A4) if is_wide else A4, io.BytesIO()
    styles = {
        name: ParagraphStyle(
            name, fontName=_registered(font), fontSize=points, leading=points * 1.25
        )
        for name, font, points in (
            ("cell", regular, CELL),
            ("head", bold, CELL),
            ("top", bold, 13),
            ("names", NAMES, CELL + 1),
            ("text", regular, 10.5),
            ("text head", bold, 10.5),
            ("text names", NAMES, 11.5),
        )
    }
    flow: list = []
    for section in sections:
        flow += [Spacer(1, 18)] if flow else []
        flow += [_keep(section.heading, styles["top"]), Spacer(1, 6)]
        if isinstance(section, ListOf):
            flow.append(_list(section, styles, page[0] - 2 * MARGIN - 2 * PADDING, regular))
            continue
        for head, text in section.texts:
            flow.append(_keep(head, styles["text head"]))
            for words in text.splitlines() or [""]:
                words = printable(words)
                face = "text names" if missing_letters(words, regular) else "text"
                flow.append(Paragraph(escape(words) or "&nbsp;", styles[face]))
            flow.append(Spacer(1, 10))
    room = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    document = SimpleDocTemplate(
        out, pagesize=page, title=title, author="IMSA Model Hub", lang=lang, **room
    )
    document.build(flow)
    return _checked(out.getvalue(), lang=lang)


CELL = 8.5  # points
MARGIN, PADDING = 51, 6  # points: of a page, and of the frame in it


def _keep(heading, style):
    """A heading never stands alone at the foot of a page."""
    heading = Paragraph(escape(printable(heading)), style)
    heading.keepWithNext = True
    return heading


def _list(section, styles, room, regular):
    texts = [[printable(str(one)) for one in row] for row in (section.heads, *section.rows)]
    longest = [min(60, max(8, *map(len, column))) for column in zip(*texts, strict=True)]
    widths = [room * one / sum(longest) for one in longest]
    cells = [
        [
            _cell(
                text,
                styles["names" if missing_letters(text, regular) else "cell" if place else "head"],
                width,
            )
            for text, width in zip(row, widths, strict=True)
        ]
        for place, row in enumerate(texts)
    ]
    fonts = styles["cell"].fontName, styles["head"].fontName
    look = [
        ("FONT", (0, 0), (-1, -1), fonts[0], CELL, CELL * 1.25),
        ("FONT", (0, 0), (-1, 0), fonts[1], CELL, CELL * 1.25),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, "#57505f"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]
    return LongTable(cells, colWidths=widths, repeatRows=1, style=look, splitInRow=1)


def _cell(text, style, width):
    """Text that fits stands as it is; a paragraph costs more, and so do letters of another face than the table's."""
    fits = (
        "\n" not in text
        and style.name in ("cell", "head")
        and stringWidth(text, style.fontName, style.fontSize) < width - 8
    )
    return text if fits else Paragraph(escape(text).replace("\n", "<br/>"), style)


def join(parts: Iterable[bytes], *, title: str, lang: str = "en-GB") -> bytes:
    """Several drawn PDFs as one, in their order: a long list is drawn some rows at a time, so that what it takes does not grow with it."""
    whole = PdfWriter()
    for part in parts:
        whole.append(io.BytesIO(part), import_outline=False)
    whole.compress_identical_objects()
    whole.add_metadata({"/Title": title, "/Author": "IMSA Model Hub"})
    whole.root_object[NameObject("/Lang")] = TextStringObject(lang)
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue()


def fonts_in(pdf: bytes) -> list[tuple[str, bool]]:
    """(name, is embedded) for every font the pages use."""
    return _fonts(PdfReader(io.BytesIO(pdf)))


def _fonts(read: PdfReader) -> list[tuple[str, bool]]:
    found = {}
    for page in read.pages:
        for font in (page.get("/Resources", {}).get("/Font") or {}).values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            described = inner.get("/FontDescriptor", {})
            described = described.get_object() if described else {}
            found[str(font["/BaseFont"])] = any(
                f"/FontFile{n}" in described for n in ("", "2", "3")
            )
    return sorted(found.items())


def pages_in(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def text_of(pdf: bytes) -> str:
    """The words of all pages, as a reader's copy and paste gives them."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def fitting_size(text: str, font: Path, width: float, *, largest: int, smallest: int) -> int:
    """The largest whole size in points at which `text` fits `width`; not under `smallest`, where it breaks into lines."""
    at_one = width_of(text, font)
    return max(smallest, min(largest, int(width / at_one))) if at_one else largest


def width_of(text: str, font: Path) -> float:
    """In points, at one point."""
    return stringWidth(text, _registered(font), 1)


def missing_letters(text: str, font: Path) -> str:
    """The letters of `text` that the font cannot draw."""
    known = getFont(_registered(font)).face.charToGlyph
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known))


UNPRINTED = "[letters not printed]"
NO_LETTER = "\ufdd0"  # a code point that Unicode keeps free of letters


def printable(text: str, fonts: Sequence[Path] = ()) -> str:
    """Text, or HTML, without letters that none of the faces draws; where they stood it says so, and nothing is left blank."""
    text = unicodedata.normalize("NFC", text).replace("\u2011", "-")
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    missing = "".join(sorted(set(text)))
    for font in fonts or (FONTS / "AtkinsonHyperlegibleNext-Regular.ttf", NAMES):
        missing = missing_letters(missing, font)
    places = text.translate({ord(c): NO_LETTER for c in missing if not c.isspace()})
    return re.sub(r"\ufdd0+(?:\s+\ufdd0+)*", UNPRINTED, places)


def unprintable(words: str, font: Path = NAMES) -> str:
    """What of a name cannot be set: letters the typeface lacks, and a mark that has no letter of its own with the one before it
    (no shaping is done, so it would stand beside the letter)."""
    composed = unicodedata.normalize("NFC", words)
    marks = (
        f"{before}{c}"
        for before, c in zip(composed, composed[1:], strict=False)
        if unicodedata.combining(c)
    )
    return next(marks, "") or missing_letters(composed, font)


def _registered(font: Path) -> str:
    name = f"measure-{font.stem}"
    if name not in getRegisteredFontNames():
        registerFont(TTFont(name, font))
    return name
