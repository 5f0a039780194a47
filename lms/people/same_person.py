"""Whether two accounts could be one person's: a mailbox or a name that both have or had; and whose an address is or was. It proves nothing; whoever asks is careful."""

from collections.abc import Iterable

from django.db.models import Value
from django.db.models.functions import Concat

from lms.kit.letters import folded
from lms.kit.prepared_statements import CompiledQuery

from .models import AddressChange, FormerAccount, FormerName, User


def traits_of(people: Iterable[int]) -> dict[int, set[str]]:
    """Of some accounts (keys): what two accounts of one person have in common. One query."""
    found: dict[int, set[str]] = {pk: set() for pk in people}
    for pk, email, name in _rows(people=[*found]) if found else ():
        key = name if email else folded(name)  # beside an address stands the key that is kept
        found[pk] |= {trait for trait in (_mailbox(email), key.strip()) if trait}
    return found


def may_be_one(one, other) -> bool:
    """Could these two accounts be one person's? One query."""
    traits = traits_of({one.pk, other.pk})
    return bool(traits[one.pk] & traits[other.pk])


def former_addresses():
    """Addresses that people had before another one was confirmed, also where that was refused and an officer did not undo it. A QuerySet."""
    return AddressChange.objects.filter(confirmed_at__isnull=False).order_by()


def addresses_of(person) -> set[str]:
    """What they have and had, without the difference of capitals. One query."""
    had = former_addresses().filter(person=person).values_list("old_address", flat=True)
    return {address.casefold() for address in (person.email, *had) if address}


def person_of(address) -> User | None:
    """Who has this address, or else who had it last. Two queries at most."""
    found = User.objects.filter(email__iexact=address).first()
    if found or not address:
        return found
    had = former_addresses().filter(old_address__iexact=address).select_related("person")
    last = had.order_by("-confirmed_at").first()
    return last and last.person


def accounts_of(person) -> list[int]:
    """Keys of all accounts that are this person's: this one, and those that were joined with it. One query."""
    rows = FormerAccount.objects.filter(person=person).order_by("pk")
    return [person.pk, *rows.values_list("account_id", flat=True)]


def owners_of(people: Iterable[int]) -> dict[int, int]:
    """Of some accounts (keys): the account by which its owner is found today, which is mostly the same one. One query."""
    keys = {*people}
    rows = FormerAccount.objects.filter(account__in=keys).order_by()
    return {key: key for key in keys} | dict(rows.values_list("account_id", "person_id"))


def _mailbox(email) -> str:
    """Without what providers ignore: capitals, and whatever follows a plus."""
    box, at, domain = email.casefold().rpartition("@")
    return box.partition("+")[0] + at + domain if at else ""


def _rows_of(*, people):
    name = Concat("first_name", Value(" "), "last_name")
    now = User.objects.filter(pk__in=people).order_by().values_list("pk", "email", "search_key")
    before = FormerName.objects.filter(person__in=people).order_by()
    had = former_addresses().filter(person__in=people)
    # Of accounts that were joined with theirs: the names there; the addresses moved.
    others = FormerAccount.objects.filter(person__in=people).order_by()
    others_before = FormerName.objects.filter(person__closed_as__person__in=people).order_by()
    others_name = Concat("account__first_name", Value(" "), "account__last_name")
    return now.union(
        before.values_list("person_id", Value(""), name),
        had.values_list("person_id", "old_address", Value("")),
        others.values_list("person_id", Value(""), others_name),
        others_before.values_list("person__closed_as__person_id", Value(""), name),
        all=True,
    )


_rows = CompiledQuery(_rows_of)
