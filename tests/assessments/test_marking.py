"""Two marks become one, or a third person is asked. A wrong rule here is a wrong award."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marking.reconcile import (
    Agreed,
    CallThird,
    agree,
    look_like_shares,
    settle,
    total,
)
from assessments.setting.calendar import working_day_after
from assessments.setting.scale import band, rounded

CLASSES, DISTANCE = [50, 60, 70], 10
MARKS = st.decimals(0, 100, places=2)


@pytest.mark.parametrize(
    ("mark", "in_class"),
    [(0, 0), (Decimal("49.99"), 0), (50, 1), (59, 1), (60, 2), (70, 3), (100, 3)],
)
def test_a_mark_on_the_boundary_lies_in_the_higher_class(mark, in_class):
    assert band(mark, CLASSES) == in_class


def test_two_near_marks_in_one_class_become_their_mean():
    assert agree(62, 65, DISTANCE, CLASSES) == Agreed(Decimal("63.50"), "The mean of 62 and 65.")


def test_exactly_the_distance_apart_is_still_agreed_and_one_more_is_not():
    assert isinstance(agree(20, 30, DISTANCE, CLASSES), Agreed)
    assert "11 apart" in agree(20, 31, DISTANCE, CLASSES).why


def test_a_class_boundary_between_them_calls_a_third_however_near_they_are():
    answer = agree(Decimal("49.99"), 50, DISTANCE, CLASSES)
    assert isinstance(answer, CallThird) and "either side of 50" in answer.why


def test_halves_are_rounded_up():
    assert rounded("62.005") == Decimal("62.01")
    assert agree(Decimal("62.01"), Decimal("62.00"), DISTANCE, CLASSES).mark == Decimal("62.01")


@given(MARKS, MARKS)
def test_the_order_of_the_markers_does_not_matter(first, second):
    one, other = agree(first, second, DISTANCE, CLASSES), agree(second, first, DISTANCE, CLASSES)
    assert type(one) is type(other)
    if isinstance(one, Agreed):
        assert one.mark == other.mark


@given(MARKS, MARKS)
def test_an_agreed_mark_lies_between_the_two_and_in_their_class(first, second):
    answer = agree(first, second, DISTANCE, CLASSES)
    if isinstance(answer, Agreed):
        assert min(first, second) <= answer.mark <= max(first, second)
        assert band(answer.mark, CLASSES) == band(first, CLASSES) == band(second, CLASSES)
        assert abs(first - second) <= DISTANCE


@given(MARKS, MARKS, MARKS)
def test_three_marks_are_settled_by_one_of_them_the_middle_one(first, second, third):
    mark = settle(first, second, third).mark
    assert mark in {rounded(first), rounded(second), rounded(third)}
    assert (
        sum(m <= mark for m in (first, second, third)) >= 2
        and sum(m >= mark for m in (first, second, third)) >= 2
    )


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 100)), min_size=1, max_size=6))
def test_a_total_lies_between_the_lowest_and_the_highest_criterion(pairs):
    marks = {str(n): mark for n, (mark, _) in enumerate(pairs)}
    weights = {str(n): weight for n, (_, weight) in enumerate(pairs)}
    assert min(marks.values()) <= total(marks, weights) <= max(marks.values())


def test_a_total_weighs_the_criteria_and_misses_none():
    assert total({"law": 70, "role": 55}, {"law": 60, "role": 40}) == Decimal("64.00")
    with pytest.raises(KeyError):
        total({"law": 70}, {"law": 60, "role": 40})


def test_fifteen_working_days_leave_out_the_weekends():
    assert working_day_after(date(2026, 11, 20), 15) == date(2026, 12, 11)
    assert working_day_after(date(2026, 11, 21), 1) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("marks", "asked"),
    [
        ((30, 20, 20, 8), True),
        ((40, 25, 25, 10), True),  # everything, shared out
        ((41, 20, 20, 8), False),
        ((0, 0, 0, 0), False),  # nothing is nothing, however it is counted
        ((62, 58, 71, 60), False),
    ],
)
def test_marks_that_look_like_shares_of_a_hundred(marks, asked):
    weights = {"law": 40, "comparison": 25, "role": 25, "writing": 10}
    assert look_like_shares(dict(zip(weights, marks, strict=True)), weights) is asked


def test_one_criterion_cannot_be_shared_out():
    assert not look_like_shares({"all": 55}, {"all": 100})


def test_the_two_markers_are_told_why_a_third_reads_it():
    far = agree(48, 63, 10, [50, 60, 70])
    assert far.to_markers.startswith(
        "Your marks differ by more than the set distance, so a third marker reads this script."
    )
    assert "15 apart; the set distance is 10" in far.to_markers
    assert "either side of 60" in agree(59, 61, 10, [50, 60, 70]).to_markers
