"""Cancels a board, or moves it to another day, until it has decided; it tells the examiners and the other registrars."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment
from lms.kit.transitions import make_transition
from lms.people.actions import tell_many
from lms.people.models import Role
from lms.people.roles import holders_of, is_operator
from lms.record.actions import write

from ...marking.actions.rows import refresh
from ..models import Board, BoardDay
from ..queries.members import members_of
from ..rules import may_change_board
from ..states import BoardState

LONGEST_WHY = 500


@transaction.atomic
def cancel_board(board, why, *, by) -> Board:
    """1. the board is cancelled, with who, when and why, 2. a record entry, 3. examiners, the other registrars and the members are told.

    Nothing that was marked changes: the next board of the cohort decides it. Twice by the same person is once. Raises Refused when
    the board has decided, or somebody else was first.
    """
    insist(may_change_board(by, board))
    locked = lock_board(board)
    person = None if is_operator(by) else by
    if locked.state == BoardState.CANCELLED:
        if locked.cancelled_by_id == getattr(person, "pk", None):
            return refresh(board, locked, locked)
        raise Refused(in_words_cancelled(locked))
    _insist_open(locked)
    why = _reason(why)
    make_transition(
        locked,
        "cancel_board",
        by=by,
        reason=why,
        cancelled_at=clock.now(),
        cancelled_by=person,
        cancel_reason=why,
    )
    _tell(
        locked,
        _("A board was cancelled"),
        _("“%(title)s” (%(cohort)s) does not meet on %(day)s. Reason: %(why)s")
        % {
            "title": locked.title,
            "cohort": locked.cohort.title,
            "day": _day(locked.meets_on),
            "why": why,
        },
        by=by,
    )
    return refresh(board, locked, locked)


@transaction.atomic
def move_board(board, meets_on, why, *, by, seen=None) -> Board:
    """Let a board meet on another day.

    1. a line with both days, who and why, 2. the board's day; who was there on the earlier one is to be recorded anew, 3. a record entry,
    4. examiners, the other registrars and the members are told.
    `seen` is the day on the page that was sent. The day it has already changes nothing. Raises Refused when the board has decided
    or is cancelled, when it was moved since the page was opened, and when the same board is called for that day.
    """
    insist(may_change_board(by, board))
    locked = lock_board(board)
    if locked.state == BoardState.CALLED and locked.meets_on == meets_on:
        return refresh(board, locked, locked)
    _insist_open(locked)
    why = _reason(why)
    if seen is not None and seen != locked.meets_on:
        raise Refused(
            _(
                "This board was moved to %(day)s since the page was opened. Check that day before you move it again."
            )
            % {"day": _day(locked.meets_on)}
        )
    if Board.objects.filter(
        cohort=locked.cohort_id, title=locked.title, meets_on=meets_on, state=BoardState.CALLED
    ).exists():
        raise Refused(
            _("A board of this title is called for %(day)s already. Cancel one of the two.")
            % {"day": _day(meets_on)}
        )
    last = locked.days.aggregate(last=Max("number"))["last"] or 0
    BoardDay.objects.create(
        board=locked,
        number=last + 1,
        was_on=locked.meets_on,
        meets_on=meets_on,
        why=why,
        moved_by=None if is_operator(by) else by,
    )
    was_on, locked.meets_on = locked.meets_on, meets_on
    locked.save(update_fields=["meets_on"])
    locked.members.filter(removed_at=None).update(is_present=None)
    write(
        "assessments.move_board",
        locked,
        by=by,
        before=was_on.isoformat(),
        after=meets_on.isoformat(),
        reason=why,
    )
    _tell(
        locked,
        _("A board meets on another day"),
        _("“%(title)s” (%(cohort)s) meets on %(day)s, and not on %(was_on)s. Reason: %(why)s")
        % {
            "title": locked.title,
            "cohort": locked.cohort.title,
            "day": _day(meets_on),
            "was_on": _day(was_on),
            "why": why,
        },
        by=by,
    )
    return refresh(board, locked, locked)


def in_words_cancelled(board) -> str:
    """Who cancelled a board, when and why."""
    return _("Cancelled by %(who)s on %(moment)s: %(why)s") % {
        "who": board.cancelled_by.full_name if board.cancelled_by else _("the programme office"),
        "moment": moment(board.cancelled_at),
        "why": board.cancel_reason,
    }


def lock_board(board) -> Board:
    """A board that nobody else changes until the transaction ends, with its cohort."""
    # The cohort first, as calling a board and recording its decisions do: no second board of the same title and day in between.
    type(board.cohort).objects.select_for_update(no_key=True).get(pk=board.cohort_id)
    return (
        Board.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cohort", "cancelled_by")
        .get(pk=board.pk)
    )


def _insist_open(board):
    if board.state == BoardState.CANCELLED:
        raise Refused(in_words_cancelled(board))
    if board.state != BoardState.CALLED:
        raise Refused(_("This board has decided, so it can no longer be moved or cancelled."))


def _reason(why) -> str:
    why = " ".join(why.split())
    if not why:
        raise Refused(_("Say why, in a sentence that the examiner can read too."))
    if len(why) > LONGEST_WHY:
        raise Refused(
            _("The reason has %(count)s characters; there is room for %(longest)s.")
            % {"count": len(why), "longest": LONGEST_WHY}
        )
    return why


def _tell(board, subject, body, *, by):
    """Whoever examines or prepares boards today, and the members of this one, but never somebody whose own results are before it."""
    learning = set(
        Enrolment.objects.filter(cohort=board.cohort_id).values_list("person_id", flat=True)
    )
    away = {by.pk, *learning}
    examiners = [p for p in holders_of(Role.EXTERNAL_EXAMINER) if p.pk not in away]
    away.update(p.pk for p in examiners)
    registrars = [p for p in holders_of(Role.REGISTRAR) if p.pk not in away]
    away.update(p.pk for p in registrars)
    members = [one.person for one in members_of(board) if one.person_id not in away]
    tell_many(
        [(p, subject, body, "/examining/") for p in examiners]
        + [(p, subject, body, "/boards/") for p in registrars]
        + [(p, subject, body, "/boards/mine/") for p in members]
    )


def _day(day) -> str:
    return f"{day:%A %-d %B %Y}"
