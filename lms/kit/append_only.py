"""Tables to which the database itself only lets lines be added, on either engine."""

import re

from django.db import migrations

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION imsa_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME; END; $$ LANGUAGE plpgsql;
"""
# On PostgreSQL every change but the emptying of a whole table is seen row by row. SQLite has no TRUNCATE, but a REPLACE, which takes a
# row away without a DELETE: it is refused as the INSERT that it is.
ACTIONS = {
    "postgresql": ("update", "delete", "truncate"),
    "sqlite": ("update", "delete", "replace"),
}


def append_only(*tables: str) -> migrations.RunPython:
    """A migration step: from here on UPDATE, DELETE, TRUNCATE and REPLACE on these tables are refused.

    SQLite makes a table anew, without its triggers, when a column joins it: a migration that adds one to such a table takes
    this step again after it (tests/house/test_append_only.py).
    """

    def guard(apps, schema_editor):
        lift(apps, schema_editor)
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            schema_editor.execute(
                POSTGRES_FUNCTION, params=None
            )  # its % is not a place for a value
        for table in tables:
            for action in ACTIONS[vendor]:
                if vendor == "postgresql":
                    each = "STATEMENT" if action == "truncate" else "ROW"
                    what = f"BEFORE {action.upper()} ON {table} FOR EACH {each} EXECUTE FUNCTION imsa_append_only()"
                elif action == "replace":
                    what = f"BEFORE INSERT ON {table} WHEN {_is_there(schema_editor.connection, table)} {_refusal(table)}"
                else:
                    what = f"BEFORE {action.upper()} ON {table} {_refusal(table)}"
                schema_editor.execute(f"CREATE TRIGGER {table}_no_{action} {what}", params=None)

    def lift(apps, schema_editor):
        on = " ON {}" if schema_editor.connection.vendor == "postgresql" else ""
        for table in tables:
            for action in ACTIONS[schema_editor.connection.vendor]:
                schema_editor.execute(
                    f"DROP TRIGGER IF EXISTS {table}_no_{action}{on.format(table)}"
                )

    step = migrations.RunPython(guard, lift)
    step.tables = tables  # type: ignore[attr-defined]
    return step


def _refusal(table):
    return f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}'); END"


def _is_there(connection, table) -> str:
    """A condition: the new row has the key, or the columns of a unique index, of a row that stands there already."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({table})")
        keys = [row[1] for row in cursor.fetchall() if row[5]]
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s", [table]
        )
        wheres = {
            name: re.search(r"\bWHERE\b(.+)", sql or "", re.DOTALL | re.IGNORECASE)
            for name, sql in cursor.fetchall()
        }
        cursor.execute(f"PRAGMA index_list({table})")
        found: list[tuple[list, re.Match | None]] = [(keys, None)]
        for name in [row[1] for row in cursor.fetchall() if row[2]]:
            cursor.execute(f"PRAGMA index_info({name})")
            found.append(([row[2] for row in cursor.fetchall()], wheres[name]))
    return " OR ".join(
        _same(table, columns, where[1].strip() if where else "") for columns, where in found
    )


def _same(table, columns, where):
    same = " AND ".join(f'"{column}" = NEW."{column}"' for column in columns)
    if not where:
        return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
    new = re.sub(r'"(\w+)"', r'NEW."\1"', where)
    return f"(({new}) AND EXISTS (SELECT 1 FROM {table} WHERE {same} AND ({where})))"
