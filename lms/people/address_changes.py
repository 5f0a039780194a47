"""Another email address of somebody, asked for by an officer and proved by whoever reads its mail; nothing changes before that."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import YES, May, Refused, insist, no
from lms.kit.templatetags.kit import day
from lms.record.actions import actor_label, write

from .actions import tell
from .invitations import hash_of, invite_if_new, prove
from .models import AddressChange, Role, User
from .outbox import post
from .roles import may_act_as, roles_of

SUBJECT = gettext_noop("Confirm your email address")
CHANGED = gettext_noop("Your email address was changed")


def may_change_address(by, person) -> May:
    """A registrar or Hub officer, of somebody else who is a trainee or holder and nothing besides: whose work nobody with duties may mark is found by their address."""
    may = may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)
    if not may:
        return may
    if getattr(by, "pk", None) == person.pk:
        return no(_("No one changes their own email address here. Ask another officer."))
    if roles_of(person) - {Role.LEARNER}:
        return no(
            _(
                "This person has duties on the site, and conflicts of interest are found by the email address, so it cannot change here. Make an account with the new address and give it the role."
            )
        )
    return YES


@transaction.atomic
def ask(person, address, *, by) -> AddressChange:
    """Ask for another address: 1. an older request ends, 2. a new one, 3. its link is mailed to the new address, 4. the person is told, at the address they have, 5. the
    record, without addresses. The same again while it runs is the one there is. Raises Refused where somebody has the address."""
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    insist(may_change_address(by, locked))
    address = address.strip().lower()
    if address == locked.email.lower():
        raise Refused(_("This is the person’s email address already."))
    _insist_free(address)
    open_one = open_change(locked)
    if open_one and open_one.new_address == address and not open_one.is_expired:
        return open_one
    now, secret = clock.now(), secrets.token_urlsafe(32)
    AddressChange.objects.filter(person=locked, confirmed_at=None, ended_at=None).update(
        ended_at=now
    )
    made = AddressChange.objects.create(
        person=locked,
        old_address=locked.email,
        new_address=address,
        secret_hash=hash_of(secret),
        asked_by=actor_label(by),
        asked_at=now,
        expires_at=now + timedelta(days=settings.IMSA_INVITATION_DAYS),
    )
    write("people.ask_address", locked, by=by)
    link = f"{settings.SITE_URL}{reverse('people:confirm_address', args=[secret])}"
    if not locked.is_invented:
        post(
            address,
            _(SUBJECT),
            _(
                "The programme office was asked to use this email address for an account on IMSA Learning. If that is yours, confirm it here:\n%(link)s\n\nThe link works once, until %(day)s. Until then nothing changes. If you know nothing of this, do nothing."
            )
            % {"link": link, "day": day(localdate(made.expires_at))},
        )
    tell(
        locked,
        _("Another email address was asked for"),
        _(
            "The programme office was asked to change the email address of your account. It changes only when the link that was sent to the new address is opened. If you did not ask for this, tell the programme office at once."
        ),
        reverse("people:me"),
    )
    made.secret = secret  # type: ignore[attr-defined]
    return made


@transaction.atomic
def cancel(change, *, by) -> AddressChange:
    """1. the request ends, and its link with it, 2. the record. Twice is once; one that was confirmed stays so."""
    locked = AddressChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    insist(may_change_address(by, locked.person))
    if locked.ended_at is None and locked.confirmed_at is None:
        locked.ended_at = clock.now()
        locked.save(update_fields=["ended_at"])
        write("people.cancel_address", locked.person, by=by)
    return locked


@transaction.atomic
def confirm(secret: str) -> User:
    """Whoever reads the mail of the new address confirms it.

    1. the address changes, 2. it is proved, and open invitations to the old one end, 3. the record, without addresses, 4. the person is told, at both addresses; who never
    chose a password is invited anew. Twice is once. Raises Refused for a link that does not work, and where somebody else has the address by now.
    """
    found = change_of(secret)
    if found:
        User.objects.select_for_update(no_key=True).get(pk=found.person_id)
        found = change_of(secret)
    if found and found.confirmed_at:
        return found.person
    if fault := fault_of(found):
        raise Refused(fault)
    assert found is not None  # `fault_of` has words for a link that nobody knows
    person, before = found.person, found.person.email
    _insist_free(found.new_address)
    person.email = found.new_address
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError:
        raise Refused(_others()) from None
    found.confirmed_at = clock.now()
    found.save(update_fields=["confirmed_at"])
    prove(person)
    write("people.change_address", person, by=person)
    words = _(
        "Sign in with your new email address from now on; your password stays. Messages go to the new address. If you did not ask for this, tell the programme office at once."
    )
    tell(person, _(CHANGED), words, reverse("people:me"))
    if not person.is_invented:
        post(before, _(CHANGED), words, person=None)
    invite_if_new(person, by=person)
    return person


def open_change(person) -> AddressChange | None:
    return AddressChange.objects.filter(person=person, confirmed_at=None, ended_at=None).first()


def change_of(secret: str) -> AddressChange | None:
    return (
        AddressChange.objects.select_related("person").filter(secret_hash=hash_of(secret)).first()
    )


def fault_of(change) -> str:
    """Why a link no longer works, in words; empty for one that does."""
    if change is None:
        return _("We do not know this link. Check that you copied all of it from the email.")
    if change.confirmed_at:
        return _("This email address is confirmed. Sign in with it.")
    if change.ended_at or change.old_address.lower() != change.person.email.lower():
        return _("This request was cancelled, or a newer link was sent. Ask the programme office.")
    if change.is_expired:
        return _("This link has expired. Ask the programme office for a new one.")
    if not change.person.is_active:
        return _("This account is closed.")
    return ""


def _others():
    return _("Another account has this email address, and two accounts cannot be joined here.")


def _insist_free(address):
    if User.objects.filter(email__iexact=address).exists():
        raise Refused(_others())
