"""A table of few people tells on nobody, and what is left out of it cannot be worked out."""

from hypothesis import given
from hypothesis import strategies as st

from lms.kit.small_numbers import ALL, hidden_cells

LEAST = 5
ROWS, COLUMNS = ("a", "b", "c", "d"), ("w", "x", "y")
cells = st.dictionaries(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS)), st.integers(0, 12)
)


def with_totals(counts):
    table = {(row, column): counts.get((row, column), 0) for row in ROWS for column in COLUMNS}
    table |= {(row, ALL): sum(table[row, c] for c in COLUMNS) for row in ROWS}
    table |= {(ALL, c): sum(table[row, c] for row in ROWS) for c in COLUMNS}
    table[ALL, ALL] = sum(table[row, ALL] for row in ROWS)
    return table


@given(cells)
def test_no_small_count_is_shown_and_none_can_be_worked_out(counts):
    table = with_totals(counts)
    hidden = hidden_cells(table, LEAST)
    assert not [cell for cell, count in table.items() if 0 < count < LEAST and cell not in hidden]
    lines = [[(row, c) for c in COLUMNS] + [(row, ALL)] for row in (*ROWS, ALL)]
    lines += [[(row, c) for row in ROWS] + [(ALL, c)] for c in (*COLUMNS, ALL)]
    for *parts, total in lines:
        left_out = [cell for cell in parts if cell in hidden]
        if left_out and total not in hidden:
            assert len(left_out) > 1 and sum(table[cell] for cell in left_out) >= LEAST


def test_large_counts_and_noughts_are_shown():
    assert not hidden_cells(with_totals({("a", "w"): 9, ("b", "x"): 20}), LEAST)


def test_the_second_smallest_goes_with_the_only_small_one():
    table = with_totals(
        {("a", "w"): 2, ("a", "x"): 7, ("a", "y"): 30, ("b", "w"): 40, ("b", "x"): 50}
    )
    hidden = hidden_cells(table, LEAST)
    assert {("a", "w"), ("a", "x")} <= hidden and ("a", "y") not in hidden
    assert {("b", "w"), ("b", "x")} <= hidden, "else the columns would tell"
