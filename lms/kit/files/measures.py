"""How long a piece of work is, for its author to check; a figure that cannot be had is left out."""

from dataclasses import dataclass

from lxml import etree

from . import docx, pdfs
from .limits import OutOfTime, within
from .mentions import paragraphs

SECONDS = 4  # a page waits for it


@dataclass(frozen=True)
class Measured:
    """`pages` and `words` are None where they are not known."""

    pages: int | None = None
    words: int | None = None


def measured(kind: str, content: bytes) -> Measured:
    """Pages of a PDF, and words of either kind; the work was looked into before (lms.kit.files)."""
    return Measured(
        _or_none(_pages, content) if kind == "pdf" else None, _or_none(WORDS[kind], content)
    )


def has_words(kind: str, content: bytes) -> bool | None:
    """Is there a letter or digit in the text? None where the text could not be read in time. Pictures of words are none."""
    return _or_none(SOME_WORDS[kind], content)


def text_of(kind: str, content: bytes) -> str | None:
    """The words of the work as they stand one after another; None where they could not be read in time."""
    return _or_none(TEXT[kind], content)


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


def _has_words_pdf(content):
    return any(any(map(str.isalnum, page.extract_text())) for page in pdfs.opened(content).pages)


def _words_of_docx(content):
    """Of the running text: tables too, notes and headers not."""
    parts = docx.parts_of(content)
    body = etree.fromstring(
        docx.usual(parts[docx.main_part(parts)]), etree.XMLParser(**docx.SAFE_PARSER)
    )
    apart = {f"{docx.W}tab", f"{docx.W}br", f"{docx.W}cr"}
    return sum(
        len(
            "".join(
                " " if e.tag in apart else e.text or "" for e in p.iter(f"{docx.W}t", *apart)
            ).split()
        )
        for p in body.iter(f"{docx.W}p")
    )


def _has_words_docx(content):
    """In the body or anything round it: a text box, a note, a header."""
    return any(any(map(str.isalnum, text)) for _, text in paragraphs(content))


def _text_of_pdf(content):
    return "\n".join(page.extract_text() for page in pdfs.opened(content).pages)


def _text_of_docx(content):
    return "\n".join(text for _place, text in paragraphs(content))


TEXT = {"pdf": _text_of_pdf, "docx": _text_of_docx}
WORDS = {"pdf": _words_of_pdf, "docx": _words_of_docx}
SOME_WORDS = {"pdf": _has_words_pdf, "docx": _has_words_docx}
