"""How a quiz is marked; it knows no person and no question."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from ..attempts import chain


def quiz_mark(
    credits: Sequence[Fraction], weights: Sequence[int] = (), essays=0, mark=0
) -> Decimal:
    """What the answers earn, each from 0 to 1, by their points (`weights`; else one each), out of a hundred; with `essays` points of essays whose agreed mark
    of a hundred is `mark`."""
    if not (credits or essays) or not all(0 <= one <= 1 for one in credits):
        raise ValueError("A quiz needs questions, and none earns less than nothing or more than 1.")
    return chain.found_by(mark_inputs(credits, weights, essays), [Decimal(mark)])


def mark_inputs(credits: Sequence[Fraction], weights: Sequence[int] = (), essays=0) -> dict:
    """What the mark was found from, as `attempts.chain` finds it again: how many were right, or what each earned where one was right in part; with their points where those
    differ, or people marked `essays` points of it."""
    if essays or any(one != 1 for one in weights):
        found: dict = {"by": "points", "credits": [str(one) for one in credits]}
        found["points"] = list(weights) or [1] * len(credits)
        return found | {"essays": essays} if essays else found
    if all(one in (0, 1) for one in credits):
        return {"by": "share", "right": int(sum(credits)), "of": len(credits)}
    return {"by": "credits", "credits": [str(one) for one in credits]}
