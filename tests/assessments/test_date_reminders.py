"""Reminders before a date: one message a day at most, each thing once, without titles, off by kind, and never for who is away."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from assessments.trainee.actions import remind_of_dates
from assessments.tutoring.models import NudgeChoice
from cohorts.enrolment.actions import enrol, interrupt, set_timetable
from courses.actions.reminders import choose_reminders
from courses.models import Progress, ReminderChoice, StudyReminder
from courses.queries.notes import as_file
from courses.states import Mark
from lms.kit import clock
from lms.kit.refusals import NotAllowed
from lms.people.contact import set_contact
from lms.people.models import Mail, Notice, Role, User
from tests import shared

from .scene import DAY, OP, Scene, person, sign_in
from .test_desk_races import pressed
from .test_week import LONDON, beginning

pytestmark = pytest.mark.django_db
NEAR = datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)  # the day before two units and a session


@pytest.fixture
@shared.begins_with(beginning)
def scene(db, on_the_day):
    made = shared.copy_of(beginning)
    User.objects.filter(pk=made.author.pk).update(is_invented=False)
    return made


def run(at):
    with clock.at(at):
        return remind_of_dates(by=OP)


def reminders():
    return Notice.objects.filter(subject="A reminder of your dates").order_by("pk")


@pytest.mark.both_engines
def test_one_message_says_what_is_near_without_a_title(scene):
    mails = Mail.objects.count()
    assert run(NEAR) == 1
    (notice,) = reminders()
    assert notice.body.count("A unit to finish by Tuesday 24 November 2026.") == 2
    assert "A session on Tuesday 24 November 2026, 16:00 GMT." in notice.body
    assert "Assessed work due Thursday 26 November 2026, 17:00 GMT." in notice.body
    for title in ("Unit 1", "Unit 3", "An essay", "Room 4", "16 November", "24 December"):
        assert title not in notice.body
    assert notice.url == "/study/dates/" and Mail.objects.count() == mails + 1


def test_one_whose_dates_cannot_be_read_keeps_the_reminders_of_no_other_back(scene, caplog):
    other = person("other", Role.LEARNER)
    enrol(scene.cohort, other, ["wales"], "REF-OTHER", by=OP, enrolled_on=DAY)
    first = min(scene.author, other, key=lambda one: one.pk)
    variant = scene.versions[0].variant
    Progress.objects.create(person=first, variant=variant, kind=Mark.PLACE, data="broken")
    assert run(NEAR) == 1 and reminders().get().person != first
    assert f"The dates of account {first.pk} could not be looked at." in caplog.text


def test_a_second_run_says_nothing_and_the_next_day_nothing_twice(scene):
    run(NEAR)
    assert run(NEAR + timedelta(hours=3)) == 0 and run(NEAR + timedelta(days=1)) == 0
    assert reminders().count() == 1
    assert StudyReminder.objects.filter(person=scene.author).count() == 2


def test_a_date_that_moves_is_said_anew(scene):
    run(NEAR)
    with clock.at(NEAR):
        scene.due(scene.essay, datetime(2026, 11, 27, 17, 0, tzinfo=LONDON))
    assert run(NEAR + timedelta(days=1)) == 1
    assert "Friday 27 November 2026" in reminders().last().body
    assert "unit" not in reminders().last().body


@pytest.mark.parametrize("hour", [0, 7, 18, 23])
def test_nothing_goes_at_night(scene, hour):
    assert run(NEAR.replace(hour=hour)) == 0 and not StudyReminder.objects.exists()


def test_each_kind_is_off_and_on_by_itself(scene):
    choose_reminders(scene.author, {"work", "made up"}, by=scene.author)
    run(NEAR)
    (notice,) = reminders()
    assert "Assessed work" in notice.body and "unit" not in notice.body.split("\n")[0]
    assert "session" not in notice.body
    assert ReminderChoice.objects.filter(is_off=True).count() == 2
    choose_reminders(scene.author, {"unit", "session", "work"}, by=scene.author)
    assert run(NEAR + timedelta(hours=1)) == 0, "once a day"
    assert not ReminderChoice.objects.filter(is_off=True).exists()


def test_everything_off_sends_nothing_and_other_messages_still_come(scene):
    choose_reminders(scene.author, set(), by=scene.author)
    assert run(NEAR) == 0 and not reminders().exists()
    before = Notice.objects.filter(person=scene.author).count()
    with clock.at(NEAR):
        timetable = {scene.units[1].pk: (None, DAY + timedelta(days=20))}
        set_timetable(scene.cohort, timetable, by=scene.registrar)
    assert Notice.objects.filter(person=scene.author).count() > before


def test_nobody_who_is_away_or_whose_account_is_closed(scene):
    interrupt(scene.enrolment, by=scene.registrar)
    assert run(NEAR) == 0
    assert not StudyReminder.objects.filter(person=scene.author).exists()


def test_a_closed_account_is_left_alone(scene):
    User.objects.filter(pk=scene.author.pk).update(is_active=False)
    assert run(NEAR) == 0 and not reminders().exists()


@pytest.mark.parametrize(
    ("ways", "is_mailed"),
    [((), True), (("message",), True), (("email", "post"), True), (("telephone",), False)],
)
def test_who_chose_no_email_reads_it_here_alone(scene, ways, is_mailed):
    given = {"telephone": "020 7946 0000"} if "telephone" in ways else {}
    given |= {"post": "1 Road, Town"} if "post" in ways else {}
    set_contact(scene.author, by=scene.author, ways=ways, **given)
    mails = Mail.objects.count()
    assert run(NEAR) == 1 and reminders().count() == 1
    assert Mail.objects.count() == mails + is_mailed


def test_nobody_chooses_for_somebody_else(scene):
    for by in (scene.agnes, scene.registrar, OP):
        with pytest.raises(NotAllowed):
            choose_reminders(scene.author, set(), by=by)
    assert not ReminderChoice.objects.exists()


def test_the_page_turns_each_off_and_on(scene):
    client = sign_in(Client(), scene.author)
    page = client.get("/study/reminders/").content.decode()
    assert page.count(" checked") == 4
    client.post("/study/reminders/", {"kind": ["session", "behind"]})
    page = client.get("/study/reminders/").content.decode()
    assert page.count(" checked") == 2 and 'value="session" checked' in page
    assert not NudgeChoice.objects.filter(person=scene.author, is_off=True).exists()
    client.post("/study/reminders/", {})
    assert NudgeChoice.objects.filter(person=scene.author, is_off=True).exists()
    assert client.get("/study/reminders/").content.decode().count(" checked") == 0


def test_what_was_said_is_forgotten_after_a_while(scene, settings):
    run(NEAR)
    later = NEAR + timedelta(days=settings.IMSA_REMINDER_KEPT_DAYS + 1)
    run(later)
    assert list(StudyReminder.objects.values_list("day", flat=True).distinct()) == [later.date()]


def test_what_is_held_of_them_is_in_ones_own_file(scene):
    run(NEAR)
    choose_reminders(scene.author, {"work"}, by=scene.author)
    held = as_file(scene.author)
    assert held["reminders_turned_off"] == ["session", "unit"]
    (sent,) = held["reminders"]
    assert sent["day"] == NEAR.date() and len(sent["of"]) == 4


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one():
    with clock.at(DAY):
        made = beginning()
    assert isinstance(made, Scene)
    send = lambda: run(NEAR)  # noqa: E731
    assert pressed(("a", send), ("b", send)) == []
    assert reminders().count() == 1
