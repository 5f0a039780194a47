"""Queues every mail that leaves here, in the transaction of the deed that caused it; it refuses to talk to a mail server."""
from email.utils import make_msgid, parseaddr

from django.conf import settings

from .encryption import encrypt
from .models import Mail

PURPOSE = "mail"
PREFIX = "IMSA Learning: "
# A phone shows a subject to whoever lies beside it, and every mail server on the way writes it down.
NEW_MESSAGE = "You have a new message"


def post(to: str, subject: str, body: str, *, person=None, notice=None) -> Mail:
    """Queue a mail; the worker sends it after the transaction is committed, and nothing leaves if it is rolled back.

    `subject` is a fixed text that names no person, workplace, standing or outcome (docs/running.md, “Mail”). The body is
    encrypted and emptied when the mail is sent, so it may carry a secret link. A mail of a `person` that cannot be delivered
    is shown to registrars and Hub officers; one to a bare address is not. Nobody checks here whether a person is invented.
    """
    subject = " ".join(subject.split())
    return Mail.objects.create(
        person=person, notice=notice, to=to.strip(), subject=subject if subject.startswith(PREFIX) else f"{PREFIX}{subject}",
        encrypted_body=encrypt(body, PURPOSE), message_id=new_message_id(),
    )


def new_message_id() -> str:
    """Of the sender's domain: Python would write the machine's own name into it."""
    return make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost")


def letter(notice) -> str:
    """A message as its mail says it. The first lines are what a locked phone may show, so they are the same for everyone."""
    hub = f"If you have a question, contact the IMSA Model Hub: {settings.IMSA_HUB_REACHED}" if settings.IMSA_HUB_REACHED else ""
    parts = [
        "Hello,",
        f"This is an automatic message from IMSA Learning. You can also read it on the site: sign in and go to “Your account”.\n{settings.SITE_URL}/me/",
        notice.subject,
        notice.body,
        f"What to do next, or more about this:\n{settings.SITE_URL}{notice.url}" if notice.url else "",
        hub,
        "You cannot reply to this email.",
        "IMSA Learning",
    ]
    return "\n\n".join(filter(None, parts))
