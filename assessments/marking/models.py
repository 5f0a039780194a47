"""Who marks which script, and the history of its mark."""

import hashlib
import json

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort
from lms.kit import clock
from lms.kit.transitions import state_field

from ..setting.models import HUNDRED, Sitting
from ..taking.models import Submission
from .states import (
    ALLOCATION_TRANSITIONS,
    CORRECTION_TRANSITIONS,
    DISCUSSION_TRANSITIONS,
    MODERATION_TRANSITIONS,
    PROPOSAL_TRANSITIONS,
    VERDICT_TRANSITIONS,
    AllocationState,
    CorrectionState,
    DiscussionState,
    ModerationState,
    ProposalState,
    VerdictState,
    Why,
)

PERSON = settings.AUTH_USER_MODEL


class Allocation(models.Model):
    """One marker's task with one script; the draft is theirs alone until sealed.

    A script has one task a stage that is not withdrawn. A withdrawn task keeps its draft and who it was given to; the next is a new row.
    """

    PERSONAL_DATA = {
        "submission": "whose work is marked",
        "marker": "who marks",
        "marks": "the marker's judgement of the author's work; at least 5 years after the course ends",
        "comment": "the marker's words to the author; at least 5 years after the course ends",
        "total": "the marker's mark; at least 5 years after the course ends",
        "remarks": "the marker's words to the author at places of the work; at least 5 years after the course ends",
        "feedback": "which files the marker gives the author; at least 5 years after the course ends",
    }
    TRANSITIONS = ALLOCATION_TRANSITIONS

    FIRST, SECOND, THIRD = "first", "second", "third"
    STAGES = [
        (FIRST, gettext_lazy("First marker")),
        (SECOND, gettext_lazy("Second marker")),
        (THIRD, gettext_lazy("Third marker")),
    ]

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="allocations")
    marker = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="allocations")
    stage = models.CharField(max_length=8, choices=STAGES)
    due_on = models.DateField()
    marks = models.JSONField(
        default=dict, blank=True, help_text=gettext_lazy("Criterion key to a mark of 0-100.")
    )
    comment = models.TextField(blank=True, max_length=8000)
    remarks = models.JSONField(
        default=list,
        blank=True,
        help_text=gettext_lazy("The comments at places, as they were when the marks were sealed."),
    )
    feedback = models.JSONField(
        default=list, blank=True, help_text=gettext_lazy("The same of files, by fingerprint.")
    )
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True, validators=HUNDRED)
    saved_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    conflict_reported_at = models.DateTimeField(
        null=True,
        help_text=gettext_lazy("When the registrars were told that the marker may not go on."),
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=12, choices=Why.choices, blank=True, default="")
    state = state_field(AllocationState, AllocationState.OPEN)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = gettext_lazy("marking task")
        indexes = [
            models.Index(
                fields=["marker", "due_on"],
                name="tasks_open",
                condition=models.Q(state=AllocationState.OPEN),
            ),
            models.Index(
                fields=["due_on", "id"],
                name="tasks_by_day",
                condition=models.Q(state=AllocationState.OPEN),
            ),
            models.Index(
                fields=["submission", "stage"],
                name="tasks_withdrawn",
                condition=models.Q(state=AllocationState.WITHDRAWN),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "stage"],
                condition=~models.Q(state=AllocationState.WITHDRAWN),
                name="one_marker_per_stage",
            ),
            models.UniqueConstraint(
                fields=["submission", "marker"],
                condition=~models.Q(state=AllocationState.WITHDRAWN),
                name="nobody_marks_twice",
            ),
        ]

    @property
    def version(self):
        """Names the draft as it is now, whose it is, and the file it is about; a page opened on another version overwrites nothing."""
        draft = json.dumps([self.marks, self.comment], sort_keys=True)
        draft = hashlib.sha256(draft.encode()).hexdigest()[:16]
        return f"{self.pk}-{draft}-{self.file_version}"

    @property
    def file_version(self):
        return self.submission.copy_sha256[:16]


