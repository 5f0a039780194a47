"""Which questions somebody is asked, and how their choices stand; it knows no person and no question."""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import TypeVar

from ..setting.together import reach, sums_after, units_of

Key = TypeVar("Key")


def in_order(seed: str, keys: Collection[Key]) -> list[Key]:
    """An order that looks like none, and is the same for the same seed on every machine and in every year."""
    return sorted(keys, key=lambda key: sha256(f"{seed}:{key}".encode()).digest())


def draw(
    seed: str,
    keys: Sequence[Key],
    count: int | None,
    earlier: Collection[Key] = (),
    together: Iterable[Collection[Key]] = (),
) -> list[Key]:
    """`count` of the keys, all where it is None or more than there are; of those in `earlier` only as many as it takes. They stand as in `keys`. Those of
    each group in `together` are drawn all or none; where no such draw comes to `count`, it is of the most below it."""
    if count is None or count >= len(keys):
        return list(keys)
    units = {unit[0]: unit for unit in units_of(keys, together)}
    shuffled = in_order(seed, units)
    last = [first for first in shuffled if any(key in earlier for key in units[first])]
    row = [units[first] for first in shuffled if first not in set(last)]
    row += [units[first] for first in last]
    left = reach(map(len, row), count).bit_length() - 1
    after = sums_after(list(map(len, row)), left)
    wanted: set[Key] = set()
    for unit, sums in zip(row, after, strict=True):
        if len(unit) <= left and sums >> left - len(unit) & 1:  # the rest can still be filled
            wanted |= set(unit)
            left -= len(unit)
    return [key for key in keys if key in wanted]


def draw_in_parts(
    seed: str,
    keys: Sequence[Key],
    count: int | None,
    parts: Sequence[tuple[Collection[Key], int]],
    earlier: Collection[Key] = (),
    together: Sequence[Collection[Key]] = (),
) -> list[Key]:
    """As `draw`, with so many of each part (its keys and a number; no key is in two) and the rest of what is in none."""
    if count is None or not parts:
        return draw(seed, keys, count, earlier, together)
    wanted, of_parts = set(), set()
    for members, number in parts:
        of_parts |= set(members)
        wanted |= set(
            draw(seed, [key for key in keys if key in members], number, earlier, together)
        )
    rest = [key for key in keys if key not in of_parts]
    wanted |= set(draw(seed, rest, max(0, count - len(wanted)), earlier, together))
    return [key for key in keys if key in wanted]
