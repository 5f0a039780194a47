"""What is asked of trainees: assessments, the versions of what each asks, and when a cohort sits which."""

from datetime import date, datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort
from courses.models import Module
from lms.kit import clock
from lms.kit.transitions import state_field

from . import essays, kinds
from .rubric import HALF, WHOLE
from .states import VERSION_TRANSITIONS, ReleaseBy, ReleaseWhen, SubmissionType, VersionState

PERSON = settings.AUTH_USER_MODEL
HUNDRED = [MinValueValidator(0), MaxValueValidator(100)]


class InUse(models.Manager):
    """Assessments of which a version has been approved: nobody is asked for the others."""

    def get_queryset(self):
        return super().get_queryset().filter(is_in_use=True)


class Assessment(models.Model):
    """A piece of work of a module. What it asks stands in its versions; `queries.of_cohort` gives the ones below of one cohort."""

    PERSONAL_DATA = {}

    QUIZ, ASSIGNMENT, PORTFOLIO = "quiz", "assignment", "portfolio"

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="assessments")
    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(
        max_length=12,
        choices=[
            (QUIZ, gettext_lazy("Quiz")),
            (ASSIGNMENT, gettext_lazy("Written assignment")),
            (PORTFOLIO, gettext_lazy("Portfolio of practice")),
        ],
    )
    title = models.CharField(max_length=200)
    is_in_use = models.BooleanField(
        default=False,
        help_text=gettext_lazy("Has a version been approved? Until then it is asked of no one."),
    )
    objects = InUse()
    drafts_too = models.Manager()

    weight: int
    minimum: int | None
    must_pass: bool
    words: int | None
    submission_type: str
    brief: str
    opens_at: datetime | None
    due_at: datetime | None
    feedback_due_on: date | None
    names_author: bool
    # What `queries.overview` and `pieces_of` add for whoever sets it.
    newest: "AssessmentVersion | None"
    draft: "AssessmentVersion | None"
    undated: list
    sitting: "Sitting | None"

    class Meta:
        ordering = ["module__order", "code"]

    @property
    def is_quiz(self):
        return self.kind == self.QUIZ

    @property
    def is_portfolio(self):
        return self.kind == self.PORTFOLIO

    def __str__(self):
        return f"{self.code} {self.title}"


