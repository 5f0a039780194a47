"""Attendance by a code that changes: in its window and the one before, for one's own running sessions, and never by guessing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.actions import open_plan
from courses.actions.attendance import put_attendance_right, record_attendance
from courses.actions.attendance_codes import (
    ModeNeeded,
    TooManyCodes,
    WrongCode,
    attend_by_code,
)
from courses.actions.session_details import Details
from courses.actions.sessions import arrange_session, call_off_session, move_session
from courses.actions.timetables import follow_timetable, timetable_of
from courses.models import AttendanceCodeTries, Progress, Session
from courses.queries.attendance_codes import code_at, digits_of, is_code_of, plain_digits, step_at
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
BEGINS = datetime(2026, 11, 3, 18, tzinfo=UTC)
DURING = BEGINS + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def an_evening_in_november():
    with clock.at(DURING):
        yield


@pytest.fixture
def timetable(programme, plan, operator):
    made = timetable_of(programme, "C1", by=operator)
    follow_timetable([plan], made, by=operator)
    return made


@pytest.fixture
def unit(make_unit):
    return make_unit("U1")


@pytest.fixture
def session(timetable, unit, tutor):
    return arrange_session(
        timetable, unit, by=tutor, starts_at=BEGINS, where="Room 1", details=Details("campus", 120)
    )


@pytest.fixture
def outsider(make_person, programme, operator):
    person = make_person("Nia", Role.LEARNER)
    plan = open_plan(person, programme, ["wales"], by=operator, opened_on=date(2026, 9, 1))
    follow_timetable([plan], timetable_of(programme, "C2", by=operator), by=operator)
    return person


def code_now(session):
    return code_at(session, clock.now()).digits


def wrong_code(session):
    """No code of now nor of a moment ago."""
    step = step_at(clock.now())
    known = {digits_of(session, step), digits_of(session, step - 1)}
    return next(text for n in range(10) if (text := f"{n:06d}") not in known)


def everything():
    return list(Progress.objects.values("person", "key", "data")), Entry.objects.count()


# ---- the code ----


@given(st.integers(0, 10**10), st.integers(0, 10**6))
def test_a_code_is_accepted_in_its_window_and_the_next_and_no_later(seconds, key):
    session = Session(pk=key)
    shown = datetime.fromtimestamp(seconds, UTC)
    code = code_at(session, shown)
    digits = code.digits.replace(" ", "")
    assert len(digits) == 6 and 1 <= code.seconds <= 60
    assert is_code_of(session, digits, shown)
    ends = shown + timedelta(seconds=code.seconds)
    assert is_code_of(session, digits, ends + timedelta(seconds=59))
    later = ends + timedelta(seconds=60)
    if digits not in (
        digits_of(session, step_at(later)),
        digits_of(session, step_at(later) - 1),
    ):  # one in 500,000 by chance
        assert not is_code_of(session, digits, later)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_six_digits_or_nothing(text):
    digits = plain_digits(text)
    assert digits == "" or (len(digits) == 6 and set(digits) <= set("0123456789"))


def test_the_code_is_of_its_session_and_in_words(session):
    assert {digits_of(Session(pk=n), 5) for n in range(50)} != {digits_of(session, 5)}
    code = code_at(session, DURING)
    assert len(code.words.replace(",", "").split()) == 6
    assert plain_digits(code.digits) == plain_digits(code.digits.replace(" ", "-"))
    assert plain_digits("٣٤٥٦٧٨") == ""


# ---- recording ----


@pytest.mark.both_engines
def test_the_right_code_records_once_and_says_how_it_came(session, trainee, tutor, enter):
    assert attend_by_code(by=trainee, code=code_now(session)) == (session, "in_room")
    mark = Progress.objects.get(person=trainee)
    assert mark.data == {
        "session": session.pk,
        "mode": "in_room",
        "way": "code",
        "by": trainee.pk,
    }
    entry = Entry.objects.get(action="courses.attend_by_code")
    assert entry.after == {str(trainee.pk): "in_room"}
    before = everything()
    attend_by_code(by=trainee, code=code_now(session))
    assert everything() == before
    page = enter(tutor).get(f"/teaching/sessions/{session.pk}/").content.decode()
    assert "Attendance code" in page
    put_attendance_right(session, trainee, by=tutor, mode="online", why="other_way")
    page = enter(tutor).get(f"/teaching/sessions/{session.pk}/").content.decode()
    assert f"Register, {tutor.full_name}" in page
    text = enter(trainee).get("/study/mine/study.json").content.decode()
    assert '"mode": "online"' in text and '"by"' not in text


def test_what_a_tutor_recorded_stays(session, trainee, tutor):
    record_attendance(session, {trainee.pk: "online"}, by=tutor)
    before = everything()
    assert attend_by_code(by=trainee, code=code_now(session)) == (session, "online")
    assert everything() == before


@pytest.mark.parametrize(
    ("minutes", "is_taken"), [(-16, False), (-15, True), (0, True), (135, True), (136, False)]
)
def test_codes_count_while_the_session_runs_and_a_quarter_of_an_hour_around_it(
    session, trainee, minutes, is_taken
):
    with clock.at(BEGINS + timedelta(minutes=minutes)):
        if is_taken:
            attend_by_code(by=trainee, code=code_now(session))
        else:
            with pytest.raises(WrongCode):
                attend_by_code(by=trainee, code=code_now(session))
    assert Progress.objects.exists() == is_taken


def test_another_cohorts_code_and_another_role_record_nothing(session, trainee, outsider, tutor):
    before = everything()
    with pytest.raises(WrongCode):
        attend_by_code(by=outsider, code=code_now(session))
    with pytest.raises(NotAllowed):
        attend_by_code(by=tutor, code=code_now(session))
    with clock.at(DURING + timedelta(minutes=3)), pytest.raises(WrongCode):
        attend_by_code(by=trainee, code=code_at(session, DURING).digits)
    assert everything() == before


def test_where_both_ways_are_open_the_person_says_which(timetable, unit, tutor, trainee):
    both = arrange_session(
        timetable, unit, by=tutor, starts_at=BEGINS, where="Room 1", details=Details("both", 120)
    )
    before = everything()
    for mode in ("", "by_post"):
        with pytest.raises(ModeNeeded):
            attend_by_code(by=trainee, code=code_now(both), mode=mode)
    assert everything() == before
    assert attend_by_code(by=trainee, code=code_now(both), mode="online")[1] == "online"


def test_a_code_before_the_session_leaves_place_and_link_to_be_put_right(
    session, trainee, tutor, enter
):
    with clock.at(BEGINS - timedelta(minutes=10)):
        attend_by_code(by=trainee, code=code_now(session))
        client, url = enter(tutor), f"/teaching/sessions/{session.pk}/change/"
        text = client.get(url).content.decode()
        assert "Another place or joining link" in text and "Cancel it" not in text
        assert url in client.get(f"/teaching/sessions/{session.pk}/").content.decode()
        before = everything()
        for later in (BEGINS + timedelta(hours=1), BEGINS - timedelta(hours=1)):
            with pytest.raises(Refused, match="Attendance is recorded"):
                move_session(session, by=tutor, starts_at=later, where="Room 1")
        with pytest.raises(Refused, match="put the register right first"):
            call_off_session(session, by=tutor)
        assert everything() == before
    Notice.objects.all().delete()
    with clock.at(DURING):
        move_session(session, by=tutor, starts_at=BEGINS, where="Room 9")
        notice = Notice.objects.get(person=trainee)
        assert "Room 9" in notice.body and "as before" in notice.body
    with clock.at(BEGINS + timedelta(hours=3)):
        before = everything()
        with pytest.raises(Refused, match="Attendance is recorded"):
            move_session(session, by=tutor, starts_at=BEGINS, where="Room 1")
        assert everything() == before and Session.objects.get().where == "Room 9"
        assert "Another place" not in enter(tutor).get(url).content.decode()


@pytest.mark.both_engines
def test_guessing_ends_after_eight_and_begins_anew_after_ten_minutes(session, trainee, outsider):
    for _n in range(8):
        with pytest.raises(WrongCode):
            attend_by_code(by=trainee, code=wrong_code(session))
    before = everything()
    with pytest.raises(TooManyCodes, match="10 minutes|9 minutes"):
        attend_by_code(by=trainee, code=code_now(session))
    assert everything() == before and AttendanceCodeTries.objects.get().count == 8
    with pytest.raises(WrongCode):
        attend_by_code(by=outsider, code=wrong_code(session))
    with clock.at(DURING + timedelta(minutes=10)):
        attend_by_code(by=trainee, code=code_now(session))
    assert Progress.objects.filter(person=trainee).count() == 1


# ---- pages ----


def test_the_screen_shows_the_code_and_no_name_and_renews_itself(session, trainee, tutor, enter):
    client, url = enter(tutor), f"/teaching/sessions/{session.pk}/code/"
    page = client.get(url)
    text = page.content.decode()
    code = code_at(session, DURING)
    assert code.digits in text and code.words in text and "0 of 1 recorded" in text
    assert trainee.last_name not in text.replace(tutor.full_name, "")
    assert f'<noscript><meta http-equiv="refresh" content="{code.seconds + 1}">' in text
    assert "no-store" in page["Cache-Control"]
    for moment in (BEGINS - timedelta(hours=1), BEGINS + timedelta(hours=4)):
        with clock.at(moment):
            text = client.get(url).content.decode()
            assert "data-code" not in text and "refresh" not in text
    assert enter(trainee).get(url).status_code == 403


def test_a_trainee_enters_the_code_and_keeps_what_was_typed(
    session, trainee, tutor, enter, settings
):
    client = enter(trainee)
    assert "/study/attend/" in client.get("/study/sessions/").content.decode()
    wrong = wrong_code(session)
    page = client.post("/study/attend/", {"code": wrong})
    assert page.status_code == 422 and f'value="{wrong}"' in page.content.decode()
    assert client.post("/study/attend/", {"code": ""}).status_code == 422
    done = client.post("/study/attend/", {"code": f" {code_at(session, DURING).digits} "})
    assert done.status_code == 302 and Progress.objects.count() == 1
    for _n in range(8):
        page = client.post("/study/attend/", {"code": wrong})
    assert page.status_code == 429 and "Too many wrong codes" in page.content.decode()
    with clock.at(BEGINS + timedelta(days=1)):
        page = client.get("/study/attend/")
        assert "No session of yours is running now" in page.content.decode()
        assert "from 15 minutes before" in page.content.decode()
        settings.IMSA_ATTENDANCE_CODE_MARGIN_MINUTES = 1
        assert "from 1 minute before" in client.get("/study/attend/").content.decode()
        assert client.post("/study/attend/", {"code": "123456"}).status_code == 422
    assert enter(tutor).get("/study/attend/").status_code == 403


@pytest.mark.both_engines
def test_the_count_of_wrong_codes_stays_when_the_code_is_refused(session, trainee):
    with pytest.raises(Refused):
        attend_by_code(by=trainee, code="000")
    assert AttendanceCodeTries.objects.get(person=trainee).count == 1
