"""Reads a list of numbers and names, pasted or from a file, line by line; a slip in one line stops no other."""
import re
from dataclasses import dataclass
from datetime import date

from cohorts.imports.sheets import FileProblem, read_sheet
from lms.kit.codes import Misread
from lms.kit.refusals import Refused

from .actions.checks import Question, question_of

MOST = 10_000
COLUMNS = {
    "number": ("number", "imsa number", "certificate number", "certificate", "imsa", "rhif"),
    "surname": ("family name", "surname", "last name", "family_name", "name", "cyfenw"),
    "reference": ("reference", "our reference", "ref", "id", "staff number"),
}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
FREE = re.compile(r"^\s*((?:IMSA|C)?[\s\-‐-―]*[0-9A-Za-z]{4}[\s\-‐-―]*[0-9A-Za-z]{4})[\s,;]+(.+)$", re.I)


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
    number, surname, reference = (CONTROL.sub("", words) for words in (number, surname, reference))
    number, surname, reference = number.strip()[:40], " ".join(surname.split())[:150], " ".join(reference.split())[:60]
    if not number or not surname:
        missing = "number" if not number else "family name"
        return Line(row, number, surname, reference, None, f"The {missing} is missing.")
    try:
        return Line(row, number, surname, reference, question_of(number, surname, day))
    except (Misread, Refused) as slip:
        return Line(row, number, surname, reference, None, str(slip))


def pasted(text: str, day: date) -> list[Line]:
    """Lines of number and family name, parted by a tab, a comma, a semicolon or a space. Raises FileProblem."""
    found = []
    for row, words in enumerate(text.splitlines(), start=1):
        if not words.strip():
            continue
        cells = next((words.split(mark) for mark in "\t;," if mark in words), None)
        if cells is None:
            free = FREE.match(words)
            cells = [free[1], free[2]] if free else [words]
        if not found and _kind_of(cells[0]) == "number" and not any(c.isdigit() for c in words):
            continue  # the names of columns, pasted along
        found.append(line_of(row, cells[0], cells[1] if len(cells) > 1 else "", cells[2] if len(cells) > 2 else "", day))
        if len(found) > MOST:
            raise FileProblem(f"Line {row}: a list may have {MOST:,} lines. Bring it in parts.")
    if not found:
        raise FileProblem("The list is empty. Write one number and one family name on each line.")
    return found


def filed(content: bytes, day: date) -> list[Line]:
    """The lines of a CSV or XLSX file whose first row names the columns. Raises FileProblem."""
    sheet = read_sheet(content, MOST)
    places = {}
    for index, cell in enumerate(sheet.header.cells):
        kind = _kind_of(cell.text)
        if kind and kind not in places:
            places[kind] = index
    missing = [name for name in ("number", "surname") if name not in places]
    if missing:
        named = " and ".join({"number": "“Number”", "surname": "“Family name”"}[name] for name in missing)
        raise FileProblem(f"Row {sheet.header.number}: no column is called {named}. Name the columns Number and Family name.")

    def text(row, kind):
        index = places.get(kind)
        cell = row.cells[index] if index is not None and index < len(row.cells) else None
        return (cell.text if cell and not cell.fault else "") if cell else ""

    return [line_of(row.number, text(row, "number"), text(row, "surname"), text(row, "reference"), day) for row in sheet.rows]


def _kind_of(words: str) -> str:
    bare = " ".join(words.replace("_", " ").split()).casefold()
    return next((kind for kind, names in COLUMNS.items() if bare in names), "")
