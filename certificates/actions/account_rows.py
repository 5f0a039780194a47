"""The rows of two accounts: moved to the one that stays, by the table `queries/account_tables.py`, and back by what was kept of it. Parts of
`account_merges`, which locks both accounts, asks who may, and writes the record."""

import secrets

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused
from lms.people.bounces import close_bounce, open_bounces
from lms.people.invitations import hash_of, prove
from lms.people.models import (
    AddressChange,
    ContactPreference,
    DisplayName,
    FormerAccount,
    Invitation,
    User,
)
from lms.people.sessions import end_sessions

from ..models import Certificate, Stretch, StretchBasis, Watch, Withholding

AT_ONCE = 400  # keys in one statement
EXCHANGE, END, NUMBER, ADDRESS = "exchange ", "end certificates.Watch", "number", "address"
PREFERENCE, NAMES = "people.ContactPreference.person", "people.DisplayName.person"
# Where both accounts have a row that there may be once: the two exchange these columns where the account that closes has more to say.
EXCHANGES = {
    "courses.Study": (
        ("version",),
        Q(),
        ("studied_at",),
        lambda mine, stays: mine.studied_at < stays.studied_at,
    ),
    "courses.Progress": (
        ("variant", "kind", "key"),
        Q(),
        ("data", "is_done", "at"),
        lambda mine, stays: mine.is_done and not stays.is_done,
    ),
    "courses.TopUpDue": (
        ("top_up",),
        Q(),
        ("versions", "data", "sent_at", "done_at"),
        lambda mine, stays: bool(mine.done_at and not stays.done_at),
    ),
    # Whoever is kept from everybody stays so.
    "certificates.Withholding": (
        (),
        Q(until_day=None),
        ("mode", "from_day", "reason", "decided_by", "decided_at"),
        lambda mine, stays: (
            (mine.mode, stays.mode) == (Withholding.Mode.EVERYBODY, Withholding.Mode.HUB)
        ),
    ),
}


def join(account, person, moves, *, by) -> dict:
    """Both are locked; `moves` is what was previewed under that lock.

    1. the rows move, 2. where both have a row that there may be once, the one that says more counts, 3. of two watches of one organisation one ends, 4. an
    IMSA number goes to an account that has none, and a display name in the same way, 5. the account closes: its address is a former one of the
    person, its sessions and invitations end, and nobody has to look at mail that came back from there, 6. what lists derive of both is made anew.
    Returns what was done, by which `separate` undoes it.
    """
    kept: dict[str, list] = dict(moves)
    for label in EXCHANGES:
        if pairs := _exchange(label, account, person):
            kept[EXCHANGE + label] = pairs
    for name, keys in moves.items():
        _point(name, keys, account, person)
    left = Watch.objects.filter(person=account, ended_at=None)
    if keys := list(left.values_list("pk", flat=True)):
        left.update(ended_at=clock.now())
        kept[END] = keys
    if account.imsa_number and not person.imsa_number:
        kept[NUMBER] = [account.imsa_number]
        _give_number(account, person, account.imsa_number)
    _show_name(person)
    kept[ADDRESS] = [_close(account, person, by).pk]
    _forget_stretches(account, person)
    return kept


def separate(account, person, merge, *, by):
    """The other way. Raises Refused where the address or the number is another's by now, or the person was joined with a third account."""
    former = FormerAccount.objects.filter(account=account, person=person).first()
    if former is None:
        raise Refused(
            _(
                "The account that stayed was joined with another one since. Separate those two first."
            )
        )
    if User.objects.filter(email__iexact=former.address).exists():
        raise Refused(_("Another account has the email address of the closed one by now."))
    number = (merge.moves.get(NUMBER) or [""])[0]
    moved = merge.moves.get("cohorts.Enrolment.person", [])
    if number and person.imsa_number == number:
        since = Certificate.objects.filter(
            enrolment__person=person, issued_at__gt=merge.closed_at
        ).exclude(enrolment__in=moved)
        if since.exists():
            raise Refused(
                _(
                    "A certificate of the account that stays was issued with this IMSA number since. Ask the IMSA Model Hub how to put it right."
                )
            )
    try:
        with transaction.atomic():
            for name, keys in merge.moves.items():
                if name.startswith(EXCHANGE):
                    _exchange_back(name.removeprefix(EXCHANGE), keys, account, person)
                elif name == PREFERENCE:
                    _point(name, _older_preferences(keys, merge), person, account)
                elif name not in (END, NUMBER, ADDRESS):
                    _point(name, keys, person, account)
            _name_again(account, merge)
            _show_name(person)
    except IntegrityError:
        raise Refused(
            _(
                "Something was entered for the closed account since, which stands in the way. Nothing was changed; ask whoever runs the site."
            )
        ) from None
    Watch.objects.filter(pk__in=merge.moves.get(END, []), person=account).update(ended_at=None)
    if number and person.imsa_number == number:
        _give_number(person, account, number)
    AddressChange.objects.filter(pk__in=merge.moves.get(ADDRESS, [])).delete()
    _open(account, former)
    _hide_both(account, person, by)
    _forget_stretches(account, person)


# ---- rows ----


