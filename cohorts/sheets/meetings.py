"""The file of participants that a meeting tool gives (Zoom, Microsoft Teams, or one that somebody typed), read as e-mail address and minutes."""

import csv
import io
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .cells import Unread, email, plain_text
from .reading import read_sheet
from .table import LONGEST_CELL, MOST_BYTES, MOST_CELLS, MOST_ROWS, Cell, FileProblem, Row

# Column names as they stand in such files, in small letters; the first that is there counts.
NAMES = {
    "email": (
        "user email",
        "email",
        "e-mail",
        "email address",
        "participant email",
        "user name (email)",
    ),
    "name": ("name (original name)", "name", "full name", "participant", "user name"),
    "join": ("join time", "first join", "joined", "joined at", "first join time"),
    "leave": ("leave time", "last leave", "left", "left at", "last leave time"),
    "duration": (
        "total duration (minutes)",
        "duration (minutes)",
        "in-meeting duration",
        "attendance duration",
        "duration",
        "minutes",
        "duration (seconds)",
        "attendance duration (seconds)",
    ),
}
HEADER_WITHIN = 40  # rows above it tell of the meeting


@dataclass(frozen=True)
class Stay:
    """One row: where it stands, whom it names, for how many minutes, or why it cannot be read."""

    number: int
    name: str
    email: str
    minutes: int = 0
    fault: str = ""


def read_stays(content: bytes) -> list[Stay]:
    """Every row of people in the file. Raises FileProblem with where and what to do."""
    rows = rows_of(content)
    header, places = header_in(rows)
    found = []
    for index, row in enumerate(rows[header + 1 :], start=header + 1):
        if is_title(row, rows[index + 1 : index + 2]):
            break  # another part of the file begins, about something else
        found.append(stay_of(row, places))
    if not found:
        raise FileProblem(
            _("There is no row of people below the column names in row %(number)s.")
            % {"number": rows[header].number}
        )
    return found


def is_title(row, below) -> bool:
    """Is it the title of another part: words alone at the start of a row, numbered (“3. In-Meeting Activities”) or above names of columns? A row in
    which only an address, a name or a length is filled in is somebody's."""
    texts = [cell.text for cell in row.cells]
    if not texts or not texts[0] or any(texts[1:]) or "@" in texts[0]:
        return False
    number, dot, _words = texts[0].partition(". ")
    return bool(dot and is_whole(number)) or any(len(places_in(one)) > 1 for one in below)


def rows_of(content: bytes) -> list[Row]:
    if text := tabbed(content):
        return tabbed_rows(text)
    sheet = read_sheet(content)
    return [sheet.header, *sheet.rows]


def tabbed(content: bytes) -> str:
    """The text of a file that is parted by tabs, as Teams gives it in UTF-16 or UTF-8; else nothing."""
    if content.startswith(b"PK") or len(content) > MOST_BYTES:
        return ""
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        return ""
    start = text[:4000]
    return text if start.count("\t") > start.count(",") and "\0" not in text else ""


def tabbed_rows(text: str) -> list[Row]:
    found = []
    try:
        for number, values in enumerate(csv.reader(io.StringIO(text), delimiter="\t"), start=1):
            if len(found) > MOST_ROWS or len(values) > MOST_CELLS:
                raise FileProblem(
                    _("Row %(number)s: the file is too long or too wide for a list of people.")
                    % {"number": number}
                )
            row = Row(number, [Cell(value.strip()[:LONGEST_CELL]) for value in values])
            if not row.is_blank:
                found.append(row)
    except csv.Error:
        raise FileProblem(
            _("The file cannot be read as a table. Save it as CSV UTF-8 and choose it again.")
        ) from None
    return found


def header_in(rows) -> tuple[int, dict[str, int]]:
    """Which row names the columns, and where each is: the first with an address and a time of joining, else with an address, a name and a duration
    (the row above that tells of the meeting itself has no name), else an address and a duration."""
    for needed in (("email", "join"), ("email", "name", "duration"), ("email", "duration")):
        for index, row in enumerate(rows[:HEADER_WITHIN]):
            places = places_in(row)
            has_length = "duration" in places or {"join", "leave"} <= set(places)
            if set(needed) <= set(places) and has_length:
                return index, places
    raise FileProblem(
        _(
            "No row names the columns. The file needs an email column and a duration column (or join and leave times), "
            "as in the participant report of Zoom or Teams."
        )
    )


