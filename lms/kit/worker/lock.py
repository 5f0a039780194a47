"""One worker at a time: on this machine by a file, across machines by the database."""

import contextlib
import os
from collections.abc import Iterator

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

try:
    import fcntl
except ImportError:  # Windows, where only the demonstration runs
    fcntl = None  # type: ignore[assignment]

LOCK = 0x1AD5A  # of PostgreSQL's advisory locks


class LockLost(Exception):
    """Another worker has the lock now."""


class Lock:
    """True where this is the only worker. PostgreSQL lets go of its lock with the connection that holds it."""

    def __init__(self, is_mine: bool, own=None):
        self.is_mine, self.own = is_mine, own

    def __bool__(self) -> bool:
        return self.is_mine

    def is_held(self) -> bool:
        """Is it ours at this moment? Where the connection was cut it is taken again, unless another was quicker (LockLost); False
        while the database is away."""
        if self.own is None or self._is_connected():
            return True
        try:
            is_ours = take(self.own)
        except (OperationalError, InterfaceError):
            self.own.close()
            return False
        if not is_ours:
            raise LockLost
        return True

    def _is_connected(self) -> bool:
        try:
            with self.own.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (OperationalError, InterfaceError):
            self.own.close()
            return False
        return True


def take(own) -> bool:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


@contextlib.contextmanager
def only_one() -> Iterator[Lock]:
    """Yield the Lock of this installation's one worker."""
    settings.IMSA_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(settings.IMSA_HOME / "work.lock", "w") as file:
        if not _is_first(file):
            yield Lock(False)
        elif connection.vendor != "postgresql":
            yield Lock(True)
        else:
            # The lock is its connection's, and that of the jobs is renewed now and then.
            own = connection.copy()
            try:
                yield Lock(take(own), own)
            finally:
                own.close()


def _is_first(file) -> bool:
    """Lock the file, and write in it which process has it."""
    try:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    file.write(str(os.getpid()))
    file.flush()
    return True
