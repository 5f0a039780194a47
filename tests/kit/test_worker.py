"""The worker knows no room: whatever job a room names has its turn, and never in two workers at once."""

import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from io import StringIO
from pathlib import Path
from threading import Event, Thread

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

import courses.jobs
from lms.kit.models import Heartbeat
from lms.kit.worker.jobs import Job, all_jobs
from lms.kit.worker.lock import LockLost, only_one, take
from lms.kit.worker.rests import RESTS, Rest
from lms.kit.worker.turns import run_job, work_on, work_once

ROOT = Path(__file__).resolve().parents[2]
# As they stand in every installation's heartbeat.
IN_TURN = [
    ("runs", 2),
    ("files", 2),
    ("changes of enrolments", 60),
    ("offers of places", 300),
    ("messages", 2),
    ("deliveries", 5),
    ("notices", 2),
    ("record", 2),
    ("stretches", 3),
    ("schedule", 60),
    ("seals", 60),
    ("standings", 60),
    ("watches", 60),
    ("status lists", 300),
    ("reminders", 3600),
    ("wrong names", 300),
    ("checkpoints", 3600),
    ("tallies", 3600),
    ("scripts of people who left", 300),
    ("moderation of single marks", 300),
    ("marking reminders", 3600),
    ("marks released by rule", 300),
    ("feedback dates", 3600),
    ("study reminders", 6 * 3600),
    ("reminders of dates", 3600),
    ("quizzes whose time is over", 60),
    ("due dates by adjustments", 3600),
    ("late work", 300),
    ("kept files", 3600),
    ("evidence", 86400),
    ("scripts that are alike", 900),
    ("reminders to organisations", 3600),
    ("drafts of applications", 3600),
    ("old files of people and posts", 3600),
    ("closed nominations", 3600),
    ("posts to confirm", 3600),
    ("surveys", 900),
    ("discussions", 1800),
    ("email that comes back from strangers", 3600),
    ("old mail", 3600),
    ("contact details of people who left", 86400),
    ("old messages and sign-ins", 86400),
    ("old offline syncs", 86400),
    ("old remarks", 86400),
    ("old typed work", 86400),
    ("old concerns", 86400),
    ("stray files", 6 * 3600),
]


@pytest.fixture
def named(settings, monkeypatch):
    """Let the room `courses` name this job as its last, or as the only one."""

    def name(job, *, is_alone=False):
        monkeypatch.setattr(courses.jobs, "OF_A_TEST", job, raising=False)
        others = [] if is_alone else settings.IMSA_JOBS
        settings.IMSA_JOBS = [*others, "courses.jobs.OF_A_TEST"]
        return job

    return name


def test_every_job_has_its_name_its_place_and_its_interval():
    assert [(job.name, job.every) for job in all_jobs()] == IN_TURN


def test_no_room_has_a_job_that_is_not_named():
    found = set()
    for path in ROOT.glob("*/jobs.py"), ROOT.glob("lms/*/jobs.py"):
        for file in path:
            module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
            found |= {one.name for one in vars(module).values() if isinstance(one, Job)}
    assert found == {job.name for job in all_jobs()}


def test_a_job_is_not_named_twice(named):
    named(Job("seals", 60, lambda: 0))
    with pytest.raises(ImproperlyConfigured, match="seals"):
        all_jobs()


@pytest.mark.django_db
def test_a_job_that_any_room_names_has_its_turn(named):
    done = []
    named(Job("of a test", 60, lambda: done.append(1) or len(done)))
    assert all_jobs()[-1].name == "of a test"
    told = work_once()
    assert list(told)[-1] == "of a test" and told["of a test"] == 1
    assert Heartbeat.objects.get(job="of a test").said == 1


@pytest.mark.django_db
def test_it_is_due_again_only_when_its_time_has_come(named):
    done, rounds = [], []
    named(Job("of a test", 60, lambda: done.append(1)), is_alone=True)
    work_on(lambda: len(rounds) < 3 and not rounds.append(1), pause=0)
    assert len(rounds) == 3 and done == [1]


@pytest.mark.django_db
def test_a_job_that_rests_begins_anew_when_everything_is_done_once(named):
    rest = Rest()
    rest.note(is_missed=True)
    named(Job("of a test", 2, lambda: rest.is_on(), begin_anew=rest.begin_anew), is_alone=True)
    assert rest.is_on() and work_once() == {"of a test": False}