def _point(name, keys, before, after):
    """Rows that lead to `before` lead to `after`; one that leads elsewhere by now stays."""
    label, column = name.rsplit(".", 1)
    model = apps.get_model(label)
    for start in range(0, len(keys), AT_ONCE):
        rows = model._base_manager.filter(pk__in=keys[start : start + AT_ONCE], **{column: before})
        rows.update(**{column: after})


def _older_preferences(keys, merge) -> list:
    """Of contact preferences those that nobody entered anew since: a telephone number of one is never shown to the other."""
    rows = ContactPreference.objects.filter(pk__in=keys, changed_at__lte=merge.closed_at)
    return list(rows.values_list("pk", flat=True))


def _exchange(label, account, person) -> list:
    """Keys of the rows that exchanged what they say, in pairs."""
    same, where, columns, says_more = EXCHANGES[label]
    model, pairs = apps.get_model(label), []
    stays = {_place(row, same): row for row in model._base_manager.filter(where, person=person)}
    for mine in model._base_manager.filter(where, person=account).order_by("pk"):
        other = stays.get(_place(mine, same))
        if other is not None and says_more(mine, other):
            _swap(mine, other, columns)
            pairs.append([mine.pk, other.pk])
    return pairs


def _exchange_back(label, pairs, account, person):
    _same, _where, columns, _says_more = EXCHANGES[label]
    rows = apps.get_model(label)._base_manager
    for mine, other in pairs:
        both = (
            rows.filter(pk=mine, person=account).first(),
            rows.filter(pk=other, person=person).first(),
        )
        if all(both):
            _swap(*both, columns)


def _place(row, same):
    return tuple(getattr(row, row._meta.get_field(name).attname) for name in same)


def _swap(one, other, columns):
    for column in columns:
        first, second = getattr(one, column), getattr(other, column)
        setattr(one, column, second)
        setattr(other, column, first)
    for row in (one, other):
        row.save(update_fields=list(columns))


# ---- the account itself ----


def _give_number(before, after, number):
    """It is unique, so it leaves one before it comes to the other."""
    for owner, value in ((before, None), (after, number)):
        owner.imsa_number = value
        owner.save(update_fields=["imsa_number"])


def _show_name(owner):
    """The display name in force stands at its owner too. At the account that closes it stays: what was said under it is never shown under a full name."""
    row = DisplayName.objects.filter(person=owner, ended_at=None).first()
    owner.display_name = row.name if row else ""
    owner.save(update_fields=["display_name"])


def _name_again(account, merge):
    """The name that the account had when it closed is in force again, though another was chosen since; not one that a registrar took away."""
    rows = DisplayName.objects.filter(person=account, pk__in=merge.moves.get(NAMES, []))
    row = rows.filter(
        name=account.display_name, ended_at__gte=merge.closed_at, removed_by=None
    ).first()
    if row and not DisplayName.objects.filter(key=row.key, ended_at=None).exists():
        row.ended_at = None
        row.save(update_fields=["ended_at"])
    _show_name(account)


def _close(account, person, by) -> AddressChange:
    now, address = clock.now(), account.email
    addresses = EmailAddress.objects.filter(user=account)
    FormerAccount.objects.create(
        account=account,
        person=person,
        address=address,
        is_proved=addresses.filter(email__iexact=address, verified=True).exists(),
    )
    addresses.delete()
    # As after a change of address: by it files, nominations and conflicts of interest find the person.
    change = AddressChange.objects.create(
        person=person,
        old_address=address,
        new_address=person.email,
        secret_hash=hash_of(secrets.token_urlsafe(32)),
        asked_by=by.record_label,
        asked_at=now,
        expires_at=now,
        confirmed_at=now,
    )
    for row in open_bounces().filter(Q(person=account) | Q(address=address.lower())).order_by("pk"):
        close_bounce(row, by=by)
    account.email, account.is_active = f"account-{account.pk}@closed.invalid", False
    account.save(update_fields=["email", "is_active"])
    Invitation.objects.filter(person=account, used_at=None, ended_at=None).update(ended_at=now)
    end_sessions(account, by=by)
    return change


def _open(account, former):
    account.email, account.is_active = former.address, True
    account.save(update_fields=["email", "is_active"])
    if former.is_proved:
        prove(account)
    former.delete()


def _hide_both(account, person, by):
    """Somebody was kept from askers as one person; neither of the two is shown because they are two again."""
    today = clock.today()
    rows = Withholding.objects.filter(until_day=None)
    withholdings = {row.person_id: row for row in rows.filter(person__in=(account, person))}
    for owner, other in ((account, person), (person, account)):
        if other.pk in withholdings and owner.pk not in withholdings:
            Withholding.objects.create(
                person=owner,
                mode=withholdings[other.pk].mode,
                from_day=today,
                reason=withholdings[other.pk].reason,
                decided_by=by.record_label,
            )


def _forget_stretches(*accounts):
    """Derived, and made anew (`actions/stretches.py`): rows of one account would stand in the way of the same ones of the other."""
    Stretch.objects.filter(person__in=accounts).delete()
    StretchBasis.objects.filter(person__in=accounts).delete()
