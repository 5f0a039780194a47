"""Rows that belong together, made ready before a transaction and written inside it in few statements; it refuses to write over a
change it was not made ready for.

What takes long (reading, judging, spelling, hashing) is done while nobody waits. The transaction then holds its locks, and on SQLite
the one writer's place, only as long as the database itself needs.
"""

import time
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Model
from django.db.models.sql import InsertQuery

from lms.record.actions import entries_for, insist_clock
from lms.record.models import Entry

AT_ONCE = 400  # rows in one statement, where the database has room for their values


class Moved(Exception):
    """Something is no longer as it was when the batch was made ready. The caller's transaction must be undone; nothing was written."""


def reserve(model: type[Model], count: int) -> list[int]:
    """So many keys of a table that nothing else will be given. A key that is never used leaves a gap, which is harmless."""
    table, column = model._meta.db_table, model._meta.pk.column
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, column, count],
            )
            return [key for (key,) in cursor.fetchall()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count]
            )
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone()
    return [*range(last - count + 1, last + 1)]


def rest(took: float):
    """Between two short transactions of one long action, the first of which took so many seconds: give the writer's place away. SQLite's
    waiting writers look ten times a second, and later where the machine is busy; a shorter rest than that starved them (measured)."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(max(0.2, 2 * took))


class Batch:
    """What an action, or a thousand of one kind, will write: new rows, changed columns, record entries; and what people will be told.

    A new row has its key as soon as it is added, so that others can point at it. `write()` belongs inside the caller's transaction.
    """

    def __init__(self, *, by):
        self.by, self.messages = by, []
        self._keys, self._new, self._changes, self._lines, self._after = {}, {}, {}, [], []
        self._asked, self._ready = {}, None

    def reserve(self, model, count):
        """So many keys in one statement. Rows beyond it ask for one key, then for more and more at a time."""
        if count > 0:
            self._keys.setdefault(model, []).extend(reversed(reserve(model, count)))

    def add(self, thing: Model) -> Model:
        """A new row. Tables are written in the order in which they first come here, so what is pointed at comes first."""
        model = type(thing)
        if not self._keys.get(model):
            self._asked[model] = min(512, 8 * self._asked.get(model, 0)) or 1
            self.reserve(model, self._asked[model])
        thing.pk = self._keys[model].pop()
        self._new.setdefault(model, []).append(thing)
        return thing

    def in_order(self, model: type[Model], name: str):
        """Write new rows in the order of a column that is unique, so that two batches with the same ones never wait for each other in turn."""
        self._new.get(model, []).sort(key=lambda thing: getattr(thing, name))

    def change(self, thing: Model, *, was: dict | None = None, **values):
        """Other values in a row that is there, if it still has the values of `was`. Of a row that is new in this batch: its values."""
        for name, value in values.items():
            setattr(thing, name, value)
        if thing._state.adding:
            return
        was = was or {}
        self._changes.setdefault((type(thing), tuple(values), tuple(was)), []).append(
            [*_spelt(type(thing), values), thing.pk, *_spelt(type(thing), was)]
        )

    def record(self, action: str, thing, *, before=None, after=None, reason: str = ""):
        self._lines.append(
            {"action": action, "thing": thing, "before": before, "after": after, "reason": reason}
        )

    def tell(self, person, subject: str, body: str, url: str = ""):
        """A message, for lms.people.notices to bring: at once, or batch by batch after a long action."""
        self.messages.append({"person": person.pk, "subject": subject, "body": body, "url": url})

    def invite(self, person):
        self.messages.append({"person": person.pk, "invite": True})

    def after(self, do: Callable[[], object]):
        """Something that follows the rows inside the transaction, at its end: it may touch a row that many share."""
        self._after.append(do)

    def make_ready(self):
        """Spell the statements and hash the entries. What joins after it is not written."""
        inserts = [
            statement
            for model, things in self._new.items()
            for statement in _inserts(model, things)
        ]
        entries = [*_inserts(Entry, entries_for(self._lines, by=self.by))] if self._lines else []
        self._ready = inserts, [_update(*columns) for columns in self._changes], entries
        return self

    def write(self):
        """Write it all, in the caller's transaction: rows, changes, what follows, the record. Raises Moved where a row to be changed
        is gone or is not as it was, RuntimeError outside a transaction, NotNow where the clock went back."""
        if not connection.in_atomic_block:
            raise RuntimeError("An action and its record entry need one transaction.")
        if self._ready is None:
            self.make_ready()
        inserts, updates, entries = self._ready
        if self._lines:
            insist_clock()
        with connection.cursor() as cursor:
            for statement, values in inserts:
                cursor.execute(statement, values)
            for statement, rows in zip(updates, self._changes.values(), strict=True):
                cursor.executemany(statement, rows)
                if cursor.rowcount != len(rows):
                    raise Moved
            for statement, values in entries:
                cursor.execute(statement, values)
            for do in self._after:
                do()
        for things in self._new.values():
            for thing in things:
                thing._state.adding, thing._state.db = False, "default"


def _inserts(model, things):
    fields = model._meta.local_concrete_fields
    if things[0].pk is None:
        fields = [field for field in fields if not field.primary_key]
    room = max(1, min(AT_ONCE, connection.ops.bulk_batch_size(fields, things)))
    for start in range(0, len(things), room):
        query = InsertQuery(model)
        query.insert_values(fields, things[start : start + room])
        yield from query.get_compiler("default").as_sql()


def _spelt(model, values):
    """Values as the database takes them."""
    fields = [(model._meta.get_field(name), value) for name, value in values.items()]
    return [
        field.get_db_prep_save(
            getattr(value, "pk", value) if field.is_relation else value, connection
        )
        for field, value in fields
    ]


def _update(model, names, was):
    quote, meta = connection.ops.quote_name, model._meta
    column = {name: quote(meta.get_field(name).column) for name in (*names, *was)}
    places = ", ".join(f"{column[name]} = %s" for name in names)
    same = (
        "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    )  # nothing is the same as nothing
    still = "".join(f" AND {column[name]} {same} %s" for name in was)
    return f"UPDATE {quote(meta.db_table)} SET {places} WHERE {quote(meta.pk.column)} = %s{still}"
