"""What trainees hand in: the author's side of a piece of work. Markers never hold a Submission (see marking/blind.py)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from ..attempts.models import Attempt
from ..setting.models import HUNDRED, Assessment
from .states import ATTEMPT_TRANSITIONS, SUBMISSION_TRANSITIONS, AttemptState, SubmissionState

PERSON = settings.AUTH_USER_MODEL


class OwnWork(models.QuerySet):
    def visible_to(self, user):
        """The author's own; registrars see all. Markers see none: they hold a BlindScript."""
        if has_role(user, Role.REGISTRAR):
            return self
        return self.filter(enrolment__person_id=user.pk)


class QuizAttempt(models.Model):
    PERSONAL_DATA = {
        "enrolment": "whose attempt",
        "attempt": "which of their attempts",
        "answers": "their answers; 5 years after the course ends",
    }
    TRANSITIONS = ATTEMPT_TRANSITIONS

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="quizzes")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="quizzes")
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="quiz")
    answers = models.JSONField(default=dict, help_text=gettext_lazy("Question key to choice id."))
    begun_at = models.DateTimeField(default=clock.now)
    handed_in_at = models.DateTimeField(null=True)
    mark = models.DecimalField(max_digits=5, decimal_places=2, null=True, validators=HUNDRED)
    receipt = models.CharField(max_length=20, unique=True)
    state = state_field(AttemptState, AttemptState.OPEN)
    objects = OwnWork.as_manager()

    class Meta:
        verbose_name = gettext_lazy("quiz")


class Submission(models.Model):
    """A piece of written work: the author's side of it."""

    PERSONAL_DATA = {
        "enrolment": "the author",
        "attempt": "which of the author's attempts",
        "note": "what the author typed",
        "original_name": "the author's file name",
        "original": "the work as handed in; 5 years after the course ends. A file not handed in: IMSA_KEPT_FILE_DAYS",
        "copy": "the work as markers read it; as long as the original",
        "note_read_by": "which registrar read the note",
    }
    TRANSITIONS = SUBMISSION_TRANSITIONS

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="submissions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="submission")
    script = models.CharField(gettext_lazy("script number"), max_length=20, unique=True)
    receipt = models.CharField(max_length=20, unique=True)
    note = models.TextField(
        blank=True, max_length=4000, help_text=gettext_lazy("The author's note to the registry.")
    )
    note_read_at = models.DateTimeField(null=True)
    note_read_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    original = models.CharField(
        max_length=200, blank=True, help_text=gettext_lazy("Private path of the file as handed in.")
    )
    original_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    copy = models.CharField(
        max_length=200,
        blank=True,
        help_text=gettext_lazy("Private path of the markers' copy, without document properties."),
    )
    copy_sha256 = models.CharField(max_length=64, blank=True)
    kept_at = models.DateTimeField(
        null=True,
        help_text=gettext_lazy("When a draft’s file was chosen; empty once it is handed in."),
    )
    submitted_at = models.DateTimeField(null=True)
    state = state_field(SubmissionState, SubmissionState.DRAFT)
    objects = OwnWork.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        indexes = [
            models.Index(
                fields=["state", "submitted_at", "id"],
                name="papers_to_allocate",
                condition=models.Q(state__in=[SubmissionState.SUBMITTED, SubmissionState.THIRD]),
            ),
            models.Index(
                fields=["submitted_at", "id"],
                name="papers_with_a_note",
                condition=~models.Q(note=""),
            ),
            models.Index(
                fields=["submitted_at", "id"],
                name="notes_to_read",
                condition=~models.Q(note="") & models.Q(note_read_at=None),
            ),
        ]

    @property
    def lines(self):
        """The history of its attempt's mark."""
        return self.attempt.lines
