"""How a mark is written, rounded and put into a class; it knows no person and no script."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


def rounded(mark) -> Decimal:
    """Two places, halves up: 59.995 is 60."""
    return Decimal(mark).quantize(HUNDREDTH, ROUND_HALF_UP)


def in_figures(mark) -> str:
    """A mark in words, without idle zeros."""
    return f"{rounded(mark):.2f}".rstrip("0").rstrip(".")


def band(mark, boundaries: Sequence[int]) -> int:
    """In which class a mark lies: how many of the boundaries it reaches."""
    return sum(Decimal(mark) >= boundary for boundary in boundaries)
