"""Reads an Excel workbook's one table; it refuses formulas, macros, bombs and workbooks with several tables."""

import io
import warnings
import zipfile
from datetime import date, datetime, time

from openpyxl import load_workbook

from lms.kit.letters import unescaped

from .table import (
    IN_PARTS,
    LONGEST_CELL,
    MOST_CELLS,
    MOST_ROWS,
    SAVE_AS,
    Cell,
    FileProblem,
    Row,
    letter,
)

MOST_PARTS = 500
MOST_UNPACKED = 50_000_000
LAST_ROW = 1_048_576  # of any real workbook


def read_xlsx(content: bytes, most_rows: int = MOST_ROWS):
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
            )
    except FileProblem:
        raise
    # Whatever a damaged or hostile package makes openpyxl raise, the reader of the page gets a sentence.
    except Exception as fault:
        raise FileProblem(
            f"The workbook cannot be opened, so not even row 1, column A can be read. It may be damaged. {SAVE_AS}"
        ) from fault


def _refuse_package(package):
    parts = package.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise FileProblem(f"The file has a password, so row 1, column A cannot be read. {SAVE_AS}")
    if "xl/workbook.xml" not in names:
        kinds = {"word/document.xml": "a Word document", "mimetype": "an OpenDocument file"}
        what = next((kind for name, kind in kinds.items() if name in names), "a ZIP archive")
        raise FileProblem(
            f"This is {what}, not a workbook: row 1, column A cannot be read. {SAVE_AS}"
        )
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise FileProblem(
            f"The workbook holds macros, so not even row 1, column A is read. {SAVE_AS}"
        )
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileProblem(
            f"The workbook unpacks to far more than a table of people needs, so not even row 1, column A is read. {SAVE_AS}"
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with package.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(4096):
                    why = "The workbook declares what no spreadsheet does, so row 1, column A is not read."
                    raise FileProblem(f"{why} {SAVE_AS}")


def _only_table(book, most_rows) -> list[Row]:
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    tables = {sheet.title: rows for sheet in seen if (rows := _rows(sheet, most_rows))}
    if len(tables) > 1:
        names = ", ".join(
            f"“{title}” (from row {rows[0].number}, column A on)" for title, rows in tables.items()
        )
        raise FileProblem(f"{len(tables)} sheets hold something: {names}. Keep one.")
    return next(iter(tables.values()), [])


def _rows(sheet, most_rows) -> list[Row]:
    sheet.reset_dimensions()  # what a workbook says of its own size is not to be believed
    found = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW:
            raise FileProblem(f"Row {number:,}, column A: no workbook has so many rows. {SAVE_AS}")
        if not any(cell.value is not None for cell in cells):
            continue
        if len(found) > most_rows:
            raise FileProblem(
                f"Row {number:,}, column A: a file may have {most_rows:,} rows below the column names. Nothing was written. {IN_PARTS}"
            )
        beyond = [
            i
            for i, cell in enumerate(cells[MOST_CELLS:], start=MOST_CELLS)
            if cell.value is not None
        ]
        if beyond:
            raise FileProblem(
                f"Row {number}, column {letter(beyond[0])}: a row may have {MOST_CELLS} cells."
            )
        found.append(
            Row(
                number,
                [_cell(cell, number, index) for index, cell in enumerate(cells[:MOST_CELLS])],
            )
        )
    return found


def _cell(cell, number, index) -> Cell:
    value, kind, name = cell.value, cell.data_type, f"{letter(index)}{number}"
    if value is None:
        return Cell()
    if kind == "f":
        return Cell(
            fault=f"Cell {name} holds a formula. Paste its value instead: what a formula gives can change."
        )
    if kind == "e":
        return Cell(
            fault=f"Cell {name} holds the spreadsheet's own mark for a fault ({value}). Type the value."
        )
    if isinstance(value, bool):
        return Cell(fault=f"Cell {name} holds true or false. Type the value as text.")
    if isinstance(value, datetime):
        if value.time() != time(0):
            return Cell(fault=f"Cell {name} holds a time of day as well as a date. Keep the date.")
        return Cell(text=value.date().isoformat(), day=value.date())
    if isinstance(value, date):
        return Cell(text=value.isoformat(), day=value)
    if isinstance(value, (int, float)):
        return Cell(text=str(int(value)) if value == int(value) else repr(value), is_number=True)
    if isinstance(value, str):
        value = unescaped(value)
    else:
        return Cell(fault=f"Cell {name} holds a length of time. Type the value as text.")
    if len(value) > LONGEST_CELL:
        raise FileProblem(
            f"Row {number}, column {letter(index)}: the cell has more than {LONGEST_CELL} characters. Shorten it."
        )
    text = value.strip(" \r\n")
    return Cell(text=text, had_spaces=bool(text) and text != value)
