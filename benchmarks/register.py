"""What the register costs: one check, the check page under load, and certificates, with very many people on PostgreSQL.

    ./dev bench register [--quick] [--people N] [--small N] [--certificates N] [--keep DIR] [--only checks|pages|…] [--plans] [--profile]

It starts a PostgreSQL of its own, fills a database for each size, and throws both away; `--keep DIR` keeps them there and uses
them again. Rows are loaded without a wait for the disk; everything is measured with PostgreSQL as it comes, which waits for it.
"""

import argparse
import contextlib
import cProfile
import http.client
import itertools
import json
import os
import platform
import pstats
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.figures import say

ROOT = Path(__file__).resolve().parents[1]
MOODLE = 30  # requests a second of mod_customcert's verify page: the same kind of machine, 2 idle cores, 8 clients
CLIENTS, SECONDS, ASKED = 8, 10, 2000
JOBS = ("checks", "equal", "pages", "certificates", "list", "watches")
# The demonstration's settings, with as many questions as anybody likes.
UNLIMITED = """
from lms.settings.dev import *
IMSA_CHECKS_PER_ADDRESS = IMSA_MISSES_PER_NUMBER = IMSA_MISSES_PER_NUMBER_OF_ALL = IMSA_MISSES = IMSA_CHECKS_AFTER_MISSES = "1000000000/m"
IMSA_LIST_LINES = IMSA_LIST_MISSES = "1000000000/d"
"""


def tell(words):
    print(f"-- {words}", file=sys.stderr, flush=True)


def asking(job, *args):
    return [sys.executable, "-m", "benchmarks.register", "inside", job, *map(str, args)]


def calm(given):
    """Wait until nobody else is at work, at most as long as `--patience` says."""
    until = time.monotonic() + given.patience
    while (idle := idle_share()) < 0.9 and time.monotonic() < until:
        time.sleep(3)
    tell(f"the machine is {idle:.0%} idle")


