"""What a calendar address gives: the dates of one person, or the sessions of one cohort. No name of anyone, and no joining link."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.people.models import Role
from lms.people.roles import has_role

from ..models import CalendarFeed, Release, Session, SessionCancellation
from .path import plans_of
from .timetables import own_cancellations, own_sessions, those_of

KEPT = timedelta(days=60)  # how long what is past stays in a calendar address


@dataclass(frozen=True)
class CalendarEntry:
    """One event: when (a moment, or a day for the whole day), what it is called with and without its title, and where."""

    key: str
    starts: datetime | date
    title: str
    neutral: str
    ends: datetime | None = None
    where: str = ""
    path: str = "/study/sessions/"
    sequence: int = 0
    changed_at: datetime | None = None
    is_cancelled: bool = False

    @property
    def uid(self) -> str:
        """The same for as long as the thing is the same, whatever becomes of it (RFC 5545, 3.8.4.7)."""
        return f"{self.key}@{urlsplit(settings.SITE_URL).netloc}"


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def feed_at(secret: str) -> CalendarFeed | None:
    """The address with that secret while it gives anything: not revoked, its person's account open, and they study or teach today."""
    feed = (
        CalendarFeed.objects.select_related("person", "timetable")
        .filter(sha256=digest(secret), revoked_at=None, person__is_active=True)
        .first()
    )
    return feed if feed and is_in_force(feed) else None


def is_in_force(feed: CalendarFeed) -> bool:
    """A person's own ends with their enrolment, a cohort's with the role of its reader."""
    if feed.timetable_id:
        return has_role(feed.person, Role.TUTOR, Role.REGISTRAR)
    return is_studying(feed.person)


def is_studying(person) -> bool:
    """A trainee with an open plan whose enrolment has not ended; the enrolments stand above this room."""
    return (
        has_role(person, Role.LEARNER)
        and bool(open_plans(person))
        and import_string(settings.IMSA_IS_ENROLLED)(person)
    )


def open_plans(person) -> list:
    return [plan for plan in plans_of(person) if plan.closed_on is None]


def entries_of(feed: CalendarFeed) -> list[CalendarEntry]:
    """By time. A fixed number of questions, however many entries."""
    since = clock.now() - KEPT
    found = entries_of_cohort(feed, since) if feed.timetable_id else own_entries(feed.person, since)
    return sorted(found, key=lambda one: (str(one.starts), one.key))


def entries_of_cohort(feed, since) -> list[CalendarEntry]:
    sessions = Session.objects.filter(timetable=feed.timetable_id, starts_at__gte=since)
    cancelled = SessionCancellation.objects.filter(
        timetable=feed.timetable_id, starts_at__gte=since
    )
    path = "/teaching/sessions/"
    return [
        *(session_entry(one, path) for one in sessions.select_related("unit")),
        *(cancelled_entry(one, path) for one in cancelled.select_related("unit")),
    ]


def own_entries(person, since) -> list[CalendarEntry]:
    plans = open_plans(person)
    sessions = [one.session for one in own_sessions(person, plans)]
    due = import_string(settings.IMSA_CALENDAR_DUE_DATES)(person)
    return [
        *(session_entry(one) for one in sessions if one.starts_at >= since),
        *(cancelled_entry(one) for one in own_cancellations(plans, since)),
        *release_entries(plans, since),
        *(due_entry(*line) for line in due if line[1] >= since),
    ]


def session_entry(session: Session, path="/study/sessions/") -> CalendarEntry:
    return CalendarEntry(
        f"session-{session.pk}",
        session.starts_at,
        session.unit.title,
        _("IMSA programme: session"),
        ends=session.ends_at if session.minutes else None,
        where=session.where,
        path=path,
        sequence=session.sequence,
        changed_at=session.changed_at,
    )


def cancelled_entry(line: SessionCancellation, path="/study/sessions/") -> CalendarEntry:
    ends = line.starts_at + timedelta(minutes=line.minutes) if line.minutes else None
    return CalendarEntry(
        f"session-{line.number}",
        line.starts_at,
        line.unit.title,
        _("IMSA programme: session"),
        ends=ends,
        path=path,
        sequence=line.sequence,
        changed_at=line.at,
        is_cancelled=True,
    )


def release_entries(plans, since) -> Iterable[CalendarEntry]:
    """By when units on these plans ask to be finished."""
    plans = [plan for plan in plans if plan.timetable_id]
    rows = Release.objects.filter(
        timetable__in={plan.timetable_id for plan in plans}, finish_by__gte=since.date()
    ).select_related("unit__module")
    for row in those_of(plans, list(rows) if plans else []):
        yield CalendarEntry(
            f"unit-{row.timetable_id}-{row.unit_id}",
            row.finish_by,
            _("Finish by today: %(title)s") % {"title": row.unit.title},
            _("IMSA programme: study date"),
            path="/study/",
        )


def due_entry(key: str, due_at: datetime, title: str) -> CalendarEntry:
    return CalendarEntry(
        key,
        due_at,
        _("Due: %(title)s") % {"title": title},
        _("IMSA programme: due date"),
        path="/my-work/",
    )


def hash_of(feed: CalendarFeed, entries: list[CalendarEntry]) -> str:
    """Changes when anything that the file says does; not with the moment at which it is asked."""
    return hashlib.sha256(f"{feed.shows_titles}{entries!r}".encode()).hexdigest()
