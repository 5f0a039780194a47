"""Queues every mail that leaves here, in the transaction of the action that caused it; it refuses to talk to a mail server."""

import secrets
from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from . import mail_layout
from .encryption import encrypt
from .models import Mail, Role, UnreachableAddress, User
from .roles import may_act_as

PURPOSE = "mail"
PREFIX = "IMSA Learning: "
# A phone shows a subject to whoever lies beside it, and every mail server on the way writes it down.
NEW_MESSAGE = gettext_noop("You have a new message")
BELOW = gettext_noop(
    "You have a new message from IMSA Learning, and you can read it in this email."
)
OPENING = gettext_noop(
    "You have a new message from IMSA Learning, and you can read it in this email. "
    "You can also read it on the site: sign in and go to “Messages”."
)
Office = UnreachableAddress.Office
UNLISTED = "unlisted"  # a link that anybody can have sent to any address
DEALERS = (Role.REGISTRAR, Role.HUB_OFFICER)  # who deals with mail that could not be delivered


def post(to: str, subject: str, body: str, *, person=None, notice=None, office="") -> Mail:
    """Queue a mail with these words, in the layout of all mail; the worker sends it after the transaction is committed, and nothing leaves if it is rolled back.

    `subject` is a fixed text that names no person, workplace, standing or outcome (docs/running.md, “Mail”). The body is
    encrypted and emptied when the mail is sent, so it may carry a secret link. A mail of a `person` that cannot be delivered
    is shown to registrars and Hub officers; one to a bare address is not. `office`: of a bare address, which `Office` lists it once mail comes back from it (both,
    where it is left out), or `UNLISTED`. Nobody checks here whether a person is invented.
    """
    mail = mail_for(to, subject, body, person=person, notice=notice, office=office)
    mail.save()
    return mail


def mail_for(to: str, subject: str, body: str, *, person=None, notice=None, office="") -> Mail:
    """The mail of `post`, not queued yet; for many in one statement."""
    subject = " ".join(subject.split())
    return Mail(
        person=person,
        notice=notice,
        to=to.strip(),
        subject=subject if subject.startswith(PREFIX) else f"{PREFIX}{subject}",
        office=office,
        encrypted_body=encrypt(
            mail_layout.whole_text(body, has_account=person is not None), PURPOSE
        ),
        message_id=new_message_id(),
    )


def new_message_id() -> str:
    """Of the sender's domain: Python would write the machine's own name into it. Nobody guesses it, since a returned mail is believed by it (bounces); it is short
    enough to stand in one line, where no mail server breaks it."""
    return f"<{secrets.token_hex(16)}@{_domain_of(settings.DEFAULT_FROM_EMAIL)}>"


@lru_cache(maxsize=4)  # a thousand mails of one file have one sender
def _domain_of(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def letter(notice) -> str:
    """A message as its mail says it, between greeting and foot. The first lines are what a locked phone may show, so they are the
    same for everyone."""
    hub = (
        _("If you have a question, contact the IMSA Model Hub: %(address)s")
        % {"address": settings.IMSA_HUB_REACHED}
        if settings.IMSA_HUB_REACHED
        else ""
    )
    step = (
        _("Open this page to read more or take the next step:\n%(site)s%(url)s")
        % {"site": settings.SITE_URL, "url": notice.url}
        if notice.url
        else _("Sign in to read this message on the site:\n%(site)s/me/messages/")
        % {"site": settings.SITE_URL}
    )
    return "\n\n".join(filter(None, [_(OPENING), notice.subject, notice.body, step, hub]))


# ---- mail that could not be delivered ----


@transaction.atomic
def try_again(mail, *, by) -> Mail:
    """Queue a mail that was given up once more, to the address its person has today: 1. it is due at once, 2. the record is
    written. One that is on its way again, was sent or was removed from the list stays as it is."""
    insist(may_act_as(by, *DEALERS))
    locked = (
        Mail.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .get(pk=mail.pk)
    )
    if locked.gave_up_at is None or locked.closed_at is not None:
        return locked
    if not locked.encrypted_body:
        raise Refused(
            _(
                "The text of this email is no longer kept, so it cannot be sent again. Tell the person in another way."
            )
        )
    Mail.objects.filter(pk=locked.pk).update(to=locked.person.email, **_due_at_once())
    write("people.retry_mail", locked, by=by)
    return Mail.objects.get(pk=locked.pk)


@transaction.atomic
def try_all_again(*, by) -> int:
    """Queue every mail that was given up once more, after a mail server that refused everything has been put right.
    1. each is due at once, to its person's address of today, 2. the record is written once, with how many. Twice is once."""
    insist(may_act_as(by, *DEALERS))
    address = User.objects.filter(pk=OuterRef("person")).values("email")[:1]
    count = (
        Mail.objects.undelivered()
        .exclude(encrypted_body="")
        .update(to=Subquery(address), **_due_at_once())
    )
    if count:
        write("people.retry_mail", "people.mail:all", by=by, after={"count": count})
    return count


@transaction.atomic
def close(mail, *, by) -> Mail:
    """Remove a mail that cannot be delivered from the list, because somebody has dealt with it: 1. its text is emptied, 2. the
    record is written. The message itself still stands on the person's page. Twice is once."""
    insist(may_act_as(by, *DEALERS))
    locked = Mail.objects.select_for_update(no_key=True).get(pk=mail.pk)
    if locked.gave_up_at is None:
        raise Refused(_("This email is on its way again. Reload the list."))
    if locked.closed_at is None:
        locked.closed_at, locked.closed_by_id, locked.encrypted_body = clock.now(), by.pk, ""
        locked.save(update_fields=["closed_at", "closed_by", "encrypted_body"])
        write("people.close_mail", locked, by=by)
    return locked


def _due_at_once() -> dict:
    return {
        "gave_up_at": None,
        "next_try_at": clock.now(),
        "first_tried_at": None,
        "tries": 0,
        "claimed_at": None,
        "claimed_by": "",
    }
