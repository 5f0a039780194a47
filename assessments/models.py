"""How work is judged; markers never hold a Submission (see blind.py)."""

import hashlib
import json

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from cohorts.models import Cohort, Enrolment
from courses.models import Module
from lms.kit import clock
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from .states import (
    ALLOCATION_TRANSITIONS,
    ATTEMPT_TRANSITIONS,
    BOARD_TRANSITIONS,
    SUBMISSION_TRANSITIONS,
    AllocationState,
    AttemptState,
    BoardState,
    SubmissionState,
)

PERSON = settings.AUTH_USER_MODEL
HUNDRED = [MinValueValidator(0), MaxValueValidator(100)]


class Assessment(models.Model):
    PERSONAL_DATA = {}

    QUIZ, ASSIGNMENT = "quiz", "assignment"

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="assessments")
    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(
        max_length=12, choices=[(QUIZ, "Quiz"), (ASSIGNMENT, "Written assignment")]
    )
    title = models.CharField(max_length=200)
    brief = models.TextField()
    weight = models.PositiveSmallIntegerField(help_text="Percent of the module's mark.")
    words = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["module__order", "code"]

    @property
    def is_quiz(self):
        return self.kind == self.QUIZ

    def __str__(self):
        return f"{self.code} {self.title}"


class Deadline(models.Model):
    """When a cohort hands an assessment in."""

    PERSONAL_DATA = {}

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="deadlines")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="deadlines")
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "cohort"], name="one_deadline_per_cohort")
        ]


class Criterion(models.Model):
    PERSONAL_DATA = {}

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="criteria")
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(help_text="Percent of the mark.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "key"], name="one_criterion_per_key")
        ]


class Question(models.Model):
    PERSONAL_DATA = {}

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="questions")
    key = models.CharField(max_length=20, unique=True)
    text = models.TextField()
    why = models.TextField(blank=True, help_text="Shown after marking.")
    nation = models.CharField(max_length=20, blank=True, help_text="Empty for everybody.")
    order = models.PositiveSmallIntegerField(default=0)
    provision = models.ForeignKey(
        "courses.Provision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        help_text="The law that its answer rests on.",
    )
    reading = models.PositiveIntegerField(
        default=1, help_text="The reading of that law which the question was written from."
    )

    class Meta:
        ordering = ["order", "pk"]


class Choice(models.Model):
    PERSONAL_DATA = {}

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="choices")
    text = models.CharField(max_length=400)
    is_right = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]


class OwnWork(models.QuerySet):
    def visible_to(self, user):
        """The author's own; registrars see all. Markers see none: they hold a BlindScript."""
        if has_role(user, Role.REGISTRAR):
            return self
        return self.filter(enrolment__person_id=user.pk)


class QuizAttempt(models.Model):
    PERSONAL_DATA = {
        "enrolment": "whose attempt",
        "answers": "their answers; 5 years after the course ends",
    }
    TRANSITIONS = ATTEMPT_TRANSITIONS

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="attempts")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    answers = models.JSONField(default=dict, help_text="Question key to choice id.")
    begun_at = models.DateTimeField(default=clock.now)
    handed_in_at = models.DateTimeField(null=True)
    mark = models.DecimalField(max_digits=5, decimal_places=2, null=True, validators=HUNDRED)
    receipt = models.CharField(max_length=20, unique=True)
    state = state_field(AttemptState, AttemptState.OPEN)
    objects = OwnWork.as_manager()

    class Meta:
        verbose_name = "quiz"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "enrolment"], name="one_attempt_per_quiz")
        ]


class Submission(models.Model):
    """A piece of written work: the author's side of it."""

    PERSONAL_DATA = {
        "enrolment": "the author",
        "note": "what the author typed",
        "original_name": "the author's file name",
        "original": "the work as handed in; 5 years after the course ends. A file not handed in: IMSA_KEPT_FILE_DAYS",
        "copy": "the work as markers read it; as long as the original",
        "note_read_by": "which registrar read the note",
    }
    TRANSITIONS = SUBMISSION_TRANSITIONS

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="submissions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    script = models.CharField("script number", max_length=20, unique=True)
    receipt = models.CharField(max_length=20, unique=True)
    note = models.TextField(
        blank=True, max_length=4000, help_text="The author's note to the registry."
    )
    note_read_at = models.DateTimeField(null=True)
    note_read_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    original = models.CharField(
        max_length=200, blank=True, help_text="Private path of the file as handed in."
    )
    original_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    copy = models.CharField(
        max_length=200,
        blank=True,
        help_text="Private path of the markers' copy, without document properties.",
    )
    copy_sha256 = models.CharField(max_length=64, blank=True)
    kept_at = models.DateTimeField(
        null=True, help_text="When a draft’s file was chosen; empty once it is handed in."
    )
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    state = state_field(SubmissionState, SubmissionState.DRAFT)
    objects = OwnWork.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "enrolment"], name="one_submission_per_assessment"
            )
        ]
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
    def is_late(self):
        return bool(self.due_at and self.submitted_at and self.submitted_at > self.due_at)


