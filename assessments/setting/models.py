"""What is asked of trainees: assessments, their criteria or questions, and by when."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort
from courses.models import Module

HUNDRED = [MinValueValidator(0), MaxValueValidator(100)]


class Assessment(models.Model):
    PERSONAL_DATA = {}

    QUIZ, ASSIGNMENT = "quiz", "assignment"

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="assessments")
    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(
        max_length=12,
        choices=[(QUIZ, gettext_lazy("Quiz")), (ASSIGNMENT, gettext_lazy("Written assignment"))],
    )
    title = models.CharField(max_length=200)
    brief = models.TextField()
    weight = models.PositiveSmallIntegerField(
        help_text=gettext_lazy("Percent of the module's mark.")
    )
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
    weight = models.PositiveSmallIntegerField(help_text=gettext_lazy("Percent of the mark."))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name_plural = gettext_lazy("criteria")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "key"], name="one_criterion_per_key")
        ]


class Question(models.Model):
    PERSONAL_DATA = {}

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="questions")
    key = models.CharField(max_length=20, unique=True)
    text = models.TextField()
    why = models.TextField(blank=True, help_text=gettext_lazy("Shown after marking."))
    nation = models.CharField(
        max_length=20, blank=True, help_text=gettext_lazy("Empty for everybody.")
    )
    order = models.PositiveSmallIntegerField(default=0)
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
        ordering = ["order", "pk"]


class Choice(models.Model):
    PERSONAL_DATA = {}

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="choices")
    text = models.CharField(max_length=400)
    is_right = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
