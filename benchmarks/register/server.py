"""A private PostgreSQL server, and in it a database for each number of people."""

import contextlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import tell

ROOT = Path(__file__).resolve().parents[2]
# The demonstration's settings, with as many questions as anybody likes.
UNLIMITED = """
from lms.settings.dev import *
IMSA_CHECKS_PER_ADDRESS = IMSA_MISSES_PER_NUMBER = IMSA_MISSES_PER_NUMBER_OF_ALL = IMSA_MISSES = IMSA_CHECKS_AFTER_MISSES = "1000000000/m"
IMSA_LIST_LINES = IMSA_LIST_MISSES = "1000000000/d"
"""


def asking(job, *args):
    return [sys.executable, "-m", "benchmarks.register", "inside", job, *map(str, args)]


class Cluster:
    """A private server below `folder`; `restart` takes its options."""

    def __init__(self, folder):
        sys.path.insert(0, str(ROOT / "tests"))
        import engines

        self.folder, self.place, self.running = Path(folder), engines.programs(), None
        if not self.place:
            raise SystemExit(engines.MISSING)
        self.as_whom = {"cwd": self.folder}
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.as_whom.update(user="postgres", group="postgres", extra_groups=[])
            shutil.chown(self.folder, "postgres", "postgres")
        if not (self.folder / "data").exists():
            made = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
            subprocess.run(
                [self.place / "initdb", "-D", "data", "-U", "imsa", *made],
                check=True,
                stdout=subprocess.DEVNULL,
                **self.as_whom,
            )

    def restart(self, **options):
        """With a quarter of the memory, as PostgreSQL's own advice has it; everything else as it comes."""
        self.stop()
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        options = {
            "listen_addresses": "",
            "shared_buffers": f"{memory // 4}MB",
            "effective_cache_size": f"{memory // 2}MB",
            "shared_preload_libraries": "pg_stat_statements",
            "log_min_messages": "fatal",
            **options,
        }
        given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.running = subprocess.Popen(
            [self.place / "postgres", "-D", "data", "-k", self.folder, *given],
            stdout=sys.stderr,
            **self.as_whom,
        )
        until = time.monotonic() + 120
        while subprocess.call(
            [self.place / "pg_isready", "-q", "-h", self.folder, "-U", "imsa", "-d", "postgres"]
        ):
            if self.running.poll() is not None or time.monotonic() > until:
                raise SystemExit("The private PostgreSQL server did not start: see above.")
            time.sleep(0.1)

    def stop(self):
        if self.running:
            self.running.send_signal(signal.SIGINT)  # its "fast" shutdown
            self.running.wait(600)
            self.running = None

    def ask(self, question, database="postgres") -> str:
        command = [
            self.place / "psql",
            "-h",
            self.folder,
            "-U",
            "imsa",
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
            "-c",
            question,
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def environment(self, database):
        address = str(self.folder).replace("/", "%2F")
        return {
            **os.environ,
            "DATABASE_URL": f"postgres://imsa@{address}/{database}",
            "IMSA_HOME": str(self.folder / "home"),
            "DJANGO_SETTINGS_MODULE": "imsa_unlimited",
            "PYTHONPATH": os.pathsep.join([str(self.folder / "settings"), str(ROOT)]),
        }

    def inside(self, database, job, *args):
        """What a process of its own finds out with Django and this database."""
        done = subprocess.run(
            asking(job, *args),
            cwd=ROOT,
            env=self.environment(database),
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"This failed: {job} on {database}")
        return json.loads(done.stdout.splitlines()[-1])

    @contextlib.contextmanager
    def opened(self, database, job, *args):
        """A process that answers whenever it is asked `next`."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        with subprocess.Popen(
            asking(job, *args), cwd=ROOT, env=self.environment(database), **pipes
        ) as running:

            def the_next():
                running.stdin.write("\n")
                return json.loads(running.stdout.readline())

            running.next = the_next
            yield running
            running.stdin.close()

    def manage(self, database, *args):
        subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=ROOT,
            env=self.environment(database),
            check=True,
            stdout=subprocess.DEVNULL,
        )


@contextlib.contextmanager
def cluster(keep):
    with contextlib.ExitStack() as end:
        folder = (
            Path(keep).resolve()
            if keep
            else Path(end.enter_context(tempfile.TemporaryDirectory(prefix="imsa-register-")))
        )
        for name in ("home", "settings"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "settings" / "imsa_unlimited.py").write_text(UNLIMITED)
        made = Cluster(folder)
        end.callback(made.stop)
        yield made


def fill(server, sizes) -> list[str]:
    """The database of each size, made where there is none."""
    names = [f"register_{size}" for size in sizes]
    have = set(server.ask("SELECT datname FROM pg_database").split())
    if missing := [size for size, name in zip(sizes, names, strict=True) if name not in have]:
        server.restart(
            fsync="off",
            synchronous_commit="off",
            full_page_writes="off",
            wal_level="minimal",
            max_wal_senders=0,
            max_wal_size="2GB",
            autovacuum="off",
        )
        if "demonstration" not in have:
            tell("an empty database, and the demonstration in it")
            server.ask("CREATE DATABASE part")
            server.manage("part", "migrate", "-v0", "--skip-checks")
            server.manage("part", "seed_demo")
            server.ask("ALTER DATABASE part RENAME TO demonstration")
        for size in missing:
            began = time.monotonic()
            tell(f"{size:,} people")
            server.ask(f"DROP DATABASE IF EXISTS part_{size}")
            server.ask(f"CREATE DATABASE part_{size} TEMPLATE demonstration")
            server.inside(f"part_{size}", "populate", size)
            server.ask(
                "CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pg_prewarm", f"part_{size}"
            )
            server.ask(f"ALTER DATABASE part_{size} RENAME TO register_{size}")
            tell(f"{size:,} people took {time.monotonic() - began:.0f} s")
    server.restart()
    for name in names:
        server.manage(
            name, "migrate", "-v0", "--skip-checks"
        )  # what was kept may be older than the code
    return names


def warm(server, database):
    """Everything a check reads, as after a day's work; the rows of past checks stay on the disk."""
    pages = server.ask(
        """SELECT sum(pg_prewarm(c.oid::regclass, 'prefetch')), sum(pg_prewarm(c.oid::regclass)) FROM pg_class c
        LEFT JOIN pg_index i ON i.indexrelid = c.oid
        WHERE c.relkind IN ('r', 'i', 't') AND c.relpages > 0 AND c.relname <> 'certificates_check'""",
        database,
    )
    tell(f"{database}: {int(pages.split('|')[1]) * 8 // 1024:,} MB read into memory")


def machine(server):
    names = (
        re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        if Path("/proc/cpuinfo").exists()
        else [platform.processor()]
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores of {names[0]}, {memory:.0f} GB, {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"PostgreSQL {server.ask('SHOW server_version')}, load {os.getloadavg()[0]:.1f} before"
    )
