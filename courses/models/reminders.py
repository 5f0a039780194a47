"""Reminders of coming dates: which kinds somebody wants, and of what they were reminded."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock


class ReminderKind(models.TextChoices):
    UNIT = "unit", gettext_lazy("The last day to finish a unit")
    SESSION = "session", gettext_lazy("A session")
    WORK = "work", gettext_lazy("The due date of assessed work")


class ReminderChoice(models.Model):
    """Whether a person wants reminders of one kind; without a row they get them. No reason is asked."""

    PERSONAL_DATA = {"person": "whose choice; while the account is open"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminder_choices"
    )
    kind = models.CharField(max_length=8, choices=ReminderKind.choices)
    is_off = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = gettext_lazy("choice of reminders about dates")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="one_reminder_choice_per_kind")
        ]


class StudyReminder(models.Model):
    """That somebody's coming dates were looked at on a day, and of which they were reminded; without any there was no message."""

    PERSONAL_DATA = {
        "person": "who was reminded; IMSA_REMINDER_KEPT_DAYS",
        "keys": "of which dates; IMSA_REMINDER_KEPT_DAYS",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="study_reminders"
    )
    day = models.DateField()
    keys = models.JSONField(
        default=list, help_text=gettext_lazy("Of what; a date that moves has another key.")
    )

    class Meta:
        verbose_name = gettext_lazy("reminder about dates")
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="one_study_reminder_a_day")
        ]
        indexes = [models.Index(fields=["day"], name="study_reminders_by_day")]
