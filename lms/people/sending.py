"""Hands queued mail to the mail server, one claimed mail after the other; it refuses to send inside a transaction or a request."""

import secrets
import smtplib
import time
from collections import Counter
from datetime import timedelta
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from lms.kit import clock
from lms.kit.languages import in_english

from . import delivery_log, mail_layout
from .encryption import InvalidToken, decrypt
from .models import Mail, Notice
from .outbox import PURPOSE

MINUTE = timedelta(minutes=1)
BACK_OFF = (MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 180 * MINUTE, 360 * MINUTE)
TURN = 30  # seconds of sending before the worker's other jobs have their turn
CONFIRM_SECONDS = 30  # how long a mail that was taken waits for a database that is away


class ServerAway(Exception):
    """The mail server was not reached, or went away: the batch ends, the mail is tried again."""


def send_due(*, seconds=TURN) -> Counter:
    """Send what is due, oldest first, over one connection. Returns how many were `sent`, `given_up`, `put_off`.

    For each mail: 1. it is claimed in a short transaction, so that nobody else sends it, 2. it is handed to the server outside any
    transaction, 3. what came of it is written at once: first into this machine's delivery log, then into the database. A process
    killed in between leaves a claim that expires after IMSA_MAIL_CLAIM_SECONDS; unless the log has the mail, it is then sent with
    the same Message-ID and Date. A refused mail holds up no other; a server
    that is not reached ends the batch.
    """
    counted, server, until = Counter(), None, time.monotonic() + seconds
    try:
        while time.monotonic() < until and (mail := claim()):
            try:
                was_tried = mail.is_interrupted  # type: ignore[attr-defined]
                if not (was_tried and delivery_log.names(mail.message_id)):
                    server = server or connect()
                    hand_over(mail, server)
                    delivery_log.note(mail.message_id)
            except ServerAway as fault:
                counted[put_off(mail, "no connection", str(fault))] += 1
                counted["server_away"] = 1
                return counted
            except Refusal as fault:
                counted[
                    give_up(mail, fault.code, fault.words)
                    if fault.is_final
                    else put_off(mail, fault.code, fault.words)
                ] += 1
            else:
                confirm(mail)
                counted["sent"] += 1
    finally:
        close(server)
    return counted


# ---- claiming ----


def due(now):
    """Waiting, with its time come, and claimed by nobody at work. A clock that was set back makes nothing wait for the old time."""
    expiry, far = timedelta(seconds=settings.IMSA_MAIL_CLAIM_SECONDS), timedelta(days=1)
    return Mail.objects.waiting().filter(
        Q(next_try_at__lte=now) | Q(next_try_at__gt=now + far),
        Q(claimed_at=None) | Q(claimed_at__lt=now - expiry) | Q(claimed_at__gt=now + far),
    )


@transaction.atomic
def claim() -> Mail | None:
    """The next mail that is due, for this caller alone; None when there is none."""
    now = clock.now()
    mail = (
        due(now)
        .select_for_update(skip_locked=True, no_key=True)
        .order_by("next_try_at", "pk")
        .first()
    )
    if mail is None:
        return None
    mail.is_interrupted = mail.claimed_at is not None
    mail.claimed_at, mail.claimed_by = now, secrets.token_hex(8)
    mail.tries, mail.first_tried_at = mail.tries + 1, mail.first_tried_at or now
    # SQLite locks no row, and its transactions begin IMMEDIATE: asked again where a setting has changed that.
    is_ours = (
        due(now)
        .filter(pk=mail.pk)
        .update(
            claimed_at=now,
            claimed_by=mail.claimed_by,
            tries=mail.tries,
            first_tried_at=mail.first_tried_at,
        )
    )
    return mail if is_ours else None


# ---- sending ----


class Refusal(Exception):
    """The server, or the mail itself, says no to this one mail."""

    def __init__(self, code, words, *, is_final):
        super().__init__(code, words)
        self.code, self.words, self.is_final = str(code), words, is_final


def connect():
    server = get_connection(settings.IMSA_MAIL_BACKEND)
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as fault:
        close(server)
        raise ServerAway(in_words(fault)) from fault
    return server


def close(server):
    if server is not None:
        try:
            server.close()
        except (OSError, smtplib.SMTPException):
            pass  # it has gone already


