"""Several counts in one question."""
from django.db.models import CharField, Count, Value


def counts_of(**rows) -> dict[str, int]:
    """How many rows each QuerySet has, by name. One question."""
    first, *rest = (
        found.order_by().select_related(None).annotate(what_=Value(name, CharField())).values("what_").annotate(n_=Count("pk")).values_list("what_", "n_")
        for name, found in rows.items()
    )
    return dict.fromkeys(rows, 0) | dict(first.union(*rest, all=True) if rest else first)


def up_to(rows, most: int) -> int:
    """How many rows there are, counted no further than one beyond `most`."""
    return len(rows.order_by().values_list("pk", flat=True)[:most + 1])
