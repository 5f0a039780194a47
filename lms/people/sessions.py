"""The browsers in which somebody is signed in, seen and ended by their owner; it keeps no network address."""

import time

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.record.actions import write

from .models import OpenSession

SEEN, LATEST = "seen_at", 60  # the key in the session; seconds between two notes of being seen
# In this order: most name those after them too.
BROWSERS = [
    ("Edge", ("Edg/", "EdgA/", "EdgiOS/")),
    ("Opera", ("OPR/",)),
    ("Samsung Internet", ("SamsungBrowser/",)),
    ("Firefox", ("Firefox/", "FxiOS/")),
    ("Chrome", ("Chrome/", "CriOS/", "Chromium/")),
    ("Safari", ("Safari/",)),
]
DEVICES = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac", "Macintosh"),
    ("Linux", "Linux"),
]


def browser_of(request) -> str:
    """“Firefox on Windows”: as much as its owner needs to know it again."""
    agent = request.headers.get("User-Agent", "")[:400]
    browser = next(
        (name for name, marks in BROWSERS if any(mark in agent for mark in marks)), _("A browser")
    )
    device = next((name for name, mark in DEVICES if mark in agent), "")
    return (
        _("%(browser)s on %(device)s") % {"browser": browser, "device": device}
        if device
        else browser
    )


def begin(request, person):
    """Note a session that has just been opened."""
    request.session[SEEN] = int(time.time())
    if request.session.session_key is None:
        request.session.save()
    OpenSession.objects.filter(person=person).exclude(
        session_key__in=Session.objects.values("session_key")
    ).delete()
    OpenSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "person": person,
            "browser": browser_of(request),
            "started_at": clock.now(),
            "seen_at": clock.now(),
        },
    )


def touch(request):
    """Note that a session is used, once a minute at most."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) > LATEST:
        request.session[SEEN] = now
        OpenSession.objects.filter(session_key=request.session.session_key).update(
            seen_at=clock.now()
        )


def sessions_of(person):
    """Those that still open something, newest first."""
    live = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    return OpenSession.objects.filter(person=person, session_key__in=live)


@transaction.atomic
def end_sessions(person, *, by, keep=None, pk=None) -> int:
    """End somebody's sessions, all but the one with the key `keep`, or the one `pk` alone: 1. they open nothing any more, 2. the
    record is written. Twice is once."""
    which = OpenSession.objects.filter(person=person)
    which = which.filter(pk=pk) if pk is not None else which.exclude(session_key=keep or "")
    keys = list(which.values_list("session_key", flat=True))
    if not keys:
        return 0
    Session.objects.filter(session_key__in=keys).delete()
    which.filter(session_key__in=keys).delete()
    write("people.end_sessions", person, by=by, after={"count": len(keys)})
    return len(keys)
