"""How the marks of a board's cohort are distributed, by piece of work and by module, for its external examiner."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lms.kit.prepared_statements import CompiledQuery

from ...attempts.chain import STANDING
from ...attempts.models import MarkLine
from ...setting.models import Sitting
from .. import module_results
from ..distributions import Distribution, Event, distributions, of_module
from ..states import BoardState
from .boards import modules_of
from .tallies import values_there


@dataclass(frozen=True)
class Row:
    """A module, or a piece of work (`is_piece`). `is_telling`: nothing is shown, since authors chose their subjects."""

    code: str
    title: str
    is_piece: bool
    is_telling: bool
    figures: Distribution


@dataclass(frozen=True)
class MarkDistributions:
    """The `rows` of a board's cohort, the `bands` of marks in words, and the `limit` under which nothing is shown."""

    rows: list[Row]
    bands: list[str]
    limit: int


def distributions_of(board) -> MarkDistributions | None:
    """Of all marks of the board's cohort that count, earlier boards' and leavers' too, so that nobody's leaving tells their mark; of a board that has decided
    as they were then, of a cancelled one None. Four queries."""
    if board.state == BoardState.CANCELLED:
        return None
    rules = board.judging.rules
    modules: list[Any] = modules_of(board)
    telling = set(_chosen_subjects(cohort=board.cohort_id))
    events = _events(board)
    boundaries = sorted({*rules.boundaries, rules.pass_mark})
    heads, sets = [], {}
    for module in modules:
        # What has no weight is in no mark: then a module of one piece has the figures of the piece, at the same moments.
        weights = {piece.pk: piece.weight for piece in module.pieces if piece.weight}
        is_telling = bool(telling & weights.keys())
        heads.append((f"module {module.pk}", module, False, is_telling))
        if not is_telling:
            sets[heads[-1][0]] = _of_module(events, weights, rules.rounding)
        for piece in module.pieces:
            heads.append((f"piece {piece.pk}", piece, True, piece.pk in telling))
            if piece.pk not in telling:
                sets[heads[-1][0]] = [event for key, event in events if key == piece.pk]
    found = distributions(sets, boundaries, rules.small_group)
    nothing = Distribution(None, None, None, [None] * (len(boundaries) + 1))
    rows = [
        Row(what.code, what.title, is_piece, is_telling, found.get(name, nothing))
        for name, what, is_piece, is_telling in heads
    ]
    return MarkDistributions(rows, _bands(boundaries), rules.small_group)


def _of_module(events, weights, rounding) -> list[Event]:
    if not any(weights.values()):
        return []

    def mark_of(marks):
        return module_results.module_mark(
            ((weights[piece], mark) for piece, mark in marks.items()), rounding
        )

    own = ((piece, event) for piece, event in events if piece in weights)
    return list(of_module(own, frozenset(weights), mark_of))


def _bands(boundaries) -> list[str]:
    return [
        _("under %(mark)s") % {"mark": boundaries[0]},
        *(
            f"{low}–{high - 1}" if high - low > 1 else f"{low}"
            for low, high in zip(boundaries, boundaries[1:], strict=False)
        ),
        _("%(mark)s and over") % {"mark": boundaries[-1]},
    ]


def _events(board) -> list[tuple[int, Event]]:
    """Each mark that counted from some moment on, with its piece (a key), the oldest first. One query."""
    rows = _lines(
        cohort=board.cohort_id,
        programme=board.cohort.programme_id,
        **values_there(until=board.ratified_at),
    )
    return [(piece, Event(person, mark, at)) for person, piece, mark, at in rows]


def _lines_of(*, cohort, programme, until=None):
    rows = MarkLine.objects.filter(
        attempt__enrolment__cohort=cohort,
        attempt__assessment__module__programme=programme,
        stage__in=STANDING,
    )
    rows = rows.filter(at__lte=until) if until else rows
    return rows.order_by("at", "pk").values_list(
        "attempt__enrolment_id", "attempt__assessment_id", "mark", "at"
    )


_lines = CompiledQuery(_lines_of)
_chosen_subjects = CompiledQuery(
    lambda *, cohort: Sitting.objects.filter(
        cohort=cohort, version__chooses_subject=True
    ).values_list("assessment_id", flat=True)
)
