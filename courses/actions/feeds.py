"""Calendar addresses: made, made anew, revoked, and counted when they are fetched. The record holds no secret."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import May, Refused, insist
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import may_act_as
from lms.record.actions import write

from ..models import CalendarFeed, Timetable
from ..queries.feeds import digest, is_studying
from .sessions import may_arrange

HOUR = timedelta(hours=1)


def may_have_own_feed(by) -> May:
    return may_act_as(by, Role.LEARNER)


@transaction.atomic
def make_feed(
    *, by, timetable: Timetable | None = None, shows_titles=False
) -> tuple[CalendarFeed, str]:
    """An address of one's own dates, or of a cohort's sessions: the feed, and the secret of its address, which is kept by its hash alone.

    1. an address that is open already is revoked, 2. the new one, 3. the record is written, 4. the person is told. Twice gives a new secret
    each time, and the last one counts. Refused for who studies nothing.
    """
    insist(may_arrange(by) if timetable else may_have_own_feed(by))
    if timetable is None and not is_studying(by):
        raise Refused(_("You are not enrolled, so there are no dates for a calendar."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once: one after the other
    for old in open_feeds(by, timetable):
        end(old, by)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        person_id=by.pk, timetable=timetable, sha256=digest(secret), shows_titles=shows_titles
    )
    write("courses.make_calendar_feed", feed, by=by, after=feed_in_record(feed))
    tell(
        by,
        _("A calendar address was made for you"),
        _("Anyone who has the address can read its dates. If you did not make it, revoke it."),
        page_of(feed),
    )
    return feed, secret


@transaction.atomic
def revoke_feed(feed, *, by) -> CalendarFeed:
    """1. the address gives nothing any more, 2. the record is written. One's own alone; a calendar keeps what it copied before."""
    insist(may_change(by, feed))
    locked = CalendarFeed.objects.select_for_update(of=("self",), no_key=True).get(pk=feed.pk)
    if locked.revoked_at is None:
        end(locked, by)
    return locked


@transaction.atomic
def set_feed_titles(feed, *, by, shows_titles) -> CalendarFeed:
    """Whether the events have their titles or neutral ones: 1. the feed, 2. the record is written."""
    insist(may_change(by, feed))
    locked = CalendarFeed.objects.select_for_update(of=("self",), no_key=True).get(pk=feed.pk)
    if locked.revoked_at:
        raise Refused(_("This calendar address is revoked. Make a new one."))
    if locked.shows_titles != shows_titles:
        before = feed_in_record(locked)
        locked.shows_titles = shows_titles
        locked.save(update_fields=["shows_titles"])
        write(
            "courses.set_calendar_titles",
            locked,
            by=by,
            before=before,
            after=feed_in_record(locked),
        )
    return locked


def may_change(by, feed) -> May:
    if feed.person_id == by.pk:
        return May(True)
    return May(False, _("This is someone else’s calendar address."))


def open_feeds(person, timetable):
    """Locked."""
    rows = CalendarFeed.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(person_id=person.pk, timetable=timetable, revoked_at=None)


def end(feed, by):
    feed.revoked_at = clock.now()
    feed.save(update_fields=["revoked_at"])
    write("courses.revoke_calendar_feed", feed, by=by, before=feed_in_record(feed))


def page_of(feed) -> str:
    return "/teaching/calendars/" if feed.timetable_id else "/study/calendar/"


def feed_in_record(feed):
    return {"timetable": feed.timetable_id, "shows_titles": feed.shows_titles}


@dataclass(frozen=True)
class Fetch:
    """What came of a fetch: for how many seconds no more are answered (0: this one is), and since when the file says what it says."""

    wait: int
    content_at: datetime


@transaction.atomic
def count_fetch(feed, content_hash: str) -> Fetch:
    """A calendar program fetched the address: 1. it is counted, 2. the time is noted, and with other content than last, that it changed."""
    feed = CalendarFeed.objects.select_for_update(of=("self",), no_key=True).get(pk=feed.pk)
    now = clock.now()
    if feed.counts_from is None or not feed.counts_from <= now < feed.counts_from + HOUR:
        feed.counts_from, feed.count = now, 0
    if feed.count >= settings.IMSA_CALENDAR_FETCHES_AN_HOUR:
        wait = int((feed.counts_from + HOUR - now).total_seconds()) + 1
        return Fetch(wait, feed.content_at or now)
    feed.count += 1
    feed.fetched_at = now
    if feed.content_hash != content_hash or feed.content_at is None:
        feed.content_hash, feed.content_at = content_hash, now
    feed.save(update_fields=["counts_from", "count", "fetched_at", "content_hash", "content_at"])
    return Fetch(0, feed.content_at)
