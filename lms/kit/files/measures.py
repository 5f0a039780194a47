"""How long a piece of work is, for its author to check; a figure that cannot be had is left out."""

from dataclasses import dataclass

from lxml import etree

from . import docx, pdfs
from .limits import OutOfTime, within

SECONDS = 4  # a page waits for it


@dataclass(frozen=True)
class Measured:
    """`pages` and `words` are None where they are not known."""

    pages: int | None = None
    words: int | None = None


def measured(kind: str, content: bytes) -> Measured:
    """Pages of a PDF, and words of either kind; the work was looked into before (lms.kit.files)."""
    return Measured(_or_none(_pages, content) if kind == "pdf" else None, _or_none(WORDS[kind], content))


def _or_none(count, content):
    """A figure is a kindness: whatever a file does to its reader, the page that wanted it is shown."""
    try:
        with within(SECONDS):
            return count(content)
    except (Exception, OutOfTime):
        return None


def _pages(content):
    return len(pdfs.opened(content).pages)


def _words_of_pdf(content):
    return sum(len(page.extract_text().split()) for page in pdfs.opened(content).pages)


def _words_of_docx(content):
    """Of the running text: tables too, notes and headers not."""
    parts = docx.parts_of(content)
    body = etree.fromstring(docx.usual(parts[docx.main_part(parts)]), etree.XMLParser(**docx.SAFE_PARSER))
    apart = {f"{docx.W}tab", f"{docx.W}br", f"{docx.W}cr"}
    return sum(
        len("".join(" " if e.tag in apart else e.text or "" for e in p.iter(f"{docx.W}t", *apart)).split())
        for p in body.iter(f"{docx.W}p")
    )


WORDS = {"pdf": _words_of_pdf, "docx": _words_of_docx}
