"""A list of answers as a file, in the order in which it was asked; no cell runs as a formula."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from lms.kit import spreadsheets

HEADINGS = (
    "Line",
    "Number",
    "Family name",
    "Reference",
    "Answer",
    "Nations",
    "Conditions",
    "What it means",
    "Why",
    "Counts until",
    "Asked about",
    "Receipt",
    "What is wrong",
)
WIDTHS = (6, 18, 22, 16, 24, 22, 30, 50, 50, 13, 13, 20, 50)


def as_csv(rows) -> bytes:
    return spreadsheets.as_csv([HEADINGS, *rows])


def as_xlsx(rows) -> bytes:
    """Days are days and line numbers are numbers; everything else is text, also where it looks like a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    for letter, width in zip("ABCDEFGHIJKLM", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.append(
        [spreadsheets.cell_of(sheet, heading, font=Font(bold=True)) for heading in HEADINGS]
    )
    top = Alignment(vertical="top", wrap_text=True)
    for row in rows:
        sheet.append([spreadsheets.cell_of(sheet, value, alignment=top) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
