"""Walks the whole record and compares it with its log and with checkpoints. It changes nothing."""

from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from . import notes
from .merkle import EMPTY, Tree
from .models import Checkpoint, Entry, Head, Leaf, SequencerQueue, chain_seal

STEP = 2000
MOST = 100  # places named of one kind of fault


def check(against=(), verifiers=()) -> dict:
    """Is the record whole? One JSON-like answer:

    {"whole": bool, "entries": n, "sequenced": n, "waiting": n, "head": hex of the root, "checkpoints": n, "broken_at": key of an entry, a position
    or None, "why": text, "faults": [text], "went_back": [keys of entries], "against": [{"size", "fits", "why"}]}

    `against` are checkpoints that somebody else kept, as texts; `verifiers` the keys they were given with them (with none given,
    the site's own). It reads one state of the database while others go on writing. Raises notes.Unreadable for a text that is no checkpoint.
    """
    kept = [note for text in against for note in notes.read_all(text, verifiers or own_verifiers())]
    with _one_state():
        return _Walk(kept).answer()


@contextmanager
def _one_state():
    """A transaction that reads one state of the database and keeps nobody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    else:
        connection.ensure_connection()  # which sets the mode
        mode, connection.transaction_mode = (
            connection.transaction_mode,
            "DEFERRED",
        )  # ours takes the one writer's place at once
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = mode


def own_verifiers() -> list[str]:
    """The site's key."""
    return [notes.own_verifier()]


def signed_by(note, own) -> notes.Note:
    """What a checkpoint of this site says. One that an earlier key signed is taken at its word. Raises notes.Unreadable."""
    try:
        return notes.read(note, own)
    except notes.UnknownSigner:
        return notes.read_unverified(note)


def _hash(text) -> bytes:
    """The bytes of a hash; nothing for what is none, so that the rest is still compared."""
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError):
        return b""


