"""`./dev bench pages|law|hiding|register|record|lists|imports|marks|pack|answers|gradebook|employment|guard …`: prints one JSON line a figure."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAW = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("seed_demo", stage="enrolled")
from benchmarks.law import main
import sys; sys.exit(main())
"""


def law():
    """On a private PostgreSQL server, which is thrown away."""
    sys.path.insert(0, str(ROOT / "tests"))
    import engines

    with engines.server() as url, tempfile.TemporaryDirectory(prefix="imsa-bench-") as home:
        if not url:
            print(engines.MISSING, file=sys.stderr)
            return 2
        settings = {
            "DATABASE_URL": url,
            "IMSA_HOME": home,
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "PYTHONPATH": str(ROOT),
        }
        return subprocess.call(
            [sys.executable, "manage.py", "shell", "-v0", "-c", LAW],
            cwd=ROOT,
            env={**os.environ, **settings},
        )


def pages():
    from benchmarks.pages import main

    return main()


def register(*args):
    from benchmarks.register.measures import main

    return main(args)


def record(*args):
    from benchmarks.record import main

    return main(args)


def marks(*args):
    from benchmarks.marks import main

    return main(args)


def pack(*args):
    from benchmarks.pack import main

    return main(args)


def answers(*args):
    from benchmarks.answers import main

    return main(args)


def gradebook(*args):
    from benchmarks.gradebook import main

    return main(args)


def employment(*args):
    from benchmarks.employment import main

    return main(*args)


def guard():
    from benchmarks.guard import main

    return main()


def imports(*args):
    from benchmarks.imports import main

    return main(args)


def lists(*args):
    from benchmarks.lists import main

    return main(args)


def hiding(*args):
    from benchmarks.hiding import on_each_engine

    return on_each_engine(*args)


if __name__ == "__main__":
    jobs = {
        "pages": pages,
        "law": law,
        "hiding": hiding,
        "register": register,
        "record": record,
        "lists": lists,
        "imports": imports,
        "marks": marks,
        "pack": pack,
        "answers": answers,
        "gradebook": gradebook,
        "employment": employment,
        "guard": guard,
    }
    job, args = (*sys.argv[1:], ""), sys.argv[2:]
    if job[0] not in jobs or args and job[0] in ("pages", "law", "guard"):
        sys.exit(
            print(
                "usage: ./dev bench pages|law|guard|hiding [ROUNDS]|register [--quick …]|record [--seconds N]|lists [--people N …]|imports|marks [--chains N]|pack [--people N]|answers [--sqlite]|gradebook [--people N]|employment [--people N]",
                file=sys.stderr,
            )
            or 2
        )
    sys.exit(jobs[job[0]](*args))
