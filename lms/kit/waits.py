"""What a web process asks of PostgreSQL: how long a page waits before it says so, and how its questions are planned. Commands and the
worker wait as long as they must."""

from django.conf import settings
from django.db import OperationalError
from django.db.backends.signals import connection_created

NOT_FREE, CANCELLED = "55P03", "57014"  # PostgreSQL: lock_not_available, query_canceled


def tune_connections():
    """From here on every connection of this process to PostgreSQL gives up a lock after IMSA_LOCK_SECONDS and a statement after
    IMSA_STATEMENT_SECONDS. Its planner is told what pages need: no question is translated into machine code, which takes longer than they
    do (measured: a third of a list), and a row that an index finds costs little more than the next one, as on every disk without heads
    (measured: a search in a cohort read all people). SQLite waits for its one writer as its `timeout` says."""
    connection_created.connect(_limit, dispatch_uid="imsa-waits")


def _limit(sender, connection, **kwargs):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false), set_config('jit', 'off', false), "
                "set_config('random_page_cost', '1.1', false)",
                [f"{settings.IMSA_LOCK_SECONDS}s", f"{settings.IMSA_STATEMENT_SECONDS}s"],
            )


def waited_too_long(error) -> bool:
    """Did the database give this up because something else took too long?"""
    cause = getattr(error, "__cause__", None)
    return isinstance(error, OperationalError) and (
        getattr(cause, "sqlstate", None) in (NOT_FREE, CANCELLED)
        or str(cause or error).startswith("database is locked")
    )
