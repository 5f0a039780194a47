"""The minutes of a board: what they are drawn from, the lines under them, and what was decided since."""

import hashlib
import json
from datetime import UTC

from django.db.models import Q
from django.utils.timezone import localtime

from ...attempts.models import PriorCredit
from ..models import Award, Board, BoardDecision, ChairsAction, Minutes, MinutesLine
from ..states import SIGNATURES, BoardState, MinutesKind, Outcome
from .boards import reports_of
from .members import members_of


def content_of(board, *, chair, recorded_by, day, members, interests, results) -> dict:
    """What the minutes hold, as texts and numbers: nothing in them is looked up again. `results`: `decisions` as `decision_row` has them,
    `left_out` (reference, module's code, why), `awards` (reference, title)."""
    judging = board.judging
    return {
        "title": board.title,
        "meets_on": board.meets_on.isoformat(),
        "cohort": [board.cohort.code, board.cohort.title],
        "programme": board.cohort.programme.title,
        "rule_set": judging.number,
        "quorum": [judging.rules.quorum, judging.rules.quorum_external],
        "chair": chair,
        "recorded": [recorded_by, day.isoformat()],
        "members": [[one.person.full_name, one.role, one.is_present] for one in members],
        "interests": None
        if interests is None
        else [[one["name"], str(one["what"])] for one in interests],
        "examiner": [
            [one.examiner.full_name, one.opinion, one.comment, localtime(one.at).date().isoformat()]
            for one in reversed(reports_of(board))
        ],
        **results,
    }


def prior_learning_rows(board) -> list[list]:
    """What was decided on prior learning at this board, and, in its cohort since the board before it, by chair's action or at a board that was cancelled afterwards and
    has no minutes: reference, module's code, credits (0: not granted), day, chair, and whether by chair's action. One query and another."""
    earlier = Board.objects.filter(
        cohort=board.cohort_id, state=BoardState.RATIFIED, ratified_at__isnull=False
    ).exclude(pk=board.pk)
    since = earlier.order_by("-ratified_at").values_list("ratified_at", flat=True).first()
    alone = Q(board=None, enrolment__cohort=board.cohort_id)
    cancelled = Q(board__state=BoardState.CANCELLED, board__cohort=board.cohort_id)
    if since:
        alone &= Q(decided_at__gt=since)
        cancelled &= Q(board__cancelled_at__gt=since)
    rows = PriorCredit.objects.filter(Q(board=board) | alone | cancelled)
    rows = rows.select_related("enrolment", "module")
    return [
        [
            one.enrolment.student_reference,
            one.module.code,
            one.credits,
            one.decided_on.isoformat(),
            one.chair,
            one.board_id is None,
        ]
        for one in rows.order_by("enrolment__student_reference", "module__order", "pk")
    ]


def decision_row(decision) -> list:
    outcome = decision.outcome or (Outcome.PASS if decision.is_pass else Outcome.FAIL)
    return [
        decision.enrolment.student_reference,
        decision.module.code,
        str(decision.mark),
        str(outcome),
    ]


def content_of_recorded(board) -> dict:
    """Of a board that decided before minutes were drawn: its decisions and awards. Who was there, whom they were near to and what was left out is not known."""
    rows = BoardDecision.objects.filter(board=board, chairs_action=None)
    rows = rows.exclude(outcome=Outcome.REOPENED).select_related("enrolment", "module")
    awards = Award.objects.filter(board=board, conferred_on=board.meets_on)
    awards = awards.select_related("enrolment").order_by("enrolment__student_reference")
    return content_of(
        board,
        chair=board.chair,
        recorded_by=board.ratified_by.full_name if board.ratified_by else "",
        day=localtime(board.ratified_at).date(),
        members=members_of(board),
        interests=None,
        results={
            "decisions": [
                decision_row(one)
                for one in rows.order_by("enrolment__student_reference", "module__order", "pk")
            ],
            "left_out": None,
            "awards": [[one.enrolment.student_reference, one.label] for one in awards],
        },
    )


def hash_of(content) -> str:
    """SHA-256 of texts and numbers as JSON with sorted keys, without spaces."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def line_hash(before: str, line: MinutesLine) -> str:
    """Of a line under the minutes, and the hash before it. The moment is in UTC, as a database gives it back."""
    at = line.at.astimezone(UTC).isoformat()
    return hash_of([before, line.number, line.kind, line.text, line.name, at])


def minutes_of(board) -> Minutes | None:
    """What was drawn; of a board from before minutes were, what they would hold, not kept yet. None before it has decided."""
    if not board.ratified_at:
        return None
    drawn = Minutes.objects.filter(board=board).first()
    if drawn:
        return drawn
    content = content_of_recorded(board)
    return Minutes(
        board=board, content=content, sha256=hash_of(content), drawn_at=board.ratified_at
    )


def lines_of(minutes) -> list[MinutesLine]:
    return list(minutes.lines.all()) if minutes.pk else []


def signature_in(lines) -> MinutesLine | None:
    return next((line for line in lines if line.kind in SIGNATURES), None)


def is_whole(minutes, lines) -> bool:
    """Are the minutes and every line under them as their hashes say?"""
    before = hash_of(minutes.content)
    if before != minutes.sha256:
        return False
    for line in lines:
        before = line_hash(before, line)
        if before != line.sha256:
            return False
    return True


def signed_text(action) -> str:
    """What a chair signs of a decision after the board: its number, and the hash of what it says. The table of decisions says whose it is, to those who may
    know."""
    decision, due_at = action.decision, action.due_at
    says = [
        *decision_row(decision),
        decision.number,
        action.kind,
        action.outcome,
        action.reason,
        action.chair,
        due_at.astimezone(UTC).isoformat() if due_at else "",
    ]
    return f"{action.pk} {hash_of(says)}"


def signed_in(lines) -> set[int]:
    """The numbers of the decisions after the board that the chair has signed."""
    return {int(one.text.split()[0]) for one in lines if one.kind == MinutesKind.ACTION}


def actions_since(board):
    """What the chair has decided since, on decisions of this board, oldest first. A QuerySet."""
    rows = ChairsAction.objects.filter(decision__board=board).order_by("pk")
    return rows.select_related("decision__enrolment", "decision__module")
