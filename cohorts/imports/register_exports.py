"""The employment register as rows of the file that the import reads: what was taken out comes back unchanged."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import QuerySet

from lms.kit import clock, nations
from lms.kit.spreadsheets import as_csv, as_xlsx

from ..employment.register import last_lines
from ..sheets.cells import POST_KINDS
from ..sheets.columns import columns_of
from ..sheets.headers import REGISTER

AT_ONCE = 1000  # entries in one question
MOST_IN_WORKBOOK = 20_000  # a workbook is made in memory; CSV has no limit

ALL, OPEN = "all", "open"


def names() -> list[str]:
    return [column.name for column in columns_of(REGISTER)]


def lines_to_export(which: str, organisation=None) -> QuerySet:
    """Every post but those entered by mistake, or those that have not ended; of one organisation or of all."""
    lines = last_lines().select_related("employment__person", "organisation")
    if which == OPEN:
        lines = lines.exclude(ends_on__lt=clock.today())
    return lines.filter(organisation=organisation) if organisation else lines


def row_of(line) -> list:
    values = {
        "entry": line.employment.reference,
        "email": line.employment.person.email,
        "organisation": line.organisation.code,
        "post": line.post,
        "nations": "; ".join(nations.labels(line.nations)),
        "starts_on": line.starts_on,
        "ends_on": line.ends_on,
        "line_manager": line.line_manager,
        "confirmed_on": line.confirmed_on,
        "kind": POST_KINDS.get(line.kind, ""),
        "hours": line.hours,
    }
    return [values.get(name) for name in names()]


def rows(lines) -> Iterator[list]:
    """In the order of the entries' keys, some at a time: no question holds the database for long, however many there are."""
    last = 0
    while some := list(lines.filter(employment__gt=last).order_by("employment_id")[:AT_ONCE]):
        yield from map(row_of, some)
        last = some[-1].employment_id


def csv_parts(lines) -> Iterator[bytes]:
    """The file piece by piece; days as 2025-09-22."""
    yield as_csv([names()])
    part = []
    for row in rows(lines):
        part.append(row)
        if len(part) == AT_ONCE:
            yield as_csv(part, encoding="utf-8")
            part = []
    if part:
        yield as_csv(part, encoding="utf-8")


def workbook(lines) -> bytes:
    return as_xlsx(chain([names()], rows(lines)))
