"""How long the results of 1,000 people with nine pieces of work take to be read as a file of marks has them, and how many statements.

    ./dev bench gradebook [--people N]

On a SQLite file of its own, thrown away. The cohort has one programme of three modules with three pieces each; every attempt has three lines of history (agreed, one in four
capped, decided) and every module its decision: rows that are written at once, as no board of a thousand is needed to read them. CPU is of the reading; making the file is told apart.
Limits: 15 statements, 300 ms.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATEMENTS, MILLISECONDS = 15, 300


def grow(people):
    """A decided cohort. Returns its board."""
    from decimal import Decimal

    from assessments.attempts.models import Attempt, MarkLine
    from assessments.deciding.models import Board, BoardDecision
    from assessments.setting.actions.loading import keep_assessment
    from cohorts.enrolment.models import Cohort, Enrolment
    from courses.models import Module, Programme, StudyPlan
    from lms.kit import clock
    from lms.people.models import User
    from lms.people.roles import Operator

    by, day = Operator("bench"), date(2026, 9, 1)
    programme = Programme.objects.create(code="BENCH", title="Benchmark", credits=60)
    pieces = {}
    criteria = [{"key": "law", "title": "Law", "weight": 100, "description": "Right."}]
    for number in (1, 2, 3):
        module = Module.objects.create(
            programme=programme, code=f"B{number}", title=f"B {number}", credits=20, order=number
        )
        pieces[module] = [
            keep_assessment(
                module,
                {
                    "code": f"B{number}-{n}",
                    "kind": "assignment",
                    "title": f"Piece {n}",
                    "weight": weight,
                    "brief": "Write it.",
                    "words": 1000,
                    "criterion": criteria,
                },
                by=by,
            )
            for n, weight in ((1, 40), (2, 30), (3, 30))
        ]
    cohort = Cohort.objects.create(
        code="BENCH", title="Bench", programme=programme, starts_on=day, ends_on=date(2027, 8, 31)
    )
    board = Board.objects.create(cohort=cohort, title="Bench", meets_on=date(2026, 11, 1))
    users = User.objects.bulk_create(
        User(email=f"bench{n}@imsa.example", first_name="B", last_name=str(n), is_invented=True)
        for n in range(people)
    )
    plans = StudyPlan.objects.bulk_create(
        StudyPlan(person=user, programme=programme, nations=["england"], opened_on=day)
        for user in users
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            cohort=cohort,
            person=user,
            plan=plan,
            student_reference=f"BENCH-{n:05}",
            spr_code=f"{n:06}/1",
            enrolled_on=day,
        )
        for n, (user, plan) in enumerate(zip(users, plans, strict=True))
    )
    everything = [piece for own in pieces.values() for piece in own]
    attempts = Attempt.objects.bulk_create(
        Attempt(enrolment=enrolment, assessment=piece)
        for enrolment in enrolments
        for piece in everything
    )
    lines = []
    for n, attempt in enumerate(attempts):
        marks = [("agreed", 40 + n % 50)]
        if n % 4 == 0:
            marks.append(("capped", 40))
        marks.append(("ratified", marks[-1][1]))
        lines += [
            MarkLine(attempt=attempt, number=i, stage=stage, mark=Decimal(mark), by="bench")
            for i, (stage, mark) in enumerate(marks, start=1)
        ]
    MarkLine.objects.bulk_create(lines, batch_size=2000)
    final = {line.attempt_id: line.mark for line in lines if line.stage == "ratified"}
    of = {(a.enrolment_id, a.assessment_id): final[a.pk] for a in attempts}
    BoardDecision.objects.bulk_create(
        [
            BoardDecision(
                board=board,
                enrolment=enrolment,
                module=module,
                mark=Decimal(60),
                is_pass=True,
                outcome="pass",
                decided_at=clock.now(),
                components=[
                    {"code": p.code, "weight": 30, "mark": str(of[enrolment.pk, p.pk])} for p in own
                ],
            )
            for enrolment in enrolments
            for module, own in pieces.items()
        ],
        batch_size=2000,
    )
    return board


def inside(people):
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from assessments.deciding import exporting
    from assessments.deciding.export_formats import PRESETS, Format
    from assessments.deciding.models import Board
    from assessments.deciding.queries.exports import reading_of

    from .figures import say, tell

    grow(people)
    board = Board.objects.select_related("cohort__programme").get(cohort__code="BENCH")
    form = Format(columns=(("student", "Student"), ("piece", "Piece"), ("mark", "Mark")))
    reading_of(form, board.cohort, board)  # compiled and warm, as in a process that serves
    with CaptureQueriesContext(connection) as asked:
        reading_of(form, board.cohort, board)
    best = min(_cpu(lambda: reading_of(form, board.cohort, board)) for _ in range(5))
    actual = PRESETS[0].form
    other = min(_cpu(lambda: reading_of(actual, board.cohort)) for _ in range(5))
    reading = reading_of(form, board.cohort, board)
    about = {"cohort": "BENCH", "year": "2026/7"}
    begun = time.process_time()
    tables = exporting.tables_of(form, reading, about)
    made = exporting.file_of(form, tables, "bench")[1]
    seconds = time.process_time() - begun
    tell(f"{people:,} people, {len(reading.results):,} results, {len(made):,} bytes")
    return say(
        ("gradebook.statements", len(asked), "", STATEMENTS, "at most"),
        ("gradebook.agreed", round(best * 1000), "ms", MILLISECONDS, "at most"),
        ("gradebook.actual", round(other * 1000), "ms", MILLISECONDS, "at most"),
        ("gradebook.file", round(seconds * 1000), "ms", None, "at most"),
    )


def _cpu(do):
    begun = time.process_time()
    do()
    return time.process_time() - begun


def main(args=()) -> int:
    parser = argparse.ArgumentParser(prog="./dev bench gradebook")
    parser.add_argument("--people", type=int, default=1000)
    people = parser.parse_args(args).people
    with tempfile.TemporaryDirectory(prefix="imsa-bench-") as home:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "PYTHONPATH": str(ROOT),
            "IMSA_HOME": home,
            "IMSA_DEBUG": "",
            "DATABASE_URL": "",
        }
        for command in (
            ["manage.py", "migrate", "-v0"],
            ["-m", "benchmarks.gradebook", "inside", str(people)],
        ):
            code = subprocess.run(
                [sys.executable, *command], cwd=ROOT, env=env, check=False
            ).returncode
        return code


if __name__ == "__main__" and sys.argv[1:2] == ["inside"]:
    sys.exit(inside(int(sys.argv[2])) or 0)
