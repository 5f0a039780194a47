"""Appeals against what a board decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lms.kit import clock
from lms.kit.transitions import state_field

from ...deciding.models import BoardDecision, ChairsAction
from ..states import APPEAL_TONES, APPEAL_TRANSITIONS, OPEN_APPEALS, AppealState, Ground
from . import office

PERSON = settings.AUTH_USER_MODEL


class Appeals(models.QuerySet):
    def visible_to(self, user):
        return office.visible_to(self, user, "decision__enrolment")

    def for_office(self, registrar):
        return office.for_office(self, registrar, "decision__enrolment")


class Appeal(models.Model):
    """A trainee asks that one decision is looked at again. One that is upheld leads to a decision by the chair, or says how it is put right."""

    PERSONAL_DATA = {
        "decision": "whose result is appealed against",
        "words": "why, in the trainee's words; may be health. At least 5 years after the course ends",
        "why_late": "why it comes late, in the trainee's words; at least 5 years after the course ends",
        "answer": "the office's words to the trainee; at least 5 years after the course ends",
        "answered_by": "which registrar answered",
        "chairs_action": "what the chair decided about the trainee",
    }
    TRANSITIONS = APPEAL_TRANSITIONS

    decision = models.ForeignKey(BoardDecision, on_delete=models.PROTECT, related_name="appeals")
    ground = models.CharField(max_length=16, choices=Ground.choices)
    words = models.TextField(max_length=4000)
    deadline_on = models.DateField()
    why_late = models.TextField(max_length=1000, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateField()
    answer = models.TextField(max_length=2000, blank=True)
    letter_on = models.DateField(null=True)
    next_step_by = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    chairs_action = models.OneToOneField(
        ChairsAction, on_delete=models.PROTECT, null=True, related_name="appeal"
    )
    closed_at = models.DateTimeField(null=True)
    state = state_field(AppealState, AppealState.RECEIVED)
    objects = Appeals.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=~Q(state=AppealState.WITHDRAWN),
                name="one_appeal_per_decision",
            )
        ]
        indexes = [
            models.Index(
                fields=["answer_by", "id"],
                name="appeals_to_answer",
                condition=Q(state__in=OPEN_APPEALS),
            )
        ]

    @property
    def enrolment(self):
        """Whose appeal it is."""
        return self.decision.enrolment

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_APPEALS

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.answer_by < clock.today()

    @property
    def tone(self) -> str:
        return APPEAL_TONES[AppealState(self.state)]

    @property
    def version(self) -> str:
        """What a page was opened on."""
        return f"{self.state}-{len(self.evidence.all())}"
