"""Dates as an iCalendar file (RFC 5545); escaping, folding and the form of times are the library's."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from lms.kit import clock

from ..actions.session_details import holds_link
from ..models import Session
from ..queries.feeds import CalendarEntry, session_entry

REFRESH = timedelta(hours=4)


def as_calendar(sessions: Iterable[Session]) -> bytes:
    """Sessions to add to a calendar once."""
    calendar = new_calendar()
    calendar.add("method", "PUBLISH")
    for session in sessions:
        calendar.add_component(event_of(session_entry(session), shows_titles=True))
    return calendar.to_ical()


def as_feed(entries: Iterable[CalendarEntry], *, shows_titles: bool, name="") -> bytes:
    """What a calendar program fetches again and again. Without titles it tells neither what an event is about nor where it is."""
    calendar = new_calendar()
    title = name or _("IMSA programme")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for entry in entries:
        calendar.add_component(event_of(entry, shows_titles=shows_titles))
    return calendar.to_ical()


def new_calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//IMSA Learning//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def event_of(entry: CalendarEntry, *, shows_titles: bool) -> Event:
    """Times are in UTC, so that no calendar has to know when London's clocks change. What has no length of its own has no end."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", clock.now().astimezone(UTC))
    if isinstance(entry.starts, datetime):
        event.add("dtstart", entry.starts.astimezone(UTC))
    else:
        event.add("dtstart", entry.starts)
        event.add("transp", "TRANSPARENT")  # a whole day that keeps nobody busy
    if entry.ends:
        event.add("dtend", entry.ends.astimezone(UTC))
    event.add("summary", one_line(entry.title if shows_titles else entry.neutral))
    # Sessions from before may have their joining link there.
    if shows_titles and entry.where and not holds_link(entry.where):
        event.add("location", one_line(entry.where))
    event.add("sequence", entry.sequence)
    if entry.changed_at:
        event.add("last-modified", entry.changed_at.astimezone(UTC))
    if entry.is_cancelled:
        event.add("status", "CANCELLED")
    event.add("url", f"{settings.SITE_URL}{entry.path}")
    return event


def one_line(text: str) -> str:
    """The library leaves the rarer line breaks of Unicode as they are, and a calendar may begin a line of the file there."""
    return " ".join(text.split())
