"""The pages of timetables and sessions: who opens them, what they keep when two save at once, and what a row says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template.loader import render_to_string

from cohorts.enrolment.actions import enrol, leave, make_cohort, set_timetable, timetable_for
from courses.actions import mark_studied, publish_version
from courses.actions.attendance import record_attendance
from courses.actions.sessions import arrange_session
from courses.exporting.calendars import as_calendar
from courses.models import (
    Module,
    Prerequisite,
    Progress,
    Release,
    Session,
    StudyPlan,
    Timetable,
    Unit,
    Variant,
)
from courses.queries import outline_for, plans_of, study_progress_of
from courses.queries.timetables import own_sessions
from courses.rendering.units import RenderedUnit
from lms.kit import clock, nations
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAST, COMING = datetime(2026, 2, 24, 16, tzinfo=UTC), datetime(2026, 3, 10, 16, tzinfo=UTC)
PAGE = "/registry/cohorts/IMSA-2025-09/timetable/"


@pytest.fixture(autouse=True)
def a_day_in_march():
    with clock.at(NOW):
        yield


@pytest.fixture
def units(programme, by):
    module = Module.objects.create(programme=programme, code="M1", title="Law", credits=20, order=1)
    made = []
    for n in (1, 2):
        unit = Unit.objects.create(module=module, code=f"U{n}", title=f"Unit {n}", order=n)
        variant = Variant.objects.create(unit=unit, key="all", nations=nations.ALL)
        publish_version(variant, RenderedUnit(title=unit.title, html="<p>Text</p>"), by=by)
        made.append(unit)
    Prerequisite.objects.create(unit=made[1], first=made[0], why="It builds on it.")
    return made


@pytest.fixture
def tutor(person_with):
    return person_with(Role.TUTOR, first_name="Agnes", last_name="Tutor")


@pytest.fixture
def timetable(cohort, enrolment, by):
    return timetable_for(cohort, by=by)


@pytest.fixture
def other_trainee(cohort, person_with, timetable, by):
    person = person_with(email="rory@test.example", first_name="Rory", last_name="Innes")
    enrol(cohort, person, ["england"], "S-2", by=by, enrolled_on=cohort.starts_on)
    return person


@pytest.fixture
def outsider(programme, person_with, by):
    away = make_cohort(
        "IMSA-2026-01", "Another intake", programme, date(2026, 1, 5), date(2026, 12, 1), by=by
    )
    person = person_with(email="nia@test.example", first_name="Nia", last_name="Hughes")
    enrol(away, person, ["wales"], "S-3", by=by, enrolled_on=away.starts_on)
    return person


@pytest.fixture
def held(units, timetable, tutor):
    return arrange_session(timetable, units[0], by=tutor, starts_at=PAST, where="Room 1")


@pytest.fixture
def coming(units, timetable, tutor):
    made = arrange_session(timetable, units[1], by=tutor, starts_at=COMING, where="Room 2")
    made.where = "https://join.example/a?b=1&c=2"  # as sessions from before may have it
    made.save()
    return made


def fields(client, url=PAGE) -> dict:
    """What a browser would send if somebody pressed the button at once."""
    form = client.get(url).context["form"]
    return {f.html_name: "" if f.value() is None else str(f.value()) for f in form}


# ---- enrolling ----


def test_enrolling_puts_the_plan_on_the_cohorts_timetable(enrolment, cohort):
    assert (
        enrolment.plan.timetable.code == cohort.code
        and StudyPlan.objects.get().timetable == Timetable.objects.get()
    )


def test_people_enrolled_before_there_was_a_timetable_come_onto_it(
    enrolment, cohort, units, registrar
):
    StudyPlan.objects.update(timetable=None)
    Timetable.objects.all().delete()
    set_timetable(cohort, {units[0].pk: (date(2026, 4, 1), None)}, by=registrar)
    assert StudyPlan.objects.get().timetable.releases.get().opens_on == date(2026, 4, 1)
    assert (
        Notice.objects.filter(person=enrolment.person, body__contains="1 April 2026").count() == 1
    )


def test_a_refused_timetable_leaves_no_half_of_it(enrolment, cohort, units, registrar, officer):
    StudyPlan.objects.update(timetable=None)
    Timetable.objects.all().delete()
    entries = Entry.objects.count()
    with pytest.raises(Refused):
        set_timetable(cohort, {units[0].pk: (date(2026, 4, 1), date(2026, 3, 1))}, by=registrar)
    with pytest.raises(NotAllowed):
        set_timetable(cohort, {units[0].pk: (date(2026, 4, 1), None)}, by=officer)
    assert not Timetable.objects.exists() and not StudyPlan.objects.exclude(timetable=None).exists()
    assert Entry.objects.count() == entries


# ---- the registrar's table ----


def test_only_registrars_open_the_timetable(
    enrolment, units, registrar, officer, tutor, trainee, signed_in, client
):
    assert signed_in(registrar).get(PAGE).status_code == 200
    for person in (officer, tutor, trainee):
        reader = signed_in(person)
        assert (
            reader.get(PAGE).status_code == 403
            and reader.post(PAGE, {f"opens_{units[0].pk}": "2026-04-01"}).status_code == 403
        )
    assert "/accounts/login/" in client.get(PAGE)["Location"] and not Release.objects.exists()


def test_looking_writes_nothing_and_a_fill_is_only_shown(
    cohort, units, registrar, signed_in, unchanged
):
    client, watch = signed_in(registrar), unchanged()
    client.get(PAGE)
    page = client.get(PAGE, {"start": "2026-03-23", "pace": "7"})
    assert (
        b'value="2026-03-23"' in page.content
        and b'value="2026-04-12"' in page.content
        and b"Not saved yet" in page.content
    )
    broken = client.get(PAGE, {"start": "soon", "pace": "9"})
    assert (
        broken.status_code == 200
        and b"Write the day as" in broken.content
        and b"Not saved yet" not in broken.content
    )
    watch.check()


def test_a_filled_table_is_saved_as_a_whole(enrolment, units, registrar, signed_in):
    client = signed_in(registrar)
    data = fields(client, f"{PAGE}?start=2026-03-23&pace=14")
    assert client.post(PAGE, data).status_code == 302
    assert list(Release.objects.order_by("unit__order").values_list("opens_on", "finish_by")) == [
        (date(2026, 3, 23), date(2026, 4, 19)),
        (date(2026, 4, 6), date(2026, 5, 3)),
    ]
    assert Notice.objects.filter(subject__startswith="Dates").count() == 1


def test_a_row_that_cannot_stand_says_so_and_nothing_is_saved(
    enrolment, units, registrar, signed_in, unchanged
):
    client = signed_in(registrar)
    data = fields(client)
    data |= {
        f"opens_{units[0].pk}": "2026-04-01",
        f"opens_{units[1].pk}": "2026-04-09",
        f"ends_{units[1].pk}": "2026-04-08",
    }
    watch = unchanged()
    page = client.post(PAGE, data)
    assert page.status_code == 422 and f'id="id_ends_{units[1].pk}_error"' in page.content.decode()
    assert (
        f'href="#id_ends_{units[1].pk}"' in page.content.decode()
        and b"U2: it cannot be finished before it opens" in page.content
    )
    assert client.post(PAGE, {**data, f"opens_{units[0].pk}": "31/02/2026"}).status_code == 422
    watch.check()


def test_the_second_registrar_sees_what_the_first_saved_and_keeps_their_own_typing(
    enrolment, units, registrar, person_with, signed_in
):
    first, second = (
        signed_in(registrar),
        signed_in(person_with(Role.REGISTRAR, email="second@test.example")),
    )
    one, two = units
    stale = fields(second)
    assert first.post(PAGE, {**fields(first), f"opens_{one.pk}": "2026-04-01"}).status_code == 302
    page = second.post(PAGE, {**stale, f"opens_{two.pk}": "2026-05-01"})
    assert page.status_code == 409 and "opens on 1 April 2026" in page.content.decode()
    assert Release.objects.count() == 1
    again = {f.html_name: "" if f.value() is None else str(f.value()) for f in page.context["form"]}
    assert again[f"opens_{one.pk}"] == "2026-04-01" and again[f"opens_{two.pk}"] == "2026-05-01"
    assert second.post(PAGE, again).status_code == 302
    assert dict(Release.objects.values_list("unit__code", "opens_on")) == {
        "U1": date(2026, 4, 1),
        "U2": date(2026, 5, 1),
    }


def test_a_page_that_was_tampered_with_overwrites_nothing(
    enrolment, cohort, units, registrar, signed_in
):
    set_timetable(cohort, {units[0].pk: (date(2026, 4, 1), None)}, by=registrar)
    client = signed_in(registrar)
    data = {
        **fields(client),
        f"opens_{units[0].pk}": "2026-06-01",
        f"was_{units[0].pk}": "nonsense/also",
    }
    assert client.post(PAGE, data).status_code == 409 and Release.objects.get().opens_on == date(
        2026, 4, 1
    )


def test_the_table_says_who_is_held_up(
    enrolment, trainee, other_trainee, units, timetable, registrar, signed_in
):
    mark_studied(other_trainee, units[0].variants.get().versions.get(), by=other_trainee)
    page = signed_in(registrar).get(PAGE).content.decode()
    assert (
        "U1 Unit 1: locked for 1 person" in page
        and trainee.full_name in page
        and other_trainee.full_name not in page
    )


# ---- sessions ----


def test_sessions_are_for_those_who_teach(
    held, coming, registrar, officer, tutor, trainee, person_with, signed_in, unchanged
):
    pages = [
        "/teaching/sessions/",
        "/teaching/sessions/new/",
        f"/teaching/sessions/{held.pk}/",
        f"/teaching/sessions/{held.pk}/change/",
    ]
    watch = unchanged()
    for person, status in (
        (tutor, 200),
        (registrar, 200),
        (officer, 403),
        (trainee, 403),
        (person_with(Role.EXTERNAL_EXAMINER), 403),
    ):
        watch = unchanged()
        client = signed_in(person)
        for url in pages:
            assert client.get(url).status_code == status, (person, url)
            if status == 403:
                assert (
                    client.post(
                        url, {"action": "call_off", "is_sure": "on", f"p_{trainee.pk}": "in_room"}
                    ).status_code
                    == 403
                )
        watch.check()
    client = signed_in(registrar)
    assert client.post(pages[2], {f"p_{trainee.pk}": "in_room"}).status_code == 403
    assert client.get(f"/teaching/sessions/{held.pk}/people/{trainee.pk}/").status_code == 403
    assert not Progress.objects.exists()


def test_a_tutor_arranges_records_and_puts_right(
    units, timetable, trainee, other_trainee, tutor, signed_in
):
    client = signed_in(tutor)
    new = {
        "timetable": timetable.pk,
        "unit": units[0].pk,
        "starts_at": "2026-03-02T09:00",
        "where": "Room 4",
        "mode": "campus",
        "minutes": "120",
    }
    made = client.post("/teaching/sessions/new/", new)
    session = Session.objects.get()
    url = f"/teaching/sessions/{session.pk}/"
    assert made["Location"] == url and session.starts_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert b"Attendance is missing" in client.get("/teaching/sessions/").content
    filled = fields(client, f"{url}?fill=in_room")
    assert (
        filled == {f"p_{trainee.pk}": "in_room", f"p_{other_trainee.pk}": "in_room"}
        and not Progress.objects.exists()
    )
    assert (
        client.post(url, {f"p_{trainee.pk}": "absent"}).status_code == 422
        and not Progress.objects.exists()
    )
    client.post(url, {**filled, f"p_{other_trainee.pk}": "absent"})
    assert (
        Progress.objects.get().person == trainee
        and Progress.objects.get().data["mode"] == "in_room"
    )
    page = client.get(url)
    assert [a.person for a in page.context["recorded"]] == [trainee] and [
        a.person for a in page.context["waiting"]
    ] == [other_trainee]
    right = f"{url}people/{trainee.pk}/"
    assert (
        client.post(right, {"mode": "absent", "was": "in_room"}).status_code == 422
        and Progress.objects.count() == 1
    )
    assert (
        client.post(right, {"mode": "absent", "why": "slip", "was": "in_room"}).status_code == 302
        and not Progress.objects.exists()
    )
    assert client.get(f"{url}people/{other_trainee.pk}/").status_code == 404


def test_two_tutors_with_one_list_open_lose_nothing(
    held, trainee, other_trainee, tutor, person_with, signed_in
):
    first, second = (
        signed_in(tutor),
        signed_in(person_with(Role.TUTOR, email="second@test.example")),
    )
    url = f"/teaching/sessions/{held.pk}/"
    first.post(url, {f"p_{trainee.pk}": "online", f"p_{other_trainee.pk}": "absent"})
    page = second.post(url, {f"p_{trainee.pk}": "in_room", f"p_{other_trainee.pk}": "in_room"})
    assert page.status_code == 409 and f"{trainee.full_name}: online" in page.content.decode()
    assert Progress.objects.get().data["mode"] == "online"
    assert fields_of(page)[f"p_{other_trainee.pk}"] == "in_room"
    page = second.post(
        url, {f"p_{trainee.pk}": "absent", f"p_{other_trainee.pk}": "in_room"}, follow=True
    )
    assert f"{trainee.full_name} (online)" in page.content.decode()
    assert dict(Progress.objects.values_list("person", "data__mode")) == {
        trainee.pk: "online",
        other_trainee.pk: "in_room",
    }
    right = f"{url}people/{trainee.pk}/"
    first.post(right, {"mode": "in_room", "why": "slip", "was": "online"})
    page = second.post(right, {"mode": "absent", "why": "slip", "was": "online"})
    assert (
        page.status_code == 409 and Progress.objects.get(person=trainee).data["mode"] == "in_room"
    )
    assert fields_of(page)["was"] == "in_room"


def fields_of(page):
    return {f.html_name: f.value() for f in page.context["form"]}


@pytest.mark.parametrize("clocks", ["2026-03-29T01:30", "2026-10-25T01:30"])
def test_a_time_that_is_missing_or_comes_twice_is_refused(
    units, timetable, tutor, signed_in, unchanged, clocks
):
    client, watch = signed_in(tutor), unchanged()
    page = client.post(
        "/teaching/sessions/new/",
        {"timetable": timetable.pk, "unit": units[0].pk, "starts_at": clocks, "where": "Room 4"},
    )
    assert page.status_code == 422 and b"The clocks change in that night" in page.content
    watch.check()


def test_a_session_is_moved_and_called_off_by_those_who_see_where_it_stands(
    coming, tutor, registrar, signed_in
):
    first, second, url = (
        signed_in(tutor),
        signed_in(registrar),
        f"/teaching/sessions/{coming.pk}/change/",
    )
    stale = {"action": "move", "was_at": coming.starts_at.isoformat(), "was_where": coming.where}
    assert (
        first.post(url, {**stale, "starts_at": "2026-04-14T16:00", "where": "Room 7"}).status_code
        == 302
    )
    page = second.post(url, {**stale, "starts_at": "2026-04-15T16:00", "where": "Room 8"})
    coming.refresh_from_db()
    assert (
        page.status_code == 409 and "Room 7" in page.content.decode() and coming.where == "Room 7"
    )
    assert coming.starts_at == datetime(2026, 4, 14, 15, tzinfo=UTC)  # 16:00 of summer time
    again = {f.html_name: f.value() or "" for f in page.context["move"]} | {"action": "move"}
    assert second.post(url, again).status_code == 302
    assert second.post(url, {"action": "call_off"}).status_code == 422 and Session.objects.exists()
    assert (
        second.post(url, {"action": "call_off", "is_sure": "on", "reason": "tutor"}).status_code
        == 302
        and not Session.objects.exists()
    )
    assert first.get(url).status_code == 404


def test_a_recorded_session_stays_where_it_is(held, trainee, tutor, signed_in):
    record_attendance(held, {trainee.pk: "in_room"}, by=tutor)
    client, url = signed_in(tutor), f"/teaching/sessions/{held.pk}/change/"
    assert (
        client.post(url, {"action": "call_off", "is_sure": "on", "reason": "tutor"}).status_code
        == 409
        and Session.objects.exists()
    )
    assert client.get(url).status_code == 200


def test_trainees_see_their_own_sessions_and_nobody_elses(
    held, coming, trainee, other_trainee, outsider, tutor, signed_in
):
    record_attendance(held, {other_trainee.pk: "in_room"}, by=tutor)
    page = signed_in(trainee).get("/study/sessions/")
    text = page.content.decode()
    assert (
        "10 March 2026, 16:00 GMT" in text
        and "Not recorded" in text
        and "In the room" not in text
        and "Rory" not in text
    )
    assert (
        'href="https://join.example/a?b=1&amp;c=2"' in text and "no-store" in page["Cache-Control"]
    )
    assert "In the room" in signed_in(other_trainee).get("/study/sessions/").content.decode()
    nia = signed_in(outsider)
    assert "join.example" not in nia.get("/study/sessions/").content.decode()
    assert nia.get(f"/study/sessions/{coming.pk}.ics").status_code == 404
    assert b"VEVENT" not in nia.get("/study/sessions/coming.ics").content


def test_a_calendar_file_holds_what_comes(held, coming, trainee, tutor, signed_in, client):
    mine = signed_in(trainee)
    file = mine.get("/study/sessions/coming.ics")
    assert (
        file["Content-Type"] == "text/calendar; charset=utf-8"
        and "attachment" in file["Content-Disposition"]
    )
    assert file.content.count(b"BEGIN:VEVENT") == 1 and b"DTSTART:20260310T160000Z" in file.content
    for reader in (mine, signed_in(tutor)):
        assert b"DTSTART:20260224T160000Z" in reader.get(f"/study/sessions/{held.pk}.ics").content
    assert client.get(f"/study/sessions/{held.pk}.ics").status_code == 302


def test_a_trainee_who_left_reads_no_more_of_where_the_cohort_meets(
    enrolment, coming, trainee, registrar, signed_in
):
    leave(enrolment, by=registrar, on=NOW.date() - timedelta(days=1))
    reader = signed_in(trainee)
    assert "join.example" not in reader.get("/study/sessions/").content.decode()
    assert reader.get(f"/study/sessions/{coming.pk}.ics").status_code == 404


def test_the_units_page_says_when_its_session_is_and_asks_the_database_once(
    held, coming, units, trainee, outsider, tutor, django_assert_num_queries
):
    record_attendance(held, {trainee.pk: "in_room"}, by=tutor)
    for person, unit, words in (
        (trainee, units[1], "10 March 2026, 16:00 GMT"),
        (trainee, units[0], "you were there"),
        (outsider, units[1], ""),
    ):
        plans = plans_of(person)
        taken = study_progress_of(person, marks_of=unit.variants.get().pk)
        outline_for(plans)
        with django_assert_num_queries(1):
            found = own_sessions(person, plans, unit, taken.marks)
        text = render_to_string("courses/sessions/at_unit.html", {"sessions": found}).strip()
        assert words in text if words else not text


@pytest.mark.parametrize(
    ("at", "in_utc"),
    [
        (datetime(2026, 3, 28, 16, 0, tzinfo=UTC), "20260328T160000Z"),
        (datetime.fromisoformat("2026-03-29T16:00:00+01:00"), "20260329T150000Z"),
        (datetime.fromisoformat("2026-10-24T00:30:00+01:00"), "20261023T233000Z"),
        (datetime.fromisoformat("2026-10-25T16:00:00+00:00"), "20261025T160000Z"),
    ],
)
def test_a_calendar_file_gives_londons_time_in_utc(coming, at, in_utc):
    coming.starts_at = at
    assert f"\r\nDTSTART:{in_utc}\r\n".encode() in as_calendar([coming])


@pytest.mark.parametrize("broken", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_no_words_can_break_a_calendar_file(coming, broken):
    coming.where = f"Room 2, up; ask\\n{' Dùn Èideann' * 12}{broken}ATTENDEE:evil"
    file = as_calendar([coming])
    lines = file.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines) and b"\n" not in file.replace(b"\r\n", b"")
    assert all(line.decode() for line in lines[:-1]), "no letter is folded in two"
    assert not [line for line in file.decode().splitlines() if line.startswith("ATTENDEE")]
    text = file.decode().replace("\r\n ", "")
    assert f"LOCATION:Room 2\\, up\\; ask\\\\n{' Dùn Èideann' * 12} ATTENDEE:evil\r\n" in text
