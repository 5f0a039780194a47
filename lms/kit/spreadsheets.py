"""What a spreadsheet may be given: text that none of them runs as a formula, whichever way it was typed."""

import csv
import io
import re
import unicodedata
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell

# By the end of a file's name, as HTTP calls it.
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RUN = "=+-@"
INNER = re.compile(r"([;\t|][ \"]{0,9})(?=[=+\-@＝＋－＠﹢﹣﹦﹫])")


def bare(value) -> str:
    """The text of a cell without what no workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", str(value if value is not None else ""))


def is_run(text: str) -> bool:
    """Would a spreadsheet take this for a formula? Full-width signs count, and so does a sign behind white space or unseen characters."""
    first = next(
        (c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")), ""
    )
    return unicodedata.normalize("NFKC", first)[:1] in RUN if first else False


def safe(value) -> str:
    """The text of a cell for CSV, with an apostrophe before it where a spreadsheet would run it, and before a sign inside it where
    a reader with another separator would begin a cell."""
    text = INNER.sub(r"\1'", bare(value))
    return f"'{text}" if is_run(text) or text[:1] in ("\t", "\r", "\n") else text


def as_csv(
    rows, *, separator=",", line_end="\r\n", encoding="utf-8-sig", quoting=csv.QUOTE_ALL
) -> bytes:
    """Rows of cells as CSV; as it comes, Excel opens it as UTF-8 and every cell is quoted. Raises UnicodeEncodeError for a letter that the encoding lacks."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=quoting)
    writer.writerows([[safe(cell) for cell in row] for row in rows])
    return out.getvalue().encode(encoding)


def cell_of(sheet, value, **styles) -> WriteOnlyCell:
    """A cell of a workbook: a number as a number, a day as a day, anything else as text that no spreadsheet runs."""
    if isinstance(value, int | float | Decimal | date):
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    else:
        cell = WriteOnlyCell(sheet, bare(value))
        cell.data_type = "s"
    for name, style in styles.items():
        setattr(cell, name, style)
    return cell


def as_xlsx(rows) -> bytes:
    """Rows of cells as a workbook of one sheet, each cell as `cell_of` makes it; an empty value is an empty cell."""
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([None if value in (None, "") else cell_of(sheet, value) for value in row])
    book.save(out)
    return out.getvalue()


WRITERS = {"csv": as_csv, "xlsx": as_xlsx}  # by the end of a file's name, as TYPES
