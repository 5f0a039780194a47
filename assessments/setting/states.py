"""States of a version of an assessment."""

from django.db import models
from django.utils.translation import gettext_lazy

from . import judging


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


class ReleaseBy(models.TextChoices):
    """Who releases marks and feedback of a piece of work."""

    OFFICE = judging.BY_OFFICE, gettext_lazy("The programme office")
    LEADER = judging.BY_LEADER, gettext_lazy("The leader of the module, or the programme office")
    ITSELF = judging.BY_ITSELF, gettext_lazy("The site by itself, or the programme office before")


class ReleaseWhen(models.TextChoices):
    """From when they can be released. Always only what is agreed, and moderated where it is."""

    AGREED = judging.AS_AGREED, gettext_lazy("As soon as a mark is agreed")
    COMPLETE = judging.ALL_MARKED, gettext_lazy("Once all work of the cohort is marked")
    FEEDBACK = judging.ON_DATE, gettext_lazy("From the feedback date of the cohort, not before")


TAKES_TEXT = {SubmissionType.TEXT, SubmissionType.EITHER}
