"""How the marks of a set are distributed, in steps of so many people that no look tells one mark. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from lms.kit.small_numbers import ALL, hidden_cells

from ..setting.scale import band, rounded

TOGETHER = timedelta(seconds=5)  # lines that one press adds to one mark


@dataclass(frozen=True)
class Event:
    """From a moment on, a person (a key) has this mark."""

    person: int
    mark: Decimal
    at: datetime


@dataclass(frozen=True)
class Distribution:
    """Of `count` marks their `mean`, the standard `deviation` and how many lie in each band (`counts`). None: not shown."""

    count: int | None
    mean: Decimal | None
    deviation: Decimal | None
    counts: list[int | None]


def in_one(events: Iterable[Event]) -> list[Event]:
    """Of what one press made of one mark, as the agreed mark and then the late penalty, the last alone, at the place of the first; nothing of what changes no mark."""
    found: list[Event] = []
    places: dict[int, int] = {}
    for event in events:
        place = places.get(event.person)
        if place is not None and found[place].mark == event.mark:
            continue
        if place is not None and event.at - found[place].at <= TOGETHER:
            found[place] = Event(event.person, event.mark, found[place].at)
            continue
        places[event.person] = len(found)
        found.append(event)
    return found


def at_last_step(events: Iterable[Event], step: int) -> list[Decimal]:
    """The marks as they were when a step ended last: a step ends once the marks of so many people have come or changed since the one before. So between two
    looks nothing has changed, or the marks of as many people have. None before the first step."""
    marks: dict[int, Decimal] = {}
    shown: dict[int, Decimal] = {}
    changed: set[int] = set()
    for event in in_one(events):
        marks[event.person] = event.mark
        changed.add(event.person)
        if len(changed) >= step:
            shown, changed = dict(marks), set()
    return list(shown.values())


def of_module(
    pieces: Iterable[tuple[int, Event]], wanted: frozenset[int], mark_of
) -> Iterable[Event]:
    """The marks of a module: of each person from the moment on from which each of the `wanted` pieces (keys) has a mark. `mark_of`: from marks by piece to one."""
    marks: dict[int, dict[int, Decimal]] = {}
    for piece, event in pieces:
        own = marks.setdefault(event.person, {})
        own[piece] = event.mark
        if own.keys() == wanted:
            yield Event(event.person, mark_of(own), event.at)


def distributions(
    sets: Mapping[str, Iterable[Event]], boundaries: Sequence[int], limit: int
) -> dict[str, Distribution]:
    """By the names of the sets. No count from 1 to below `limit` is shown, nor another from which it could be worked out."""
    marks = {name: at_last_step(events, limit) for name, events in sets.items()}
    table: dict[tuple[str, str], int] = {}
    for name, those in marks.items():
        places = [band(mark, boundaries) for mark in those]
        for place in range(len(boundaries) + 1):
            table[name, str(place)] = places.count(place)
        table[name, ALL] = len(those)
    hidden = hidden_cells(table, limit)

    def cell(name, column):
        return None if (name, column) in hidden else table[name, column]

    found = {}
    for name, those in marks.items():
        count = cell(name, ALL) or None
        counts = [cell(name, str(place)) for place in range(len(boundaries) + 1)]
        if count is None:
            found[name] = Distribution(None, None, None, [None] * len(counts))
        else:
            mean, deviation = _mean_and_deviation(those)
            found[name] = Distribution(count, mean, deviation, counts)
    return found


def _mean_and_deviation(marks):
    mean = sum(marks, Decimal(0)) / len(marks)
    squares = sum(((mark - mean) ** 2 for mark in marks), Decimal(0)) / len(marks)
    return rounded(mean), rounded(squares.sqrt())
