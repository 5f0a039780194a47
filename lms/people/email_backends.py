"""What stands behind django.core.mail here: one backend that only queues, and the one that hands over to the mail server."""

import smtplib
import socket
import threading

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as DjangoSmtp
from django.utils.translation import gettext as _

from .outbox import BELOW, NEW_MESSAGE, post

CONNECT_SECONDS, MAIL_SECONDS = 30, 60  # in all, however slowly a server drips


class Queue(BaseEmailBackend):
    """EMAIL_BACKEND: whatever asks Django to send mail (Wagtail, a library) has it queued, one mail for each address. It comes
    from code that is not ours, so its subject goes into the body. Attachments are refused: nothing here sends any."""

    def send_messages(self, email_messages):
        sent = 0
        for message in email_messages:
            if message.attachments:
                raise ValueError("Mail with attachments is not sent from here.")
            for address in message.recipients():
                post(address, _(NEW_MESSAGE), f"{_(BELOW)}\n\n{message.subject}\n\n{message.body}")
            sent += 1
        return sent


class Smtp(DjangoSmtp):
    """IMSA_MAIL_BACKEND of an installation: Django's, which gives up on a server that answers a byte at a time too."""

    @property
    def connection_class(self):
        return _Ssl if self.use_ssl else _Plain

    def open(self):
        with self._limit(CONNECT_SECONDS):
            return super().open()

    def _send(self, email_message):
        with self._limit(MAIL_SECONDS):
            return super()._send(email_message)

    def _limit(self, seconds):
        return _Limit(seconds)


class _Limit:
    """Shuts this thread's newest SMTP socket when the time is over, whatever it is waiting for."""

    def __init__(self, seconds):
        self.timer = threading.Timer(seconds, self.shut, [threading.get_ident()])
        self.timer.daemon = True

    @staticmethod
    def shut(thread):
        with_socket = _sockets.get(thread)
        if with_socket is not None:
            try:
                with_socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is closed already

    def __enter__(self):
        self.timer.start()

    def __exit__(self, *fault):
        self.timer.cancel()


_sockets = {}  # of each thread that sends, so that the timer reaches a connection that is still being made


class _Remembered:
    def _get_socket(self, *args):
        made = super()._get_socket(*args)
        _sockets[threading.get_ident()] = made
        return made


class _Plain(_Remembered, smtplib.SMTP):
    pass


class _Ssl(_Remembered, smtplib.SMTP_SSL):
    pass