def test_a_rest_is_longer_with_each_miss_and_over_with_a_success(monkeypatch):
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    rest, lengths = Rest(), []
    for _ in range(7):
        rest.note(is_missed=True)
        lengths.append(rest.not_before - 1000)
    assert tuple(lengths) == (*RESTS, RESTS[-1], RESTS[-1])
    rest.note(is_missed=False)
    assert not rest.is_on()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "where", ["this machine", pytest.param("another machine", marks=pytest.mark.postgres)]
)
def test_two_workers_do_not_run_it_at_once(named, settings, tmp_path, where):
    """Another machine has a folder of its own, so that only the database keeps the two apart."""
    begun, go_on, done = Event(), Event(), []

    def slowly():
        done.append("begun")
        begun.set()
        go_on.wait(30)
        return len(done)

    named(Job("of a test", 2, slowly), is_alone=True)
    settings.IMSA_HOME = tmp_path / "first"

    def work():
        try:
            call_command("work", "--once", stdout=StringIO())
        finally:
            connection.close()

    first = Thread(target=work)
    first.start()
    try:
        assert begun.wait(30)
        if where == "another machine":
            settings.IMSA_HOME = tmp_path / "second"
        out = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("work", "--once", stdout=out)
        assert ended.value.code == 1 and "Another worker" in out.getvalue()
        assert done == ["begun"]
    finally:
        go_on.set()
        first.join(30)
    assert Heartbeat.objects.get(job="of a test").said == 1
    with only_one() as mine:
        assert mine, "whoever comes later has its turn"


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)  # as SQLite migrates
@pytest.mark.parametrize(
    ("app", "migration"), [("kit", "0003_heartbeat"), ("certificates", "0018")]
)
def test_the_heartbeat_came_down_without_a_statement(app, migration):
    """An installation that upgrades keeps its table and its rows."""
    out = StringIO()
    call_command("sqlmigrate", app, migration, stdout=out)
    written = [line for line in out.getvalue().splitlines() if not line.startswith("--")]
    assert set(written) <= {"BEGIN;", "COMMIT;", ""}
    assert Heartbeat._meta.db_table in connection.introspection.table_names()


@pytest.mark.django_db
def test_a_job_that_fails_stops_no_other():
    done = []
    jobs = (Job("bad", 1, lambda: 1 / 0), Job("good", 1, lambda: done.append(1) or 1))
    assert work_once(jobs) == {"bad": "failed: ZeroDivisionError", "good": 1} and done == [1]
    assert Heartbeat.objects.get(job="bad").said == "failed: ZeroDivisionError"


@pytest.mark.django_db
def test_it_ends_when_nobody_wants_it_any_more():
    rounds = []
    work_on(lambda: len(rounds) < 3, (Job("count", 0, lambda: rounds.append(1)),), pause=0)
    assert len(rounds) == 3


@pytest.mark.django_db
def test_a_second_one_is_refused():
    with only_one() as first:
        out = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("work", "--once", stdout=out)
        assert first and ended.value.code == 1 and "Another worker" in out.getvalue()
    with only_one() as again:
        assert again


@pytest.mark.django_db
def test_while_the_lock_is_not_held_no_job_is_done():
    done, rounds, held = [], [], iter([False, False, True])
    work_on(
        lambda: len(rounds) < 3 and not rounds.append(1),
        (Job("count", 0, lambda: done.append(1)),),
        pause=0,
        may_work=lambda: next(held),
    )
    assert done == [1]


def test_it_ends_with_the_process_that_started_it(migrated_home):
    env = {
        **os.environ,
        "IMSA_HOME": str(migrated_home),
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "DATABASE_URL": "",
    }
    script = (
        "import os, subprocess, sys, time; p = subprocess.Popen([sys.executable, 'manage.py', 'work', '--parent', str(os.getpid())]);"
        "print(p.pid, flush=True); time.sleep(6)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    pid = int(parent.stdout.readline())
    time.sleep(5)
    os.kill(pid, 0)
    parent.wait()
    for _ in range(80):
        time.sleep(0.25)
        if (
            not Path(f"/proc/{pid}").exists()
            or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]
        ):
            break
    else:
        pytest.fail("the worker outlived the process that started it")


@pytest.mark.django_db
def test_a_job_is_told_in_the_log(caplog):
    run_job(Job("bad", 1, lambda: 1 / 0))
    assert "bad" in caplog.text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lock_that_the_database_let_go_is_taken_again_or_another_has_it(settings, tmp_path):
    settings.IMSA_HOME = tmp_path

    def cut(lock):
        with lock.own.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        time.sleep(0.5)

    with only_one() as lock:
        assert lock and lock.is_held()
        cut(lock)
        assert lock.is_held() and lock.is_held()
        cut(lock)
        other = connection.copy()
        try:
            assert take(other)
            with pytest.raises(LockLost):
                lock.is_held()
        finally:
            other.close()


@pytest.mark.django_db
def test_the_worker_makes_its_folder_on_a_fresh_installation(settings, tmp_path):
    settings.IMSA_HOME = tmp_path / "fresh"
    with only_one() as lock:
        assert lock
    assert settings.IMSA_HOME.stat().st_mode & 0o777 == 0o700


def test_the_worker_waits_for_a_database_that_is_starting(tmp_path):
    env = {
        "PATH": "/usr/bin:/bin",
        "IMSA_HOME": str(tmp_path),
        "DATABASE_URL": "postgres://imsa@127.0.0.1:9/imsa",
        "DJANGO_SETTINGS_MODULE": "lms.settings.production",
        "IMSA_SECRET_KEY": "x" * 60,
        "IMSA_HOSTS": "imsa.example",
        "IMSA_URL": "https://imsa.example",
        "IMSA_ALLOW_SELF_MADE_KEY": "1",
    }
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "work"], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
    )
    line = worker.stderr.readline()
    time.sleep(0.2)
    still_there = worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    rest = worker.communicate(timeout=20)[1]
    assert "the worker waits for it" in line and still_there and "Traceback" not in rest
