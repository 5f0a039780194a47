"""A real database is never run as a demonstration, nor the other way round; a start that is half-told says everything at once."""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from lms.kit import installation
from lms.kit.models import Installation
from lms.people.actions import admit
from lms.people.models import Notice, User
from lms.people.roles import Operator
from lms.settings.variables import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
REAL = {
    "IMSA_SECRET_KEY": "x" * 60,
    "IMSA_HOSTS": "imsa.example",
    "IMSA_URL": "https://imsa.example",
}
pytestmark = pytest.mark.filterwarnings("ignore")


def run(*command, home, **env):
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("IMSA_") and k not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    }
    return subprocess.run(
        [sys.executable, *command],
        env=kept | {"IMSA_HOME": str(home)} | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )


def marked(home, kind):
    home.mkdir(exist_ok=True)
    (home / "installation").write_text(f"{kind}\n")
    return home


def database(home, *, kind=None, invented=()):
    """Only the two tables that the question reads."""
    home.mkdir(exist_ok=True)
    with sqlite3.connect(home / "db.sqlite3") as made:
        made.execute("CREATE TABLE people_user (id INTEGER PRIMARY KEY, is_invented BOOL NOT NULL)")
        made.executemany(
            "INSERT INTO people_user (is_invented) VALUES (?)", [[one] for one in invented]
        )
        if kind:
            made.execute("CREATE TABLE kit_installation (id INTEGER PRIMARY KEY, kind TEXT)")
            made.execute("INSERT INTO kit_installation (kind) VALUES (?)", [kind])
    return home


def content(home):
    with contextlib.closing(sqlite3.connect(home / "db.sqlite3")) as it:
        return list(it.iterdump())


@pytest.mark.parametrize("job", ["send_notices", "work", "migrate", "seed_demo"])
def test_a_real_database_refuses_the_demonstrations_settings_before_anything_is_written(
    tmp_path, job
):
    home = database(tmp_path / "home", kind="real")
    before = content(home)
    answer = run("manage.py", job, home=home, DJANGO_SETTINGS_MODULE="lms.settings.dev")
    assert (
        answer.returncode == 1
        and "belongs to a real installation" in answer.stderr
        and "Traceback" not in answer.stderr
    )
    assert content(home) == before and sorted(p.name for p in home.iterdir()) == ["db.sqlite3"]


def test_a_database_from_before_the_mark_is_known_by_its_people(tmp_path):
    real, seeded = (
        database(tmp_path / "real", invented=[False]),
        database(tmp_path / "seeded", invented=[True]),
    )
    both = database(tmp_path / "both", invented=[True, False])
    dev, production = (
        {"DJANGO_SETTINGS_MODULE": "lms.settings.dev"},
        {"DJANGO_SETTINGS_MODULE": "lms.settings.production", **REAL},
    )
    assert "belongs to a real installation" in run("manage.py", "migrate", home=real, **dev).stderr
    assert (
        "belongs to a demonstration installation"
        in run("manage.py", "migrate", home=seeded, **production).stderr
    )
    for one in (dev, production):
        assert (
            "manage.py mark_installation real"
            in run("manage.py", "migrate", home=both, **one).stderr
        )


def test_doubt_is_settled_by_a_command_before_the_migration_that_brings_the_table(tmp_path):
    home = database(tmp_path / "both", invented=[True, False])
    assert run("manage.py", "mark_installation", "real", home=home, **REAL).returncode == 0
    assert (
        "belongs to a real installation"
        in run("manage.py", "migrate", home=home, DJANGO_SETTINGS_MODULE="lms.settings.dev").stderr
    )


def test_a_web_server_refuses_what_does_not_fit_too(tmp_path):
    home = marked(tmp_path / "home", "demonstration")
    answer = run("-c", "import lms.wsgi", home=home, **REAL)
    assert (
        answer.returncode == 4
        and "belongs to a demonstration installation" in answer.stderr
        and "Traceback" not in answer.stderr
    )