class Correction(models.Model):
    """Other marks in the place of submitted ones: requested by their marker, agreed by a second person. Both judgements stay here."""

    PERSONAL_DATA = {
        "allocation": "whose marks, and of whose work",
        "marks": "the marker's judgement of the author's work; at least 5 years after the course ends",
        "comment": "the marker's words to the author; at least 5 years after the course ends",
        "total": "the marker's mark; at least 5 years after the course ends",
        "earlier_marks": "as `marks`",
        "earlier_comment": "as `comment`",
        "feedback": "which files go with them; at least 5 years after the course ends",
        "earlier_feedback": "as `feedback`",
        "earlier_total": "as `total`",
        "why": "the marker's reason, for the programme office; at least 5 years after the course ends",
        "decided_by": "who agreed, or did not",
        "answer": "the second person's words to the marker; at least 5 years after the course ends",
    }
    TRANSITIONS = CORRECTION_TRANSITIONS

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="corrections")
    marks = models.JSONField(help_text=gettext_lazy("Criterion key to a mark of 0-100."))
    comment = models.TextField(max_length=8000)
    total = models.DecimalField(max_digits=5, decimal_places=2, validators=HUNDRED)
    earlier_marks = models.JSONField(help_text=gettext_lazy("As they were submitted."))
    earlier_comment = models.TextField(max_length=8000)
    earlier_total = models.DecimalField(max_digits=5, decimal_places=2, validators=HUNDRED)
    feedback = models.JSONField(default=list, blank=True)
    earlier_feedback = models.JSONField(default=list, blank=True)
    why = models.TextField(max_length=1000)
    requested_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.TextField(max_length=1000, blank=True, default="")
    state = state_field(CorrectionState, CorrectionState.REQUESTED)

    class Meta:
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["allocation"],
                condition=models.Q(state=CorrectionState.REQUESTED),
                name="one_correction_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["requested_at", "id"],
                name="corrections_to_agree",
                condition=models.Q(state=CorrectionState.REQUESTED),
            )
        ]


class Discussion(models.Model):
    """The two markers of a script, whose marks no rule makes one, look for a mark that both stand by. A script has one at a time."""

    PERSONAL_DATA = {
        "submission": "whose work is discussed",
        "ended_by": "who ended it without an agreed mark",
        "ending": "why, in their words; at least 5 years after the course ends",
    }
    TRANSITIONS = DISCUSSION_TRANSITIONS

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="discussions")
    why = models.CharField(
        max_length=300, help_text=gettext_lazy("Why the two marks do not make one.")
    )
    due_on = models.DateField()
    begun_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    ending = models.TextField(max_length=1000, blank=True, default="")
    state = state_field(DiscussionState, DiscussionState.OPEN)

    class Meta:
        ordering = ["begun_at", "pk"]
        verbose_name = gettext_lazy("discussion")
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="discussions_open",
                condition=models.Q(state=DiscussionState.OPEN),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=models.Q(state=DiscussionState.OPEN),
                name="one_discussion_at_a_time",
            )
        ]

    @property
    def version(self):
        """Names what a page of it shows: how far it is, and the marks that it is about."""
        marks = [(t.stage, str(t.total)) for t in self.submission.allocations.all()]
        shown = json.dumps([[one.pk for one in self.proposals.all()], sorted(marks)])
        return f"{self.pk}-{hashlib.sha256(shown.encode()).hexdigest()[:16]}"


class Proposal(models.Model):
    """A mark that one of two markers proposes in a discussion, with a reason for each criterion, and what the other answered."""

    PERSONAL_DATA = {
        "task": "who proposes it, and of whose work",
        "marks": "a judgement of the author's work; at least 5 years after the course ends",
        "total": "the mark proposed; at least 5 years after the course ends",
        "reasons": "the marker's words to the other marker; at least 5 years after the course ends",
        "answer": "the other marker's words; at least 5 years after the course ends",
    }
    TRANSITIONS = PROPOSAL_TRANSITIONS

    discussion = models.ForeignKey(Discussion, on_delete=models.PROTECT, related_name="proposals")
    task = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="proposals")
    marks = models.JSONField(help_text=gettext_lazy("Criterion key to a mark of 0-100."))
    reasons = models.JSONField(help_text=gettext_lazy("Criterion key to why it is this mark."))
    total = models.DecimalField(max_digits=5, decimal_places=2, validators=HUNDRED)
    made_at = models.DateTimeField(default=clock.now)
    answer = models.TextField(max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    state = state_field(ProposalState, ProposalState.WAITING)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = gettext_lazy("proposal")
        constraints = [
            models.UniqueConstraint(
                fields=["discussion"],
                condition=models.Q(state=ProposalState.WAITING),
                name="one_proposal_at_a_time",
            )
        ]


class Moderation(models.Model):
    """The single marks of one sitting, of which a sample is looked at by another tutor before any of them counts. A sitting has one at a time;
    work that comes later has the next."""

    PERSONAL_DATA = {
        "moderator": "who looks at the sample",
        "inputs": "marks and nations by script number, with the figures of the draw",
    }
    TRANSITIONS = MODERATION_TRANSITIONS

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="moderations")
    number = models.PositiveSmallIntegerField()
    inputs = models.JSONField(help_text=gettext_lazy("The rule, and the scripts of the draw."))
    seed = models.CharField(max_length=32)
    moderator = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    begun_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    state = state_field(ModerationState, ModerationState.OPEN)

    class Meta:
        ordering = ["sitting", "number"]
        verbose_name = gettext_lazy("moderation")
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number"], name="one_moderation_per_number"),
            models.UniqueConstraint(
                fields=["sitting"],
                condition=models.Q(state=ModerationState.OPEN),
                name="one_moderation_at_a_time",
            ),
        ]


