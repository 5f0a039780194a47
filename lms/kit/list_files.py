"""What a page lists as a file, whole and with the same filters: who took it is recorded before it leaves, and it leaves in pieces; it refuses a
workbook that would be too long to be made in memory."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.record.actions import write

from . import clock
from .refusals import May, Refused, insist
from .spreadsheets import TYPES, as_csv, as_xlsx

AT_ONCE = 1000  # rows in one question
MOST_IN_WORKBOOK = 20_000  # a workbook is made in memory; CSV has no limit


@dataclass(frozen=True)
class ListFile:
    """A list: `name` (of the file and in the record), `rows` in their order, `columns` as heading → cell of a row, the `rule` of who
    may take it, and `prepare`, which reads what some rows need besides and gives one thing for each."""

    name: str
    rows: QuerySet | list
    columns: dict[str, Callable]
    rule: Callable[..., May]
    prepare: Callable[[list], Iterable] = list


def send(listed: ListFile, ending: str, *, by) -> HttpResponse | StreamingHttpResponse:
    """The file, “csv” or “xlsx”; anything else is 404. 1. a record entry: who, which list, how many rows, never which; it stays where the connection is cut.
    Raises NotAllowed where the rule says no, Refused where a workbook would have more than `MOST_IN_WORKBOOK` rows, and nothing is recorded then."""
    if ending not in TYPES:
        raise Http404
    keys = _keys_of(listed.rows)
    if ending == "xlsx" and len(keys) > MOST_IN_WORKBOOK:
        raise Refused(
            _("%(count)s rows are too many for a workbook. Download CSV, or narrow the list.")
            % {"count": f"{len(keys):,}"}
        )
    with transaction.atomic():
        insist(listed.rule(by))
        after = {"list": listed.name, "rows": len(keys), "ending": ending}
        write("people.export_list", "people.list", by=by, after=after)
    name = f"{listed.name}-{clock.today():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if ending == "xlsx":
        rows = [row for part in _parts(listed, keys) for row in part]
        return HttpResponse(
            as_xlsx([[*listed.columns], *rows]), content_type=TYPES[ending], headers=headers
        )
    return StreamingHttpResponse(_as_csv(listed, keys), content_type=TYPES[ending], headers=headers)


def _keys_of(rows) -> list:
    """Of the rows in their order: a long file is read some at a time, and no question holds the database for long."""
    return rows if isinstance(rows, list) else list(rows.values_list("pk", flat=True))


def _parts(listed, keys) -> Iterator[list[list]]:
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        if not isinstance(listed.rows, list):
            found = {row.pk: row for row in listed.rows.filter(pk__in=some)}
            some = [found[key] for key in some if key in found]
        yield [[cell(row) for cell in listed.columns.values()] for row in listed.prepare(some)]


def _as_csv(listed, keys) -> Iterator[bytes]:
    yield as_csv([[*listed.columns]])
    for part in _parts(listed, keys):
        yield as_csv(part, encoding="utf-8")


def downloads(view: str, *args, **fields) -> dict:
    """For `components/download.html`: the addresses of both files, and the filters that go with them."""
    return {
        **{ending: reverse(view, args=[*args, ending]) for ending in TYPES},
        "fields": {name: value for name, value in fields.items() if value},
    }
