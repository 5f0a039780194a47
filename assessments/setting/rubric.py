"""Marks as somebody types them, and the levels of a criterion: what is one, and what to type instead."""

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from .scale import in_figures

WHOLE, HALF = Decimal("1.0"), Decimal("0.5")
_MARK = re.compile(r"\d{1,3}(?:\.\d{1,2})?", re.ASCII)
_NEAR = re.compile(r"\d{1,3}[.,]\d{1,9}", re.ASCII)


def read_mark(typed, step=WHOLE) -> int | float:
    """A mark of 0 to 100 in steps of `step`: an int where it is whole. Raises ValueError for anything else; nothing is rounded."""
    text = str(typed).strip()
    if not _MARK.fullmatch(text):
        raise ValueError(text)
    mark = Decimal(text)
    if mark > 100 or mark % step:
        raise ValueError(text)
    return int(mark) if mark == int(mark) else float(mark)


def is_mark(typed, step=WHOLE) -> bool:
    try:
        read_mark(typed, step)
    except ValueError:
        return False
    return True


def what_to_type(title, typed, step) -> str:
    """What to type for a criterion in the place of what is no mark."""
    about = {"criterion": title}
    words = (
        _("Give a whole number from 0 to 100 for “%(criterion)s”.") % about
        if step == WHOLE
        else _("Give a whole or half mark from 0 to 100 for “%(criterion)s”, such as 69 or 69.5.")
        % about
    )
    near = _near(str(typed).strip(), step)
    if len(near) == 1:
        return words + " " + _("Type %(mark)s.") % {"mark": near[0]}
    if near:
        return (
            words
            + " "
            + _("Type %(lower)s or %(higher)s.") % dict(zip(("lower", "higher"), near, strict=True))
        )
    return words


def _near(text, step) -> list[str]:
    """The marks that somebody may have meant: 69.5 for “69,5”, 69 and 70 for “69.999” where marks are whole."""
    if not _NEAR.fullmatch(text):
        return []
    value = Decimal(text.replace(",", "."))
    if value > 100:
        return []
    below = value - value % step
    return [in_figures(one) for one in ([below] if below == value else [below, below + step])]


# ---- levels ----


def level_of(levels, mark):
    """The level that a mark lies in, if the criterion has levels. None where there is no mark."""
    if mark is None:
        return None
    return next((one for one in levels if one.mark_from <= Decimal(str(mark)) <= one.mark_to), None)


def middle_of(level, step=WHOLE) -> int | float:
    """The mark that choosing a level proposes: the middle, and of two the lower."""
    middle = (level.mark_from + level.mark_to) / 2
    return read_mark(middle - middle % step, step)


def level_faults(bounds: Sequence[tuple[Decimal, Decimal]], step) -> list[tuple[int, str]]:
    """What keeps levels from holding each mark of 0 to 100 once, by their place: none where there are no levels."""
    found = [
        (place, words)
        for place, (low, high) in enumerate(bounds)
        if (words := _fault_of_one(low, high, step))
    ]
    if found or not bounds:
        return found
    order = sorted(range(len(bounds)), key=lambda place: bounds[place])
    lowest, highest = order[0], max(order, key=lambda place: bounds[place][1])
    if bounds[lowest][0] != 0:
        words = _("The lowest level begins at %(mark)s. Begin it at 0, or add a level below it.")
        found.append((lowest, words % {"mark": in_figures(bounds[lowest][0])}))
    for lower, upper in zip(order, order[1:], strict=False):
        if words := _fault_between(bounds[lower][1], bounds[upper][0], step):
            found.append((upper, words))
    if bounds[highest][1] != 100:
        words = _("The highest level ends at %(mark)s. End it at 100, or add a level above it.")
        found.append((highest, words % {"mark": in_figures(bounds[highest][1])}))
    return found


def _fault_of_one(low, high, step) -> str:
    if low % step or high % step:
        return _(
            "This version is marked in whole numbers. Begin and end each level at a whole number."
        )
    if low > high:
        return _(
            "This level ends at %(high)s and begins at %(low)s. Type the lower mark first."
        ) % {
            "low": in_figures(low),
            "high": in_figures(high),
        }
    return ""


def _fault_between(end, start, step) -> str:
    if start <= end:
        return _(
            "The mark %(mark)s stands in two levels. Begin this one above %(end)s, or end the other below %(start)s."
        ) % {"mark": in_figures(start), "end": in_figures(end), "start": in_figures(start)}
    if start == end + step:
        return ""
    first, last = in_figures(end + step), in_figures(start - step)
    if first == last:
        return _("No level holds the mark %(first)s. Begin this one at %(first)s.") % {
            "first": first
        }
    return _(
        "No level holds the marks from %(first)s to %(last)s. Begin this one at %(first)s."
    ) % {
        "first": first,
        "last": last,
    }
