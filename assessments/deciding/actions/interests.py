"""Writes down for a member of a board whom they are near to; members declare themselves in marking (`declare_interest`)."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused, insist
from lms.people.actions import tell

from ...marking.actions.interests import write_interest
from ...marking.models import DeclaredInterest
from ..models import BoardMember
from ..rules import may_ratify
from ..states import BoardState
from .board_calendar import lock_board


@transaction.atomic
def declare_for_member(member: BoardMember, *, by, reference="") -> DeclaredInterest:
    """What a member told the office, who may know a name and no reference: an interest in a person, or without a reference in the whole
    cohort of the board. 1. the line, 2. a record entry, 3. the other registrars are told, and the member, without the reference: it would open a name's marks. The same again is the line there is. Raises
    Refused once the board has decided, and where the member was removed."""
    insist(may_ratify(by, member.board))
    locked = lock_board(member.board)
    if locked.state != BoardState.CALLED:
        raise Refused(_("This board has ended, so no interest can be recorded for it."))
    if BoardMember.objects.get(pk=member.pk).removed_at:
        raise Refused(_("They are no longer a member of this board."))
    cohort = None if reference.strip() else locked.cohort
    before = DeclaredInterest.objects.filter(marker=member.person).count()
    made = write_interest(member.person, by=by, cohort=cohort, reference=reference)
    if DeclaredInterest.objects.filter(marker=member.person).count() > before:
        tell(
            member.person,
            _("An interest is recorded for you"),
            _(
                "The programme office wrote down whom you are close to, as you told it. You do not mark their work and do not decide on their results. Tell the office if this is wrong."
            ),
            "/marking/interests/",
        )
    return made
