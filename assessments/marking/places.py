"""Where in a script a marker says something: pages of a PDF, paragraphs of a Word file as it is read in the page."""

import hashlib
import json
import zlib
from dataclasses import asdict

from django.core.cache import cache
from django.utils.translation import get_language

from lms.kit import files
from lms.kit.files.word_page import WordPage, word_page

FORM = 1  # of what is remembered
SECONDS, SOON = 24 * 3600, 600  # for how long it is, and for how long that there is none


def page_of(copy, fingerprint) -> WordPage | None:
    """The markers' copy of a Word file (its private path and SHA-256) as a page; None where it cannot be shown or is gone. Remembered for a
    day by its fingerprint."""
    key = f"assessments.word_page:{FORM}:{get_language()}:{fingerprint or copy}"
    kept = cache.get(key)
    if kept is None:
        try:
            found = asdict(word_page(files.read(copy)))
        except FileNotFoundError:
            return None
        except files.BadFile:
            found = None
        kept = zlib.compress(json.dumps(found).encode())
        cache.set(key, kept, SECONDS if found else SOON)  # it may only have been a busy hour
    found = json.loads(zlib.decompress(kept))
    return found and WordPage(**{**found, "beginnings": tuple(found["beginnings"])})


def is_shown(copy, fingerprint) -> bool:
    """Can it be read in our own page? A PDF can, and a Word file that can be made a page of."""
    return not copy.endswith(".docx") or page_of(copy, fingerprint) is not None


def count_of(copy, fingerprint) -> int | None:
    """How many pages or paragraphs a script has; None where that is not known."""
    if copy.endswith(".docx"):
        page = page_of(copy, fingerprint)
        return page.paragraphs if page else None
    key = f"assessments.pages:{fingerprint or copy}"
    kept = cache.get(key)
    if kept is None:
        try:
            kept = files.measured("pdf", files.read(copy)).pages or 0
        except FileNotFoundError:
            return None
        cache.set(key, kept, SECONDS)
    return kept or None


def quote_of(copy, fingerprint, place) -> str:
    """How that paragraph of a Word file begins."""
    page = page_of(copy, fingerprint) if copy.endswith(".docx") else None
    return page.beginnings[place - 1] if page and 0 < place <= len(page.beginnings) else ""


def remarks_of(task) -> list[dict]:
    """The comments at places of a draft, as sealing copies them: in the order of their places."""
    kind = "paragraph" if task.submission.copy.endswith(".docx") else "page"
    rows = task.annotations.order_by("place", "pk")
    return [
        {
            "kind": kind,
            "place": one.place,
            "quote": one.quote,
            "text": one.text,
            "is_earlier": one.file_version != task.file_version,
        }
        for one in rows
    ]


def fingerprint(feedback) -> str:
    """Names a set of comments at places and feedback files, for the page on which they are checked."""
    return hashlib.sha256(json.dumps(feedback, sort_keys=True).encode()).hexdigest()[:16]
