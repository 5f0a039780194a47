"""Puts committed entries into the log. It may be killed at any moment and run beside itself; nothing committed is left out."""

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from .merkle import Tree
from .models import Entry, Head, Leaf, SequencerQueue

BATCH = 2000


def sequence_all() -> int:
    """Every entry that waits, in short transactions. How many there were."""
    count = 0
    while added := sequence():
        count += added
    return count


@transaction.atomic
def sequence(most: int = BATCH) -> int:
    """Give the next `most` waiting entries their places: 1. leaves, 2. the queue is emptied of them, 3. the head. How many.

    The queue is filled in the action's own transaction, so an entry whose action commits late is found late, and never missed. A second
    sequencer at the same time leaves at once with 0. An entry that was taken out of the table while it waited stays in the queue,
    where `check_record` finds it.
    """
    can_skip = connection.features.has_select_for_update_skip_locked
    head = Head.objects.select_for_update(no_key=True, skip_locked=can_skip).filter(pk=1).first()
    if head is None:
        return 0
    entries = list(
        Entry.objects.filter(pk__in=SequencerQueue.objects.values("pk")).order_by("pk")[:most]
    )
    if not entries:
        return 0
    tree, leaves = tree_of(head), []
    has_place = set(
        Leaf.objects.filter(entry_id__in=[entry.pk for entry in entries]).values_list(
            "entry_id", flat=True
        )
    )
    for entry in entries:
        if (
            entry.pk in has_place
        ):  # somebody put it back in the queue: it must not hold up the others
            continue
        leaf = (
            entry.digest()
        )  # of what stands there now: a hash that does not fit its entry shows in the check
        leaves.append(Leaf(position=tree.size, entry_id=entry.pk, hash=leaf))
        tree.add(bytes.fromhex(leaf))
    Leaf.objects.bulk_create(leaves, batch_size=500)
    keys = [entry.pk for entry in entries]
    SequencerQueue.objects.filter(pk__in=keys).delete()
    latest = max(entry.at for entry in entries)
    Head.objects.filter(pk=1).update(
        size=tree.size,
        peaks=[peak.hex() for peak in tree.peaks],
        at=max(latest, head.at or latest),
    )
    return len(entries)


@transaction.atomic
def queue_strays() -> list[int]:
    """Queue the entries that have no place and do not wait for one, because they were written while the trigger that queues was away.
    Their keys. It vouches for whatever stands in the table: only `restore_triggers` asks for it, and leaves the keys in the record."""
    waits = Exists(SequencerQueue.objects.filter(entry_id=OuterRef("pk")))
    has_place = Exists(Leaf.objects.filter(entry_id=OuterRef("pk")))
    found = Entry.objects.exclude(key=None).filter(~waits, ~has_place).order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    SequencerQueue.objects.bulk_create(
        [SequencerQueue(entry_id=key) for key in keys], ignore_conflicts=True, batch_size=500
    )
    return keys


def tree_of(head) -> Tree:
    """The log as far as it is sequenced."""
    return Tree(head.size, [bytes.fromhex(peak) for peak in head.peaks])
