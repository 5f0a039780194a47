"""Invites people to their account by a link that works once; it refuses links that are old, used or replaced."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day
from lms.record.actions import write, write_many

from .bounces import clear_of
from .models import Invitation, Mail, Role, User
from .outbox import mail_for, post
from .roles import may_act_as

SUBJECT = gettext_noop("Set up your account")


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_new(person) -> bool:
    """Has this person never made a password?"""
    return not person.has_usable_password() and person.last_login is None


def insist_open(person):
    if not person.is_active:
        raise Refused(_("This account is closed, so no one can be invited to it."))


def link_of(secret: str) -> str:
    return f"{settings.SITE_URL}{reverse('people:invitation', args=[secret])}"


@transaction.atomic
def invite(person, *, by) -> str:
    """Invite somebody to make a password: 1. an older open invitation ends, 2. a new one is made, 3. its link is mailed, 4. the
    record is written. Gives the link, which is kept nowhere but in the mail. Refused for an account that is closed."""
    insist(may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER))
    return _invite(person, by)


@transaction.atomic
def invite_if_new(person, *, by) -> bool:
    """Invite somebody who was just given something here and has no way in yet: as `invite`, and nothing for everybody else, for
    invented people and where an invitation is open."""
    if person.is_invented or not is_new(person):
        return False
    if Invitation.objects.filter(
        person=person, used_at=None, ended_at=None, expires_at__gt=clock.now()
    ).exists():
        return False
    _invite(person, by)
    return True


def invite_new(people, *, by) -> int:
    """`invite_if_new` for many, after the action that gave them something; who may invite was asked by it. A handful of statements, however
    many they are. How many were invited."""
    now = clock.now()
    keys = sorted(person.pk for person in people)
    locked = [
        p
        for p in User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
        if not p.is_invented and is_new(p) and p.is_active
    ]
    open_ones = Invitation.objects.filter(person__in=locked, used_at=None, ended_at=None)
    has_one = set(open_ones.filter(expires_at__gt=now).values_list("person_id", flat=True))
    new = [person for person in locked if person.pk not in has_one]
    if not new:
        return 0
    open_ones.filter(person__in=new).update(ended_at=now)
    made = [_invitation(person, by, now) for person in new]
    Invitation.objects.bulk_create([invitation for invitation, _unused in made])
    write_many(({"action": "people.invite", "thing": person} for person in new), by=by)
    Mail.objects.bulk_create(
        [
            mail_for(person.email, _(SUBJECT), letter(invitation, link_of(secret)), person=person)
            for person, (invitation, secret) in zip(new, made, strict=True)
        ]
    )
    return len(new)


def _invitation(person, by, now):
    secret = secrets.token_urlsafe(32)
    return Invitation(
        person=person,
        address=person.email,
        secret_hash=hash_of(secret),
        made_by=by.record_label,
        expires_at=now + timedelta(days=settings.IMSA_INVITATION_DAYS),
    ), secret


def _invite(person, by) -> str:
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    insist_open(locked)
    now = clock.now()
    Invitation.objects.filter(person=locked, used_at=None, ended_at=None).update(ended_at=now)
    made, secret = _invitation(locked, by, now)
    made.save()
    write("people.invite", locked, by=by)
    link = link_of(secret)
    if not locked.is_invented:
        post(locked.email, _(SUBJECT), letter(made, link), person=locked)
    return link


def letter(invitation, link) -> str:
    return "\n\n".join(
        filter(
            None,
            [
                _(
                    "An account on IMSA Learning has been made for you. IMSA Learning is the training and accreditation site for Independent "
                    "Modern Slavery Advocates."
                ),
                _("Choose your password here:\n%(link)s") % {"link": link},
                _(
                    "The link works once, until %(day)s. No one can use your account until you have chosen "
                    "a password. If the link has expired, ask whoever invited you, or go to the sign-in page and select “Forgotten your password?”."
                )
                % {"day": day(localdate(invitation.expires_at))},
                _(
                    "If you do not know why you have this email, ignore it, or tell the IMSA Model Hub: %(address)s"
                )
                % {"address": settings.IMSA_HUB_REACHED}
                if settings.IMSA_HUB_REACHED
                else _("If you do not know why you have this email, you can ignore it."),
            ],
        )
    )


def invitation_of(secret: str) -> Invitation | None:
    return Invitation.objects.select_related("person").filter(secret_hash=hash_of(secret)).first()


def fault_of(invitation) -> str:
    """Why a link no longer works, in words; empty for one that does."""
    if invitation is None:
        return _("We do not know this link. Check that you copied all of it from the email.")
    if invitation.used_at:
        return _(
            "This link has been used. Sign in with the password that was chosen with it. If it was not you, tell whoever invited you at once."
        )
    if invitation.ended_at or invitation.address.lower() != invitation.person.email.lower():
        return _("A newer link was sent to you after this one. Use the one in the newest email.")
    if invitation.is_expired:
        return _(
            "This link has expired. Ask whoever invited you for a new one, or choose “Forgotten your password?” on the sign-in page."
        )
    if not invitation.person.is_active:
        return _("This account is closed.")
    return ""


@transaction.atomic
def accept(secret: str, password: str) -> User:
    """Make the password of an invited account: 1. the invitation is used, 2. the password is set, 3. the address is proved, 4. the
    record is written. Refused for a link that no longer works, also where it was used a moment ago."""
    found = invitation_of(secret)
    if found:
        User.objects.select_for_update(no_key=True).get(pk=found.person_id)
        found = invitation_of(secret)
    if fault := fault_of(found):
        raise Refused(fault)
    assert found is not None  # `fault_of` has words for a link that nobody knows
    person = found.person
    Invitation.objects.filter(pk=found.pk).update(used_at=clock.now())
    person.set_password(password)
    person.save(update_fields=["password"])
    prove(person)
    write("people.accept_invitation", person, by=person)
    return person


def prove(person):
    """The person's address is proved: who opened a link that was sent there reads its mail. An invitation that is still open ends:
    the password is theirs now, and an old mail must not choose another."""
    Invitation.objects.filter(person=person, used_at=None, ended_at=None).update(
        ended_at=clock.now()
    )
    EmailAddress.objects.filter(email__iexact=person.email).exclude(
        user=person
    ).delete()  # of whoever had the address before
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    clear_of(person)
