"""Says of every row what writing it would do: new, changed, unchanged or refused; it writes nothing."""

from .cohort_rows import CohortComparison
from .columns import COHORT
from .register_rows import RegisterComparison


def judge(kind: str, rows: list[dict], by) -> list[dict]:
    """The rows as pages and commands show them. A handful of queries, however many rows."""
    readable = [row["values"] for row in rows if not row["unread"]]
    compared_with = (CohortComparison if kind == COHORT else RegisterComparison)(readable, by)
    return [_judged(row, compared_with) for row in rows]


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
            "summary": f"{_whose(row)}: not written",
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
    return names or values.get("email") or cells.get("email") or f"Row {row['row']}"
