"""Remembers on this machine's disk which mail a server has just taken, for the moment before the database knows it too; it
refuses nothing, for the database alone decides."""

import contextlib
import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from lms.kit import clock

KEPT = timedelta(days=7)


def folder() -> Path:
    return Path(settings.IMSA_HOME) / "delivery-log"


def note(message_id: str):
    """One write, which outlives the process though not a power cut; the database's own commit follows and does."""
    with contextlib.suppress(OSError):  # a full disk: the database is told all the same
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        line = os.open(
            folder() / f"{clock.today():%Y-%m-%d}.txt",
            os.O_WRONLY | os.O_CREAT | os.O_APPEND,
            0o600,
        )
        try:
            os.write(line, f"{message_id}\n".encode())
        finally:
            os.close(line)


def names(message_id: str) -> bool:
    """Was this mail taken, as far as this machine knows? Asked only of mail whose sender was killed."""
    try:
        return any(message_id in file.read_text().splitlines() for file in folder().glob("*.txt"))
    except OSError:
        return False


def forget_old():
    """Delete what is a week old: the database has long known."""
    last = f"{clock.today() - KEPT:%Y-%m-%d}.txt"
    for file in folder().glob("*.txt"):
        if file.name < last:
            file.unlink(missing_ok=True)
