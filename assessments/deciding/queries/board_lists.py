"""Lists of boards, and what of prior learning stands on the agenda of one."""

from typing import NamedTuple

from django.db.models import Count, Exists, Q

from cohorts.enrolment.models import Enrolment

from ..models import Board
from ..states import BoardState


def boards_open():
    """Boards that were called and have not decided yet, soonest first."""
    return (
        Board.objects.filter(state=BoardState.CALLED)
        .select_related("cohort")
        .order_by("meets_on", "pk")
    )


def boards_found(*, wanted="", state=""):
    """Boards with these words in their title or their cohort's, those to come first and then by day. A QuerySet."""
    found = Board.objects.select_related("cohort", "cancelled_by").order_by(
        "state", "meets_on", "pk"
    )
    for word in wanted.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(cohort__title__icontains=word)
            | Q(cohort__code__icontains=word)
        )
    return found.filter(state=state) if state else found


def boards_by_state(*, wanted="") -> dict[str, int]:
    """How many of them are in each state. One query."""
    return dict(boards_found(wanted=wanted).order_by().values_list("state").annotate(Count("pk")))


class AgendaItem(NamedTuple):
    """A claim on prior learning that a board is to decide."""

    key: int
    reference: str
    module: str


def prior_learning_in(cohort):
    """Does any claim wait for a board of a cohort (a key, or a reference of a query)? A condition."""
    return Exists(Enrolment.objects.filter(cohort=cohort, prior_claims__state="board"))


def prior_learning_for(board) -> list[AgendaItem]:
    """What waits for a board of this cohort, by student reference. Asked of the relation; the folder above has the claims. One query."""
    rows = Enrolment.objects.filter(cohort_id=board.cohort_id, prior_claims__state="board")
    rows = rows.order_by("student_reference", "prior_claims__pk")
    names = ("prior_claims__pk", "student_reference", "prior_claims__module__code")
    return [AgendaItem(*row) for row in rows.values_list(*names)]
