"""Another email address of somebody, asked for by an officer and proved by whoever reads its mail; nothing changes before that."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import YES, May, Refused, insist, no
from lms.kit.templatetags.kit import day
from lms.record.actions import actor_label, write

from .actions import tell
from .address_refusals import link_to_refuse, refusable_until
from .invitations import hash_of, invite_if_new, prove
from .models import AddressChange, Role, RoleGrant, User
from .outbox import post
from .roles import OFFICERS, Operator, holders_of_each, may_act_as

SUBJECT = gettext_noop("Confirm your email address")
CHANGED = gettext_noop("Your email address was changed")
ASKED = gettext_noop("Another email address was asked for")
BY_LINK = Operator("confirm_address")  # whoever has the link; the request says who asked for it


def may_change_address(by, person) -> May:
    """A registrar or Hub officer, of somebody else who is a trainee or holder and nothing besides, today or from a later day: whose work nobody with duties may mark is found by
    their address."""
    may = may_act_as(by, *OFFICERS)
    if not may:
        return may
    if getattr(by, "pk", None) == person.pk:
        return no(_("No one changes their own email address here. Ask another officer."))
    duties = RoleGrant.objects.filter(person=person).exclude(role=Role.LEARNER)
    if duties.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today())).exists():
        return no(
            _(
                "This person has duties on the site, and conflicts of interest are found by the email address, so it cannot change here. Make an account with the new address and give it the role."
            )
        )
    return YES


def may_approve_address(by, change) -> May:
    """Another officer than the one who asked."""
    may = may_change_address(by, change.person)
    if may and actor_label(by) == change.asked_by:
        return no(_("You asked for this, so another registrar or Hub officer approves it."))
    return may


@transaction.atomic
def ask(person, address, *, by) -> AddressChange:
    """Ask for another address.

    1. an older request ends, 2. a new one, 3. its link is mailed to the new address; for somebody who holds a certificate the other officers are told instead, and one of them
    approves it first, 4. the person is told, and a link to refuse goes to the address they have, 5. the record, without addresses. The same again while it runs is the one there is.
    Raises Refused for a closed account, where somebody has the address, and where the old one is still in use (`IMSA_ADDRESS_CHECKS`).
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    insist(may_change_address(by, locked))
    if not locked.is_active:
        raise Refused(_("This account is closed, so its email address cannot change now."))
    address = address.strip().lower()
    if address == locked.email.lower():
        raise Refused(_("This is the person’s email address already."))
    _insist_free(address)
    open_one = open_change(locked)
    if open_one and open_one.new_address == address and not open_one.is_expired:
        return open_one
    barriers, needs_second = _checks(locked)
    if barriers:
        raise Refused(" ".join(barriers))
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
    if needs_second:
        _tell_officers(made, by)
    else:
        _mail_link(made, secret)
    tell(
        locked,
        _(ASKED),
        _(
            "The programme office was asked to change the email address of your account. It changes only when the link that was sent to the new address is opened. If you did not ask for this, use the link in a separate email to refuse it, and tell the programme office at once."
        ),
        reverse("people:me"),
    )
    if not locked.is_invented:
        post(
            locked.email,
            _(ASKED),
            _(
                "The programme office was asked to use another email address for your account on IMSA Learning. If you know of this, do nothing.\n\nIf you did not ask for it, refuse it here:\n%(link)s\n\nThe link works once, until the address is changed and for %(days)s days after that."
            )
            % {"link": link_to_refuse(made), "days": settings.IMSA_INVITATION_DAYS},
            person=locked,
        )
    if not needs_second:
        made.secret = secret  # type: ignore[attr-defined]
    return made


@transaction.atomic
def approve(change, *, by) -> AddressChange:
    """A second officer approves it: 1. the request, with a new link, 2. the record, 3. the link is mailed to the new address. Twice is once. Raises Refused where the request has
    ended."""
    locked = _lock(change)
    insist(may_approve_address(by, locked))
    if locked.approved_at:
        return locked
    if fault := fault_of(locked):
        raise Refused(fault)
    secret, now = secrets.token_urlsafe(32), clock.now()
    locked.secret_hash = hash_of(secret)
    locked.approved_by, locked.approved_at = actor_label(by), now
    locked.expires_at = now + timedelta(days=settings.IMSA_INVITATION_DAYS)
    locked.save(update_fields=["secret_hash", "approved_by", "approved_at", "expires_at"])
    write("people.approve_address", locked.person, by=by, after={"asked_by": locked.asked_by})
    _mail_link(locked, secret)
    locked.secret = secret  # type: ignore[attr-defined]
    return locked


@transaction.atomic
def cancel(change, *, by) -> AddressChange:
    """1. the request ends, and its link with it, 2. the record. Twice is once; one that was confirmed stays so."""
    locked = _lock(change)
    insist(may_change_address(by, locked.person))
    if locked.ended_at is None and locked.confirmed_at is None:
        locked.ended_at = clock.now()
        locked.save(update_fields=["ended_at"])
        write("people.cancel_address", locked.person, by=by)
    return locked


