"""Which days are bank holidays in a nation; it knows no person and no table."""

from datetime import date, timedelta
from functools import cache

MONDAY = 0
ADDED = {date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)}  # the Crown's, in every nation
MOVED = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}


@cache
def bank_holidays(year: int, nation: str) -> frozenset[date]:
    """Of a year in one of the four nations, by the rules of gov.uk/bank-holidays: one that falls on a weekend is kept on the next weekday that is
    none yet. A day that a proclamation adds later stands in IMSA_EXTRA_HOLIDAYS."""
    easter = _easter(year)
    on = [_first(year, 5, MONDAY), _last_monday(year, 5), easter - timedelta(days=2)]
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    if nation == "scotland":
        on.append(_first(year, 8, MONDAY))
        fixed += [date(year, 1, 2), date(year, 11, 30)]
    else:
        on += [easter + timedelta(days=1), _last_monday(year, 8)]
    if nation == "northern_ireland":
        fixed += [date(year, 3, 17), date(year, 7, 12)]
    found = {MOVED.get(day, day) for day in on} | {d for d in fixed if d.weekday() < 5}
    found |= {day for day in ADDED if day.year == year}
    for day in sorted(d for d in fixed if d.weekday() >= 5):
        while day.weekday() >= 5 or day in found:
            day += timedelta(days=1)
        found.add(day)
    return frozenset(found)


def _first(year, month, weekday):
    day = date(year, month, 1)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _last_monday(year, month):
    day = date(year, month, 31)
    return day - timedelta(days=day.weekday())


def _easter(year):
    """Easter Sunday (the anonymous Gregorian rule)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)
