"""One migrated database for all tests, copied per worker; it never migrates twice and never flushes.

Migrating from nothing takes half a minute, so it happens once per set of migrations
(`./dev`'s `template`) and each worker copies the file, or on PostgreSQL asks for
CREATE DATABASE ... TEMPLATE. Tests that commit (`transaction=True`) end with a fresh copy
instead of Django's flush: a flush would take the root page, the Site and the permissions
with it, which migrations made and only migrations can make again.
"""

import contextlib
import importlib.machinery
import importlib.util
import json
import os
import random
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pytest

from tests import shared

# A machine that is busy with other work is slow, and not wrong.
hypothesis.settings.register_profile(
    "calm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("calm")

ROOT = Path(__file__).resolve().parents[1]
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
LOUD = "SKIPPED LOUDLY"
FOR_POSTGRES = "runs on PostgreSQL"
TOUCHES_DATABASE = {"db", "transactional_db", "admin_client", "django_db_serialized_rollback"}


def tool():
    """`./dev` as a module, so that there is one digest and one template for both."""
    loader = importlib.machinery.SourceFileLoader("dev", str(ROOT / "dev"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("dev", loader))
    loader.exec_module(module)
    module.PYTHON = sys.executable
    return module


dev = tool()


# ---- which tests run ----

WITHOUT_WINDOW = "chromium-headless-shell"


def chromium(whole=False):
    """The browser of this machine, or None: one that draws no window of its own first, since a page then begins at a sixth of the
    cost. The `whole` browser is preferred by tests of what goes on behind a page: the other does not do it. Playwright's own
    download is never used."""
    names = ["chromium", "chromium-browser", "google-chrome"]
    names.insert(len(names) if whole else 0, WITHOUT_WINDOW)
    for name in (os.environ.get("IMSA_CHROMIUM"), *names):
        if name and shutil.which(name):
            return shutil.which(name)


NO_BROWSER = (
    f"{LOUD}: browser tests: no Chromium found (apt-get install chromium, or set IMSA_CHROMIUM)"
)


def pytest_sessionstart(session):
    if (
        os.environ.get("IMSA_TEST_ALL")
        and not chromium()
        and not hasattr(session.config, "workerinput")
    ):
        pytest.exit(NO_BROWSER, returncode=1)


def pytest_addoption(parser):
    parser.addoption(
        "--shuffle",
        metavar="SEED",
        help="run files, and the tests in each, in the order this seed gives",
    )


def pytest_report_header(config):
    if config.getoption("shuffle"):
        return f"order of the tests: --shuffle {config.getoption('shuffle')}"


def shuffled(items, seed):
    """Files in another order, and the tests in each. Browser files keep theirs within: they walk one running site."""
    files = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    order = random.Random(seed)
    names = sorted(files)
    order.shuffle(names)
    for path in names:
        if "browser" not in path.parts:
            order.shuffle(files[path])
    return [item for path in names for item in files[path]]


# Files that take a minute or more of a worker, the longest first; they are measured with `--durations=0` on an idle machine.
# The second asks no database: its worker would wait while the other makes the template and the demonstration.
LONGEST = [
    "browser/test_every_page.py",
    "house/test_patterns.py",
    "assessments/test_upgrade.py",
    "browser/test_every_desk.py",
    "courses/test_demonstration.py",
    "house/test_access.py",
    "browser/test_first_day.py",
    "browser/test_author_and_reviewers.py",
    "certificates/test_stretches.py",
    "browser/test_killed_server.py",
    "house/test_hiding.py",
    "browser/test_study_online.py",
    "browser/test_offline.py",
    "courses/test_editor.py",
    "browser/test_law_change.py",
    "certificates/test_runs.py",
    "certificates/test_demonstration.py",
    "people/test_sending.py",
    "kit/test_installation.py",
    "assessments/test_long_jobs.py",
    "certificates/test_use_cases.py",
    "certificates/test_accreditation.py",
]


def heaviest_first(items):
    """Workers take whole files, in this order (--no-loadscope-reorder); a long one that begins last would keep one of them busy and leave the others idle."""
    heavy = {
        item.path
        for item in items
        if "browser" in item.path.parts or item.get_closest_marker("slow")
    }
    places = {ROOT / "tests" / name: place for place, name in enumerate(LONGEST)}
    return sorted(
        items, key=lambda item: (places.get(item.path, len(LONGEST)), item.path not in heavy)
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("shuffle"):
        items[:] = shuffled(items, config.getoption("shuffle"))
    items[:] = heaviest_first(items)
    for item in items:
        place = item.path.relative_to(ROOT / "tests").parts[0]
        touches = TOUCHES_DATABASE & set(item.fixturenames) or item.get_closest_marker("django_db")
        if place == "browser":
            item.add_marker("browser")
            if touches:  # Playwright's event loop makes Django refuse the ORM
                raise pytest.UsageError(
                    f"{item.nodeid}: browser tests look from outside; no database in them"
                )
            if not chromium():
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
        elif place == "house" and touches:
            item.add_marker("both_engines")
    if ON_POSTGRES:
        keep = [
            item
            for item in items
            if item.get_closest_marker("both_engines") or item.get_closest_marker("postgres")
        ]
        config.hook.pytest_deselected(items=[item for item in items if item not in keep])
        items[:] = keep
    else:
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason=FOR_POSTGRES))


def pytest_terminal_summary(terminalreporter):
    """Say loudly what did not run, and leave the counts for `tests/engines.py` to add up."""
    stats = terminalreporter.stats
    reports = [
        report for group in stats.values() for report in group if hasattr(report, "keywords")
    ]
    if any(NO_BROWSER in str(report.longrepr) for report in stats.get("skipped", [])):
        terminalreporter.write_line(NO_BROWSER, yellow=True, bold=True)
    if "IMSA_TALLY" in os.environ:
        skipped = [
            report
            for report in stats.get("skipped", [])
            if FOR_POSTGRES not in str(report.longrepr)
        ]
        tally = {
            "passed": len(stats.get("passed", [])) + len(stats.get("xpassed", [])),
            "failed": len(stats.get("failed", [])) + len(stats.get("error", [])),
            "skipped": len(skipped) + len(stats.get("xfailed", [])),
            "again": sum(
                bool({"both_engines", "postgres"} & set(report.keywords)) for report in reports
            ),
        }
        Path(os.environ["IMSA_TALLY"]).write_text(json.dumps(tally))


def pytest_unconfigure(config):
    from django.conf import settings

    home = Path(getattr(settings, "IMSA_HOME", ""))
    if home.name.startswith("imsa-test-"):
        shutil.rmtree(home, ignore_errors=True)


# ---- the database ----


@pytest.fixture
def migrated_home(tmp_path):
    """A folder for IMSA_HOME with an empty, migrated SQLite database: migrating from nothing takes half a minute of both cores."""
    shutil.copyfile(dev.template(), tmp_path / "db.sqlite3")
    return tmp_path


class SQLiteCopy:
    """This worker's database as a file copied from the template."""

    def __init__(self, folder):
        self.template, self.name = dev.template(), str(folder / "test.sqlite3")

    def renew(self, template=None):
        self.drop()
        shutil.copyfile(template or self.template, self.name)

    def seeded(self):
        home = seeded_home()
        return home / "db.sqlite3", home

    def drop(self):
        for ending in ("", "-wal", "-shm"):
            Path(self.name + ending).unlink(missing_ok=True)


class PostgresCopy:
    """This worker's database as CREATE DATABASE ... TEMPLATE."""

    def __init__(self, folder):
        self.url = os.environ["DATABASE_URL"]
        self.name = f"imsa_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
        self.template = postgres_template_name()
        with dev.lock("postgres"):
            if not self.ask("SELECT 1 FROM pg_database WHERE datname = %s", self.template):
                part = f"{self.template}_part"
                self.ask(f"DROP DATABASE IF EXISTS {part} WITH (FORCE)")
                self.ask(f"CREATE DATABASE {part}")
                dev.migrate(DATABASE_URL=urlsplit(self.url)._replace(path=f"/{part}").geturl())
                self.ask(f"ALTER DATABASE {part} RENAME TO {self.template}")

    def ask(self, sql, *values):
        import psycopg

        into = psycopg.conninfo.make_conninfo(self.url, dbname="postgres")
        with contextlib.closing(psycopg.connect(into, autocommit=True)) as server:
            cursor = server.execute(sql, values)
            return cursor.fetchone() if cursor.description else None

    def renew(self, template=None):
        self.drop()
        with dev.lock("postgres"):
            self.ask(f"CREATE DATABASE {self.name} TEMPLATE {template or self.template}")

    def seeded(self):
        """The demonstration once for each server, and its files: a server that is thrown away takes it along."""
        name, home = f"imsa_seed_{seed_digest()}", dev.CACHE / "postgres-seed"
        with dev.lock("postgres-seed"):
            if not self.ask("SELECT 1 FROM pg_database WHERE datname = %s", name):
                shutil.rmtree(home, ignore_errors=True)
                home.mkdir(parents=True)
                part = f"{name}_part"
                self.ask(f"DROP DATABASE IF EXISTS {part} WITH (FORCE)")
                with dev.lock("postgres"):
                    self.ask(f"CREATE DATABASE {part} TEMPLATE {self.template}")
                url = urlsplit(self.url)._replace(path=f"/{part}").geturl()
                seed(**{**environment(home), "DATABASE_URL": url})
                self.ask(f"ALTER DATABASE {part} RENAME TO {name}")
        return name, home

    def drop(self):
        self.ask(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


def postgres_template_name():
    return f"imsa_tpl_{dev.digest(dev.migrations() + dev.LOCKS)}"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, tmp_path_factory):
    """pytest-django's fixture, replaced: a copy instead of a migration, a new copy instead of a flush."""
    from django.conf import settings
    from django.db import connection
    from django.test import TransactionTestCase

    try:
        copy = (PostgresCopy if ON_POSTGRES else SQLiteCopy)(tmp_path_factory.mktemp("database"))
    except SystemExit as ended:
        raise RuntimeError(
            "the template database could not be migrated: see the captured output"
        ) from ended

    def renew(*args, template=None):
        connection.close()
        copy.renew(template)

    with django_db_blocker.unblock():
        renew()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = copy.name
        TransactionTestCase._fixture_teardown = renew
        yield copy, renew
        connection.close()
        copy.drop()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request):
    """What tests share stands before the transaction of the test that comes first (tests/shared.py)."""
    if fixturedef.argname == "_django_db_helper":
        shared.begin_for(request.node, request.getfixturevalue("django_db_blocker"))


