"""Inside a process with Django and one database: what one check costs, and whether three refusals take alike."""

import cProfile
import itertools
import json
import pstats
import re
import sys
import time

from benchmarks.figures import tell


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

    from benchmarks.population.samples import questions

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
    from benchmarks.population.rows import SPREAD
    from benchmarks.population.samples import holders
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
    from benchmarks.population.samples import questions

    return questions(int(count), int(seed))
