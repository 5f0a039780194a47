"""Says of every row what writing it would do: new, changed, unchanged or refused; it writes nothing."""

from collections import Counter

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from lms.people.roles import Operator

from ..sheets.columns import read_rows
from ..sheets.headers import COHORT
from ..sheets.reading import read_sheet
from .cohort_rows import CohortComparison
from .register_rows import RegisterComparison, codes_for_names
from .rules import most_rows


def judge(kind: str, rows: list[dict], by) -> list[dict]:
    """The rows as pages and commands show them, each in the place of what was read. A handful of queries, however many rows."""
    for place, judged in enumerate(_judgements(kind, rows, by)):
        rows[place] = judged
    return rows


def _judgements(kind, rows, by):
    """One row after the other: ten thousand of them with their sentences are large."""
    if kind != COHORT:
        codes_for_names(rows)
    readable = [row["values"] for row in rows if not row["unread"]]
    compared_with = (CohortComparison if kind == COHORT else RegisterComparison)(readable, by)
    for row in rows:
        yield _judged(row, compared_with)


def _judged(row, compared_with):
    answer = {"changes": [], "notes": [], "reasons": row["unread"]}
    if not answer["reasons"]:
        answer |= compared_with.verdict(row["values"])
    for why in answer["reasons"]:
        why["cell"] = why["cell"] or row.get("stands_in", {}).get(why["column"], "")
    if answer["reasons"]:
        answer |= {
            "verdict": "refused",
            "changes": [],
            "notes": [],
            "summary": _("%(whose)s: not written") % {"whose": _whose(row)},
        }
    answer["notes"] = [_at(row, *note) for note in answer["notes"]]
    kept = {
        name: row[name]
        for name in ("row", "values", "unread", "edits", "cells", "stands_in")
        if name in row
    }
    return kept | answer


def _at(row, column, sentence):
    """A note with the cell it is about."""
    return (
        f"{row['stands_in'][column]}, {column}: {sentence}"
        if column in row.get("stands_in", {})
        else sentence
    )


def _whose(row):
    values, cells = row["values"], row["cells"]
    names = " ".join(filter(None, [values.get("given_names"), values.get("family_name")]))
    return (
        names or values.get("email") or cells.get("email") or _("Row %(row)s") % {"row": row["row"]}
    )


SHELL = Operator("import")  # who asks without an account: everything may be read


# Rows are kept with their sentences and compared with the same rows judged later, by a worker too: always in one language.
in_one_language = override(settings.LANGUAGE_CODE)


@in_one_language
def check(kind: str, content: bytes, *, by=SHELL, leave_out=False) -> list[dict]:
    """Every row of a file with its verdict for `by`. Raises FileProblem when the file as a whole cannot be read. `leave_out`: columns that have no place in
    such a file are passed over."""
    rows = read_rows(kind, read_sheet(content, most_rows(), windows=True), leave_out=leave_out)
    return judge(kind, rows, by)  # the sheet is let go of


@in_one_language
def check_again(kind: str, rows: list[dict], *, by=SHELL) -> list[dict]:
    """New verdicts for rows that were read before, as the database stands now and by what `by` may do."""
    return judge(kind, rows, by)


@in_one_language
def changed_since(kind: str, rows: list[dict], *, by) -> dict | None:
    """The first of these rows that would be judged otherwise now; None where every verdict is what it was."""
    copies = [
        row | {"values": {**row["values"]}, "edits": [*row["edits"]]} for row in rows
    ]  # of what judging may change
    again = _judgements(kind, copies, by)
    return next((was for was, now in zip(rows, again, strict=True) if was != now), None)


def counts(rows: list[dict]) -> dict[str, int]:
    """How many rows have each verdict, in the order a page shows them."""
    found = Counter(row["verdict"] for row in rows)
    return {verdict: found[verdict] for verdict in VERDICTS}


def counts_of(import_) -> dict[str, int]:
    """The same of a file that was kept, without its rows; all 0 once it is dropped."""
    return {verdict: import_.counts.get(verdict, 0) for verdict in VERDICTS}


VERDICTS = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Unchanged"),
    "refused": gettext_lazy("Refused"),
}