def idle_share() -> float:
    if not Path("/proc/stat").exists():
        return 1 - os.getloadavg()[0] / os.cpu_count()

    def read():
        times = [int(part) for part in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
        return times[3] + times[4], sum(times[:8])

    (idle, total), _ = read(), time.sleep(2)
    idle_now, total_now = read()
    return (idle_now - idle) / max(1, total_now - total)


# ---- a PostgreSQL of its own ----


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


# ---- inside: a process with Django and one database ----


def registered(count):
    from benchmarks.population import populate

    populate(int(count))
    return {}


class Watcher:
    """How long the database takes, as the application waits for it, and what it was asked."""

    def __init__(self, connection):
        self.spent, self.asked = 0.0, []
        commit = connection._commit
        connection._commit = lambda: self.timed(commit)

    def timed(self, action, *args):
        began = time.perf_counter()
        try:
            return action(*args)
        finally:
            self.spent += time.perf_counter() - began

    def __call__(self, execute, statement, params, many, context):
        self.asked.append((statement, params))
        return self.timed(execute, statement, params, many, context)


def a_check(client, question):
    """One question, and the page of its answer."""
    number, surname, on = question
    answer = client.post("/check/", {"number": number, "surname": surname, "on": on})
    assert answer.status_code == 302, (answer.status_code, question)
    assert client.get(answer["Location"]).status_code == 200


def ready_client(count, seed):
    """A browser without a server, and the questions it will ask; everything that is read once has been."""
    from django.test import Client

    from benchmarks.population import questions

    client, asked = Client(), questions(count + 100, seed)
    for question in asked[:100]:
        a_check(client, question)
    return client, asked[100:]


def checks(count, seed):
    """One check for each line that comes in, and what it cost."""
    from django.db import connection

    client, asked = ready_client(int(count), int(seed))
    watcher = Watcher(connection)
    with connection.execute_wrapper(watcher):
        for question in asked:
            if not sys.stdin.readline():
                break
            watcher.spent, watcher.asked, busy = 0.0, [], time.process_time()
            a_check(client, question)
            own = time.process_time() - busy
            print(
                json.dumps(
                    {
                        "database": watcher.spent * 1000,
                        "own": own * 1000,
                        "queries": len(watcher.asked),
                    }
                ),
                flush=True,
            )
    return {}


def plans():
    """EXPLAIN (ANALYZE, BUFFERS) of every statement of a few checks, each just before it is carried out."""
    from django.db import connection, transaction

    client, asked = ready_client(40, 9)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > 2000")
        big, scans, busy = {name for (name,) in cursor.fetchall()}, [], []

    def explain(execute, statement, params, many, context):
        if not busy and not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            busy.append(True)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", params)
                plan = "\n".join(line for (line,) in cursor.fetchall())
                transaction.set_rollback(True)
            scans.extend(table for table in re.findall(r"Seq Scan on (\w+)", plan) if table in big)
            print(f"\n{statement[:60]}\n{plan}", file=sys.stderr)
            busy.clear()
        return execute(statement, params, many, context)

    for question in (asked[9], asked[4], asked[6], asked[1]):
        print(f"\n---- {question}", file=sys.stderr)
        with connection.execute_wrapper(explain):
            a_check(client, question)
    return {"scans": sorted(set(scans))}


def profile():
    client, asked = ready_client(500, 3)
    began, busy = time.perf_counter(), time.process_time()
    for question in asked[:200]:
        a_check(client, question)
    each = (time.perf_counter() - began) * 5, (time.process_time() - busy) * 5
    tell(
        f"one check and its answer: {each[0]:.1f} ms, of which {each[1]:.1f} ms are this process's own"
    )
    made = cProfile.Profile()
    made.enable()
    for question in asked[200:]:
        a_check(client, question)
    made.disable()
    pstats.Stats(made, stream=sys.stderr).sort_stats("cumulative").print_stats(70).sort_stats(
        "tottime"
    ).print_stats(40)
    return {"milliseconds": each[0], "own": each[1]}


def equal(rounds):
    """A number nobody has, a name that does not fit, a withheld entry: how long each takes, by turns."""
    from django.test import Client

    from benchmarks.equal import quick_quarters, spread
    from benchmarks.population import SPREAD, holders
    from certificates.models import Certificate, Withholding
    from lms.kit import codes

    client, known = Client(), holders(50, 11)
    hidden = (
        Withholding.objects.filter(until_day=None)
        .order_by("-pk")
        .values_list("person_id", flat=True)[:50]
    )
    rows = (
        Certificate.objects.filter(enrolment__person__in=list(hidden))
        .exclude(enrolment__person__last_name="")
        .values_list("number", "enrolment__person__last_name")
    )
    kinds = {
        "unknown": [
            (codes.numbered("IMSA", 7 + n * SPREAD[1]), family)
            for n, (_, _, family) in enumerate(known)
        ],
        "misnamed": [(imsa, "Nobody") for imsa, _, _ in known],
        "withheld": [*rows],
    }

    def asking_of(pairs):
        left = itertools.cycle(pairs)

        def ask():
            number, surname = next(left)
            answer = client.post("/check/", {"number": number, "surname": surname})
            assert answer.status_code == 302, (number, surname, answer.status_code)

        return ask

    took = quick_quarters({name: asking_of(pairs) for name, pairs in kinds.items()}, int(rounds))
    return {"spread": spread(took), **took}


def asked_for(count, seed):
    from benchmarks.population import questions

    return questions(int(count), int(seed))


def certificates(count):
    """Issued as the registrar issues them, one after another; then drawn and signed alone."""
    from django.db import IntegrityError

    from certificates.actions import issue
    from certificates.document import drawing
    from certificates.models import Certificate, DesignVersion
    from certificates.signing import pdf
    from cohorts.models import Enrolment
    from lms.people.models import Role
    from lms.people.roles import holders_of

    count, (registrar, *_) = int(count), holders_of(Role.REGISTRAR)
    waiting = Enrolment.objects.filter(
        student_reference__startswith="BENCH", certificates=None, person__imsa_number__isnull=False
    )
    waiting = list(waiting.exclude(award=None).order_by("pk")[: count + 20])
    if len(waiting) < count + 20:
        raise SystemExit(
            f"Only {len(waiting)} people wait for a certificate. Ask for fewer, for more people, or for a fresh --keep."
        )
    for enrolment in waiting[:20]:
        issue(enrolment, by=registrar)
    early, taken, begun, busy = max(1, count // 10), 0, time.perf_counter(), time.process_time()
    for n, enrolment in enumerate(waiting[20:], 1):
        try:
            issue(enrolment, by=registrar)
        except IntegrityError:
            taken += (
                1  # a number by lot that somebody has: one in twenty thousand with a million people
            )
        if n == early:
            memory = resident()
        if n % 500 == 0:
            tell(
                f"{n} certificates, {n / (time.perf_counter() - begun):.1f} a second, {resident():.0f} MB"
            )
    issued, own = count / (time.perf_counter() - begun), count / (time.process_time() - busy)
    facts, design = Certificate.objects.latest("pk").facts, DesignVersion.objects.latest("number")
    begun, alone = time.perf_counter(), min(count, 300)
    for _ in range(alone):
        pdf.sign(
            drawing.draw(facts, design.signatories),
            {"imsa-award.jwt": b"x" * 1500, "imsa-accreditation.jwt": b"x" * 1500},
        )
    return {
        "issued": issued,
        "own": own,
        "drawn": alone / (time.perf_counter() - begun),
        "early": memory,
        "late": resident(),
        "taken": taken,
    }


def resident() -> float:
    """Megabytes this process holds in memory."""
    if Path("/proc/self/statm").exists():
        return (
            int(Path("/proc/self/statm").read_text().split()[1])
            * os.sysconf("SC_PAGE_SIZE")
            / 2**20
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def asker():
    """(an approved organisation of the large register, somebody who may act for it)."""
    from cohorts.models import Contact, Organisation
    from lms.kit import clock

    organisation = Organisation.objects.get(code="B-1")
    found = Contact.objects.filter(organisation=organisation).select_related("person").first()
    if found is None:
        person = Contact.objects.filter(organisation__code="ORG-18").earliest("pk").person
        found = Contact.objects.create(
            organisation=organisation, person=person, starts_on=clock.today()
        )
    return organisation, found.person


def a_list(count):
    """A bulk check as the page makes it: the pasted text is read, every line is answered and kept; then the answer is written as CSV."""
    from benchmarks.population import lines
    from certificates.actions import answer_list
    from certificates.checking import uploaded_lists
    from certificates.checking.answer_sheets import as_csv
    from certificates.models import Check
    from certificates.views.lists import table_of
    from lms.kit import clock
    from lms.record.models import Entry

    organisation, person = asker()
    text, entries = "\n".join("\t".join(line) for line in lines(int(count))), Entry.objects.count()
    begun = time.perf_counter()
    made = answer_list(
        organisation,
        uploaded_lists.pasted(text, clock.today()),
        "work",
        by=person,
        day=clock.today(),
    )
    answered = time.perf_counter()
    content = as_csv(table_of(made))
    done = time.perf_counter()
    assert (
        Check.objects.filter(list_check=made).count() == int(count) == len(content.splitlines()) - 1
    )
    assert Entry.objects.count() == entries + 1
    return {"seconds": done - begun, "table": done - answered}


def watches(count):
    """The nightly diff: one run that tells of everybody, and {"seconds": …} of the next, in which three hundred have changed."""
    from benchmarks.population import watch
    from certificates.actions.watches import look_at_watches
    from certificates.models import Watch
    from cohorts.models import EmploymentLine
    from cohorts.register import last_lines
    from lms.kit import clock
    from lms.people.roles import Operator

    by, open_now = Operator("bench"), watch(int(count))
    assert open_now == int(count), open_now
    begun = time.perf_counter()
    first = look_at_watches(by=by)
    tell(f"the first run told of {first:,} people in {time.perf_counter() - begun:.0f} s")
    people = (
        Watch.objects.filter(ended_at=None).order_by("pk").values_list("person_id", flat=True)[:300]
    )
    lines = last_lines().filter(employment__person__in=list(people), ends_on=None)
    EmploymentLine.objects.bulk_create(
        [
            EmploymentLine(
                employment_id=old.employment_id,
                number=old.number + 1,
                organisation_id=old.organisation_id,
                nations=old.nations,
                post=old.post,
                starts_on=old.starts_on,
                ends_on=clock.today() - timedelta(1),
                source="bench",
                recorded_at=clock.now(),
            )
            for old in lines
        ]
    )
    begun = time.perf_counter()
    changed = look_at_watches(by=by)
    return {"seconds": time.perf_counter() - begun, "changed": changed}


def profiled(job, *args):
    """Where the time of a job goes, on standard error."""
    made = cProfile.Profile()
    made.enable()
    found = INSIDE[job](*args)
    made.disable()
    pstats.Stats(made, stream=sys.stderr).sort_stats("cumulative").print_stats(60).sort_stats(
        "tottime"
    ).print_stats(25)
    return found


INSIDE = {
    "populate": registered,
    "checks": checks,
    "plans": plans,
    "equal": equal,
    "profile": profile,
    "questions": asked_for,
    "certificates": certificates,
    "list": a_list,
    "watches": watches,
    "profiled": profiled,
}


# ---- the figures ----


def of_checks(server, given, sizes):
    """Both sizes by turns, check by check, so that whatever else the machine does falls on both."""
    names, count = [f"register_{size}" for size in sizes], 300 if given.quick else ASKED
    with contextlib.ExitStack() as end:
        both = [end.enter_context(server.opened(name, "checks", count, 100)) for name in names]
        found = [[one.next() for one in both] for _ in range(count)]
    small, large = ([each[which]["database"] for each in found] for which in (0, 1))
    middle, high = (
        [statistics.quantiles(times, n=20)[at] for times in (small, large)] for at in (9, 18)
    )
    faults = say(
        (
            "check.queries",
            max(each["queries"] for pair in found for each in pair),
            "statements",
            6,
            "at most",
        ),
        (f"check.database_ms.p50 ({sizes[0]:,} people)", round(middle[0], 2), "ms", None, ""),
        (f"check.database_ms.p50 ({sizes[1]:,} people)", round(middle[1], 2), "ms", None, ""),
        (f"check.database_ms.p95 ({sizes[0]:,} people)", round(high[0], 2), "ms", None, ""),
        (f"check.database_ms.p95 ({sizes[1]:,} people)", round(high[1], 2), "ms", 5, "at most"),
        ("check.p95_ratio", round(high[1] / high[0], 2), "times", 1.2, "at most"),
        (
            "check.own_ms",
            round(statistics.median(pair[1]["own"] for pair in found), 2),
            "ms of the application's own time",
            None,
            "",
        ),
    )
    if given.plans:
        scans = server.inside(names[1], "plans")["scans"]
        faults |= say(
            ("check.sequential_scans", len(scans), " ".join(["large tables", *scans]), 0, "at most")
        )
    if given.profile:
        server.inside(names[1], "profile")
    return faults


def of_equal(server, given, sizes):
    made = server.inside(f"register_{sizes[1]}", "equal", 100 if given.quick else 600)
    took = {name: f"{made[name] * 1000:.2f} ms" for name in ("unknown", "misnamed", "withheld")}
    return say(("equal.spread", round(made["spread"], 3), f"times, of {took}", 1.1, "at most"))


def of_pages(server, given, sizes):
    """The real server with its two workers and eight clients: the form's page, and whole checks."""
    name = f"register_{sizes[1]}"
    asked = server.inside(name, "questions", 4000, 5)
    with serving(server, name) as port:
        for seconds in (2, 3 if given.quick else SECONDS):  # the first warms it
            server.ask("SELECT pg_stat_statements_reset()", name)
            checked = crowd(port, asked, seconds)
        calls = server.ask(
            "SELECT sum(calls), sum(total_exec_time) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid "
            "WHERE datname = current_database() AND query NOT LIKE '%pg_stat%'",
            name,
        ).split("|")
        form = crowd(port, None, 3 if given.quick else SECONDS)
    tell(
        f"the clients took {checked['own']:.0%} of a core; {checked['bytes'] / checked['requests']:.0f} bytes an answer"
    )
    return say(
        (
            "check.requests_per_second",
            round(checked["requests"] / checked["seconds"], 1),
            "requests/s",
            None,
            "",
        ),
        (
            "check.checks_per_second",
            round(checked["requests"] / 2 / checked["seconds"], 1),
            "questions with their answer/s",
            None,
            "",
        ),
        (
            "check.form_requests_per_second",
            round(form["requests"] / form["seconds"], 1),
            "requests/s",
            None,
            "",
        ),
        (
            "check.vs_moodle",
            round(checked["requests"] / checked["seconds"] / MOODLE, 1),
            "times",
            10,
            "at least",
        ),
        (
            "check.statements_at_server",
            round(2 * int(calls[0]) / checked["requests"], 2),
            "statements a check, with BEGIN and COMMIT",
            None,
            "",
        ),
        (
            "check.server_ms",
            round(2 * float(calls[1]) / checked["requests"], 2),
            "ms a check inside PostgreSQL",
            None,
            "",
        ),
    )


@contextlib.contextmanager
def serving(server, database):
    from tests.browser.conftest import free_port
    from tests.conftest import dev

    port = free_port()
    running = subprocess.Popen(
        [str(part) for part in dev.server(port)],
        cwd=ROOT,
        env=server.environment(database),
        stdout=sys.stderr,
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                if Browser(port).ask("GET", "/healthz")[0] == 200:
                    break
            time.sleep(0.2)
        yield port
    finally:
        running.terminate()
        running.wait(60)


class Browser:
    """One client with its own cookies and one line to the server, kept open as browsers do."""

    def __init__(self, port):
        self.line, self.cookie, self.token, self.weight = (
            http.client.HTTPConnection("127.0.0.1", port, timeout=60),
            "",
            "",
            0,
        )
        self.headers = {
            "Accept-Encoding": "gzip",
            "Referer": f"http://127.0.0.1:{port}/check/",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def ask(self, method, address, body=None):
        for again in (True, False):
            try:
                self.line.request(method, address, body, {**self.headers, "Cookie": self.cookie})
                answer = self.line.getresponse()
                break
            except (
                http.client.RemoteDisconnected,
                ConnectionError,
            ):  # the server lets an idle line go
                self.line.close()
                if not again:
                    raise
        content = answer.read()
        self.weight += len(content)
        return answer.status, content, answer.headers

    def open_form(self):
        self.headers.pop("Accept-Encoding", None)  # to read it here without unpacking
        status, page, headers = self.ask("GET", "/check/")
        assert status == 200, status
        self.headers["Accept-Encoding"] = "gzip"
        self.cookie = "; ".join(
            cookie.split(";")[0] for cookie in headers.get_all("Set-Cookie") or []
        )
        self.token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()

    def check(self, question):
        number, surname, on = question
        body = urlencode(
            {"csrfmiddlewaretoken": self.token, "number": number, "surname": surname, "on": on}
        )
        status, _, headers = self.ask("POST", "/check/", body)
        assert status == 302, status
        status, _, _ = self.ask("GET", headers["Location"])
        assert status == 200, status


def crowd(port, asked, seconds) -> dict:
    """Eight clients at once: whole checks, or the form's page where nothing is asked."""
    counts, weights, faults = [], [], []

    def client(n):
        try:
            browser, done, o = Browser(port), 0, n
            browser.open_form()
            ready.wait()
            until = time.perf_counter() + seconds
            while time.perf_counter() < until:
                if asked:
                    browser.check(asked[o % len(asked)])
                else:
                    assert browser.ask("GET", "/check/")[0] == 200
                o, done = o + CLIENTS, done + (2 if asked else 1)
            counts.append(done)
            weights.append(browser.weight)
        except Exception as fault:
            faults.append(fault)
            ready.abort()

    ready = threading.Barrier(CLIENTS)
    people = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    began, busy = time.perf_counter(), time.process_time()
    for one in people:
        one.start()
    for one in people:
        one.join()
    if faults:
        raise faults[0]
    took = time.perf_counter() - began
    return {
        "requests": sum(counts),
        "seconds": took,
        "own": (time.process_time() - busy) / took,
        "bytes": sum(weights),
    }


def of_certificates(server, given, sizes):
    made = server.inside(f"register_{sizes[1]}", "certificates", given.certificates)
    tell(
        f"{made['taken']} numbers by lot were taken; {made['own']:.1f} certificates a second of this process's own time"
    )
    early = max(1, given.certificates // 10)
    return say(
        (
            "certificates.drawn_and_signed_per_second",
            round(made["drawn"], 1),
            "certificates/s, one process",
            15,
            "at least",
        ),
        (
            "certificates.issued_per_second",
            round(made["issued"], 1),
            "issued/s with their credentials and rows, one process",
            None,
            "",
        ),
        (f"certificates.memory_mb after {early:,}", round(made["early"], 1), "MB", None, ""),
        (
            f"certificates.memory_mb after {given.certificates:,}",
            round(made["late"], 1),
            "MB",
            None,
            "",
        ),
        (
            "certificates.memory_growth_mb",
            round(made["late"] - made["early"], 1),
            "MB",
            None if given.quick else 10,
            "at most",
        ),
    )


def of_a_list(server, given, sizes):
    made = server.inside(f"register_{sizes[1]}", *["profiled"] * given.profile, "list", 10_000)
    return say(
        (
            "list.seconds_for_10000",
            round(made["seconds"], 1),
            "s, of which the table " + f"{made['table']:.1f}",
            10,
            "at most",
        )
    )


def of_watches(server, given, sizes):
    count = min(100_000, sizes[1] // 2)
    made = server.inside(f"register_{sizes[1]}", *["profiled"] * given.profile, "watches", count)
    tell(f"the second run told of {made['changed']} people")
    return say((f"watches.seconds_for_{count}", round(made["seconds"], 1), "s", 60, "at most"))


FIGURES = dict(
    zip(JOBS, (of_checks, of_equal, of_pages, of_certificates, of_a_list, of_watches), strict=True)
)


def read(args):
    parser = argparse.ArgumentParser(prog="./dev bench register")
    parser.add_argument(
        "--quick", action="store_true", help="2,000 people and 200 certificates, in passing"
    )
    parser.add_argument("--people", type=int)
    parser.add_argument(
        "--small", type=int, default=1000, help="what the large register is compared with"
    )
    parser.add_argument("--certificates", type=int)
    parser.add_argument(
        "--keep", metavar="DIR", help="keep the databases there, and use those that are there"
    )
    parser.add_argument("--only", choices=JOBS, action="append")
    parser.add_argument(
        "--patience",
        type=int,
        metavar="SECONDS",
        help="how long to wait for an idle machine before each kind of figure",
    )
    parser.add_argument(
        "--plans",
        action="store_true",
        help="also EXPLAIN every statement of a check, on standard error",
    )
    parser.add_argument(
        "--profile",
        action="store_true",
        help="also where the time of a check goes, on standard error",
    )
    given = parser.parse_args(args)
    given.people = given.people or (2000 if given.quick else 1_000_000)
    given.patience = given.patience if given.patience is not None else (0 if given.quick else 900)
    given.certificates = given.certificates or (200 if given.quick else 10_000)
    return given


def main(args=()):
    given = read(args)
    sizes, faults = (given.small, given.people), 0
    with cluster(given.keep) as server:
        server.restart()
        about = machine(server)
        tell(about)
        for name in fill(server, sizes):
            warm(server, name)
        say(("register.machine", about, f"{given.people:,} people", None, ""))
        for job in given.only or JOBS:
            calm(given)
            faults |= FIGURES[job](server, given, sizes)
            tell(f"{job}: done, load {os.getloadavg()[0]:.1f}")
    return faults


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        import django

        django.setup()
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(INSIDE[sys.argv[2]](*sys.argv[3:])), flush=True)
        sys.exit()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the private server ends too
    sys.exit(main(sys.argv[1:]))
