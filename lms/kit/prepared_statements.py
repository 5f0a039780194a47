"""A question to the database whose words are written once: Django writes a long one slower than the database answers it.

On PostgreSQL its plan is kept by each connection too (a prepared statement), unless DATABASE_URL says `prepare_threshold=0`.

It uses what Django does not document: `Query.get_compiler`, and the compiler's `as_sql`, `select` and `get_converters`; of a connection
`make_cursor` and `make_debug_cursor`. Django is bound to one LTS, and `tests/kit/test_private_names.py` says when a name is gone.
"""

import copy
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import QuerySet

MOST = 400  # keys in one question
BLANK = {int: -(2**62), str: "\x01the keys"}
# Several keys are one value, however many they are. One key stays a value of its own: a plan made for one is as good for
# every other, a plan made for a list is made again for each.
ONE = {
    "postgresql": {int: "IN (%s::bigint)", str: "IN (%s::text)"},
    "sqlite": {int: "IN (%s)", str: "IN (%s)"},
}
SEVERAL = {
    "postgresql": {int: "= ANY(%s::bigint[])", str: "= ANY(%s::text[])"},
    "sqlite": dict.fromkeys((int, str), "IN (SELECT value FROM json_each(%s))"),
}


class Prepared:
    """`make(keys)` gives a values_list that asks `…__in=keys`; calling this with keys gives its rows, as lists. `make` may depend
    on nothing but its keys, never on the day, and the keys are all `kind`."""

    def __init__(self, make: Callable[[list], QuerySet], kind: type = int):
        self.make, self.kind, self.statements = make, kind, {}

    def __call__(self, keys: Iterable) -> list[list]:
        keys = [*keys]
        form = ONE if len(keys) == 1 else SEVERAL
        statement, params, converters = self._sql(form)
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

    def _sql(self, form):
        place = connection.vendor, form is ONE
        kept = self.statements.get(place)
        if kept is None:
            compiler = self.make([BLANK[self.kind]]).query.get_compiler(connection=connection)
            statement, params = compiler.as_sql()
            selected = compiler.get_converters([expression for expression, *_ in compiler.select])
            converters = [
                (o, convert, expression)
                for o, (converts, expression) in selected.items()
                for convert in converts
            ]
            kept = self.statements[place] = (
                *self._filled(statement.split("%s"), params, form),
                converters,
            )
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
    return (
        connection.make_debug_cursor(bare)
        if connection.queries_logged
        else connection.make_cursor(bare)
    )


class CompiledQuery:
    """A question that Django compiles once for each of its shapes, however often it is asked with other values.

    `make(*shape, **values)` gives a QuerySet, of instances or of values, with what it prefetches. It may look at its shape, which is
    hashable, and at which values are given, and never at the values themselves: whole numbers, texts, days and moments that stand in
    conditions (`=`, `<`, `contains`; never `iexact`), and lists of keys that stand in `…__in=`, at least one key in each. Calling this with
    a shape and values gives the rows, read. Raises TypeError where a value stands in no condition, or beside a column too narrow for its
    placeholder.
    """

    def __init__(self, make: Callable[..., QuerySet]):
        self.make, self.compiled = make, {}

    def __call__(self, *shape, **values) -> list:
        key = connection.vendor, shape, *values
        kept = self.compiled.get(key)
        if kept is None:
            kept = self.compiled[key] = self._compile(shape, values)
        rows, compiler, statement, params = kept
        if compiler is None:
            return []
        bound = [param(values) if callable(param) else param for param in params]
        compiler = copy.copy(compiler)
        compiler.connection, compiler.as_sql = (
            connections[compiler.using],
            lambda *_, **__: (statement, bound),
        )
        asked = rows.all()
        asked.query.get_compiler = lambda *_, **__: compiler
        return list(asked)

    def _compile(self, shape, values):
        placeholders = {
            name: _placeholder_like(value, n) for n, (name, value) in enumerate(values.items())
        }
        rows = self.make(*shape, **placeholders)
        compiler = rows.query.get_compiler(using=rows.db)
        try:
            statement, params = compiler.as_sql()
        except EmptyResultSet:  # a question of this shape has no answer, whatever its values
            self._insist_empty(shape, values)
            return rows, None, "", ()
        names = [_name_in(param, placeholders) for param in params]
        if missing := set(placeholders) - set(names):
            raise TypeError(f"This question does not ask for {', '.join(sorted(missing))}.")
        return (
            rows,
            compiler,
            _with_keys(statement, names, values),
            [
                _binder(param, name, placeholders[name]) if name else param
                for param, name in zip(params, names, strict=True)
            ],
        )

    def _insist_empty(self, shape, values):
        """Django answers by itself where a number is beyond what its column holds, and a placeholder is not to be such a number."""
        rows = self.make(*shape, **values)
        try:
            rows.query.get_compiler(using=rows.db).as_sql()
        except EmptyResultSet:
            return
        raise TypeError(
            "A value of this question stands beside a column too narrow for its placeholder."
        )


def _placeholder_like(value, n):
    """A value of the same kind that no row has. A number fits every column of whole numbers but the small ones."""
    if isinstance(value, datetime):
        return datetime(1, 1, 3 + n, 7, tzinfo=UTC)
    if isinstance(value, date):
        return date(1, 1, 3 + n)
    if isinstance(value, list) and value and all(type(key) is int for key in value):
        return [2_000_000_011 + n]
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("A compiled query takes whole numbers, texts, days, moments and keys.")
    return 2_000_000_011 + n if isinstance(value, int) else f"\x01{n}\x01"


def _adapted(value):
    """The value as this database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _name_in(param, placeholders) -> str:
    """The name of the value whose placeholder stands in a parameter, or ""."""
    for name, placeholder in placeholders.items():
        if (
            param == _adapted(placeholder)
            or [param] == placeholder
            or isinstance(placeholder, str)
            and isinstance(param, str)
            and placeholder in param
        ):
            return name
    return ""


def _binder(param, name, placeholder):
    """What makes the parameter of the values."""
    if isinstance(placeholder, str):
        if param == placeholder:
            return lambda values: values[name]
        return lambda values: param.replace(
            placeholder, connection.ops.prep_for_like_query(values[name])
        )
    if isinstance(placeholder, list):
        as_text = connection.vendor == "sqlite"
        return lambda values: json.dumps(values[name]) if as_text else values[name]
    if isinstance(placeholder, int):
        return lambda values: type(param)(
            values[name]
        )  # the driver's own kind of number, where it has one
    return lambda values: _adapted(values[name])


def _with_keys(statement, names, values) -> str:
    """The statement with each list of keys as one value, however many they are."""
    made, *rest = statement.split("%s")
    for name, after in zip(names, rest, strict=True):
        if name and isinstance(values[name], list):
            if not made.endswith("IN (") or not after.startswith(")"):
                raise TypeError("A compiled query asks for a list of keys with …__in only.")
            made = made.removesuffix("IN (") + SEVERAL[connection.vendor][int] + after[1:]
        else:
            made += f"%s{after}"
    return made
