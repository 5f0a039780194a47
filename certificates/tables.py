"""A list of answers as a file, in the order in which it was asked; no cell runs as a formula."""
import csv
import io

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

HEADINGS = ("Line", "Number", "Family name", "Reference", "Answer", "Nations", "Conditions", "What it means", "Asked about", "Receipt", "What is wrong")
RUN = tuple("=+-@\t\r")


def plain(value) -> str:
    """A spreadsheet would run what begins like a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value if value is not None else ""))
    return f"'{text}" if text.startswith(RUN) else text


def as_csv(rows) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows([[plain(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append([plain(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
