"""Several counts in one question."""

from django.db.models import CharField, Count, DateTimeField, F, Min, Value
from django.db.models.functions import Cast


def counts_of(**rows) -> dict[str, int]:
    """How many rows each QuerySet has, by name. One question."""
    return dict.fromkeys(rows, 0) | dict(counting(**rows))


def counting(**rows):
    """The same as the QuerySet that asks it: (name, how many), without those that have no row."""
    first, *rest = (
        found.order_by()
        .select_related(None)
        .annotate(what_=Value(name, CharField()))
        .values("what_")
        .annotate(n_=Count("pk"))
        .values_list("what_", "n_")
        for name, found in rows.items()
    )
    return first.union(*rest, all=True) if rest else first


def counting_oldest(**rows):
    """A QuerySet that asks how many rows each QuerySet has, and the earliest moment among them, of those that have any: (name, count,
    moment). `name=(rows, field)`, the field None where no moment is asked for. No row may stand twice in a QuerySet."""
    first, *rest = (
        found.order_by()
        .select_related(None)
        .annotate(
            what_=Value(name, CharField()),
            at_=Cast(F(moment), DateTimeField()) if moment else Cast(Value(None), DateTimeField()),
        )
        .values("what_")
        .annotate(n_=Count("pk"), first_=Min("at_"))
        .values_list("what_", "n_", "first_")
        for name, (found, moment) in rows.items()
    )
    return first.union(*rest, all=True)
