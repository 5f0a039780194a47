"""Reads a list of numbers and names, pasted or from a file, line by line; a slip in one line stops no other."""

import csv
import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cohorts.sheets.reading import read_sheet
from cohorts.sheets.table import Cell, FileProblem
from lms.kit.codes import Misread
from lms.kit.letters import without_unseen
from lms.kit.refusals import Refused

from .family_names import is_a_name
from .questions import Question, numbers_meant, question_of

MOST = 10_000
COLUMNS = {
    "number": (
        "number",
        "imsa number",
        "certificate number",
        "certificate",
        "imsa",
        "rhif",
        "imsa no",
        "imsa no.",
        "certificate no",
        "certificate no.",
        "no",
        "no.",
    ),
    "surname": (
        "family name",
        "surname",
        "last name",
        "family_name",
        "cyfenw",
        "family name for checks",
        "name",
        "full name",
        "employee name",
    ),
    "reference": ("reference", "our reference", "ref", "id", "staff number"),
}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
IN_GROUPS = re.compile(r"(?:IMSA|C)-[A-Z0-9]{4}-[A-Z0-9]{4}", re.IGNORECASE)
# Linear, as every expression of the house (tests/house/test_patterns.py): spaces come one at a time.
FREE = re.compile(
    r"((?:IMSA|C)?[ \-‐-―]{0,6}[0-9A-Za-z]{4}[ \-‐-―]{0,6}[0-9A-Za-z]{4})[ ,;]++(.+)", re.I
)


@dataclass(frozen=True)
class Line:
    """One line of a list: as it was typed, the question it is, or what is wrong with it."""

    row: int
    number: str
    surname: str
    reference: str = ""
    question: Question | None = None
    fault: str = ""


def line_of(row: int, number: str, surname: str, reference: str, day: date) -> Line:
    number, surname, reference = (
        CONTROL.sub("", without_unseen(words)) for words in (number, surname, reference)
    )
    if _is_number(surname) and not _is_number(number) and is_a_name(number):
        number, surname = (
            surname,
            number,
        )  # the two columns have changed places, and neither can be taken for the other
    number, surname, reference = (
        number.strip()[:40],
        " ".join(surname.split())[:150],
        " ".join(reference.split())[:60],
    )
    if not number or not surname:
        why = _("The family name is missing.") if number else _("The number is missing.")
        return Line(row, number, surname, reference, None, why)
    try:
        return Line(row, number, surname, reference, question_of(number, surname, day))
    except (Misread, Refused) as slip:
        return Line(row, number, surname, reference, None, str(slip))


def _is_number(words) -> bool:
    try:
        # Eight letters may be a name; one number in twelve has no digit, and then its hyphens tell.
        return bool(numbers_meant(words)) and (
            any(c.isdigit() for c in words) or bool(IN_GROUPS.fullmatch(words.strip()))
        )
    except Misread:
        return False


def pasted(text: str, day: date) -> list[Line]:
    """Lines of number and family name, parted by a tab, a comma, a semicolon or a space. Raises FileProblem."""
    found = []
    for row, words in enumerate(text.splitlines(), start=1):
        if not words.strip():
            continue
        mark = next((mark for mark in "\t;," if mark in words), None)
        try:
            cells = (
                [
                    cell.strip()
                    for cell in next(csv.reader([words], delimiter=mark, skipinitialspace=True))
                ]
                if mark
                else _parted(words)
            )
        except csv.Error:
            found.append(
                Line(
                    row,
                    words.strip()[:40],
                    "",
                    "",
                    None,
                    _("This line cannot be read: it is too long, or a quotation mark is missing."),
                )
            )
            continue
        if not found and _kind_of(cells[0]) == "number" and not any(c.isdigit() for c in words):
            continue  # the names of columns, pasted along
        found.append(
            line_of(
                row,
                cells[0],
                cells[1] if len(cells) > 1 else "",
                cells[2] if len(cells) > 2 else "",
                day,
            )
        )
        if len(found) > MOST:
            raise FileProblem(
                _("Line %(row)s: a list may have %(most)s lines. Bring it in parts.")
                % {"row": row, "most": f"{MOST:,}"}
            )
    if not found:
        raise FileProblem(
            _("The list is empty. Write one number and one family name on each line.")
        )
    return found


def _parted(words) -> list[str]:
    """Number and name with only spaces between them; where the number is mistyped, so that the slip can be named."""
    free = FREE.fullmatch(" ".join(words.split()))
    if free:
        return [free[1], free[2]]
    parts = words.split()
    count = next(
        (
            n
            for n, part in enumerate(parts)
            if not (any(c.isdigit() for c in part) or part.upper().rstrip("-") in ("IMSA", "C"))
        ),
        len(parts),
    )
    count = max(count, 1)
    return [" ".join(parts[:count]), " ".join(parts[count:])]


def filed(content: bytes, day: date) -> list[Line]:
    """The lines of a CSV or XLSX file whose first row names the columns. Raises FileProblem."""
    sheet = read_sheet(content, MOST)
    places, ranks = {}, {}
    for index, heading in enumerate(sheet.header.cells):
        kind = _kind_of(heading.text)
        rank = COLUMNS[kind].index(_bare(heading.text)) if kind else 0
        if kind and (
            kind not in places or rank < ranks[kind]
        ):  # “Surname” beside “Name” is the surname
            places[kind], ranks[kind] = index, rank
    missing = [name for name in ("number", "surname") if name not in places]
    if missing:
        alone = {"number": _("“Number”"), "surname": _("“Family name”")}
        both = _("“Number” and “Family name”")
        named = both if len(missing) > 1 else alone[missing[0]]
        raise FileProblem(
            _(
                "Row %(number)s: no column is called %(named)s. Name the columns Number and Family name."
            )
            % {"number": sheet.header.number, "named": named}
        )

    def cell(row, kind):
        index = places.get(kind)
        return row.cells[index] if index is not None and index < len(row.cells) else Cell()

    def line(row):
        cells = {kind: cell(row, kind) for kind in COLUMNS}
        fault = next((cells[kind].fault for kind in ("number", "surname") if cells[kind].fault), "")
        number, surname, reference = (
            cells[kind].text for kind in ("number", "surname", "reference")
        )
        return (
            Line(row.number, number[:40], surname[:150], reference[:60], None, fault)
            if fault
            else line_of(row.number, number, surname, reference, day)
        )

    return [line(row) for row in sheet.rows]


def _kind_of(words: str) -> str:
    return next((kind for kind, names in COLUMNS.items() if _bare(words) in names), "")


def _bare(words: str) -> str:
    return " ".join(without_unseen(words).replace("_", " ").split()).casefold()
