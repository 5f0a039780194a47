"""What a mark becomes when work came late; it knows no person, no script and no table.

Public policies of five universities, and none, as they were published (the addresses stand with the presets in `setting/judging.py`):

- Sheffield, ScHARR (read in 2026): five percent of the mark for each working day, which runs from 1 pm to 12:59 pm the following day; more than five days, zero; on a
  second attempt the penalty comes first and the cap after it.
- Southampton (read in 2026): the agreed mark times 0.9, 0.8, 0.7, 0.6 and 0.5 for one to five university working days; more than five, zero. That is ten percent of the
  mark a day.
- Warwick, Philosophy (2015–16): three marks for each day, which begins at 12:01 pm. It says nothing of working days, so every day counts.
- Birkbeck (read in 2026): at most 50 for postgraduates, however late, with the mark that the work would have had beside it.
- Queen Mary, Mathematical Sciences (read in 2026): five of a hundred marks for every 24 hours or part of them, weekends and holidays too; zero after seven calendar days. It says “168 hours or more”: with us the last second of the seventh day still belongs to it.
- None: late work has the mark it was given.

ASSUMED where the sources are silent: a part of a day counts as a day; what comes in on a day that does not count belongs to the late day that has begun; the moment at
which a day ends still belongs to it; days of grace are taken off first.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from ..setting.calendar import LONDON
from ..setting.judging import CAP, MARKS, NO_PENALTY, PERCENT, Rules
from ..setting.scale import rounded

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Policy:
    """What one day late costs. `step`: percent of the mark, or marks; nothing counts after `zero_after` days, 0 for never; `grace` days cost
    nothing."""

    kind: str = NO_PENALTY
    step: int = 0
    zero_after: int = 0
    cap: int = 0
    grace: int = 0

    @classmethod
    def of(cls, rules: Rules) -> "Policy":
        cap = rules.late_cap if rules.late == CAP else 0
        return cls(rules.late, rules.late_step, rules.late_zero_after, cap, rules.late_grace)

    @classmethod
    def read(cls, values: Mapping) -> "Policy":
        return cls(**values)

    def as_values(self) -> dict:
        return asdict(self)


def penalise(mark, days: int, policy: Policy) -> Decimal:
    """The mark of work that came so many days late: never below 0, never above the mark, never more for coming later."""
    raw = Decimal(mark)
    charged = max(0, days - policy.grace)
    if not charged or policy.kind == NO_PENALTY:
        return rounded(raw)
    if policy.zero_after and charged > policy.zero_after:
        return rounded(0)
    if policy.kind == PERCENT:
        left = raw * max(Decimal(0), HUNDRED - policy.step * charged) / HUNDRED
    elif policy.kind == MARKS:
        left = max(Decimal(0), raw - policy.step * charged)
    else:
        left = min(raw, Decimal(policy.cap))
    return rounded(left)


def days_late(
    due_at: datetime, in_at: datetime, counts: Callable[[date], bool], day_from: str = ""
) -> int:
    """On which late day work came in; 0 for work in time. `counts` says which days are counted, and a late day ends at `day_from` (“13:00”) in
    London on a later one that counts, never on the day of the due date itself, or at the time of day at which the work was due. The clocks may
    change between: times of day are London's."""
    due, handed = due_at.astimezone(UTC), in_at.astimezone(UTC)
    if handed <= due:
        return 0
    local = due.astimezone(LONDON)
    at = time.fromisoformat(day_from) if day_from else local.time()
    days, day = 1, local.date() + timedelta(days=1)
    last = handed.astimezone(LONDON).date()
    while day <= last:
        end = datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)
        days += due < end < handed and counts(day)
        day += timedelta(days=1)
    return days
