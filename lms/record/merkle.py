"""The append-only tree of RFC 9162, section 2.1: what a log of entries hashes to, and that one log begins with another.

Pure: it knows neither Django nor the database.
"""

import hashlib
from collections.abc import Iterable

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Section 2.1.1: the hash of one entry. 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Section 2.1.1: the hash of two neighbours. 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A log that grows at its end. `peaks` are the hashes of its complete subtrees, the largest first: at most one for each bit of
    `size`, so a batch is added without reading what came before."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()):
        self.size, self.peaks = size, list(peaks)
        if len(self.peaks) != self.size.bit_count():
            raise ValueError(
                f"A log of {size} entries has {size.bit_count()} complete subtrees, not {len(self.peaks)}."
            )

    def add(self, leaf: bytes):
        """Append the hash of one entry."""
        self.peaks.append(leaf)
        complete = self.size
        while complete & 1:
            right, left = self.peaks.pop(), self.peaks.pop()
            self.peaks.append(node_hash(left, right))
            complete >>= 1
        self.size += 1

    def root(self) -> bytes:
        """The hash of the whole log. 32 bytes; of an empty log the hash of nothing."""
        if not self.peaks:
            return EMPTY
        *before, found = self.peaks
        for peak in reversed(before):
            found = node_hash(peak, found)
        return found