class AssessmentVersion(models.Model):
    """What an assessment asks, and by what it is judged. Once approved it never changes: the next version does."""

    PERSONAL_DATA = {}
    TRANSITIONS = VERSION_TRANSITIONS

    STEPS = [
        (WHOLE, gettext_lazy("Whole marks")),
        (HALF, gettext_lazy("Whole and half marks")),
    ]

    DOUBLE, MODERATED = "double", "moderated"
    SCHEMES = [
        (DOUBLE, gettext_lazy("Two markers for each script")),
        (MODERATED, gettext_lazy("One marker for each script, and moderation of a sample")),
    ]

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    brief = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(
        validators=HUNDRED, help_text=gettext_lazy("Percent of the module's mark.")
    )
    words = models.PositiveIntegerField(null=True, blank=True)
    asks = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=gettext_lazy(
            "How many of a quiz’s questions each attempt is asked; empty for all."
        ),
    )
    shuffles_choices = models.BooleanField(
        default=False,
        help_text=gettext_lazy("Do a question’s choices stand in another order in each attempt?"),
    )
    draws = models.JSONField(
        default=list,
        blank=True,
        help_text=gettext_lazy("Of those asked, how many have a tag: a list of tag and count."),
    )
    step = models.DecimalField(
        max_digits=2,
        decimal_places=1,
        choices=STEPS,
        default=WHOLE,
        help_text=gettext_lazy("The steps in which a criterion is marked."),
    )
    scheme = models.CharField(
        max_length=12,
        choices=SCHEMES,
        default=DOUBLE,
        help_text=gettext_lazy("How written work is marked."),
    )
    submission_type = models.CharField(
        max_length=8,
        choices=SubmissionType.choices,
        default=SubmissionType.FILE,
        help_text=gettext_lazy("How written work is handed in."),
    )
    names_author = models.BooleanField(
        default=False, help_text=gettext_lazy("Do markers see who wrote it? Never of a quiz.")
    )
    takes_recordings = models.BooleanField(
        default=False, help_text=gettext_lazy("Can markers give spoken feedback?")
    )
    chooses_subject = models.BooleanField(
        default=False, help_text=gettext_lazy("Does each author choose a subject of their own?")
    )
    minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=gettext_lazy("How long a quiz may take from its beginning; empty for no limit."),
    )
    practice_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=gettext_lazy("Hours of practice that a portfolio needs.")
    )
    reflections = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=gettext_lazy("Reflections that a portfolio needs.")
    )
    may_lack = models.BooleanField(
        default=False,
        help_text=gettext_lazy("Can a portfolio be handed in that still lacks some of it?"),
    )
    minimum = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=HUNDRED,
        help_text=gettext_lazy("Below it the module is not passed; empty: as the rules say."),
    )
    must_pass = models.BooleanField(
        default=False,
        help_text=gettext_lazy("Below the pass mark the module is not passed."),
    )
    # What it says itself, over the rules of the cohort; empty: as the rules say.
    attempt_limit = models.PositiveSmallIntegerField(null=True, blank=True)
    attempt_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    release_by = models.CharField(max_length=12, blank=True, choices=ReleaseBy.choices)
    release_when = models.CharField(max_length=12, blank=True, choices=ReleaseWhen.choices)
    revision = models.PositiveIntegerField(
        default=0,
        help_text=gettext_lazy("How often the draft was saved, for a page opened before."),
    )
    opened_at = models.DateTimeField(default=clock.now)
    approved_at = models.DateTimeField(null=True)
    state = state_field(VersionState, VersionState.DRAFT)

    class Meta:
        ordering = ["assessment", "number"]
        verbose_name = gettext_lazy("version")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "number"], name="one_assessment_version_per_number"
            ),
            models.UniqueConstraint(
                fields=["assessment"],
                condition=~Q(state=VersionState.APPROVED),
                name="one_draft_per_assessment",
            ),
            models.CheckConstraint(
                condition=Q(step__in=[WHOLE, HALF]), name="marks_are_whole_or_half"
            ),
            models.CheckConstraint(
                condition=Q(scheme__in=["double", "moderated"]), name="marking_scheme_there_is"
            ),
            models.CheckConstraint(
                condition=Q(submission_type__in=SubmissionType.values),
                name="submission_type_there_is",
            ),
            models.CheckConstraint(
                condition=Q(attempt_limit__range=(1, 5)) & Q(attempt_cap__range=(1, 100)),
                name="attempts_of_a_piece_in_range",
            ),
            models.CheckConstraint(
                condition=Q(release_by__in=["", *ReleaseBy.values])
                & Q(release_when__in=["", *ReleaseWhen.values]),
                name="release_rule_there_is",
            ),
        ]

    @property
    def asks_essays(self) -> bool:
        """Are there essays among its questions, which people mark? One query."""
        return self.places.filter(question__kind=kinds.ESSAY).exists()

    @property
    def is_draft(self):
        return self.state == VersionState.DRAFT

    @property
    def is_approved(self):
        return self.state == VersionState.APPROVED

    def __str__(self):
        return f"{self.assessment.code} {self.number}"


class Sitting(models.Model):
    """Which version a cohort sits, and when."""

    PERSONAL_DATA = {}

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="sittings")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="sittings")
    version = models.ForeignKey(
        AssessmentVersion, on_delete=models.PROTECT, related_name="sittings"
    )
    opens_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    marking_due_on = models.DateField(null=True)
    feedback_due_on = models.DateField(null=True)

    class Meta:
        db_table = "assessments_deadline"
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "cohort"], name="one_deadline_per_cohort"
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(due_at=None) | Q(opens_at__lt=F("due_at")),
                name="sitting_opens_before_it_is_due",
            ),
        ]


class Criterion(models.Model):
    PERSONAL_DATA = {}

    version = models.ForeignKey(
        AssessmentVersion, on_delete=models.PROTECT, related_name="criteria"
    )
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(help_text=gettext_lazy("Percent of the mark."))
    outcomes = models.JSONField(
        default=list, blank=True, help_text=gettext_lazy("Learning outcomes it shows, in words.")
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name_plural = gettext_lazy("criteria")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_criterion_per_key")
        ]