@transaction.atomic
def confirm(secret: str) -> User:
    """Whoever reads the mail of the new address confirms it.

    1. the address changes, 2. it is proved, and open invitations to the old one end, 3. the record, without addresses: who asked and who approved, and that a link did it, 4. the
    person is told, at both addresses, at the old one with a link to refuse it still; who never chose a password is invited anew. Twice is once. Raises Refused for a link that
    does not work, where the officers may no longer change it, a second one has not approved it, the old address came into use, or somebody else has the new one by now.
    """
    found = change_of(secret)
    if found:
        _lock(found)
        found = change_of(secret)
    if found and found.confirmed_at:
        return found.person
    if fault := fault_of(found):
        raise Refused(fault)
    assert found is not None  # `fault_of` has words for a link that nobody knows
    person, before = found.person, found.person.email
    _insist_may_still(found)
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
    write(
        "people.change_address",
        person,
        by=BY_LINK,
        after={"asked_by": found.asked_by, "approved_by": found.approved_by},
    )
    words = _(
        "Sign in with your new email address from now on; your password stays. Messages go to the new address. If you did not ask for this, tell the programme office at once."
    )
    tell(person, _(CHANGED), words, reverse("people:me"))
    if not person.is_invented:
        refusal = _(
            "If this was not you, refuse it here until %(day)s:\n%(link)s\n\nThe account is then closed until the programme office has spoken to you."
        ) % {"link": link_to_refuse(found), "day": day(localdate(refusable_until(found)))}
        post(before, _(CHANGED), f"{words}\n\n{refusal}", person=None)
    invite_if_new(person, by=BY_LINK)
    return person


def open_change(person) -> AddressChange | None:
    return AddressChange.objects.filter(person=person, confirmed_at=None, ended_at=None).first()


def waits_for_second(change) -> bool:
    """Is it of somebody who holds a certificate, and no second officer has approved it?"""
    return change.approved_at is None and _checks(change.person)[1]


def change_of(secret: str) -> AddressChange | None:
    return (
        AddressChange.objects.select_related("person").filter(secret_hash=hash_of(secret)).first()
    )


def fault_of(change) -> str:
    """Why a link no longer works, in words; empty for one that does."""
    if change is None:
        return _("We do not know this link. Check that you copied all of it from the email.")
    if change.refused_at:
        return _("This request was refused. Ask the programme office.")
    if change.confirmed_at:
        return _("This email address is confirmed. Sign in with it.")
    if change.ended_at or change.old_address.lower() != change.person.email.lower():
        return _("This request was cancelled, or a newer link was sent. Ask the programme office.")
    if change.is_expired:
        return _("This link has expired. Ask the programme office for a new one.")
    if not change.person.is_active:
        return _("This account is closed.")
    return ""


def _checks(person) -> tuple[list[str], bool]:
    return import_string(settings.IMSA_ADDRESS_CHECKS)(person)


def _lock(change) -> AddressChange:
    """The request as it is now, after the lock of its person, which whoever changes the address takes first."""
    User.objects.select_for_update(no_key=True).get(pk=change.person_id)
    return AddressChange.objects.select_related("person").get(pk=change.pk)


def _insist_may_still(change):
    """Whoever has the link is told no more than whom to ask."""
    officers = [_actor_of(change.asked_by)]
    if change.approved_by:
        officers.append(_actor_of(change.approved_by))
    barriers, needs_second = _checks(change.person)
    if (
        barriers
        or needs_second
        and not change.approved_at
        or not all(may_change_address(by, change.person) for by in officers)
    ):
        raise Refused(
            _(
                "The email address cannot be changed just now. Nothing was changed; ask the programme office."
            )
        )


def _actor_of(label):
    kind, _colon, name = label.partition(":")
    return User.objects.get(pk=int(name)) if kind == "person" else Operator(name)


def _mail_link(change, secret):
    if change.person.is_invented:
        return
    link = f"{settings.SITE_URL}{reverse('people:confirm_address', args=[secret])}"
    post(
        change.new_address,
        _(SUBJECT),
        _(
            "The programme office was asked to use this email address for an account on IMSA Learning. If that is yours, confirm it here:\n%(link)s\n\nThe link works once, until %(day)s. Until then nothing changes. If you know nothing of this, do nothing."
        )
        % {"link": link, "day": day(localdate(change.expires_at))},
    )


def _tell_officers(change, by):
    known = (getattr(by, "pk", None), change.person_id)
    for officer in {o for found in holders_of_each(*OFFICERS).values() for o in found}:
        if officer.pk not in known:
            tell(
                officer,
                _("Another email address needs a second officer"),
                _(
                    "An officer asked for another email address of someone who holds a certificate. Check with that person, then approve or cancel it."
                ),
                reverse("people:address", args=[change.person_id]),
            )


def _others():
    return _("Another account has this email address, and two accounts cannot be joined here.")


def _insist_free(address):
    if User.objects.filter(email__iexact=address).exists():
        raise Refused(_others())
