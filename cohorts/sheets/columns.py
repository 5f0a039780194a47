"""What the columns of each file are called and hold; it refuses a value it would have to guess."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.letters import without_unseen
from lms.kit.templatetags.kit import short_day

from .cells import (
    POST_KINDS,
    Unread,
    code,
    day,
    edits,
    email,
    entry,
    name,
    organisation,
    post_hours,
    post_kind,
    reference,
    some_nations,
    title,
)
from .headers import COHORT, REGISTER, below_titles, places_in
from .table import Cell, Row, Sheet, letter


@dataclass(frozen=True)
class Column:
    """One column: what it must be called, how it is read, and whether it or its cells may be missing."""

    name: str
    says: object
    read: Callable
    example: str
    is_needed: bool = True
    may_be_empty: bool = False


COLUMNS = {
    COHORT: [
        Column(
            "cohort", gettext_lazy("Code of a cohort that is here already"), code, "IMSA-2025-09"
        ),
        Column(
            "student_reference",
            gettext_lazy("The University's own key for the person"),
            reference,
            "SMU-250101",
        ),
        Column(
            "given_names",
            gettext_lazy("As the certificate will print them"),
            name,
            "Morag Ann",
            may_be_empty=True,
        ),
        Column(
            "family_name",
            gettext_lazy("As the certificate will print it; one of the two names may be empty"),
            name,
            "Sample",
            may_be_empty=True,
        ),
        Column(
            "known_as",
            gettext_lazy("What the site calls the person"),
            name,
            "Morag",
            is_needed=False,
            may_be_empty=True,
        ),
        Column(
            "email",
            gettext_lazy("Where the person signs in; this is who the person is"),
            email,
            "morag.sample@imsa.example",
        ),
        Column(
            "nations",
            gettext_lazy("Nations to be endorsed, with a semicolon between them"),
            some_nations,
            "Scotland; England",
        ),
        Column("enrolled_on", gettext_lazy("First day"), day, "2025-09-22"),
        Column(
            "spr_code",
            gettext_lazy(
                "The student record system's key of the person on this programme; an empty cell keeps the one there is"
            ),
            reference,
            "250101/1",
            is_needed=False,
            may_be_empty=True,
        ),
        Column(
            "exam_number",
            gettext_lazy(
                "By which marks are handed over without a name; an empty cell keeps the one there is"
            ),
            reference,
            "B250101",
            is_needed=False,
            may_be_empty=True,
        ),
    ],
    REGISTER: [
        Column("entry", gettext_lazy("The register's own key for this post"), entry, "ER-0001"),
        Column(
            "email",
            gettext_lazy("The person, who must be here already"),
            email,
            "morag.sample@imsa.example",
        ),
        Column(
            "organisation",
            gettext_lazy("Code of an Employing Organisation, or its full name"),
            organisation,
            "ORG-01",
        ),
        Column("post", gettext_lazy("The role held"), title, "Independent Modern Slavery Advocate"),
        Column(
            "nations",
            gettext_lazy("Where the person works, with a semicolon between them"),
            some_nations,
            "Scotland",
        ),
        Column("starts_on", gettext_lazy("First day of the post"), day, "2025-09-01"),
        Column(
            "ends_on",
            gettext_lazy("Last day of the post; empty while it goes on"),
            day,
            "",
            may_be_empty=True,
        ),
        Column(
            "line_manager",
            gettext_lazy("Email address; this person is never given the trainee's work to mark"),
            email,
            "manager@organisation.example",
            is_needed=False,
            may_be_empty=True,
        ),
        Column(
            "confirmed_on",
            gettext_lazy("When the employer last confirmed the post"),
            day,
            "2025-09-15",
            is_needed=False,
            may_be_empty=True,
        ),
        Column(
            "kind",
            format_lazy(
                gettext_lazy("{kinds}; an empty cell keeps the one there is"),
                kinds=", ".join(POST_KINDS.values()),
            ),
            post_kind,
            "Permanent",
            is_needed=False,
            may_be_empty=True,
        ),
        Column(
            "hours",
            gettext_lazy("Hours a week, such as 37.5; an empty cell keeps those there are"),
            post_hours,
            "37.5",
            is_needed=False,
            may_be_empty=True,
        ),
    ],
}


def columns_of(kind: str) -> list[Column]:
    return COLUMNS[kind]


def read_rows(kind: str, sheet: Sheet, *, leave_out=False) -> list[dict]:
    """Each row's values, what could not be read, and the cells as they were. Raises FileProblem for a bad header. With `leave_out` columns that have no
    place in such a file are passed over, and the first row says which."""
    sheet = below_titles(kind, COLUMNS[kind], sheet)
    places, others = places_in(kind, COLUMNS, sheet, leave_out)
    rows = [_read_row(kind, row, places, others) for row in sheet.rows]
    told = [*sheet.notes]
    if others:
        listed = ", ".join(f"{letter(index)} “{label}”" for index, label in others.items())
        told.append(_("Columns left out of the whole file: %(listed)s.") % {"listed": listed})
    if rows:
        rows[0]["edits"][:0] = told
    for column in {COHORT: ["email", "student_reference"], REGISTER: ["entry"]}[kind]:
        _refuse_doubles(rows, column)
    return rows


def _read_row(kind: str, row: Row, places: dict[str, int], others) -> dict:
    values, unread, cells, changed = {}, [], {}, []
    for column in COLUMNS[kind]:
        if column.name not in places:
            continue
        index = places[column.name]
        cell = row.cells[index] if index < len(row.cells) else Cell()
        cells[column.name] = cell.text
        try:
            values[column.name] = _value(column, cell)
            changed += [
                f"{letter(index)}{row.number}, {column.name}: {sentence}"
                for sentence in edits(cell, values[column.name])
            ]
        except Unread as why:
            unread.append(reason(column.name, str(why), f"{letter(index)}{row.number}"))
    beyond = [
        i
        for i, cell in enumerate(row.cells)
        if i not in places.values() and i not in others and (cell.text or cell.fault)
    ]
    if beyond:
        too_many = _(
            "There are more cells in this row than columns. A comma or semicolon inside a cell needs quotation marks around "
            "the cell."
        )
        unread.append(reason("", too_many, f"{letter(beyond[0])}{row.number}"))
    unread += [
        reason(name_, why, f"{letter(places[name_])}{row.number}")
        for name_, why in _at_odds(kind, values)
    ]
    stands_in = {name_: f"{letter(index)}{row.number}" for name_, index in places.items()}
    return {
        "row": row.number,
        "values": values,
        "unread": unread,
        "edits": changed,
        "cells": cells,
        "stands_in": stands_in,
    }


def _value(column, cell):
    if cell.fault:
        raise Unread(cell.fault)
    if not without_unseen(cell.text).strip():
        if not column.may_be_empty:
            raise Unread(_("This cell is empty. It must be filled in."))
        return ""
    return column.read(cell)


def _at_odds(kind, values):
    """Cells that are well written each, but cannot be true together."""
    if kind == COHORT and not values.get("given_names", "?") and not values.get("family_name", "?"):
        yield (
            "family_name",
            _("A person needs at least one name: fill in given_names, family_name or both."),
        )
    if kind == REGISTER:
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if starts and ends and ends < starts:
            yield (
                "ends_on",
                _("The post ends on %(ends)s, before it starts on %(starts)s.")
                % {"ends": _words(ends), "starts": _words(starts)},
            )
        if values.get("line_manager") and values["line_manager"] == values.get("email"):
            yield (
                "line_manager",
                _(
                    "No one is their own line manager. Give the manager's address, or leave the cell empty."
                ),
            )


def _words(iso):
    return short_day(date.fromisoformat(iso))


def _refuse_doubles(rows, column):
    first = {}
    for row in rows:
        value = str(row["values"].get(column, "")).casefold()
        if not value:
            continue
        if value in first:
            for one, two in ((row, first[value]), (first[value], row)):
                why = _("“%(value)s” stands in row %(row)s too. Keep one of the two.") % {
                    "value": one["values"][column],
                    "row": two["row"],
                }
                one["unread"].append(reason(column, why, one["stands_in"][column]))
        else:
            first[value] = row


def reason(column: str, why: str, cell: str = "") -> dict:
    return {"column": column, "cell": cell, "why": why}
