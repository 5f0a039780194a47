"""What late work costs. A day too many is marks that somebody earned."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempts.penalties import Policy, days_late, penalise
from assessments.setting.calendar import is_working_day
from assessments.setting.judging import PRESETS, Rules, preset
from assessments.setting.scale import rounded
from lms.kit.bank_holidays import bank_holidays
from lms.kit.nations import ALL

LONDON = ZoneInfo("Europe/London")


def at(day, hour=17, minute=0, second=0):
    return datetime.combine(day, time(hour, minute, second), tzinfo=LONDON)


def policy(key):
    return Policy.of(preset(key).on(Rules()))


def working(*nations, closures=()):
    return partial(is_working_day, nations=nations or ("england",), closures=closures)


# ---- the policies as they were published ----


@pytest.mark.parametrize(
    ("days", "of_60", "of_50"),
    [(0, 60, 50), (1, 57, 47.5), (2, 54, 45), (3, 51, 42.5), (4, 48, 40), (5, 45, 37.5), (6, 0, 0)],
)
def test_sheffield_s_own_table(days, of_60, of_50):
    found = [float(penalise(mark, days, policy("sheffield"))) for mark in (60, 50)]
    assert found == [of_60, of_50]


@pytest.mark.parametrize(
    ("days", "factor"), [(1, "0.9"), (2, "0.8"), (3, "0.7"), (4, "0.6"), (5, "0.5"), (6, "0")]
)
def test_southampton_multiplies(days, factor):
    assert penalise(64, days, policy("southampton")) == rounded(64 * Decimal(factor))


def test_warwick_takes_three_marks_a_day_and_never_more_than_there_are():
    assert [penalise(62, days, policy("warwick")) for days in (1, 4, 30)] == [59, 50, 0]


def test_birkbeck_caps_however_late_and_leaves_a_lower_mark():
    assert [penalise(mark, 9, policy("birkbeck")) for mark in (71, 50, 44)] == [50, 50, 44]


def test_queen_mary_takes_five_marks_each_day_and_nothing_counts_after_seven():
    assert [penalise(72, days, policy("queenmary")) for days in (1, 2, 7, 8)] == [67, 62, 37, 0]
    assert penalise(20, 6, policy("queenmary")) == 0, "never below"
    rules = preset("queenmary").on(Rules())
    assert (rules.late_counts, rules.late_day_from) == ("every", ""), "weekends too, from the hour"


def test_no_penalty_is_what_it_was():
    assert penalise(62, 40, policy("none")) == 62 and penalise(62, 40, Policy.of(Rules())) == 62


def test_days_of_grace_come_off_first():
    with_grace = Policy("marks", step=5, grace=2)
    assert [penalise(60, days, with_grace) for days in (1, 2, 3)] == [60, 60, 55]


# ---- how many days ----

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("handed", "days"),
    [
        (at(FRIDAY), 0),
        (at(FRIDAY, 17, 0, 1), 1),
        (at(FRIDAY + timedelta(1)), 1),  # Saturday
        (at(FRIDAY + timedelta(3)), 1),  # Monday, the same time of day
        (at(FRIDAY + timedelta(3), 17, 0, 1), 2),
        (at(FRIDAY + timedelta(4)), 2),
    ],
)
def test_a_weekend_is_no_working_day(handed, days):
    assert days_late(at(FRIDAY), handed, working()) == days


def test_saint_andrew_s_day_is_one_in_scotland_alone():
    handed = at(date(2026, 12, 1))
    assert days_late(at(FRIDAY), handed, working("england")) == 2
    assert days_late(at(FRIDAY), handed, working("scotland")) == 1
    assert days_late(at(FRIDAY), handed, working("england", "scotland")) == 1, "for the trainee"


def test_a_day_on_which_the_university_is_closed_does_not_count():
    closed = working(closures=("2026-11-30",))
    assert days_late(at(FRIDAY), at(date(2026, 12, 1)), closed) == 1


def test_sheffield_s_day_ends_at_one():
    due, monday = at(FRIDAY, 13), FRIDAY + timedelta(3)
    assert days_late(due, at(monday, 12, 59), working(), "13:00") == 1
    assert days_late(due, at(monday, 13, 1), working(), "13:00") == 2
    late_due = at(FRIDAY, 17)
    assert days_late(late_due, at(monday, 12, 59), working(), "13:00") == 1


@pytest.mark.parametrize("due", [date(2026, 3, 27), date(2026, 10, 23)])
def test_the_clocks_may_change_over_the_weekend(due):
    """29 March and 25 October 2026: the same time of day on Monday still ends the first day."""
    monday = due + timedelta(3)
    assert days_late(at(due), at(monday), working()) == 1
    assert days_late(at(due), at(monday, 17, 1), working()) == 2


def test_a_deadline_at_midnight():
    due = at(date(2026, 11, 30), 0)  # Monday, as it begins
    assert days_late(due, at(date(2026, 11, 30), 0, 0, 1), working()) == 1
    assert days_late(due, at(date(2026, 12, 1), 0), working()) == 1
    assert days_late(due, at(date(2026, 12, 1), 0, 0, 1), working()) == 2
    last = at(date(2026, 11, 30), 23, 59)
    assert days_late(last, at(date(2026, 12, 1), 0, 1), working()) == 1


def test_a_leap_day_counts():
    assert days_late(at(date(2028, 2, 28)), at(date(2028, 3, 1)), working()) == 2


def test_christmas_of_four_nations():
    due, handed = at(date(2026, 12, 24)), at(date(2026, 12, 29))
    assert [days_late(due, handed, working(n)) for n in ALL] == [1] * 4, (
        "25th, and 28th for the 26th"
    )
    due, handed = at(date(2026, 12, 31)), at(date(2027, 1, 5))
    assert [days_late(due, handed, working(n)) for n in ALL] == [2, 2, 1, 2], "4 January"


KNOWN = {
    "england": "2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27"
    " 2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26",
    "scotland": "2022-01-03 2022-01-04 2022-04-15 2022-05-02 2022-06-02 2022-06-03 2022-08-01 2022-09-19 2022-11-30 2022-12-26 2022-12-27"
    " 2023-01-02 2023-01-03 2023-04-07 2023-05-01 2023-05-08 2023-05-29 2023-08-07 2023-11-30 2023-12-25 2023-12-26",
    "northern_ireland": "2022-01-03 2022-03-17 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-07-12 2022-08-29 2022-09-19"
    " 2022-12-26 2022-12-27 2023-01-02 2023-03-17 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-07-12 2023-08-28 2023-12-25 2023-12-26",
}


@pytest.mark.parametrize("nation", [*KNOWN, "wales"])
def test_bank_holidays_are_those_that_were(nation):
    """Of two years with holidays on weekends and days that the Crown added (gov.uk/bank-holidays)."""
    found = bank_holidays(2022, nation) | bank_holidays(2023, nation)
    assert " ".join(sorted(map(str, found))) == KNOWN.get(nation, KNOWN["england"])


# ---- whatever comes ----

MOMENTS = st.datetimes(
    datetime(2019, 1, 1),
    datetime(2032, 12, 31),
    timezones=st.just(UTC),  # noqa: DTZ001
)
NATIONS = st.sets(st.sampled_from(ALL), min_size=1)
DAY_FROM = st.sampled_from(["", "00:00", "01:30", "13:00", "12:01"])
LATER = st.timedeltas(timedelta(0), timedelta(days=40))


@given(MOMENTS, LATER, LATER, NATIONS, DAY_FROM)
def test_later_is_never_fewer_days_and_in_time_is_none(due, first, more, nations, day_from):
    counts = working(*nations)
    earlier = days_late(due, due + first, counts, day_from)
    assert earlier <= days_late(due, due + first + more, counts, day_from)
    assert days_late(due, due, counts, day_from) == 0
    assert (earlier == 0) == (first == timedelta(0))


@given(MOMENTS, LATER, NATIONS, DAY_FROM)
def test_working_days_are_never_more_than_days_and_another_nation_never_adds_one(
    due, after, nations, day_from
):
    handed = due + after
    every = days_late(due, handed, lambda day: True, day_from)
    some = days_late(due, handed, working(*nations), day_from)
    assert days_late(due, handed, working(*ALL), day_from) <= some <= every


@given(MOMENTS, LATER, LATER, NATIONS)
def test_an_extension_never_makes_work_later(due, longer, after, nations):
    counts = working(*nations)
    assert days_late(due + longer, due + after, counts, "13:00") <= days_late(
        due, due + after, counts, "13:00"
    )


POLICIES = st.one_of(
    st.sampled_from([Policy.of(one.on(Rules())) for one in PRESETS]),
    st.builds(
        Policy,
        st.sampled_from(["none", "percent", "marks", "cap"]),
        st.integers(0, 100),
        st.integers(0, 20),
        st.integers(0, 100),
        st.integers(0, 5),
    ),
)
A_MARK = st.decimals(0, 100, places=2)


@given(A_MARK, A_MARK, st.integers(0, 60), st.integers(0, 60), POLICIES)
def test_a_penalty_is_within_bounds_and_in_order(mark, other, days, more, found):
    left = penalise(mark, days, found)
    assert 0 <= left <= mark and left == rounded(left)
    assert penalise(mark, days + more, found) <= left, "later never gains"
    low, high = sorted((mark, other))
    assert penalise(low, days, found) <= penalise(high, days, found), "nor does worse work"
