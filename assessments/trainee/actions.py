"""Reminds trainees of what their own pages list; the tables and their writers stand below (`courses.actions.reminders`)."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from courses.actions.reminders import ReminderLine, drop_old_reminders, send_reminder
from courses.models import StudyReminder
from lms.kit import clock
from lms.people.models import User

from .queries import enrolment_of
from .week import DateLine, dates_of

log = logging.getLogger("django.assessments")


def remind_of_dates(*, by) -> int:
    """The worker, between the hours of IMSA_REMINDER_HOURS: remind everyone who studies of what is near (IMSA_REMINDER_DAYS), in one message a day.

    For each person in one transaction: they are locked, their dates are asked, and `send_reminder` does the rest. Nobody on leave, who has left or completed, or
    whose account is closed. How many people got a message; a run that was killed goes on with those whose dates were not looked at.
    """
    if not clock.is_hour_in(settings.IMSA_REMINDER_HOURS):
        return 0
    drop_old_reminders(by=by)
    return sum(_remind_safely(key, by=by) > 0 for key in list(people_to_remind()))


def _remind_safely(key, *, by) -> int:
    """One whose dates cannot be read keeps the reminders of no other back."""
    try:
        return _remind(key, by=by)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("The dates of account %s could not be looked at.", key)
        return 0


def people_to_remind():
    """Keys of who studies and whose dates were not looked at today. One query."""
    seen = StudyReminder.objects.filter(person=OuterRef("person_id"), day=clock.today())
    rows = Enrolment.objects.filter(state=EnrolmentState.ENROLLED, person__is_active=True)
    return rows.exclude(Exists(seen)).order_by("person_id").values_list("person_id", flat=True)


@transaction.atomic
def _remind(key, *, by) -> int:
    # Who turns reminders off takes the same lock; two workers at once say it once.
    person = User.objects.select_for_update(no_key=True).get(pk=key)
    enrolment = enrolment_of(person)
    near = [line for line in dates_of(enrolment) if is_near(line)]
    lines = [ReminderLine(line.key, line.kind, line.neutral) for line in near]
    return send_reminder(person, lines, by=by)


def is_near(line: DateLine) -> bool:
    """Is it to come, within the days for its kind?"""
    days = settings.IMSA_REMINDER_DAYS.get(line.kind, 0)
    if not days or line.is_overdue or (line.at and line.at <= clock.now()):
        return False
    return line.on <= clock.today() + timedelta(days=days)
