"""Working days of each nation, by the rules of its bank holidays; it knows no person and no table.

Monday to Friday without the bank holidays of the nation [gov.uk/bank-holidays; Banking and Financial Dealings Act 1971, Schedule 1].
A day that is proclaimed once, such as a coronation, follows from no rule: the caller gives it as `extra`. ASSUMED: the University closes
on no other day.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

EVERYWHERE = ((1, 1), (12, 25), (12, 26))
FIXED = {
    "england": EVERYWHERE,
    "wales": EVERYWHERE,
    "scotland": ((1, 1), (1, 2), (11, 30), (12, 25), (12, 26)),
    "northern_ireland": ((1, 1), (3, 17), (7, 12), (12, 25), (12, 26)),
}


def working_day_after(
    day: date, days: int, nations: Iterable[str], extra: Iterable[date] = ()
) -> date:
    """The working day that many working days later; of several nations, the latest one. Without a nation, England's."""
    off = frozenset(extra)
    return max(_after(day, days, nation, off) for nation in (list(nations) or ["england"]))


def is_working_day(day: date, nation: str) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(nation, day.year)


def _after(day, days, nation, off):
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, nation) and day not in off
    return day


@cache
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """With the substitute of each that falls on a weekend: the next weekday that is no holiday itself."""
    easter, is_scotland = _easter(year), nation == "scotland"
    found = {easter - timedelta(days=2), _monday(year, 5), _last_monday(year, 5)}
    found.add(_monday(year, 8) if is_scotland else _last_monday(year, 8))
    if not is_scotland:
        found.add(easter + timedelta(days=1))
    fixed = [date(year, month, day) for month, day in FIXED[nation]]
    found.update(day for day in fixed if day.weekday() < 5)
    for day in fixed:
        if day.weekday() > 4:
            while day.weekday() > 4 or day in found:
                day += timedelta(days=1)
            found.add(day)
    return frozenset(found)


def _monday(year, month):
    """The first of a month."""
    return next(d for d in (date(year, month, n) for n in range(1, 8)) if d.weekday() == 0)


def _last_monday(year, month):
    return next(d for d in (date(year, month, n) for n in range(31, 24, -1)) if d.weekday() == 0)


def _easter(year):
    """Easter Sunday of the Gregorian calendar (the rule of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)
