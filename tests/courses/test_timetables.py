"""When a group may begin its units, and who was at its sessions: nothing is lost, doubled or told to others."""

from datetime import UTC, date, datetime, timedelta

import pytest

from courses.actions import close_plan, mark_studied, open_plan
from courses.actions.attendance import carry_attendance, put_attendance_right, record_attendance
from courses.actions.sessions import arrange_session, call_off_session, move_session
from courses.actions.timetables import (
    Changed,
    Faults,
    follow_timetable,
    set_release,
    set_releases,
    timetable_of,
)
from courses.demonstration.teaching import invent_releases, invent_sessions
from courses.models import Module, Programme, Progress, Release, Session, Study, Timetable, Unit
from courses.queries import path, plans_of
from courses.queries import timetables as queries
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
ON, NOON = date(2026, 3, 2), datetime(2026, 3, 2, 12, tzinfo=UTC)
COMING = datetime(2026, 3, 10, 16, tzinfo=UTC)
PAST = datetime(2026, 2, 24, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_day_in_march():
    with clock.at(NOON):
        yield


@pytest.fixture
def registrar(make_person):
    return make_person("Peter", Role.REGISTRAR)


@pytest.fixture
def units(make_unit):
    return [make_unit(code) for code in ("U1", "U2", "U3")]


@pytest.fixture
def timetable(programme, plan, operator):
    made = timetable_of(programme, "C1", by=operator)
    follow_timetable([plan], made, by=operator)
    return made


@pytest.fixture
def classmate(make_person, programme, timetable, operator):
    """Somebody of the same cohort, for England."""
    person = make_person("Rory", Role.LEARNER)
    follow_timetable(
        [open_plan(person, programme, ["england"], by=operator, opened_on=ON)],
        timetable,
        by=operator,
    )
    return person


@pytest.fixture
def outsider(make_person, programme, operator):
    """A trainee of another cohort."""
    person = make_person("Nia", Role.LEARNER)
    follow_timetable(
        [open_plan(person, programme, ["wales"], by=operator, opened_on=ON)],
        timetable_of(programme, "C2", by=operator),
        by=operator,
    )
    return person


@pytest.fixture
def held(units, timetable, tutor):
    """A session that has taken place."""
    return arrange_session(timetable, units[0], by=tutor, starts_at=PAST, where="Room 1")


@pytest.fixture
def coming(units, timetable, tutor):
    return arrange_session(timetable, units[1], by=tutor, starts_at=COMING, where="Room 2")


def everything():
    return (
        list(Release.objects.order_by("pk").values_list("unit", "opens_on", "finish_by")),
        list(Session.objects.order_by("pk").values_list("pk", "starts_at", "where")),
        list(Progress.objects.order_by("pk").values_list("person", "variant", "key", "data")),
        Entry.objects.count(),
        Notice.objects.count(),
        Timetable.objects.count(),
    )


@pytest.fixture
def nothing_changes():
    class Watch:
        def __enter__(self):
            self.before = everything()

        def __exit__(self, *fault):
            if fault[0] is None:
                assert everything() == self.before

    return Watch


# ---- dates ----


def test_a_timetable_is_made_once_and_belongs_to_one_programme(
    programme, timetable, plan, operator, nothing_changes
):
    other = Programme.objects.create(code="X", title="Another", credits=20)
    with nothing_changes():
        assert timetable_of(programme, "C1", by=operator) == timetable
        assert follow_timetable([plan], timetable, by=operator) == 0
        with pytest.raises(Refused):
            timetable_of(other, "C1", by=operator)
        with pytest.raises(Refused):
            follow_timetable([plan], Timetable(programme=other, code="Y", pk=999), by=operator)
    plan.refresh_from_db()
    assert plan.timetable == timetable


def test_a_unit_opens_on_its_day_and_what_is_studied_stays_studied(
    units, timetable, trainee, registrar
):
    read = units[1].variants.get().versions.get()
    mark_studied(trainee, read, by=trainee)
    for unit in units[:2]:
        set_release(
            timetable, unit, by=registrar, opens_on=ON + timedelta(7), finish_by=ON + timedelta(14)
        )
    first, second, third = (s for entry in path(trainee) for s in entry.units)
    assert first.state == "locked" and "9 March 2026" in first.why_locked
    assert second.is_studied and second.state == "done" and Study.objects.count() == 1
    assert third.is_next
    with pytest.raises(Refused, match="9 March"):
        mark_studied(trainee, units[0].variants.get().versions.get(), by=trainee)
    set_release(timetable, units[0], by=registrar, opens_on=None, finish_by=None)
    assert Release.objects.count() == 1 and path(trainee)[0].units[0].is_next


@pytest.mark.parametrize(
    ("midnight", "day"),
    [
        (
            datetime(2026, 3, 29, 0, 0, tzinfo=UTC),
            date(2026, 3, 29),
        ),  # the night the clocks go forward
        (
            datetime(2026, 3, 29, 23, 0, tzinfo=UTC),
            date(2026, 3, 30),
        ),  # the first midnight of summer time
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),  # the night they go back
        (
            datetime(2026, 10, 26, 0, 0, tzinfo=UTC),
            date(2026, 10, 26),
        ),  # the first midnight of winter time
    ],
)
def test_a_unit_opens_at_londons_midnight(units, timetable, trainee, registrar, midnight, day):
    set_release(timetable, units[0], by=registrar, opens_on=day, finish_by=None)
    with clock.at(midnight - timedelta(seconds=1)):
        assert not path(trainee)[0].units[0].is_open
    with clock.at(midnight):
        assert path(trainee)[0].units[0].is_open


