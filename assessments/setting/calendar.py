"""Dates of an earlier cohort, moved to a later one; it knows no person and no table."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def weeks_between(earlier: date, later: date) -> int:
    """Whole weeks from one first day to another, to the nearest, so that a Friday stays a Friday."""
    return round((later - earlier).days / 7)


def shifted(dates: Mapping[str, date | datetime | None], weeks: int) -> dict:
    """Each date so many weeks later; a moment keeps its time of day in London, whatever the clocks did between."""
    return {name: value and _later(value, weeks) for name, value in dates.items()}


def _later(value, weeks):
    if isinstance(value, datetime):
        there = value.astimezone(LONDON).replace(tzinfo=None) + timedelta(weeks=weeks)
        return there.replace(tzinfo=LONDON)
    return value + timedelta(weeks=weeks)
