"""States of an enrolment."""

from django.db import models
from django.utils.translation import gettext_lazy


class EnrolmentState(models.TextChoices):
    ENROLLED = "enrolled", gettext_lazy("Enrolled")
    INTERRUPTED = "interrupted", gettext_lazy("On leave of absence")
    LEFT = "left", gettext_lazy("Left the programme")
    COMPLETED = "completed", gettext_lazy("Completed")


ENROLMENT_TRANSITIONS = {
    (EnrolmentState.ENROLLED, "interrupt"): EnrolmentState.INTERRUPTED,
    (EnrolmentState.INTERRUPTED, "resume"): EnrolmentState.ENROLLED,
    (EnrolmentState.ENROLLED, "leave"): EnrolmentState.LEFT,
    (EnrolmentState.INTERRUPTED, "leave"): EnrolmentState.LEFT,
    (EnrolmentState.ENROLLED, "complete"): EnrolmentState.COMPLETED,
    # A board decides on what was passed before the leave began.
    (EnrolmentState.INTERRUPTED, "complete"): EnrolmentState.COMPLETED,
}
# Those who may study and hand in work.
STUDYING = {EnrolmentState.ENROLLED}
OVER = {EnrolmentState.LEFT, EnrolmentState.COMPLETED}  # nothing falls due any more
