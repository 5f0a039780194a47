"""Do the triggers stand that let tables only grow, and what puts them back."""

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from lms.record.actions import write
from lms.record.queue import TRIGGER as QUEUES
from lms.record.queue import queued
from lms.record.sequencer import queue_strays

from .append_only import ACTIONS, append_only


def append_only_tables() -> list[str]:
    """Every table that some migration made append-only, by name."""
    steps = [
        step
        for migration in MigrationLoader(None).disk_migrations.values()
        for step in migration.operations
    ]
    return sorted({table for step in steps for table in getattr(step, "tables", ())})


def missing_triggers() -> list[str]:
    """Names of the triggers that this database lacks or has turned off, sorted: a dump was restored without them, or a load turned them
    off. Without them a line is changed, or never sequenced, and nothing refuses it."""
    wanted = {
        QUEUES,
        *(
            f"{table}_no_{action}"
            for table in append_only_tables()
            for action in ACTIONS[connection.vendor]
        ),
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return sorted(wanted - {name for (name,) in cursor.fetchall()})


def check_triggers() -> dict:
    """Do they stand? {"whole": bool, "missing": names, "why": text}, as `manage.py check_record` says it."""
    missing = missing_triggers()
    why = "Tables that may only grow are not guarded. Find out who turned the triggers off, then run manage.py restore_triggers."
    return {"whole": not missing, "missing": missing, "why": why if missing else ""}


@transaction.atomic
def restore_triggers(*, by, reason: str) -> list[str]:
    """Put back those that are missing. 1. the triggers, 2. where the one that queues was away, entries written meanwhile are queued for
    the log, 3. a record entry that names both. What was changed while they were away is for `check_record` to find. Returns their names;
    where none is missing nothing happens."""
    missing = missing_triggers()
    if missing:
        # Not entered: SQLite's editor would want to stand outside of the transaction.
        editor = connection.schema_editor()
        append_only(*append_only_tables()).code(None, editor)  # type: ignore[arg-type]
        queued().code(None, editor)  # type: ignore[arg-type]
        strays = queue_strays() if QUEUES in missing else []
        after = {"triggers": missing, "queued": strays}
        write("kit.restore_triggers", "record", by=by, after=after, reason=reason)
    return missing
