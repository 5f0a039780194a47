"""Applications to become an Employing Organisation, the versions of the form they answer, and what the Hub makes of them."""

import json
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.transitions import state_field

from ..organisations.models import Organisation
from .definition import questions_of
from .states import (
    APPLICATION_TRANSITIONS,
    DECISION_TRANSITIONS,
    FORM_TRANSITIONS,
    OPEN,
    TONES,
    WITH_HUB,
    ApplicationState,
    DecisionState,
    FormState,
)

PERSON = settings.AUTH_USER_MODEL


class ApplicationForm(models.Model):
    """One version of the form. A published one is never changed; applications keep the one they began with."""

    PERSONAL_DATA = {"published_by": "who published it"}
    TRANSITIONS = FORM_TRANSITIONS

    number = models.PositiveIntegerField(unique=True)
    definition = models.JSONField(
        default=dict,
        help_text=gettext_lazy("“questions” in their order, and the “checklist” of the review."),
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=80, blank=True)
    state = state_field(FormState, FormState.DRAFT)

    class Meta:
        ordering = ["-number"]
        verbose_name = gettext_lazy("application form")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=FormState.DRAFT), name="application_one_draft"
            )
        ]

    def __str__(self):
        return str(self.number)

    @property
    def questions(self):
        return questions_of(self.definition)

    @property
    def checklist(self):
        return self.definition.get("checklist", [])

    @property
    def fingerprint(self) -> str:
        """Of all it asks (hexadecimal), so that a press publishes or deletes the draft that its page showed and no other."""
        return sha256(json.dumps(self.definition, sort_keys=True).encode()).hexdigest()


class Applications(models.QuerySet):
    def visible_to_hub(self):
        """What was ever submitted; a draft is the applicant's own."""
        return self.exclude(submitted_at=None)

    def waiting(self):
        """What the Hub has to look at: also what asks the applicant something while an approval waits for a second officer."""
        proposed = Q(
            Exists(
                ApplicationDecision.objects.filter(
                    application=OuterRef("pk"), state=DecisionState.PROPOSED
                )
            )
        )
        return self.filter(
            Q(state=ApplicationState.SUBMITTED) | Q(proposed, state=ApplicationState.QUESTION)
        )


class Application(models.Model):
    """What an applicant asks of the Hub for an organisation. They have no account: a link that is mailed to their address opens it."""

    PERSONAL_DATA = {
        "email": "where the applicant reads mail; kept as long as the application",
        "answers": "what the applicant wrote, with names of people responsible; drafts are deleted, and what was declined or withdrawn is cleared later",
        "signatory": "who submitted it, and their role",
        "assigned_to": "which officer reviews it",
        "closed_by": "which officer declined it",
        "why_declined": "the applicant reads it",
    }
    TRANSITIONS = APPLICATION_TRANSITIONS

    reference = models.CharField(max_length=24, unique=True)
    form = models.ForeignKey(ApplicationForm, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, blank=True)  # of the organisation, as answered
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=clock.now)
    # At the first answer: whoever wrote it has read the mail.
    confirmed_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True)
    signatory = models.CharField(max_length=200, blank=True)
    assigned_to = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    why_declined = models.TextField(max_length=4000, blank=True)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="applications"
    )
    state = state_field(ApplicationState, ApplicationState.DRAFT)
    objects = Applications.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        verbose_name = gettext_lazy("application")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(state__in=sorted(OPEN)),
                name="application_one_open_per_address",
            )
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="application_queue"),
            models.Index(
                fields=["saved_at"],
                condition=Q(state=ApplicationState.DRAFT),
                name="application_drafts",
            ),
        ]

    @property
    def is_with_hub(self):
        return self.state in WITH_HUB

    @property
    def tone(self):
        return TONES[ApplicationState(self.state)]


class ApplicationLink(models.Model):
    """A link that was mailed to the applicant; it opens the application until it expires."""

    PERSONAL_DATA = {}

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="links")
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()


class ApplicationMessage(models.Model):
    """A question of the Hub, or the applicant's answer."""

    PERSONAL_DATA = {
        "text": "what was asked or answered",
        "author": "which officer asked; nobody for the applicant",
    }

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(max_length=4000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]


class ApplicationFile(models.Model):
    """A file of the applicant: of one question of the form, or of an answer to the Hub (`question` is “”)."""

    PERSONAL_DATA = {"name": "the applicant's file name"}

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    question = models.CharField(max_length=40, blank=True)
    path = models.CharField(max_length=120, help_text=gettext_lazy("Private path."))
    name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question", "sha256"], name="application_file_once"
            )
        ]


class ApplicationCheck(models.Model):
    """What an officer found of one line of the checklist; the newest of a line counts."""

    PERSONAL_DATA = {"by": "which officer", "note": "what they found; the Hub only"}

    class Result(models.TextChoices):
        MET = "met", gettext_lazy("Met")
        NOT_MET = "not_met", gettext_lazy("Not met")
        NOT_APPLICABLE = "not_applicable", gettext_lazy("Does not apply")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="checks")
    key = models.CharField(max_length=40)
    result = models.CharField(max_length=16, choices=Result.choices)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]


class ApplicationDecision(models.Model):
    """An approval that one officer proposes and another confirms; it makes the organisation."""

    PERSONAL_DATA = {
        "terms": "what would be made: name, first contact, signatory of the memorandum; cleared with the answers",
        "proposed_by": "who proposed",
        "closed_by": "who confirmed or dropped",
        "why_dropped": "the Hub only",
    }
    TRANSITIONS = DECISION_TRANSITIONS

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    terms = models.JSONField(
        default=dict, help_text=gettext_lazy("What would be made: days as ISO dates.")
    )
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    why_dropped = models.TextField(blank=True, max_length=2000)
    state = state_field(DecisionState, DecisionState.PROPOSED)

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = gettext_lazy("proposed approval")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=DecisionState.CONFIRMED)
                | (Q(closed_by__isnull=False) & ~Q(closed_by=models.F("proposed_by"))),
                name="application_two_people_decide",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state=DecisionState.PROPOSED),
                name="application_one_proposal",
            ),
        ]
