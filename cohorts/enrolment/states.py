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
    (EnrolmentState.LEFT, "reinstate"): EnrolmentState.ENROLLED,
}
# Those who may study and hand in work.
STUDYING = {EnrolmentState.ENROLLED}
OVER = {EnrolmentState.LEFT, EnrolmentState.COMPLETED}  # nothing falls due any more


class StatusChangeKind(models.TextChoices):
    LEAVE_OF_ABSENCE = "leave_of_absence", gettext_lazy("Leave of absence")
    DEPARTURE = "departure", gettext_lazy("Leaving the programme")
    REINSTATEMENT = "reinstatement", gettext_lazy("Leaving undone")
    TRANSFER = "transfer", gettext_lazy("Transfer to another cohort")


class StatusChangeState(models.TextChoices):
    SCHEDULED = "scheduled", gettext_lazy("Scheduled")
    IN_FORCE = "in_force", gettext_lazy("In force")
    OVER = "over", gettext_lazy("Over")
    WITHDRAWN = "withdrawn", gettext_lazy("Cancelled")


STATUS_CHANGE_TRANSITIONS = {
    (StatusChangeState.SCHEDULED, "take_effect"): StatusChangeState.IN_FORCE,
    (StatusChangeState.SCHEDULED, "cancel_change"): StatusChangeState.WITHDRAWN,
    (StatusChangeState.IN_FORCE, "close_change"): StatusChangeState.OVER,
}
STILL_OPEN = [StatusChangeState.SCHEDULED, StatusChangeState.IN_FORCE]


class ReasonKind(models.TextChoices):
    """Coarse on purpose: nothing here says what somebody lives with."""

    NOT_GIVEN = "", gettext_lazy("Not given")
    HEALTH = "health", gettext_lazy("Health")
    FAMILY = "family", gettext_lazy("Family or caring")
    WORK = "work", gettext_lazy("Work")
    MONEY = "money", gettext_lazy("Money")
    STUDY = "study", gettext_lazy("Study")
    OTHER = "other", gettext_lazy("Other")
