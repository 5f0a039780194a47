"""Who sits on a board, who of them was there, and whether they are enough to decide."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit.prepared_statements import CompiledQuery

from ...setting.judging import WITH_EXTERNAL, Rules
from ..models import BoardMember
from ..states import MemberRole


def member_lines(board) -> list[BoardMember]:
    """Everybody who sits or sat on a board, by when they were added. One query."""
    return _lines(board=board.pk)


_lines = CompiledQuery(
    lambda *, board: (
        BoardMember.objects.filter(board_id=board)
        .select_related("person", "appointed_by", "removed_by")
        .order_by("pk")
    )
)


def members_of(board) -> list[BoardMember]:
    """Who sits on it now. One query."""
    return [line for line in member_lines(board) if not line.removed_at]


def seats_of(person):
    """The boards that somebody sits on, the next one first, as lines with their board. A QuerySet."""
    return (
        BoardMember.objects.filter(person_id=person.pk, removed_at=None)
        .select_related("board__cohort")
        .order_by("board__state", "board__meets_on", "pk")
    )


def chair_of(members) -> BoardMember | None:
    return next((one for one in members if one.role == MemberRole.CHAIR), None)


def quorum_fault(members: Sequence[BoardMember], rules: Rules, away=frozenset()) -> str:
    """Why these members cannot decide, or "". `away`: the people among them who have an interest in all of it. A board without members
    decides where the rules ask for none, as boards did before there were any."""
    unknown = [one for one in members if one.is_present is None]
    if unknown:
        return _("Record first who is there. It is not known of: %(names)s.") % {
            "names": "; ".join(one.person.full_name for one in unknown)
        }
    there = [one for one in members if one.is_present and one.counts and one.person_id not in away]
    return quorum_lack(there, rules) if members or rules.quorum else ""


def quorum_lack(there: Sequence[BoardMember], rules: Rules) -> str:
    """What those who are there and count lack to be a quorum, or ""."""
    if len(there) < rules.quorum:
        words = ngettext(
            "There is no quorum: the rules of this cohort ask for %(quorum)s member, and %(count)s can decide.",
            "There is no quorum: the rules of this cohort ask for %(quorum)s members, and %(count)s can decide.",
            rules.quorum,
        )
        return words % {"quorum": rules.quorum, "count": len(there)}
    if not chair_of(there):
        return _("There is no quorum: no chair is there who can decide.")
    is_external = any(one.role == MemberRole.EXTERNAL for one in there)
    if rules.quorum_external == WITH_EXTERNAL and not is_external:
        return _("There is no quorum: the rules of this cohort ask for an external member.")
    return ""


def quorum_in_words(rules: Rules) -> str:
    """What the rules ask for, as pages show it."""
    if rules.quorum_external == WITH_EXTERNAL:
        words = _("%(quorum)s members with the chair, an external member among them.")
    elif rules.quorum:
        words = _("%(quorum)s members with the chair.")
    else:
        return _("The rules of this cohort ask for no quorum.")
    return words % {"quorum": rules.quorum}
