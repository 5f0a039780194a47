"""Graded questions by the law that their answers rest on."""

from ..models import Question


def resting_on(provision) -> list[Question]:
    """Those tied to a provision, each with `is_old`: was it written from another reading than the ledger's? One question."""
    found = list(
        Question.objects.filter(provision=provision)
        .select_related("assessment__module")
        .order_by("assessment__code", "order")
    )
    for question in found:
        question.is_old = question.reading != provision.reading  # type: ignore[attr-defined]
    return found
