"""Days by which markers mark, and who is reminded of them: once, of the right day, and by script number alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from assessments.marking.actions.allocation import allocate
from assessments.marking.actions.discussions import propose_mark
from assessments.marking.actions.marks import _report_conflict
from assessments.marking.actions.reminders import list_overdue, remind_markers
from assessments.marking.actions.replacing import set_marking_day
from assessments.marking.models import Allocation, Discussion
from assessments.marking.reminders import MarkingReminder, OverdueList
from assessments.setting import judging
from assessments.setting.queries import default_rules
from assessments.setting.rule_sets import RuleSet
from assessments.setting.working_days import nations_of, working_day_of
from assessments.taking.models import Submission
from cohorts.enrolment.actions import make_cohort
from lms.kit import clock
from lms.people.actions import end_grants, grant
from lms.people.models import Mail, Notice, Role
from lms.record.models import Entry

from .scene import OP, TELLTALES, person, seal

NEAR = date(2026, 12, 9)  # three working days before Monday the 14th
LATE = date(2026, 12, 15)


def rules(scene, **figures):
    values = judging.as_values(replace(default_rules(), **figures))
    RuleSet.objects.create(
        number=1, in_force_from=scene.cohort.starts_on, values=values, reason="x", by="t"
    )


@pytest.fixture
def tasks(scene):
    """Two tasks, due on Monday 14 December: St Andrew's Day is no working day of a cohort with somebody in Scotland."""
    return scene.allocate(scene.hand_in())


def reminders(someone=None):
    rows = Notice.objects.filter(subject__regex="is due soon|are due soon|overdue").order_by("pk")
    return list(rows.filter(person=someone) if someone else rows)


def remind(day):
    with clock.at(day):
        return remind_markers(by=OP)


# ---- the calendar ----
@pytest.mark.both_engines
def test_days_are_those_of_every_nation_of_the_cohort_and_never_of_one_author(scene):
    assert nations_of(scene.cohort.pk) == ("scotland",)
    english = scene.another(1)
    assert nations_of(scene.cohort.pk) == ("england", "scotland")
    of_both = [
        scene.allocate(scene.hand_in(enrolment=one, seed=str(one.pk)))[0].due_on
        for one in (scene.enrolment, english)
    ]
    assert of_both == [date(2026, 12, 14)] * 2, "the day tells nobody which script is the Scot’s"


def test_the_university_s_closures_and_each_nation_are_counted_off(scene):
    another = make_cohort(
        "T-EMPTY", "Nobody yet", scene.programme, date(2026, 9, 1), date(2027, 8, 31), by=OP
    )
    figures = replace(default_rules(), closures=("2026-11-24",))
    friday = date(2026, 11, 20)
    assert working_day_of(another.pk, default_rules(), 6, friday) == date(2026, 11, 30)
    assert working_day_of(another.pk, figures, 6, friday) == date(2026, 12, 1)
    assert working_day_of(scene.cohort.pk, figures, 6, friday) == date(2026, 12, 2)


def test_a_discussion_and_a_third_marker_have_the_same_calendar(scene, settings):
    rules(scene, disagreement=judging.DISCUSS, discussion_days=3)
    settings.IMSA_EXTRA_HOLIDAYS = ["2026-11-24"]
    tasks = scene.allocate(scene.hand_in())
    seal(tasks[0], 48), seal(tasks[1], 66)
    assert Discussion.objects.get().due_on == date(2026, 11, 26), "Tuesday is a holiday"


# ---- markers ----
@pytest.mark.both_engines
def test_each_marker_is_told_once_before_the_day_and_once_after_it(scene, tasks):
    second = scene.allocate(scene.hand_in(enrolment=scene.another(1), seed="2"))
    assert remind(NEAR - timedelta(days=1)) == 0 and not reminders()
    assert remind(NEAR) == 2 and remind(NEAR) == 0 and remind(NEAR + timedelta(days=1)) == 0
    (told,) = reminders(scene.agnes)
    assert told.subject == "2 scripts are due soon" and told.url == "/marking/"
    for task in (tasks[0], second[0]):
        assert f"{task.submission.script} by Monday 14 December 2026" in told.body
    assert remind(LATE) == 2 and remind(LATE) == 0
    assert [one.subject for one in reminders(scene.agnes)] == [
        "2 scripts are due soon",
        "2 scripts are overdue",
    ]
    assert MarkingReminder.objects.count() == 8
    assert Entry.objects.filter(action="assessments.remind_marker").count() == 8


def test_no_reminder_holds_the_author(scene, tasks):
    remind(NEAR), remind(LATE)
    with clock.at(LATE):
        list_overdue(by=OP)
    words = " ".join(
        f"{n.subject} {n.body} {n.url}" for n in Notice.objects.exclude(person=scene.author)
    )
    words += " ".join(m.body for m in Mail.objects.exclude(person=scene.author))
    assert not [word for word in TELLTALES if word in words]