# ---- the demonstration ----


def seed_digest():
    return dev.digest(dev.found(*dev.MIGRATIONS, *dev.SEED) + dev.LOCKS)


def seed(**env):
    dev.call(dev.PYTHON, "manage.py", "seed_demo", "--if-empty", **env)


def seeded_home():
    """A home with the demonstration in it, made once for each set of migrations and demonstration files."""
    home = dev.CACHE / f"seed-{seed_digest()}"
    empty = dev.template()
    with dev.lock("seed"):
        if not home.exists():
            part = dev.CACHE / "seed.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            shutil.copyfile(empty, part / "db.sqlite3")
            seed(**environment(part))
            for old in sorted(dev.CACHE.glob("seed-*"), key=os.path.getmtime)[:-2]:
                shutil.rmtree(old)
            part.rename(home)
    return home


def environment(home):
    return {
        "IMSA_HOME": str(home),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
    }


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """The demonstration in this worker's database, with its files: a copy, for seeding takes most of a minute."""
    from django.conf import settings

    copy, renew = django_db_setup
    with django_db_blocker.unblock():
        database, home = copy.seeded()
        renew(template=database)
        for name in ("private", "media", "keys"):
            if (home / name).exists():
                shutil.copytree(home / name, settings.IMSA_HOME / name, dirs_exist_ok=True)
        with shared_books(Path(settings.PRIVATE_ROOT, "exports")):
            yield
        renew()


