"""Jobs that many wait for, on both engines: a file of 1,000 people and one of 1,000 posts, 1,000 scripts given out, 1,000 cases ratified.

    ./dev bench imports [--sqlite]

Each is done in one process while another saves something every 50 ms, as a trainee who chooses a text size does. “told” is how long the
messages and mails take afterwards, in the worker.
"""

import argparse
import contextlib
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import say

ROOT = Path(__file__).resolve().parents[1]
COUNT, EVERY = 1000, 0.05
MOST_STATEMENTS, LONGEST_SAVE, LONGEST_IMPORT = 6, 0.5, 10


# ---- inside: one process with Django ----


class Statements:
    """Counts; a statement done for many rows counts for each."""

    count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += len(params) if many else 1
        return execute(sql, params, many, context)


def measured(do):
    """{"seconds", "statements" a row, "told": seconds, "told_statements" a row}"""
    from django.db import connection

    from lms.people.notices import bring

    found = {}
    for name, job in (("", do), ("told", bring)):
        counted, begun = Statements(), time.monotonic()
        with connection.execute_wrapper(counted):
            job()
        found[name or "seconds"] = time.monotonic() - begun
        found["told_statements" if name else "statements"] = counted.count / COUNT
    return found


def prepare():
    """People who work here, and what stands before the jobs."""
    from datetime import date

    from cohorts.enrolment.actions import make_cohort
    from cohorts.organisations.actions import add_organisation
    from courses.models import Module, Programme
    from lms.people.actions import admit, grant
    from lms.people.models import Role
    from lms.people.roles import Operator

    by = Operator("bench")
    for key, role in [
        ("registrar", Role.REGISTRAR),
        ("examiner", Role.EXTERNAL_EXAMINER),
        *((f"tutor{n}", Role.TUTOR) for n in range(6)),
    ]:
        grant(
            admit(by=by, email=f"{key}@bench.example", first_name="Given", last_name=key.title()),
            role,
            by=by,
            starts_on=date(2025, 1, 1),
        )
    admit(by=by, email="reader@bench.example", first_name="Given", last_name="Reader")
    programme, _ = Programme.objects.get_or_create(
        code="BENCH", defaults={"title": "Certificate of benches", "credits": 20}
    )
    Module.objects.get_or_create(
        programme=programme, code="B1", defaults={"title": "Benches", "credits": 20, "order": 1}
    )
    make_cohort("BENCH", "Bench intake", programme, date(2026, 9, 1), date(2027, 8, 31), by=by)
    add_organisation("ORG-01", "Bench Advocacy", ["scotland"], "Housing", by=by)
    return {}


def of(key):
    from lms.people.models import User

    return User.objects.get(email=f"{key}@bench.example")


def file_of(kind):
    letters = [
        str(n).translate(str.maketrans("0123456789", "abcdefghij")).title() for n in range(COUNT)
    ]
    if kind == "cohort":
        header = [
            "cohort",
            "student_reference",
            "given_names",
            "family_name",
            "known_as",
            "email",
            "nations",
            "enrolled_on",
        ]
        rows = [
            ["BENCH", f"S-{n}", "Ann", name, "", f"p{n}@bench.example", "Scotland", "2026-09-01"]
            for n, name in enumerate(letters)
        ]
    else:
        header = [
            "entry",
            "email",
            "organisation",
            "post",
            "nations",
            "starts_on",
            "ends_on",
            "line_manager",
            "confirmed_on",
        ]
        rows = [
            [
                f"ER-{n}",
                f"p{n}@bench.example",
                "ORG-01",
                "Advocate",
                "Scotland",
                "2026-09-01",
                "",
                "",
                "2026-09-01",
            ]
            for n in range(COUNT)
        ]
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def bring_file(kind):
    """As the worker does it: begun on the page, then carried on."""
    from cohorts.imports.actions import (
        begin_import,
        carry_on_import,
        check_import,
        imports_under_way,
    )

    by = of("registrar")
    begin_import(check_import(kind, f"{kind}.csv", file_of(kind), by=by), by=by)
    return measured(lambda: [carry_on_import(file) for file in imports_under_way()])


def allocate():
    from assessments.attempts.models import Attempt
    from assessments.marking.actions.allocation import allocate_many
    from assessments.setting.actions.loading import keep_assessment
    from assessments.taking.models import Submission
    from cohorts.enrolment.models import Enrolment
    from courses.models import Module
    from lms.kit import clock
    from lms.people.roles import Operator

    essay = keep_assessment(
        Module.objects.get(code="B1"),
        {
            "code": "B1-ESSAY",
            "kind": "assignment",
            "title": "An essay",
            "weight": 100,
            "brief": "Write it.",
            "words": 3000,
            "criterion": [
                {"key": "law", "title": "Law", "weight": 100, "description": "Right and dated."}
            ],
        },
        by=Operator("bench"),
    )
    Submission.objects.bulk_create(
        [
            Submission(
                assessment=essay,
                enrolment=place,
                attempt=Attempt.objects.create(assessment=essay, enrolment=place),
                script=f"B-{place.pk}",
                receipt=f"R-{place.pk}",
                submitted_at=clock.now(),
                state="submitted",
            )
            for place in Enrolment.objects.filter(cohort__code="BENCH")
        ],
        batch_size=500,
    )
    tutors = [of(f"tutor{n}") for n in range(6)]
    lines = [
        (one, tutors[n % 6], tutors[(n + 1) % 6])
        for n, one in enumerate(Submission.objects.select_related("enrolment"))
    ]
    return measured(lambda: allocate_many(lines, by=of("registrar")))


