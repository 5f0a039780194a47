"""Each kind of figure, measured and judged. Start reading at `main`."""

import argparse
import contextlib
import os
import statistics
import time
from pathlib import Path

from benchmarks.figures import say, tell

from .clients import crowd, serving
from .server import cluster, fill, machine, warm

JOBS = ("checks", "equal", "pages", "certificates", "list", "watches")
MOODLE = 30  # requests a second of mod_customcert's verify page: the same kind of machine, 2 idle cores, 8 clients
SECONDS, ASKED = 10, 2000


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
