"""Whether two accounts could be one person's: the same mailbox, or a name that both have or had. It proves nothing; whoever asks is careful."""

from collections.abc import Iterable

from django.db.models import Value
from django.db.models.functions import Concat

from lms.kit.letters import folded
from lms.kit.prepared_statements import CompiledQuery

from .models import FormerName, User


def traits_of(people: Iterable[int]) -> dict[int, set[str]]:
    """Of some accounts (keys): what two accounts of one person have in common. One query."""
    found: dict[int, set[str]] = {pk: set() for pk in people}
    for pk, email, name in _rows(people=[*found]) if found else ():
        found[pk] |= {trait for trait in (_mailbox(email), folded(name).strip()) if trait}
    return found


def may_be_one(one, other) -> bool:
    """Could these two accounts be one person's? One query."""
    traits = traits_of({one.pk, other.pk})
    return bool(traits[one.pk] & traits[other.pk])


def _mailbox(email) -> str:
    """Without what providers ignore: capitals, and whatever follows a plus."""
    box, at, domain = email.casefold().rpartition("@")
    return box.partition("+")[0] + at + domain if at else ""


def _rows_of(*, people):
    name = Concat("first_name", Value(" "), "last_name")
    now = User.objects.filter(pk__in=people).order_by().values_list("pk", "email", name)
    before = FormerName.objects.filter(person__in=people).order_by()
    return now.union(before.values_list("person_id", Value(""), name), all=True)


_rows = CompiledQuery(_rows_of)
