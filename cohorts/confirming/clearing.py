"""What officers and employers wrote about posts and people goes after years; what the register says, and the record, stay."""

from django.conf import settings
from django.db.models import Case, Value, When
from django.utils.translation import gettext_noop

from lms.kit.clearing import clear_columns, drop_rows, years_before

from ..employment.models import Remark
from ..organisations.models import TelephoneTask
from .models import PostReport

REMOVED = gettext_noop("Removed, because it is kept for a set time only.")


def clear_old_remarks(*, by) -> int:
    """IMSA_REMARK_YEARS later: 1. remarks are deleted, 2. of a report about a post that was closed, what the employer wrote and what the Hub noted are emptied, 3. so are the words of a telephone
    call that was recorded, 4. a record entry for each lot. What is still open keeps its words. How many. Twice is once."""
    before = years_before(settings.IMSA_REMARK_YEARS)
    remarks = Remark.objects.filter(written_at__lt=before)
    reports = PostReport.objects.filter(closed_at__lt=before)
    calls = TelephoneTask.objects.filter(recorded_at__lt=before)
    said = Case(
        When(text="", then=Value("")), default=Value(REMOVED)
    )  # one kind has to say something
    return (
        drop_rows(remarks, "cohorts.drop_old_remarks", by=by)
        + clear_columns(
            reports.exclude(text__in=["", REMOVED], note=""),
            "cohorts.clear_old_reports",
            by=by,
            text=said,
            note="",
        )
        + clear_columns(
            calls.exclude(text="", note=""), "cohorts.clear_old_calls", by=by, text="", note=""
        )
    )