def hand_over(mail, server):
    """Raises Refusal for this mail, ServerAway where the next one would fare no better."""
    try:
        body = decrypt(mail.encrypted_body, PURPOSE)
    except InvalidToken:
        raise Refusal(
            "unreadable",
            in_english(
                "The text of this email cannot be read, because the site’s secret key has changed."
            ),
            is_final=True,
        ) from None
    message = EmailMultiAlternatives(
        mail.subject,
        body,
        None,
        [mail.to],
        connection=server,
        headers={
            "Message-ID": mail.message_id,
            "Date": format_datetime(mail.queued_at),
            "Auto-Submitted": "auto-generated",
        },
    )
    rows = Notice.objects.filter(pk=mail.notice_id)  # which may be deleted meanwhile
    heading = rows.values_list("subject", flat=True).first() or ""
    message.attach_alternative(
        mail_layout.as_html(body, subject=mail.subject, heading=heading), "text/html"
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as fault:
        code, words = next(iter(fault.recipients.values()))
        raise refusal(code, words, mail) from fault
    except smtplib.SMTPDataError as fault:
        raise refusal(fault.smtp_code, fault.smtp_error, mail) from fault
    except smtplib.SMTPNotSupportedError as fault:
        raise Refusal(
            "address",
            in_english("The mail server cannot send to an address written like this."),
            is_final=True,
        ) from fault
    except (OSError, smtplib.SMTPException) as fault:
        raise ServerAway(in_words(fault)) from fault
    except (
        ValueError,
        UnicodeError,
    ) as fault:  # a line break in the address, a letter no header can carry
        raise Refusal(
            "address",
            in_english("This is not an email address that mail can be sent to."),
            is_final=True,
        ) from fault


def refusal(code, words, mail) -> Refusal | ServerAway:
    """421 is the server's good-bye, whatever it was asked."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    said = " ".join(said.split()).replace(mail.to, "the address")[:300]
    if code == 421:
        return ServerAway(f"{code} {said}")
    return Refusal(code, said, is_final=500 <= code <= 599)


def in_words(fault) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        said = (
            fault.smtp_error.decode("utf-8", "replace")
            if isinstance(fault.smtp_error, bytes)
            else str(fault.smtp_error)
        )
        return f"{type(fault).__name__} {fault.smtp_code} {said[:200]}"
    return f"{type(fault).__name__}: {str(fault)[:200]}"


# ---- what came of it ----

DONE_WITH = {"claimed_at": None, "claimed_by": ""}


def confirm(mail):
    """Write down that the server took it: at once, before the next mail, and stubbornly, for what is not written is sent again."""
    until = time.monotonic() + CONFIRM_SECONDS
    while True:
        try:
            with transaction.atomic():
                now = clock.now()
                Mail.objects.filter(pk=mail.pk, sent_at=None).update(
                    sent_at=now,
                    gave_up_at=None,
                    closed_at=None,
                    closed_by=None,
                    encrypted_body="",
                    failure_code="",
                    failure="",
                    **DONE_WITH,
                )
                if mail.notice_id:
                    Notice.objects.filter(pk=mail.notice_id, sent_at=None).update(sent_at=now)
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() > until or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(0.5)


def put_off(mail, code, words) -> str:
    """Try again later; after IMSA_MAIL_GIVE_UP_DAYS of trying, give up."""
    now = clock.now()
    if now - mail.first_tried_at > timedelta(days=settings.IMSA_MAIL_GIVE_UP_DAYS):
        return give_up(mail, code, words)
    later = BACK_OFF[min(mail.tries, len(BACK_OFF)) - 1]
    _own(mail).update(next_try_at=now + later, failure_code=code, failure=words, **DONE_WITH)
    return "put_off"


def give_up(mail, code, words) -> str:
    """Stop trying. A person's is shown until somebody deals with it; what a stranger's said is emptied at once."""
    _own(mail).update(gave_up_at=clock.now(), failure_code=code, failure=words, **DONE_WITH)
    if mail.person_id is None:
        Mail.objects.filter(pk=mail.pk).exclude(gave_up_at=None).update(encrypted_body="")
    return "given_up"


def _own(mail):
    return Mail.objects.filter(pk=mail.pk, claimed_by=mail.claimed_by, sent_at=None)


def forget_old() -> int:
    """Delete mail that was sent, dealt with or of no person, IMSA_MAIL_DAYS after it was queued; what nobody has dealt with, a year after."""
    now = clock.now()
    old = Mail.objects.filter(queued_at__lt=now - timedelta(days=settings.IMSA_MAIL_DAYS))
    finished = (
        Q(sent_at__isnull=False)
        | Q(closed_at__isnull=False)
        | Q(gave_up_at__isnull=False, person=None)
    )
    dropped = old.filter(finished | Q(gave_up_at__lt=now - timedelta(days=365)))
    delivery_log.forget_old()
    return dropped.delete()[0]
