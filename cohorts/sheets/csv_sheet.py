"""The bytes of a CSV file: looked at, decoded, and handed to the reader (`csv_records.py`); it refuses all but UTF-8, what says that
it is UTF-16, and where its reader asks for it what can be Windows-1252 alone."""

import re

from django.utils.translation import gettext as _

from .csv_records import records
from .headers import A_HEADER, SOUGHT
from .table import (
    LONGEST_CELL,
    LONGEST_LINE,
    MOST_BYTES,
    MOST_CELLS,
    MOST_ROWS,
    SAVE_AS,
    Cell,
    FileProblem,
    Row,
    in_parts,
    letter,
)
from .windows_1252 import first_changed, text_if_certain

NEW_LINE = b"\n"
SEPARATOR = re.compile(rb"\A\"?sep=[;,]\"?(?:\r\n|\n|\r)", re.IGNORECASE)
OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def read_csv(content: bytes, most_rows: int = MOST_ROWS, *, windows=False):
    """The rows of a CSV file, with comma or semicolon between the cells, and how it was read otherwise than as UTF-8, as sentences. `windows`: what is
    certainly Windows-1252 is read."""
    text, notes = _decoded(content, most_rows, windows)
    return _rows(text, most_rows), notes


def _rows(text, most_rows):
    cells = records(text, _delimiter(text))
    for number, values in enumerate(cells, start=1):
        if number > most_rows * 3:  # blank rows count here, so that nothing reads without end
            raise FileProblem(
                _("Row %(number)s, column A: the file goes on too long. %(in_parts)s")
                % {"number": number, "in_parts": in_parts(most_rows)}
            )
        yield Row(number, [_cell(value) for value in values])


def _cell(value) -> Cell:
    text = value.strip(" ")
    return Cell(text, had_spaces=bool(text) and text != value)


def _decoded(content: bytes, most_rows: int, windows: bool) -> tuple[str, tuple[str, ...]]:
    for mark, name in OTHER_ENCODINGS.items():
        if content.startswith(mark):  # the mark says for certain what it is
            try:
                content = content.decode("utf-16").encode("utf-8")
            except UnicodeError:
                raise FileProblem(
                    _(
                        "Row 1, column A: byte 1 is %(mark)s, so the file is saved as %(name)s, and it is not whole. %(save_as)s"
                    )
                    % {"mark": f"{mark[0]:02X}", "name": name, "save_as": _(SAVE_AS)}
                ) from None
    whole, content = len(content), content.removeprefix(b"\xef\xbb\xbf")
    nth = whole - len(content) + 1  # bytes are counted from 1, with the mark at the start
    content = SEPARATOR.sub(
        b"", content, count=1
    )  # written by Excel’s add-ins; the delimiter is seen in the header
    if (
        b"\n" not in content
    ):  # Excel for Mac ends lines so; a quoted cell with such an end is refused later as a line break
        content = content.replace(b"\r", b"\n")
    _refuse_long_lines(content, most_rows)
    nul = content.find(b"\0")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as fault:
        read = text_if_certain(content) if windows and nul < 0 else None
        if read is not None:
            return read, (_as_windows(read),)
        if nul < 0 or fault.start < nul:
            where = _place(content[: fault.start].decode("utf-8"))
            raise FileProblem(
                _(
                    "%(where)s: byte %(start)s of the file (%(content)s) is not UTF-8. The file was probably "
                    "saved as Windows-1252 or Latin-1, and letters such as “á” would be lost. %(save_as)s"
                )
                % {
                    "where": where,
                    "start": fault.start + nth,
                    "content": f"{content[fault.start]:02X}",
                    "save_as": _(SAVE_AS),
                }
            ) from None
        text = ""
    if nul >= 0:
        where = _place(content[:nul].decode("utf-8", "replace"))
        raise FileProblem(
            _(
                "%(where)s: byte %(nul)s of the file is empty (NUL), so this is not a text file. %(save_as)s"
            )
            % {"where": where, "nul": nul + nth, "save_as": _(SAVE_AS)}
        )
    return text, ()


def _as_windows(text):
    number, word = first_changed(text)
    return _(
        "The file was saved as Windows-1252 and not as UTF-8, and was read so. The first letter that this concerns is in line %(number)s: “%(word)s”. "
        "If that is not how it is spelt, drop the file and save it as CSV UTF-8."
    ) % {"number": number, "word": word}


def _refuse_long_lines(content: bytes, most_rows: int):
    """Before anything else is done with it: 10 MB of one line must not cost 10 MB of work."""
    most, start = LONGEST_LINE * 4, 0  # four bytes are one character at most
    while len(content) - start > most:
        end = content.rfind(b"\n", start, start + most + 1)
        if end < 0:
            line = content[start : max(content.find(b"\n", start), 0) or len(content)]
            raise FileProblem(
                _(
                    "Row %(count)s, column %(letter)s: the line has more "
                    "than %(most)s bytes. A line may have %(longest_line)s characters. This is probably not a table of people. %(save_as)s"
                )
                % {
                    "count": content.count(NEW_LINE, 0, start) + 1,
                    "letter": letter(_long_cell(line)),
                    "most": f"{most:,}",
                    "longest_line": f"{LONGEST_LINE:,}",
                    "save_as": _(SAVE_AS),
                }
            )
        start = end + 1
    if len(content) > MOST_BYTES:
        raise FileProblem(
            _(
                "Row %(row)s, column A: a file may have %(most_rows)s rows, and this one has %(count)s. "
                "Nothing was written. %(in_parts)s"
            )
            % {
                "row": most_rows + 2,
                "most_rows": f"{most_rows:,}",
                "count": f"{content.count(NEW_LINE):,}",
                "in_parts": in_parts(most_rows),
            }
        )


def _long_cell(line: bytes) -> int:
    for index, cell in enumerate(line[: LONGEST_LINE * 4].replace(b";", b",").split(b",")):
        if len(cell) > LONGEST_CELL * 4:
            return index
    return MOST_CELLS


def _delimiter(text: str) -> str:
    line = _line_of_names(text)
    if "\t" in line and "," not in line and ";" not in line:
        raise FileProblem(
            _(
                "Row 1, column A: the cells are parted by tabs. Part them by commas or semicolons. %(save_as)s"
            )
            % {"save_as": _(SAVE_AS)}
        )
    return ";" if line.count(";") > line.count(",") else ","


def _line_of_names(text):
    """The first line, or where that has hardly a separator (a title) the one of the next with the most."""
    lines = text[:LONGEST_LINE].lstrip("\r\n").split("\n")[:SOUGHT]

    def cuts(line):
        return max(line.count(","), line.count(";"))

    return lines[0] if cuts(lines[0]) >= A_HEADER - 1 else max(lines, key=cuts)


def _place(before: str) -> str:
    """“Row 3, column B” for the end of a text, however broken it is."""
    rows = list(records(before + "…", _delimiter(before) if before else ",", is_strict=False))
    return _("Row %(count)s, column %(letter)s") % {
        "count": len(rows),
        "letter": letter(len(rows[-1]) - 1),
    }
