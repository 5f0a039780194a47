"""The worker knows no room: whatever job a room names has its turn, and never in two workers at once."""

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
from lms.kit.worker import lock
from lms.kit.worker.jobs import Job, all_jobs
from lms.kit.worker.rests import RESTS, Rest
from lms.kit.worker.turns import work_on, work_once

ROOT = Path(__file__).resolve().parents[2]
# As they stand in every installation's heartbeat.
IN_TURN = [
    ("runs", 2),
    ("files", 2),
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
    ("kept files", 3600),
    ("old mail", 3600),
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
@pytest.mark.parametrize("where", ["on this machine", "on another machine"])
def test_two_workers_do_not_run_it_at_once(named, settings, tmp_path, where):
    """Another machine has a folder of its own; the database keeps them apart, where it can be reached from two machines at all."""
    if where == "on another machine" and connection.vendor != "postgresql":
        pytest.skip("the embedded database has one machine")
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
        if where == "on another machine":
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
    with lock.only_one() as mine:
        assert mine, "whoever comes later has its turn"


@pytest.mark.both_engines
@pytest.mark.django_db
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
