"""Attempts, their due dates, and the history of each one's mark."""

from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from courses.models import Module
from lms.kit import clock
from lms.people.models import Role
from lms.people.roles import has_role

from ..setting.models import HUNDRED, Assessment
from ..setting.rule_sets import RuleSet


class Cap(NamedTuple):
    """What an attempt counts at most, and the number of the version that says so itself; None: the rules of the cohort do."""

    most: Decimal
    version: int | None = None


class Attempt(models.Model):
    """One go of one person at one assessment. What is handed in, how it is marked and what a board decides hang on it.

    The newest one is current; an earlier one stays as it ended. A mark above `cap` counts as the cap. `due_at` is this person's own
    due date; without one the cohort's deadline holds, for a first attempt.
    """

    PERSONAL_DATA = {
        "enrolment": "whose attempt; at least 5 years after the course ends",
        "release_rule": "by which rule its mark was released, and no person; as the attempt",
    }

    FIRST, RESIT, DEFERRED = "first", "resit", "deferred"
    KINDS = [
        (FIRST, gettext_lazy("First attempt")),
        (RESIT, gettext_lazy("Second attempt")),
        (DEFERRED, gettext_lazy("Deferred attempt")),
    ]

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=KINDS, default=FIRST)
    cap = models.DecimalField(max_digits=5, decimal_places=2, null=True, validators=HUNDRED)
    cap_version = models.PositiveSmallIntegerField(
        null=True,
        help_text=gettext_lazy("The version whose cap it is; empty: that of the rules."),
    )
    due_at = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=True)
    opened_at = models.DateTimeField(default=clock.now)
    released_at = models.DateTimeField(
        null=True,
        help_text=gettext_lazy("When its mark of written work was released to the trainee."),
    )
    release_rule = models.JSONField(
        default=dict,
        help_text=gettext_lazy("By which rule: who releases, from when, and whose rule it is."),
    )
    not_submitted_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("When it was recorded that nothing was handed in.")
    )

    class Meta:
        ordering = ["enrolment", "assessment", "number"]
        verbose_name = gettext_lazy("attempt")
        indexes = [
            models.Index(
                fields=["assessment", "enrolment"],
                name="attempts_not_released",
                condition=Q(released_at=None, is_current=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "assessment", "number"], name="one_attempt_per_number"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "assessment"],
                condition=Q(is_current=True),
                name="one_current_attempt",
            ),
        ]

    def has_work(self) -> bool:
        """Is something handed in? Asked of the relations that files and quizzes have to it. One query."""
        is_in = Q(submission__submitted_at__isnull=False) | Q(quiz__handed_in_at__isnull=False)
        return type(self).objects.filter(is_in, pk=self.pk).exists()


class DueLine(models.Model):
    """A due date that one person was given for one attempt: added, never edited. The last one counts."""

    PERSONAL_DATA = {"attempt": "whose due date", "by": "who gave it"}

    BY_ADJUSTMENT = "by_adjustment"  # given by rule, from the person's `Adjustment`
    KINDS = [
        ("extension", gettext_lazy("Extension")),
        ("adjustment", gettext_lazy("Reasonable adjustment")),
        ("circumstances", gettext_lazy("Extenuating circumstances")),
        ("attempt", gettext_lazy("Due date of another attempt")),
        ("correction", gettext_lazy("A wrong date put right")),
        ("earlier", gettext_lazy("The deadline when it was handed in")),
        (BY_ADJUSTMENT, gettext_lazy("Reasonable adjustment for all work")),
    ]

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="due_lines")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=KINDS)
    due_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["attempt_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="one_due_line_per_number")
        ]


class ExtraTime(models.Model):
    """How much longer somebody could take over what is timed, from before adjustments were the person's. `0232_fill_adjustments` carried it over into
    `Adjustment`, which alone counts; nothing is added here, and it stays to be read."""

    PERSONAL_DATA = {
        "enrolment": "who has more time, which may tell of a disability; at least 5 years after the course ends",
        "by": "who gave it",
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="extra_times")
    number = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["enrolment_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "number"], name="one_extra_time_per_number"
            )
        ]


class AdjustmentsOf(models.QuerySet):
    def visible_to(self, user):
        """The person's own; registrars see all but their own. Nobody else learns that there is one."""
        if has_role(user, Role.REGISTRAR):
            return self
        return self.filter(Q(person=user.pk) | Q(person__closed_as__person=user.pk))


