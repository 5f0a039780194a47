"""A reading of marks as the rows and the bytes of a file; it asks nothing of the database and refuses nothing."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from openpyxl import Workbook

from lms.kit.spreadsheets import as_csv, bare, cell_of

from ..setting.scale import in_figures
from . import export_formats as formats
from .export_formats import Format

ENDINGS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ZIP_TYPE = "application/zip"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes at any time


class Person(NamedTuple):
    """An enrolment as a file of marks knows it."""

    key: int
    reference: str
    spr: str
    exam: str


@dataclass(frozen=True)
class Piece:
    """What one mark of a file is of: a piece of work, or a module (`piece`, `title` and `weight` are empty then). `codes`: of the student record system, by
    column."""

    module: str
    module_title: str
    piece: str = ""
    title: str = ""
    weight: int = 0
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.piece or self.module

    @property
    def name(self) -> str:
        return self.title or self.module_title


class Result(NamedTuple):
    """What one person has for one piece or module. `status`: one of `export_formats.STATUSES`, or "" for a plain mark; `history`: the mark that the board's line says,
    where the decision says another one."""

    person: Person
    piece: Piece
    mark: Decimal | None
    status: str
    attempt: int
    outcome: str
    board_date: str
    history: Decimal | None = None


@dataclass(frozen=True)
class Reading:
    """`elsewhere`: how many results another board decided, whose own file has them."""

    pieces: list[Piece]
    results: list[Result]
    elsewhere: int


# ---- what a run keeps ----


def results_of(reading: Reading) -> list[list[str]]:
    """For JSON: reference, piece, mark, status, attempt and outcome of each result."""
    return [
        [
            one.person.reference,
            one.piece.code,
            "" if one.mark is None else str(one.mark),
            one.status,
            str(one.attempt),
            one.outcome,
        ]
        for one in reading.results
    ]


def entries_of(form: Format, reading: Reading, about: dict[str, str]) -> list[list[str]]:
    """For JSON: `results_of`, each with a hash of all that the file says of it; "" where it is not in the file."""
    return [
        [*values, _hash_of(form, one, about) if is_in(form, one) else ""]
        for one, values in zip(reading.results, results_of(reading), strict=True)
    ]


def _hash_of(form, result, about) -> str:
    """Of the name of its file, its cells, and headings that name its piece."""
    piece = result.piece
    parts = about | {"module": piece.module, "piece": piece.piece}
    heads = [
        _heading(head, piece) for name, head in form.columns if formats.is_repeated(form, name)
    ]
    words = [formats.name_of(form, parts), *heads, *_row(form, result, about)]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


ENTRY = 7  # values; files from before have one less, and no hash


class Changes(NamedTuple):
    """What is other now than in a file, each (reference, piece). `results`: another mark, code, attempt or outcome, or none any more; `words`: the same result, of which
    an identifier, a code or a title is another one; `additions`: what was not in the file and would be in it now."""

    results: list[tuple[str, str]]
    words: list[tuple[str, str]]
    additions: list[tuple[str, str]]


def changes_since(entries: list[list[str]], now: list[list[str]]) -> Changes:
    """Both as `entries_of`. What neither was in the file nor would be is left out."""
    found = Changes([], [], [])
    current = {(one[0], one[1]): one for one in now}
    before = {(one[0], one[1]): one for one in entries}
    for key, (*values, words) in before.items():
        if words:
            *values_now, words_now = current.get(key, [""])
            if values_now != values:
                found.results.append(key)
            elif words_now != words:
                found.words.append(key)
    was_in = {key for key, one in before.items() if one[-1]}
    found.additions.extend(key for key, one in current.items() if one[-1] and key not in was_in)
    return found


# ---- rows ----


@dataclass(frozen=True)
class Table:
    """One file: its name without the ending, its headings, and its rows of text, in which each mark is a `Figure`."""

    name: str
    heads: list[str]
    rows: list[list[str]]


class Figure(str):
    """A mark as it is written; a code in its place is plain text, whatever it looks like."""

    __slots__ = ()


def tables_of(form: Format, reading: Reading, about: dict[str, str]) -> list[Table]:
    """The files of a reading. `about`: “cohort” and “year” as the columns have them."""
    results = [one for one in reading.results if is_in(form, one)]
    if form.layout == formats.WIDE:
        return [_wide(form, reading, results, about)]
    heads = [heading for _name, heading in form.columns]
    if form.layout == formats.ROWS:
        rows = [_row(form, one, about) for one in results]
        return [Table(formats.name_of(form, about), heads, rows)]
    tables: list[Table] = []
    names: set[str] = set()
    for piece in reading.pieces:
        rows = [_row(form, one, about) for one in results if one.piece.code == piece.code]
        parts = about | {"module": piece.module, "piece": piece.piece}
        name = _other_than(names, formats.name_of(form, parts))
        tables.append(Table(name, heads, rows))
    return [table for table in tables if table.rows]


def is_in(form: Format, result: Result) -> bool:
    """Is a result in the file: with a mark, or with a code where it has none?"""
    if result.status not in formats.WITHOUT_MARK:
        return True
    has_place = form.code_place == formats.IN_MARK or formats.GRADE in form.names
    return bool(form.code(result.status)) and has_place


def omissions_of(form: Format, reading: Reading) -> int:
    return sum(not is_in(form, one) for one in reading.results)


def _other_than(names, name):
    """Two codes that differ in a stroke would have one file."""
    found, number = name, 1
    while found in names:
        number += 1
        found = f"{name}_{number}"
    names.add(found)
    return found


def _row(form, result, about) -> list[str]:
    return [_cell(form, name, result, about) for name in form.names]


def _wide(form, reading, results, about) -> Table:
    """A row a person, and what a mark is of beside each other."""
    columns = [
        (name, _heading(heading, piece), piece)
        for piece in reading.pieces
        for name, heading in form.columns
        if formats.is_repeated(form, name)
    ]
    first = next(
        (n for n, (name, _h) in enumerate(form.columns) if formats.is_repeated(form, name)), 0
    )
    alone = [(name, heading, None) for name, heading in form.columns]
    plain = [one for one in alone if not formats.is_repeated(form, one[0])]
    every = [*plain[:first], *columns, *plain[first:]]
    people: dict[int, dict[str, Result]] = {}
    for one in results:
        people.setdefault(one.person.key, {})[one.piece.code] = one
    rows = []
    for own in people.values():
        any_one = next(iter(own.values()))
        rows.append(
            [
                _cell(form, name, any_one, about)
                if piece is None
                else _cell(form, name, own[piece.code], about)
                if piece.code in own
                else ""
                for name, _heading_, piece in every
            ]
        )
    heads = [heading for _name, heading, _piece in every]
    return Table(formats.name_of(form, about), heads, rows)


def _heading(heading, piece) -> str:
    for name, value in (
        ("title", piece.name),
        ("piece", piece.code),
        ("module", piece.module),
    ):
        heading = heading.replace("{" + name + "}", value)
    return heading


def identifier(form: Format, person) -> str:
    """What a person is called in the column “student”."""
    return {formats.SPR: person.spr, formats.EXAM: person.exam}.get(
        form.identifier, person.reference
    )


def _cell(form, name, result, about) -> str:
    person, piece = result.person, result.piece
    if name == formats.MARK:
        return mark_cell(form, result)
    if name == formats.GRADE:
        return form.code(result.status)
    if name in formats.OF_PERSON:
        return identifier(form, person) if name == "student" else getattr(person, name)
    if name in about:
        return about[name]
    if name in ("module", "module_title", "piece", "title"):
        return getattr(piece, name)
    if name == "attempt":
        return str(result.attempt).zfill(form.attempt_digits)
    if name == "outcome":
        return form.code(result.outcome) or result.outcome
    if name == "weight":
        return str(piece.weight)
    return {
        "board_date": result.board_date,
        "basis": form.basis,
        "source": form.source,
    }.get(name) or piece.codes.get(name, "")


def mark_cell(form: Format, result: Result) -> str:
    """The mark as it is written, or a code in its place."""
    code = form.code(result.status) if form.code_place == formats.IN_MARK else ""
    if result.mark is None or (result.status == formats.NOT_SUBMITTED and code):
        return code
    return Figure(figures(result.mark, form.rounding))


def figures(mark: Decimal, rounding: str) -> str:
    """Halves up."""
    if rounding == formats.TWO_PLACES:
        return in_figures(mark)
    places = Decimal(1) if rounding == formats.WHOLE_MARK else Decimal("0.1")
    return str(mark.quantize(places, ROUND_HALF_UP))


# ---- bytes ----


def file_of(form: Format, tables: list[Table], name: str) -> tuple[str, bytes]:
    """The file's name and its bytes; several tables are an archive called `name`. Raises UnicodeEncodeError for a letter that the encoding lacks."""
    if form.layout != formats.FILES:
        (table,) = tables
        return f"{table.name}.{form.kind}", bytes_of(form, table)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            entry = zipfile.ZipInfo(f"{table.name}.{form.kind}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, bytes_of(form, table))
    return f"{formats.plain_name(name)}.zip", out.getvalue()


def media_type(file_name: str) -> str:
    return ENDINGS.get(file_name.rpartition(".")[2], ZIP_TYPE)


def bytes_of(form: Format, table: Table) -> bytes:
    heads = [table.heads] if form.header == formats.HEADER else []
    if form.kind == formats.XLSX:
        return _workbook(heads, table)
    rows = [*heads, *table.rows]
    return as_csv(
        rows,
        separator=formats.SEPARATORS[form.separator],
        line_end=formats.LINE_ENDS[form.line_end],
        encoding=form.encoding,
        quoting=csv.QUOTE_MINIMAL,
    )


def _workbook(heads, table) -> bytes:
    """Marks as numbers, everything else as text that no spreadsheet runs: a reference of figures keeps its noughts."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("marks")
    for row in heads:
        sheet.append([cell_of(sheet, value) for value in row])
    for row in table.rows:
        sheet.append([cell_of(sheet, Decimal(v) if isinstance(v, Figure) else v) for v in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def misfits(form: Format, texts: Iterable[str]) -> dict[str, str]:
    """By text, the letters in it that the file's encoding lacks; none in a workbook."""
    if form.kind == formats.XLSX or form.encoding != formats.WINDOWS:
        return {}
    found = {}
    for text in set(texts):
        lacking = "".join(dict.fromkeys(c for c in bare(text) if not _fits(c, form.encoding)))
        if lacking:
            found[text] = lacking
    return found


def _fits(letter, encoding) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def fingerprint_of(profile, cohort, board, reading: Reading, tables: list[Table]) -> str:
    """SHA-256 of what a file rests on: the version of the profile, what it is of, the results, and what is written of them."""
    content = [
        [profile.number, profile.version, cohort.pk, board.pk if board else None],
        results_of(reading),
        [[table.name, table.heads, table.rows] for table in tables],
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
