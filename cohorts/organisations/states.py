"""Decisions on an organisation."""

from django.db import models
from django.utils.translation import gettext_lazy


class ApprovalAction(models.TextChoices):
    APPROVED = "approved", gettext_lazy("Approved")
    SUSPENDED = "suspended", gettext_lazy("Approval suspended")
    ENDED = "ended", gettext_lazy("Approval ended")
    # Never recorded: what an approval with a last day becomes on the day after it.
    EXPIRED = "expired", gettext_lazy("Approval period over")
