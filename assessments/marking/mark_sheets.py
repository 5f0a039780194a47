"""Marks away from the site: a workbook with a row for each script, and what is in it when it comes back. Nothing is written here."""

import io
import tempfile
import zipfile
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from cohorts.sheets.reading import read_sheet
from cohorts.sheets.table import FileProblem
from lms.kit import files
from lms.kit.spreadsheets import cell_of

from ..setting.rubric import read_mark, what_to_type
from . import blind
from .actions.marks import LONGEST_COMMENT

MOST, MOST_BYTES = 50, 200_000_000  # scripts in one package, and their bytes together


@dataclass
class Returned:
    """`drafts`: (BlindScript, marks, comment) that differ from what is saved; `same`: how many do not; `faults`: (row, why)."""

    drafts: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    same: int = 0


def headings(script) -> list[str]:
    titles = [one.title for one in script.criteria]
    return [
        "script",
        "version",
        *(
            one.title if titles.count(one.title) == 1 else f"{one.title} ({one.key})"
            for one in script.criteria
        ),
        "comment",
    ]


def workbook(scripts) -> bytes:
    """A row for each of some scripts with one rubric: its number, the version of the draft, the marks and the comment as they are saved."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("marks")
    sheet.freeze_panes = "B2"
    heads = headings(scripts[0])
    for place, width in enumerate((16, 26, *[14] * (len(heads) - 3), 80)):
        sheet.column_dimensions[_letter(place)].width = width
    sheet.append([cell_of(sheet, head, font=Font(bold=True)) for head in heads])
    top = Alignment(vertical="top", wrap_text=True)
    for one in scripts:
        marks = [one.marks.get(criterion.key) for criterion in one.criteria]
        values = [one.script, one.version, *marks, one.comment]
        sheet.append([cell_of(sheet, value, alignment=top) for value in values])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _letter(place):
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def package(marker, scripts):
    """An open file: a ZIP with the markers' copy of each script and a workbook for each rubric. A script that would make it too large stays out,
    with its row."""
    out = tempfile.SpooledTemporaryFile(max_size=5_000_000)  # noqa: SIM115 - the answer closes it
    left, packed, rubrics = MOST_BYTES, [], {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for one in scripts:
            if one.file_size > left and packed:
                continue
            path, name = blind.file_for(marker, one.script)
            try:
                archive.writestr(name, files.read(path))
            except FileNotFoundError:
                continue
            left -= one.file_size
            packed.append(one)
            rubrics.setdefault((one.criteria, one.step), []).append(one)
        for number, group in enumerate(rubrics.values(), start=1):
            name = "marks.xlsx" if len(rubrics) == 1 else f"marks-{number}.xlsx"
            archive.writestr(name, workbook(group))
    out.seek(0)
    return out


# ---- what comes back ----


def rows_in(content) -> list[list]:
    """[row, head, cells] of a workbook as it came back, as a session can hold them. Raises FileProblem."""
    sheet = read_sheet(content, MOST, LONGEST_COMMENT + 1000)
    heads = [cell.text for cell in sheet.header.cells]
    while heads and not heads[-1]:
        heads.pop()
    if heads[:2] != ["script", "version"] or heads[-1:] != ["comment"]:
        raise FileProblem(
            _(
                "The first row is not the one of a sheet of marks. Download the sheet again, and type into that."
            )
        )
    rows = []
    for row in sheet.rows:
        for cell in row.cells:
            if cell.fault:
                raise FileProblem(cell.fault)
        cells = [cell.text for cell in row.cells] + [""] * len(heads)
        rows.append([row.number, heads, cells[: len(heads)]])
    return rows


def check_rows(marker, rows) -> Returned:
    """What the rows would change, and what stands against it, row by row."""
    found, seen = Returned(), set()
    for number, heads, cells in rows:
        where, script = _("Row %(number)s") % {"number": number}, cells[0].upper()
        try:
            if script in seen:
                raise ValueError(
                    _("Script %(script)s stands in another row too.") % {"script": script}
                )
            seen.add(script)
            task, marks, comment = _read(marker, script, heads, cells)
        except ValueError as why:
            found.faults.append((where, str(why)))
            continue
        if (marks, comment) == (task.marks, task.comment):
            found.same += 1
        elif cells[1] != task.version:
            words = _(
                "Other marks for %(script)s were saved on the site, or its file was replaced, after this sheet was made. Take the row out, or download the sheet again."
            )
            found.faults.append((where, words % {"script": script}))
        else:
            found.drafts.append((task, marks, comment))
    return found


def _read(marker, script, heads, cells):
    """(BlindScript, marks, comment). Raises ValueError with what is wrong."""
    about = {"script": script[:40]}
    try:
        task = blind.script_for(marker, script)
    except blind.NoSuchScript:
        raise ValueError(_("You have no script “%(script)s” to mark.") % about) from None
    if task.is_sealed:
        raise ValueError(_("You have submitted your marks for %(script)s, so they stand.") % about)
    if heads != headings(task):
        raise ValueError(
            _("Script %(script)s is judged by other criteria than this sheet.") % about
        )
    marks, comment = {}, cells[-1].strip()
    for criterion, typed in zip(task.criteria, cells[2:-1], strict=True):
        if not typed.strip():
            continue
        try:
            marks[criterion.key] = read_mark(typed, task.step)
        except ValueError:
            raise ValueError(what_to_type(criterion.title, typed, task.step)) from None
    if len(comment) > LONGEST_COMMENT:
        words = _("The comment has %(count)s characters; there is room for %(longest_comment)s.")
        raise ValueError(words % {"count": len(comment), "longest_comment": LONGEST_COMMENT})
    return task, marks, comment
