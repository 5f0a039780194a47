"""Leave of absence, a last day, leaving undone, transfer, and enrolling one person: what is true on which day, who is told, and what is refused."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from cohorts.employment.models import Remark
from cohorts.enrolment.actions import complete, enrol, leave, make_cohort
from cohorts.enrolment.models import Enrolment, StatusChange
from cohorts.enrolment.places import barriers_to, enrol_one, transfer
from cohorts.enrolment.status_actions import (
    cancel_change,
    carry_out_changes,
    change_return,
    plan_leave,
    reinstate,
    resume_study,
    set_last_day,
)
from cohorts.imports.actions import check_import
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.kit.transitions import IllegalTransition
from lms.people.address_changes import ask, confirm
from lms.people.models import Notice, Role, User
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 15)


def on(day):
    return clock.at(datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/London")))


@pytest.fixture(autouse=True)
def in_january():
    with on(TODAY):
        yield


@pytest.fixture
def later(programme, by):
    return make_cohort(
        "IMSA-2026-09", "Intake of 2026", programme, date(2026, 9, 21), date(2027, 9, 30), by=by
    )


def fresh(enrolment):
    return Enrolment.objects.select_related("plan", "person", "cohort").get(pk=enrolment.pk)


def subjects(person):
    return list(
        Notice.objects.filter(person=person).order_by("pk").values_list("subject", flat=True)
    )


@pytest.mark.both_engines
def test_a_last_day_to_come_counts_when_it_is_over(enrolment, by, registrar):
    change = set_last_day(enrolment, date(2026, 3, 31), by=registrar, reason="a post abroad")
    assert set_last_day(enrolment, date(2026, 3, 31), by=registrar).pk == change.pk
    for day, state in (
        (TODAY, "enrolled"),
        (date(2026, 3, 31), "enrolled"),
        (date(2026, 4, 1), "left"),
    ):
        with on(day):
            carry_out_changes(by=by)
            carry_out_changes(by=by)
            found = fresh(enrolment)
            assert found.state == state
            assert (found.left_on, found.plan.closed_on) == (
                (date(2026, 3, 31),) * 2 if state == "left" else (None, None)
            )
    told = subjects(enrolment.person)
    assert told.count("You have left the programme") == 1
    assert told.count("Your last day on the programme is recorded") == 1
    first = Notice.objects.get(subject="Your last day on the programme is recorded")
    assert "31 March 2026" in first.body and "abroad" not in first.body
    assert not Entry.objects.filter(reason__contains="abroad").exists()


def test_another_last_day_replaces_the_planned_one_and_it_can_be_cancelled(
    enrolment, by, registrar
):
    set_last_day(enrolment, date(2026, 3, 31), by=registrar)
    second = set_last_day(enrolment, date(2026, 5, 31), by=registrar)
    with on(date(2026, 4, 2)):
        carry_out_changes(by=by)
    assert fresh(enrolment).state == "enrolled"
    cancel_change(second, by=registrar)
    cancel_change(second, by=registrar)
    with on(date(2026, 6, 2)):
        carry_out_changes(by=by)
    assert fresh(enrolment).state == "enrolled"
    assert set(StatusChange.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert subjects(enrolment.person).count("A planned change is cancelled") == 1


def test_a_last_day_of_today_or_before_counts_at_once(enrolment, registrar):
    set_last_day(enrolment, TODAY, by=registrar, reason_kind="work")
    found = fresh(enrolment)
    assert (found.state, found.left_on) == ("left", TODAY)
    change = StatusChange.objects.get()
    assert (change.state, change.reason_kind) == ("in_force", "work")
    with pytest.raises(IllegalTransition):
        cancel_change(change, by=registrar)


@pytest.mark.both_engines
def test_a_leave_begins_on_its_day_and_ends_only_when_somebody_says_so(enrolment, by, registrar):
    plan_leave(enrolment, date(2026, 2, 1), date(2026, 4, 1), by=registrar)
    plan_leave(enrolment, date(2026, 2, 1), date(2026, 4, 1), by=registrar)
    assert StatusChange.objects.count() == 1 and fresh(enrolment).state == "enrolled"
    with pytest.raises(Refused, match="planned already"):
        plan_leave(enrolment, date(2026, 2, 2), date(2026, 4, 1), by=registrar)
    with on(date(2026, 2, 1)):
        carry_out_changes(by=by)
        assert fresh(enrolment).state == "interrupted"
    for day in (date(2026, 4, 1), date(2026, 4, 2)):
        with on(day):
            carry_out_changes(by=by)
            carry_out_changes(by=by)
    assert fresh(enrolment).state == "interrupted"  # nothing ends by itself
    assert subjects(enrolment.person).count("Are you coming back?") == 1
    with on(date(2026, 4, 3)):
        change_return(enrolment, date(2026, 5, 1), by=registrar)
    with on(date(2026, 5, 1)):  # the first day back is not over
        carry_out_changes(by=by)
        assert subjects(enrolment.person).count("Are you coming back?") == 1
    with on(date(2026, 5, 2)):
        carry_out_changes(by=by)
        assert subjects(enrolment.person).count("Are you coming back?") == 2
        resume_study(enrolment, by=registrar, reason="well again")
        assert fresh(enrolment).state == "enrolled"
    change = StatusChange.objects.get()
    assert (change.state, change.end_day) == ("over", date(2026, 5, 2))
    with on(date(2026, 6, 1)):  # and a second leave can follow
        plan_leave(enrolment, date(2026, 6, 1), date(2026, 7, 1), by=registrar)
        assert fresh(enrolment).state == "interrupted"


def test_what_cannot_be_is_refused_and_nothing_changes(enrolment, registrar, unchanged):
    watch = unchanged()
    for refused in (
        lambda: plan_leave(enrolment, date(2026, 2, 1), date(2026, 2, 1), by=registrar),
        lambda: plan_leave(enrolment, date(2025, 9, 1), date(2026, 2, 1), by=registrar),
        lambda: set_last_day(enrolment, date(2025, 9, 1), by=registrar),
        lambda: change_return(enrolment, date(2026, 2, 1), by=registrar),
    ):
        with pytest.raises(Refused):
            refused()
    watch.check()
    complete(enrolment, by=registrar)
    for refused in (
        lambda: plan_leave(enrolment, date(2026, 2, 1), date(2026, 3, 1), by=registrar),
        lambda: set_last_day(enrolment, TODAY, by=registrar),
        lambda: reinstate(enrolment, by=registrar, reason="x"),
    ):
        with pytest.raises(Refused):
            refused()


def test_who_completes_before_a_planned_last_day_stays_completed(enrolment, by, registrar):
    set_last_day(enrolment, date(2026, 3, 31), by=registrar)
    complete(enrolment, by=registrar)
    with on(date(2026, 4, 1)):
        carry_out_changes(by=by)
    assert fresh(enrolment).state == "completed"
    assert StatusChange.objects.get().state == "withdrawn"


def test_leaving_is_undone_with_its_plan_and_an_import_says_what_stands(
    enrolment, by, registrar, cohort_csv, unchanged
):
    leave(enrolment, by=registrar, on=date(2026, 1, 5))
    line = check_import("cohort", "people.csv", cohort_csv(), by=registrar).rows[0]
    assert line["verdict"] == "unchanged"
    assert any("left the programme on 5 January 2026" in str(note) for note in line["notes"])
    watch = unchanged()
    with pytest.raises(Refused, match="reason"):
        reinstate(enrolment, by=registrar, reason=" ")
    watch.check()
    reinstate(enrolment, by=registrar, reason="wrong person")
    reinstate(enrolment, by=registrar, reason="wrong person")
    found = fresh(enrolment)
    assert (found.state, found.left_on, found.plan.closed_on) == ("enrolled", None, None)
    assert subjects(enrolment.person).count("You are enrolled again") == 1
    assert Remark.objects.filter(action="cohorts.reinstate").count() == 1
    leave(enrolment, by=registrar, on=TODAY)  # and leaving is possible again
    assert fresh(enrolment).state == "left"


def test_who_was_on_leave_is_on_leave_again(enrolment, registrar):
    plan_leave(enrolment, TODAY, date(2026, 4, 1), by=registrar)
    set_last_day(enrolment, TODAY, by=registrar)
    reinstate(enrolment, by=registrar, reason="a slip")
    assert fresh(enrolment).state == "interrupted"
    assert set(StatusChange.objects.values_list("kind", "state")) == {
        ("leave_of_absence", "in_force"),
        ("departure", "over"),
        ("reinstatement", "in_force"),
    }


def test_leaving_is_not_undone_beside_another_place(enrolment, later, by, registrar, unchanged):
    leave(enrolment, by=registrar, on=TODAY)
    enrol(later, enrolment.person, ["wales"], "S-2", by=by, enrolled_on=date(2026, 9, 21))
    watch = unchanged()
    with pytest.raises(Refused, match="studying this programme"):
        reinstate(enrolment, by=registrar, reason="x")
    watch.check()
    assert fresh(enrolment).state == "left"


@pytest.mark.both_engines
def test_a_transfer_keeps_reference_and_plan(enrolment, later, registrar, unchanged):
    watch = unchanged()
    with pytest.raises(Refused, match="reason"):
        transfer(enrolment, later, by=registrar, reason="")
    watch.check()
    transfer(enrolment, later, by=registrar, reason="ill all autumn")
    transfer(enrolment, later, by=registrar, reason="ill all autumn")
    found = fresh(enrolment)
    assert (found.cohort.code, found.student_reference, found.pk) == (
        "IMSA-2026-09",
        "S-1",
        enrolment.pk,
    )
    assert found.plan.timetable.code == "IMSA-2026-09"
    change = StatusChange.objects.get()
    assert (change.from_cohort.code, change.to_cohort.code) == ("IMSA-2025-09", "IMSA-2026-09")
    assert subjects(enrolment.person).count("You are in another cohort") == 1
    assert Entry.objects.filter(action="cohorts.transfer").count() == 1


def test_what_stands_in_the_way_of_a_transfer(
    enrolment, later, by, registrar, unchanged, programme
):
    over = make_cohort("OLD", "Old", programme, date(2024, 1, 1), date(2025, 1, 1), by=by)
    assert "ended" in barriers_to(enrolment, over)[0]
    leave(enrolment, by=registrar, on=TODAY)
    watch = unchanged()
    with pytest.raises(Refused, match="cannot move"):
        transfer(enrolment, later, by=registrar, reason="x")
    watch.check()
    second = enrol(later, enrolment.person, ["wales"], "S-2", by=by, enrolled_on=date(2026, 9, 21))
    assert "undo leaving there" in barriers_to(second, enrolment.cohort)[0]
    assert fresh(enrolment).cohort.code == "IMSA-2025-09"


def test_who_may(enrolment, later, officer, trainee, person_with, unchanged):
    tutor, employer = person_with(Role.TUTOR), person_with(Role.EMPLOYER)
    own = person_with(Role.REGISTRAR, email="own@test.example")
    mine = enrol(enrolment.cohort, own, ["wales"], "S-9", by=officer, enrolled_on=date(2025, 9, 22))
    watch = unchanged()
    for who, which in (
        (tutor, enrolment),
        (employer, enrolment),
        (trainee, enrolment),
        (own, mine),
    ):
        for action, args, more in (
            (plan_leave, (TODAY, date(2026, 4, 1)), {}),
            (set_last_day, (TODAY,), {}),
            (transfer, (later,), {"reason": "x"}),
            (reinstate, (), {"reason": "x"}),
            (resume_study, (), {}),
            (change_return, (date(2026, 4, 1),), {}),
        ):
            with pytest.raises(NotAllowed):
                action(which, *args, by=who, **more)
    with pytest.raises(NotAllowed):
        enrol_one(later, ["wales"], "S-3", by=own, enrolled_on=TODAY, person=own)
    watch.check()
    plan_leave(enrolment, TODAY, date(2026, 4, 1), by=officer)
    assert fresh(enrolment).state == "interrupted"


@pytest.mark.both_engines
def test_the_database_keeps_two_open_changes_out(enrolment, registrar):
    plan_leave(enrolment, date(2026, 2, 1), date(2026, 4, 1), by=registrar)
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusChange.objects.create(
            enrolment=enrolment, kind="leave_of_absence", on_day=TODAY, decided_by="x"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusChange.objects.filter().update(return_on=date(2026, 1, 1))


# ---- pages ----


def url_of(enrolment, change):
    return f"/registry/cohorts/{enrolment.cohort.code}/{enrolment.pk}/status/{change}/"


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.HUB_OFFICER])
def test_a_change_is_written_checked_and_then_done(
    enrolment, person_with, signed_in, unchanged, role
):
    client = signed_in(person_with(role))
    url = url_of(enrolment, "last-day")
    page = client.get(f"/registry/cohorts/{enrolment.cohort.code}/{enrolment.pk}/").content.decode()
    assert url in page
    assert client.get(url).status_code == 200
    watch = unchanged()
    page = client.post(url, {"last_day": "", "reason": "a post abroad"}).content.decode()
    assert "Give the day" in page and "a post abroad" in page
    given = {"last_day": "2026-03-31", "reason": "a post abroad", "reason_kind": "work"}
    page = client.post(url, given).content.decode()
    assert "Check before you confirm" in page and "Until Tuesday 31 March 2026" in page
    assert "In training" in page and "1 April 2026" in page  # before, and from when it is another
    page = client.post(url, given | {"edit": "yes"}).content.decode()
    assert 'value="2026-03-31"' in page and "a post abroad" in page
    early = client.post(url, given | {"last_day": "2025-01-01", "confirm": "yes"}).content.decode()
    assert "no one can leave before that" in early
    watch.check()
    for _twice in range(2):
        assert client.post(url, given | {"confirm": "yes"}).status_code == 302
    assert StatusChange.objects.count() == 1 and fresh(enrolment).state == "enrolled"
    page = client.get(f"/registry/cohorts/{enrolment.cohort.code}/{enrolment.pk}/").content.decode()
    assert "Cancel this last day" in page
    assert "last day 31 March 2026" in client.get("/registry/leave/").content.decode()
    client.post(f"/registry/leave/{StatusChange.objects.get().pk}/cancel/")
    assert StatusChange.objects.get().state == "withdrawn"


def test_who_is_overdue_is_on_the_list(enrolment, registrar, signed_in):
    plan_leave(enrolment, TODAY, date(2026, 2, 1), by=registrar)
    client = signed_in(registrar)
    assert "appear here on the day after" in client.get("/registry/leave/").content.decode()
    with on(date(2026, 2, 1)):  # their first day back
        assert (
            "not come back" not in signed_in(registrar).get("/registry/cohorts/").content.decode()
        )
    with on(date(2026, 2, 2)):
        client = signed_in(registrar)
        page = client.get("/registry/leave/").content.decode()
        assert enrolment.person.full_name in page and "Each person was asked once" in page
        assert "1 person has not come back" in client.get("/registry/cohorts/").content.decode()


def test_a_transfer_on_its_page_and_the_old_address(enrolment, later, registrar, signed_in):
    client, url = signed_in(registrar), url_of(enrolment, "transfer")
    given = {"cohort": later.pk, "reason": "ill all autumn"}
    page = client.post(url, given).content.decode()
    assert "The standing does not change" in page and "Intake of 2026" in page
    assert fresh(enrolment).cohort.code == "IMSA-2025-09"
    for _twice in range(2):
        answer = client.post(url, given | {"confirm": "yes"})
        assert answer.status_code == 302
    assert fresh(enrolment).cohort == later
    old = f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/"
    assert client.get(old)["Location"] == f"/registry/cohorts/IMSA-2026-09/{enrolment.pk}/"
    assert client.get(f"/registry/cohorts/NEVER/{enrolment.pk}/").status_code == 404


def test_others_are_kept_out_of_the_pages(enrolment, trainee, person_with, signed_in, unchanged):
    pages = [url_of(enrolment, change) for change in ("last-day", "transfer", "undo-leaving")]
    pages += [f"/registry/cohorts/{enrolment.cohort.code}/enrol/", "/registry/leave/"]
    for who in (trainee, person_with(Role.TUTOR), person_with(Role.EMPLOYER), person_with()):
        client = signed_in(who)
        watch = unchanged()
        for url in pages:
            assert client.get(url).status_code == 403, url
            if url != "/registry/leave/":
                assert client.post(url, {"confirm": "yes"}).status_code == 403, url
        watch.check()


def test_one_person_is_enrolled_new_or_known(
    cohort, trainee, officer, signed_in, unchanged, mailoutbox
):
    client, url = signed_in(officer), f"/registry/cohorts/{cohort.code}/enrol/"
    new = {
        "person": "Aled@Test.example",
        "given_names": "Aled",
        "family_name": "Owen",
        "student_reference": "S-77",
        "enrolled_on": "2026-01-15",
        "nations": ["wales", "england"],
    }
    watch = unchanged()
    page = client.post(url, new | {"person": "no one"}).content.decode()
    assert "No one here has this address or number" in page and "S-77" in page
    page = client.post(url, new | {"given_names": "", "family_name": ""}).content.decode()
    assert "enter their name" in page
    page = client.post(url, new).content.decode()
    assert "aled@test.example" in page and "(new here)" in page and "In training" in page
    watch.check()
    for _twice in range(2):
        assert client.post(url, new | {"confirm": "yes"}).status_code == 302
    made = User.objects.get(email="aled@test.example")
    assert made.enrolments.get().nations == ["england", "wales"]
    assert subjects(made).count("You are enrolled") == 1
    known = new | {"person": "mairi@test.example", "given_names": "", "family_name": ""}
    page = client.post(url, known | {"confirm": "yes"}).content.decode()
    assert "belongs to another enrolment" in page and trainee.enrolments.count() == 0
    known |= {"student_reference": "S-78"}
    assert "Màiri NicDhòmhnaill" in client.post(url, known).content.decode()
    client.post(url, known | {"confirm": "yes"})
    assert trainee.enrolments.get().student_reference == "S-78"
    confirm(ask(made, "aled@new.example", by=officer).secret)
    former = new | {"student_reference": "S-80"}
    page = client.post(url, former).content.decode()
    assert "aled@new.example" in page and "(new here)" not in page
    client.post(url, former | {"confirm": "yes"})
    assert not User.objects.filter(email="aled@test.example").exists(), "no second account"
    number = {**new, "person": made.imsa_number, "student_reference": "S-79"}
    page = client.post(url, number | {"confirm": "yes"}).content.decode()
    assert "is in Pilot intake already" in page


@pytest.mark.both_engines
def test_a_planned_change_that_cannot_be_keeps_no_other_from_its_day(
    enrolment, cohort, by, registrar, person_with
):
    """A file corrected the first day to one after the planned last day."""
    other = enrol(
        cohort,
        person_with(Role.LEARNER, email="other@test.example"),
        ["england"],
        "S-OTHER",
        by=by,
        enrolled_on=cohort.starts_on,
    )
    set_last_day(enrolment, date(2026, 2, 10), by=registrar)
    set_last_day(other, date(2026, 2, 11), by=registrar)
    Enrolment.objects.filter(pk=enrolment.pk).update(enrolled_on=date(2026, 3, 1))
    with on(date(2026, 2, 12)):
        for _turn in range(2):
            carry_out_changes(by=by)
    assert fresh(other).state == "left" and fresh(enrolment).state == "enrolled"
    assert StatusChange.objects.get(enrolment=enrolment).state == "withdrawn"
    assert subjects(enrolment.person).count("A planned change is cancelled") == 1
    notice = Notice.objects.get(person=registrar, subject="A planned change could not be made")
    assert "no one can leave before that" in notice.body


def test_who_has_left_does_not_read_that_they_stay_enrolled(enrolment, by, registrar):
    back = date(2026, 5, 1)
    leave_to_come = plan_leave(enrolment, date(2026, 3, 1), back, by=registrar)
    set_last_day(enrolment, TODAY, by=registrar)
    count = Notice.objects.count()
    with on(date(2026, 3, 1)):
        with transaction.atomic():
            carry_out_changes(by=by)
            assert Notice.objects.count() == count, "what they would have had is past"
            transaction.set_rollback(True)
    cancel_change(leave_to_come, by=registrar)
    notice = Notice.objects.order_by("pk").last()
    assert (
        notice.person == enrolment.person
        and "planned for Sunday 1 March 2026 is cancelled" in notice.body
    )
    assert "stay enrolled" not in notice.body
    assert fresh(enrolment).state == "left"


def test_an_old_address_of_an_enrolment_that_went_to_and_fro_leads_on(
    enrolment, later, registrar, signed_in
):
    first = enrolment.cohort
    for to in (later, first, later):
        Enrolment.objects.filter(pk=enrolment.pk).update(cohort=to)
        StatusChange.objects.create(
            enrolment=enrolment,
            kind="transfer",
            on_day=TODAY,
            from_cohort=later if to == first else first,
            to_cohort=to,
            decided_by="test",
        )
    client = signed_in(registrar)
    answer = client.get(f"/registry/cohorts/{first.code}/{enrolment.pk}/")
    assert answer.status_code == 302 and later.code in answer["Location"]


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_the_check_page_of_a_transfer_asks_outside_any_transaction_of_its_own(
    enrolment, later, registrar, signed_in
):
    """What the room of assessments asks locks rows, which PostgreSQL refuses outside a transaction."""
    page = signed_in(registrar).post(
        url_of(enrolment, "transfer"), {"cohort": later.pk, "reason": "ill all autumn"}
    )
    assert page.status_code == 200 and "Transfer this person" in page.content.decode()
