"""Which questions somebody is asked, and how their choices stand; it knows no person and no question."""

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import TypeVar

Key = TypeVar("Key")


def in_order(seed: str, keys: Collection[Key]) -> list[Key]:
    """An order that looks like none, and is the same for the same seed on every machine and in every year."""
    return sorted(keys, key=lambda key: sha256(f"{seed}:{key}".encode()).digest())


def draw(
    seed: str, keys: Sequence[Key], count: int | None, earlier: Collection[Key] = ()
) -> list[Key]:
    """`count` of the keys, all where it is None or more than there are; of those in `earlier` only as many as it takes. They stand as in `keys`."""
    if count is None or count >= len(keys):
        return list(keys)
    shuffled = in_order(seed, keys)
    first = [key for key in shuffled if key not in earlier]
    wanted = set([*first, *(key for key in shuffled if key in earlier)][:count])
    return [key for key in keys if key in wanted]


def draw_in_parts(
    seed: str,
    keys: Sequence[Key],
    count: int | None,
    parts: Sequence[tuple[Collection[Key], int]],
    earlier: Collection[Key] = (),
) -> list[Key]:
    """As `draw`, with so many of each part (its keys and a number; no key is in two) and the rest of what is in none."""
    if count is None or not parts:
        return draw(seed, keys, count, earlier)
    wanted, of_parts = set(), set()
    for members, number in parts:
        of_parts |= set(members)
        wanted |= set(draw(seed, [key for key in keys if key in members], number, earlier))
    rest = [key for key in keys if key not in of_parts]
    wanted |= set(draw(seed, rest, max(0, count - len(wanted)), earlier))
    return [key for key in keys if key in wanted]
