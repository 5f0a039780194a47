"""Claims for more time or about circumstances. Nothing that a marker holds leads here."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lms.kit import clock
from lms.kit.transitions import state_field

from ...attempts.models import Attempt
from ..states import CLAIM_TRANSITIONS, OPEN_CLAIMS, TONES, ClaimKind, ClaimState
from . import office

PERSON = settings.AUTH_USER_MODEL


class Claims(models.QuerySet):
    def visible_to(self, user):
        return office.visible_to(self, user, "attempt__enrolment")

    def for_office(self, registrar):
        return office.for_office(self, registrar, "attempt__enrolment")


class Claim(models.Model):
    """What one trainee asks about one attempt. Days that they certify themselves are a claim that is granted by rule."""

    PERSONAL_DATA = {
        "attempt": "whose claim; may tell of health. At least 5 years after the course ends",
        "kind": "what was asked for",
        "words": "what happened, in the trainee's words; may be health. At least 5 years after the course ends",
        "wish_on": "by when they could hand in",
        "answer": "the office's words to the trainee; at least 5 years after the course ends",
        "answered_by": "which registrar answered",
    }
    TRANSITIONS = CLAIM_TRANSITIONS

    # No way back from the attempt: no question about a script comes upon a claim.
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=ClaimKind.choices)
    days = models.PositiveSmallIntegerField(null=True)
    wish_on = models.DateField(null=True)
    words = models.TextField(max_length=4000, blank=True)
    due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateField(null=True)
    evidence_by = models.DateField(null=True)
    answer = models.TextField(max_length=2000, blank=True)
    new_due_at = models.DateTimeField(null=True)
    is_of_university = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    state = state_field(ClaimState, ClaimState.WAITING)
    objects = Claims.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(state__in=OPEN_CLAIMS),
                name="one_open_claim",
            ),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(kind=ClaimKind.SELF_CERTIFIED),
                name="one_self_certification",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_by", "id"],
                name="claims_to_answer",
                condition=Q(state__in=OPEN_CLAIMS),
            )
        ]

    @property
    def enrolment(self):
        """Whose claim it is."""
        return self.attempt.enrolment

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CLAIMS

    @property
    def is_current(self) -> bool:
        """Is it about the attempt that its trainee has now?"""
        return self.attempt.is_current

    @property
    def is_overdue(self) -> bool:
        """Had the trainee been told to expect an answer before today, or was their evidence to come before today?"""
        is_waiting = self.state == ClaimState.WAITING
        day = self.answer_by if is_waiting else self.evidence_by
        return bool(self.is_open and day and day < clock.today())

    @property
    def is_late(self) -> bool:
        """Was it made after the work was due?"""
        return bool(self.due_at and self.made_at > self.due_at)

    @property
    def tone(self) -> str:
        return TONES[ClaimState(self.state)]

    @property
    def version(self) -> str:
        """What a page was opened on: where the claim stood, and how much evidence there was."""
        return f"{self.state}-{len(self.evidence.all())}"
