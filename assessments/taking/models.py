"""What trainees hand in: the author's side of a piece of work. Markers never hold a Submission (see marking/blind.py)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from ..attempts.models import Attempt
from ..setting.models import HUNDRED, Assessment, Choice, Question
from ..setting.sections import QuizSection
from .states import (
    ATTEMPT_TRANSITIONS,
    BEFORE_A_BOARD,
    SUBMISSION_TRANSITIONS,
    AttemptState,
    ReplacementReason,
    SubmissionState,
)

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
        "answers": "their answers; at least 5 years after the course ends",
    }
    TRANSITIONS = ATTEMPT_TRANSITIONS

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="quizzes")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="quizzes")
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="quiz")
    answers = models.JSONField(
        default=dict,
        help_text=gettext_lazy(
            "Question key to answer, as handed in; until then `responses` hold them."
        ),
    )
    begun_at = models.DateTimeField(default=clock.now)
    handed_in_at = models.DateTimeField(null=True)
    mark = models.DecimalField(max_digits=5, decimal_places=2, null=True, validators=HUNDRED)
    receipt = models.CharField(max_length=20, unique=True)
    seed = models.CharField(
        max_length=32,
        blank=True,
        default="",
        help_text=gettext_lazy("Of the draw of its questions."),
    )
    state = state_field(AttemptState, AttemptState.OPEN)
    objects = OwnWork.as_manager()

    class Meta:
        verbose_name = gettext_lazy("quiz")


class PaperItem(models.Model):
    """One question that one attempt was asked, and in which order its choices stood. Added when it begins, never edited."""

    PERSONAL_DATA = {"quiz": "who was asked", "choices": "in which order they read the choices"}

    quiz = models.ForeignKey(QuizAttempt, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="items")
    section = models.ForeignKey(QuizSection, on_delete=models.PROTECT, null=True, related_name="+")
    choices = models.JSONField(
        default=list,
        help_text=gettext_lazy("The choices’ ids as they stood; empty for the question’s order."),
    )

    class Meta:
        ordering = ["quiz_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "position"], name="one_item_per_position"),
            models.UniqueConstraint(fields=["quiz", "question"], name="one_item_per_question"),
        ]


class Response(models.Model):
    """One answer to one question of an attempt, as it was given. Added, never edited; the newest of a question counts. `client_key` begins with the page that it
    was given on: the same answer, sent again, is there already."""

    PERSONAL_DATA = {
        "quiz": "whose answer",
        "choice": "what they chose; at least 5 years after the course ends",
        "answer": "what they chose or typed; at least 5 years after the course ends",
    }

    quiz = models.ForeignKey(QuizAttempt, on_delete=models.PROTECT, related_name="responses")
    item = models.ForeignKey(PaperItem, on_delete=models.PROTECT, related_name="responses")
    number = models.PositiveIntegerField()
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.JSONField(
        null=True,
        help_text=gettext_lazy("Where it is not one choice, as in assessments.setting.kinds."),
    )
    client_key = models.CharField(max_length=80, unique=True)
    is_late_arrival = models.BooleanField(
        default=False,
        help_text=gettext_lazy("It came after the end of the time, and was accepted by rule."),
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["quiz_id", "pk"]
        indexes = [
            models.Index(
                fields=["quiz"],
                name="responses_by_rule",
                condition=models.Q(is_late_arrival=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_response_per_number"),
            models.CheckConstraint(
                condition=models.Q(choice__isnull=True, answer__isnull=False)
                | models.Q(choice__isnull=False, answer__isnull=True),
                name="response_is_a_choice_or_an_answer",
            ),
        ]

    @property
    def value(self):
        """The answer, of whatever kind; `setting.kinds` judges it."""
        return self.choice_id if self.answer is None else self.answer

    @staticmethod
    def fields_for(value) -> dict:
        """The columns that keep an answer."""
        return {"choice_id": value} if isinstance(value, int) else {"answer": value}


class LateAnswersOf(models.QuerySet):
    def visible_to(self, user):
        """The trainee's own; registrars see all but their own, which another registrar answers."""
        if has_role(user, Role.REGISTRAR):
            return self.exclude(quiz__enrolment__person_id=user.pk)
        return self.filter(quiz__enrolment__person_id=user.pk)


