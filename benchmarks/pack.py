"""How long the pack of a board takes with 1,000 people, as a PDF and as a workbook, and what memory its process needs.

    ./dev bench pack [--people N]

On a SQLite file of its own, thrown away. The cohort is the crowd's first, half way through its marking. Each file is made in a process of its own, which
tells its CPU seconds and its greatest size (`ru_maxrss`), Django among it. Limits: 20 s, 300 MB.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS, MEGABYTES = 20, 300


def inside(step):
    import django

    django.setup()
    if step.isdigit():
        from benchmarks.crowd import grow

        return grow(int(step))
    from assessments.deciding.downloads import pack_pdf, pack_workbook
    from assessments.deciding.models import Board
    from assessments.deciding.queries.pack import pack_of
    from lms.people.models import Role
    from lms.people.roles import holders_of

    from .figures import say

    board = Board.objects.select_related("cohort__programme").get(cohort__code="BENCH-0")
    begun = time.process_time()
    lists = pack_of(board, holders_of(Role.REGISTRAR)[0])
    made = pack_pdf(board, lists) if step == "pdf" else pack_workbook(lists)
    seconds = time.process_time() - begun
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = len(lists[1]["rows"])
    print(f"-- {step}: {rows:,} people, {len(made):,} bytes", file=sys.stderr)
    return say(
        (f"pack.{step}", round(seconds, 2), "s", SECONDS, "at most"),
        (f"pack.{step} memory", round(size), "MB", MEGABYTES, "at most"),
    )


def main(args=()) -> int:
    parser = argparse.ArgumentParser(prog="./dev bench pack")
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

        def run(*command):
            return subprocess.run(
                [sys.executable, *command], cwd=ROOT, env=env, check=False
            ).returncode

        with open(os.devnull, "w") as nothing:
            for command in (["migrate", "-v0"], ["seed_demo"]):
                subprocess.run(
                    [sys.executable, "manage.py", *command],
                    cwd=ROOT,
                    env=env,
                    check=True,
                    stdout=nothing,
                )
        steps = (str(people), "pdf", "xlsx")
        return int(any([run("-m", "benchmarks.pack", "inside", step) for step in steps]))


if __name__ == "__main__" and sys.argv[1:2] == ["inside"]:
    sys.exit(inside(sys.argv[2]) or 0)
