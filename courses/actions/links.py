"""Keeps what the addresses in units answered."""

from django.db import transaction

from lms.kit import clock
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from ..models import (
    LinkCheck,
)


@transaction.atomic
def note_links(answers, *, by) -> int:
    """Keep what each external address answered, and forget addresses that nothing points at any more.

    `answers`: address to (answer, is_broken). While an address stays broken its row keeps the moment it was first found
    so. 1. the rows, 2. the record is written. Returns how many are broken.
    """
    insist(may_act_as(by, Role.AUTHOR))
    now = clock.now()
    standing = {row.address: row for row in LinkCheck.objects.select_for_update(no_key=True)}
    for address, (answer, is_broken) in answers.items():
        row = standing.get(address) or LinkCheck(address=address, checked_at=now)
        if not (is_broken and row.is_broken):
            row.checked_at = now
        row.answer, row.is_broken = answer[:200], is_broken
        row.save()
    LinkCheck.objects.filter(address__in=set(standing) - set(answers)).delete()
    broken = sum(is_broken for _unused, is_broken in answers.values())
    write(
        "courses.note_links",
        "courses.links",
        by=by,
        after={"asked": len(answers), "broken": broken},
    )
    return broken
