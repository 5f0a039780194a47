"""Closures: whom they concern, what they are gaps in, and that nothing is recorded twice or by anyone else."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assessments.setting.calendar import working_day_after
from courses.actions.closures import cancel_closure, end_closure, record_closure
from courses.actions.sessions import arrange_session
from courses.actions.timetables import follow_timetable, timetable_of
from courses.models import Closure
from courses.queries.gaps import closure_days, gaps_between, nations_of, sessions_in
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAYS = {"starts_on": date(2026, 12, 24), "ends_on": date(2027, 1, 4)}


@pytest.fixture(autouse=True)
def a_day_in_november():
    with clock.at(NOON):
        yield


@pytest.fixture
def registrar(make_person):
    return make_person("Peter", Role.REGISTRAR)


@pytest.fixture
def timetable(programme, plan, operator):
    made = timetable_of(programme, "C1", by=operator)
    follow_timetable([plan], made, by=operator)
    return made


def everything():
    return (
        list(Closure.objects.order_by("pk").values()),
        Entry.objects.count(),
        Notice.objects.count(),
    )


def test_a_closure_of_a_nation_is_a_gap_and_no_working_day_there_alone(registrar, timetable):
    record_closure(
        by=registrar,
        title="Fair week",
        starts_on=date(2026, 11, 16),
        ends_on=date(2026, 11, 17),
        codes=["scotland"],
    )
    assert nations_of(timetable) == ("scotland",)
    assert gaps_between(date(2026, 11, 1), date(2026, 11, 30), ["scotland"]) == {
        date(2026, 11, 16): "Fair week",
        date(2026, 11, 17): "Fair week",
        date(2026, 11, 30): "Bank holiday in Scotland",
    }
    assert gaps_between(date(2026, 11, 1), date(2026, 11, 30), ["wales"]) == {}
    friday = date(2026, 11, 13)
    assert working_day_after(friday, 1, ["scotland"], closure_days(["scotland"])) == date(
        2026, 11, 18
    )
    assert working_day_after(friday, 1, ["wales"], closure_days(["wales"])) == date(2026, 11, 16)


def test_a_closure_for_everyone_says_both_reasons_on_a_bank_holiday(registrar):
    record_closure(by=registrar, title="Christmas closure", **DAYS)
    gaps = gaps_between(date(2026, 12, 20), date(2027, 1, 10), ["england", "wales"])
    assert len(gaps) == 12 and gaps[date(2026, 12, 29)] == "Christmas closure"
    assert gaps[date(2026, 12, 25)] == "Bank holiday in England and Wales; Christmas closure"


@pytest.mark.both_engines
def test_twice_is_once_and_cancelled_counts_no_more(registrar):
    made = record_closure(by=registrar, title="Christmas  closure", **DAYS)
    before = everything()
    assert record_closure(by=registrar, title="Christmas closure", **DAYS) == made
    with pytest.raises(Refused, match="other nations"):
        record_closure(by=registrar, title="Christmas closure", codes=["wales"], **DAYS)
    assert everything() == before
    assert len(closure_days(["wales"])) == 12
    cancel_closure(made, by=registrar)
    before = everything()
    cancel_closure(made, by=registrar)
    assert everything() == before and closure_days(["wales"]) == ()
    assert record_closure(by=registrar, title="Christmas closure", codes=["wales"], **DAYS) != made


def test_what_has_begun_can_neither_be_cancelled_nor_recorded_afterwards(registrar, enter):
    made = record_closure(by=registrar, title="Christmas", **DAYS)
    client, url = enter(registrar), f"/registry/closures/{made.pk}/"
    assert "the last day of an appeal" in client.get(url).content.decode()
    for day in (DAYS["starts_on"], DAYS["ends_on"] + timedelta(days=60)):
        with clock.at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
            before, client = everything(), enter(registrar)
            page = client.get(url).content.decode()
            assert "It has begun" in page and "Cancel this closure" not in page
            answer = client.post(url, {"is_sure": "on"})
            assert answer.status_code == 422 and "no longer be cancelled" in answer.content.decode()
            with pytest.raises(Refused, match="has begun"):
                cancel_closure(made, by=registrar)
            yesterday = day - timedelta(days=1)
            with pytest.raises(Refused, match="before today"):
                record_closure(by=registrar, title="Snow", starts_on=yesterday, ends_on=day)
            late = {"title": "Snow", "starts_on": f"{yesterday}", "ends_on": f"{day}"}
            assert client.post("/registry/closures/", late).status_code == 422
            assert everything() == before
            assert record_closure(by=registrar, title="Christmas", **DAYS) == made
    assert record_closure(
        by=registrar, title="Flood", starts_on=clock.today(), ends_on=clock.today()
    )


def test_one_that_is_too_long_ends_today_and_its_days_until_then_stay(registrar, tutor, enter):
    made = record_closure(by=registrar, title="Christmas", **DAYS)
    with pytest.raises(Refused, match="has not begun"):
        end_closure(made, by=registrar)
    with clock.at(datetime(2026, 12, 29, 12, tzinfo=UTC)):
        url = f"/registry/closures/{made.pk}/"
        assert "End this closure today" in enter(registrar).get(url).content.decode()
        before = everything()
        with pytest.raises(NotAllowed):
            end_closure(made, by=tutor)
        assert enter(tutor).post(url, {"action": "end", "is_sure": "on"}).status_code == 403
        client = enter(registrar)
        assert client.post(url, {"action": "end"}).status_code == 422
        assert everything() == before
        for _twice in range(2):
            assert client.post(url, {"action": "end", "is_sure": "on"}).status_code == 302
        assert closure_days(["scotland"]) == tuple(f"2026-12-{day}" for day in range(24, 30))
        assert "End this closure today" not in client.get(url).content.decode()
    (entry,) = Entry.objects.filter(action="courses.end_closure")
    assert (entry.before["ends_on"], entry.after["ends_on"]) == ("2027-01-04", "2026-12-29")


@pytest.mark.both_engines
def test_it_never_ends_onto_another_of_its_title(registrar):
    day = date(2026, 12, 24)
    record_closure(by=registrar, title="Christmas", starts_on=day, ends_on=day)
    made = record_closure(by=registrar, title="Christmas", **DAYS)
    with clock.at(datetime(2026, 12, 24, 12, tzinfo=UTC)):
        before = everything()
        with pytest.raises(Refused, match="ends today"):
            end_closure(made, by=registrar)
        assert everything() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * 121},
        {"ends_on": date(2026, 12, 23)},
        {"ends_on": date(2027, 12, 31)},
        {"starts_on": date(2036, 12, 24), "ends_on": date(2036, 12, 24)},
    ],
)
def test_what_cannot_be_a_closure_is_refused(registrar, wrong):
    before = everything()
    with pytest.raises(Refused):
        record_closure(by=registrar, **{"title": "Christmas", **DAYS, **wrong})
    assert everything() == before


@pytest.mark.parametrize("role", [Role.TUTOR, Role.HUB_OFFICER, Role.LEARNER])
def test_only_a_registrar_records_and_cancels(registrar, make_person, role):
    other = make_person("Someone", role)
    made = record_closure(by=registrar, title="Christmas", **DAYS)
    before = everything()
    with pytest.raises(NotAllowed):
        record_closure(by=other, title="Easter", **DAYS)
    with pytest.raises(NotAllowed):
        cancel_closure(made, by=other)
    assert everything() == before


@pytest.mark.both_engines
def test_who_arranged_a_session_on_those_days_is_told_once(
    registrar, tutor, timetable, make_unit, trainee
):
    unit = make_unit("U1")
    for week in range(10):
        arrange_session(
            timetable,
            unit,
            by=tutor,
            starts_at=datetime(2026, 12, 24, 10 + week, tzinfo=UTC),
            where="Room 1",
        )
    arrange_session(timetable, unit, by=tutor, starts_at=NOON + timedelta(days=1), where="Room 1")
    Notice.objects.all().delete()
    record_closure(by=registrar, title="Christmas", **DAYS)
    (notice,) = Notice.objects.all()
    assert notice.person == tutor and "And 2 more." in notice.body and "C1" in notice.body


def test_the_pages_keep_what_was_typed_and_show_the_sessions(
    registrar, tutor, timetable, make_unit, enter
):
    session = arrange_session(
        timetable,
        make_unit("U1"),
        by=tutor,
        starts_at=datetime(2026, 12, 29, 18, tzinfo=UTC),
        where="Room 1",
    )
    client = enter(registrar)
    typed = {"title": "Break", "starts_on": "29/12/2026", "ends_on": "28/12/2026"}
    page = client.post("/registry/closures/", typed)
    assert page.status_code == 422 and 'value="Break"' in page.content.decode()
    assert not Closure.objects.exists()
    page = client.post("/registry/closures/", typed | {"ends_on": "30/12/2026"}, follow=True)
    made = Closure.objects.get()
    assert page.redirect_chain[-1][0] == f"/registry/closures/{made.pk}/"
    assert f'href="/teaching/sessions/{session.pk}/"' in page.content.decode()
    assert "whoever else had arranged" in page.content.decode()
    assert client.post(f"/registry/closures/{made.pk}/", {"is_sure": ""}).status_code == 422
    assert client.post(f"/registry/closures/{made.pk}/", {"is_sure": "on"}).status_code == 302
    made.refresh_from_db()
    assert made.cancelled_by == registrar
    assert "Break" not in client.get("/registry/closures/").content.decode()


def test_sessions_of_many_cohorts_are_found_in_two_statements(
    registrar, tutor, programme, make_unit, operator, django_assert_num_queries
):
    unit = make_unit("U1")
    for n in range(5):
        arrange_session(
            timetable_of(programme, f"C{n}", by=operator),
            unit,
            by=tutor,
            starts_at=datetime(2026, 12, 29, 18, tzinfo=UTC),
            where="Room 1",
        )
    made = record_closure(by=registrar, title="Christmas", codes=["wales"], **DAYS)
    with django_assert_num_queries(2):
        assert len(sessions_in(made)) == 5
