"""Question sets in versions, surveys of a cohort, who was asked, and one tally of all answers.

Who has answered (`SurveyInvitation`) and what was answered (`SurveyTally`) share no key, no time and no order: all answers of a survey are one row of
counts and shuffled texts, written anew as a whole by each person who hands in (docs/surveys.md).
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Module
from lms.kit import clock
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from ..enrolment.models import Cohort, Enrolment
from .leading import modules_led
from .states import SURVEY_TRANSITIONS, SurveyState

PERSON = settings.AUTH_USER_MODEL


class QuestionSet(models.Model):
    """A version of a set of questions. It never changes: a survey asks what stood here when it was made."""

    PERSONAL_DATA = {"made_by": "key of who wrote this version"}

    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    questions = models.JSONField(default=list)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["title", "key", "-number"]
        verbose_name = gettext_lazy("question set")
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="one_question_set_per_number")
        ]

    def __str__(self):
        return _("%(title)s, version %(number)s") % {"title": self.title, "number": self.number}


class Surveys(models.QuerySet):
    def visible_to(self, user):
        """Registrars see all; a tutor those of the modules they lead today."""
        if has_role(user, Role.REGISTRAR):
            return self
        return self.filter(module__in=modules_led(user))


class Survey(models.Model):
    """A set of questions that a cohort is asked from one day to another, both included."""

    PERSONAL_DATA = {"made_by": "key of who made it"}
    TRANSITIONS = SURVEY_TRANSITIONS

    token = models.UUIDField(unique=True, help_text=gettext_lazy("Makes it be made once."))
    question_set = models.ForeignKey(QuestionSet, on_delete=models.PROTECT, related_name="surveys")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="surveys")
    module = models.ForeignKey(
        Module, on_delete=models.PROTECT, null=True, blank=True, related_name="surveys"
    )
    title = models.CharField(max_length=150)
    opens_on = models.DateField()
    closes_on = models.DateField(help_text=gettext_lazy("The last day for answers."))
    people = models.PositiveIntegerField(
        default=0, help_text=gettext_lazy("How many were asked; written when it closes.")
    )
    state = state_field(SurveyState, SurveyState.LIVE)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=clock.now)
    objects = Surveys.as_manager()

    class Meta:
        ordering = ["-closes_on", "-pk"]
        verbose_name = gettext_lazy("survey")
        indexes = [models.Index(fields=["state", "closes_on"], name="surveys_by_last_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")),
                name="survey_closes_after_it_opens",
            )
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self) -> bool:
        today = clock.today()
        return self.state == SurveyState.LIVE and self.opens_on <= today <= self.closes_on

    @property
    def is_over(self) -> bool:
        """Are its results complete? By its days, so that no worker is waited for."""
        return self.state == SurveyState.CLOSED or (
            self.state == SurveyState.LIVE and self.closes_on < clock.today()
        )

    @property
    def is_to_come(self) -> bool:
        return self.state == SurveyState.LIVE and clock.today() < self.opens_on


class SurveyInvitation(models.Model):
    """That somebody is asked, and whether they have answered: so that nobody answers twice or is reminded for nothing. Gone when the survey closes."""

    PERSONAL_DATA = {
        "enrolment": "who is asked, and whether they have answered; until the survey closes"
    }

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="survey_invitations"
    )
    asked_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    has_answered = models.BooleanField(default=False)

    class Meta:
        ordering = ["survey_id", "enrolment_id"]
        verbose_name = gettext_lazy("invitation to a survey")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "enrolment"], name="one_invitation_to_a_survey"
            )
        ]


class SurveyTally(models.Model):
    """All answers of a survey in one row: counts by question and option, and shuffled texts. It names nobody and says no time."""

    PERSONAL_DATA = {}

    survey = models.OneToOneField(Survey, on_delete=models.PROTECT, related_name="tally")
    people = models.PositiveIntegerField(default=0, help_text=gettext_lazy("How many answered."))
    counts = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)

    class Meta:
        ordering = ["survey_id"]
        verbose_name = gettext_lazy("tally of a survey")


class SurveyReminderChoice(models.Model):
    """Whether a person wants to be reminded of surveys; without a row they are. No reason is asked."""

    PERSONAL_DATA = {"person": "whose choice; while the account is open"}

    person = models.OneToOneField(
        PERSON, on_delete=models.PROTECT, related_name="survey_reminder_choice"
    )
    is_off = models.BooleanField(default=False)

    class Meta:
        ordering = ["person_id"]
        verbose_name = gettext_lazy("choice of survey reminders")


class SurveyResponse(models.Model):
    """“You said, we did”: what a closed survey told, and what changes because of it."""

    PERSONAL_DATA = {"made_by": "key of who wrote it"}

    survey = models.OneToOneField(Survey, on_delete=models.PROTECT, related_name="response")
    you_said = models.TextField(max_length=2000)
    we_did = models.TextField(max_length=2000)
    published_on = models.DateField(
        null=True, help_text=gettext_lazy("Since when people can read it; empty: nobody can.")
    )
    first_published_on = models.DateField(
        null=True, help_text=gettext_lazy("When its cohort was told of it.")
    )
    made_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["-published_on", "-pk"]
        verbose_name = gettext_lazy("response to a survey")