class Allocation(models.Model):
    """One marker's task with one script; the draft is theirs alone until sealed."""

    PERSONAL_DATA = {
        "submission": "whose work is marked",
        "marker": "who marks",
        "marks": "the marker's judgement of the author's work; 5 years after the course ends",
        "comment": "the marker's words to the author; 5 years after the course ends",
        "total": "the marker's mark; 5 years after the course ends",
    }
    TRANSITIONS = ALLOCATION_TRANSITIONS

    FIRST, SECOND, THIRD = "first", "second", "third"
    STAGES = [(FIRST, "First marker"), (SECOND, "Second marker"), (THIRD, "Third marker")]

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="allocations")
    marker = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="allocations")
    stage = models.CharField(max_length=8, choices=STAGES)
    due_on = models.DateField()
    marks = models.JSONField(
        default=dict, blank=True, help_text="Criterion key to a mark of 0-100."
    )
    comment = models.TextField(blank=True, max_length=8000)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True, validators=HUNDRED)
    sealed_at = models.DateTimeField(null=True)
    conflict_reported_at = models.DateTimeField(
        null=True, help_text="When the registrars were told that the marker may not go on."
    )
    state = state_field(AllocationState, AllocationState.OPEN)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = "marking task"
        indexes = [
            models.Index(
                fields=["marker", "due_on"],
                name="tasks_open",
                condition=models.Q(state=AllocationState.OPEN),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["submission", "stage"], name="one_marker_per_stage"),
            models.UniqueConstraint(fields=["submission", "marker"], name="nobody_marks_twice"),
        ]

    @property
    def version(self):
        """Names the draft as it is now, and whose it is; a page opened on another version overwrites nothing."""
        draft = json.dumps([self.marks, self.comment], sort_keys=True)
        return f"{self.pk}-{hashlib.sha256(draft.encode()).hexdigest()[:16]}"


class MarkLine(models.Model):
    """One line of a mark's history: first, second, third, agreed, ratified. Added, never edited."""

    PERSONAL_DATA = {"submission": "whose mark", "by": "who set it"}

    STAGES = [*Allocation.STAGES, ("agreed", "Agreed mark"), ("ratified", "Decided by the board")]

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=8, choices=STAGES)
    mark = models.DecimalField(max_digits=5, decimal_places=2, validators=HUNDRED)
    rule = models.CharField(max_length=300, blank=True, help_text="Why it is this mark.")
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["submission", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"], name="one_mark_line_per_number"
            ),
            models.CheckConstraint(
                condition=models.Q(mark__gte=0, mark__lte=100), name="mark_line_within_0_and_100"
            ),
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A mark's line never changes; add the next one.")
        super().save(*args, **kwargs)


class Board(models.Model):
    """An examination board's meeting on one cohort."""

    PERSONAL_DATA = {
        "sample_confirmed_by": "the external examiner",
        "sample_comment": "the external examiner's words to the board",
        "ratified_by": "who recorded the decisions",
        "chair": "who chaired, as the minutes say",
    }
    TRANSITIONS = BOARD_TRANSITIONS

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="boards")
    title = models.CharField(max_length=200)
    meets_on = models.DateField()
    sample_confirmed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sample_confirmed_at = models.DateTimeField(null=True)
    sample_comment = models.TextField(blank=True, max_length=4000)
    ratified_at = models.DateTimeField(null=True)
    ratified_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    chair = models.CharField(
        max_length=200, blank=True, help_text="Who chaired, as the minutes say."
    )
    state = state_field(BoardState, BoardState.CALLED)

    class Meta:
        ordering = ["-meets_on"]

    def __str__(self):
        return self.title


class BoardDecision(models.Model):
    """What a board decided on one module of one enrolment; a correction is a new decision."""

    PERSONAL_DATA = {
        "enrolment": "whose result",
        "mark": "the module mark",
        "components": "the mark of each piece",
    }

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="decisions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="decisions")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="decisions")
    mark = models.DecimalField(max_digits=5, decimal_places=2, validators=HUNDRED)
    is_pass = models.BooleanField()
    components = models.JSONField(
        default=list, help_text="Each assessment's code, weight and mark."
    )
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["enrolment", "module__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["board", "enrolment", "module"], name="one_decision_per_board"
            )
        ]
        # SQLite keeps no statistics: between the indexes of two keys it took the module's, and read every decision of it for each person.
        indexes = [
            models.Index(
                fields=["enrolment", "module", "-decided_at", "-id"], name="newest_decision"
            )
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A board's decision never changes; a correction is a new decision.")
        super().save(*args, **kwargs)


class Award(models.Model):
    """The University's award: permanent, and separate from accreditation."""

    PERSONAL_DATA = {"enrolment": "whose award; kept for life"}

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="award")
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="awards")
    title = models.CharField(max_length=200)
    conferred_on = models.DateField()

    def __str__(self):
        return self.title