class LateAnswers(models.Model):
    """Answers from a device that the quiz did not take any more, as its trainee sent them to the office. Nothing counts by them; the office says what
    comes of it."""

    PERSONAL_DATA = {
        "quiz": "whose answers",
        "answers": "what the device held; at least 5 years after the course ends",
        "note": "what the trainee wrote about it",
        "outcome": "what the office answered",
        "answered_by": "which registrar",
        "earlier_outcomes": "what the office had answered before, and which registrars",
    }

    quiz = models.ForeignKey(QuizAttempt, on_delete=models.PROTECT, related_name="late_answers")
    digest = models.CharField(
        max_length=64, help_text=gettext_lazy("Of the answers: the same are sent once.")
    )
    answers = models.JSONField(
        help_text=gettext_lazy("Each with its question’s place, its values, and the device’s time.")
    )
    note = models.TextField(max_length=1000, blank=True)
    at = models.DateTimeField(default=clock.now)
    outcome = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    earlier_outcomes = models.JSONField(
        default=list,
        help_text=gettext_lazy(
            "What the office had said before, each with its moment and the registrar’s key."
        ),
    )
    objects = LateAnswersOf.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = gettext_lazy("late answers")
        constraints = [models.UniqueConstraint(fields=["quiz", "digest"], name="late_answers_once")]
        indexes = [
            models.Index(
                fields=["at", "id"],
                name="late_answers_open",
                condition=models.Q(answered_at=None),
            )
        ]

    @property
    def version(self) -> int:
        """How often the office has answered."""
        return len(self.earlier_outcomes) + bool(self.answered_at)


class ItemCredit(models.Model):
    """What one question earned in a quiz that was handed in, from 0 to 1: for the statistics of questions, the mark has its own line. Added, never edited."""

    PERSONAL_DATA = {"item": "of whose quiz", "credit": "how it was answered"}

    item = models.OneToOneField(PaperItem, on_delete=models.PROTECT, related_name="credit")
    credit = models.FloatField()

    class Meta:
        verbose_name = gettext_lazy("credit of a question")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(credit__gte=0) & models.Q(credit__lte=1),
                name="item_credit_is_a_share",
            )
        ]


class FileFields(models.Model):
    """A file as its author chose it, and the copy of it that markers read."""

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

    FILE = ("original", "original_name", "sha256", "size", "copy", "copy_sha256")

    class Meta:
        abstract = True

    def file(self) -> dict:
        return {name: getattr(self, name) for name in self.FILE}


