"""What the columns of each file are called and hold; it refuses a value it would have to guess."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.letters import without_unseen
from lms.kit.templatetags.kit import short_day

from .cells import (
    Unread,
    code,
    day,
    edits,
    email,
    entry,
    name,
    organisation,
    reference,
    some_nations,
    title,
)
from .table import Cell, FileProblem, Row, Sheet, letter

COHORT, REGISTER = "cohort", "register"
KINDS = {COHORT: gettext_lazy("cohort file"), REGISTER: gettext_lazy("employment register file")}


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
    ],
}


def columns_of(kind: str) -> list[Column]:
    return COLUMNS[kind]


def read_rows(kind: str, sheet: Sheet, *, leave_out=False) -> list[dict]:
    """Each row's values, what could not be read, and the cells as they were. Raises FileProblem for a bad header. With `leave_out` columns that have no
    place in such a file are passed over, and the first row says which."""
    places, others = _places(kind, sheet, leave_out)
    rows = [_read_row(kind, row, places, others) for row in sheet.rows]
    if others and rows:
        listed = ", ".join(f"{letter(index)} “{label}”" for index, label in others.items())
        rows[0]["edits"].insert(
            0, _("Columns left out of the whole file: %(listed)s.") % {"listed": listed}
        )
    for column in {COHORT: ["email", "student_reference"], REGISTER: ["entry"]}[kind]:
        _refuse_doubles(rows, column)
    return rows


def _places(kind, sheet, leave_out) -> tuple[dict[str, int], dict[int, str]]:
    """Where each column stands, and the columns passed over. Raises FileProblem that names every fault of the header."""
    _refuse_words_above(kind, sheet)
    number, known, found, faults = sheet.header.number, {c.name: c for c in COLUMNS[kind]}, {}, []
    others = {}
    for index, cell in enumerate(sheet.header.cells):
        where = _("row %(number)s, column %(letter)s") % {"number": number, "letter": letter(index)}
        if cell.fault:
            faults.append(f"{where}: {cell.fault}")
            continue
        label = re.sub(r"[\s-]+", "_", without_unseen(cell.text).strip().casefold())
        label = ALSO_CALLED[kind].get(label, label)
        if not label:
            filled = next(
                (r.number for r in sheet.rows if index < len(r.cells) and r.cells[index].text), None
            )
            if filled:
                faults.append(
                    _("%(where)s has no name, though row %(filled)s has something below it")
                    % {"where": where, "filled": filled}
                )
        elif label in found:
            faults.append(
                _("%(where)s: the column “%(label)s” stands twice; it is in column %(letter)s too")
                % {"where": where, "label": label, "letter": letter(found[label])}
            )
        elif label not in known:
            near = difflib.get_close_matches(label, known, 1, 0.75)
            if leave_out and not near:  # one that is nearly ours may be one of ours
                others[index] = cell.text[:40]
                continue
            hint = _(" (is it “%(near)s”?)") % {"near": near[0]} if near else ""
            faults.append(
                _("%(where)s: “%(cell)s” is not a column of %(kind)s%(hint)s")
                % {"where": where, "cell": cell.text[:40], "kind": _a(kind), "hint": hint}
            )
        else:
            found[label] = index
    missing = [c.name for c in known.values() if c.is_needed and c.name not in found]
    if missing:
        listed = ", ".join(f"“{label}”" for label in missing)
        which = _("these columns are") if len(missing) > 1 else _("this column is")
        faults.append(
            _("row %(number)s, from column A on: %(which)s missing: %(listed)s")
            % {"number": number, "which": which, "listed": listed}
        )
    if faults:
        other = REGISTER if kind == COHORT else COHORT
        names = {
            re.sub(r"[\s-]+", "_", cell.text.strip().casefold()) for cell in sheet.header.cells
        }
        if {c.name for c in COLUMNS[other] if c.is_needed} <= names:
            raise FileProblem(
                _(
                    "Row %(number)s, column A on: these are the columns of %(other)s. Bring it as one."
                )
                % {"number": number, "other": _a(other)}
            )
        told = [f"{fault[0].upper()}{fault[1:]}." for fault in faults]
        raise FileProblem(
            *told,
            _("The columns of %(kind)s are: %(knowns)s.")
            % {"kind": _a(kind), "knowns": ", ".join(known)},
        )
    return found, others


# As other systems' exports call them; only what can mean nothing else.
ALSO_CALLED = {
    COHORT: {
        "forename": "given_names",
        "forenames": "given_names",
        "first_name": "given_names",
        "first_names": "given_names",
        "given_name": "given_names",
        "surname": "family_name",
        "last_name": "family_name",
        "email_address": "email",
        "e_mail": "email",
        "e_mail_address": "email",
        "student_id": "student_reference",
        "student_number": "student_reference",
        "start_date": "enrolled_on",
    },
    REGISTER: {
        "email_address": "email",
        "e_mail": "email",
        "e_mail_address": "email",
        "work_email": "email",
        "post_id": "entry",
        "position_id": "entry",
        "employer": "organisation",
        "organisation_code": "organisation",
        "organisation_name": "organisation",
        "job_title": "post",
        "post_title": "post",
        "line_manager_email": "line_manager",
        "manager_email": "line_manager",
        "first_day": "starts_on",
        "last_day": "ends_on",
        "leaving_date": "ends_on",
        "start_date": "starts_on",
        "end_date": "ends_on",
    },
}


def _refuse_words_above(kind, sheet):
    """A title above the table is the commonest reason why no column is known. Raises FileProblem that says so."""

    def names_known_in(row):
        labels = {_label(cell.text) for cell in row.cells}
        return len(
            {ALSO_CALLED[kind].get(label, label) for label in labels}
            & {c.name for c in COLUMNS[kind]}
        )

    below = next((row for row in sheet.rows[:20] if names_known_in(row) >= 3), None)
    if below and names_known_in(sheet.header) < 3:
        raise FileProblem(
            _(
                "Row %(number)s, column A: the column names stand in row %(below_number)s. Delete the rows above it, and choose the file again."
            )
            % {"number": sheet.header.number, "below_number": below.number}
        )


def _label(text):
    return "_".join(without_unseen(text).replace("-", " ").split()).casefold()


def _a(kind):
    return f"{'an' if kind == REGISTER else 'a'} {KINDS[kind]}"


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
