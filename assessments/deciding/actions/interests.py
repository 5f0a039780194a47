"""Writes down for a member of a board whom they are near to; members declare themselves in marking (`declare_interest`)."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused, insist

from ...marking.actions.interests import write_interest
from ...marking.models import DeclaredInterest
from ..models import BoardMember
from ..rules import may_ratify
from ..states import BoardState
from .board_calendar import lock_board


@transaction.atomic
def declare_for_member(member: BoardMember, *, by, reference="") -> DeclaredInterest:
    """What a member told the office, who may know a name and no reference: an interest in a person, or without a reference in the whole
    cohort of the board. 1. the line, 2. a record entry, 3. the other registrars are told. The same again is the line there is. Raises
    Refused once the board has decided, and where the member was removed."""
    insist(may_ratify(by, member.board))
    locked = lock_board(member.board)
    if locked.state != BoardState.CALLED:
        raise Refused(_("This board decides no more. Nothing is declared for it now."))
    if BoardMember.objects.get(pk=member.pk).removed_at:
        raise Refused(_("They are no longer a member of this board."))
    cohort = None if reference.strip() else locked.cohort
    return write_interest(member.person, by=by, cohort=cohort, reference=reference)
