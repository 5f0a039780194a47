"""A module's mark decides whether somebody passes."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.deciding.module_results import Marked, is_pass, module_mark, sample
from assessments.taking.quiz_marks import quiz_mark

MARKS = st.decimals(0, 100, places=2)


def test_a_module_weighs_its_assessments():
    assert module_mark([(30, Decimal("75")), (70, Decimal("62.50"))]) == Decimal("66.25")


def test_a_module_without_assessments_has_no_mark():
    with pytest.raises(ValueError):
        module_mark([])


@pytest.mark.parametrize(("mark", "passes"), [("49.99", False), ("50.00", True), ("50.01", True)])
def test_the_pass_mark_itself_passes(mark, passes):
    assert is_pass(Decimal(mark), 50) is passes


@given(st.lists(st.tuples(st.integers(1, 100), MARKS), min_size=1, max_size=5))
def test_a_module_mark_lies_between_its_parts(parts):
    assert min(m for _, m in parts) <= module_mark(parts) <= max(m for _, m in parts)


def test_a_quiz_is_marked_out_of_a_hundred():
    assert (
        quiz_mark([1] * 7 + [0] * 5) == Decimal("58.33")
        and quiz_mark([1] * 12) == 100
        and quiz_mark([0] * 3) == 0
        and quiz_mark([Fraction(1, 3)] * 3) == Decimal("33.33")
    )
    for credits in ([], [Fraction(4, 3)], [-1, 1]):
        with pytest.raises(ValueError):
            quiz_mark(credits)


def test_a_small_set_is_shown_whole():
    scripts = [Marked(f"S{n}", Decimal(50 + n)) for n in range(10)]
    assert {s.number for s in sample(scripts, [50, 60, 70])} == {s.number for s in scripts}


@given(st.lists(st.tuples(MARKS, st.booleans()), min_size=11, max_size=40))
def test_a_sample_holds_the_extremes_the_borderline_and_the_disputed(given_marks):
    scripts = [Marked(f"S{n}", mark, third) for n, (mark, third) in enumerate(given_marks)]
    shown = sample(scripts, [50, 60, 70])
    marks = [s.mark for s in scripts]
    assert {max(marks), min(marks)} <= {s.mark for s in shown}
    for script in scripts:
        if script.had_third or any(abs(script.mark - b) <= 2 for b in (50, 60, 70)):
            assert script in shown
