"""What each list page costs with 24, 1,000 and (where told) 100,000 people: statements, CPU and bytes, on a PostgreSQL of its own.

    ./dev bench lists [--people 24 1000 100000] [--only NAME …] [--sqlite]

One JSON line a page and size. `cpu_ms` is the application's, `database_ms` that of the connection's server process, each the lower quartile of
ROUNDS; `floor_ms` that of a page that asks only who is there, in turns with it, and `floors` how many of it the page costs (application and
database), so that figures of two runs can be compared: a machine with other work takes twice as long for both. `bytes` as sent without compression.
A page is a line of PAGES. It holds with at most STATEMENTS and FLOORS: 60 ms where the floor takes 4.3, as on two idle cores (5 until its own
statements were compiled once: the pages had not become dearer). MORE_FLOORS names the pages that may cost more, and why.
"""

import argparse
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS, STATEMENTS, FLOORS = 9, 15, 14  # measured how often; the limits
# Pages that read every fact of a cohort: those on which a board's decisions rest, opened once a board by whoever records them; and
# who of a cohort may need help, and why.
MORE_FLOORS = {"board's check": 20, "a cohort's progress": 20}
FLOOR = "/today/"  # session, user, roles, and a redirect

# name, who opens it, address. {cohort}, {board} and {organisation} are the crowd's greatest.
PAGES = [
    ("cohort", "registrar", "/registry/cohorts/{cohort}/"),
    ("cohort, searched", "registrar", "/registry/cohorts/{cohort}/?q=okafor&order=reference"),
    ("cohort, last page", "registrar", "/registry/cohorts/{cohort}/?page=999"),
    ("cohorts", "registrar", "/registry/cohorts/"),
    ("timetable", "registrar", "/registry/cohorts/{cohort}/timetable/"),
    ("files", "registrar", "/registry/imports/"),
    ("board", "registrar", "/boards/{board}/"),
    ("board's scripts", "registrar", "/boards/{board}/scripts/"),
    ("board's check", "registrar", "/boards/{board}/check/"),
    ("boards", "registrar", "/boards/"),
    ("board's members", "registrar", "/boards/{board}/members/"),
    ("scripts and markers", "registrar", "/registry/scripts/"),
    ("marks to release", "registrar", "/registry/release/"),
    ("corrections", "registrar", "/registry/corrections/"),
    ("discussions", "registrar", "/registry/discussions/"),
    ("moderations", "registrar", "/registry/moderation/"),
    ("marks by marker", "registrar", "/registry/statistics/"),
    ("allocation", "registrar", "/registry/allocation/"),
    ("notes", "registrar", "/registry/notes/"),
    ("claims", "registrar", "/registry/claims/"),
    ("appeals", "registrar", "/registry/appeals/"),
    ("cases of misconduct", "registrar", "/registry/misconduct/"),
    ("late answers", "registrar", "/registry/late-answers/"),
    ("marks exports", "registrar", "/registry/exports/"),
    ("a profile of marks exports", "registrar", "/registry/exports/1/"),
    ("to confirm at work", "employer", "/supervising/"),
    ("examiner's board", "external_examiner", "/examining/{board}/"),
    ("examiner's boards", "external_examiner", "/examining/"),
    ("marker's queue", "tutor", "/marking/"),
    ("organisations", "hub_officer", "/hub/organisations/"),
    ("organisation", "hub_officer", "/hub/organisations/{organisation}/"),
    ("sessions", "tutor", "/teaching/sessions/"),
    ("a tutor's cohorts", "tutor", "/teaching/cohorts/"),
    ("a cohort's progress", "tutor", "/teaching/cohorts/{cohort}/"),
    ("nominations", "registrar", "/registry/intake/"),
    ("applications", "hub_officer", "/hub/applications/"),
    ("posts unanswered", "hub_officer", "/hub/posts/"),
    ("posts outside an approval", "hub_officer", "/hub/posts/outside/"),
    ("Hub's home", "hub_officer", "/hub/"),
    ("Hub's people", "hub_officer", "/hub/people/"),
    ("Hub's people, of one standing", "hub_officer", "/hub/people/?standing=accredited"),
    ("Hub's people, in the middle", "hub_officer", "/hub/people/?after={person}"),
    ("Hub's renewals", "hub_officer", "/hub/renewals/"),
    ("Hub's rehearsal", "hub_officer", "/hub/rehearsal/"),
    ("registry's home", "registrar", "/registry/"),
    ("certificates to issue", "registrar", "/registry/issue/"),
]


# ---- inside: one process with Django ----


