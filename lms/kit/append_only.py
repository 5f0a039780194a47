"""Tables to which the database itself only lets lines be added, on either engine."""
from django.db import migrations

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION imsa_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME; END; $$ LANGUAGE plpgsql;
"""


def append_only(*tables: str) -> migrations.RunPython:
    """A migration step: from here on UPDATE and DELETE on these tables are refused.

    SQLite makes a table anew, without its triggers, when a column joins it: a migration that adds one to such a table takes
    this step again after it (tests/house/test_append_only.py).
    """

    def guard(apps, schema_editor):
        lift(apps, schema_editor)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRES_FUNCTION, params=None)  # its % is not a place for a value
        for table in tables:
            for deed in ("UPDATE", "DELETE"):
                name = f"{table}_no_{deed.lower()}"
                if schema_editor.connection.vendor == "postgresql":
                    schema_editor.execute(
                        f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION imsa_append_only()"
                    )
                else:
                    schema_editor.execute(
                        f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}'); END"
                    )

    def lift(apps, schema_editor):
        for table in tables:
            for deed in ("update", "delete"):
                on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{deed}{on}")

    step = migrations.RunPython(guard, lift)
    step.tables = tables
    return step
