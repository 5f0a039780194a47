"""Who releases marks is reminded of the day on which feedback is due, once for each step; trainees read the day, and that it has passed."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.holds import lift_hold, place_hold
from assessments.deciding.actions.reminders import remind_of_feedback
from assessments.deciding.reminders import FeedbackReminder, step_on
from assessments.setting.calendar import LONDON
from assessments.setting.models import Sitting
from cohorts.enrolment.actions import enrol, leave
from lms.kit import clock
from lms.people.actions import end_grants, grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, TELLTALES, person, sign_in

FRIDAY = date(2027, 1, 15)
NEAR = date(2027, 1, 12)  # three working days before
SUBJECT = "Feedback dates: marks to release"


@pytest.fixture
def work(scene):
    """An essay that is in, and a date for its feedback."""
    script = scene.hand_in()
    feedback(scene.essay, FRIDAY)
    return script


def feedback(assessment, day):
    Sitting.objects.filter(assessment=assessment).update(feedback_due_on=day)


def remind(day):
    with clock.at(day):
        return remind_of_feedback(by=OP)


def told(someone=None):
    rows = Notice.objects.filter(subject=SUBJECT).order_by("pk")
    return list(rows.filter(person=someone) if someone else rows)


def page_on(day, scene, url="/my-work/T1-ESSAY/"):
    with clock.at(day):
        return sign_in(Client(), scene.author).get(url).content.decode()


def test_the_steps_are_near_on_the_day_and_each_week_after_it():
    due = date(2027, 1, 15)
    steps = [step_on(due, due + timedelta(n), due) for n in (-1, 0, 1, 6, 7, 13, 14)]
    assert steps == [0, 1, 1, 1, 2, 2, 3]
    assert step_on(due, due - timedelta(1), due - timedelta(1)) is None
    assert step_on(due, due - timedelta(1), None) is None


@pytest.mark.both_engines
def test_they_are_told_before_on_the_day_and_weekly_and_never_twice(scene, work):
    days = [NEAR - timedelta(1), NEAR, NEAR + timedelta(1), FRIDAY, FRIDAY + timedelta(3)]
    assert [remind(day) for day in days] == [0, 1, 0, 1, 0]
    later = [FRIDAY + timedelta(7), FRIDAY + timedelta(7), FRIDAY + timedelta(14)]
    assert [remind(day) for day in later] == [1, 0, 1]
    bodies = [one.body for one in told(scene.registrar)]
    assert "T1-ESSAY An essay on one year" in bodies[0] and "Still being marked: 1" in bodies[0]
    assert "feedback is due on Friday 15 January 2027" in bodies[0]
    assert "feedback is due today" in bodies[1] and "feedback was due on Friday" in bodies[2]
    assert not any(word in body for body in bodies for word in TELLTALES)
    assert not any(work.script in body for body in bodies)
    assert Entry.objects.filter(action="assessments.remind_of_feedback").count() == 4
    assert {one.person_id for one in told()} == {scene.registrar.pk}


def test_nobody_is_told_once_the_results_are_released_or_decided(scene, work):
    scene.mark(work, 61, 65)
    scene.release()
    assert remind(FRIDAY) == 0
    scene.hand_in(scene.portfolio)
    feedback(scene.portfolio, FRIDAY)
    assert remind(FRIDAY) == 1


def test_a_decision_of_a_board_ends_it(scene):
    scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    Sitting.objects.update(feedback_due_on=FRIDAY)
    assert remind(FRIDAY) == 0


def test_one_message_a_day_has_all_pieces_and_what_comes_later_waits_for_the_next_day(scene, work):
    scene.hand_in(scene.portfolio, seed="two")
    feedback(scene.portfolio, FRIDAY)
    assert remind(FRIDAY) == 1
    (message,) = told(scene.registrar)
    assert "T1-ESSAY" in message.body and "T2-PORT" in message.body
    other = scene.another(1)
    scene.hand_in(enrolment=other, seed="three")
    feedback(scene.essay, FRIDAY - timedelta(1))
    assert remind(FRIDAY) == 0, "one message a person a day"
    assert remind(FRIDAY + timedelta(1)) == 1


def test_another_date_is_told_again_and_zero_days_tell_nothing_before(scene, work, settings):
    assert remind(NEAR) == 1
    feedback(scene.essay, FRIDAY + timedelta(28))
    assert remind(FRIDAY) == 0
    assert remind(FRIDAY + timedelta(28)) == 1
    settings.IMSA_FEEDBACK_REMINDER_WORKING_DAYS = 0
    feedback(scene.essay, FRIDAY + timedelta(60))
    assert remind(FRIDAY + timedelta(59)) == 0 and remind(FRIDAY + timedelta(60)) == 1


def test_bank_holidays_are_no_working_days(scene, work):
    feedback(
        scene.essay, date(2027, 1, 5)
    )  # New Year, and 2 January in Scotland, made up on the 4th
    assert remind(date(2026, 12, 28)) == 0
    assert remind(date(2026, 12, 30)) == 1


def test_neither_what_is_held_back_nor_who_left_or_has_more_time_nags(scene, work):
    hold = place_hold(scene.enrolment, scene.one, "query", "A question.", by=scene.registrar)
    assert remind(FRIDAY) == 0
    lift_hold(hold, "Answered.", by=scene.registrar)
    work.attempt.due_at = clock.now() + timedelta(days=400)
    work.attempt.save(update_fields=["due_at"])
    assert remind(FRIDAY) == 0
    work.attempt.due_at = None
    work.attempt.save(update_fields=["due_at"])
    leave(scene.enrolment, by=scene.registrar)
    assert remind(FRIDAY) == 0 and not told()


def test_nobody_is_told_in_the_night(scene, work):
    for hour, count in ((0, 0), (7, 0), (18, 0), (8, 1)):
        assert remind(datetime(2027, 1, 15, hour, tzinfo=LONDON)) == count, hour


def test_who_studies_there_or_is_no_registrar_any_more_is_not_told(scene, work):
    other = person("other", Role.REGISTRAR)
    enrol(scene.cohort, other, ["england"], "REF-OTHER", by=OP, enrolled_on=date(2026, 9, 1))
    end_grants(scene.registrar, Role.REGISTRAR, by=OP, on=DAY)
    assert remind(FRIDAY) == 0
    grant(scene.helen, Role.REGISTRAR, by=OP, starts_on=DAY)
    assert remind(FRIDAY) == 1 and told()[0].person == scene.helen


@pytest.mark.both_engines
def test_the_lines_only_grow(scene, work):
    remind(FRIDAY)
    for change in (
        lambda: FeedbackReminder.objects.update(step=9),
        lambda: FeedbackReminder.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert FeedbackReminder.objects.get().step == 1


def test_a_trainee_reads_the_day_and_that_it_has_passed(scene, work):
    late = "Feedback was due on Friday 15 January 2027. We remind the programme office until it is released."
    page = page_on(FRIDAY, scene)
    assert "Feedback is due on Friday 15 January 2027." in page and "We remind" not in page
    with clock.at(FRIDAY + timedelta(1)):
        assert late in page_on(FRIDAY + timedelta(1), scene)
    assert "We remind the programme office" in page_on(FRIDAY + timedelta(1), scene, "/my-work/")
    scene.mark(work, 61, 65)
    assert late in page_on(FRIDAY + timedelta(1), scene)
    scene.release()
    assert "We remind" not in page_on(FRIDAY + timedelta(1), scene)


def test_of_a_result_that_is_held_back_the_page_does_not_say_that_it_is_late(scene, work):
    place_hold(scene.enrolment, scene.one, "query", "A question.", by=scene.registrar)
    page = page_on(FRIDAY + timedelta(1), scene)
    assert "We remind" not in page and "Feedback is due" not in page


def test_of_a_later_due_date_the_cohort_s_feedback_date_does_not_hold(scene, work):
    work.attempt.due_at = clock.now() + timedelta(days=400)
    work.attempt.save(update_fields=["due_at"])
    page = page_on(FRIDAY + timedelta(1), scene)
    assert "We remind" not in page and "Feedback is due" not in page


def test_who_left_is_promised_no_feedback(scene, work):
    """Marks of who left are not released, so nobody is reminded of them."""
    leave(scene.enrolment, by=scene.registrar)
    for url in ("/my-work/T1-ESSAY/", "/my-work/"):
        page = page_on(FRIDAY + timedelta(1), scene, url)
        assert "We remind" not in page and "Feedback due" not in page
