"""Keeps in mind what was brought and is not ours: somebody may be showing it to others."""
import hashlib

from django.db import transaction

from lms.people.models import User
from lms.people.roles import Operator
from lms.record.actions import write

from ..models import RefusedFile

VISITOR = Operator("visitor")


@transaction.atomic
def note_refused(content: bytes, what, why, *, by=None) -> RefusedFile:
    """Note a file that carries a signature and is not ours as it stands.

    1. one row for each file, by its fingerprint; the file itself is not kept, 2. a record entry. Brought again it is the
    same; the Hub's page lists what was brought lately.
    """
    person = by if isinstance(by, User) else None
    made, is_new = RefusedFile.objects.get_or_create(
        sha256=hashlib.sha256(content).hexdigest(), defaults={"what": what, "why": why[:200], "brought_by": person},
    )
    if is_new:
        write("certificates.note_refused", made, by=by or VISITOR, after={"what": str(what), "why": made.why})
    return made
