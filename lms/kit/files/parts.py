"""A file that arrives in pieces: each is written at one place only and is on the disk before anybody is told so. It never holds more than a block in memory."""

import hashlib
import os
import secrets
from dataclasses import dataclass

from .outages import disk
from .places import inside, make_folder, sync

FOLDER = "parts"
BLOCK = 1024 * 1024  # bytes; `static/js/upload.js` has the same


@dataclass(frozen=True)
class Digests:
    """Of a whole file, in hex. `sha256`: of its bytes. `fingerprint`: the SHA-256 of the SHA-256s of its blocks, one after another, which a
    browser finds without holding the file."""

    sha256: str
    fingerprint: str


def new_path() -> str:
    """A private path for a file that begins to arrive, chosen at random. Not “.part”: those are half-written, and swept."""
    name = secrets.token_hex(16)
    return f"{FOLDER}/{name[:2]}/{name}.bin"


def length_of(path: str) -> int:
    """Bytes on the disk; 0 where no piece has come."""
    try:
        return inside(path).stat().st_size
    except FileNotFoundError:
        return 0


def write_at(path: str, offset: int, piece: bytes):
    """Write a piece behind the first `offset` bytes, and cut off what stood there: what a process wrote that died before it told anybody.

    The piece is on the disk when this returns. Raises ValueError where there are fewer than `offset` bytes, NotNow where the disk takes nothing.
    """
    place = inside(path)
    if length_of(path) < offset:
        raise ValueError(f"There are fewer than {offset} bytes.")
    with disk():
        folders = [] if place.exists() else make_folder(place)
        with open(os.open(place, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.truncate(offset)
            file.seek(offset)
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        for folder in folders:
            sync(folder)


def read_at(path: str, offset: int, length: int) -> bytes:
    """So many bytes from there on; fewer where the file ends. Raises FileNotFoundError."""
    with inside(path).open("rb") as file:
        file.seek(offset)
        return file.read(length)


def digests_of(path: str) -> Digests:
    """Read block by block. Raises FileNotFoundError."""
    whole, blocks = hashlib.sha256(), hashlib.sha256()
    with inside(path).open("rb") as file:
        while block := file.read(BLOCK):
            whole.update(block)
            blocks.update(hashlib.sha256(block).digest())
    return Digests(whole.hexdigest(), blocks.hexdigest())
