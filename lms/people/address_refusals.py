"""The owner of an old email address refuses another one, by the link in the letter to it: before it changes, and for some days after."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import Refused
from lms.record.actions import write

from .actions import tell
from .invitations import invite, prove
from .models import AddressChange, Role, User
from .roles import Operator, holders_of_each
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
        return _("You have refused this. The account has its old email address.")
    if not _open(change).exists() and not _confirmed_of(change).exists():
        return _(
            "There is nothing to refuse: the request ended without a change, or it is too long ago. If your account has another email address that you did not ask for, tell the programme office."
        )
    return ""


@transaction.atomic
def refuse(token: str) -> AddressChange:
    """Whoever reads the mail of the old address refuses.

    1. this request, and one that followed it, is refused and its link dead, 2. where the address was changed already: the old one is back, all sessions end, second factors that
    were added since are removed, and a new password is chosen by a link that goes to it, 3. the record, 4. the person and the officers are told. Twice is once. Raises Refused for a
    link that does not work, and where another account has the old address by now.
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
        _put_back(person, change.old_address, since=done[0].confirmed_at)
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
            "put_back": bool(done),
        },
    )
    _tell(person, bool(done))
    change.refused_at = now
    return change


def _open(change):
    return AddressChange.objects.filter(person=change.person_id, confirmed_at=None, ended_at=None)


def _confirmed_of(change):
    """What was confirmed of this request and of those that followed it, as long as it can be refused."""
    since = clock.now() - timedelta(days=settings.IMSA_INVITATION_DAYS)
    return AddressChange.objects.filter(
        person=change.person_id, pk__gte=change.pk, refused_at=None, confirmed_at__gt=since
    )


def _put_back(person, address, *, since):
    if User.objects.filter(email__iexact=address).exclude(pk=person.pk).exists():
        raise Refused(
            _("Another account has this email address by now. Tell the programme office at once.")
        )
    person.email = address
    person.set_unusable_password()
    person.save(update_fields=["email", "password"])
    Authenticator.objects.filter(user=person, created_at__gte=since).delete()
    end_sessions(person, by=BY_LINK)
    prove(person)
    if person.is_active:
        invite(person, by=BY_LINK)


def _tell(person, was_done):
    words = _("The email address of your account stays as it is.")
    if was_done:
        words = _(
            "Your account has its old email address again, and is signed out everywhere. A separate email brings a link with which you choose a new password."
        )
    tell(person, _("Another email address was refused"), words, reverse("people:me"))
    officers = holders_of_each(Role.REGISTRAR, Role.HUB_OFFICER).values()
    for officer in {one for found in officers for one in found}:
        tell(
            officer,
            _("Another email address was refused by its owner"),
            _(
                "Whoever reads the old address did not ask for the change. Find out who asked, before anything is asked for again."
            ),
            reverse("people:address", args=[person.pk]),
        )
