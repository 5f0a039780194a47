"""What the record costs those who write it, on both engines, beside the way it was: one row that every action locked.

    ./dev bench record [--seconds N]

Rounds alternate. “actions a second” is 8 processes that write one entry a transaction. “a save during a long action” is the slowest of another
process's actions while one transaction writes 3,000 entries, as an import of 500 rows does; the sequencer runs beside both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import say

ROOT = Path(__file__).resolve().parents[1]
WRITERS, ROUNDS, LONG = 8, 3, 3000


# ---- inside: one process with Django ----


def one_action(way):
    """An action with one entry; `shared` locks and updates the head around it, as every action did."""
    from django.db import transaction

    from lms.kit import clock
    from lms.people.roles import Operator
    from lms.record.actions import write
    from lms.record.models import Head

    with transaction.atomic():
        if way == "shared":
            Head.objects.select_for_update(no_key=True).get(pk=1)
        write("bench.deed", "bench:1", by=Operator("bench"), after={"n": 1})
        if way == "shared":
            Head.objects.filter(pk=1).update(mailed_at=clock.now())


def writer(way, seconds):
    """{"actions": n, "slowest": seconds}"""
    count, slowest, until = 0, 0.0, time.monotonic() + float(seconds)
    while time.monotonic() < until:
        begun = time.monotonic()
        one_action(way)
        slowest, count = max(slowest, time.monotonic() - begun), count + 1
    return {"actions": count, "slowest": slowest}


def long_action(way, entries):
    """One transaction of many entries, one statement each as an import writes them. {"seconds": …}"""
    from django.db import transaction

    begun = time.monotonic()
    with transaction.atomic():
        for _ in range(int(entries)):
            one_action(way)
    return {"seconds": time.monotonic() - begun}


def sequencer(seconds):
    from lms.record.sequencer import sequence

    until, count = time.monotonic() + float(seconds), 0
    while time.monotonic() < until:
        count += sequence()
        time.sleep(0.5)
    return {"sequenced": count}


def inside(job, *args):
    import django

    django.setup()
    print(json.dumps({"writer": writer, "long": long_action, "sequencer": sequencer}[job](*args)))


# ---- outside ----


def start(env, *args):
    command = [sys.executable, "-m", "benchmarks.record", "inside", *map(str, args)]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


def answer(process):
    out = process.communicate()[0]
    if process.returncode:
        raise SystemExit("A process of the bench failed: see above.")
    return json.loads(out.splitlines()[-1])


def rounds(env, seconds):
    """{way: {"actions": [a second, …], "save": [seconds, …], "long": [seconds, …]}}"""
    found = {way: {"actions": [], "save": [], "long": []} for way in ("shared", "alone")}
    for _ in range(ROUNDS):
        for way, kept in found.items():
            beside = start(env, "sequencer", seconds)
            writers = [start(env, "writer", way, seconds) for _ in range(WRITERS)]
            kept["actions"].append(sum(answer(one)["actions"] for one in writers) / seconds)
            answer(beside)
            running = start(env, "long", way, LONG)
            saves = start(env, "writer", way, seconds)
            kept["save"].append(answer(saves)["slowest"])
            kept["long"].append(answer(running)["seconds"])
    return found


def figures(engine, found):
    middle = {
        way: {name: statistics.median(values) for name, values in kept.items()}
        for way, kept in found.items()
    }
    spread = f"{min(found['alone']['actions']):.0f}–{max(found['alone']['actions']):.0f}"
    return [
        (
            f"{engine}: actions a second, {WRITERS} writers ({spread})",
            round(middle["alone"]["actions"]),
            "1/s",
            None,
            "at least",
        ),
        (
            f"{engine}: the same under one shared row",
            round(middle["shared"]["actions"]),
            "1/s",
            None,
            "at least",
        ),
        (
            f"{engine}: ratio",
            round(middle["alone"]["actions"] / middle["shared"]["actions"], 2),
            "times",
            0.9,
            "at least",
        ),
        (
            f"{engine}: the slowest save during an action of {LONG} entries",
            round(middle["alone"]["save"], 2),
            "s",
            0.5 if engine == "PostgreSQL" else None,
            "at most",
        ),
        (
            f"{engine}: the same under one shared row",
            round(middle["shared"]["save"], 2),
            "s",
            None,
            "at most",
        ),
        (
            f"{engine}: an action of {LONG} entries",
            round(middle["alone"]["long"], 1),
            "s",
            None,
            "at most",
        ),
    ]


def main(args):
    parser = argparse.ArgumentParser(prog="./dev bench record")
    parser.add_argument("--seconds", type=float, default=8)
    given = parser.parse_args(args)
    sys.path.insert(0, str(ROOT / "tests"))
    import engines

    lines = []
    with tempfile.TemporaryDirectory(prefix="imsa-bench-") as home, engines.server() as url:
        common = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "PYTHONPATH": str(ROOT),
        }
        for engine, address in (("PostgreSQL", url), ("SQLite", "")):
            if engine == "PostgreSQL" and not url:
                print(engines.MISSING, file=sys.stderr)
                continue
            place = Path(home, engine)
            place.mkdir()
            env = common | {"DATABASE_URL": address, "IMSA_HOME": str(place)}
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True
            )
            lines += figures(engine, rounds(env, given.seconds))
    return say(*lines)


if __name__ == "__main__" and sys.argv[1:2] == ["inside"]:
    inside(*sys.argv[2:])
