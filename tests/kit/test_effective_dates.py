"""Which of several dated decisions count: the fold against a plain reading."""

from hypothesis import given
from hypothesis import strategies as st

from lms.kit.effective_dates import in_force, replaced_from, that_count


def test_a_later_line_replaces_those_that_were_to_begin_after_it_for_good():
    assert that_count([(1, "a"), (9, "b"), (5, "c"), (3, "d")]) == [(1, "a"), (3, "d")]
    assert (
        in_force([(1, "a"), (9, "b"), (3, "d")], 9) == (3, "d") and in_force([(1, "a")], 0) is None
    )
    assert in_force([(1, "a"), (1, "b")], 1) == (1, "b")
    assert (
        replaced_from(2, [(1, "a"), (9, "b"), (5, "c")]) == [(5, "c")]
        and replaced_from(5, [(5, "c")]) == []
    )


@given(st.lists(st.tuples(st.integers(0, 6), st.integers())))
def test_it_is_the_plain_reading(lines):
    plain = [x for n, x in enumerate(lines) if not any(later[0] < x[0] for later in lines[n + 1 :])]
    assert that_count(lines) == plain == that_count(plain) == sorted(plain, key=lambda x: x[0])
