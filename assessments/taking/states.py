"""States of work from its first draft to the board's decision."""

from django.db import models


class SubmissionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Handed in"
    MARKING = "marking", "With two markers"
    THIRD = "third", "With a third marker"
    AGREED = "agreed", "Marked, provisional"
    RATIFIED = "ratified", "Decided by the board"


SUBMISSION_TRANSITIONS = {
    (SubmissionState.DRAFT, "submit"): SubmissionState.SUBMITTED,
    (SubmissionState.SUBMITTED, "allocate"): SubmissionState.MARKING,
    (SubmissionState.MARKING, "agree"): SubmissionState.AGREED,
    (SubmissionState.MARKING, "call_third"): SubmissionState.THIRD,
    (SubmissionState.THIRD, "agree"): SubmissionState.AGREED,
    (SubmissionState.AGREED, "ratify"): SubmissionState.RATIFIED,
}
WITH_MARKERS = {SubmissionState.MARKING, SubmissionState.THIRD}
PROVISIONAL = {SubmissionState.AGREED}


class AttemptState(models.TextChoices):
    OPEN = "open", "Begun"
    MARKED = "marked", "Marked"
    RATIFIED = "ratified", "Decided by the board"


ATTEMPT_TRANSITIONS = {
    (AttemptState.OPEN, "hand_in"): AttemptState.MARKED,
    (AttemptState.MARKED, "ratify"): AttemptState.RATIFIED,
}
