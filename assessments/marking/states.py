"""States of a marking task."""

from django.db import models
from django.utils.translation import gettext_lazy


class AllocationState(models.TextChoices):
    OPEN = "open", gettext_lazy("To be marked")
    SEALED = "sealed", gettext_lazy("Submitted")


ALLOCATION_TRANSITIONS = {(AllocationState.OPEN, "seal"): AllocationState.SEALED}
