"""What may only grow is guarded by the database itself, also after a later migration made its table anew."""
import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from lms.kit.append_only import DEEDS


def guarded():
    """Every table that some migration made append-only."""
    steps = [step for m in MigrationLoader(None).disk_migrations.values() for step in m.operations]
    return sorted({table for step in steps for table in getattr(step, "tables", ())})


@pytest.mark.both_engines
@pytest.mark.django_db
def test_every_table_that_may_only_grow_refuses_change_and_removal():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        found = {name for (name,) in cursor.fetchall()}
    wanted = {f"{table}_no_{deed}" for table in guarded() for deed in DEEDS[connection.vendor]} | {"record_entry_queued"}
    assert len(wanted) > 30 and wanted - found == set()
