"""Series of sessions: London's time whatever the clocks do, gaps left out, one message each, and all or nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.actions import open_plan
from courses.actions.attendance import record_attendance
from courses.actions.closures import cancel_closure, record_closure
from courses.actions.series import arrange_series, cancel_following, move_following
from courses.actions.session_details import Details, later_by, london, wall_shift
from courses.actions.sessions import arrange_session, call_off_session, move_session
from courses.actions.timetables import Changed, follow_timetable, timetable_of
from courses.models import Session, SessionCancellation, SessionSeries
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
EVENING = Details("both", 120, "https://meet.example/abc")
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@pytest.fixture(autouse=True)
def a_day_in_october():
    with clock.at(NOON):
        yield


@pytest.fixture
def units(make_unit):
    return [make_unit(code) for code in ("U1", "U2", "U3")]


@pytest.fixture
def timetable(programme, plan, operator):
    made = timetable_of(programme, "C1", by=operator)
    follow_timetable([plan], made, by=operator)
    return made


def at_six(day):
    return london(day, time(18))


@pytest.fixture
def series(timetable, units, tutor):
    """Three Tuesdays over the end of summer time, one unit each."""
    rows = list(zip(units, map(at_six, TUESDAYS), strict=True))
    return arrange_series(timetable, rows, by=tutor, where="Room 1", details=EVENING)


TUESDAYS = [date(2026, 10, 13), date(2026, 10, 20), date(2026, 10, 27)]


def everything():
    return (
        list(Session.objects.order_by("pk").values()),
        list(SessionCancellation.objects.values()),
        Entry.objects.count(),
        Notice.objects.count(),
    )


# ---- time ----


@given(DAYS, TIMES, st.integers(-60, 60))
def test_a_shift_of_whole_weeks_keeps_the_time_of_day(day, at, weeks):
    try:
        first = london(day, at)
        later = later_by(first, timedelta(weeks=weeks))
    except Refused:
        assert at.hour in (0, 1, 2), "only the hour in which the clocks change is refused"
        return
    assert later.astimezone(LONDON).time() == at == first.astimezone(LONDON).time()
    assert later.astimezone(LONDON).date() == day + timedelta(weeks=weeks)
    assert wall_shift(first, later) == timedelta(weeks=weeks)


@pytest.mark.parametrize(
    "moment", [(date(2026, 3, 29), time(1, 30)), (date(2026, 10, 25), time(1))]
)
def test_the_hour_in_which_clocks_change_is_refused(moment):
    with pytest.raises(Refused, match="clocks change"):
        london(*moment)


# ---- arranging ----


def test_a_series_is_at_six_in_summer_and_in_winter_and_each_is_told_once(series, trainee):
    rows = list(Session.objects.order_by("starts_at"))
    assert [one.starts_at.astimezone(UTC).hour for one in rows] == [17, 17, 18]
    assert {(one.series_id, one.minutes, one.mode) for one in rows} == {(series.pk, 120, "both")}
    notice = Notice.objects.get(person=trainee)
    assert "18:00 BST" in notice.body and "18:00 GMT" in notice.body
    assert "meet.example" not in notice.body + notice.subject
    assert Entry.objects.filter(action="courses.arrange_series").count() == 1


@pytest.mark.both_engines
def test_the_same_series_again_is_the_one_there_is(series, timetable, units, tutor):
    before = everything()
    rows = list(zip(units, map(at_six, TUESDAYS), strict=True))
    again = arrange_series(timetable, rows, by=tutor, where="Room 1", details=EVENING)
    assert again == series and everything() == before
    with pytest.raises(Refused, match="13 October"):
        arrange_series(timetable, rows[:2], by=tutor, where="Room 2", details=EVENING)
    with pytest.raises(Refused, match="13 October"):
        arrange_series(
            timetable,
            [*rows, (units[0], at_six(date(2026, 11, 3)))],
            by=tutor,
            where="Room 1",
            details=EVENING,
        )
    assert everything() == before and SessionSeries.objects.count() == 1


@pytest.mark.parametrize(
    "details",
    [
        Details("hall", 120),
        Details("both", 5),
        Details("both", 1000),
        Details("both", 120, "http://meet.example/"),
        Details("both", 120, "javascript:alert(1)"),
        Details("both", 120, "https://" + "a" * 600),
    ],
)
def test_what_cannot_be_a_session_is_refused_as_a_whole(timetable, units, tutor, details):
    before = everything()
    with pytest.raises(Refused):
        arrange_series(
            timetable, [(units[0], at_six(TUESDAYS[0]))], by=tutor, where="R", details=details
        )
    with pytest.raises(Refused):
        arrange_session(timetable, units[0], by=tutor, starts_at=NOON, where="R", details=details)
    assert everything() == before


def test_an_empty_a_long_and_a_foreign_series_are_refused(timetable, units, tutor, trainee):
    before = everything()
    rows = [(units[0], at_six(TUESDAYS[0] + timedelta(days=n))) for n in range(61)]
    for wrong in ([], rows):
        with pytest.raises(Refused):
            arrange_series(timetable, wrong, by=tutor, where="R", details=EVENING)
    with pytest.raises(NotAllowed):
        arrange_series(timetable, rows[:1], by=trainee, where="R", details=EVENING)
    assert everything() == before


# ---- changing those that follow ----


@pytest.mark.both_engines
def test_those_that_follow_move_together_and_each_person_hears_once(series, tutor, trainee):
    first, second, third = Session.objects.order_by("starts_at")
    Notice.objects.all().delete()
    moved = move_following(
        second,
        by=tutor,
        starts_at=london(date(2026, 10, 21), time(19)),
        where="Room 2",
        details=EVENING,
    )
    assert [one.pk for one in moved] == [second.pk, third.pk]
    third.refresh_from_db()
    assert third.starts_at == datetime(2026, 10, 28, 19, tzinfo=UTC) and third.sequence == 1
    assert Session.objects.get(pk=first.pk).sequence == 0
    notice = Notice.objects.get(person=trainee)
    assert "was Tuesday 20 October 2026, 18:00 BST" in notice.body and "Room 2" in notice.body
    before = everything()
    move_following(
        moved[0], by=tutor, starts_at=moved[0].starts_at, where="Room 2", details=EVENING
    )
    assert everything() == before


def test_a_change_of_way_is_said_and_what_one_session_has_of_its_own_stays(series, tutor, trainee):
    first, second, third = Session.objects.order_by("starts_at")
    own = Details("online", 90, "https://meet.example/own")
    move_session(third, by=tutor, starts_at=third.starts_at, where="Room 9", details=own)
    notice = Notice.objects.filter(person=trainee).latest("pk")
    for words in ("as before", "Room 9", "How: online.", "1 hour 30 minutes", "link is another"):
        assert words in notice.body
    assert "meet.example" not in notice.body
    later = first.starts_at + timedelta(minutes=30)
    move_following(first, by=tutor, starts_at=later, where="Room 1", details=EVENING)
    third.refresh_from_db()
    assert (third.where, Details.of(third)) == ("Room 9", own)
    assert "Where" not in Notice.objects.filter(person=trainee).latest("pk").body
    assert third.starts_at == at_six(TUESDAYS[2]) + timedelta(minutes=30)
    changed = replace(EVENING, mode="online")
    move_following(first, by=tutor, starts_at=later, where="Room 1", details=changed)
    notice = Notice.objects.filter(person=trainee).latest("pk")
    assert "Where: Room 1. How: online." in notice.body and "U3" not in notice.body
    assert {one.mode for one in Session.objects.all()} == {"online"}
    third.refresh_from_db()
    assert (third.where, third.minutes, third.link, third.sequence) == ("Room 9", 90, own.link, 2)
    assert Details.of(second) == EVENING and Session.objects.get(pk=second.pk).where == "Room 1"


@pytest.mark.both_engines
@pytest.mark.parametrize("weeks", [-1, 1])
def test_a_series_of_one_unit_moves_onto_its_own_days(timetable, units, tutor, weeks):
    rows = [(units[0], at_six(day)) for day in TUESDAYS]
    arrange_series(timetable, rows, by=tutor, where="Room 1", details=EVENING)
    first = Session.objects.earliest("starts_at")
    move_following(
        first,
        by=tutor,
        starts_at=at_six(TUESDAYS[0] + timedelta(weeks=weeks)),
        where="Room 1",
        details=EVENING,
    )
    stand = Session.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert list(stand) == [at_six(day + timedelta(weeks=weeks)) for day in TUESDAYS]


def test_a_series_does_not_move_onto_another_session_or_over_attendance(
    series, timetable, units, tutor, trainee
):
    rows = list(Session.objects.order_by("starts_at"))
    arrange_session(
        timetable, units[2], by=tutor, starts_at=at_six(date(2026, 10, 28)), where="Room 9"
    )
    before = everything()
    with pytest.raises(Refused, match="another session"):
        move_following(
            rows[1],
            by=tutor,
            starts_at=at_six(date(2026, 10, 21)),
            where="Room 1",
            details=EVENING,
        )
    with pytest.raises(Changed):
        move_following(
            rows[0],
            by=tutor,
            starts_at=at_six(date(2026, 10, 22)),
            where="Room 1",
            details=EVENING,
            sequence=7,
        )
    for do in (
        lambda: move_following(
            rows[0], by=trainee, starts_at=NOON, where="Room 1", details=EVENING
        ),
        lambda: cancel_following(rows[0], by=trainee, reason="tutor"),
    ):
        with pytest.raises(NotAllowed):
            do()
    with pytest.raises(Refused):
        cancel_following(rows[0], by=tutor, reason="because")
    assert everything() == before
    with clock.at(rows[1].starts_at + timedelta(hours=1)):
        record_attendance(rows[1], {trainee.pk: "online"}, by=tutor)
        before = everything()
        with pytest.raises(Refused, match="Attendance is recorded"):
            cancel_following(rows[0], by=tutor, reason="tutor")
        with pytest.raises(Refused, match="Attendance is recorded"):
            move_following(
                rows[0],
                by=tutor,
                starts_at=at_six(date(2026, 10, 14)),
                where="Room 1",
                details=EVENING,
            )
        assert everything() == before


@pytest.mark.both_engines
def test_cancelling_what_follows_says_why_once_and_leaves_a_line_for_calendars(
    series, tutor, trainee
):
    rows = list(Session.objects.order_by("starts_at"))
    Notice.objects.all().delete()
    assert cancel_following(rows[1], by=tutor, reason="closure") == 2
    assert list(Session.objects.values_list("pk", flat=True)) == [rows[0].pk]
    lines = SessionCancellation.objects.order_by("number")
    assert [(one.number, one.sequence) for one in lines] == [(rows[1].pk, 1), (rows[2].pk, 1)]
    notice = Notice.objects.get(person=trainee)
    assert "the site is closed" in notice.body and "27 October" in notice.body
    before = everything()
    assert cancel_following(rows[1], by=tutor, reason="closure") == 0
    call_off_session(rows[2], by=tutor)
    assert everything() == before


# ---- pages ----

TYPED = {
    "starts_on": "2026-12-15",
    "at": "18:00",
    "every": "1",
    "count": "2",
    "pace": "next",
    "minutes": "90",
    "mode": "online",
    "where": "",
    "link": "https://meet.example/abc",
}


def test_the_page_leaves_out_gaps_and_keeps_what_was_typed(
    timetable, units, tutor, make_person, enter
):
    record_closure(
        by=make_person("Peter", Role.REGISTRAR),
        title="Christmas closure",
        starts_on=date(2026, 12, 21),
        ends_on=date(2027, 1, 6),
    )
    client, url = enter(tutor), "/teaching/series/new/"
    typed = TYPED | {"timetable": timetable.pk, "unit": units[0].pk}
    wrong = client.post(url, typed | {"link": "http://meet.example/abc"})
    assert wrong.status_code == 422 and "http://meet.example/abc" in wrong.content.decode()
    page = client.post(url, typed)
    text = page.content.decode()
    assert page.status_code == 200 and not Session.objects.exists()
    assert text.count("Christmas closure") == 3 and "2 sessions" not in text
    lines = page.context["dates"].lines()
    assert [bool(line.gap) for line in lines] == [False, True, True, True, False][: len(lines)]
    assert [line.unit.value() for line in lines][-1] == units[1].pk
    chosen = {line.tick.html_name: "on" for line in lines if not line.gap}
    chosen |= {line.unit.html_name: str(line.unit.value()) for line in lines}
    none = {line.unit.html_name: str(line.unit.value()) for line in lines}
    typed |= {"gaps": page.context["dates"].gaps}
    refused = client.post(url, typed | none | {"step": "arrange"})
    assert refused.status_code == 422 and "Select at least one date" in refused.content.decode()
    assert client.post(url, typed | chosen | {"step": "back"}).status_code == 200
    assert not Session.objects.exists()
    for _twice in range(2):
        done = client.post(url, typed | chosen | {"step": "arrange"})
        assert done.status_code == 302
    rows = Session.objects.order_by("starts_at")
    assert [(one.starts_at, one.where) for one in rows] == [
        (datetime(2026, 12, 15, 18, tzinfo=UTC), "Online"),
        (datetime(2027, 1, 12, 18, tzinfo=UTC), "Online"),
    ]


def test_dates_that_have_changed_between_the_two_pages_are_looked_at_again(
    timetable, units, tutor, make_person, enter
):
    registrar = make_person("Peter", Role.REGISTRAR)
    closed = record_closure(
        by=registrar, title="Break", starts_on=date(2026, 12, 21), ends_on=date(2026, 12, 24)
    )
    client, url = enter(tutor), "/teaching/series/new/"
    typed = TYPED | {"timetable": timetable.pk, "unit": units[0].pk}
    shown = client.post(url, typed)
    assert f'name="gaps" value="{shown.context["dates"].gaps}"' in shown.content.decode()
    lines = shown.context["dates"].lines()
    assert [line.day.day for line in lines] == [15, 22, 29]
    sent = {line.tick.html_name: "on" for line in lines if not line.gap}
    sent |= {line.unit.html_name: str(line.unit.value()) for line in lines}
    sent |= {"gaps": shown.context["dates"].gaps}
    cancel_closure(closed, by=registrar)
    page = client.post(url, typed | sent | {"step": "arrange"})
    assert page.status_code == 422 and "The dates have changed" in page.content.decode()
    assert [line.day.day for line in page.context["dates"].lines()] == [15, 22]
    assert not Session.objects.exists()
    # A closure on a day that was selected is seen before anybody is invited to it.
    sent = {f"on_2026-12-{day}": "on" for day in (15, 22)} | {"gaps": ""}
    sent |= {f"unit_2026-12-{day}": str(units[0].pk) for day in (15, 22)}
    day = date(2026, 12, 22)
    record_closure(by=registrar, title="Flood", starts_on=day, ends_on=day)
    page = client.post(url, typed | sent | {"step": "arrange"})
    assert page.status_code == 422 and "Flood" in page.content.decode()
    assert not Session.objects.exists()
    sent |= {"gaps": page.context["dates"].gaps}  # now they have seen it, and may want it so
    assert client.post(url, typed | sent | {"step": "arrange"}).status_code == 302
    assert Session.objects.count() == 2
    for day in ("31/12/9999", "01/01/0001"):
        page = client.post(url, typed | {"starts_on": day})
        assert page.status_code == 422 and "Look at the year" in page.content.decode()


def test_the_joining_link_is_shown_to_the_cohort_from_a_day_before(
    series, trainee, make_person, programme, operator, enter
):
    outsider = make_person("Nia", Role.LEARNER)
    plan = open_plan(outsider, programme, ["wales"], by=operator, opened_on=date(2026, 9, 1))
    follow_timetable([plan], timetable_of(programme, "C2", by=operator), by=operator)
    first = Session.objects.earliest("starts_at")
    for before, is_shown in (
        (timedelta(hours=25), False),
        (timedelta(hours=23), True),
        (timedelta(hours=-1), True),
        (timedelta(hours=-3), False),
    ):
        with clock.at(first.starts_at - before):
            text = enter(trainee).get("/study/sessions/").content.decode()
            assert ("meet.example" in text) == is_shown
            file = enter(trainee).get("/study/sessions/coming.ics").content
            assert b"meet.example" not in file
            assert "meet.example" not in enter(outsider).get("/study/sessions/").content.decode()


def test_the_change_page_moves_and_cancels_what_follows(series, tutor, trainee, enter):
    rows = list(Session.objects.order_by("starts_at"))
    client, url = enter(tutor), f"/teaching/sessions/{rows[1].pk}/change/"
    page = client.get(url)
    sent = {f.html_name: f.value() or "" for f in page.context["move"]} | {
        "action": "move",
        "follows": "all",
        "starts_at": "2026-10-20T19:00",
    }
    stale = dict(sent, was_sequence=5)
    assert client.post(url, stale).status_code == 409
    assert client.post(url, sent).status_code == 302
    assert Session.objects.get(pk=rows[2].pk).starts_at == datetime(2026, 10, 27, 19, tzinfo=UTC)
    cancel = {"action": "call_off", "is_sure": "on", "follows": "all"}
    assert client.post(url, cancel).status_code == 422 and Session.objects.count() == 3
    assert client.post(url, cancel | {"reason": "weather"}).status_code == 302
    assert Session.objects.count() == 1
    text = enter(trainee).get("/study/sessions/").content.decode()
    assert "Cancelled" in text and "Weather or travel" in text