def places_in(row) -> dict[str, int]:
    labels = [" ".join(cell.text.casefold().split()) for cell in row.cells]
    found = {}
    for what, names in NAMES.items():
        place = next((labels.index(name) for name in names if name in labels), None)
        if place is not None:
            found[what] = place
    if "duration" in found and "seconds" in labels[found["duration"]]:
        found["is_seconds"] = 1
    return found


def stay_of(row, places) -> Stay:
    def cell(what):
        place = places.get(what)
        return row.cells[place] if place is not None and place < len(row.cells) else Cell()

    try:
        name = plain_text(cell("name"), LONGEST_CELL)
    except Unread:
        name = ""  # only shown; the address decides
    if not cell("email").text:
        return Stay(row.number, name, "", fault=_("There is no email address in this row."))
    try:
        address = email(cell("email"))
    except Unread as why:
        return Stay(row.number, name, "", fault=str(why))
    minutes = length_in(cell("duration").text, bool(places.get("is_seconds")))
    if minutes is None:
        minutes = length_between(cell("join").text, cell("leave").text)
    if minutes is None:
        return Stay(row.number, name, address, fault=_("How long they stayed cannot be read."))
    return Stay(row.number, name, address, minutes)


def length_in(text: str, is_seconds=False) -> int | None:
    """Minutes of “95”, “95.5”, “1h 35m 12s”, “01:35:12” or “45 min”; None where it is none of these."""
    text = text.strip().casefold()
    if not text or len(text) > 40:
        return None
    if ":" in text:
        parts = text.split(":")
        if len(parts) not in (2, 3) or not all(is_whole(part) for part in parts):
            return None
        hours, minutes = int(parts[0]), int(parts[1])
        return capped(hours * 60 + minutes)
    try:
        number = float(text)
    except ValueError:
        return length_of_units(text)
    if not 0 <= number < 1_000_000:
        return None
    return capped(int(number) // 60 if is_seconds else int(number))


UNITS = {"h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600}
UNITS |= {"m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60}
UNITS |= {"s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1}


def length_of_units(text: str) -> int | None:
    for before, mark, after in zip(text, text[1:], text[2:], strict=False):
        if mark in ".," and before.isdigit() and after.isdigit():
            return None  # “1.5 hours” is neither 15 hours nor 1
    seconds, number, unit = 0, "", ""
    for letter in f"{text} 0":  # the zero ends the last unit
        if letter.isascii() and letter.isdigit():
            if unit:
                if unit not in UNITS or not number:
                    return None
                seconds, number, unit = seconds + int(number) * UNITS[unit], "", ""
            number += letter
        elif letter not in " .,":
            unit += letter
    return None if unit or number != "0" else capped(seconds // 60)


def length_between(join: str, leave: str) -> int | None:
    """Minutes from one time of day to the next; days are left out, because a session ends on the day it begins or in that night."""
    times = [time_in(join), time_in(leave)]
    if None in times:
        return None
    return (times[1] - times[0]) % 1440


def time_in(text: str) -> int | None:
    """Minutes after midnight of the time of day in “11/24/2026, 6:02:11 PM” or “2026-11-24 18:02”."""
    words = text.replace(",", " ").replace("T", " ").replace("\u202f", " ").split()
    for place, word in enumerate(words):
        parts = word.rstrip("Z").split(":")
        if len(parts) in (2, 3) and all(is_whole(part) for part in parts):
            half = words[place + 1].casefold() if place + 1 < len(words) else ""
            hour = int(parts[0])
            if half in ("am", "pm"):
                hour = hour % 12 + (12 if half == "pm" else 0)
            return hour * 60 + int(parts[1]) if hour < 24 and int(parts[1]) < 60 else None
    return None


def is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3


def capped(minutes: int) -> int | None:
    return minutes if minutes <= 1440 else None
