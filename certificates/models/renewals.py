"""How an accreditation goes on: a log of what somebody learnt, talks with peers, and the renewal of the term."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.transitions import state_field

from ..states import RENEWAL_TRANSITIONS, RenewalState

PERSON = settings.AUTH_USER_MODEL


class LogEntries(models.QuerySet):
    def visible_to(self, user):
        """One's own, and what a peer was asked to talk over."""
        return self.filter(models.Q(person_id=user.pk) | models.Q(peer_id=user.pk))


class LogEntry(models.Model):
    """One piece of continuing development: what it was, how long, what it changed; perhaps talked over with a peer."""

    PERSONAL_DATA = {
        "person": "whose log",
        "what": "what they did; until they remove it from their log",
        "learnt": "what they took from it; the person, a peer they choose, and the Hub in an audit",
        "peer": "with whom they talked it over",
        "peer_words": "what the peer adds",
    }

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="log")
    on_day = models.DateField()
    minutes = models.PositiveIntegerField()
    what = models.CharField(max_length=300)
    learnt = models.TextField(max_length=8000)
    peer = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    peer_asked_at = models.DateTimeField(null=True)
    peer_words = models.TextField(blank=True, max_length=4000)
    talked_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("When the peer confirmed the talk.")
    )
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    objects = LogEntries.as_manager()

    class Meta:
        ordering = ["-on_day", "-pk"]
        verbose_name = gettext_lazy("entry of the log")
        verbose_name_plural = gettext_lazy("entries of the log")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=24 * 60),
                name="an_entry_lasts_a_day_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(peer=None) | ~models.Q(peer=models.F("person")),
                name="nobody_is_their_own_peer",
            ),
        ]

    @property
    def hours(self) -> str:
        return f"{self.minutes / 60:g}"


class Renewals(models.QuerySet):
    def visible_to(self, user):
        return self.filter(enrolment__person_id=user.pk)


class Renewal(models.Model):
    """One renewal of one term, from its preparation to its decision."""

    PERSONAL_DATA = {
        "enrolment": "whose accreditation",
        "statement": "their practice in their own words; the Hub only",
        "why_not": "why it was not granted; the person and the Hub",
        "audit_words": "what the Hub asks of the log",
        "decided_by": "who decided",
        "audited_by": "who read the log",
        "rules": "what it is judged by",
    }
    TRANSITIONS = RENEWAL_TRANSITIONS

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="renewals")
    term_ends_on = models.DateField(help_text=gettext_lazy("The last day of the term it renews."))
    statement = models.TextField(blank=True, max_length=8000)
    is_declared = models.BooleanField(
        default=False,
        help_text=gettext_lazy("They declared that nothing stands against their practice."),
    )
    begun_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True)
    audit_words = models.TextField(blank=True, max_length=4000)
    audited_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    audited_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted_until = models.DateField(null=True)
    why_not = models.TextField(
        blank=True,
        max_length=4000,
        help_text=gettext_lazy("Why it was not granted, as the person reads it."),
    )
    rules = models.JSONField(
        null=True, help_text=gettext_lazy("The rules in force on the day it was asked for.")
    )
    state = state_field(RenewalState, RenewalState.DRAFT)
    objects = Renewals.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "term_ends_on"],
                condition=~models.Q(state=RenewalState.REFUSED),
                name="one_renewal_per_term",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RenewalState.GRANTED)
                | models.Q(granted_until__isnull=False, decided_at__isnull=False),
                name="granted_until_a_day",
            ),
        ]


class Reminder(models.Model):
    """A message that was sent because a day comes near; once for each."""

    PERSONAL_DATA = {"person": "who was reminded"}

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=40)
    about_day = models.DateField()
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about_day"], name="one_reminder_of_a_kind_and_day"
            )
        ]
