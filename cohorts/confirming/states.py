"""What an employer can report of a post, and by which way the Hub hears from an organisation."""

from django.db import models
from django.utils.translation import gettext_lazy


class ReportKind(models.TextChoices):
    LEFT = "left", gettext_lazy("Has left")
    DIFFERENT = "different", gettext_lazy("Something is different")


class Way(models.TextChoices):
    PAGE = "page", gettext_lazy("Its contacts, on their page")
    API = "api", gettext_lazy("Its own system, by the interface")
    HUB = "hub", gettext_lazy("A program of the Hub, by the interface")


def way_of(by) -> Way:
    """By which interface a program speaks."""
    return Way.HUB if getattr(by, "is_of_hub", False) else Way.API
