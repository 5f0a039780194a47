"""Questions that stay together, and which numbers of questions can be drawn where some do; it knows no question."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def units_of(keys: Sequence[Key], together: Iterable[Collection[Key]]) -> list[list[Key]]:
    """The keys in their order, those that stay together as one unit, where the first of them stands."""
    group_of = {key: number for number, group in enumerate(together) for key in group}
    found: list[list[Key]] = []
    begun: dict[int, list[Key]] = {}
    for key in keys:
        group = group_of.get(key)
        if group is not None and group in begun:
            begun[group].append(key)
            continue
        found.append([key])
        if group is not None:
            begun[group] = found[-1]
    return found


def reach(sizes: Iterable[int], most: int) -> int:
    """Which sums of these sizes there are, each taken once or not at all: bit n is set where n is one, up to `most`."""
    bits, mask = 1, (1 << (most + 1)) - 1
    for size in sizes:
        bits = (bits | bits << size) & mask
    return bits


def sums_after(sizes: Sequence[int], most: int) -> list[int]:
    """For each of these sizes, `reach` of those that follow it."""
    bits, mask = 1, (1 << (most + 1)) - 1
    found: list[int] = []
    for size in reversed(sizes):
        found.append(bits)
        bits = (bits | bits << size) & mask
    return found[::-1]


def can_draw(sizes: Iterable[int], count: int) -> bool:
    """Can exactly so many questions be drawn of units of these sizes?"""
    return count >= 0 and bool(reach(sizes, count) >> count & 1)
