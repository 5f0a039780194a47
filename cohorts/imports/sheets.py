"""Opens an uploaded table by what it is, not by its name; it refuses what is too large, too odd or not a table."""
from dataclasses import dataclass
from datetime import date

from lms.kit.refusals import Refused

MOST_BYTES = 5_000_000
MOST_ROWS = 1000  # one file is one transaction: on SQLite everybody else waits for it, for a moment
MOST_CELLS = 40  # in a row
LONGEST_CELL = 500
LONGEST_LINE = MOST_CELLS * LONGEST_CELL


class FileProblem(Refused):
    """The file as a whole cannot be read; each sentence says where and what to do. Nothing was written."""

    def __init__(self, *sentences):
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Cell:
    """One cell as it was read: its text, and the day or the fault it holds."""

    text: str = ""
    day: date | None = None
    fault: str = ""
    is_number: bool = False
    had_spaces: bool = False  # at its start or end


@dataclass(frozen=True)
class Row:
    number: int
    cells: list[Cell]

    @property
    def is_blank(self):
        return not any(cell.text or cell.fault for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """The header row and the rows below it; blank rows are left out."""

    header: Row
    rows: list[Row]


SIGNATURES = [
    (b"%PDF", "a PDF"), (b"\x89PNG", "a picture (PNG)"), (b"\xff\xd8\xff", "a picture (JPEG)"), (b"GIF8", "a picture (GIF)"),
    (b"{\\rtf", "a rich text document"), (b"\x1f\x8b", "a compressed file (gzip)"), (b"7z\xbc\xaf", "a compressed file (7z)"),
    (b"Rar!", "a compressed file (RAR)"), (b"SQLite format 3", "a database"), (b"\x7fELF", "a program"), (b"MZ", "a program"),
    (b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<?xml", "an XML file"),
]
IN_PARTS = f"Split it into files of at most {MOST_ROWS:,} rows, each with the column names in its first row, and import them one after another."
SAVE_AS = "Save the table as “CSV UTF-8” or as an Excel workbook (.xlsx), and bring that."
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_sheet(content: bytes, most_rows: int = MOST_ROWS) -> Sheet:
    """The table in a file, of at most so many rows below its header. Raises FileProblem."""
    from .csv_sheet import read_csv
    from .xlsx_sheet import read_xlsx

    if not content.strip(b" \t\r\n\xef\xbb\xbf"):
        raise FileProblem("The file is empty: row 1, column A should be the first of the column names.")
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _refuse_size(content)
        rows = read_xlsx(content, most_rows)
    else:
        _refuse_other_kinds(content)
        rows = read_csv(content, most_rows)
    return _with_header(rows, most_rows)


def _refuse_size(content):
    if len(content) > MOST_BYTES:
        raise FileProblem(f"The file has more than {MOST_BYTES / 1e6:.0f} MB, so row 1, column A is not read. {IN_PARTS}")


def _refuse_other_kinds(content):
    if content.startswith(OLD_EXCEL):
        raise FileProblem(
            f"This is an old Excel file (.xls), or a workbook with a password; row 1, column A cannot be read. {SAVE_AS}"
        )
    start = content[:40].lstrip().lower()
    for signature, what in SIGNATURES:
        if start.startswith(signature.lower()):
            raise FileProblem(f"This is {what}, not a table: row 1, column A does not hold a column name. {SAVE_AS}")


def _with_header(rows, most_rows) -> Sheet:
    header, kept = None, []
    for row in rows:
        if row.is_blank:
            continue
        if header is None:
            header = row
            continue
        kept.append(row)
        if len(kept) > most_rows:
            raise FileProblem(
                f"Row {row.number}, column A: a file may have {most_rows:,} rows below the column names, and this one goes on. "
                f"Nothing was written. {IN_PARTS}"
            )
    if header is None:
        raise FileProblem("The file is empty: row 1, column A should be the first of the column names.")
    if not kept:
        below = header.number + 1
        raise FileProblem(f"The file has column names in row {header.number} and nothing below: row {below}, column A is empty.")
    return Sheet(header, kept)


def letter(index: int) -> str:
    """The letters a spreadsheet shows above its column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
