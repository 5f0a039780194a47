"""The owner of an old email address refuses another one, by the link in the letter to it: before it changes, and for some days after.

After the change nobody knows whose the account is: an officer may have been deceived, or a former employer may read the old mailbox. So the link hands the
account to nobody; it closes it, until another officer has spoken to the person.
"""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import YES, May, Refused, insist, no
from lms.record.actions import actor_label, write

from .actions import tell
from .invitations import invite, prove
from .models import AddressChange, Role, User
from .outbox import post
from .roles import Operator, holders_of_each, may_act_as
from .sessions import end_sessions

SALT = "people.refuse_address"
BY_LINK = Operator("refuse_address")  # whoever has the link, which went to the old address


def link_to_refuse(change) -> str:
    """Signed, and kept nowhere but in the mail; that it works once is on the request."""
    token = signing.dumps(change.pk, salt=SALT)
    return f"{settings.SITE_URL}{reverse('people:refuse_address', args=[token])}"


def refusable_until(change):
    return change.confirmed_at + timedelta(days=settings.IMSA_INVITATION_DAYS)


def change_to_refuse(token: str) -> AddressChange | None:
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return AddressChange.objects.select_related("person").filter(pk=key).first()


def refusal_fault(change) -> str:
    """Why the link no longer works, in words; empty for one that does."""
    if change is None:
        return _("We do not know this link. Check that you copied all of it from the email.")
    if change.refused_at:
        confirmed = AddressChange.objects.filter(  # of one press, which has one moment
            person=change.person_id, refused_at=change.refused_at, confirmed_at__isnull=False
        )
        if not confirmed.exists():
            return _("You have refused this. The email address of the account stays as it was.")
        if confirmed.filter(ended_at=None).exists():
            return _(
                "You have refused this. The account is closed until the programme office has spoken to the person whose it is."
            )
        return _(
            "You have refused this. The programme office has spoken to the person whose account it is, and opened it again."
        )
    if not _open(change).exists() and not closes_account(change):
        return _(
            "There is nothing to refuse: the request ended without a change, or it is too long ago. If your account has another email address that you did not ask for, tell the programme office."
        )
    return ""


def closes_account(change) -> bool:
    """Would a refusal close the account, since this request or one that followed it was confirmed?"""
    return _confirmed_of(change).exists()


@transaction.atomic
def refuse(token: str) -> AddressChange:
    """Whoever reads the mail of the old address refuses.

    1. this request, and one that followed it, is refused and its link dead, 2. where the address was changed already: the account is closed and all sessions end, until
    `reopen`; its address stays, 3. the record, 4. the officers are told, and the person at both addresses. Twice is once. Raises Refused for a link that does not work.
    """
    change = change_to_refuse(token)
    if change:
        User.objects.select_for_update(no_key=True).get(pk=change.person_id)
        change = change_to_refuse(token)
    if change and change.refused_at:
        return change
    if fault := refusal_fault(change):
        raise Refused(fault)
    assert change is not None  # `refusal_fault` has words for a link that nobody knows
    person, now = change.person, clock.now()
    done = list(_confirmed_of(change).order_by("pk"))
    if done:
        person.is_active = False
        person.save(update_fields=["is_active"])
        end_sessions(person, by=BY_LINK)
    _open(change).update(ended_at=now)
    AddressChange.objects.filter(pk__in=[change.pk, *(one.pk for one in done)]).update(
        refused_at=now
    )
    write(
        "people.refuse_address",
        person,
        by=BY_LINK,
        after={
            "asked_by": change.asked_by,
            "approved_by": change.approved_by,
            "closes": bool(done),
        },
    )
    _tell(person, change.old_address, bool(done))
    change.refused_at = now
    return change


def refusal_to_decide(person) -> AddressChange | None:
    """The change, of several the first, by whose refusal this account is closed; None for an account that is open, or closed otherwise."""
    if person.is_active:
        return None
    refused = AddressChange.objects.filter(
        person=person, confirmed_at__isnull=False, refused_at__isnull=False, ended_at=None
    )
    return refused.order_by("pk").first()


def may_reopen(by, person) -> May:
    """Another officer than those who asked for the address or approved it, and than the person."""
    may = may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)
    if not may:
        return may
    if getattr(by, "pk", None) == person.pk:
        return no(_("No one opens their own account again. Ask another officer."))
    involved = AddressChange.objects.filter(person=person, refused_at__isnull=False, ended_at=None)
    if any(actor_label(by) in pair for pair in involved.values_list("asked_by", "approved_by")):
        return no(
            _("You asked for the other address or approved it, so another officer decides this.")
        )
    return YES


@transaction.atomic
def reopen(person, address, *, by) -> User:
    """An officer has spoken to the person and opens the account again with one of the two addresses, the old one or the new one.

    1. the account has that address and is open; password and second factors that were made since the change are gone, 2. a link for a new password goes to
    it, 3. the refusal is decided; with the old address the change is undone, as if it had not been confirmed, 4. the record, without addresses. Twice is once. Raises NotAllowed for an officer who was involved, and Refused for any other
    address, and for one that another account has by now.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    insist(may_reopen(by, locked))
    change = refusal_to_decide(locked)
    if change is None:
        return locked
    if address not in (change.old_address, locked.email):
        raise Refused(_("Choose one of the two addresses."))
    if User.objects.filter(email__iexact=address).exclude(pk=locked.pk).exists():
        raise Refused(_("Another account has this email address by now. Choose the other one."))
    is_old = address != locked.email
    locked.email, locked.is_active = address, True
    locked.set_unusable_password()
    locked.save(update_fields=["email", "is_active", "password"])
    Authenticator.objects.filter(user=locked, created_at__gte=change.confirmed_at).delete()
    prove(locked)
    decided = AddressChange.objects.filter(
        person=locked, refused_at__isnull=False, confirmed_at__isnull=False, ended_at=None
    )
    # One that is undone leaves no former address, by which markers or nominations would find the person (`same_person`).
    decided.update(ended_at=clock.now(), **({"confirmed_at": None} if is_old else {}))
    write("people.reopen_account", locked, by=by, after={"has_old_address": is_old})
    invite(locked, by=by)
    return locked


def _open(change):
    return AddressChange.objects.filter(person=change.person_id, confirmed_at=None, ended_at=None)


def _confirmed_of(change):
    """What was confirmed of this request and of those that followed it, as long as it can be refused."""
    since = clock.now() - timedelta(days=settings.IMSA_INVITATION_DAYS)
    return AddressChange.objects.filter(
        person=change.person_id, pk__gte=change.pk, refused_at=None, confirmed_at__gt=since
    )


def _tell(person, old_address, was_done):
    words = _("The email address of your account stays as it is.")
    if was_done:
        words = _(
            "The change of your email address was refused from the old address, so your account is closed until the programme office has spoken to you. Ring them, or wait for them to ring you. Nothing in it is lost."
        )
        for address in {person.email, old_address}:
            if not person.is_invented:
                post(address, _("Your account is closed for now"), words)
    tell(person, _("Another email address was refused"), words, reverse("people:me"))
    officers = holders_of_each(Role.REGISTRAR, Role.HUB_OFFICER).values()
    for officer in {one for found in officers for one in found}:
        tell(
            officer,
            _("Another email address was refused by its owner"),
            _(
                "Whoever reads the old address did not ask for the change. Find out who asked, before anything is asked for again."
            )
            if not was_done
            else _(
                "Whoever reads the old address refused a change that was made already. The account is closed. Speak to the person by a telephone number that is on file, then open it again with the right address."
            ),
            reverse("people:address", args=[person.pk]),
        )