def test_all_dates_are_set_or_none(units, timetable, registrar, nothing_changes):
    good, bad = (ON, ON + timedelta(7)), (ON, ON - timedelta(1))
    with nothing_changes(), pytest.raises(Faults) as fault:
        set_releases(
            timetable, {units[0].pk: good, units[1].pk: bad, units[2].pk: good}, by=registrar
        )
    assert list(fault.value.lines) == [units[1].pk]
    far = Module.objects.create(
        programme=Programme.objects.create(code="X", title="X", credits=20),
        code="X1",
        title="X",
        credits=20,
        order=1,
    )
    foreign = Unit.objects.create(module=far, code="XU", title="X", order=1)
    with nothing_changes(), pytest.raises(Refused):
        set_releases(timetable, {units[0].pk: good, foreign.pk: good}, by=registrar)


def test_each_trainee_has_one_message_about_dates_that_concern_them(
    units, timetable, trainee, classmate, outsider, registrar, law_unit
):
    mark_studied(classmate, units[0].variants.get().versions.get(), by=classmate)
    Notice.objects.all().delete()
    lines = {u.pk: (ON + timedelta(10), None) for u in units}
    assert len(set_releases(timetable, lines, by=registrar)) == 3
    told = {n.person: n.body for n in Notice.objects.all()}
    assert set(told) == {trainee, classmate} and Notice.objects.count() == 2
    assert all(u.title in told[trainee] for u in units) and units[0].title not in told[classmate]
    entries = Entry.objects.count()
    set_releases(timetable, lines, by=registrar)
    assert Notice.objects.count() == 2 and Entry.objects.count() == entries


def test_nobody_is_told_of_an_opening_day_that_was_past_and_is_past(units, timetable, registrar):
    set_release(timetable, units[0], by=registrar, opens_on=ON - timedelta(9), finish_by=None)
    set_release(timetable, units[0], by=registrar, opens_on=ON - timedelta(5), finish_by=None)
    assert not Notice.objects.filter(subject__startswith="Dates").exists()
    assert Release.objects.get().opens_on == ON - timedelta(5)


def test_somebody_who_has_left_is_not_told(
    units, timetable, trainee, plan, classmate, registrar, operator
):
    close_plan(plan, by=operator, on=ON)
    Notice.objects.all().delete()
    set_release(timetable, units[0], by=registrar, opens_on=ON + timedelta(3), finish_by=None)
    assert [n.person for n in Notice.objects.all()] == [classmate]


