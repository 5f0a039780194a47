"""What the record knows of the time; it refuses a clock that went back."""
from datetime import timedelta

from django.conf import settings

from lms.kit import clock

from .models import Entry


def clock_fault() -> str:
    """A sentence where the clock stands before the newest entry of the record by more than the tolerance, else “”."""
    newest = Entry.objects.order_by("-number").values_list("at", flat=True).first()
    if is_behind(newest):
        return "the clock stands earlier than the newest entry of the record; set it (NTP), or see manage.py accept_clock"
    return ""


def is_behind(newest) -> bool:
    return newest is not None and clock.now() < newest - timedelta(seconds=settings.IMSA_CLOCK_SECONDS)


def went_back() -> list[int]:
    """Numbers of the entries that stand earlier than one before them by more than the tolerance; at most 100."""
    latest, found = None, []
    for number, at in Entry.objects.order_by("number").values_list("number", "at").iterator(chunk_size=2000):
        if latest and at < latest - timedelta(seconds=settings.IMSA_CLOCK_SECONDS):
            found.append(number)
            if len(found) == 100:
                break
        latest = max(latest, at) if latest else at
    return found
