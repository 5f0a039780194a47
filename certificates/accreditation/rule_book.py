"""The rules of accreditation, each from a day: what was decided under one keeps to it when the next begins. Free of Django."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Rules:
    """ASSUMED until the Hub decides (docs/standings.md)."""

    years: int = 3  # an accreditation is valid this long from its certificate or its renewal
    window_months: int = 6  # a renewal can be asked for from so long before the last day
    progress_months: int = (
        3  # one asked for in time keeps the accreditation going for so long after it
    )
    grace_months: int = 12  # between posts for longer than this, an accreditation lapses
    cpd_hours: int = 60  # of continuing development in the term that ends
    peer_talks: int = 1  # entries that were talked over with a peer
    audit_percent: int = 10  # of renewals, drawn by lot, whose log is read by the Hub
    temporary_months: int = 6  # the longest a temporary accreditation runs


@dataclass(frozen=True)
class RuleBook:
    """Lines (from day, rules) in the order of their days; before the first, the first holds."""

    lines: tuple[tuple[date, Rules], ...] = ((date.min, Rules()),)

    def on(self, day: date) -> Rules:
        begun = [rules for from_day, rules in self.lines if from_day <= day]
        return begun[-1] if begun else self.lines[0][1]

    def days(self) -> list[date]:
        return [from_day for from_day, _ in self.lines if from_day > date.min]
