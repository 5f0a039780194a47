"""Whose turn it is, and what is told of each turn: the heartbeat."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections
from django.utils.translation import gettext as _

from .. import clock
from ..models import Heartbeat
from .jobs import Job, all_jobs

log = logging.getLogger("django.worker")
SLOWER = 20  # a job rests at least so many times as long as it took
QUICK = 5  # seconds; a job that is due so often never rests longer


def work_once(jobs: Iterable[Job] | None = None) -> dict[str, object]:
    """Every job once, whatever failed before. Job's name to what came of it."""
    results = {}
    for job in all_jobs() if jobs is None else jobs:
        if job.begin_anew:
            job.begin_anew()
        results[job.name] = run_job(job)
    return results


def work_on(
    is_wanted: Callable[[], bool],
    jobs: Iterable[Job] | None = None,
    pause: float = 1.0,
    may_work: Callable[[], bool] = lambda: True,
):
    """Do each job when its time has come and while it may be done, until nobody wants it any more."""
    jobs = all_jobs() if jobs is None else tuple(jobs)
    due = dict.fromkeys((job.name for job in jobs), 0.0)
    while is_wanted():
        for job in jobs:
            if due[job.name] <= time.monotonic() and may_work():
                due[job.name] = _take_turn(job)
        time.sleep(pause)


def _take_turn(job: Job) -> float:
    """Run it. When it is due again."""
    close_old_connections()
    begun = time.monotonic()
    run_job(job)
    now = time.monotonic()
    rest = SLOWER * (now - begun) if job.every > QUICK else 0
    return now + max(job.every, rest)


def run_job(job: Job) -> object:
    """A job that fails is told in the log, and stops no other."""
    begun = time.monotonic()
    try:
        result = job.do()
    except Exception as fault:
        log.exception("The worker's job “%s” failed.", job.name)
        result = _("failed: %(name)s") % {"name": type(fault).__name__}
    with contextlib.suppress(Exception):
        _beat(job, result, time.monotonic() - begun)
    return result


def _beat(job: Job, result: object, seconds: float):
    Heartbeat.objects.update_or_create(
        job=job.name,
        defaults={"at": clock.now(), "took": round(seconds, 3), "said": result},
    )


def fault() -> str:
    """A sentence where no worker has done a job for too long, else “”. `/readyz` asks."""
    newest = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if newest is None:
        return _("no worker has run yet (manage.py work)")
    if clock.now() - newest > timedelta(seconds=settings.IMSA_WORKER_SECONDS):
        minutes = settings.IMSA_WORKER_SECONDS // 60
        return _(
            "the worker has done nothing for more than %(minutes)s minutes (manage.py work)"
        ) % {"minutes": minutes}
    return ""
