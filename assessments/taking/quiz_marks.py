"""How a quiz is marked; it knows no person and no question."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from ..setting.scale import rounded


def quiz_mark(credits: Sequence[Fraction]) -> Decimal:
    """What the answers earn, each from 0 to 1, out of a hundred."""
    if not credits or not all(0 <= one <= 1 for one in credits):
        raise ValueError("A quiz needs questions, and none earns less than nothing or more than 1.")
    share = sum(credits, Fraction(0)) / len(credits)
    return rounded(Decimal(100 * share.numerator) / share.denominator)


def mark_inputs(credits: Sequence[Fraction]) -> dict:
    """What the mark was found from, as `attempts.chain` finds it again: how many were right, or what each earned where one was right in part."""
    if all(one in (0, 1) for one in credits):
        return {"by": "share", "right": int(sum(credits)), "of": len(credits)}
    return {"by": "credits", "credits": [str(one) for one in credits]}
