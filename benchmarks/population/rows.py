"""Rows written by the million, without indexes and foreign keys meanwhile."""

import time
from contextlib import contextmanager

from django.db import connection
from django.db.models import Max
from psycopg import sql

from benchmarks.figures import tell

SPREAD = (
    14_935_483_871,
    9_104_663_417,
)  # no factor in common with the thirty characters: every number comes once
ALL = '["england", "wales", "scotland", "northern_ireland"]'


class Loader:
    """One connection that writes rows without asking the foreign keys back; `start` is the highest key of each table before."""

    def __init__(self, cursor, count):
        self.cursor, self.start, self.count = cursor, {}, count
        self.organisations = min(4000, max(20, count // 5))
        self.cohorts = max(1, count // 400)

    def run(self, text):
        self.cursor.execute(text)
        return self.cursor.rowcount

    def first_keys(self, *models):
        for model in models:
            self.start[model] = model.objects.aggregate(most=Max("pk"))["most"] or 0

    def put(self, model, source, /, **given):
        """INSERT … SELECT: `given` names an SQL expression for a field; every other takes its default."""
        columns, values = [], []
        for field in model._meta.concrete_fields:
            if field.name in given:
                columns.append(field.column)
                values.append(given.pop(field.name))
            elif not field.null and not field.primary_key:
                columns.append(field.column)
                values.append(literal(field.get_db_prep_save(field.get_default(), connection)))
        assert not given, f"{model.__name__} has no field {sorted(given)}"
        began = time.monotonic()
        rows = self.run(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"
        )
        tell(f"{rows:,} {model._meta.verbose_name_plural} in {time.monotonic() - began:.0f} s")


def literal(value) -> str:
    return sql.quote(value, connection.connection)


@contextmanager
def bare(load, tables):
    """Without indexes while rows come in: built at the end they take a fraction of the time. Primary keys stay."""
    names = ", ".join(f"'{table}'::regclass" for table in tables)
    load.run(f"""SELECT c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
        WHERE c.contype = 'u' AND c.conrelid IN ({names}) AND NOT EXISTS (
          SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid)""")
    unique = load.cursor.fetchall()
    load.run(f"""SELECT i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid IN ({names}) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)""")
    plain = load.cursor.fetchall()
    for table, name, _ in unique:
        load.run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in plain:
        load.run(f"DROP INDEX {name}")
    yield
    began = time.monotonic()
    for _, definition in plain:
        load.run(definition)
    for table, name, definition in unique:
        load.run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    tell(f"{len(plain) + len(unique)} indexes in {time.monotonic() - began:.0f} s")
