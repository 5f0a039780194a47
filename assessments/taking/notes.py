"""What the programme office does with a trainee's note: who has it, and what it answered."""

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy

from lms.kit import clock

from .models import Submission

PERSON = settings.AUTH_USER_MODEL
LONGEST = 2000


class NoteLine(models.Model):
    """A note was given to a registrar, or answered. Added, never edited: another answer puts an earlier one right, and the last assignment counts."""

    PERSONAL_DATA = {
        "submission": "whose note; at least 5 years after the course ends",
        "words": "what the office answered",
        "registrar": "which registrar has it",
        "by": "which registrar wrote this",
    }

    ASSIGNMENT, ANSWER = "assignment", "answer"
    KINDS = [(ASSIGNMENT, gettext_lazy("Assigned")), (ANSWER, gettext_lazy("Answer"))]

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="note_lines")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=KINDS)
    words = models.TextField(max_length=LONGEST, blank=True)
    registrar = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["submission_id", "number"]
        verbose_name = gettext_lazy("line of a note")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"], name="one_note_line_per_number"
            ),
            models.CheckConstraint(
                condition=Q(kind="assignment", registrar__isnull=False, words="")
                | Q(kind="answer", registrar=None) & ~Q(words=""),
                name="note_line_is_one_thing",
            ),
        ]


def with_assignee(rows):
    """Submissions with `assignee`, the key of the registrar who has the note; None where nobody has."""
    lines = NoteLine.objects.filter(submission=OuterRef("pk"), kind=NoteLine.ASSIGNMENT)
    return rows.annotate(assignee=Subquery(lines.order_by("-number").values("registrar")[:1]))


def lines_of(submission) -> list[NoteLine]:
    """The earliest first. One query."""
    return list(submission.note_lines.select_related("registrar", "by"))
