"""When a text that is being typed becomes a version, and which versions go where there are too many. It knows no database."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

MOST = 50  # versions that are kept
APART = timedelta(minutes=1)  # between two that typing makes
REAL = 10  # characters that differ before it is another version
LOSS = 100  # characters that go at once: what stood there is kept first
LOST = 15  # words that the next version has not: such a version is thinned out last


def change(before: str, after: str) -> tuple[int, int]:
    """How many characters went and came between what both begin and end with."""
    start = len(os.path.commonprefix([before, after]))
    left, right = before[start:], after[start:]
    end = len(os.path.commonprefix([left[::-1], right[::-1]]))
    return len(left) - end, len(right) - end


def is_real(before: str, after: str) -> bool:
    """Do they differ by more than a typing slip?"""
    return max(change(before, after)) >= REAL


def is_loss(before: str, after: str) -> bool:
    """Does so much go, whatever came in its place, that its author may want it back?"""
    went, _came = change(before, after)
    return went >= LOSS


def has_more(text: str, following: str) -> bool:
    """Has it much that the version after it has not? Then it is the last that has it."""
    return (Counter(text.split()) - Counter(following.split())).total() >= LOST


def is_due(last: datetime | None, now: datetime) -> bool:
    """May typing make another version?"""
    return last is None or now - last >= APART


def spare(
    moments: Sequence[datetime],
    most: int = MOST,
    is_last: Callable[[int, int], bool] = lambda place, following: False,
) -> list[int]:
    """Which of them (places; the oldest first) go so that at most `most` stay: each time the one whose neighbours lie closest, so that what stays is spread over
    the whole time. The first and the newest stay, and one that is the last with something (`is_last`, of its place and the one that follows) while any other can go."""
    places, gone = list(range(len(moments))), []
    while len(places) > max(most, 2):
        gaps = sorted(
            (moments[places[n + 1]] - moments[places[n - 1]], n) for n in range(1, len(places) - 1)
        )
        usual = (n for _gap, n in gaps if not is_last(places[n], places[n + 1]))
        gone.append(places.pop(next(usual, gaps[0][1])))
    return sorted(gone)
