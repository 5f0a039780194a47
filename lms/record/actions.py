"""Writes the record; it refuses to write outside a transaction."""
from datetime import UTC

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from lms.kit import clock

from .models import Entry, Head
from .queries import is_behind

CLOCK = (
    "The clock of this site is wrong: it stands earlier than what was done last. Nothing was changed. "
    "Tell whoever runs this site, and try again when the clock is right."
)


def actor_label(by) -> str:
    """“person:12” for a person, or the label of an operator at the command line."""
    return by.record_label


def thing_label(thing) -> str:
    return thing if isinstance(thing, str) else f"{thing._meta.label_lower}:{thing.pk}"


def write(deed: str, thing, *, by, before=None, after=None, reason: str = "") -> Entry:
    """Add one entry to the end of the chain, inside the deed's own transaction.

    Raises RuntimeError outside a transaction: a deed and its entry stand or fall together. Raises NotNow, so that the whole
    deed is undone, where the clock of a real installation went back: late work would become punctual.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A deed and its record entry need one transaction.")
    with transaction.atomic(savepoint=False):
        head = Head.objects.select_for_update(no_key=True).get(pk=1)
        if not settings.DEMONSTRATION and is_behind(head.at):
            raise import_string(settings.IMSA_RECORD_REFUSAL)(CLOCK)
        entry = Entry(
            number=head.number + 1, at=clock.now().astimezone(UTC), actor=actor_label(by), deed=deed,
            thing=thing_label(thing), before=before, after=after, reason=reason, previous_hash=head.hash,
        )
        entry.hash = entry.digest()
        entry.save(force_insert=True)
        Head.objects.filter(pk=1).update(number=entry.number, hash=entry.hash, at=max(entry.at, head.at or entry.at))
    return entry


@transaction.atomic
def accept_clock(*, by, reason: str) -> Entry:
    """The clock is right now, and what was written before it was too late: deeds are possible again from this moment. 1. the
    head's time, 2. a record entry with the reason. The entries of the wrong time stay as they are."""
    Head.objects.select_for_update(no_key=True).filter(pk=1).update(at=clock.now())
    return write("record.accept_clock", "record", by=by, reason=reason)


def check() -> dict:
    """Walk the whole chain. {"whole": bool, "entries": n, "broken_at": number or None, "why": text}."""
    previous, expected, count = "0" * 64, 1, 0
    for entry in Entry.objects.order_by("number").iterator(chunk_size=2000):
        count += 1
        if entry.number != expected:
            return _broken(count, expected, f"entry {expected} is missing")
        if entry.previous_hash != previous:
            return _broken(count, entry.number, "it does not follow from the entry before it")
        if entry.digest() != entry.hash:
            return _broken(count, entry.number, "its content was changed after it was written")
        previous, expected = entry.hash, expected + 1
    head = Head.objects.get(pk=1)
    if (head.number, head.hash) != (expected - 1, previous):
        return _broken(count, expected, "entries at the end are missing")
    return {"whole": True, "entries": count, "broken_at": None, "why": "", "head": previous}


def _broken(count, number, why):
    return {"whole": False, "entries": count, "broken_at": number, "why": why, "head": None}
