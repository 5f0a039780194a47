"""Opens an uploaded table by what it is, not by its name; it refuses what is too large, too odd or not a table."""

from .csv_sheet import read_csv
from .table import IN_PARTS, MOST_BYTES, MOST_ROWS, SAVE_AS, FileProblem, Sheet
from .xlsx_sheet import read_xlsx

SIGNATURES = [
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "a compressed file (7z)"),
    (b"Rar!", "a compressed file (RAR)"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
]
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_sheet(content: bytes, most_rows: int = MOST_ROWS) -> Sheet:
    """The table in a file, of at most so many rows below its header. Raises FileProblem."""
    if not content.strip(b" \t\r\n\xef\xbb\xbf"):
        raise FileProblem(
            "The file is empty: row 1, column A should be the first of the column names."
        )
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _refuse_size(content)
        rows = read_xlsx(content, most_rows)
    else:
        _refuse_other_kinds(content)
        rows = read_csv(content, most_rows)
    return _with_header(rows, most_rows)


def _refuse_size(content):
    if len(content) > MOST_BYTES:
        raise FileProblem(
            f"The file has more than {MOST_BYTES / 1e6:.0f} MB, so row 1, column A is not read. {IN_PARTS}"
        )


def _refuse_other_kinds(content):
    if content.startswith(OLD_EXCEL):
        raise FileProblem(
            f"This is an old Excel file (.xls), or a workbook with a password; row 1, column A cannot be read. {SAVE_AS}"
        )
    start = content[:40].lstrip().lower()
    for signature, what in SIGNATURES:
        if start.startswith(signature.lower()):
            raise FileProblem(
                f"This is {what}, not a table: row 1, column A does not hold a column name. {SAVE_AS}"
            )


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
        raise FileProblem(
            "The file is empty: row 1, column A should be the first of the column names."
        )
    if not kept:
        below = header.number + 1
        raise FileProblem(
            f"The file has column names in row {header.number} and nothing below: row {below}, column A is empty."
        )
    return Sheet(header, kept)
