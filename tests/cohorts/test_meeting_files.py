"""Attendance from a meeting's file: matched by address alone, looked at first, and nothing kept of anyone else."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from cohorts.attendance.matching import match_stays
from cohorts.enrolment.actions import enrol, timetable_for
from cohorts.sheets.meetings import length_between, length_in, read_stays
from cohorts.sheets.table import FileProblem
from courses.actions import publish_version
from courses.actions.attendance import record_attendance
from courses.actions.sessions import arrange_session
from courses.models import Module, Progress, Unit, Variant
from courses.rendering.units import RenderedUnit
from lms.kit import clock, nations
from lms.people.models import Role, User
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 20, tzinfo=UTC)
ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
123 456,Unit 1,03/02/2026 06:00:00 PM,03/02/2026 08:00:00 PM,agnes@test.example,120,5

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Mairi,MAIRI@test.example,03/02/2026 06:00:00 PM,03/02/2026 06:40:00 PM,40,No
Mairi again,mairi@test.example,03/02/2026 06:45:00 PM,03/02/2026 07:50:00 PM,65,No
Rory,rory@test.example,03/02/2026 06:00:00 PM,03/02/2026 06:10:00 PM,10,No
A stranger,stranger@elsewhere.example,03/02/2026 06:00:00 PM,03/02/2026 07:50:00 PM,110,Yes
Mairi NicDhomhnaill,,03/02/2026 06:00:00 PM,03/02/2026 07:50:00 PM,110,Yes
"""
TEAMS = (
    "1. Summary\nMeeting title\tUnit 1\nAttended participants\t2\n\n2. Participants\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    "Mairi\t3/2/26, 6:00:11 PM\t3/2/26, 7:45:11 PM\t1h 45m\tmairi@test.example\tm@x\tAttendee\n"
    "Rory\t3/2/26, 6:00:11 PM\t3/2/26, 6:12:15 PM\t12m 4s\trory@test.example\tr@x\tAttendee\n\n"
    "3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
    "Mairi\t3/2/26, 6:00:11 PM\t3/2/26, 7:45:11 PM\t1h 45m\tmairi@test.example\tAttendee\n"
)


@pytest.fixture(autouse=True)
def an_evening_in_march():
    with clock.at(NOW):
        yield


@pytest.fixture
def session(programme, cohort, enrolment, rory, tutor, by):
    module = Module.objects.create(programme=programme, code="M1", title="Law", credits=20, order=1)
    unit = Unit.objects.create(module=module, code="U1", title="Unit 1", order=1)
    variant = Variant.objects.create(unit=unit, key="all", nations=nations.ALL)
    publish_version(variant, RenderedUnit(title=unit.title, html="<p>Text</p>"), by=by)
    return arrange_session(
        timetable_for(cohort, by=by),
        unit,
        by=tutor,
        starts_at=NOW - timedelta(hours=2),
        where="Room 1",
    )


@pytest.fixture
def tutor(person_with):
    return person_with(Role.TUTOR, first_name="Agnes", last_name="Tutor")


@pytest.fixture
def rory(cohort, person_with, by):
    person = person_with(email="rory@test.example", first_name="Rory", last_name="Innes")
    enrol(cohort, person, ["england"], "S-2", by=by, enrolled_on=cohort.starts_on)
    return person


def upload(content, name="participants.csv"):
    data = content.encode() if isinstance(content, str) else content
    return {"file": SimpleUploadedFile(name, data), "least": "45"}


def everything():
    return (
        list(Progress.objects.values("person", "key", "data")),
        Entry.objects.count(),
        User.objects.count(),
    )


# ---- reading ----


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("95", 95),
        ("95.5", 95),
        ("1h 35m 12s", 95),
        ("12m 4s", 12),
        ("59s", 0),
        ("01:35:12", 95),
        ("45 min", 45),
        ("1 hour 5 minutes", 65),
        ("", None),
        ("long", None),
        ("-5", None),
        ("nan", None),
        ("9999999", None),
        ("5 weeks", None),
        ("h", None),
        ("4.5 min", None),
        ("1,5 hours", None),
        ("1 hour, 5 min.", 65),
    ],
)
def test_lengths_as_tools_write_them(text, minutes):
    assert length_in(text) == minutes


def test_a_length_from_joining_and_leaving_goes_over_midnight():
    assert length_between("11/24/2026, 6:02:11 PM", "11/24/2026, 7:32:00 PM") == 90
    assert length_between("2026-11-24 23:30", "2026-11-25T00:15:00Z") == 45
    assert length_between("12:10 AM", "1:00 AM") == 50 and length_between("soon", "18:00") is None


@given(st.text(max_size=60))
def test_no_length_breaks_the_reader(text):
    assert length_in(text) is None or 0 <= length_in(text) <= 1440
    assert length_between(text, text) in (None, 0)


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(content):
    try:
        read_stays(content)
    except FileProblem as problem:
        assert all(problem.sentences)


