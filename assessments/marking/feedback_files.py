"""A marker's feedback as a file or a recording: a draft until the marks are sealed, then named by its fingerprint in what was sealed."""

import hashlib
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
        "path": "the marker's words to the author, or their voice; at least 5 years after the course ends",
        "words": "what the recording says, in writing; at least 5 years after the course ends",
    }

    FILE, RECORDING = "file", "recording"
    KINDS = [
        (FILE, gettext_lazy("Feedback file")),
        (RECORDING, gettext_lazy("Spoken feedback")),
    ]

    allocation = models.ForeignKey(
        Allocation, on_delete=models.PROTECT, related_name="feedback_files"
    )
    correction = models.ForeignKey(
        Correction, on_delete=models.PROTECT, null=True, related_name="feedback_files"
    )
    kind = models.CharField(max_length=12, choices=KINDS, default=FILE)
    path = models.CharField(
        max_length=200, help_text=gettext_lazy("Private path of the copy without properties.")
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    seconds = models.PositiveSmallIntegerField(
        null=True, help_text=gettext_lazy("How long a recording is.")
    )
    words = models.TextField(
        blank=True, help_text=gettext_lazy("What a recording says; empty while it is a draft.")
    )
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
            models.CheckConstraint(
                condition=models.Q(kind="file", seconds=None, words="")
                | models.Q(kind="recording", seconds__isnull=False),
                name="recordings_have_a_length",
            ),
            models.CheckConstraint(
                condition=models.Q(correction=None) | models.Q(kind="file") | ~models.Q(words=""),
                name="corrected_recordings_have_words",
            ),
        ]

    @property
    def ending(self):
        return self.path.rpartition(".")[2]

    def as_sealed(self, file_version) -> dict:
        """What a sealed task says of it; `file_version`, of the script as it is now."""
        found = {
            "file": self.pk,
            "kind": self.kind,
            "ending": self.ending,
            "size": self.size,
            "sha256": self.sha256,
            "is_earlier": self.file_version != file_version,
        }
        if self.kind == self.RECORDING:
            found |= {"seconds": self.seconds, "words": self.words}
        return found


@dataclass(frozen=True)
class Feedback:
    """A feedback file as pages name it: `key` leads to it, and nothing to who gave it."""

    key: int
    kind: str
    ending: str
    size: int
    sha256: str
    is_earlier: bool  # about a file that its author has replaced since
    seconds: int = 0
    words: str = ""

    @property
    def is_recording(self):
        return self.kind == FeedbackFile.RECORDING

    @property
    def length(self):
        """Minutes and seconds, as 2:05."""
        return f"{self.seconds // 60}:{self.seconds % 60:02}"


def version_of(recording) -> str:
    """Names a recording and its words as a page showed them; “” where there is none."""
    if recording is None:
        return ""
    return hashlib.sha256(f"{recording.sha256}\n{recording.words}".encode()).hexdigest()[:32]


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
            one.get("seconds", 0),
            one.get("words", ""),
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


def of_kind(sealed, kind) -> list[dict]:
    """Those of a kind: one at most."""
    return [one for one in sealed if one["kind"] == kind]


def lacks_words(sealed) -> bool:
    """Is there a recording without its words in writing? Who cannot listen would not get it."""
    return any(not one["words"].strip() for one in of_kind(sealed, FeedbackFile.RECORDING))
