"""Calendar addresses: their secret alone opens them, they name no one, follow changes, and end when they must."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from cohorts.enrolment.actions import complete, leave, make_cohort, timetable_for
from courses.actions import publish_version
from courses.actions.feeds import make_feed, revoke_feed, set_feed_titles
from courses.actions.session_details import Details
from courses.actions.sessions import arrange_session, call_off_session, move_session
from courses.actions.timetables import set_releases
from courses.models import CalendarFeed, Module, Session, Unit, Variant
from courses.queries.feeds import digest
from courses.rendering.units import RenderedUnit
from lms.kit import clock, nations
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
COMING = datetime(2026, 3, 10, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_day_in_march():
    with clock.at(NOW):
        yield


@pytest.fixture
def tutor(person_with):
    return person_with(Role.TUTOR, first_name="Agnes", last_name="Tutor")


@pytest.fixture
def unit(programme, by):
    module = Module.objects.create(programme=programme, code="M1", title="Law", credits=20, order=1)
    unit = Unit.objects.create(module=module, code="U1", title="Exploitation of children", order=1)
    variant = Variant.objects.create(unit=unit, key="all", nations=nations.ALL)
    publish_version(variant, RenderedUnit(title=unit.title, html="<p>Text</p>"), by=by)
    return unit


@pytest.fixture
def timetable(cohort, enrolment, by):
    return timetable_for(cohort, by=by)


@pytest.fixture
def session(timetable, unit, tutor):
    return arrange_session(
        timetable,
        unit,
        by=tutor,
        starts_at=COMING,
        where="Room 2, Strawberry Hill",
        details=Details("both", 90, "https://meet.example/secret"),
    )


@pytest.fixture
def feed(session, trainee):
    """The trainee's own address."""
    made, secret = make_feed(by=trainee)
    made.secret = secret
    return made


def fetch(feed, **headers):
    return Client().get(f"/calendars/{feed.secret}.ics", **headers)


def events(response):
    assert response.status_code == 200, response.status_code
    found = Calendar.from_ical(response.content).walk("VEVENT")
    return {str(one["UID"]).partition("@")[0]: one for one in found}


def everything():
    return list(CalendarFeed.objects.order_by("pk").values()), Entry.objects.count()


# ---- what it gives ----


def test_a_neutral_address_tells_when_and_nothing_else(
    feed, session, timetable, unit, trainee, tutor, registrar
):
    set_releases(timetable, {unit.pk: (date(2026, 3, 1), date(2026, 4, 1))}, by=registrar)
    page = fetch(feed)
    text = page.content.decode()
    for words in (
        unit.title,
        "Strawberry",
        "meet.example",
        tutor.last_name,
        trainee.last_name,
        trainee.email,
        "ATTENDEE",
        "ORGANIZER",
        "IMSA-2025-09",
    ):
        assert words not in text
    found = events(page)
    one = found[f"session-{session.pk}"]
    assert one["DTSTART"].dt == COMING and one["DTEND"].dt == COMING + timedelta(minutes=90)
    assert str(one["SUMMARY"]) == "IMSA programme: session" and one["SEQUENCE"] == 0
    due = found[f"unit-{timetable.pk}-{unit.pk}"]
    assert due["DTSTART"].dt == date(2026, 4, 1)
    assert str(due["SUMMARY"]) == "IMSA programme: study date"


def test_titles_are_shown_where_their_owner_wants_them(feed, session, unit, trainee):
    set_feed_titles(feed, by=trainee, shows_titles=True)
    one = events(fetch(feed))[f"session-{session.pk}"]
    assert str(one["SUMMARY"]) == unit.title and "Strawberry" in one["LOCATION"]
    assert "meet.example" not in fetch(feed).content.decode()


