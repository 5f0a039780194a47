"""When the time for a quiz is over; it knows no person and no quiz."""

from datetime import datetime, timedelta

GRACE = timedelta(seconds=30)  # what was sent in time may arrive so much later


def end(begun_at: datetime, minutes: int | None, percent: int) -> datetime | None:
    """So many minutes after the beginning, and so many percent more; None where there is no limit."""
    if minutes is None:
        return None
    return begun_at + timedelta(seconds=minutes * 60 * (100 + percent) // 100)


def is_over(ends_at: datetime | None, now: datetime, minutes: int = 0) -> bool:
    """Is an answer that arrives now too late? `minutes`: so much longer by rule, for what waited on a device."""
    return ends_at is not None and now > ends_at + max(GRACE, timedelta(minutes=minutes))
