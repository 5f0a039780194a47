"""How a file of marks is written for another system, and presets of shapes that were described in public; it knows no person, no mark and no table."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

REFERENCE, SPR, EXAM = "reference", "spr", "exam"
ROWS, WIDE, FILES = "rows", "wide", "files"
PIECES, MODULES = "pieces", "modules"
ACTUAL, AGREED = "actual", "agreed"
TWO_PLACES, ONE_PLACE, WHOLE_MARK = "two", "one", "whole"
CSV, XLSX = "csv", "xlsx"
UTF8, UTF8_BOM, WINDOWS = "utf-8", "utf-8-sig", "cp1252"
CRLF, LF = "crlf", "lf"
COMMA, SEMICOLON, TAB = "comma", "semicolon", "tab"
HEADER, NO_HEADER = "yes", "no"
IN_MARK, APART = "mark", "apart"
SEPARATORS = {COMMA: ",", SEMICOLON: ";", TAB: "\t"}
LINE_ENDS = {CRLF: "\r\n", LF: "\n"}

# What a result can be besides a plain mark; of two that are true at once the first has its code (ASSUMED).
HOLD, AGAIN, DEFERRED, WAITING = "hold", "again", "deferred", "waiting"
CREDITED = "credited"  # the module counts by prior learning
NOT_SUBMITTED, CAPPED, LATE, PLAIN = "not_submitted", "capped", "late", ""
WITHOUT_MARK = (CREDITED, HOLD, AGAIN, DEFERRED, WAITING)
STATUSES = (CREDITED, HOLD, AGAIN, DEFERRED, WAITING, NOT_SUBMITTED, CAPPED, LATE)
OUTCOMES = ("pass", "compensated", "refer", "fail", "reopened")

# What a column of the file can hold.
MARK, GRADE = "mark", "grade"
OF_PERSON = ("student", "reference", "spr", "exam")
OF_COHORT = ("cohort", "year", "board_date", "basis", "source")
OF_MODULE = ("module", "module_title", "mod_code", "occurrence", "period", "map", "outcome")
OF_PIECE = ("piece", "title", "weight", "mab", "mks")
COLUMNS = (*OF_PERSON, MARK, GRADE, "attempt", *OF_MODULE, *OF_PIECE, *OF_COHORT)
# Codes of the University's student record system, which a registrar writes down; without them such a column cannot be filled.
MODULE_CODES = ("mod_code", "occurrence", "period", "map")
PIECE_CODES = ("mab", "mks")
MOST_COLUMNS = 30
NAME_PARTS = ("cohort", "year", "module", "piece")


@dataclass(frozen=True)
class Format:
    """One version of a profile. `columns`: (what it holds, its heading), in the order of the file."""

    columns: tuple[tuple[str, str], ...] = (("student", "Student"), (MARK, "Mark"))
    identifier: str = REFERENCE
    layout: str = ROWS
    level: str = PIECES
    basis: str = AGREED
    rounding: str = TWO_PLACES
    header: str = HEADER
    code_place: str = APART  # where the code of a result without a mark stands
    attempt_digits: int = 1  # to how many digits the number of a reassessment is filled up
    kind: str = CSV
    encoding: str = UTF8_BOM
    separator: str = COMMA
    line_end: str = CRLF
    file_name: str = "{cohort}_{year}"
    source: str = "IMSA"
    codes: Mapping[str, str] = field(default_factory=dict)  # of STATUSES and OUTCOMES

    def code(self, name: str) -> str:
        return self.codes.get(name, "")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _heading in self.columns)


NAMES = tuple(one.name for one in fields(Format))


def read(values: Mapping) -> Format:
    """As `as_values` stored them. What a profile from before did not have is as a new one has it."""
    found: dict[str, Any] = {name: value for name, value in values.items() if name in NAMES}
    if "columns" in found:
        found["columns"] = tuple((name, heading) for name, heading in found["columns"])
    return Format(**found)


def as_values(form: Format) -> dict:
    """For JSON."""
    return asdict(form) | {"columns": [list(one) for one in form.columns]}


def differences(before: Format, after: Format) -> list[str]:
    """The names of what is other now, in their order."""
    return [name for name in NAMES if getattr(before, name) != getattr(after, name)]


def faults(form: Format) -> list[str]:
    """What cannot be true together, each by a name: “mark”, “student”, “pieces” (a column of a piece in rows of modules), “wide” (what differs by piece, where a person has
    one row), “heading” (two alike), “file_name” (files of pieces that would have one name)."""
    names = form.names
    found = []
    if MARK not in names and GRADE not in names:
        found.append("mark")
    if not set(names) & set(OF_PERSON):
        found.append("student")
    if form.level == MODULES and set(names) & set(OF_PIECE):
        found.append("pieces")
    of_one = {*OF_MODULE, *OF_PIECE, "attempt", "board_date"}
    if form.layout == WIDE and set(names) & of_one:
        found.append("wide")
    headings = [heading for name, heading in form.columns if not is_repeated(form, name)]
    if form.header == HEADER and len(set(headings)) != len(headings):
        found.append("heading")
    part = "{module}" if form.level == MODULES else "{piece}"
    if form.layout == FILES and part not in form.file_name:
        found.append("file_name")
    return found


def identifiers(form: Format) -> list[str]:
    """By what the columns of a file name people, of REFERENCE, SPR and EXAM; a column “student” by the identifier of the profile."""
    names = [form.identifier if one == "student" else one for one in form.names if one in OF_PERSON]
    return list(dict.fromkeys(names))


def is_repeated(form: Format, name: str) -> bool:
    """Does a column stand once for each piece?"""
    return form.layout == WIDE and name in (MARK, GRADE)


def is_code(text: str) -> bool:
    """Could another system call something so? Empty: it has no code."""
    return re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._/-]{0,19})?", text) is not None


def plain_name(text: str) -> str:
    """A name of a file that every system takes: letters without accents, digits, hyphens and low lines."""
    return re.sub(r"[^A-Za-z0-9-]+", "_", text).strip("_")[:100] or "marks"


def name_of(form: Format, parts: Mapping[str, str]) -> str:
    """The name of a file without its ending; `parts` are some of NAME_PARTS."""
    text = form.file_name
    for name in NAME_PARTS:
        text = text.replace("{" + name + "}", parts.get(name, ""))
    return plain_name(text)


def academic_year(starts_on) -> str:
    """“2026/7” of a cohort that starts in September 2026, as student record systems write it. ASSUMED: a year begins in August."""
    first = starts_on.year if starts_on.month >= 8 else starts_on.year - 1
    return f"{first}/{(first + 1) % 10}"


@dataclass(frozen=True)
class Preset:
    """A shape that was described in public and fills the form; whose it is (`source`). What of it we assume stands with the form's words (`export_forms.ASSUMPTIONS`).
    It decides nothing."""

    key: str
    title: str
    source: str
    form: Format


PRESETS = (
    Preset(
        "ucl",
        "UCL-like (SITS components)",
        "University College London, Moodle plugin local_sitsgradepush (GPL-3), commit ce8e85e4: https://github.com/ucl-isd/moodle-local_sitsgradepush",
        Format(
            columns=(
                ("map", "MAP_CODE"),
                ("mab", "MAB_SEQ"),
                ("student", "SPR_CODE"),
                ("year", "AYR_CODE"),
                ("period", "PSL_CODE"),
                ("attempt", "REASSESSMENT"),
                (MARK, "ACTUAL_MARK"),
                (GRADE, "ACTUAL_GRADE"),
                ("source", "SOURCE"),
            ),
            identifier=SPR,
            basis=ACTUAL,
            attempt_digits=3,
            encoding=UTF8,
            file_name="{cohort}_{year}",
            codes={NOT_SUBMITTED: "NS"},
        ),
    ),
    Preset(
        "edinburgh",
        "Edinburgh-like (two columns, a file a piece)",
        "University of Edinburgh, upload of assessment marks: CSV, two columns, no header, one file for each lowest-level item, by exam number or UUN; who is not in the file stays as they are (read in 2026)",
        Format(
            columns=(("student", "Student"), (MARK, "Mark")),
            identifier=EXAM,
            layout=FILES,
            rounding=WHOLE_MARK,
            header=NO_HEADER,
            encoding=UTF8,
            file_name="{piece}_{year}",
        ),
    ),
    Preset(
        "warwick",
        "Warwick-like (actual and agreed marks)",
        "University of Warwick, upload of marks to the student record system (2014): CSV, the last of two lines for one student wins, actual (before the board) and agreed marks (after it)",
        Format(
            columns=(
                ("student", "Student"),
                ("year", "Year"),
                ("module", "Module"),
                ("piece", "Assessment"),
                ("basis", "Type"),
                (MARK, "Mark"),
                (GRADE, "Grade"),
            ),
            encoding=WINDOWS,
            codes={NOT_SUBMITTED: "NS", LATE: "LP", CAPPED: "CAP"},
        ),
    ),
    Preset(
        "moodle",
        "Moodle gradebook CSV",
        "Moodle, import of grades: a row a student, found by ID number, and a column a grade item: https://docs.moodle.org/en/Grade_import",
        Format(
            columns=(("student", "ID number"), (MARK, "{title}")),
            layout=WIDE,
            basis=ACTUAL,
            encoding=UTF8,
            line_end=LF,
        ),
    ),
)


def preset(key: str) -> Preset | None:
    return next((one for one in PRESETS if one.key == key), None)


def columns_in_words(columns: Iterable[tuple[str, str]]) -> str:
    """As a registrar types them: a line a column, “student = SPR_CODE”."""
    return "\n".join(f"{name} = {heading}" for name, heading in columns)