def test_zoom_teams_and_a_typed_table_are_read_and_other_files_refused(session):
    found = match_stays(session, read_stays(ZOOM.encode()), 45)
    assert [(m.person.first_name, m.minutes, m.rows, m.is_short) for m in found.people] == [
        ("Màiri", 105, [5, 6], False),
        ("Rory", 10, [7], True),
    ]
    assert [stay.number for stay in found.unknown] == [8, 9]
    for content in (TEAMS.encode("utf-16"), TEAMS.encode()):
        stays = read_stays(content)
        assert [(s.email, s.minutes) for s in stays] == [
            ("mairi@test.example", 105),
            ("rory@test.example", 12),
        ]
    book, file = Workbook(), io.BytesIO()
    book.active.append(["Email", "Minutes"])
    book.active.append(["mairi@test.example", 61])
    book.save(file)
    assert [s.minutes for s in read_stays(file.getvalue())] == [61]
    for content in (b"", b"%PDF-1.4", b"Name,Minutes\nMairi,5\n", b"Email,Minutes\n"):
        with pytest.raises(FileProblem):
            read_stays(content)


def test_a_row_that_is_half_filled_ends_nothing_and_a_title_does():
    typed = "Email,Minutes,Name\na@x.example,60,A\nb@x.example,,\n,,Cat\n,30,\nd@x.example,50,D\n"
    stays = read_stays(typed.encode())
    assert [(s.number, s.minutes) for s in stays] == [(2, 60), (3, 0), (4, 0), (5, 0), (6, 50)]
    assert [bool(s.fault) for s in stays] == [False, True, True, True, False]
    for title in ("3. Activities,,", "Activities,,\nName,Email,Minutes"):
        cut = read_stays(
            f"Email,Minutes,Name\na@x.example,60,A\n{title}\nb@x.example,5,B\n".encode()
        )
        assert [s.number for s in cut] == [2]


def test_zooms_report_of_unique_users_is_read(session):
    unique = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
123 456,Unit 1,03/02/2026 06:00:00 PM,03/02/2026 08:00:00 PM,agnes@test.example,120,5

Name (Original Name),User Email,Total Duration (Minutes),Guest
Mairi,mairi@test.example,105,No
Rory,rory@test.example,10,No
"""
    found = match_stays(session, read_stays(unique.encode()), 45)
    assert [(m.person.first_name, m.minutes) for m in found.people] == [
        ("Màiri", 105),
        ("Rory", 10),
    ]
    assert not found.unknown


# ---- pages ----


@pytest.mark.both_engines
def test_the_rows_are_looked_at_and_then_those_selected_are_recorded(
    session, trainee, rory, tutor, signed_in
):
    client, url = signed_in(tutor), f"/teaching/sessions/{session.pk}/import/"
    assert url in client.get(f"/teaching/sessions/{session.pk}/").content.decode()
    before = everything()
    page = client.post(url, upload(ZOOM))
    text = page.content.decode()
    assert page.status_code == 200 and everything() == before
    assert "stranger@elsewhere.example" in text and "Short stay" in text
    assert f'value="{trainee.pk}" id="person-{trainee.pk}" checked' in text
    assert f'value="{rory.pk}" id="person-{rory.pk}">' in text
    for _twice in range(2):
        assert client.post(url, {"step": "record", "people": [trainee.pk]}).status_code == 302
    mark = Progress.objects.get()
    assert mark.person == trainee and mark.data["way"] == "import"
    assert (mark.data["mode"], mark.data["by"]) == ("online", tutor.pk)
    entries = Entry.objects.filter(action="courses.record_attendance")
    assert [one.after for one in entries] == [{str(trainee.pk): "online"}]
    assert "elsewhere" not in str(list(Entry.objects.values()))
    page = client.get(f"/teaching/sessions/{session.pk}/").content.decode()
    assert f"File of a meeting, {tutor.full_name}" in page
    assert "Recorded already" in client.post(url, upload(ZOOM)).content.decode()


def test_no_one_else_is_recorded_and_a_bad_file_says_what_to_do(
    session, trainee, rory, tutor, registrar, person_with, signed_in
):
    client, url = signed_in(tutor), f"/teaching/sessions/{session.pk}/import/"
    outsider = person_with(email="nia@test.example", first_name="Nia", last_name="Hughes")
    record_attendance(session, {rory.pk: "in_room"}, by=tutor)
    before = everything()
    for people, status in (([], 422), ([outsider.pk], 422), (["x"], 422), ([rory.pk], 409)):
        page = client.post(url, {"step": "record", "people": people})
        assert page.status_code == status and "choose it again" in page.content.decode()
    for wrong in ("", "Name,Minutes\nMairi,5\n"):
        page = client.post(url, upload(wrong))
        assert page.status_code == 422 and 'id="id_file_error"' in page.content.decode()
    for person in (registrar, trainee):
        other = signed_in(person)
        assert other.get(url).status_code == 403
        assert other.post(url, {"step": "record", "people": [trainee.pk]}).status_code == 403
    with clock.at(NOW - timedelta(days=2)):
        assert "has not begun" in client.get(url).content.decode()
        refused = client.post(url, {"step": "record", "people": [trainee.pk]})
        assert refused.status_code == 409
    assert everything() == before
