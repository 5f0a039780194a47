"""Keeps in mind what was brought and is not ours: somebody may be showing it to others."""

import hashlib

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import Operator, holders_of
from lms.record.actions import write

from ..models import RefusedFile
from .rate_limits import count, key_of, rate

VISITOR = Operator("visitor")


@transaction.atomic
def note_refused(content: bytes, what, why, *, by=None) -> RefusedFile | None:
    """Note a file that carries a signature and is not ours as it stands.

    1. one row for each file, by its fingerprint; the file itself is not kept, 2. a record entry. Brought again it is the
    same; the Hub's page lists what was brought lately. Of all strangers together only so many are noted in a day
    (`IMSA_REFUSED_FILES`): after that nothing is written (None), 3. the Hub is told once, and the answer is the same.
    """
    person = by if isinstance(by, User) else None
    if not _may_note(by, hashlib.sha256(content).hexdigest()):
        return None
    made, is_new = RefusedFile.objects.get_or_create(
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={"what": what, "why": why[:200], "brought_by": person},
    )
    if is_new:
        write(
            "certificates.note_refused",
            made,
            by=by or VISITOR,
            after={"what": str(what), "why": made.why},
        )
    return made


def _may_note(by, sha256) -> bool:
    """May one more file be noted? What somebody signed in brings is counted for them; one noted before needs no place."""
    if RefusedFile.objects.filter(sha256=sha256).exists():
        return True
    most, span = rate(settings.IMSA_REFUSED_FILES)
    key = key_of("refused", f"account:{by.pk}" if isinstance(by, User) else "strangers")
    counted = count((key, span, 1))[key]
    if counted == most + 1:
        for officer in holders_of(Role.HUB_OFFICER):
            tell(
                officer,
                _("Many files that are not ours"),
                _(
                    "More than %(most)s files that carry a signature and are not ours were brought in a day. No more are noted today."
                )
                % {"most": most},
                reverse("certificates:hub"),
            )
    return counted <= most
