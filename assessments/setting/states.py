"""States of a version of an assessment."""

from django.db import models
from django.utils.translation import gettext_lazy


class VersionState(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Draft")
    EXAMINING = "examining", gettext_lazy("With the external examiner")
    APPROVED = "approved", gettext_lazy("Approved")


VERSION_TRANSITIONS = {
    (VersionState.DRAFT, "send"): VersionState.EXAMINING,
    (VersionState.EXAMINING, "take_back"): VersionState.DRAFT,
    (VersionState.EXAMINING, "ask_changes"): VersionState.DRAFT,
    (VersionState.EXAMINING, "approve"): VersionState.APPROVED,
    # Where IMSA_EXAMINER_APPROVES is off, and by whoever sets an installation up.
    (VersionState.DRAFT, "approve"): VersionState.APPROVED,
}


class SubmissionType(models.TextChoices):
    """How written work is handed in."""

    FILE = "file", gettext_lazy("A file")
    TEXT = "text", gettext_lazy("Text, typed on the page")
    EITHER = "either", gettext_lazy("A file, or text typed on the page")


TAKES_TEXT = {SubmissionType.TEXT, SubmissionType.EITHER}
