"""Empties or deletes what is kept for a set time only: some rows at a time, each part a short transaction that takes no row another action holds."""

import time
from datetime import datetime

from django.db import transaction

from lms.record.actions import write

from . import clock
from .batches import rest

AT_ONCE = 200  # rows in one transaction
MOST = 5000  # rows in one turn of the worker; what is left has its turn later


def years_before(years: int) -> datetime:
    """This moment so many years ago."""
    now = clock.now()
    try:
        return now.replace(year=now.year - years)
    except ValueError:  # 29 February
        return now.replace(year=now.year - years, day=28)


def clear_columns(rows, action, *, by, **values) -> int:
    """Set the columns of `rows`, a QuerySet of what is old and not empty yet. In parts, each of them: 1. the columns, 2. a record entry with how many rows they were and
    no key. A row that somebody else holds has its turn another time. How many. Twice is once."""
    return _in_parts(rows, action, by, lambda part: part.update(**values))


def drop_rows(rows, action, *, by) -> int:
    """The same, and the rows are deleted. Raises ProtectedError, and leaves that part as it was, where something that stays leads to one."""
    return _in_parts(rows, action, by, lambda part: part.delete())


def _in_parts(rows, action, by, do) -> int:
    keys, done = [*rows.order_by("pk").values_list("pk", flat=True)[:MOST]], 0
    for start in range(0, len(keys), AT_ONCE):
        begun = time.monotonic()
        done += _one_part(rows, keys[start : start + AT_ONCE], action, by, do)
        if start + AT_ONCE < len(keys):
            rest(time.monotonic() - begun)
    return done


@transaction.atomic
def _one_part(rows, keys, action, by, do) -> int:
    free = rows.select_for_update(of=("self",), no_key=True, skip_locked=True)
    held = [row.pk for row in free.filter(pk__in=keys).order_by("pk").only("pk")]
    if held:
        do(rows.model._default_manager.filter(pk__in=held))
        write(action, rows.model._meta.label_lower, by=by, after={"rows": len(held)})
    return len(held)
