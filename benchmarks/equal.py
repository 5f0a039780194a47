"""Does one question take as long as another? Asked by turns, so that whatever else the machine does falls on each alike."""

import statistics
import time
from collections.abc import Callable


def quick_quarters(
    ask: dict[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Each question's lower quartile in seconds of `clock`: what it takes when nothing else gets in its way."""
    took: dict[str, list[float]] = {name: [] for name in ask}
    names = [*ask]
    for n in range(rounds + 10):
        for name in names[n % len(names) :] + names[: n % len(names)]:
            begun = clock()
            ask[name]()
            if n >= 10:  # the first warm it
                took[name].append(clock() - begun)
    return {name: statistics.quantiles(times, n=4)[0] for name, times in took.items()}


def spread(quarters: dict[str, float]) -> float:
    """How many times as long as the quickest the slowest takes."""
    return max(quarters.values()) / min(quarters.values())
