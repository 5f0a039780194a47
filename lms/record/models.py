"""The append-only record of actions; it refuses to be edited, and shows when it was.

An entry is written by its action, alone, and waits for nobody. The sequencer puts committed entries in an order that never changes
(`Leaf`), and a checkpoint says what that order hashes to. Entries from before the log stand in a chain of their own, which the
first leaf seals.
"""

import hashlib
import json
import uuid

from django.db import models
from django.utils.translation import gettext_lazy

from . import merkle

FORM = "imsa record entry 2"  # what a leaf is a hash of; another list of columns is another form
CHAIN_FORM = "imsa record chain 1"


def spelling(content) -> bytes:
    """JSON in one fixed spelling, as the database gives it back."""
    content = json.loads(json.dumps(content))
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def chain_seal(entries: int, last: str, is_whole: bool) -> str:
    """The first leaf: the chain that stood before the log, with its length, its last hash, and whether it was whole on that day."""
    return merkle.leaf_hash(spelling([CHAIN_FORM, entries, last, is_whole])).hex()


class AppendOnly(models.Model):
    """What the database lets nobody change either (lms/kit/append_only.py)."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("The record is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The record is append-only.")


class Entry(AppendOnly):
    """One action. `hash` covers every column, with a random key, so that nobody can guess content from it. Holds keys, never names:
    a person can be forgotten, an action cannot. `number` and `previous_hash` are of the chain before the log."""

    PERSONAL_DATA = {"actor": "key of the person who acted; kept for the life of the record"}

    key = models.UUIDField(unique=True, null=True, editable=False, default=uuid.uuid4)
    number = models.PositiveBigIntegerField(unique=True, null=True, editable=False)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=80, db_index=True, db_column="deed")
    thing = models.CharField(max_length=120, db_index=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("record entry")
        verbose_name_plural = gettext_lazy("record entries")

    def digest(self) -> str:
        """SHA-256 of the content in one fixed spelling, 64 hexadecimal digits: as a leaf of the log (RFC 9162), or in the chain
        with the hash before it."""
        fields = [
            self.at.isoformat(),
            self.actor,
            self.action,
            self.thing,
            self.before,
            self.after,
            self.reason,
        ]
        if self.key is None:
            return hashlib.sha256(spelling([self.number, *fields, self.previous_hash])).hexdigest()
        return merkle.leaf_hash(
            spelling([FORM, str(self.key), self.number, *fields, self.previous_hash])
        ).hex()


class SequencerQueue(models.Model):
    """Entries that have no place in the log yet. The database itself adds a line with each entry; the sequencer takes it away."""

    PERSONAL_DATA = {}

    entry_id = models.PositiveBigIntegerField(primary_key=True)

    class Meta:
        verbose_name = gettext_lazy("entry to be sequenced")
        verbose_name_plural = gettext_lazy("entries to be sequenced")


class Leaf(AppendOnly):
    """The place of an entry in the log, counted from 0. The first is the chain before the log and has no entry."""

    PERSONAL_DATA = {}

    position = models.PositiveBigIntegerField(primary_key=True)
    entry_id = models.PositiveBigIntegerField(
        unique=True, null=True
    )  # no foreign key: a leaf outlives a removed entry, and tells
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = gettext_lazy("leaves")


class Head(models.Model):
    """The end of the log: one row, which the sequencer, `accept_clock` and the mail of checkpoints change. No other action waits for it."""

    PERSONAL_DATA = {}

    number = models.PositiveBigIntegerField(
        default=0, help_text=gettext_lazy("How many entries the chain before the log has.")
    )
    hash = models.CharField(
        max_length=64, default="0" * 64, help_text=gettext_lazy("The last hash of that chain.")
    )
    chain_whole = models.BooleanField(
        default=True, help_text=gettext_lazy("Was that chain whole when the log began?")
    )
    at = models.DateTimeField(
        null=True,
        help_text=gettext_lazy("The latest time of an entry: no action is dated before it."),
    )
    size = models.PositiveBigIntegerField(default=0)
    peaks = models.JSONField(
        default=list,
        help_text=gettext_lazy(
            "Hashes of the complete subtrees, the largest first, in hexadecimal."
        ),
    )
    mailed_at = models.DateTimeField(
        null=True,
        help_text=gettext_lazy("When a checkpoint was last mailed to those who keep them."),
    )


class Checkpoint(AppendOnly):
    """What the log hashed to at one size, signed. It holds nothing of what the entries say, so anybody may have it."""

    PERSONAL_DATA = {}

    size = models.PositiveBigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    note = models.TextField(help_text=gettext_lazy("The signed note, as it is published."))
    stamp = models.TextField(
        blank=True, help_text=gettext_lazy("An RFC 3161 time stamp of the note, in base64.")
    )

    class Meta:
        ordering = ["-size"]
