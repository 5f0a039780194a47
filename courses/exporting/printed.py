"""Draws a `Book` on A4: a cover, contents with pages, the units, and a footer that says what it is and as of when."""

import re

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from lxml import etree

from lms.kit import pdf

from ..markup.tidy import rebuilt, words_of
from ..markup.tree import FORBIDDEN
from . import Book, facts_line

PLAIN, OTHER = (
    pdf.FONTS / "AtkinsonHyperlegibleNext-Regular.ttf",
    pdf.FONTS / "EBGaramond-Regular.ttf",
)
BOXES = {
    "provision": "box law",
    "case": "box",
    "activity": "box",
    "reflection": "box",
    "key-point": "box key",
}
NARROWEST, WIDTH = 62, 453  # points
# A paragraph or a table in a box, and a row of a table, cannot go on to the next page: long ones stand outside of them.
TOO_LONG = 2400  # letters
TOGETHER = 1500  # letters of a box that is not parted at all
TALLEST = 560  # points


def printed(book: Book) -> bytes:
    """The PDF. Its letters are embedded, and the address behind a link stands beside it. Raises `pdf.NotDrawn`."""
    chapters = [
        {
            "title": one.title,
            "facts": facts_line(one),
            "content_note": one.content_note,
            "outcomes": one.outcomes,
            "body": _body(one.html),
        }
        for one in book.chapters
    ]
    html = render_to_string(
        "courses/export/module_pdf.html", {"book": book, "chapters": chapters, "fonts": pdf.FONTS}
    )
    return pdf.draw(
        _in_letters_we_have(html), fonts=pdf.FONTS, title=book.title, lang=book.language
    )


def _body(html):
    """A unit's text as the page understands it: boxes, tables of a known width, addresses in print."""
    root = rebuilt(html)
    for element in list(root.iter("section", "p")):
        box = next(
            (BOXES[one] for one in (element.get("class") or "").split() if one in BOXES), None
        )
        if box and (
            any(len(words_of(one)) > TOO_LONG for one in element.iter("p", "li"))
            or any(one is not element for one in element.iter("table", "section"))
        ):
            element.tag = "div" if element.tag == "section" else "p"
            element.attrib.pop("class")
        elif box:
            element.tag = "div"
            element.set("class", f"{box} together" if len(words_of(element)) < TOGETHER else box)
            _before_each(element.iter("span"), "\u00a0 ")
        elif element.tag == "section":
            element.tag = "div"
    for heading in root.iter("h2"):
        del heading.attrib["id"]
    for link in root.iter("a"):
        _print_address(link)
    while (one := next(root.iter("ul", "ol"), None)) is not None:
        _make_lines(one)
    for line in [
        line for line in root.iter("p") if not len(line) and not (line.text or "").strip()
    ]:
        line.getparent().remove(line)
    for cell in root.iter("td", "th"):
        if not len(cell) and not (cell.text or "").strip():
            cell.text = "\u00a0"
    for table in list(root.iter("table")):
        _set_widths(table)
    # An empty element must not be written as <p/>: HTML reads that as one that never ends.
    text = "".join(etree.tostring(child, encoding="unicode", method="html") for child in root)
    return mark_safe(text)  # noqa: S308 - rebuilt from a short list of tags, and escaped by lxml


def _before_each(spans, gap):
    """Chips stand beside each other on a page of the site; on paper words do it."""
    for span in spans:
        if {"chip", "tag", "provision__section"} & set((span.get("class") or "").split()):
            span.text = gap + (span.text or "").replace(" ", "\u00a0")


def _print_address(link):
    address = link.get("href")
    bare = re.sub("^(mailto|tel):", "", address)
    if bare not in words_of(link):
        printed_one = etree.Element("span", {"class": "address"})
        printed_one.text, printed_one.tail, link.tail = f" ({bare})", link.tail, None
        link.addnext(printed_one)


def _set_widths(table):
    """Columns as wide as what they hold asks for, and together never wider than the page."""
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return
    table.set("class", "table")
    wants = [0.0] * columns
    for row in rows:
        for n, cell in enumerate(row):
            wants[n] = max(wants[n], min(len(words_of(cell)), 400) ** 0.6)
    least = min(NARROWEST, WIDTH / columns)
    spare = WIDTH - least * columns
    widths = [least + spare * want / (sum(wants) or 1) for want in wants]
    if any(
        _height(cell, width) > TALLEST
        for row in rows
        for width, cell in zip(widths, row, strict=False)
    ):
        _unfold(table, rows)
        return
    for row in rows:
        for width, cell in zip(widths, row, strict=False):
            cell.set("width", f"{width / WIDTH:.1%}")


def _height(cell, width):
    """About how tall a cell is, in points."""
    return 12.5 * (
        len(words_of(cell)) * 4.8 / max(width - 11, 10)
        + sum(1 for _ in cell.iter("p", "li", "br", "div"))
        + 1
    )


def _unfold(table, rows):
    """A table with a cell longer than a page, as paragraphs that each say which column they are from."""
    heads = (
        [words_of(cell) for cell in rows[0]]
        if len(rows) > 1 and all(cell.tag == "th" for cell in rows[0])
        else []
    )
    for row in rows[1:] if heads else rows:
        for n, cell in enumerate(row):
            head = f"{heads[n]}: " if n < len(heads) and heads[n] else ""
            if head or cell.tag == "th":
                line = etree.Element("p")
                etree.SubElement(line, "strong").text = (
                    f"{head}{words_of(cell)}" if cell.tag == "th" else head
                )
                table.addprevious(line)
            if cell.tag != "th":
                cell.tag = "div"
                cell.attrib.clear()
                table.addprevious(cell)
    if table.tail and table.tail.strip():
        line = etree.Element("p")
        line.text, table.tail = table.tail, None
        table.addprevious(line)
    table.getparent().remove(table)


def _make_lines(element, depth=0):
    """Lists as lines with a mark of their own: xhtml2pdf sets its marks in a face that is not embedded."""
    for place, item in enumerate(list(element), 1):
        mark = f"{place}." if element.tag == "ol" else "•" if depth % 2 == 0 else "–"
        line = etree.Element("p", {"class": f"line{min(depth, 3)}"})
        line.text = f"{mark}\u00a0\u00a0{(item.text or '').lstrip()}"
        element.addprevious(line)
        for part in list(item):
            if part.tag in ("ul", "ol"):
                element.addprevious(part)
                tail, part.tail = part.tail, None
                _make_lines(part, depth + 1)
                line = _more(element, tail, depth)
            elif part.tag in ("p", "div", "table", "blockquote", "h2", "h3", "h4"):
                if part.tag == "p" and not words_of(line).strip(mark):
                    part.tag = "span"
                    line.append(part)
                else:
                    tail, part.tail = part.tail, None
                    part.set("class", f"{part.get('class') or ''} more{min(depth, 3)}".strip())
                    element.addprevious(part)
                    line = _more(element, tail, depth)
            else:
                line.append(part)
    parent = element.getparent()
    if element.tail and element.tail.strip():
        _more(element, element.tail, depth)
    element.tail = None
    parent.remove(element)


def _more(element, words, depth):
    """A paragraph for what follows inside the same item; left out again by `_body` where nothing follows."""
    line = etree.Element("p", {"class": f"more{min(depth, 3)}"})
    line.text = words
    element.addprevious(line)
    return line


def _in_letters_we_have(html) -> str:
    """The page without letters that neither face draws."""
    return pdf.printable(FORBIDDEN.sub("", html), (PLAIN, OTHER))
