"""States of a marking task."""

from django.db import models


class AllocationState(models.TextChoices):
    OPEN = "open", "To be marked"
    SEALED = "sealed", "Submitted"


ALLOCATION_TRANSITIONS = {(AllocationState.OPEN, "seal"): AllocationState.SEALED}
