"""What is said when a request cannot be read, or cannot be answered just now."""

import sys

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.defaults import server_error

from .files.outages import is_outage
from .waits import waited_too_long

AWAY = gettext_noop(
    "The site cannot reach its records at the moment. Nothing that you sent just now was kept."
)
BUSY = gettext_noop(
    "Something else on this site is taking longer than usual. Nothing that you sent just now was kept."
)
FULL = gettext_noop(
    "The site cannot write files at the moment. Nothing that you sent just now was kept."
)


def unreadable(request, exception=None):
    """400: nothing was changed. Where too much was sent at once, it says so and what to do; where the session was ended while the request
    was answered (a new password or factor in another browser), what was sent may have been done, and it says that."""
    if isinstance(exception, SessionInterrupted):
        request.user = AnonymousUser()
        return render(request, "400.html", {"is_signed_out": True}, status=400)
    return render(
        request,
        "400.html",
        {"is_too_much": isinstance(exception, RequestDataTooBig | TooManyFieldsSent)},
        status=400,
    )


def unavailable(reason: str) -> HttpResponse:
    """503 with a sentence and Retry-After; drawn without a session or a database."""
    return HttpResponse(
        render_to_string("503.html", {"reason": reason}),
        status=503,
        headers={"Retry-After": "30", "Cache-Control": "no-store"},
    )


def fault(request):
    """500, or 503 where the fault is an outage: the database is away, locked, busy or damaged, or the disk takes nothing."""
    error = sys.exc_info()[1]
    if waited_too_long(error):
        return unavailable(_(BUSY))
    if is_away(error):
        return unavailable(_(AWAY))
    if isinstance(error, OSError) and is_outage(error):
        return unavailable(_(FULL))
    return server_error(request)


def is_away(error) -> bool:
    """Is the database itself out of order? A damaged SQLite file is told as a plain DatabaseError."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DatabaseError) and (
        "malformed" in str(error) or "not a database" in str(error)
    )
