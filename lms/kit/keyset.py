"""Pages of a long list by where the last one ended: the hundredth page costs what the first costs, and no row is shown twice or
lost when others come and go meanwhile."""

from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q

SIZE = 25


@dataclass(frozen=True)
class Keyset:
    """Some rows of a list, and the keys of the addresses of the pages around them; "" where there is none."""

    rows: list = field(default_factory=list)
    before: str = ""
    after: str = ""

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


def beyond(order, at, is_backwards=False) -> Q:
    """Rows that come after (or before) the place `at` in the order. `order` is a tuple of fields, all ascending, the last unique."""
    sign = "lt" if is_backwards else "gt"
    places = (
        Q(**dict(zip(order[:n], at[:n], strict=True))) & Q(**{f"{order[n]}__{sign}": at[n]})
        for n in range(len(order))
    )
    # The first comparison once more by itself: a database uses its index for that and not for a row of alternatives.
    return Q(**{f"{order[0]}__{sign}e": at[0]}) & reduce(or_, places)


def page_of(rows, order, place_of, query, size=SIZE) -> Keyset:
    """The rows after `asked["after"]` or before `asked["before"]`, keys of rows of this list. `place_of` gives the values of `order`
    for a key, also of a row that is in the list no more, or None: then the list begins at its beginning. The last field of `order`
    is the key."""
    before, after = query.get("before", ""), query.get("after", "")
    place = place_of(before or after) if (before or after).isdecimal() else None
    is_backwards = bool(before) and place is not None
    if place is not None:
        rows = rows.filter(beyond(order, place, is_backwards))
    found = list(
        rows.order_by(*(f"-{name}" if is_backwards else name for name in order))[: size + 1]
    )
    is_more, found = len(found) > size, found[:size]
    if is_backwards:
        found.reverse()
    if not found:
        return Keyset(before="", after="")
    first, last = (_key(found[n], order[-1]) for n in (0, -1))
    has_before = is_more if is_backwards else place is not None
    has_after = True if is_backwards else is_more
    return Keyset(found, first if has_before else "", last if has_after else "")


def _key(row, path) -> str:
    for name in path.split("__"):
        row = getattr(row, name)
    return str(row)
