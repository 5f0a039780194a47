"""What tutors and the people of a cohort have said to each other, and what people were reminded of. All but the choice of reminders can only grow."""

from django.conf import settings
from django.db import models
from django.utils.html import linebreaks, urlize
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort, Enrolment
from lms.kit import clock
from lms.kit.clean import clean

from .reasons import AWAY, BEHIND

PERSON = settings.AUTH_USER_MODEL


def as_html(text) -> str:
    """Paragraphs and links of a plain text, safe to show."""
    return mark_safe(clean(linebreaks(urlize(text, autoescape=True))))  # noqa: S308 - cleaned


class TutorMessage(models.Model):
    """Words of a tutor to some people of a cohort. It never changes: who puts something right writes again."""

    PERSONAL_DATA = {
        "by": "the tutor who wrote",
        "subject": "what it is about; at least 5 years after the course ends",
        "body": "what the tutor wrote; at least 5 years after the course ends",
        "reply_to": "where the tutor reads answers",
    }

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="tutor_messages")
    token = models.UUIDField(unique=True, help_text=gettext_lazy("Makes it go out once."))
    subject = models.CharField(max_length=150)
    body = models.TextField(max_length=5000)
    reply_to = models.CharField(max_length=200)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = gettext_lazy("message of a tutor")

    def __str__(self):
        return self.subject

    @property
    def html(self):
        return as_html(self.body)


class MessageRecipient(models.Model):
    """One person to whom a message went."""

    PERSONAL_DATA = {"enrolment": "to whom a tutor wrote; at least 5 years after the course ends"}

    message = models.ForeignKey(TutorMessage, on_delete=models.PROTECT, related_name="recipients")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="tutor_messages"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = gettext_lazy("recipient of a message")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "enrolment"], name="one_message_to_each_person"
            )
        ]


class ContactEntry(models.Model):
    """That a tutor and one person of a cohort were in touch, and what about. A correction is another line that names the one it replaces."""

    PERSONAL_DATA = {
        "enrolment": "with whom; at least 5 years after the course ends",
        "note": "what it was about, in neutral words; the person reads it too",
        "day": "when",
        "by": "the tutor who wrote it",
    }

    KINDS = [
        ("message", gettext_lazy("Message")),
        ("call", gettext_lazy("Call")),
        ("meeting", gettext_lazy("Meeting")),
    ]

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="contacts")
    token = models.UUIDField(unique=True, help_text=gettext_lazy("Makes it stand here once."))
    kind = models.CharField(max_length=8, choices=KINDS)
    day = models.DateField()
    note = models.TextField(max_length=1000)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="correction"
    )
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = gettext_lazy("entry of the contact log")
        verbose_name_plural = gettext_lazy("entries of the contact log")


class Announcement(models.Model):
    """Something a tutor tells a whole cohort. What it says stands in its versions, of which the newest counts."""

    PERSONAL_DATA = {}

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="announcements")
    token = models.UUIDField(unique=True, help_text=gettext_lazy("Makes it go out once."))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = gettext_lazy("announcement")


class AnnouncementVersion(models.Model):
    """What an announcement says from a moment on, to the day on which it is shown last; or that it has ended."""

    PERSONAL_DATA = {"by": "the tutor who wrote it"}

    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    text = models.TextField(max_length=5000)
    show_until = models.DateField()
    is_ended = models.BooleanField(default=False)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["announcement_id", "-number"]
        verbose_name = gettext_lazy("version of an announcement")
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "number"], name="one_announcement_version_per_number"
            )
        ]

    def __str__(self):
        return self.title

    @property
    def is_shown(self):
        return not self.is_ended and self.show_until >= clock.today()

    @property
    def html(self):
        return as_html(self.text)


class Nudge(models.Model):
    """That somebody was reminded, and of what. Once for each reason in IMSA_NUDGE_DAYS."""

    PERSONAL_DATA = {"enrolment": "who was reminded; at least 5 years after the course ends"}

    REASONS = [
        (BEHIND, gettext_lazy("Behind the timetable")),
        (AWAY, gettext_lazy("No activity for some time")),
    ]

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="nudges")
    reason = models.CharField(max_length=8, choices=REASONS)
    day = models.DateField()

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("reminder about study")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "reason", "day"], name="one_nudge_for_a_reason_a_day"
            )
        ]


class NudgeChoice(models.Model):
    """Whether a person wants reminders about their study; without a row they get them. No reason is asked."""

    PERSONAL_DATA = {"person": "whose choice; while the account is open"}

    person = models.OneToOneField(PERSON, on_delete=models.PROTECT, related_name="nudge_choice")
    is_off = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = gettext_lazy("choice of reminders")
