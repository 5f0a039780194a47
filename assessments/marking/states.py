"""States of a marking task, and why one ends before it is marked."""

from django.db import models
from django.utils.translation import gettext_lazy


class AllocationState(models.TextChoices):
    OPEN = "open", gettext_lazy("To be marked")
    SEALED = "sealed", gettext_lazy("Submitted")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")


ALLOCATION_TRANSITIONS = {
    (AllocationState.OPEN, "seal"): AllocationState.SEALED,
    (AllocationState.OPEN, "withdraw"): AllocationState.WITHDRAWN,
}


class Why(models.TextChoices):
    """Why a task was taken from its marker. Shown to registrars; a marker chooses among MARKERS_OWN."""

    AWAY = "away", gettext_lazy("The marker is ill or away")
    RECOGNISED = "recognised", gettext_lazy("The marker knows who wrote it")
    CONFLICT = "conflict", gettext_lazy("There is a link between the marker and the author")
    LEFT = "left", gettext_lazy("The marker has left or is no longer a tutor")
    OTHER = "other", gettext_lazy("Another reason")
    NOT_NEEDED = "not_needed", gettext_lazy("The mark was agreed without it")
    AUTHOR_LEFT = "author_left", gettext_lazy("The author has left the programme")


REGISTRARS_OWN = (Why.AWAY, Why.RECOGNISED, Why.CONFLICT, Why.LEFT, Why.OTHER)
MARKERS_OWN = (Why.RECOGNISED, Why.AWAY, Why.OTHER)


class CorrectionState(models.TextChoices):
    REQUESTED = "requested", gettext_lazy("Waiting for a second person")
    AGREED = "agreed", gettext_lazy("Agreed")
    DECLINED = "declined", gettext_lazy("Not agreed")


CORRECTION_TRANSITIONS = {
    (CorrectionState.REQUESTED, "agree_correction"): CorrectionState.AGREED,
    (CorrectionState.REQUESTED, "decline_correction"): CorrectionState.DECLINED,
}
