"""Who opened which names, for those who watch over it; without whose they were."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import make_aware

from ..models.unmasking import Unmasking


def unmaskings(*, by=None, assessment=None, first: date | None = None, last: date | None = None):
    """The newest first; of one opener, one piece of work (keys), from a day to a day. A QuerySet."""
    rows = Unmasking.objects.select_related("by", "assessment", "enrolment__cohort")
    if by:
        rows = rows.filter(by=by)
    if assessment:
        rows = rows.filter(assessment=assessment)
    if first:
        rows = rows.filter(at__gte=_midnight(first))
    if last:
        rows = rows.filter(at__lt=_midnight(last + timedelta(days=1)))
    return rows.order_by("-at", "-pk")


def has_opened(by, submission) -> bool:
    """Has this person opened whose work it is, by its receipt? One query."""
    about = {"by": by.pk, "task": Unmasking.RECEIPT, "key": submission.pk}
    return Unmasking.objects.filter(**about).exists()


def _midnight(day):
    return make_aware(datetime.combine(day, time()))
