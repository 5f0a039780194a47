"""What a room hands to the worker. A job may be killed at any moment: the next time it goes on."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Job:
    name: str  # its line of the heartbeat
    every: int  # seconds
    do: Callable[[], object]  # what comes of it is written in the heartbeat, as JSON
    begin_anew: Callable[[], object] | None = None  # before `work --once`, where it rests otherwise


def all_jobs() -> tuple[Job, ...]:
    """The jobs of every room, in their turn."""
    jobs = tuple(import_string(path) for path in settings.IMSA_JOBS)
    doubled = [name for name, count in Counter(job.name for job in jobs).items() if count > 1]
    if doubled:
        raise ImproperlyConfigured(f"IMSA_JOBS names two jobs “{doubled[0]}”.")
    return jobs
