"""Makes checkpoints of the log: signed, and stamped by a time-stamp service where one is set."""

import asyncio
import base64
import hashlib
import logging

from django.conf import settings
from django.db import IntegrityError, transaction

from lms.kit import clock

from . import notes
from .models import Checkpoint, Head
from .sequencer import sequence_all, tree_of

log = logging.getLogger(__name__)


def make_checkpoint() -> Checkpoint | None:
    """A checkpoint of all that is committed: 1. waiting entries are sequenced, 2. the note is signed and, where IMSA_TIMESTAMP_URL is
    set, stamped, 3. it is kept. None where the log has not grown since the last one. While another sequencer is at work it is of what
    that one finished; of one size there is one checkpoint."""
    sequence_all()
    head = Head.objects.get(pk=1)
    last = Checkpoint.objects.first()
    if head.size == 0 or last and last.size >= head.size:
        return None
    root, at = tree_of(head).root(), clock.now()
    note = notes.sign(head.size, root, at)
    stamp = stamp_of(note)  # before the transaction: nobody waits for another service
    try:
        with transaction.atomic():
            return Checkpoint.objects.create(
                size=head.size, root=root.hex(), at=at, note=note, stamp=stamp
            )
    except IntegrityError:
        return Checkpoint.objects.get(size=head.size)


def stamp_of(note: str) -> str:
    """An RFC 3161 time stamp of the note's SHA-256 in base64, or “” where no service is set or none answers: the checkpoint goes
    without one then, and the next is stamped again."""
    if not settings.IMSA_TIMESTAMP_URL:
        return ""
    from pyhanko.sign.timestamps import (  # a third of a second, only where it is set
        HTTPTimeStamper,
        TimestampRequestError,
    )

    stamper = HTTPTimeStamper(settings.IMSA_TIMESTAMP_URL, timeout=20)
    try:
        token = asyncio.run(
            stamper.async_timestamp(hashlib.sha256(note.encode()).digest(), "sha256")
        )
    except (TimestampRequestError, OSError, ValueError) as fault:
        log.warning(
            "The time-stamp service gave no time stamp for a checkpoint (%s).", type(fault).__name__
        )
        return ""
    return base64.b64encode(token.dump()).decode()