class ModerationScript(models.Model):
    """A script of a set that is moderated: in which draw it came into the sample (0: not), and what the moderator says of its mark."""

    PERSONAL_DATA = {
        "submission": "whose work it is",
        "moderator": "who looks at it",
        "words": "the moderator's reasons; at least 5 years after the course ends",
    }
    TRANSITIONS = VERDICT_TRANSITIONS

    moderation = models.ForeignKey(Moderation, on_delete=models.PROTECT, related_name="scripts")
    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="moderation_script"
    )
    draw = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=12, blank=True, default="")
    moderator = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="moderation_scripts"
    )
    words = models.TextField(max_length=2000, blank=True, default="")
    feedback_version = models.CharField(
        max_length=32,
        blank=True,
        default="",
        help_text=gettext_lazy("Of which marks and comment it was said: they may be corrected."),
    )
    answered_at = models.DateTimeField(null=True)
    state = state_field(VerdictState, VerdictState.WAITING)

    class Meta:
        ordering = ["moderation_id", "pk"]
        verbose_name = gettext_lazy("script in moderation")
        indexes = [
            models.Index(
                fields=["moderator", "id"],
                name="scripts_to_moderate",
                condition=models.Q(state=VerdictState.WAITING, draw__gt=0),
            )
        ]


class Annotation(models.Model):
    """A marker's comment at a page of a PDF or a paragraph of a Word file. Sealing copies it into the task (`Allocation.remarks`)."""

    PERSONAL_DATA = {
        "allocation": "whose words, and about whose work",
        "text": "the marker's words to the author; at least 5 years after the course ends",
        "quote": "the beginning of a paragraph of the author's work; at least 5 years after the course ends",
    }

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="annotations")
    place = models.PositiveIntegerField(
        validators=[MinValueValidator(1)], help_text=gettext_lazy("The page or the paragraph.")
    )
    quote = models.CharField(max_length=120, blank=True)
    text = models.TextField(max_length=2000)
    file_version = models.CharField(
        max_length=16,
        blank=True,
        default="",
        help_text=gettext_lazy("Of which file it is: its author may have replaced it since."),
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["allocation_id", "place", "pk"]
        verbose_name = gettext_lazy("comment at a place")


class Snippet(models.Model):
    """Words that a marker keeps to use again in comments. Theirs alone; a comment holds a copy."""

    PERSONAL_DATA = {
        "marker": "whose words they are",
        "text": "the marker's own words; until the marker removes them",
    }

    marker = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="snippets")
    text = models.TextField(max_length=1000)
    fingerprint = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["marker_id", "pk"]
        verbose_name = gettext_lazy("phrase")
        constraints = [
            models.UniqueConstraint(fields=["marker", "fingerprint"], name="one_snippet_per_text")
        ]


class DeclaredInterest(models.Model):
    """A marker says once that they are near to a cohort, or to a person by student reference. They mark none of that work until a registrar lifts it.

    A reference is kept without spaces and capitals (`conflicts.reference_key`), and nobody is told whether there is such a person.
    """

    PERSONAL_DATA = {
        "marker": "who is near to whom",
        "reference": "the student reference of somebody near to the marker; deleted IMSA_INTEREST_YEARS after the marker leaves",
        "lifted_by": "the registrar who lifted it",
        "written_by": "the registrar who wrote it down for them",
    }

    marker = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="interests")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=40, blank=True, default="")
    declared_at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    written_by = models.ForeignKey(
        PERSON,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=gettext_lazy("Who wrote down what they were told; else the person themselves."),
    )

    class Meta:
        ordering = ["-declared_at", "-pk"]
        verbose_name = gettext_lazy("declared interest")
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(cohort=None) & ~models.Q(reference=""))
                | (~models.Q(cohort=None) & models.Q(reference="")),
                name="interest_in_a_cohort_or_a_person",
            ),
            models.UniqueConstraint(
                fields=["marker", "cohort"],
                condition=models.Q(lifted_at=None) & ~models.Q(cohort=None),
                name="one_interest_per_cohort",
            ),
            models.UniqueConstraint(
                fields=["marker", "reference"],
                condition=models.Q(lifted_at=None) & ~models.Q(reference=""),
                name="one_interest_per_reference",
            ),
        ]