def test_a_second_registrar_overwrites_nothing_unseen(units, timetable, registrar, nothing_changes):
    none = (None, None)
    seen = {u.pk: none for u in units}
    one, two, _ = (u.pk for u in units)
    theirs, mine = (ON, ON + timedelta(7)), (ON + timedelta(1), None)
    set_releases(timetable, {**seen, one: theirs}, by=registrar, seen=seen)
    with nothing_changes(), pytest.raises(Changed) as fault:
        set_releases(timetable, {**seen, two: mine}, by=registrar, seen=seen)
    assert fault.value.lines == {one: theirs}
    with nothing_changes(), pytest.raises(Changed):
        set_releases(timetable, {**seen, one: mine}, by=registrar, seen=seen)
    assert set_releases(timetable, {one: theirs, two: mine}, by=registrar, seen=seen) == {
        two
    }  # the same dates are no conflict


def test_only_a_registrar_sets_dates(
    units, timetable, tutor, trainee, author, make_person, nothing_changes
):
    for person in (tutor, trainee, author, make_person("Hugo", Role.HUB_OFFICER)):
        with nothing_changes(), pytest.raises(NotAllowed):
            set_release(timetable, units[0], by=person, opens_on=ON, finish_by=None)
    for person in (tutor, trainee, author):
        with nothing_changes(), pytest.raises(NotAllowed):
            timetable_of(timetable.programme, "C9", by=person)


# ---- sessions ----


def test_a_session_is_arranged_once_and_told_to_its_own_cohort(
    coming, units, timetable, tutor, trainee, classmate, outsider, nothing_changes
):
    Notice.objects.all().delete()
    with nothing_changes():
        assert (
            arrange_session(timetable, units[1], by=tutor, starts_at=COMING, where=" Room  2 ")
            == coming
        )
        with pytest.raises(Refused, match="Room 2"):
            arrange_session(timetable, units[1], by=tutor, starts_at=COMING, where="Room 9")
        for where in ("", "  ", "x" * 201):
            with pytest.raises(Refused):
                arrange_session(timetable, units[0], by=tutor, starts_at=COMING, where=where)
        with pytest.raises(Refused, match="year"):
            arrange_session(
                timetable, units[0], by=tutor, starts_at=COMING.replace(year=2062), where="Room 2"
            )
    move_session(coming, by=tutor, starts_at=COMING + timedelta(days=1), where="Room 3")
    assert {n.person for n in Notice.objects.all()} == {trainee, classmate}
    assert all("11 March 2026" in n.body and "Room 3" in n.body for n in Notice.objects.all())


def test_a_session_for_one_nation_is_no_business_of_the_others(
    make_unit, timetable, tutor, trainee, classmate
):
    scots_law = make_unit("LAW", {"scotland": ["scotland"]})
    Notice.objects.all().delete()
    made = arrange_session(timetable, scots_law, by=tutor, starts_at=PAST, where="Room 1")
    with pytest.raises(Refused):
        record_attendance(made, {trainee.pk: "in_room", classmate.pk: "in_room"}, by=tutor)
    assert not Progress.objects.exists() and not Notice.objects.exists()
    assert [a.person for a in queries.people_at(made)] == [trainee]


def test_a_past_session_is_told_to_nobody(held):
    assert not Notice.objects.filter(subject__startswith="A session").exists()


def test_moving_and_calling_off_stop_once_attendance_is_recorded(
    held, coming, tutor, trainee, nothing_changes
):
    record_attendance(held, {trainee.pk: "in_room"}, by=tutor)
    with nothing_changes():
        with pytest.raises(Refused):
            move_session(held, by=tutor, starts_at=COMING, where="Room 1")
        with pytest.raises(Refused):
            call_off_session(held, by=tutor)
    call_off_session(coming, by=tutor)
    entries = Entry.objects.count()
    call_off_session(Session(pk=coming.pk), by=tutor)
    assert Entry.objects.count() == entries and list(Session.objects.all()) == [held]
    assert (
        Notice.objects.filter(person=trainee, subject__startswith="A session is cancelled").count()
        == 1
    )


def test_the_second_who_moves_a_session_sees_where_it_went(
    coming, tutor, registrar, nothing_changes
):
    seen = (coming.starts_at, coming.where)
    move_session(coming, by=tutor, starts_at=COMING, where="Room 5", seen=seen)
    with nothing_changes(), pytest.raises(Changed, match="Room 5"):
        move_session(coming, by=registrar, starts_at=COMING, where="Room 6", seen=seen)


