"""Sends the record's newest checkpoint to those who keep it elsewhere: the Hub and the external examiners."""

from datetime import UTC, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.record import notes
from lms.record.actions import write
from lms.record.models import Checkpoint, Head

from .actions import tell
from .models import Role
from .roles import holders_of

LETTER = gettext_noop("""Please keep this message. You need do nothing else.

It is a fingerprint of everything recorded on this site up to {at:%-d %B %Y, %H:%M} UTC. Should anyone ever doubt the record, it can be compared with what you kept: “manage.py check_record --against” finds whatever was changed, removed or put in between. It contains nothing of what was recorded.

{note}
Key: {key}""")


@transaction.atomic
def mail_checkpoint(*, by) -> int:
    """Tell every Hub officer and external examiner of today the newest checkpoint, once in IMSA_CHECKPOINT_MAIL_DAYS. How many were told.

    1. the day is written down under the head's lock, so that two workers send it once, 2. the messages, 3. a record entry with whom it went to.
    """
    newest = Checkpoint.objects.first()
    head = Head.objects.select_for_update(no_key=True).get(pk=1)
    now = clock.now()
    if (
        newest is None
        or head.mailed_at
        and head.mailed_at > now - timedelta(days=settings.IMSA_CHECKPOINT_MAIL_DAYS)
    ):
        return 0
    Head.objects.filter(pk=1).update(mailed_at=now)
    keepers = {
        p.pk: p for role in (Role.HUB_OFFICER, Role.EXTERNAL_EXAMINER) for p in holders_of(role)
    }
    text = _(LETTER).format(
        at=newest.at.astimezone(UTC), note=newest.note, key=notes.own_verifier()
    )
    for keeper in keepers.values():
        tell(
            keeper,
            _("A checkpoint of the record, for you to keep"),
            text,
            reverse("record:checkpoints"),
        )
    write(
        "people.mail_checkpoint", newest, by=by, after={"size": newest.size, "to": sorted(keepers)}
    )
    return len(keepers)
