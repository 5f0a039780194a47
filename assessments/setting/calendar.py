"""Dates of an earlier cohort, moved to a later one, and which days are working days; it knows no person and no table."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lms.kit.bank_holidays import bank_holidays

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


# ---- working days ----


def is_working_day(day: date, nations: Iterable[str], closures: Iterable[str] = ()) -> bool:
    """Monday to Friday, no bank holiday in any of these nations, and no day on which the University is closed (“2026-12-29”)."""
    return (
        day.weekday() < 5
        and day.isoformat() not in closures
        and not any(day in bank_holidays(day.year, nation) for nation in nations)
    )


def working_day_after(
    day: date, days: int, nations: Iterable[str] = (), closures: Iterable[str] = ()
) -> date:
    """The working day that many working days later. Without a nation no bank holiday is left out."""
    nations, closures = tuple(nations), frozenset(closures)
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, nations, closures)
    return day
