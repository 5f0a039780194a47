"""Appoints members of a board, removes them, and records who was there; nothing of it changes once the board has decided."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.people.roles import is_operator
from lms.record.actions import write

from ..models import BoardMember
from ..queries.members import members_of
from ..rules import may_ratify, may_sit
from ..states import BoardState, MemberRole
from .board_calendar import in_words_cancelled, lock_board

OWN_BOARDS = "/boards/mine/"


@transaction.atomic
def appoint_member(board, person, role, *, by) -> BoardMember:
    """1. the member, with who appointed them and when, 2. a record entry, 3. the member is told. The same again is the member there is.

    Raises Refused where the person may not be this, sits on the board as something else, or somebody else is its chair or secretary.
    """
    insist(may_ratify(by, board))
    locked = lock_board(board)
    _insist_open(locked)
    if role not in MemberRole.values:
        raise Refused(_("Choose their role on the board."))
    for one in members_of(locked):
        if one.person_id == person.pk and one.role == role:
            return one
        if one.person_id == person.pk:
            raise Refused(
                _("%(name)s is on this board already: %(role)s. Remove them first.")
                % {"name": person.full_name, "role": one.get_role_display()}
            )
        if one.role == role and role in (MemberRole.CHAIR, MemberRole.SECRETARY):
            raise Refused(
                _("%(role)s is %(name)s. Remove them first.")
                % {"role": one.get_role_display(), "name": one.person.full_name}
            )
    may = may_sit(person, MemberRole(role), locked)
    if not may:
        raise Refused(f"{person.full_name}: {may.reason}")
    member = BoardMember.objects.create(
        board=locked, person=person, role=role, appointed_by=None if is_operator(by) else by
    )
    write(
        "assessments.appoint_member",
        member,
        by=by,
        after={"board": locked.pk, "person": person.pk, "role": str(role)},
    )
    tell(
        person,
        _("You are a member of a board"),
        _("“%(title)s” (%(cohort)s) meets on %(day)s. You are on it as: %(role)s.")
        % {**_about(locked), "role": member.get_role_display()},
        OWN_BOARDS,
    )
    return member


@transaction.atomic
def remove_member(member, *, by) -> BoardMember:
    """1. the line says when and by whom, 2. a record entry, 3. they are told. Twice is once."""
    insist(may_ratify(by, member.board))
    locked = lock_board(member.board)
    member = BoardMember.objects.select_related("person").get(pk=member.pk)
    if member.removed_at:
        return member
    _insist_open(locked)
    member.removed_at, member.removed_by = clock.now(), None if is_operator(by) else by
    member.save(update_fields=["removed_at", "removed_by"])
    write("assessments.remove_member", member, by=by, before={"person": member.person_id})
    tell(
        member.person,
        _("You are no longer a member of a board"),
        _("“%(title)s” (%(cohort)s), which meets on %(day)s.") % _about(locked),
        OWN_BOARDS,
    )
    return member


@transaction.atomic
def record_attendance(board, present, *, by, seen=None) -> list[BoardMember]:
    """Say of every member whether they are there, on the day the board meets or later.

    `present`: keys of members; `seen`: the keys on the page that was sent. 1. each line says it, 2. a record entry. The same again changes
    nothing. Raises Refused where the members are others now, and where one who is there may not sit on the board any more.
    """
    insist(may_ratify(by, board))
    locked = lock_board(board)
    members, present = members_of(locked), set(present)
    if locked.state == BoardState.RATIFIED and _is_attendance(members, present):
        return members
    _insist_open(locked)
    keys = {one.pk for one in members}
    if present - keys or (seen is not None and set(seen) != keys):
        raise Refused(_("The members of this board have changed. Read the list again."))
    if clock.today() < locked.meets_on:
        raise Refused(
            _("The board meets on %(day)s. Who is there can be recorded from that day.")
            % _about(locked)
        )
    if not members:
        raise Refused(_("Add the members of this board first."))
    if _is_attendance(members, present):
        return members
    for one in members:
        may = may_sit(one.person, MemberRole(one.role), locked)
        if one.pk in present and not may:
            raise Refused(f"{one.person.full_name}: {may.reason}")
    for one in members:
        one.is_present = one.pk in present
    BoardMember.objects.bulk_update(members, ["is_present"])
    write(
        "assessments.record_attendance",
        locked,
        by=by,
        after={"present": sorted(one.person_id for one in members if one.is_present)},
    )
    return members


def _is_attendance(members, present) -> bool:
    return all(one.is_present is (one.pk in present) for one in members)


def _insist_open(board):
    if board.state == BoardState.CANCELLED:
        raise Refused(in_words_cancelled(board))
    if board.state != BoardState.CALLED:
        raise Refused(_("This board has decided, so its members and attendance stay as they are."))


def _about(board) -> dict:
    day = f"{board.meets_on:%A %-d %B %Y}"
    return {"title": board.title, "cohort": board.cohort.title, "day": day}
