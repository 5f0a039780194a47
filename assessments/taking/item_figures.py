"""What a question's answers tell about the question; it knows no person and no quiz."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class ItemFigures:
    """Of so many attempts: the share of its mark that the question earned, from 0 to 1, and how its credit goes with what the same attempt earned in its other
    questions, from -1 to 1; None where every answer or every rest was the same."""

    attempts: int
    facility: float
    discrimination: float | None

    @property
    def percent(self) -> int:
        return round(100 * self.facility)

    @property
    def is_doubtful(self) -> bool:
        """Did those who knew more miss it rather than those who knew less? Then its key may be wrong."""
        return self.discrimination is not None and self.discrimination < 0


def item_figures(
    count: int,
    credits: float,
    credits_squared: float,
    rests: float,
    rests_squared: float,
    products: float,
) -> ItemFigures:
    """From the sums over all attempts: of credits and their squares, of the rests and theirs, and of credit times rest."""
    spread_of_credits = count * credits_squared - credits**2
    spread_of_rests = count * rests_squared - rests**2
    found = None
    if spread_of_credits > 1e-9 and spread_of_rests > 1e-9:
        found = (count * products - credits * rests) / sqrt(spread_of_credits * spread_of_rests)
        found = max(-1.0, min(1.0, found))
    return ItemFigures(count, credits / count, found)
