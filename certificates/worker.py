"""What the worker does, and how often. Every job may be killed at any moment: the next time it goes on."""

import contextlib
import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from assessments.actions import drop_old_files
from cohorts.actions import begun, carry_on_import
from courses.actions import keep_schedule
from lms.kit import clock
from lms.kit.refusals import NotNow
from lms.people.checkpoints import mail_checkpoint
from lms.people.notices import bring
from lms.people.roles import Operator
from lms.people.sending import forget_old, send_due
from lms.record.checkpoints import make_checkpoint
from lms.record.sequencer import sequence_all

from .actions.announcing import look_at_standings
from .actions.credentials import CROWD, sign_list
from .actions.guesses import forget_wrong_names, tell_of_wrong_names
from .actions.issue_runs import carry_on, running
from .actions.rate_limits import forget
from .actions.reminders import remind
from .actions.seals import seal_checks
from .actions.stray_files import drop_strays
from .actions.stretches import keep_stretches
from .actions.watches import deliver_changes, look_at_watches
from .models import Heartbeat, StatusList

try:
    import fcntl
except ImportError:  # Windows, where only the demonstration runs
    fcntl = None

log = logging.getLogger("django.worker")
BY = Operator("work")
LOCK = 0x1AD5A  # of PostgreSQL's advisory locks
MOST_AT_ONCE = 50  # certificates of a run before the other jobs have their turn
MOST_TOLD = 1000  # people told of a long action before the other jobs have their turn
RESTS = (15, 30, 60, 120, 300)  # seconds without mailing while the mail server is not reached
SLOWER = 20  # a job rests at least so many times as long as it took


@dataclass(frozen=True)
class Job:
    name: str
    every: int  # seconds
    do: Callable[[], object]


def issue_runs():
    try:
        return sum(carry_on(run, most=MOST_AT_ONCE) for run in running())
    except NotNow as refused:
        return str(refused)


def write_files():
    """Each in its turn; one that fails keeps no other from being written."""
    written, failed = 0, None
    for file in begun():
        try:
            written += carry_on_import(file)
        except Exception as fault:
            failed = fault
    if failed:
        raise failed
    return written


class Mailing:
    """Sends what is due, every other second. A mail server that is not reached is left alone for a while, so that waiting for it
    takes little of the other jobs' time."""

    def __init__(self):
        self.begin_anew()

    def begin_anew(self):
        self.misses, self.not_before = 0, 0.0

    def __call__(self):
        if time.monotonic() < self.not_before:
            return "waiting: the mail server was not reached"
        counted = send_due()
        self.misses = self.misses + 1 if counted["server_away"] else 0
        self.not_before = (
            time.monotonic() + RESTS[min(self.misses, len(RESTS)) - 1] if self.misses else 0.0
        )
        return dict(counted)


def seal():
    sealed = 0
    while made := seal_checks(by=BY):
        sealed += made.count
    return sealed


def sign_lists():
    """Lists too long to be made when somebody asks."""
    return len(
        [sign_list(row) for row in StatusList.objects.filter(taken__gt=CROWD).order_by("made_at")]
    )


def checkpoint():
    made = make_checkpoint()
    return {"size": made.size if made else None, "mailed": mail_checkpoint(by=BY)}


mailing = Mailing()
JOBS = (
    Job("runs", 2, issue_runs),
    Job("files", 2, write_files),
    Job("messages", 2, lambda: bring(most=MOST_TOLD)),
    Job("deliveries", 5, lambda: deliver_changes(by=BY)),
    Job("notices", 2, mailing),
    Job("record", 2, sequence_all),
    Job("stretches", 3, keep_stretches),
    Job("schedule", 60, lambda: keep_schedule(by=BY)),
    Job("seals", 60, seal),
    Job("standings", 60, lambda: look_at_standings(by=BY)),
    Job("watches", 60, lambda: look_at_watches(by=BY)),
    Job("status lists", 300, sign_lists),
    Job("reminders", 3600, lambda: remind(by=BY)),
    Job("wrong names", 300, lambda: tell_of_wrong_names(by=BY)),
    Job("checkpoints", 3600, checkpoint),
    Job("tallies", 3600, lambda: forget() + forget_wrong_names()),
    Job("kept files", 3600, lambda: drop_old_files(by=BY)),
    Job("old mail", 3600, forget_old),
    Job("stray files", 6 * 3600, lambda: drop_strays(by=BY)),
)


def work_once(jobs=JOBS) -> dict:
    """Every job once, whatever failed before. Job's name to what came of it."""
    mailing.begin_anew()
    return {job.name: run_job(job) for job in jobs}


def work_on(
    is_wanted: Callable[[], bool], jobs=JOBS, pause=1.0, may_work: Callable[[], bool] = lambda: True
):
    """Do each job when its time has come and while it may be done, until nobody wants it any more."""
    due = dict.fromkeys((job.name for job in jobs), 0.0)
    while is_wanted():
        for job in jobs:
            if due[job.name] <= time.monotonic() and may_work():
                close_old_connections()
                begun = time.monotonic()
                run_job(job)
                due[job.name] = time.monotonic() + max(
                    job.every, SLOWER * (time.monotonic() - begun) if job.every > 5 else 0
                )
        time.sleep(pause)


def run_job(job):
    """A job that fails is told in the log, and stops no other."""
    begun = time.monotonic()
    try:
        said = job.do()
    except Exception as fault:
        log.exception("The worker's job “%s” failed.", job.name)
        said = f"failed: {type(fault).__name__}"
    with contextlib.suppress(Exception):
        Heartbeat.objects.update_or_create(
            job=job.name,
            defaults={"at": clock.now(), "took": round(time.monotonic() - begun, 3), "said": said},
        )
    return said


class Taken(Exception):
    """Another worker has the lock now."""


class Lock:
    """True where this is the only worker. PostgreSQL lets go of its lock with the connection that holds it."""

    def __init__(self, is_mine, own=None):
        self.is_mine, self.own = is_mine, own

    def __bool__(self):
        return self.is_mine

    def is_held(self) -> bool:
        """Is it ours at this moment? Where the connection was cut it is taken again, unless another was quicker (Taken); False
        while the database is away."""
        if self.own is None:
            return True
        try:
            with self.own.cursor() as cursor:
                cursor.execute("SELECT 1")
            return True
        except (OperationalError, InterfaceError):
            self.own.close()
        try:
            took = take(self.own)
        except (OperationalError, InterfaceError):
            self.own.close()
            return False
        if not took:
            raise Taken
        return True


def take(own) -> bool:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


@contextlib.contextmanager
def only_one():
    """Yield the Lock of this installation's one worker: on this machine a file, across machines the database."""
    settings.IMSA_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = settings.IMSA_HOME / "work.lock"
    with open(place, "w") as file:
        try:
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield Lock(False)
            return
        file.write(str(os.getpid()))
        file.flush()
        if connection.vendor != "postgresql":
            yield Lock(True)
            return
        own = (
            connection.copy()
        )  # the lock is its connection's, and that of the jobs is renewed now and then
        try:
            yield Lock(take(own), own)
        finally:
            own.close()


def fault() -> str:
    """A sentence where no worker has done a job for too long, else “”."""
    newest = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if newest is None:
        return "no worker has run yet (manage.py work)"
    if clock.now() - newest > timedelta(seconds=settings.IMSA_WORKER_SECONDS):
        return f"the worker has done nothing for more than {settings.IMSA_WORKER_SECONDS // 60} minutes (manage.py work)"
    return ""


def as_line(said: dict) -> str:
    return json.dumps(said, ensure_ascii=False)