class Submission(FileFields):
    """A piece of written work: the author's side of it. Once it is in, its file, its receipt and its moment are those of the newest `Handing`."""

    PERSONAL_DATA = {
        "enrolment": "the author",
        "attempt": "which of the author's attempts",
        "note": "what the author typed",
        "original_name": "the author's file name",
        "original": "the work as handed in; at least 5 years after the course ends. A file not handed in: IMSA_KEPT_FILE_DAYS",
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
    kept_at = models.DateTimeField(
        null=True,
        help_text=gettext_lazy("When a draft’s file was chosen; empty once it is handed in."),
    )
    submitted_at = models.DateTimeField(null=True)
    names_author = models.BooleanField(
        default=False,
        help_text=gettext_lazy("Do markers see who wrote it? As its author was told, for good."),
    )
    state = state_field(SubmissionState, SubmissionState.DRAFT)
    objects = OwnWork.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(names_author=False) | models.Q(submitted_at__isnull=False),
                name="work_names_its_author_once_in",
            )
        ]
        indexes = [
            models.Index(
                fields=["state", "submitted_at", "id"],
                name="papers_to_allocate",
                condition=models.Q(state__in=[SubmissionState.SUBMITTED, SubmissionState.THIRD]),
            ),
            models.Index(
                fields=["state", "assessment", "enrolment"],
                name="papers_before_a_board",
                condition=models.Q(state__in=BEFORE_A_BOARD),
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


class OwnHandings(models.QuerySet):
    def visible_to(self, user):
        """As `OwnWork`, of the work that was handed in."""
        if has_role(user, Role.REGISTRAR):
            return self
        return self.filter(submission__enrolment__person_id=user.pk)


class Handing(FileFields):
    """One hand-in of a piece of written work, with its receipt. Added, never edited; markers read the newest."""

    PERSONAL_DATA = {
        "submission": "whose work",
        "original_name": "the author's file name",
        "original": "the work as handed in; at least 5 years after the course ends",
        "copy": "the work as markers read it; as long as the original",
        "fit_to_sit": "what the author declared of their health; as long as the original",
    }

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="handings")
    number = models.PositiveSmallIntegerField()
    receipt = models.CharField(max_length=20, unique=True)
    fit_to_sit = models.TextField(
        blank=True, help_text=gettext_lazy("The declaration in its words; empty: not asked.")
    )
    at = models.DateTimeField(default=clock.now)
    objects = OwnHandings.as_manager()

    class Meta:
        ordering = ["submission_id", "number"]
        verbose_name = gettext_lazy("hand-in")
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="one_handing_per_number")
        ]


class Upload(FileFields):
    """A file that was chosen to replace the one that is in, until it is handed in, taken back or IMSA_KEPT_FILE_DAYS old."""

    PERSONAL_DATA = {
        "submission": "whose work",
        "original_name": "the author's file name",
        "original": "a file not handed in: IMSA_KEPT_FILE_DAYS",
        "copy": "as long as the original",
    }

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="upload")
    kept_at = models.DateTimeField(default=clock.now)


class OwnUploads(models.QuerySet):
    def visible_to(self, user):
        """The author's own, and nobody else's: it is not handed in."""
        return self.filter(attempt__enrolment__person_id=user.pk)


class PartialUpload(models.Model):
    """A file on its way, in pieces: how much of it is on the disk. There is one for an attempt; whole, it becomes the draft's file or an `Upload`, and
    `sha256` says which. What is not finished goes after IMSA_PARTIAL_UPLOAD_DAYS."""

    PERSONAL_DATA = {
        "attempt": "whose work",
        "name": "the author's file name",
        "path": "a part of a file not handed in: IMSA_PARTIAL_UPLOAD_DAYS",
    }

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="partial_upload")
    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text=gettext_lazy("Of the whole file, in bytes."))
    fingerprint = models.CharField(
        max_length=64, help_text=gettext_lazy("As lms.kit.files.parts.Digests has it.")
    )
    offset = models.PositiveBigIntegerField(
        default=0, help_text=gettext_lazy("Bytes that are on the disk and confirmed.")
    )
    path = models.CharField(
        max_length=200,
        blank=True,
        help_text=gettext_lazy("Private path of what has arrived so far."),
    )
    sha256 = models.CharField(
        max_length=64, blank=True, help_text=gettext_lazy("Of the whole file, once it was used.")
    )
    begun_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    objects = OwnUploads.as_manager()

    class Meta:
        verbose_name = gettext_lazy("file on its way")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset__lte=models.F("size")), name="partial_upload_within_size"
            )
        ]

    @property
    def expires_at(self):
        """When it is deleted unless another piece comes."""
        return self.changed_at + timedelta(days=settings.IMSA_PARTIAL_UPLOAD_DAYS)

    @property
    def is_whole(self) -> bool:
        return self.offset == self.size


class ReplacementPermission(models.Model):
    """A registrar let one person replace their file once, also after it was due. `number` is the hand-in that it is for: when that is in, it is used."""

    PERSONAL_DATA = {"submission": "whose work", "by": "who allowed it", "reason": "why"}

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="replacement_permissions"
    )
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=16, choices=ReplacementReason.choices)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["submission_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"], name="one_permission_per_hand_in"
            )
        ]
