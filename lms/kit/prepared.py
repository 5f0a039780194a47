"""A question to the database whose words are written once: Django writes a long one slower than the database answers it.

On PostgreSQL its plan is kept by each connection too (a prepared statement), unless DATABASE_URL says `prepare_threshold=0`.
"""
import json
from collections.abc import Callable, Iterable

from django.db import connection
from django.db.models import QuerySet

MOST = 400  # keys in one question
BLANK = {int: -(2**62), str: "\x01the keys"}
# Several keys are one value, however many they are. One key stays a value of its own: a plan made for one is as good for
# every other, a plan made for a list is made again for each.
ONE = {"postgresql": {int: "IN (%s::bigint)", str: "IN (%s::text)"}, "sqlite": {int: "IN (%s)", str: "IN (%s)"}}
SEVERAL = {
    "postgresql": {int: "= ANY(%s::bigint[])", str: "= ANY(%s::text[])"},
    "sqlite": dict.fromkeys((int, str), "IN (SELECT value FROM json_each(%s))"),
}


class Prepared:
    """`make(keys)` gives a values_list that asks `…__in=keys`; calling this with keys gives its rows, as lists. `make` may depend
    on nothing but its keys, never on the day, and the keys are all `kind`."""

    def __init__(self, make: Callable[[list], QuerySet], kind: type = int):
        self.make, self.kind, self.written = make, kind, {}

    def __call__(self, keys: Iterable) -> list[list]:
        keys = [*keys]
        form = ONE if len(keys) == 1 else SEVERAL
        statement, params, converters = self._written(form)
        if form is ONE:
            (keys,) = keys
        elif connection.vendor == "sqlite":
            keys = json.dumps(keys)
        with _cursor() as cursor:
            cursor.execute(statement, [keys if value is BLANK else value for value in params])
            rows = [*map(list, cursor.fetchall())]
        for o, convert, expression in converters:
            for row in rows:
                row[o] = convert(row[o], expression, connection)
        return rows

    def _written(self, form):
        place = connection.vendor, form is ONE
        kept = self.written.get(place)
        if kept is None:
            compiler = self.make([BLANK[self.kind]]).query.get_compiler(connection=connection)
            statement, params = compiler.as_sql()
            selected = compiler.get_converters([expression for expression, *_ in compiler.select])
            converters = [(o, convert, expression) for o, (converts, expression) in selected.items() for convert in converts]
            kept = self.written[place] = *self._filled(statement.split("%s"), params, form), converters
        return kept

    def _filled(self, words, params, form):
        """The statement with the keys in their form, and what is left to fill in. On PostgreSQL what never changes stands in
        the words, so that there is one plan."""
        made, left = words[0], []
        for value, after in zip(params, words[1:], strict=True):
            if value == BLANK[self.kind]:
                if not made.endswith("IN (") or not after.startswith(")"):
                    raise TypeError("A prepared question asks for its keys with …__in only.")
                made = made.removesuffix("IN (") + form[connection.vendor][self.kind] + after[1:]
                left.append(BLANK)
            elif connection.vendor == "postgresql":
                from psycopg.sql import quote

                made += quote(value).replace("%", "%%") + after
            else:
                made += f"%s{after}"
                left.append(value)
        if BLANK not in left:
            raise TypeError("This question does not ask for its keys.")
        return made, left


def _cursor():
    """Django's own cursor on PostgreSQL writes the values into the words, so that no plan can be kept."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    from psycopg import Cursor

    connection.ensure_connection()
    bare = Cursor(connection.connection)
    return connection.make_debug_cursor(bare) if connection.queries_logged else connection.make_cursor(bare)