def test_a_joining_link_in_where_is_refused_and_one_from_before_stays_out_of_calendars(
    feed, session, timetable, unit, trainee, tutor, signed_in
):
    link = "Room 2 or https://meet.example/secret"
    before, at = everything(), COMING + timedelta(days=1)
    with pytest.raises(Refused, match="Joining link"):
        arrange_session(timetable, unit, by=tutor, starts_at=at, where=link)
    with pytest.raises(Refused, match="Joining link"):
        move_session(session, by=tutor, starts_at=COMING, where=link)
    typed = {"timetable": timetable.pk, "unit": unit.pk, "starts_at": "2026-03-11T18:00"}
    typed |= {"where": link, "mode": "both", "minutes": "90"}
    page = signed_in(tutor).post("/teaching/sessions/new/", typed)
    assert page.status_code == 422 and 'id="id_where_error"' in page.content.decode()
    assert everything() == before and Session.objects.count() == 1
    Session.objects.update(where=link)  # as sessions from before may have it
    set_feed_titles(feed, by=trainee, shows_titles=True)
    one = events(fetch(feed))[f"session-{session.pk}"]
    assert str(one["SUMMARY"]) == unit.title and "LOCATION" not in one
    for url in ("/study/sessions/coming.ics", f"/study/sessions/{session.pk}.ics"):
        assert b"meet.example" not in signed_in(trainee).get(url).content


def test_a_moved_and_a_cancelled_session_keep_their_uid_and_count_on(feed, session, tutor):
    uid = f"session-{session.pk}"
    move_session(session, by=tutor, starts_at=COMING + timedelta(weeks=3), where="Room 3")
    one = events(fetch(feed))[uid]
    assert (one["SEQUENCE"], one["DTSTART"].dt) == (1, datetime(2026, 3, 31, 18, tzinfo=UTC))
    assert "STATUS" not in one
    call_off_session(session, by=tutor, reason="weather")
    one = events(fetch(feed))[uid]
    assert one["SEQUENCE"] == 2 and str(one["STATUS"]) == "CANCELLED"
    with clock.at(NOW + timedelta(days=120)):
        assert uid not in events(fetch(feed))


def test_a_cohorts_address_gives_its_sessions_alone(
    session, timetable, unit, tutor, registrar, cohort, programme, person_with, by
):
    other = make_cohort(
        "IMSA-2026-01", "Another", programme, date(2026, 1, 5), date(2026, 12, 1), by=by
    )
    away = arrange_session(
        timetable_for(other, by=by), unit, by=tutor, starts_at=COMING, where="Room 9"
    )
    made, secret = make_feed(by=tutor, timetable=timetable, shows_titles=True)
    made.secret = secret
    found = events(fetch(made))
    assert f"session-{session.pk}" in found and f"session-{away.pk}" not in found
    end_grants(tutor, Role.TUTOR, by=by)
    with clock.at(NOW + timedelta(days=1)):
        assert fetch(made).status_code == 404


# ---- who has it, and until when ----


@pytest.mark.both_engines
def test_the_secret_is_kept_by_its_hash_and_a_new_one_ends_the_old(feed, trainee):
    assert CalendarFeed.objects.get().sha256 == digest(feed.secret)
    assert feed.secret not in str(list(Entry.objects.values())) + str(list(Notice.objects.values()))
    again, secret = make_feed(by=trainee)
    again.secret = secret
    assert fetch(feed).status_code == 404 and fetch(again).status_code == 200
    assert CalendarFeed.objects.filter(revoked_at=None).get() == again
    revoke_feed(again, by=trainee)
    before = everything()
    revoke_feed(again, by=trainee)
    with pytest.raises(Refused):
        set_feed_titles(again, by=trainee, shows_titles=True)
    assert everything() == before
    assert fetch(again).status_code == 404
    assert Client().get("/calendars/wrong.ics").status_code == 404
    assert Notice.objects.filter(person=trainee, subject__startswith="A calendar").count() == 2


@pytest.mark.parametrize("how", ["leave", "complete", "close"])
def test_it_ends_when_the_enrolment_or_the_account_ends(feed, enrolment, trainee, registrar, how):
    assert fetch(feed).status_code == 200
    if how == "leave":
        leave(enrolment, by=registrar, on=NOW.date() - timedelta(days=1))
    elif how == "complete":
        complete(enrolment, by=registrar)
    else:
        type(trainee).objects.filter(pk=trainee.pk).update(is_active=False)
    assert fetch(feed).status_code == 404


def test_nobody_makes_or_changes_one_that_is_not_theirs(
    feed, timetable, trainee, tutor, officer, person_with
):
    newcomer = person_with(Role.LEARNER, email="new@test.example")
    before = everything()
    for do in (
        lambda: make_feed(by=trainee, timetable=timetable),
        lambda: make_feed(by=officer, timetable=timetable),
        lambda: make_feed(by=tutor),
        lambda: revoke_feed(feed, by=tutor),
        lambda: set_feed_titles(feed, by=tutor, shows_titles=True),
    ):
        with pytest.raises(NotAllowed):
            do()
    with pytest.raises(Refused, match="not enrolled"):
        make_feed(by=newcomer)
    assert everything() == before


