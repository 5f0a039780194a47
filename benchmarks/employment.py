"""What the employment register costs: one answer, one search, an export, and register files, 10,000 rows in all.

    ./dev bench employment [--people N] [--sqlite]

On a PostgreSQL of its own (or a SQLite file), thrown away; three posts a person one after another and an organisation for every five people. A file holds at most 10,000 rows
on PostgreSQL (docs/imports.md) and 1,000 on SQLite, so there they are ten files. Limits, at 100,000 people on an idle machine: an answer 2 ms in one statement, a search 50 ms, 10,000 rows in 20 s and 300 MB.
"""

import argparse
import contextlib
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.figures import say, tell

ROOT = Path(__file__).resolve().parents[1]
FIRST, ROWS = date(2025, 1, 1), 10_000


def grow(people):
    """People, organisations and posts, written at once: no action of a hundred thousand is needed to read them."""
    from cohorts.employment.models import Employment, EmploymentLine
    from cohorts.organisations.models import Approval, Organisation
    from lms.people.models import User

    organisations = Organisation.objects.bulk_create(
        [
            Organisation(code=f"B-{n}", name=f"Organisation {n}", nations=["england", "wales"])
            for n in range(people // 5)
        ],
        batch_size=2000,
    )
    Approval.objects.bulk_create(
        [
            Approval(organisation=o, action="approved", from_day=FIRST, decided_by="bench")
            for o in organisations
        ],
        batch_size=2000,
    )
    users = User.objects.bulk_create(
        [
            User(
                email=f"b{n}@bench.example",
                first_name="Given",
                last_name=f"Family{n}",
                sort_key=f"family{n}",
            )
            for n in range(people)
        ],
        batch_size=2000,
    )
    entries = Employment.objects.bulk_create(
        [
            Employment(reference=f"B-{n}-{k}", person=u)
            for n, u in enumerate(users)
            for k in range(3)
        ],
        batch_size=5000,
    )
    EmploymentLine.objects.bulk_create(
        [
            EmploymentLine(
                employment=entry,
                number=1,
                organisation=organisations[(n * 7 + n % 3) % len(organisations)],
                post="Advocate",
                nations=["england"],
                starts_on=FIRST + timedelta(days=200 * (n % 3)),
                ends_on=FIRST + timedelta(days=200 * (n % 3) + 180) if n % 3 < 2 else None,
                source="bench",
            )
            for n, entry in enumerate(entries)
        ],
        batch_size=5000,
    )
    return users


def middle_ms(do, times):
    """The middle of so many calls, in milliseconds."""
    took = []
    for _unused in range(times):
        begun = time.perf_counter()
        do()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def fill(people):
    from django.db import connection

    grow(people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    tell(f"{people} people, {3 * people} entries")


def read(people):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cohorts.employment.forms import LookupForm
    from cohorts.employment.register import employment_on
    from cohorts.imports.register_exports import csv_parts, lines_to_export
    from lms.people.models import User

    rows = User.objects.filter(email__endswith="@bench.example").order_by("pk")
    users = list(rows.values_list("pk", flat=True))
    lot, day = random.Random(1), FIRST + timedelta(days=300)  # noqa: S311 - no secret
    employment_on(users[0], day)
    with CaptureQueriesContext(connection) as asked:
        employment_on(users[1], day)
    answer = middle_ms(lambda: employment_on(lot.choice(users), day), 300)

    def search():
        n = lot.randrange(people)
        form = LookupForm({"asked": f"B{n}@bench.example" if n % 2 else f"b-{n}-1"})
        assert form.is_valid(), form.errors

    found = middle_ms(search, 60)
    begun = time.perf_counter()
    size = sum(map(len, csv_parts(lines_to_export("all"))))
    export = (time.perf_counter() - begun) / (3 * people) * 10_000
    assert size > 3 * people * 20
    return say(
        ("an answer", round(answer, 2), "ms", 2, "at most"),
        ("statements of an answer", len(asked), "statements", 1, "at most"),
        ("a search", round(found, 1), "ms", 50, "at most"),
        ("10,000 entries exported", round(export, 2), "s", None, "at most"),
    )


def write(people):
    from cohorts.employment.models import EmploymentLine
    from cohorts.imports.actions import check_import, write_import
    from cohorts.imports.rules import most_rows
    from lms.people.roles import Operator

    by, begun, before = Operator("bench"), time.perf_counter(), EmploymentLine.objects.count()
    a_file = most_rows()
    for number in range(ROWS // a_file):
        rows = "".join(
            f"N-{number}-{n},b{(number * a_file + n) % people}@bench.example,B-{n % (people // 5)},Adviser {number}.{n // people},England,2026-{number % 9 + 1:02}-02,\r\n"
            for n in range(a_file)
        )
        file = check_import(
            "register",
            "b.csv",
            f"entry,email,organisation,post,nations,starts_on,ends_on\r\n{rows}".encode(),
            by=by,
        )
        write_import(file, by=by)
    seconds = time.perf_counter() - begun
    assert EmploymentLine.objects.count() == before + ROWS
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return say(
        ("10,000 rows imported", round(seconds, 1), "s", 20, "at most"),
        ("greatest size of the process that imports them", round(memory), "MB", 300, "at most"),
    )


def main(*args):
    parser = argparse.ArgumentParser(prog="./dev bench employment")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--sqlite", action="store_true")
    chosen = parser.parse_args(args)
    sys.path.insert(0, str(ROOT / "tests"))
    import engines

    with (
        contextlib.nullcontext("") if chosen.sqlite else engines.server() as url,
        tempfile.TemporaryDirectory(prefix="imsa-bench-") as home,
    ):
        if not url and not chosen.sqlite:
            print(engines.MISSING, file=sys.stderr)
            return 2
        environment = {
            **os.environ,
            "IMSA_HOME": home,
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "PYTHONPATH": str(ROOT),
        }
        environment.pop("DATABASE_URL", None)
        if url:
            environment["DATABASE_URL"] = url
        # In processes of their own: the tables and the crowd take more memory than any file.
        for command in (["migrate", "-v0"], _shell("fill", chosen.people)):
            subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True
            )
        return max(
            subprocess.call(
                [sys.executable, "manage.py", *_shell(name, chosen.people)],
                cwd=ROOT,
                env=environment,
            )
            for name in ("read", "write")
        )


def _shell(name, people):
    code = f"from benchmarks import employment; import sys; sys.exit(employment.{name}({people}))"
    return ["shell", "-v0", "-c", code]
