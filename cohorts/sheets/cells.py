"""What one cell holds: a name, a day, an address; it refuses a value it would have to guess."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from lms.kit import nations
from lms.kit.letters import is_a_name, mended, stranger, unseen_in, without_unseen
from lms.kit.spreadsheets import is_run
from lms.kit.templatetags.kit import short_day

from .table import Cell

TURNED = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # what follows is shown in another order than it stands


MOST_HOURS = 80  # of a week, as the register holds


class Unread(ValueError):
    """A cell that cannot be read; the message says why and what to do."""


def plain_text(cell: Cell, longest: int) -> str:
    """The text of a cell, tidied; letters are composed, so that á is one letter everywhere."""
    is_plain = (
        cell.text.isascii() and cell.text.isprintable()
    )  # most are, and there nothing is unseen
    if not is_plain and any(c in TURNED for c in cell.text):
        raise Unread(
            _("There is a character in the cell that cannot be seen. Type the cell again.")
        )
    text = without_unseen(cell.text).strip(" ")
    if cell.day:
        made = short_day(cell.day)
        raise Unread(
            _(
                "The spreadsheet has made a date of this (%(made)s). Mark the cell as text and type it again."
            )
            % {"made": made}
        )
    if is_run(text) or text[:1] in ("\t", "\r"):
        raise Unread(
            _(
                "“%(word)s” begins with “%(words)s”, which a spreadsheet would run as a formula. Take it away."
            )
            % {"word": text[:20], "words": text[0]}
        )
    if "\n" in text or "\r" in text:
        raise Unread(_("There is a line break in the cell. Write it on one line."))
    if not is_plain and any(unicodedata.category(c) == "Cc" for c in text):
        raise Unread(
            _("There is a character in the cell that cannot be seen. Type the cell again.")
        )
    if "\ufffd" in text:
        raise Unread(
            _(
                "“%(words)s” holds “�”: a letter was lost when the file was saved. Type it again and save as CSV UTF-8."
            )
            % {"words": text}
        )
    if (meant := mended(text)) != text:
        raise Unread(
            _(
                "“%(words)s” was spoilt when the file was saved; it was probably “%(meant)s”. Type it again and save as CSV UTF-8."
            )
            % {"words": text, "meant": meant}
        )
    if len(text) > longest:
        raise Unread(
            _("This has %(count)s characters; %(longest)s fit.")
            % {"count": len(text), "longest": longest}
        )
    tidied = " ".join(text.split())
    return tidied if is_plain else unicodedata.normalize("NFC", tidied)


def edits(cell: Cell, value) -> list[str]:
    """Every way in which `value` is not what was typed in the cell, as sentences; where a letter is spelt with another code of the same
    letter (á as one or two) nothing is said, for the text is the same."""
    made = []
    if unseen := unseen_in(cell.text):
        made.append(
            _("A character that cannot be seen was left out (%(unseens)s).")
            % {"unseens": ", ".join(unseen)}
        )
    shown = without_unseen(cell.text).strip(" ")
    if shown != " ".join(shown.split()):
        made.append(_("Spaces within the cell became one ordinary space."))
    if cell.had_spaces or without_unseen(cell.text) != shown:
        made.append(_("Spaces at the start or end of the cell were left out."))
    if (
        isinstance(value, str)
        and value.casefold() == shown.casefold()
        and value != unicodedata.normalize("NFC", shown)
    ):
        made.append(_("“%(shown)s” is kept as “%(value)s”.") % {"shown": shown, "value": value})
    return made


def name(cell):
    """A name as the certificate prints it; what no checker could type is refused, and so is what was lost on the way."""
    text = plain_text(cell, 150)
    if "@" in text:
        raise Unread(
            _(
                "“%(words)s” is an email address, not a name. Perhaps two columns have changed places."
            )
            % {"words": text}
        )
    if "?" in text or "¿" in text:
        raise Unread(
            _(
                "“%(words)s” holds a question mark, which Excel writes in place of a letter it cannot save. Type the name again and save as CSV UTF-8."
            )
            % {"words": text}
        )
    odd, called = stranger(text)
    if odd:
        raise Unread(
            _(
                "“%(odd)s” in “%(words)s” is not the letter it looks like (%(called)s): the rest of the word is in another script. Type the name again."
            )
            % {"odd": odd, "words": text, "called": called}
        )
    if text and not is_a_name(text):
        sign = next((c for c in text if not (c.isalpha() or is_a_name(f"a{c}"))), text[:1])
        raise Unread(
            _(
                "“%(sign)s” in “%(words)s” does not belong to a name. A name holds letters, spaces, hyphens, apostrophes and full stops."
            )
            % {"sign": sign, "words": text}
        )
    return text


def title(cell):
    return plain_text(cell, 200)


def code(cell):
    return reference(cell, 20).upper()


def organisation(cell):
    """A code, or a name as it is written; whose it is, is looked up later."""
    try:
        return code(cell)
    except Unread:
        return plain_text(cell, 200)


# As files write the kinds of posts (cohorts.employment.states.PostKind has the same keys).
POST_KINDS = {
    "permanent": "Permanent",
    "fixed_term": "Fixed term",
    "secondment": "Secondment",
    "bank": "Bank",
    "volunteer": "Volunteer",
    "other": "Other",
}
OTHER_KINDS = {
    "secondment from another employer": "secondment",
    "bank or sessional": "bank",
    "sessional": "bank",
}


def post_kind(cell):
    text = plain_text(cell, 40)
    word = " ".join(re.sub("[_-]", " ", text).casefold().split())
    words = {name.casefold(): key for key, name in POST_KINDS.items()} | OTHER_KINDS
    if word not in words:
        raise Unread(
            _("“%(word)s” is not a kind of post: %(kinds)s.")
            % {"word": text, "kinds": ", ".join(POST_KINDS.values())}
        )
    return words[word]


def post_hours(cell):
    """Hours a week as a text with a full stop: “37.5”."""
    text = plain_text(cell, 20)
    parts = re.fullmatch(r"([0-9]{1,2})(?:[.,]([0-9])0?)?", text)
    hours = Decimal(f"{parts[1]}.{parts[2] or 0}") if parts else Decimal(0)
    if not 0 < hours <= MOST_HOURS:
        raise Unread(
            _(
                "“%(text)s” is not a number of hours a week. Write it with at most one decimal, up to 80, such as 37.5."
            )
            % {"text": text}
        )
    return str(hours)


def reference(cell, longest=40):
    text = plain_text(cell, longest)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", text):
        raise Unread(
            _(
                "“%(words)s” may hold letters without accents, digits, hyphens, full stops and strokes, and no spaces."
            )
            % {"words": text}
        )
    return text


def entry(cell):
    text = reference(cell)
    if "/" in text:
        raise Unread(
            _("“%(words)s” holds a stroke (/), which an entry cannot have. Use a hyphen.")
            % {"words": text}
        )
    return text


def email(cell):
    text = plain_text(cell, 254).lower()
    try:
        validate_email(text)
    except ValidationError:
        raise Unread(
            _("“%(words)s” is not an email address such as name@organisation.example.")
            % {"words": text}
        ) from None
    return text


def some_nations(cell):
    text = plain_text(cell, 100)
    try:
        found = nations.read(text)
    except nations.UnknownNation as unknown:
        raise Unread(
            _("“%(unknown)s” is not one of the four nations: %(values)s.")
            % {"unknown": unknown, "values": ", ".join(nations.NATIONS.values())}
        ) from None
    if not found:
        raise Unread(_("Name at least one nation."))
    return found


def day(cell):
    """An ISO day. 2025-09-22, 22/09/2025 and 22.09.2025 are understood; nothing that could be two days is."""
    found = cell.day
    if cell.is_number:
        raise Unread(
            _(
                "“%(cell)s” is a number, not a date. Give the cell a date format, or write 2025-09-22."
            )
            % {"cell": cell.text}
        )
    if not found:
        text = plain_text(cell, 40)
        named = WEEKDAY.match(text)
        year, month, of_month = _parts_of_day(text[named.end() :] if named else text)
        try:
            found = date(year, month, of_month)
        except ValueError:
            raise Unread(
                _(
                    "“%(words)s” is not a day in the calendar. The day comes before the month: 22/09/2025."
                )
                % {"words": text}
            ) from None
        if named and f"{found:%A}".casefold() != named[1].casefold():
            raise Unread(
                _("“%(words)s” is not a %(weekday)s. Check the date.")
                % {"words": text, "weekday": named[1]}
            )
    if not date(1950, 1, 1) <= found <= date(2099, 12, 31):
        raise Unread(
            _(
                "%(day)s is too far away to be meant. Check the year: days from 1950 to 2099 are read."
            )
            % {"day": short_day(found)}
        )
    return found.isoformat()


# Before a day, as this site prints one.
WEEKDAY = re.compile(r"((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day),? ", re.IGNORECASE)
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def _parts_of_day(text) -> tuple[int, int, int]:
    """Year, month, day; a month in words is as clear as the order of 2025-09-22. Two figures of a year are not read."""
    if parts := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00:00)?", text):
        return int(parts[1]), int(parts[2]), int(parts[3])
    if parts := re.fullmatch(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", text):
        return int(parts[3]), int(parts[2]), int(parts[1])
    if parts := re.fullmatch(
        r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?[ -]([0-9]{4})", text
    ):
        word = parts[2].casefold()
        month = next(
            (
                n
                for n, name in enumerate(MONTHS, start=1)
                if word in (name, name[:3]) or (word, n) == ("sept", 9)
            ),
            None,
        )
        if month:
            return int(parts[3]), month, int(parts[1])
    if re.fullmatch(r"[0-9]{1,2}[/. -](?:[0-9]{1,2}|[A-Za-z]{3,9})[/. -][0-9]{2}", text):
        raise Unread(
            _("“%(words)s” has a year of two figures. Write the year in full, such as 22/09/2025.")
            % {"words": text}
        )
    raise Unread(
        _("“%(words)s” is not a date written as 2025-09-22, 22/09/2025 or 22 September 2025.")
        % {"words": text}
    )
