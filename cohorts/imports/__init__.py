"""Reads cohort and register files and gives every row a verdict; it writes nothing."""
from .columns import KINDS, columns_of, read_rows
from .sheets import FileProblem, read_sheet
from .verdicts import judge


def check(kind: str, content: bytes) -> list[dict]:
    """Every row of a file with its verdict. Raises FileProblem when the file as a whole cannot be read."""
    return judge(kind, read_rows(kind, read_sheet(content)))


def check_again(kind: str, rows: list[dict]) -> list[dict]:
    """New verdicts for rows that were read before, as the database stands now."""
    return judge(kind, rows)


def counts(rows: list[dict]) -> dict[str, int]:
    """How many rows have each verdict, in the order a page shows them."""
    return {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}


VERDICTS = {"new": "New", "changed": "Changed", "unchanged": "Unchanged", "refused": "Refused"}

__all__ = ["KINDS", "VERDICTS", "FileProblem", "check", "check_again", "columns_of", "counts"]