def inside(people, only):
    import django

    django.setup()
    from django.db import connection

    from benchmarks.crowd import grow
    from certificates.actions.stretches import keep_stretches, rebuild
    from lms.kit import collector, translations, waits
    from lms.record.sequencer import sequence_all

    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    began = time.monotonic()
    grow(people)
    grown = time.monotonic()
    sequence_all()
    rebuild()
    keep_stretches()  # the worker's turn
    print(
        json.dumps(
            {
                "figure": "lists.stretches, made from nothing",
                "people": people,
                "seconds": round(time.monotonic() - grown, 1),
                "holds": True,
            }
        ),
        flush=True,
    )
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        connection.cursor().execute("VACUUM ANALYZE")
    print(
        f"-- {people:,} people after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True
    )
    waits.tune_connections()  # from here on as lms.wsgi does
    translations.remember_messages()
    connection.close()
    collector.spare_what_stays()
    for page in PAGES:
        if not only or page[0] in only:
            print(json.dumps({"people": people, **measured(*page)}), flush=True)


def measured(name, role, address):
    """{"figure", "statements", "cpu_ms", "database_ms", "floor_ms", "bytes", "holds"}"""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url = signed_in(role), address.format(**places())
    found = client.get(url)  # what is read once in a process, and once in a session
    with CaptureQueriesContext(connection) as asked:
        found = client.get(url)
    statements = len(asked)  # the next request empties the log
    client.get(FLOOR)
    times = [(*timed(client, url), sum(timed(client, FLOOR))) for _ in range(ROUNDS)]
    cpu, database, floor = (lower_quartile(column) for column in zip(*times, strict=True))
    floors = round((cpu + database) / floor, 1)
    holds = (
        found.status_code == 200
        and statements <= STATEMENTS
        and floors <= MORE_FLOORS.get(name, FLOORS)
    )
    return {
        "figure": f"lists.{name}",
        "url": url,
        "status": found.status_code,
        "statements": statements,
        "cpu_ms": cpu,
        "database_ms": database,
        "floor_ms": floor,
        "floors": floors,
        "bytes": len(found.content),
        "holds": holds,
    }


def signed_in(role):
    from django.test import Client

    from lms.people.middleware import DEMONSTRATION_KEY
    from lms.people.roles import holders_of

    client = Client(raise_request_exception=False)
    client.force_login(holders_of(role)[0], backend="lms.people.backends.PasswordBackend")
    session = client.session
    session[DEMONSTRATION_KEY] = True
    session.save()
    return client


def places():
    from assessments.deciding.models import Board
    from cohorts.enrolment.models import Cohort
    from lms.people.models import User

    cohort = Cohort.objects.get(code="BENCH-0")
    people = User.objects.filter(enrolments__isnull=False).order_by("sort_key", "pk")
    return {
        "person": people[people.count() // 2].pk,
        "cohort": cohort.code,
        "board": Board.objects.get(cohort=cohort).pk,
        "organisation": "CROWD-0",
    }


def timed(client, url):
    """(milliseconds of this process, milliseconds of the server process behind its connection)"""
    server, here = server_time(), time.process_time()
    client.get(url)
    return (time.process_time() - here) * 1000, server_time() - server


def server_time() -> float:
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    kept = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(kept.read_text().split()[0]) / 1e6 if kept.exists() else 0.0


def lower_quartile(values):
    return round(statistics.quantiles(values, n=4)[0], 1)


# ---- outside ----


def main(args=()):
    parser = argparse.ArgumentParser(prog="./dev bench lists")
    parser.add_argument("--people", type=int, nargs="+", default=[24, 1000])
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", choices=[name for name, *_ in PAGES]
    )
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args(args)
    sys.path.insert(0, str(ROOT / "tests"))
    import engines

    good = True
    with tempfile.TemporaryDirectory(prefix="imsa-bench-") as home, engines.server() as url:
        if not url and not given.sqlite:
            print(engines.MISSING, file=sys.stderr)
            return 2
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "PYTHONPATH": str(ROOT),
            "IMSA_HOME": home,
            "IMSA_DEBUG": "",
        }
        env["DATABASE_URL"] = "" if given.sqlite else url
        for command in (["migrate", "-v0"], ["seed_demo"]):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=env,
                check=True,
                stdout=sys.stderr,
            )
        for people in sorted(given.people):
            command = [sys.executable, "-m", "benchmarks.lists", "inside", str(people), *given.only]
            with subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
            ) as running:
                for line in running.stdout:
                    print(line, end="", flush=True)
                    good = good and json.loads(line)["holds"]
            good = good and not running.returncode
    return 0 if good else 1


if __name__ == "__main__" and sys.argv[1:2] == ["inside"]:
    inside(int(sys.argv[2]), sys.argv[3:])
