"""Reads cohort and register files and gives every row a verdict; it writes nothing."""

from lms.people.roles import Operator

from .columns import KINDS, columns_of, read_rows
from .sheets import read_sheet
from .table import FileProblem
from .verdicts import judge

SHELL = Operator("import")  # who asks without an account: everything may be read


def check(kind: str, content: bytes, *, by=SHELL) -> list[dict]:
    """Every row of a file with its verdict for `by`. Raises FileProblem when the file as a whole cannot be read."""
    return judge(kind, read_rows(kind, read_sheet(content)), by)


def check_again(kind: str, rows: list[dict], *, by=SHELL) -> list[dict]:
    """New verdicts for rows that were read before, as the database stands now and by what `by` may do."""
    return judge(kind, rows, by)


def counts(rows: list[dict]) -> dict[str, int]:
    """How many rows have each verdict, in the order a page shows them."""
    return {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}


VERDICTS = {"new": "New", "changed": "Changed", "unchanged": "Unchanged", "refused": "Refused"}

__all__ = ["KINDS", "VERDICTS", "FileProblem", "check", "check_again", "columns_of", "counts"]
