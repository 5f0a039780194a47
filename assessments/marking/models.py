"""Who marks which script, and the history of its mark."""

import hashlib
import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit.transitions import state_field

from ..setting.models import HUNDRED
from ..taking.models import Submission
from .states import ALLOCATION_TRANSITIONS, AllocationState

PERSON = settings.AUTH_USER_MODEL


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
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True, validators=HUNDRED)
    sealed_at = models.DateTimeField(null=True)
    conflict_reported_at = models.DateTimeField(
        null=True,
        help_text=gettext_lazy("When the registrars were told that the marker may not go on."),
    )
    state = state_field(AllocationState, AllocationState.OPEN)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = gettext_lazy("marking task")
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
