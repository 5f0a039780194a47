"""How a quiz is marked; it knows no person and no question."""

from decimal import Decimal

from ..setting.scale import rounded


def quiz_mark(right: int, questions: int) -> Decimal:
    """Right answers out of a hundred."""
    if not 0 <= right <= questions or not questions:
        raise ValueError("A quiz needs questions, and no more right answers than questions.")
    return rounded(Decimal(100 * right) / questions)
