"""Tells those who release marks that feedback is due soon, today or overdue; it tells nobody the same twice."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from lms.kit import clock
from lms.people.actions import tell
from lms.people.models import User
from lms.record.actions import write_many

from ..queries.feedback_days import feedback_days, releasers, untold
from ..reminders import FeedbackReminder

SUBJECT = gettext_noop("Feedback dates: marks to release")
PIECES = 10  # that a message names
URL = "/registry/release/"


def remind_of_feedback(*, by) -> int:
    """The worker, between the hours of IMSA_REMINDER_HOURS: tell who releases marks that feedback is due in IMSA_FEEDBACK_REMINDER_WORKING_DAYS, on the day, and each week after it, until the results are
    released or a board has decided.

    For each person in one transaction: 1. a line for each sitting, 2. the record is written, 3. one message with all of them, by piece and cohort. At most one a day:
    what comes up later on a day is told on the next. How many messages. A run that was killed goes on with those who were not told; another date is told again.
    """
    days = feedback_days(clock.today()) if clock.is_hour_in(settings.IMSA_REMINDER_HOURS) else []
    if not days:
        return 0
    return sum(_remind(key, days, by=by) for key in sorted(untold(releasers(days), days)))


@transaction.atomic
def _remind(key, days, *, by) -> int:
    person = User.objects.select_for_update(no_key=True).get(pk=key)  # two at once say it once
    today = clock.today()
    if FeedbackReminder.objects.filter(person=person, day=today).exists():
        return 0
    own = untold([person], days).get(key, [])
    if not own:
        return 0
    made = FeedbackReminder.objects.bulk_create(
        FeedbackReminder(
            person=person,
            sitting=one.sitting,
            due_on=one.due_on,
            step=one.step,
            day=today,
        )
        for one in own
    )
    write_many(
        [
            {
                "action": "assessments.remind_of_feedback",
                "thing": line,
                "after": {"due_on": line.due_on.isoformat(), "step": line.step},
            }
            for line in made
        ],
        by=by,
    )
    own = sorted(own, key=lambda one: (one.due_on, one.sitting.assessment.code))
    tell(person, _(SUBJECT), _words(own), URL)
    return 1


def _words(own) -> str:
    named = [_line(one) for one in own[:PIECES]]
    if more := len(own) - len(named):
        named.append(ngettext("%(more)s more.", "%(more)s more.", more) % {"more": more})
    return " ".join(
        [
            *named,
            _(
                "Trainees see this date, and that it has passed. The list of marks to release says which can be released now."
            ),
        ]
    )


def _line(one) -> str:
    sitting = one.sitting
    about = {
        "piece": f"{sitting.assessment.code} {sitting.assessment.title}",
        "cohort": sitting.cohort.title,
        "day": f"{one.due_on:%A %-d %B %Y}",
        "agreed": one.agreed,
        "marking": one.marking,
    }
    if one.step == FeedbackReminder.NEAR:
        words = _("%(piece)s, %(cohort)s: feedback is due on %(day)s.")
    elif one.due_on == clock.today():
        words = _("%(piece)s, %(cohort)s: feedback is due today.")
    else:
        words = _("%(piece)s, %(cohort)s: feedback was due on %(day)s.")
    return f"{words} {_('To release: %(agreed)s. Still being marked: %(marking)s.')}" % about
