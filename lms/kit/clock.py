"""What day it is, for every rule; it can be set only in a demonstration or a test."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time

from django.conf import settings
from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, with its zone."""
    return _moment.get() or timezone.now()


def today() -> date:
    """The present day in London, which is the day every rule means."""
    return timezone.localtime(now()).date()


def is_hour_in(hours: tuple[int, int]) -> bool:
    """Is it from the first of these hours on, and before the last, in London?"""
    first, last = hours
    return first <= timezone.localtime(now()).hour < last


@contextmanager
def at(moment: datetime | date):
    """Act as if it were `moment` (a day means noon). Raises RuntimeError in production."""
    if not settings.DEMONSTRATION:
        raise RuntimeError("The clock can be set only in a demonstration.")
    if not isinstance(moment, datetime):
        moment = timezone.make_aware(datetime.combine(moment, time(12)))
    token = _moment.set(moment)
    try:
        yield moment
    finally:
        _moment.reset(token)
