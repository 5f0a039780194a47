"""Decisions on an organisation."""

from django.db import models


class ApprovalAction(models.TextChoices):
    APPROVED = "approved", "Approved"
    SUSPENDED = "suspended", "Approval suspended"
    ENDED = "ended", "Approval ended"