def test_what_is_marked_is_not_reminded_of(scene, tasks):
    seal(tasks[0], 62)
    assert remind(NEAR) == 1 and not reminders(scene.agnes) and reminders(scene.tomasz)


def test_another_day_is_told_again(scene, tasks):
    remind(NEAR)
    with clock.at(NEAR):
        set_marking_day(tasks[0], date(2026, 12, 21), by=scene.registrar)
    assert remind(LATE) == 1, "the day of the first is not over any more"
    assert remind(date(2026, 12, 16)) == 1
    assert "Monday 21 December 2026" in reminders(scene.agnes)[-1].body


def test_who_cannot_go_on_is_left_alone(scene, tasks):
    with clock.at(NEAR):
        _report_conflict(tasks[0], "A link.", by=scene.agnes)
        end_grants(scene.tomasz, Role.TUTOR, by=OP, on=NEAR - timedelta(days=1))
    assert remind(NEAR) == 0
    Submission.objects.get().enrolment.__class__.objects.update(state="left")
    grant(scene.tomasz, Role.TUTOR, by=OP, starts_on=date(2025, 1, 1))
    assert remind(NEAR) == 0 and not reminders()


def test_the_setting_says_how_many_days_before_and_whether(scene, tasks, settings):
    settings.IMSA_MARKING_REMINDER_WORKING_DAYS = 0
    assert remind(NEAR) == 0 and remind(date(2026, 12, 14)) == 0
    settings.IMSA_MARKING_REMINDER_WORKING_DAYS = 5
    assert remind(date(2026, 12, 6)) == 0, "from Sunday the fifth working day is Friday"
    assert remind(date(2026, 12, 7)) == 2
    settings.IMSA_MARKING_REMINDER_WORKING_DAYS = 0
    assert remind(LATE) == 2, "what is overdue is told all the same"


def test_a_message_with_many_scripts_names_some(scene):
    for n in range(13):
        scene.allocate(scene.hand_in(enrolment=scene.another(n), seed=str(n)))
    assert remind(LATE + timedelta(days=1)) == 2
    (told,) = reminders(scene.agnes)
    assert told.subject == "13 scripts are overdue" and "3 more" in told.body
    assert len(told.body) < 900 and MarkingReminder.objects.count() == 26


@pytest.mark.both_engines
def test_only_whose_word_is_awaited_is_told_of_a_discussion(scene):
    rules(scene, disagreement=judging.DISCUSS, discussion_days=3)
    tasks = scene.allocate(scene.hand_in())
    seal(tasks[0], 48), seal(tasks[1], 66)
    task = Allocation.objects.get(pk=tasks[0].pk)
    reasons = {"law": "The dates are right.", "role": "It stays within the limits."}
    propose_mark(task, {"law": 55, "role": 55}, reasons, by=scene.agnes)
    late = date(2026, 11, 26)
    assert remind(late) == 1 and remind(late) == 0
    (told,) = reminders(scene.tomasz)
    assert "To agree on a mark" in told.body and task.submission.script in told.body
    assert not reminders(scene.agnes)


# ---- registrars ----
@pytest.mark.both_engines
def test_registrars_get_one_list_a_day_and_none_where_nothing_is_overdue(scene, tasks):
    other = person("office", Role.REGISTRAR)
    with clock.at(date(2026, 12, 14)):
        assert list_overdue(by=OP) == 0
    with clock.at(LATE):
        assert list_overdue(by=OP) == 2 and list_overdue(by=OP) == 0
        told = Notice.objects.get(person=other, subject="Overdue marking today")
        assert "2 scripts" in told.body and told.url == "/registry/scripts/?show=late"
    with clock.at(LATE + timedelta(days=1)):
        assert list_overdue(by=OP) == 2
    assert set(OverdueList.objects.values_list("tasks", "discussions")) == {(2, 0)}
    with clock.at(date(2026, 12, 19)):
        assert list_overdue(by=OP) == 0, "on a Saturday nobody is told"


def test_a_registrar_s_list_leaves_out_what_they_mark(scene):
    both = person("both", Role.REGISTRAR, Role.TUTOR)
    allocate(scene.hand_in(), scene.agnes, both, by=scene.registrar)
    with clock.at(LATE):
        assert list_overdue(by=OP) == 1
    assert not Notice.objects.filter(person=both, subject="Overdue marking today").exists()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_what_was_told_on_both_engines():
    from .scene import DAY, Scene

    with clock.at(DAY):
        scene = Scene()
        scene.allocate(scene.hand_in())
    assert remind(LATE) == 2
    there = MarkingReminder.objects.first()
    for change in (
        lambda: MarkingReminder.objects.update(kind="near"),
        lambda: there.delete(),
        lambda: MarkingReminder.objects.create(
            marker=there.marker, task=there.task, kind=there.kind, due_on=there.due_on
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert MarkingReminder.objects.count() == 2
