"""What a file held of people goes a year later; that it was brought, by whom and how many rows it had stays."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from lms.kit import clock
from lms.kit.refusals import insist
from lms.kit.transitions import make_transition
from lms.record.actions import write

from .models import Import
from .rules import may_bring_files
from .states import ImportState

KEPT = timedelta(days=365)
AT_ONCE = 50


def clear_old_files(*, by) -> int:
    """A year after a file was written, AT_ONCE at most, each in its own transaction: 1. its rows are forgotten, or, of one that nobody wrote a year after it was brought, it is
    dropped, 2. a record entry. How many. Twice is once."""
    insist(may_bring_files(by))
    before = clock.now() - KEPT
    is_written = Q(state=ImportState.WRITTEN, written_at__lt=before) & ~Q(rows=[])
    is_left = Q(state=ImportState.CHECKED, made_at__lt=before)
    old = Import.objects.filter(is_written | is_left)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_clear(old, pk, by=by) for pk in keys)


@transaction.atomic
def _clear(old, pk, *, by) -> int:
    found = old.select_for_update(no_key=True).defer("rows").filter(pk=pk).first()
    if found is None:
        return 0  # somebody wrote or dropped it meanwhile
    if found.state == ImportState.CHECKED:
        make_transition(found, "drop_import", by=by, rows=[], counts={})
    else:
        found.rows = []
        found.save(update_fields=["rows"])
        write("cohorts.clear_import", found, by=by)
    return 1
