"""What the record knows of the time; it refuses a clock that went back."""

from datetime import timedelta

from django.conf import settings

from lms.kit import clock

from .models import Entry


def clock_fault() -> str:
    """A sentence where the clock stands before the newest entry of the record by more than the tolerance, else “”."""
    newest = Entry.objects.order_by("-pk").values_list("at", flat=True).first()
    if is_behind(newest):
        return "the clock stands earlier than the newest entry of the record; set it (NTP), or see manage.py accept_clock"
    return ""


def is_behind(newest) -> bool:
    return newest is not None and clock.now() < newest - timedelta(
        seconds=settings.IMSA_CLOCK_SECONDS
    )
