"""How long a job leaves alone what it could not reach."""

import time

RESTS = (15, 30, 60, 120, 300)  # seconds; the last one is kept to


class Rest:
    """Longer with each miss, over with the first success."""

    def __init__(self):
        self.begin_anew()

    def begin_anew(self):
        self.misses, self.not_before = 0, 0.0

    def is_on(self) -> bool:
        return time.monotonic() < self.not_before

    def note(self, *, is_missed: bool):
        if not is_missed:
            self.begin_anew()
            return
        self.misses += 1
        self.not_before = time.monotonic() + RESTS[min(self.misses, len(RESTS)) - 1]