def ratify():
    from assessments.attempts.models import MarkLine
    from assessments.deciding.actions.boards import call_board, confirm_sample
    from assessments.deciding.actions.boards import ratify as ratify_board
    from assessments.taking.models import Submission
    from cohorts.enrolment.models import Cohort
    from lms.kit import clock

    Submission.objects.update(state="agreed")
    MarkLine.objects.bulk_create(
        [
            MarkLine(
                attempt_id=one.attempt_id, number=number, stage=stage, mark=62, rule="", by="bench"
            )
            for one in Submission.objects.all()
            for number, stage in enumerate(("first", "second", "agreed"), start=1)
        ],
        batch_size=500,
    )
    board = call_board(Cohort.objects.get(code="BENCH"), "Board", clock.today(), by=of("registrar"))
    confirm_sample(board, "Sound.", by=of("examiner"))
    return measured(lambda: ratify_board(board, by=of("registrar"), chair="A chair"))


def saver(stop):
    """Saves until the file `stop` is there. {"saves": n, "slowest": seconds}"""
    from lms.people.actions import set_reading

    reader, slowest, saves = of("reader"), 0.0, 0
    set_reading(reader, by=reader, size="larger")
    print(json.dumps("ready"), flush=True)
    while not Path(stop).exists():
        begun = time.monotonic()
        set_reading(reader, by=reader, size=("larger", "largest")[saves % 2])
        slowest, saves = max(slowest, time.monotonic() - begun), saves + 1
        time.sleep(EVERY)
    return {"saves": saves, "slowest": slowest}


JOBS = {
    "prepare": prepare,
    "people": lambda: bring_file("cohort"),
    "posts": lambda: bring_file("register"),
    "allocate": allocate,
    "ratify": ratify,
    "saver": saver,
}


def inside(job, *args):
    import django

    django.setup()
    print(json.dumps(JOBS[job](*args)))


# ---- outside ----


def start(env, *args):
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.imports", "inside", *args],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(process):
    out = process.communicate()[0]
    if process.returncode:
        raise SystemExit("A process of the bench failed: see above.")
    return json.loads(out.splitlines()[-1])


def beside_saves(env, job, folder):
    stop = Path(folder, f"{job}.stop")
    saves = start(env, "saver", str(stop))
    saves.stdout.readline()
    found = answer(start(env, job))
    stop.touch()
    saved = answer(saves)
    if not saved["saves"]:
        raise SystemExit("Nothing was saved beside the job, so nothing was measured.")
    return found | saved


def figures(engine, what, row, found):
    limit = LONGEST_IMPORT if row == "row" else None
    return [
        (f"{engine}: {what}", round(found["seconds"], 2), "s", limit, "at most"),
        (
            f"{engine}: {what}, statements a {row}",
            round(found["statements"] + found["told_statements"], 2),
            "",
            MOST_STATEMENTS,
            "at most",
        ),
        (
            f"{engine}: {what}, the slowest of {found['saves']} other saves",
            round(found["slowest"], 2),
            "s",
            LONGEST_SAVE,
            "at most",
        ),
        (f"{engine}: {what}, told", round(found["told"], 2), "s", None, "at most"),
    ]


def main(args):
    parser = argparse.ArgumentParser(prog="./dev bench imports")
    parser.add_argument("--sqlite", action="store_true", help="SQLite alone")
    given = parser.parse_args(args)
    sys.path.insert(0, str(ROOT / "tests"))
    import engines
    from conftest import dev

    good = True
    with (
        tempfile.TemporaryDirectory(prefix="imsa-bench-") as home,
        contextlib.nullcontext() if given.sqlite else engines.server() as url,
    ):
        common = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "PYTHONPATH": str(ROOT),
        }
        for engine, address in (("PostgreSQL", url), ("SQLite", "")):
            if engine == "PostgreSQL" and not url:
                if not given.sqlite:
                    print(engines.MISSING, file=sys.stderr)
                continue
            place = Path(home, engine)
            place.mkdir()
            env = common | {"DATABASE_URL": address, "IMSA_HOME": str(place)}
            if engine == "SQLite":
                shutil.copyfile(dev.template(), place / "db.sqlite3")
            else:
                subprocess.run(
                    [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True
                )
            answer(start(env, "prepare"))
            for job, what, row in (
                ("people", f"a file of {COUNT} people", "row"),
                ("posts", f"a file of {COUNT} posts", "row"),
                ("allocate", f"{COUNT} scripts given out", "case"),
                ("ratify", f"{COUNT} cases ratified", "case"),
            ):
                good = say(*figures(engine, what, row, beside_saves(env, job, place))) == 0 and good
    return 0 if good else 1


if __name__ == "__main__" and sys.argv[1:2] == ["inside"]:
    inside(*sys.argv[2:])
