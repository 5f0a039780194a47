"""Opens an uploaded table by what it is, not by its name; it refuses what is too large, too odd or not a table."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .csv_sheet import read_csv
from .table import LONGEST_CELL, MOST_BYTES, MOST_ROWS, SAVE_AS, FileProblem, Sheet, in_parts
from .xlsx_sheet import read_xlsx

SIGNATURES = [
    (b"%PDF", gettext_lazy("a PDF")),
    (b"\x89PNG", gettext_lazy("a picture (PNG)")),
    (b"\xff\xd8\xff", gettext_lazy("a picture (JPEG)")),
    (b"GIF8", gettext_lazy("a picture (GIF)")),
    (b"{\\rtf", gettext_lazy("a rich text document")),
    (b"\x1f\x8b", gettext_lazy("a compressed file (gzip)")),
    (b"7z\xbc\xaf", gettext_lazy("a compressed file (7z)")),
    (b"Rar!", gettext_lazy("a compressed file (RAR)")),
    (b"SQLite format 3", gettext_lazy("a database")),
    (b"\x7fELF", gettext_lazy("a program")),
    (b"MZ", gettext_lazy("a program")),
    (b"<!doctype html", gettext_lazy("a web page")),
    (b"<html", gettext_lazy("a web page")),
    (b"<?xml", gettext_lazy("an XML file")),
]
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_sheet(
    content: bytes,
    most_rows: int = MOST_ROWS,
    longest_cell: int = LONGEST_CELL,
    *,
    windows=False,
) -> Sheet:
    """The table in a file, of at most so many rows below its header; of a workbook with at most so many characters in a cell. `windows`: a CSV file that is
    certainly Windows-1252 is read, and the sheet's notes say so. Raises FileProblem."""
    if not content.strip(b" \t\r\n\xef\xbb\xbf"):
        raise FileProblem(
            _("The file is empty: row 1, column A should be the first of the column names.")
        )
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _refuse_size(content, most_rows)
        rows = read_xlsx(content, most_rows, longest_cell)
        notes = ()
    else:
        _refuse_other_kinds(content)
        rows, notes = read_csv(content, most_rows, windows=windows)
    return _with_header(rows, most_rows, notes)


def _refuse_size(content, most_rows):
    if len(content) > MOST_BYTES:
        raise FileProblem(
            _(
                "The file has more than %(most_bytes)s MB, so row 1, column A is not read. %(in_parts)s"
            )
            % {"most_bytes": f"{MOST_BYTES / 1000000.0:.0f}", "in_parts": in_parts(most_rows)}
        )


def _refuse_other_kinds(content):
    if content.startswith(OLD_EXCEL):
        raise FileProblem(
            _(
                "This is an old Excel file (.xls), or a workbook with a password; row 1, column A cannot be read. %(save_as)s"
            )
            % {"save_as": _(SAVE_AS)}
        )
    start = content[:40].lstrip().lower()
    for signature, what in SIGNATURES:
        if start.startswith(signature.lower()):
            raise FileProblem(
                _(
                    "This is %(what)s, not a table: row 1, column A does not hold a column name. %(save_as)s"
                )
                % {"what": what, "save_as": _(SAVE_AS)}
            )


def _with_header(rows, most_rows, notes) -> Sheet:
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
                _(
                    "Row %(number)s, column A: a file may have %(most_rows)s rows below the column names, and this one goes on. "
                    "Nothing was written. %(in_parts)s"
                )
                % {
                    "number": row.number,
                    "most_rows": f"{most_rows:,}",
                    "in_parts": in_parts(most_rows),
                }
            )
    if header is None:
        raise FileProblem(
            _("The file is empty: row 1, column A should be the first of the column names.")
        )
    if not kept:
        below = header.number + 1
        raise FileProblem(
            _(
                "The file has column names in row %(header_number)s and nothing below: row %(below)s, column A is empty."
            )
            % {"header_number": header.number, "below": below}
        )
    return Sheet(header, kept, notes)
