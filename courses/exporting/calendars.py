"""Taught sessions as an iCalendar file (RFC 5545); escaping, folding and the form of times are the library's."""

from collections.abc import Iterable
from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from lms.kit import clock

from ..models import Session


def as_calendar(sessions: Iterable[Session]) -> bytes:
    """Times are in UTC, so that no calendar has to know when London's clocks change. How long a session lasts is not
    kept here, so none has an end."""
    calendar = Calendar()
    calendar.add("prodid", "-//IMSA Learning//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    host = urlsplit(settings.SITE_URL).netloc
    for session in sessions:
        event = Event()
        event.add("uid", f"session-{session.pk}@{host}")
        event.add("dtstamp", clock.now().astimezone(UTC))
        event.add("dtstart", session.starts_at.astimezone(UTC))
        event.add("summary", one_line(session.unit.title))
        event.add("location", one_line(session.where))
        event.add("url", f"{settings.SITE_URL}/study/sessions/")
        calendar.add_component(event)
    return calendar.to_ical()


def one_line(text: str) -> str:
    """The library leaves the rarer line breaks of Unicode as they are, and a calendar may begin a line of the file there."""
    return " ".join(text.split())