def test_manage_takes_production_where_the_place_or_the_environment_says_so(tmp_path):
    code = "import sys, manage; manage.choose_settings(); import os; print(os.environ['DJANGO_SETTINGS_MODULE'])"
    real = run("-c", code, home=marked(tmp_path / "home", "real"))
    assert real.stdout.strip() == "lms.settings.production" and "is marked as real" in real.stderr
    told = run("-c", code, home=tmp_path, IMSA_SECRET_KEY="x")
    assert (
        told.stdout.strip() == "lms.settings.production" and "IMSA_SECRET_KEY is set" in told.stderr
    )
    plain = run("-c", code, home=tmp_path)
    assert plain.stdout.strip() == "lms.settings.dev" and not plain.stderr


def test_everything_missing_is_told_together_without_a_traceback_and_without_a_value(tmp_path):
    answer = run(
        "manage.py",
        "migrate",
        home=tmp_path,
        IMSA_SECRET_KEY="short-and-secret",
        IMSA_SMTP_PORT="many",
    )
    assert (
        answer.returncode == 1
        and "Traceback" not in answer.stderr
        and "short-and-secret" not in answer.stderr
    )
    assert all(
        name in answer.stderr
        for name in ("IMSA_SECRET_KEY", "IMSA_HOSTS", "IMSA_URL", "IMSA_SMTP_PORT")
    )


@pytest.mark.parametrize("given", ["", "/nowhere/signing.key"])
def test_a_web_server_does_not_start_without_a_key_that_signs(tmp_path, given):
    answer = run("-c", "import lms.wsgi", home=tmp_path, IMSA_SIGNING_KEY=given, **REAL)
    assert (
        answer.returncode == 4
        and "IMSA_SIGNING_KEY" in answer.stderr
        and "Traceback" not in answer.stderr
    )


def test_the_folder_of_an_installation_is_closed_to_others_whatever_the_umask(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    run("manage.py", "check", home=home)
    assert home.stat().st_mode & 0o777 == 0o700


def test_the_page_names_every_variable_and_no_other():
    page = (ROOT / "docs" / "running.md").read_text()
    table = page.split("| variable |")[1].split("\n\n")[0]
    named = set(re.findall(r"`(IMSA_[A-Z0-9_]+|DATABASE_URL)`", table.replace("| meaning |", "")))
    assert named == {one.name for one in VARIABLES}


def test_no_variable_is_read_outside_the_table():
    names = {one.name for one in VARIABLES} | {"DJANGO_SETTINGS_MODULE"}
    rooms = [ROOT / room for room in ("lms", "courses", "cohorts", "assessments", "certificates")]
    read = {
        n
        for room in rooms
        for f in room.rglob("*.py")
        for n in re.findall(r"environ(?:\.get\(|\[|\.setdefault\()\s*\"(\w+)\"", f.read_text())
    }
    assert read and read <= names


@pytest.mark.django_db
@pytest.mark.both_engines
def test_the_database_keeps_one_mark_of_a_known_kind():
    assert Installation.objects.get().kind == "demonstration" == installation.in_database()
    for pk, kind in ((2, "real"), (1, "perhaps")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Installation(pk=pk, kind=kind).save(force_insert=pk != 1)
    assert Installation.objects.get().kind == "demonstration"


@pytest.mark.django_db
@pytest.mark.both_engines
def test_a_mark_is_replaced_only_on_purpose_and_settings_refuse_it_then(settings, tmp_path):
    settings.IMSA_HOME = tmp_path
    with pytest.raises(CommandError, match="already"):
        call_command("mark_installation", "real")
    assert Installation.objects.get().kind == "demonstration"
    call_command("mark_installation", "real", "--replace")
    assert installation.in_folder(tmp_path) == installation.in_database() == "real"
    with pytest.raises(ImproperlyConfigured, match="belongs to a real installation"):
        installation.insist_on_fit()


@pytest.mark.django_db
@pytest.mark.both_engines
def test_people_tell_where_no_mark_does(settings, tmp_path):
    settings.IMSA_HOME = tmp_path
    Installation.objects.all().delete()
    User.objects.all().delete() if not Notice.objects.exists() else None
    assert installation.in_database() is None
    admit(by=Operator("test"), email="ada@example.org", first_name="Ada")
    assert installation.in_database() == "real"
    admit(by=Operator("test"), email="bo@example.org", first_name="Bo", is_invented=True)
    with pytest.raises(ImproperlyConfigured):
        installation.in_database()
    assert connection.is_usable()