class _Walk:
    def __init__(self, witness_notes):
        self.witness_notes, self.faults, self.broken_at = witness_notes, [], None
        self.head = Head.objects.filter(pk=1).first() or Head()
        self.tree, self.back, self.newest = Tree(), [], None
        self.made = {row.size: row for row in Checkpoint.objects.order_by("size")}
        self.roots, self.sizes = {0: EMPTY}, {*self.made, *(note.size for note in witness_notes)}

    def answer(self):
        chain_entries = self.part("the chain before the log", self.chain)
        leaves = self.part("the log", self.log)
        self.part("entries outside the log", self.strays)
        self.part("the end of the log", self.end)
        own = [notes.own_verifier()] if self.made and notes.has_key() else []
        for row in self.made.values():
            self.own_checkpoint(row, own)
        against = [self.compare_note(note) for note in self.witness_notes]
        return {
            "whole": not self.faults and all(one["fits"] for one in against),
            "entries": Entry.objects.count(),
            "chain": chain_entries,
            "sequenced": leaves,
            "waiting": SequencerQueue.objects.count(),
            "head": self.tree.root().hex(),
            "checkpoints": len(self.made),
            "broken_at": self.broken_at,
            "why": (self.faults or [one["why"] for one in against if not one["fits"]] or [""])[0],
            "faults": self.faults[:MOST],
            "went_back": self.back,
            "against": against,
        }

    def part(self, name, walk):
        """One walk. What somebody wrote into the database that is no time, no number or no hash ends that walk and no other."""
        try:
            return walk()
        except (ArithmeticError, AttributeError, TypeError, ValueError) as fault:
            self.fault(
                None,
                f"{name} cannot be read to its end: something was written into the database that this site does not write ({fault})",
            )

    def fault(self, where, why):
        if not self.faults:
            self.broken_at = where
        if len(self.faults) < MOST:
            self.faults.append(why)

    def see_time(self, entry):
        late = self.newest is not None and entry.at < self.newest - timedelta(
            seconds=settings.IMSA_CLOCK_SECONDS
        )
        if late and len(self.back) < MOST:
            self.back.append(entry.pk)
        self.newest = max(self.newest, entry.at) if self.newest else entry.at

    # ---- before the log ----

    def chain(self):
        """The entries from before the log, each under the hash of the one before."""
        previous, expected = "0" * 64, 1
        for entry in Entry.objects.filter(key=None).order_by("number").iterator(chunk_size=STEP):
            self.see_time(entry)
            if entry.number != expected:
                self.fault(expected, f"entry {expected} of the chain before the log is missing")
                expected = entry.number
            elif entry.previous_hash != previous:
                self.fault(
                    entry.number,
                    f"entry {entry.number} of the chain before the log does not follow from the one before it",
                )
            if entry.digest() != entry.hash:
                self.fault(
                    entry.number,
                    f"entry {entry.number} of the chain before the log: its content was changed after it was written",
                )
            previous, expected = entry.hash, expected + 1
        if self.head.chain_whole and (self.head.number, self.head.hash) != (expected - 1, previous):
            self.fault(
                expected, "entries at the end of the chain before the log are missing or were added"
            )
        if not self.head.chain_whole:
            self.fault(None, "the chain before the log was not whole on the day the log began")
        return expected - 1

    # ---- the log ----

    def log(self):
        """Every leaf in its place, with the entry it stands for."""
        position = 0
        while True:
            batch = list(Leaf.objects.filter(position__gte=position).order_by("position")[:STEP])
            if not batch:
                break
            entries = Entry.objects.in_bulk([leaf.entry_id for leaf in batch if leaf.entry_id])
            for leaf in batch:
                if leaf.position != position:
                    self.fault(
                        position, f"place {position} of the log is empty: a leaf was removed"
                    )
                    position = leaf.position
                self.leaf(leaf, entries.get(leaf.entry_id))
                position += 1
        return self.tree.size

    def leaf(self, leaf, entry):
        if leaf.entry_id is None:
            if leaf.position or leaf.hash != chain_seal(
                self.head.number, self.head.hash, self.head.chain_whole
            ):
                self.fault(
                    leaf.position,
                    "the seal of the chain before the log is not the one that was made",
                )
        elif entry is None:
            self.fault(
                leaf.entry_id,
                f"entry {leaf.entry_id} is missing: it was removed after it was written",
            )
        else:
            self.see_time(entry)
            if entry.digest() != leaf.hash or entry.hash != leaf.hash:
                self.fault(
                    entry.pk, f"entry {entry.pk}: its content was changed after it was written"
                )
        self.tree.add(_hash(leaf.hash))
        self.roots_at(self.tree.size)

    def roots_at(self, size):
        if size in self.sizes:
            self.roots[size] = self.tree.root()

    def strays(self):
        """Entries that are in the table and neither in the log nor on their way, and the other way round."""
        in_log = Exists(Leaf.objects.filter(entry_id=OuterRef("pk")))
        is_waiting = Exists(SequencerQueue.objects.filter(entry_id=OuterRef("pk")))
        found = Entry.objects.exclude(key=None).filter(~in_log, ~is_waiting).order_by("pk")
        for pk in found.values_list("pk", flat=True)[:MOST]:
            self.fault(pk, f"entry {pk} was put into the table past the log")
        for entry in Entry.objects.filter(is_waiting).order_by("pk").iterator(chunk_size=STEP):
            self.see_time(entry)
            if entry.digest() != entry.hash:
                self.fault(
                    entry.pk, f"entry {entry.pk}: its content was changed after it was written"
                )
        gone = SequencerQueue.objects.filter(
            ~Exists(Entry.objects.filter(pk=OuterRef("pk")))
        ).order_by("pk")
        for pk in gone.values_list("pk", flat=True)[:MOST]:
            self.fault(pk, f"entry {pk} is missing: it was removed before it was sequenced")

    def end(self):
        if (self.head.size, [_hash(peak) for peak in self.head.peaks]) != (
            self.tree.size,
            self.tree.peaks,
        ):
            self.fault(
                self.tree.size,
                "the end of the log is not where it was: leaves were cut off, added or changed",
            )

    # ---- checkpoints ----

    def own_checkpoint(self, row, own):
        try:
            said = signed_by(row.note, own)
        except notes.Unreadable:
            said = None
        if said is None or (said.size, said.root.hex()) != (row.size, row.root):
            self.fault(
                row.size,
                f"the checkpoint of {row.size} was changed: its note is not what was signed",
            )
        if row.size > self.tree.size:
            self.fault(
                self.tree.size,
                f"the log ends at {self.tree.size}, before the checkpoint of {row.size}: its end was cut off",
            )
        elif self.roots[row.size].hex() != row.root:
            self.fault(
                row.size,
                f"the log does not hash to what the checkpoint of {row.size} says: it was rewritten",
            )

    def compare_note(self, note):
        """A checkpoint that somebody else kept: what no owner of the database can change."""
        why = ""
        if note.origin != notes.origin():
            why = f"this checkpoint is of another log ({note.origin})"
        elif note.size > self.tree.size:
            why = f"the log ends at {self.tree.size}, before this checkpoint of {note.size} ({note.at:%d %B %Y}): its end was cut off"
        elif self.roots[note.size] != note.root:
            before = max(
                (
                    n.size
                    for n in self.witness_notes
                    if n.size < note.size and self.roots.get(n.size) == n.root
                ),
                default=0,
            )
            why = (
                f"the log was rewritten: something among its first {note.size} entries"
                + (f", after the first {before}," if before else "")
                + (f" is not what it was on {note.at:%d %B %Y}")
            )
        return {"size": note.size, "at": note.at.isoformat(), "fits": not why, "why": why}