@contextlib.contextmanager
def shared_books(place):
    """A module drawn as a PDF takes many seconds, and its file is called by all that is in it: whoever asks next finds it, in any process."""
    kept = dev.CACHE / "books"
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    place.symlink_to(kept, target_is_directory=True)
    try:
        yield
    finally:
        place.unlink()


@pytest.fixture(scope="session", autouse=True)
def mail_is_queued(django_test_environment):
    """Django's test environment would send at once what the site queues; `lms.people.sending.send_due` brings it to `mailoutbox`."""
    from django.conf import settings

    settings.EMAIL_BACKEND = "lms.people.email_backends.Queue"


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What is kept in memory is found by keys that another test's database may use again: texts, Wagtail's drawn pictures, and who is read in place of nobody."""
    from django.core.cache import caches

    from certificates.actions.checks import _kept_decoys
    from courses.queries.outline import _kept, _texts
    from courses.rendering import parts

    for kept in (_kept, _texts, parts._kept):
        kept.clear()
    _kept_decoys["until"] = 0.0
    for cache in caches.all(initialized_only=True):
        cache.clear()


# ---- what a page reads ----


@pytest.fixture
def rows_read(monkeypatch):
    """`with rows_read() as read:` then `read.rows`, how many the database gave, and `read.statements`, how many were asked."""
    from django.db import connection
    from django.db.backends.utils import CursorWrapper
    from django.test.utils import CaptureQueriesContext

    count = [0]

    def one(self):
        row = self.cursor.fetchone()
        count[0] += row is not None
        return row

    def some(fetch):
        def fetched(self, *args):
            rows = getattr(self.cursor, fetch)(*args)
            count[0] += len(rows)
            return rows

        return fetched

    monkeypatch.setattr(CursorWrapper, "fetchone", one, raising=False)
    for name in ("fetchmany", "fetchall"):
        monkeypatch.setattr(CursorWrapper, name, some(name), raising=False)

    @contextlib.contextmanager
    def reading():
        class Read:
            rows = statements = 0

        before = count[0]
        with CaptureQueriesContext(connection) as asked:
            yield Read
        Read.rows, Read.statements = count[0] - before, len(asked)

    return reading
