"""Claims that a module counts by what somebody learned before (RPL). What was decided on them is `attempts.PriorCredit`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from courses.models import Module
from lms.kit import clock
from lms.kit.transitions import state_field

from ..states import (
    BEFORE_BOARD,
    OPEN_PRIOR,
    PRIOR_TONES,
    PRIOR_TRANSITIONS,
    Ground,
    Opinion,
    PriorKind,
    PriorState,
)
from . import office

PERSON = settings.AUTH_USER_MODEL


class PriorLearningClaims(models.QuerySet):
    def visible_to(self, user):
        """A trainee's own; what an academic was asked about; of registrars, what they may handle."""
        own = Q(enrolment__person=user.pk) | Q(academic=user.pk)
        return self.filter(own | Q(pk__in=self.for_office(user).values("pk")))

    def for_office(self, registrar):
        return office.for_office(self, registrar, "enrolment")


class PriorLearningClaim(models.Model):
    """One trainee claims the credit of one module. It goes from the office to an academic, who recommends, and to a board, which decides."""

    PERSONAL_DATA = {
        "enrolment": "whose claim; at least 5 years after the course ends",
        "kind": "assessed, or from experience",
        "title": "what they learned, in their words; at least 5 years after the course ends",
        "provider": "where; at least 5 years after the course ends",
        "award": "what credit it had there; at least 5 years after the course ends",
        "words": "how it meets the module, in their words; at least 5 years after the course ends",
        "answer_by": "by when the office answers",
        "question": "what the office asked",
        "reply": "what they answered; at least 5 years after the course ends",
        "academic": "who recommends",
        "sent_by": "which registrar asked the academic",
        "opinion_words": "why, in the academic's words to the board",
        "appeal_words": "why they appeal, in their words; may be health. At least 5 years after the course ends",
        "why_late": "why the appeal comes late; at least 5 years after the course ends",
    }
    TRANSITIONS = PRIOR_TRANSITIONS

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="prior_claims")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="prior_claims")
    kind = models.CharField(max_length=12, choices=PriorKind.choices)
    title = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    ended_on = models.DateField()
    award = models.CharField(max_length=200, blank=True)
    words = models.TextField(max_length=4000)
    made_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateField()
    question = models.TextField(max_length=2000, blank=True)
    reply = models.TextField(max_length=4000, blank=True)
    academic = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    sent_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    opinion = models.CharField(max_length=8, choices=Opinion.choices, blank=True)
    opinion_words = models.TextField(max_length=2000, blank=True)
    opinion_at = models.DateTimeField(null=True)
    appeal_ground = models.CharField(max_length=16, choices=Ground.choices, blank=True)
    appeal_words = models.TextField(max_length=4000, blank=True)
    why_late = models.TextField(max_length=1000, blank=True)
    appealed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    state = state_field(PriorState, PriorState.CHECKING)
    objects = PriorLearningClaims.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = gettext_lazy("claim on prior learning")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module"],
                condition=~Q(state=PriorState.WITHDRAWN),
                name="one_prior_claim_per_module",
            )
        ]
        indexes = [
            models.Index(
                fields=["answer_by", "id"],
                name="prior_claims_to_answer",
                condition=Q(state__in=OPEN_PRIOR),
            )
        ]

    @property
    def is_open(self) -> bool:
        """Can files be added?"""
        return self.state in OPEN_PRIOR

    @property
    def may_be_withdrawn(self) -> bool:
        return self.state in BEFORE_BOARD

    @property
    def is_overdue(self) -> bool:
        return self.state == PriorState.CHECKING and self.answer_by < clock.today()

    @property
    def tone(self) -> str:
        return PRIOR_TONES[PriorState(self.state)]

    @property
    def version(self) -> str:
        """What a page was opened on: where it stood, whom the office asked, how many files there were, and how often it was decided."""
        asked = self.academic_id or 0
        return f"{self.state}-{asked}-{len(self.evidence.all())}-{len(self.decisions.all())}"
