"""Writes a `Book` as an EPUB 3 file; the same book gives the same bytes."""

import io
import zipfile
from datetime import UTC

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from lxml import etree

from ..markup.tidy import rebuilt, words_of
from ..markup.tree import FORBIDDEN
from . import Book, facts_line

CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
EPOCH = (1980, 1, 1, 0, 0, 0)  # what a zip says when nothing may differ


def epub(book: Book) -> bytes:
    """The book as one file. Its chapters are well-formed whatever the units' HTML was; pictures are told in words."""
    chapters, files = [], {}
    for n, chapter in enumerate(book.chapters, 1):
        body = rebuilt(chapter.html)
        name = f"unit-{n:02d}"
        chapters.append(
            {
                "id": name,
                "file": f"{name}.xhtml",
                "title": chapter.title,
                "parts": [(heading.get("id"), words_of(heading)) for heading in body.iter("h2")],
            }
        )
        files[f"EPUB/{name}.xhtml"] = _page(
            "chapter.xhtml",
            book=book,
            chapter=chapter,
            facts=facts_line(chapter),
            body=_inside(body),
        )
    context = {
        "book": book,
        "chapters": chapters,
        "modified": book.modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    files = {
        "META-INF/container.xml": CONTAINER,
        "EPUB/package.opf": _page("package.opf", **context),
        "EPUB/nav.xhtml": _page("nav.xhtml", **context),
        "EPUB/title.xhtml": _page("title.xhtml", **context),
        "EPUB/book.css": render_to_string("courses/export/book.css"),
        **files,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        # The first entry says what the file is, uncompressed, so that a reader can look without opening it.
        packed.writestr(
            zipfile.ZipInfo("mimetype", EPOCH), "application/epub+zip", zipfile.ZIP_STORED
        )
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, EPOCH), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _page(name, **context) -> str:
    """A page from its template; signs that XML cannot hold are taken out of it."""
    return FORBIDDEN.sub("", render_to_string(f"courses/export/{name}", context))


def _inside(root):
    """The children of the element as XHTML text."""
    text = "".join(etree.tostring(child, encoding="unicode") for child in root)
    return mark_safe(text)  # noqa: S308 - rebuilt from a short list of tags, and escaped by lxml