def test_trainees_arrange_move_and_record_nothing(
    held, units, timetable, trainee, author, consultant, nothing_changes
):
    for person in (trainee, author, consultant):
        for action in (
            lambda by: arrange_session(
                timetable, units[2], by=by, starts_at=COMING, where="Room 1"
            ),
            lambda by: move_session(held, by=by, starts_at=COMING, where="Room 1"),
            lambda by: call_off_session(held, by=by),
            lambda by: record_attendance(held, {trainee.pk: "in_room"}, by=by),
            lambda by: put_attendance_right(held, trainee, by=by, mode="online", why="slip"),
        ):
            with nothing_changes(), pytest.raises(NotAllowed):
                action(person)


# ---- who was there ----


def test_attending_completes_the_unit_and_is_in_the_record_by_keys_only(
    held, units, trainee, classmate, tutor, registrar
):
    units[0].needs = ["read", "attended"]
    units[0].save()
    read = units[0].variants.get().versions.get()
    with pytest.raises(Refused, match="attended"):
        mark_studied(trainee, read, by=trainee)
    told = Notice.objects.count()
    assert record_attendance(held, {trainee.pk: "in_room", classmate.pk: "online"}, by=tutor) == 2
    entry = Entry.objects.order_by("-number").first()
    assert entry.after == {
        str(trainee.pk): "in_room",
        str(classmate.pk): "online",
    } and "Mairi" not in str(entry.__dict__)
    assert mark_studied(trainee, read, by=trainee) and Notice.objects.count() == told
    assert record_attendance(held, {trainee.pk: "in_room"}, by=tutor) == 0
    assert Entry.objects.filter(action="courses.record_attendance").count() == 1
    with pytest.raises(NotAllowed):
        record_attendance(held, {classmate.pk: "online"}, by=registrar)


def test_attendance_is_taken_whole_or_not_at_all(
    held, coming, tutor, trainee, classmate, outsider, operator, plan, nothing_changes
):
    with nothing_changes():
        with pytest.raises(Refused):
            record_attendance(held, {trainee.pk: "in_room", outsider.pk: "in_room"}, by=tutor)
        with pytest.raises(Refused):
            record_attendance(held, {trainee.pk: "in_room", classmate.pk: "by_post"}, by=tutor)
        with pytest.raises(Refused, match="10 March"):
            record_attendance(coming, {trainee.pk: "in_room"}, by=tutor)
    close_plan(plan, by=operator, on=ON)
    with nothing_changes(), pytest.raises(Refused):
        record_attendance(held, {trainee.pk: "in_room", classmate.pk: "in_room"}, by=tutor)


def test_two_tutors_at_one_list_undo_nothing(
    held, tutor, make_person, trainee, classmate, nothing_changes
):
    second = make_person("Bea", Role.TUTOR)
    record_attendance(held, {trainee.pk: "online"}, by=tutor)
    with nothing_changes(), pytest.raises(Changed) as fault:
        record_attendance(held, {trainee.pk: "in_room", classmate.pk: "in_room"}, by=second)
    assert fault.value.lines == {trainee.pk: "online"}
    assert record_attendance(held, {trainee.pk: "online", classmate.pk: "in_room"}, by=second) == 1
    put_attendance_right(held, trainee, by=tutor, mode="in_room", why="slip", seen="online")
    with nothing_changes(), pytest.raises(Changed, match="in the room"):
        put_attendance_right(held, trainee, by=second, mode="", why="slip", seen="online")


def test_somebody_is_taken_off_with_a_reason_and_reads_only_what_their_page_says(
    held, units, tutor, trainee, classmate, nothing_changes
):
    record_attendance(held, {trainee.pk: "in_room"}, by=tutor)
    mark_studied(trainee, units[0].variants.get().versions.get(), by=trainee)
    Notice.objects.all().delete()
    with nothing_changes():
        for mode, why in (("", ""), ("", "she was ill"), ("by_post", "slip")):
            with pytest.raises(Refused):
                put_attendance_right(held, trainee, by=tutor, mode=mode, why=why)
        with pytest.raises(Refused):
            put_attendance_right(held, classmate, by=tutor, mode="online", why="slip")
    put_attendance_right(held, trainee, by=tutor, mode="", why="other_session")
    entry = Entry.objects.order_by("-number").first()
    assert (entry.before, entry.after, entry.reason) == (
        {str(trainee.pk): "in_room"},
        {str(trainee.pk): None},
        "other_session",
    )
    assert (
        not Progress.objects.filter(kind="attended").exists()
        and Study.objects.filter(person=trainee).count() == 1
    )
    told = Notice.objects.get()
    assert (
        told.person == trainee
        and "no longer recorded" in told.body
        and "another session" not in told.body
    )
    with nothing_changes():
        put_attendance_right(held, trainee, by=tutor, mode="", why="other_session")


