"""A module to take away: as an EPUB (`epub.py`) and on paper (`printed.py`), from the same `Book`; sessions for a calendar (`calendars.py`)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from lms.kit.templatetags.kit import short_day


@dataclass(frozen=True)
class Chapter:
    """A unit as one reader studies it. `nations` and `version` are words: “Scotland”, “Version 3, published on ...”."""

    title: str
    html: str
    nations: str = ""
    version: str = ""
    content_note: str = ""
    outcomes: tuple[str, ...] = ()
    law_as_at: date | None = None


@dataclass(frozen=True)
class Book:
    """A module for export. `identifier` names this module for these nations for ever; `modified` is when its text last changed."""

    identifier: str
    title: str
    modified: datetime
    chapters: list[Chapter]
    language: str = "en-GB"
    authors: tuple[str, ...] = ()
    publisher: str = ""
    notice: str = ""
    nations: str = ""


def facts_line(chapter: Chapter) -> str:
    """“Scotland. Version 3. Law as at 21 November 2026.”"""
    law = (
        _("Law as at %(day)s") % {"day": short_day(chapter.law_as_at)} if chapter.law_as_at else ""
    )
    return " ".join(
        f"{words.rstrip('.')}." for words in (chapter.nations, chapter.version, law) if words
    )
