"""Who was told that feedback is due to be released, or overdue."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock

from ..setting.models import Sitting


class FeedbackReminder(models.Model):
    """Somebody who releases marks was told of the day on which feedback of a sitting is due. Once for each `step`; another day is told again. Added, never edited."""

    PERSONAL_DATA = {"person": "who was told"}

    NEAR, ON_THE_DAY = 0, 1  # the steps after them: so many weeks after the day, and one

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sitting = models.ForeignKey(
        Sitting, on_delete=models.PROTECT, related_name="feedback_reminders"
    )
    due_on = models.DateField()
    step = models.PositiveSmallIntegerField()
    day = models.DateField()  # on which the message went out: one a person a day
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("reminder of feedback")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "sitting", "due_on", "step"], name="one_feedback_reminder_a_step"
            )
        ]


def step_on(due_on, today, near_until) -> int | None:
    """Of what somebody is told on a day: that the date is near (it lies not after `near_until`), that it is today, and each week after it, once. None before."""
    if today < due_on:
        return FeedbackReminder.NEAR if near_until and due_on <= near_until else None
    return FeedbackReminder.ON_THE_DAY + (today - due_on).days // 7
