"""What of somebody who left was marked and is not decided."""

from ..models import Board
from ..states import BoardState


def board_for_leaver(enrolment) -> Board | None:
    """The newest board of their cohort that has decided: its chair decides on who left since. One query."""
    rows = Board.objects.filter(cohort=enrolment.cohort_id, state=BoardState.RATIFIED)
    return rows.select_related("cohort__programme").order_by("-meets_on", "-pk").first()


def version_of_case(case) -> str:
    """Names the marks that somebody read before they decided."""
    parts = "|".join(f"{part.assessment.code}:{part.mark}" for part in case.parts)
    return f"{parts}|{case.last.pk if case.last else 0}"