class Level(models.Model):
    """What work is like whose mark for a criterion lies from here to there. A criterion's levels hold every mark once, or it has none."""

    PERSONAL_DATA = {}

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="levels")
    mark_from = models.DecimalField(max_digits=4, decimal_places=1, validators=HUNDRED)
    mark_to = models.DecimalField(max_digits=4, decimal_places=1, validators=HUNDRED)
    descriptor = models.TextField(max_length=1000)

    class Meta:
        ordering = ["criterion_id", "-mark_from"]
        verbose_name = gettext_lazy("level")
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "mark_from"], name="one_level_begins_at_a_mark"
            ),
            models.CheckConstraint(
                condition=Q(mark_from__gte=0)
                & Q(mark_from__lte=F("mark_to"))
                & Q(mark_to__lte=100),
                name="level_ends_at_or_above_its_start",
            ),
        ]


class Question(models.Model):
    """A question of a quiz. Once a version that asks it is out of its author's hands it never changes: another `replaces` it."""

    PERSONAL_DATA = {}

    KINDS = [
        (kinds.SINGLE, gettext_lazy("One right answer")),
        (kinds.SEVERAL, gettext_lazy("Several right answers")),
        (kinds.TRUTH, gettext_lazy("True or false")),
        (kinds.NUMBER, gettext_lazy("A number")),
        (kinds.SHORT, gettext_lazy("A short answer")),
        (kinds.MATCH, gettext_lazy("Matching pairs")),
        (kinds.ORDER, gettext_lazy("Put in order")),
        (kinds.CLOZE, gettext_lazy("Gaps in a text")),
        (kinds.ESSAY, gettext_lazy("An essay, marked by people")),
    ]

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=12, choices=KINDS, default=kinds.SINGLE)
    solution = models.JSONField(
        default=dict,
        blank=True,
        help_text=gettext_lazy(
            "What is right where nothing is chosen, as in assessments.setting.kinds."
        ),
    )
    key = models.CharField(max_length=20, unique=True)
    scenario = models.ForeignKey(
        "assessments.Scenario",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
    )
    text = models.TextField()
    why = models.TextField(blank=True, help_text=gettext_lazy("Shown after marking."))
    nation = models.CharField(
        max_length=20, blank=True, help_text=gettext_lazy("Empty for everybody.")
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacements"
    )
    provision = models.ForeignKey(
        "courses.Provision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        help_text=gettext_lazy("The law that its answer rests on."),
    )
    reading = models.PositiveIntegerField(
        default=1,
        help_text=gettext_lazy("The reading of that law which the question was written from."),
    )

    class Meta:
        ordering = ["pk"]

    @property
    def length_asked(self) -> str:
        """Of an essay: how long it is asked to be, in words."""
        return essays.limits_in_words(self.solution) if self.kind == kinds.ESSAY else ""

    @property
    def gap_options(self) -> list[list[str]]:
        """What there is to choose from in each gap of its text; nothing where one types."""
        gaps = kinds.gaps_of(self.solution)
        return [kinds.options_of(gap) if gap.kind == kinds.SINGLE else [] for gap in gaps]


class VersionQuestion(models.Model):
    """A question's place in a version."""

    PERSONAL_DATA = {}

    version = models.ForeignKey(AssessmentVersion, on_delete=models.PROTECT, related_name="places")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="places")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "question"], name="one_place_per_question")
        ]


class Choice(models.Model):
    PERSONAL_DATA = {}

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="choices")
    text = models.CharField(max_length=400)
    pair = models.CharField(
        max_length=400,
        blank=True,
        default="",
        help_text=gettext_lazy("Of matching pairs: what belongs to the text."),
    )
    is_right = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]


class Review(models.Model):
    """What an external examiner answered about a version. Added, never edited."""

    PERSONAL_DATA = {"person": "the external examiner who answered", "words": "what they ask for"}

    APPROVED, CHANGES = "approved", "changes"

    version = models.ForeignKey(AssessmentVersion, on_delete=models.PROTECT, related_name="reviews")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(
        max_length=12,
        choices=[
            (APPROVED, gettext_lazy("Approved")),
            (CHANGES, gettext_lazy("Changes asked for")),
        ],
    )
    words = models.TextField(blank=True, max_length=4000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
