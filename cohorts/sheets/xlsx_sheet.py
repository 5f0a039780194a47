"""Reads an Excel workbook's one table; it refuses formulas, macros, bombs and workbooks with several tables."""

import io
import warnings
import zipfile
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from lms.kit.letters import unescaped

from .table import (
    LONGEST_CELL,
    MOST_CELLS,
    MOST_ROWS,
    SAVE_AS,
    Cell,
    FileProblem,
    Row,
    in_parts,
    letter,
)

MOST_PARTS = 500
MOST_UNPACKED = 50_000_000
LAST_ROW = 1_048_576  # of any real workbook


def read_xlsx(content: bytes, most_rows: int = MOST_ROWS, longest_cell: int = LONGEST_CELL):
    """The rows of the only worksheet that holds anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _refuse_package(package)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _only_table(
                load_workbook(
                    io.BytesIO(content), read_only=True, data_only=False, keep_links=False
                ),
                most_rows,
                longest_cell,
            )
    except FileProblem:
        raise
    # Whatever a damaged or hostile package makes openpyxl raise, the reader of the page gets a sentence.
    except Exception as fault:
        raise FileProblem(
            _(
                "The workbook cannot be opened, so not even row 1, column A can be read. It may be damaged. %(save_as)s"
            )
            % {"save_as": _(SAVE_AS)}
        ) from fault


def _refuse_package(package):
    parts = package.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise FileProblem(
            _("The file has a password, so row 1, column A cannot be read. %(save_as)s")
            % {"save_as": _(SAVE_AS)}
        )
    if "xl/workbook.xml" not in names:
        kinds = {"word/document.xml": _("a Word document"), "mimetype": _("an OpenDocument file")}
        what = next((kind for name, kind in kinds.items() if name in names), _("a ZIP archive"))
        raise FileProblem(
            _("This is %(what)s, not a workbook: row 1, column A cannot be read. %(save_as)s")
            % {"what": what, "save_as": _(SAVE_AS)}
        )
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise FileProblem(
            _("The workbook holds macros, so not even row 1, column A is read. %(save_as)s")
            % {"save_as": _(SAVE_AS)}
        )
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileProblem(
            _(
                "The workbook unpacks to far more than a table of people needs, so not even row 1, column A is read. %(save_as)s"
            )
            % {"save_as": _(SAVE_AS)}
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with package.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(4096):
                    why = _(
                        "The workbook declares what no spreadsheet does, so row 1, column A is not read."
                    )
                    raise FileProblem(f"{why} {_(SAVE_AS)}")


def _only_table(book, most_rows, longest_cell) -> list[Row]:
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    tables = {
        sheet.title: rows for sheet in seen if (rows := _rows(sheet, most_rows, longest_cell))
    }
    if len(tables) > 1:
        names = ", ".join(
            _("“%(title)s” (from row %(number)s, column A on)")
            % {"title": title, "number": rows[0].number}
            for title, rows in tables.items()
        )
        raise FileProblem(
            _("%(count)s sheets hold something: %(names)s. Keep one.")
            % {"count": len(tables), "names": names}
        )
    return next(iter(tables.values()), [])


def _rows(sheet, most_rows, longest_cell) -> list[Row]:
    sheet.reset_dimensions()  # what a workbook says of its own size is not to be believed
    found = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW:
            raise FileProblem(
                _("Row %(number)s, column A: no workbook has so many rows. %(save_as)s")
                % {"number": f"{number:,}", "save_as": _(SAVE_AS)}
            )
        if not any(cell.value is not None for cell in cells):
            continue
        if len(found) > most_rows:
            raise FileProblem(
                _(
                    "Row %(number)s, column A: a file may have %(most_rows)s rows below the column names. Nothing was written. %(in_parts)s"
                )
                % {
                    "number": f"{number:,}",
                    "most_rows": f"{most_rows:,}",
                    "in_parts": in_parts(most_rows),
                }
            )
        beyond = [
            i
            for i, cell in enumerate(cells[MOST_CELLS:], start=MOST_CELLS)
            if cell.value is not None
        ]
        if beyond:
            raise FileProblem(
                _("Row %(number)s, column %(letter)s: a row may have %(most_cells)s cells.")
                % {"number": number, "letter": letter(beyond[0]), "most_cells": MOST_CELLS}
            )
        found.append(
            Row(
                number,
                [
                    _cell(cell, number, index, longest_cell)
                    for index, cell in enumerate(cells[:MOST_CELLS])
                ],
            )
        )
    return found


def _cell(cell, number, index, longest_cell) -> Cell:
    value, kind, name = cell.value, cell.data_type, f"{letter(index)}{number}"
    if value is None:
        return Cell()
    if kind == "f":
        return Cell(
            fault=_(
                "Cell %(name)s holds a formula. Paste its value instead: what a formula gives can change."
            )
            % {"name": name}
        )
    if kind == "e":
        return Cell(
            fault=_(
                "Cell %(name)s holds the spreadsheet's own mark for a fault (%(value)s). Type the value."
            )
            % {"name": name, "value": value}
        )
    if isinstance(value, bool):
        return Cell(
            fault=_("Cell %(name)s holds true or false. Type the value as text.") % {"name": name}
        )
    if isinstance(value, datetime):
        if value.time() != time(0):
            return Cell(
                fault=_("Cell %(name)s holds a time of day as well as a date. Keep the date.")
                % {"name": name}
            )
        return Cell(text=value.date().isoformat(), day=value.date())
    if isinstance(value, date):
        return Cell(text=value.isoformat(), day=value)
    if isinstance(value, (int, float)):
        return Cell(text=str(int(value)) if value == int(value) else repr(value), is_number=True)
    if isinstance(value, str):
        value = unescaped(value)
    else:
        return Cell(
            fault=_("Cell %(name)s holds a length of time. Type the value as text.")
            % {"name": name}
        )
    if len(value) > longest_cell:
        raise FileProblem(
            _(
                "Row %(number)s, column %(letter)s: the cell has more than %(longest_cell)s characters. Shorten it."
            )
            % {"number": number, "letter": letter(index), "longest_cell": longest_cell}
        )
    text = value.strip(" \r\n")
    return Cell(text=text, had_spaces=bool(text) and text != value)
