"""States of an enrolment."""

from django.db import models


class EnrolmentState(models.TextChoices):
    ENROLLED = "enrolled", "Enrolled"
    INTERRUPTED = "interrupted", "On leave of absence"
    LEFT = "left", "Left the programme"
    COMPLETED = "completed", "Completed"


ENROLMENT_TRANSITIONS = {
    (EnrolmentState.ENROLLED, "interrupt"): EnrolmentState.INTERRUPTED,
    (EnrolmentState.INTERRUPTED, "resume"): EnrolmentState.ENROLLED,
    (EnrolmentState.ENROLLED, "leave"): EnrolmentState.LEFT,
    (EnrolmentState.INTERRUPTED, "leave"): EnrolmentState.LEFT,
    (EnrolmentState.ENROLLED, "complete"): EnrolmentState.COMPLETED,
}
# Those who may study and hand in work.
STUDYING = {EnrolmentState.ENROLLED}
