"""Where the column names of a file stand, and which column each names; it refuses a name it would have to guess."""

import difflib

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.letters import without_unseen

from .table import FileProblem, Sheet, letter

COHORT, REGISTER = "cohort", "register"
KINDS = {COHORT: gettext_lazy("cohort file"), REGISTER: gettext_lazy("employment register file")}
SOUGHT = 20  # rows at the top in which the column names may stand
A_HEADER = 3  # a row with so many names of columns is meant as the header


def places_in(kind, columns, sheet, leave_out) -> tuple[dict[str, int], dict[int, str]]:
    """Where each column stands, and the columns passed over. `columns`: those of each kind. Raises FileProblem that names every fault of the header."""
    number, known, found, faults = sheet.header.number, {c.name: c for c in columns[kind]}, {}, []
    others = {}
    for index, cell in enumerate(sheet.header.cells):
        where = _("row %(number)s, column %(letter)s") % {"number": number, "letter": letter(index)}
        if cell.fault:
            faults.append(f"{where}: {cell.fault}")
            continue
        label = ALSO_CALLED[kind].get(_label(cell.text), _label(cell.text))
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
        labels = {_label(cell.text) for cell in sheet.header.cells}
        names = {ALSO_CALLED[other].get(label, label) for label in labels}
        if {c.name for c in columns[other] if c.is_needed} <= names:
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
        "employment_type": "kind",
        "contract_type": "kind",
        "post_kind": "kind",
        "weekly_hours": "hours",
        "hours_per_week": "hours",
        "hours_a_week": "hours",
        "contracted_hours": "hours",
    },
}


def below_titles(kind, columns, sheet) -> Sheet:
    """The sheet from the row of the column names on. Rows of words above it are left out, with a note that says which, where that row has every
    column that is needed; where it has some, raises FileProblem that says in which row the names seem to be."""
    known, needed = {c.name for c in columns}, {c.name for c in columns if c.is_needed}

    def names_in(row):
        labels = {_label(cell.text) for cell in row.cells}
        return {ALSO_CALLED[kind].get(label, label) for label in labels} & known

    if len(names_in(sheet.header)) >= A_HEADER:
        return sheet
    for index, row in enumerate(sheet.rows[:SOUGHT]):
        found = names_in(row)
        if needed <= found and index + 1 < len(sheet.rows):
            above = [sheet.header, *sheet.rows[:index]]
            return Sheet(row, sheet.rows[index + 1 :], (*sheet.notes, _rows_above(above)))
        if len(found) >= A_HEADER:
            raise FileProblem(
                _(
                    "Row %(number)s, column A: the column names stand in row %(below_number)s. Delete the rows above it, and choose the file again."
                )
                % {"number": sheet.header.number, "below_number": row.number}
            )
    return sheet


def _rows_above(rows):
    listed = "; ".join(
        _("row %(number)s “%(words)s”")
        % {
            "number": row.number,
            "words": " ".join(cell.text for cell in row.cells if cell.text)[:60],
        }
        for row in rows
    )
    return _("Left out, as it stands above the column names: %(listed)s.") % {"listed": listed}


def _label(text):
    return "_".join(without_unseen(text).replace("-", " ").split()).casefold()


def _a(kind):
    return f"{'an' if kind == REGISTER else 'a'} {KINDS[kind]}"
