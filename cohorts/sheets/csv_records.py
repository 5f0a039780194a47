"""Reads CSV character by character, so that every fault has its row and column (RFC 4180)."""

from enum import Enum, auto

from django.utils.translation import gettext as _

from .table import LONGEST_CELL, MOST_CELLS, FileProblem, letter


class State(Enum):
    """Where in a cell the next character stands."""

    PLAIN = auto()
    QUOTED = auto()
    CLOSED = auto()  # behind the closing quotation mark


def records(text: str, delimiter: str, is_strict: bool = True):
    """The rows of a CSV text as lists of cells (RFC 4180). Raises FileProblem with row and column."""
    row, cells, cell, state = 1, [], [], State.PLAIN
    size, position, end = 0, 0, len(text)

    def refuse(why):
        if is_strict:
            raise FileProblem(
                _("Row %(row)s, column %(letter)s: %(why)s")
                % {"row": row, "letter": letter(len(cells)), "why": why}
            )

    while position < end:
        c = text[position]
        position += 1
        if state is State.QUOTED:
            if c != '"':
                cell.append(c)
            elif text[position : position + 1] == '"':
                cell.append('"')
                position += 1
            else:
                state = State.CLOSED
        elif c == delimiter or c in "\r\n":
            if len(cells) == MOST_CELLS:
                refuse(_("a row may have %(most_cells)s cells.") % {"most_cells": MOST_CELLS})
            cells.append("".join(cell))
            cell, state, size = [], State.PLAIN, 0
            if c != delimiter:
                if c == "\r" and text[position : position + 1] == "\n":
                    position += 1
                yield cells
                row, cells = row + 1, []
            continue
        elif c == '"' and state is State.PLAIN and not "".join(cell).strip(" "):
            state, cell = State.QUOTED, []
        else:
            if state is State.CLOSED:
                refuse(
                    _(
                        "something stands after the closing quotation mark. Double a quotation mark that belongs to the text."
                    )
                )
            if c == '"':
                refuse(
                    _(
                        "a quotation mark stands inside the text. Put the whole cell in quotation marks and double this one."
                    )
                )
            cell.append(c)
        size += 1
        if size > LONGEST_CELL + 2:
            refuse(
                _("the cell has more than %(longest_cell)s characters. ")
                % {"longest_cell": LONGEST_CELL}
                + (
                    _("Perhaps its quotation mark is never closed.")
                    if state is not State.PLAIN
                    else _("Shorten it.")
                )
            )
    if state is State.QUOTED:
        refuse(_("the cell begins with a quotation mark that is never closed."))
    if cell or cells or state is not State.PLAIN:
        yield [*cells, "".join(cell)]
