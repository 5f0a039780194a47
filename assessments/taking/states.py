"""States of work from its first draft to the board's decision."""

from django.db import models
from django.utils.translation import gettext_lazy


class SubmissionState(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Draft")
    SUBMITTED = "submitted", gettext_lazy("Handed in")
    MARKING = "marking", gettext_lazy("With its markers")
    DISCUSSION = "discussion", gettext_lazy("Discussed by its two markers")
    MODERATION = "moderation", gettext_lazy("Marked once, in moderation")
    THIRD = "third", gettext_lazy("With a third marker")
    AGREED = "agreed", gettext_lazy("Marked, provisional")
    RATIFIED = "ratified", gettext_lazy("Decided by the board")


SUBMISSION_TRANSITIONS = {
    (SubmissionState.DRAFT, "submit"): SubmissionState.SUBMITTED,
    (SubmissionState.SUBMITTED, "allocate"): SubmissionState.MARKING,
    (SubmissionState.MARKING, "agree"): SubmissionState.AGREED,
    (SubmissionState.MARKING, "call_third"): SubmissionState.THIRD,
    (SubmissionState.MARKING, "discuss"): SubmissionState.DISCUSSION,
    (SubmissionState.DISCUSSION, "agree"): SubmissionState.AGREED,
    (SubmissionState.DISCUSSION, "call_third"): SubmissionState.THIRD,
    (SubmissionState.MARKING, "await_moderation"): SubmissionState.MODERATION,
    (SubmissionState.MODERATION, "agree"): SubmissionState.AGREED,
    (SubmissionState.MODERATION, "mark_again"): SubmissionState.MARKING,
    (SubmissionState.THIRD, "agree"): SubmissionState.AGREED,
    (SubmissionState.AGREED, "ratify"): SubmissionState.RATIFIED,
    (SubmissionState.AGREED, "call_third"): SubmissionState.THIRD,
    (SubmissionState.AGREED, "discuss"): SubmissionState.DISCUSSION,
    (SubmissionState.RATIFIED, "call_third"): SubmissionState.THIRD,
    (SubmissionState.RATIFIED, "discuss"): SubmissionState.DISCUSSION,
    (SubmissionState.RATIFIED, "correct"): SubmissionState.AGREED,
}
REPLACEABLE = {SubmissionState.SUBMITTED, SubmissionState.MARKING}
WITH_MARKERS = {
    SubmissionState.MARKING,
    SubmissionState.DISCUSSION,
    SubmissionState.MODERATION,
    SubmissionState.THIRD,
}
BEFORE_A_BOARD = [
    SubmissionState.SUBMITTED,
    SubmissionState.MARKING,
    SubmissionState.DISCUSSION,
    SubmissionState.MODERATION,
    SubmissionState.THIRD,
    SubmissionState.AGREED,
]
"""Handed in and not decided: few of all that there are, so that an index finds them."""
PROVISIONAL = {SubmissionState.AGREED}


class ReplacementReason(models.TextChoices):
    """Why a registrar lets somebody replace a file that is in. The author reads it."""

    WRONG_FILE = "wrong_file", gettext_lazy("The wrong file was handed in")
    UNREADABLE = "unreadable", gettext_lazy("The file cannot be opened or read")
    IDENTIFIES = "identifies", gettext_lazy("Someone can be recognised in it")
    OURS = "ours", gettext_lazy("A mistake of the programme office")
    OTHER = "other", gettext_lazy("Another reason")


class AttemptState(models.TextChoices):
    OPEN = "open", gettext_lazy("Begun")
    MARKING = "marking", gettext_lazy("Handed in, its essays are being marked")
    MARKED = "marked", gettext_lazy("Marked")
    RATIFIED = "ratified", gettext_lazy("Decided by the board")


ATTEMPT_TRANSITIONS = {
    (AttemptState.OPEN, "hand_in"): AttemptState.MARKED,
    (AttemptState.OPEN, "hand_in_essays"): AttemptState.MARKING,
    (AttemptState.MARKING, "agree_on_essays"): AttemptState.MARKED,
    (AttemptState.MARKED, "ratify"): AttemptState.RATIFIED,
}
