"""Boards, what they decided, and the University's award."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort, Enrolment
from courses.models import Module
from lms.kit import clock
from lms.kit.transitions import state_field

from ..setting.models import HUNDRED
from ..setting.queries import CohortJudging, judging_in
from ..setting.rule_sets import RuleSet
from .states import (
    BOARD_TRANSITIONS,
    LEAVES_OPEN,
    LETS_DECIDE,
    AwardClass,
    BoardState,
    ChairsKind,
    ChairsOutcome,
    HoldKind,
    MemberRole,
    MinutesKind,
    Opinion,
    Outcome,
    class_label,
)

PERSON = settings.AUTH_USER_MODEL


class Board(models.Model):
    """An examination board's meeting on one cohort."""

    PERSONAL_DATA = {
        "sample_confirmed_by": "the external examiner",
        "sample_comment": "the external examiner's words to the board",
        "ratified_by": "who recorded the decisions",
        "chair": "who chaired, as the minutes say",
        "cancelled_by": "who cancelled it",
        "cancel_reason": "why, in a registrar's words",
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
        max_length=200, blank=True, help_text=gettext_lazy("Who chaired, as the minutes say.")
    )
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(max_length=500, blank=True)
    state = state_field(BoardState, BoardState.CALLED)

    class Meta:
        ordering = ["-meets_on"]

    def __str__(self):
        return self.title

    @cached_property
    def judging(self) -> CohortJudging:
        """The rules that its cohort is judged by. One query, but for a board that was read `with_judging`."""
        return judging_in(self)


class BoardMember(models.Model):
    """Somebody sits on a board, from a moment until they are removed; whether they were there is recorded when it meets."""

    PERSONAL_DATA = {
        "person": "who sits on the board",
        "role": "as what",
        "appointed_by": "who added them",
        "removed_by": "who removed them",
        "is_present": "whether they were there",
    }

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="board_seats")
    role = models.CharField(max_length=16, choices=MemberRole.choices)
    appointed_at = models.DateTimeField(default=clock.now)
    appointed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    is_present = models.BooleanField(
        null=True, help_text=gettext_lazy("Empty until the attendance is recorded.")
    )

    class Meta:
        ordering = ["board_id", "pk"]
        verbose_name = gettext_lazy("member of a board")
        constraints = [
            models.UniqueConstraint(
                fields=["board", "person"],
                condition=models.Q(removed_at=None),
                name="one_seat_per_person",
            ),
            models.UniqueConstraint(
                fields=["board", "role"],
                condition=models.Q(removed_at=None, role__in=("chair", "secretary")),
                name="one_chair_and_one_secretary",
            ),
        ]

    @property
    def counts(self) -> bool:
        """Does the quorum count them?"""
        return self.role != MemberRole.SECRETARY


class ExaminerReport(models.Model):
    """The external examiner's word to a board: added, never edited. The newest counts; `reports.py` lets the board carry it."""

    PERSONAL_DATA = {
        "examiner": "the external examiner",
        "comment": "the external examiner's words to the board",
    }

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    examiner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opinion = models.CharField(max_length=16, choices=Opinion.choices)
    comment = models.TextField(max_length=4000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["board_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="one_report_per_number")
        ]

    @property
    def lets_decide(self) -> bool:
        return self.opinion in LETS_DECIDE


class SampleRequest(models.Model):
    """More scripts that an examiner wants to see, by number; from then on the board's sample shows them."""

    PERSONAL_DATA = {"report": "the external examiner's", "scripts": "script numbers"}

    report = models.OneToOneField(ExaminerReport, on_delete=models.PROTECT, related_name="request")
    scripts = models.JSONField(help_text=gettext_lazy("Script numbers."))


class BoardDay(models.Model):
    """A board was moved to another day: added, never edited."""

    PERSONAL_DATA = {"moved_by": "who moved it", "why": "why, in a registrar's words"}

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="days")
    number = models.PositiveSmallIntegerField()
    was_on = models.DateField()
    meets_on = models.DateField()
    why = models.CharField(max_length=500)
    moved_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["board_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["board", "number"], name="one_board_day_per_number")
        ]


class Hold(models.Model):
    """A result that no board decides on until it is let go: of one module, or of all. `why` is for registrars who may record the board."""

    PERSONAL_DATA = {
        "enrolment": "whose result",
        "kind": "what it is about; may be misconduct or health",
        "why": "the reason, for the programme office; at least 5 years after the course ends",
        "placed_by": "who held it back",
        "lifted_by": "who let it go",
        "outcome": "what came of it; at least 5 years after the course ends",
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="holds")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, null=True, related_name="holds")
    kind = models.CharField(max_length=16, choices=HoldKind.choices)
    why = models.TextField(max_length=1000)
    tells_kind = models.BooleanField(default=True)
    placed_at = models.DateTimeField(default=clock.now)
    placed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["enrolment_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module"],
                condition=models.Q(lifted_at=None, module__isnull=False),
                name="one_hold_per_module",
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(lifted_at=None, module=None),
                name="one_hold_on_all",
            ),
        ]


