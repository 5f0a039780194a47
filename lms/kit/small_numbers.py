"""Which cells of a table are not shown, so that it tells nothing of a few people. Pure."""

ALL = ""  # the row and the column of totals


def hidden_cells(
    table: dict[tuple[str, str], int], least: int, also=frozenset()
) -> set[tuple[str, str]]:
    """The cells that are left out of a table of counts: those from 1 to below `least`, and in each row and column as many others as it
    takes so that what is left out cannot be worked out of a total.

    `table` is by (row, column); totals stand in it under ALL and are cells as any other. A line (row or column) whose total is shown has
    none left out, or two at least that come to `least` or more. Nought is shown: it tells of nobody. `also`: cells that are left out already, because
    another table that is shown beside this one leaves them out.
    """
    hidden = {cell for cell, count in table.items() if 0 < count < least} | {*also}
    lines = _lines(table)
    is_changed = True
    while is_changed:
        is_changed = False
        for line in lines:
            while (cell := _to_hide(line, table, hidden, least)) is not None:
                hidden.add(cell)
                is_changed = True
    return hidden


def _lines(table):
    rows = {row for row, _column in table}
    columns = {column for _row, column in table}
    ordered = sorted(table)
    return [[c for c in ordered if c[0] == row] for row in sorted(rows)] + [
        [c for c in ordered if c[1] == column] for column in sorted(columns)
    ]


def _to_hide(line, table, hidden, least):
    """The next cell of a line to leave out, the smallest first; None where nothing of it can be worked out."""
    total = next(
        (cell for cell in line if ALL in cell and len(line) > 1 and _is_total(cell, line)), None
    )
    parts = [cell for cell in line if cell != total]
    missing = [cell for cell in parts if cell in hidden]
    if not missing or total is None or total in hidden:
        return None
    if len(missing) > 1 and sum(table[cell] for cell in missing) >= least:
        return None
    others = [cell for cell in parts if cell not in hidden and table[cell]]
    return min(others, key=lambda cell: (table[cell], cell)) if others else total


def _is_total(cell, line):
    """Of a row the cell in the column of totals, of a column the one in the row of totals."""
    is_row = len({row for row, _column in line}) == 1
    return cell[1 if is_row else 0] == ALL