def test_whoever_takes_on_a_nation_later_has_still_attended(
    law_unit, timetable, plan, tutor, trainee, operator
):
    session = arrange_session(timetable, law_unit, by=tutor, starts_at=PAST, where="Room 1")
    record_attendance(session, {trainee.pk: "in_room"}, by=tutor)
    plan.nations = ["england", "scotland"]
    plan.save()
    assert carry_attendance(plan, by=operator) == 1 and carry_attendance(plan, by=operator) == 0
    assert {m.variant.key for m in Progress.objects.filter(person=trainee, kind="attended")} == {
        "scotland",
        "england-wales",
    }
    assert queries.sessions_taught()["past"][0].came == 1


def test_attendance_can_be_recorded_on_the_day_itself_in_london(units, timetable, tutor, trainee):
    late = arrange_session(
        timetable,
        units[0],
        by=tutor,
        starts_at=datetime(2026, 3, 29, 22, 30, tzinfo=UTC),
        where="Room 1",
    )  # 23:30 in London
    with (
        clock.at(datetime(2026, 3, 28, 23, 59, tzinfo=UTC)),
        pytest.raises(Refused, match="29 March"),
    ):
        record_attendance(late, {trainee.pk: "in_room"}, by=tutor)
    with clock.at(datetime(2026, 3, 29, 0, 0, tzinfo=UTC)):
        assert record_attendance(late, {trainee.pk: "in_room"}, by=tutor) == 1


# ---- what is asked of the database ----


def test_the_lists_ask_the_same_of_the_database_for_one_and_for_many(
    units,
    timetable,
    tutor,
    trainee,
    make_person,
    programme,
    operator,
    django_assert_max_num_queries,
):
    for n in range(8):
        person = make_person(f"T{n}", Role.LEARNER)
        follow_timetable(
            [open_plan(person, programme, ["wales"], by=operator, opened_on=ON)],
            timetable,
            by=operator,
        )
        made = arrange_session(
            timetable, units[n % 3], by=tutor, starts_at=PAST + timedelta(hours=n), where="Room 1"
        )
        record_attendance(made, {person.pk: "online", trainee.pk: "in_room"}, by=tutor)
    with django_assert_max_num_queries(10):
        assert len(queries.sessions_taught()["past"]) == 8 and len(queries.people_at(made)) == 9
    plans = plans_of(trainee)
    queries.own_sessions(trainee, plans)  # the outline is read once
    with django_assert_max_num_queries(6):
        assert len(queries.rows_of(programme, timetable)) == 3
    with django_assert_max_num_queries(2):
        assert len(queries.own_sessions(trainee, plans)) == 8


def test_a_trainee_sees_the_sessions_of_their_own_cohort_and_path(
    coming, held, make_unit, timetable, tutor, trainee, outsider
):
    arrange_session(
        timetable,
        make_unit("LAW", {"northern-ireland": ["northern_ireland"]}),
        by=tutor,
        starts_at=COMING,
        where="Belfast",
    )
    assert [s.session for s in queries.own_sessions(trainee, plans_of(trainee))] == [held, coming]
    assert queries.own_sessions(outsider, plans_of(outsider)) == []


def test_the_demonstration_invents_its_sessions_once(
    units, timetable, trainee, classmate, operator
):
    for _ in range(2):
        made = invent_sessions(timetable, [trainee, classmate], by=operator, day=ON)
        invent_releases(timetable, by=operator, day=ON)
    assert len(made) == Session.objects.count() == 3
    with clock.at(ON):
        found = queries.sessions_taught()
    assert [len(found[name]) for name in ("missing", "coming", "past")] == [0, 1, 2]
    assert Release.objects.get().opens_on > ON and {a.mode for a in queries.people_at(made[1])} == {
        "online",
        "in_room",
    }