# ---- how it is fetched ----


def test_a_fetch_sets_no_cookie_is_private_and_answers_304_while_nothing_changed(
    feed, session, tutor
):
    first = fetch(feed)
    assert not first.cookies and first["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in first["Cache-Control"] and first["X-Robots-Tag"] == "noindex"
    with clock.at(NOW + timedelta(minutes=5)):
        for headers in (
            {"HTTP_IF_NONE_MATCH": first["ETag"]},
            {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]},
        ):
            same = fetch(feed, **headers)
            assert (
                same.status_code == 304 and not same.content and "private" in same["Cache-Control"]
            )
        move_session(session, by=tutor, starts_at=COMING, where="Room 3")
        for headers in (
            {"HTTP_IF_NONE_MATCH": first["ETag"]},
            {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"]},
        ):
            assert fetch(feed, **headers).status_code == 200
    assert CalendarFeed.objects.get().fetched_at == NOW + timedelta(minutes=5)
    assert Client().post(f"/calendars/{feed.secret}.ics").status_code == 405
    assert Client().head(f"/calendars/{feed.secret}.ics").status_code == 200


@pytest.mark.both_engines
def test_too_many_fetches_in_an_hour_are_put_off(feed, settings):
    settings.IMSA_CALENDAR_FETCHES_AN_HOUR = 3
    assert [fetch(feed).status_code for _n in range(4)] == [200, 200, 200, 429]
    answer = fetch(feed)
    assert 0 < int(answer["Retry-After"]) <= 3601 and not answer.content
    with clock.at(NOW + timedelta(hours=1)):
        assert fetch(feed).status_code == 200


def test_a_fetch_asks_the_database_as_often_for_many_sessions_as_for_few(
    feed, timetable, unit, tutor, django_assert_max_num_queries
):
    for n in range(30):
        arrange_session(
            timetable, unit, by=tutor, starts_at=COMING + timedelta(days=n + 1), where="Room 1"
        )
    with django_assert_max_num_queries(24):
        assert len(events(fetch(feed))) == 31


# ---- pages ----


def test_the_address_is_shown_once_and_can_be_revoked(session, trainee, signed_in):
    client = signed_in(trainee)
    assert "/study/calendar/" in client.get("/study/sessions/").content.decode()
    assert client.post("/study/calendar/", {"action": "make"}).status_code == 422
    made = client.post("/study/calendar/", {"action": "make", "titles": "neutral"})
    assert made.status_code == 302
    page = client.get("/study/calendar/").content.decode()
    address = page.partition("<code>")[2].partition("</code>")[0]
    assert address.startswith("http://testserver/calendars/")
    assert address not in client.get("/study/calendar/").content.decode()
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    assert (
        client.post("/study/calendar/", {"action": "titles", "titles": "plain"}).status_code == 302
    )
    assert CalendarFeed.objects.get().shows_titles
    assert client.post("/study/calendar/", {"action": "revoke"}).status_code == 302
    assert Client().get(address.removeprefix("http://testserver")).status_code == 404
    assert client.post("/study/calendar/", {"action": "revoke"}).status_code == 422


def test_a_tutor_has_an_address_for_each_cohort_and_touches_no_one_elses(
    session, timetable, tutor, registrar, trainee, signed_in
):
    client, url = signed_in(tutor), "/teaching/calendars/"
    assert url in client.get("/teaching/sessions/").content.decode()
    sent = {"action": "make", "titles": "plain", "timetable": timetable.pk}
    assert client.post(url, {**sent, "timetable": ""}).status_code == 422
    assert client.post(url, sent).status_code == 302
    assert "/calendars/" in client.get(url).content.decode()
    feed = CalendarFeed.objects.get()
    for action in ("revoke", "titles"):
        other = signed_in(registrar).post(url, {"action": action, "feed": feed.pk})
        assert other.status_code == 404
    feed.refresh_from_db()
    assert feed.revoked_at is None and feed.shows_titles
    assert (
        client.post(url, {"action": "titles", "feed": feed.pk, "titles": "neutral"}).status_code
        == 302
    )
    assert client.post(url, {"action": "revoke", "feed": feed.pk}).status_code == 302
    feed.refresh_from_db()
    assert feed.revoked_at and not feed.shows_titles
    assert signed_in(trainee).get(url).status_code == 403
