"""Working days of the four nations, held against bank holidays as they were published."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.setting.calendar import is_working_day, working_day_after
from lms.kit.bank_holidays import bank_holidays

PUBLISHED = {  # gov.uk/bank-holidays
    ("england", 2026): "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    ("wales", 2027): "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    ("scotland", 2021): "01-01 01-04 04-02 05-03 05-31 08-02 11-30 12-27 12-28",
    ("scotland", 2024): "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26",
    ("northern_ireland", 2024): "01-01 03-18 03-29 04-01 05-06 05-27 07-12 08-26 12-25 12-26",
    ("northern_ireland", 2026): "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
}
NATIONS = st.sampled_from(["england", "wales", "scotland", "northern_ireland"])
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(("nation", "year"), PUBLISHED)
def test_weekdays_off_are_those_that_were_published(nation, year):
    off = sorted(day for day in bank_holidays(year, nation) if day.weekday() < 5)
    assert [f"{day:%m-%d}" for day in off] == PUBLISHED[nation, year].split()


def test_new_year_on_a_sunday_has_its_substitute_after_the_second_of_january_in_scotland():
    assert date(2023, 1, 3) in bank_holidays(2023, "scotland")
    assert date(2023, 1, 2) in bank_holidays(2023, "england")


def test_a_bank_holiday_of_any_of_the_nations_is_left_out_and_a_day_of_closure():
    thursday = date(2026, 11, 26)
    assert working_day_after(thursday, 2, ["england"]) == date(2026, 11, 30)
    assert working_day_after(thursday, 2, ["england", "scotland"]) == date(2026, 12, 1)
    assert working_day_after(thursday, 2) == date(2026, 11, 30)
    assert working_day_after(thursday, 2, ["england"], ["2026-11-30"]) == date(2026, 12, 1)


@given(DAYS, st.integers(1, 40), NATIONS)
def test_it_ends_on_a_working_day_with_as_many_between(day, days, nation):
    last = working_day_after(day, days, [nation])
    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert is_working_day(last, [nation])
    assert sum(is_working_day(one, [nation]) for one in between) == days


@given(DAYS, st.integers(0, 20), st.integers(0, 20), NATIONS)
def test_more_days_are_never_earlier_and_add_up(day, first, second, nation):
    there = working_day_after(day, first, [nation])
    assert working_day_after(there, second, [nation]) == working_day_after(
        day, first + second, [nation]
    )
