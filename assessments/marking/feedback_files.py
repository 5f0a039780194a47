"""A marker's feedback as a file: a draft until the marks are sealed, then named by its fingerprint in what was sealed."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock

from .models import Allocation, Correction
from .states import AllocationState

NUMBERS = {Allocation.FIRST: 1, Allocation.SECOND: 2, Allocation.THIRD: 3}  # in a file's name


class NoSuchFeedback(LookupError):
    """There is no such file for whoever asks."""


class FeedbackFile(models.Model):
    """One file with which a marker gives feedback on a script, or the one that a `correction` brings in its place. The kept file is the copy without properties:
    who marked is not told.

    A draft's row is written anew when another file is chosen. What was sealed names a row and its fingerprint (`Allocation.feedback`,
    `Correction.feedback`), and that row stays.
    """

    PERSONAL_DATA = {
        "allocation": "whose feedback, and on whose work",
        "correction": "as `allocation`",
        "path": "the marker's words to the author; 5 years after the course ends",
    }

    FILE = "file"
    KINDS = [(FILE, gettext_lazy("Feedback file"))]

    allocation = models.ForeignKey(
        Allocation, on_delete=models.PROTECT, related_name="feedback_files"
    )
    correction = models.ForeignKey(
        Correction, on_delete=models.PROTECT, null=True, related_name="feedback_files"
    )
    kind = models.CharField(max_length=8, choices=KINDS, default=FILE)
    path = models.CharField(
        max_length=200, help_text=gettext_lazy("Private path of the copy without properties.")
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    file_version = models.CharField(
        max_length=16,
        help_text=gettext_lazy("Of which file it is: its author may have replaced it since."),
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["allocation", "pk"]
        verbose_name = gettext_lazy("feedback file")
        constraints = [
            models.UniqueConstraint(
                fields=["allocation", "kind"],
                condition=models.Q(correction=None),
                name="one_feedback_file_per_task",
            ),
            models.UniqueConstraint(
                fields=["correction", "kind"],
                condition=~models.Q(correction=None),
                name="one_feedback_file_per_correction",
            ),
        ]

    @property
    def ending(self):
        return self.path.rpartition(".")[2]

    def as_sealed(self, file_version) -> dict:
        """What a sealed task says of it; `file_version`, of the script as it is now."""
        return {
            "file": self.pk,
            "kind": self.kind,
            "ending": self.ending,
            "size": self.size,
            "sha256": self.sha256,
            "is_earlier": self.file_version != file_version,
        }


@dataclass(frozen=True)
class Feedback:
    """A feedback file as pages name it: `key` leads to it, and nothing to who gave it."""

    key: int
    kind: str
    ending: str
    size: int
    sha256: str
    is_earlier: bool  # about a file that its author has replaced since


def feedback_of(task) -> list[dict]:
    """What a task gives its author besides words: as it was sealed, or as sealing would copy it now. A query for a draft alone."""
    if task.state == AllocationState.SEALED:
        return task.feedback
    rows = task.feedback_files.filter(correction=None)
    return [one.as_sealed(task.file_version) for one in rows]


def feedback_rows(sealed) -> tuple[Feedback, ...]:
    """The same, as pages name it."""
    return tuple(
        Feedback(
            one["file"],
            one["kind"],
            one["ending"],
            one["size"],
            one["sha256"],
            one["is_earlier"],
        )
        for one in sealed
    )


def file_among(sealed, key, script, stage) -> tuple[str, str]:
    """The private path of one of these files, and the name to give it: by script number and marker. Raises NoSuchFeedback, also where its fingerprint is not the
    one that was sealed."""
    there = next((one for one in sealed if one["file"] == key), None)
    row = there and FeedbackFile.objects.filter(pk=key, sha256=there["sha256"]).first()
    if not row:
        raise NoSuchFeedback(key)
    return row.path, f"{script}-feedback-{NUMBERS[stage]}.{row.ending}"
