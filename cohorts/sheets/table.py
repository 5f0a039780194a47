"""A table as it was read, whatever file it came in: its cells, rows and limits, and what is wrong with a file as a whole."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit.refusals import Refused

MOST_BYTES = 5_000_000
MOST_ROWS = 1000  # where who reads it says nothing else
MOST_CELLS = 40  # in a row
LONGEST_CELL = 500
LONGEST_LINE = MOST_CELLS * LONGEST_CELL
SAVE_AS = gettext_noop(
    "Save the table as “CSV UTF-8” or as an Excel workbook (.xlsx), and bring that."
)


def in_parts(most_rows: int) -> str:
    """What to do with a file of more rows than that."""
    return _(
        "Split it into files of at most {rows} rows, each with the column names in its first row, and import them one after another."
    ).format(rows=f"{most_rows:,}")


class FileProblem(Refused):
    """The file as a whole cannot be read; each sentence says where and what to do. Nothing was written."""

    def __init__(self, *sentences):
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)  # a file has a hundred thousand of them
class Cell:
    """One cell as it was read: its text, and the day or the fault it holds."""

    text: str = ""
    day: date | None = None
    fault: str = ""
    is_number: bool = False
    had_spaces: bool = False  # at its start or end


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: list[Cell]

    @property
    def is_blank(self):
        return not any(cell.text or cell.fault for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """The header row and the rows below it; blank rows are left out. `notes`: how the file was read otherwise than as it is, as sentences."""

    header: Row
    rows: list[Row]
    notes: tuple[str, ...] = ()


def letter(index: int) -> str:
    """The letters a spreadsheet shows above its column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