class BoardDecision(models.Model):
    """What a board decided on one module of one enrolment; a correction, or another attempt, is a new decision with the next number."""

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
    outcome = models.CharField(
        max_length=12,
        choices=Outcome.choices,
        blank=True,
        default="",
        help_text=gettext_lazy("Empty in decisions from before outcomes: passed or not passed."),
    )
    number = models.PositiveSmallIntegerField(default=1)
    components = models.JSONField(
        default=list, help_text=gettext_lazy("Each assessment's code, weight and mark.")
    )
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["enrolment", "module__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["board", "enrolment", "module", "number"], name="one_decision_per_board"
            )
        ]
        # SQLite keeps no statistics: between the indexes of two keys it took the module's, and read every decision of it for each person.
        indexes = [
            models.Index(
                fields=["enrolment", "module", "-decided_at", "-id"], name="newest_decision"
            )
        ]

    @property
    def leaves_open(self) -> bool:
        """Is the module to be decided again, when another attempt has its mark?"""
        return self.outcome in LEAVES_OPEN

    @property
    def tone(self) -> str:
        return "good" if self.is_pass else "care" if self.leaves_open else "stop"

    @property
    def label(self) -> str:
        return str(Outcome(self.outcome or (Outcome.PASS if self.is_pass else Outcome.FAIL)).label)

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A board's decision never changes; a correction is a new decision.")
        super().save(*args, **kwargs)


class ChairsAction(models.Model):
    """A decision that a chair took after the board: added, never edited. `reason` is for registrars who may record the board, and for the chair themselves."""

    PERSONAL_DATA = {
        "decision": "whose result",
        "kind": "why, in one word; may be health",
        "outcome": "what was decided",
        "due_at": "when the next attempt is due",
        "reason": "why, in the chair's words; at least 5 years after the course ends",
        "chair": "who decided as chair",
    }

    decision = models.OneToOneField(
        BoardDecision, on_delete=models.PROTECT, related_name="chairs_action"
    )
    kind = models.CharField(max_length=16, choices=ChairsKind.choices)
    outcome = models.CharField(max_length=16, choices=ChairsOutcome.choices)
    due_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=1000)
    chair = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A chair's action never changes; the next one is a new row.")
        super().save(*args, **kwargs)


class Minutes(models.Model):
    """What a board did, drawn from its facts as it was recorded; never changed. Lines under it sign it or correct it."""

    PERSONAL_DATA = {
        "content": "who was there, their interests, and results by student reference; kept with the decisions"
    }

    board = models.OneToOneField(Board, on_delete=models.PROTECT, related_name="minutes")
    content = models.JSONField(help_text=gettext_lazy("As assessments.deciding.queries.minutes."))
    sha256 = models.CharField(max_length=64, help_text=gettext_lazy("Of the content."))
    drawn_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = gettext_lazy("minutes")

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("Minutes never change; a correction is a line under them.")
        super().save(*args, **kwargs)


class MinutesLine(models.Model):
    """A signature under the minutes, or a correction: added, never edited. Its hash is of itself and of the hash before it."""

    PERSONAL_DATA = {
        "text": "a correction, in words; may name a student reference",
        "by": "who signed or corrected",
    }

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=MinutesKind.choices)
    text = models.TextField(max_length=2000, blank=True)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(
        max_length=200, help_text=gettext_lazy("Who signed or corrected, as they were called.")
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["minutes_id", "number"]
        verbose_name = gettext_lazy("line under minutes")
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "number"], name="one_minutes_line_per_number"
            ),
            models.UniqueConstraint(
                fields=["minutes"],
                condition=models.Q(kind__in=("signed", "paper")),
                name="minutes_are_signed_once",
            ),
        ]

    @property
    def signed_on(self) -> date | None:
        """The day on which the chair signed on paper."""
        return date.fromisoformat(self.text) if self.kind == MinutesKind.ON_PAPER else None

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A line under minutes never changes; the next one does.")
        super().save(*args, **kwargs)


class Award(models.Model):
    """The University's award: permanent, and separate from accreditation. Its class stays as it was found, with what it was found from."""

    PERSONAL_DATA = {
        "enrolment": "whose award; kept for life",
        "classification": "its class",
        "inputs": "the marks that its class was found from",
    }

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="award")
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="awards")
    title = models.CharField(max_length=200)
    conferred_on = models.DateField()
    classification = models.CharField(
        max_length=16,
        choices=AwardClass.choices,
        blank=True,
        default="",
        help_text=gettext_lazy("Empty: not classified."),
    )
    inputs = models.JSONField(
        default=dict, help_text=gettext_lazy("What the class was found from, and by which rules.")
    )
    rule_set = models.ForeignKey(
        RuleSet,
        on_delete=models.PROTECT,
        null=True,
        related_name="awards",
        help_text=gettext_lazy("The rules by which it was classified."),
    )

    def __str__(self):
        return self.title

    @property
    def label(self) -> str:
        """The title, with its class where it has one."""
        return award_label(self.title, self.classification)

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("An award never changes.")
        super().save(*args, **kwargs)


def award_label(title, classification) -> str:
    return f"{title} ({class_label(classification)})" if classification else title


class Transcript(models.Model):
    """What was issued to say which results somebody has: added, never edited. Other results make another one, with the next number."""

    PERSONAL_DATA = {
        "enrolment": "whose results; kept for life",
        "content": "the name and results, as issued",
        "issued_by": "who had it issued",
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="transcripts")
    number = models.PositiveIntegerField()
    content = models.JSONField(
        help_text=gettext_lazy("As assessments.deciding.queries.transcripts.")
    )
    sha256 = models.CharField(max_length=64, help_text=gettext_lazy("Of the content."))
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["enrolment_id", "-number"]
        verbose_name = gettext_lazy("transcript")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "number"], name="one_transcript_per_number"
            ),
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A transcript never changes; other results make another one.")
        super().save(*args, **kwargs)