class Adjustment(models.Model):
    """What one person is given in all they sit and hand in, in every cohort, and never why. Added, never edited: `adjustments.py` says which line counts
    on a day. All nothing from a day on: it has ended."""

    PERSONAL_DATA = {
        "person": "who has a reasonable adjustment, which may tell of a disability; at least 5 years after the course ends",
        "percent": "how much longer they may take",
        "days": "how much later their work is due",
        "note": "what an invigilator does for them; never a diagnosis",
        "by": "who recorded it",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="adjustments"
    )
    number = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField(
        default=0, help_text=gettext_lazy("Extra time in timed quizzes.")
    )
    days = models.PositiveSmallIntegerField(
        default=0,
        help_text=gettext_lazy(
            "Extra days for written work, counted as the rules of the cohort count late days."
        ),
    )
    note = models.CharField(
        max_length=200, blank=True, help_text=gettext_lazy("Rest breaks, or another arrangement.")
    )
    starts_on = models.DateField()
    ends_on = models.DateField(
        null=True, help_text=gettext_lazy("The last day; empty for no last day.")
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)
    objects = AdjustmentsOf.as_manager()

    class Meta:
        ordering = ["person_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["person", "number"], name="one_adjustment_per_number"),
            models.CheckConstraint(
                condition=Q(percent__lte=300) & Q(days__lte=60), name="adjustment_within_bounds"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="adjustment_ends_after_it_starts",
            ),
        ]


class MarkLine(models.Model):
    """One line of a mark's history. Added, never edited; `chain.py` says which of them counts."""

    PERSONAL_DATA = {
        "attempt": "whose mark",
        "by": "who set it",
        "inputs": "marks it was found from with two markers’ reasons, and how late the work came",
    }

    STAGES = [
        ("first", gettext_lazy("First marker")),
        ("second", gettext_lazy("Second marker")),
        ("third", gettext_lazy("Third marker")),
        ("agreed", gettext_lazy("Agreed mark")),
        ("quiz", gettext_lazy("Marked by rule")),
        ("not_submitted", gettext_lazy("Not handed in")),
        ("late", gettext_lazy("Penalty for late work")),
        ("capped", gettext_lazy("What the attempt counts")),
        ("misconduct", gettext_lazy("Academic misconduct")),
        ("ratified", gettext_lazy("Decided by the board")),
    ]

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=16, choices=STAGES)
    mark = models.DecimalField(max_digits=5, decimal_places=2, validators=HUNDRED)
    rule = models.CharField(
        max_length=300, blank=True, help_text=gettext_lazy("Why it is this mark.")
    )
    inputs = models.JSONField(
        default=dict,
        help_text=gettext_lazy("What the mark was found from: earlier lines, and the figures."),
    )
    rule_set = models.ForeignKey(
        RuleSet,
        on_delete=models.PROTECT,
        null=True,
        related_name="mark_lines",
        help_text=gettext_lazy("The rules by which it was judged; empty: the settings of then."),
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["attempt_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="one_mark_line_per_number"),
            models.CheckConstraint(
                condition=models.Q(mark__gte=0, mark__lte=100), name="mark_line_within_0_and_100"
            ),
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A mark's line never changes; add the next one.")
        super().save(*args, **kwargs)


class PriorCredits(models.QuerySet):
    def that_count(self):
        """Modules that count without a mark: granted, and not decided otherwise since."""
        later = PriorCredit.objects.filter(
            enrolment=OuterRef("enrolment"),
            module=OuterRef("module"),
            number__gt=OuterRef("number"),
        )
        return self.filter(is_granted=True).exclude(Exists(later))


class PriorCredit(models.Model):
    """What was decided on a claim that a module counts by what somebody learned before (RPL): added, never edited. The newest of a module
    counts; it has credits and no mark. By a board, or, without one, by its chair's action."""

    PERSONAL_DATA = {
        "enrolment": "whose credit; kept for life with the results",
        "claim": "what it was decided on",
        "reason": "why, in words to the trainee; at least 5 years after the course ends",
        "chair": "who decided as chair",
        "recorded_by": "which registrar recorded it",
    }

    claim = models.ForeignKey(
        "assessments.PriorLearningClaim", on_delete=models.PROTECT, related_name="decisions"
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="prior_credits")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    is_granted = models.BooleanField()
    credits = models.PositiveSmallIntegerField(default=0)
    board = models.ForeignKey(
        "assessments.Board",
        on_delete=models.PROTECT,
        null=True,
        related_name="prior_credits",
        help_text=gettext_lazy("Empty: by chair’s action."),
    )
    chair = models.CharField(max_length=200)
    reason = models.TextField(max_length=1000, blank=True)
    decided_on = models.DateField()
    decided_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    objects = PriorCredits.as_manager()

    class Meta:
        ordering = ["enrolment_id", "module_id", "number"]
        verbose_name = gettext_lazy("decision on prior learning")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module", "number"], name="one_prior_credit_per_number"
            ),
            models.CheckConstraint(
                condition=Q(is_granted=True, credits__gt=0) | Q(is_granted=False, credits=0),
                name="prior_credit_has_credits",
            ),
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A decision on prior learning never changes; the next one does.")
        super().save(*args, **kwargs)
