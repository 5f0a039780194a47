"""Answers of a quiz that are saved in a second, as several trainees give them at once: the real server, each answer a request of its own.

    ./dev bench answers [--sqlite]

PostgreSQL as in production, or the embedded SQLite, which waits for the disk at each answer. By turns with the floor, a page that asks only who is
there: the machine may be busy, the ratio says the same. Moodle 5.1 saved 25.4 answers a second on two idle cores.
"""

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

from benchmarks import pages
from benchmarks.figures import say
from tests.conftest import dev

CLIENTS, SECONDS, ROUNDS = 8, 4, 3
FLOOR = "/today/"
LEAST_OF_FLOOR = 0.4
LEAST = 127  # a second: five times Moodle
BEGIN = """
import json
from datetime import timedelta
from django.test import Client
from assessments.setting.models import Sitting
from assessments.setting.queries import of_cohort
from assessments.taking.actions.quizzes import begin_quiz
from assessments.taking.queries import questions_asked
from cohorts.enrolment.models import Enrolment
from lms.kit.refusals import NotAllowed, Refused
from lms.people.middleware import DEMONSTRATION_KEY
found = []
for enrolment in Enrolment.objects.filter(state="enrolled").select_related("person", "cohort__programme", "plan"):
    for assessment in of_cohort(enrolment.cohort).filter(kind="quiz"):
        try:
            quiz = begin_quiz(assessment, enrolment, by=enrolment.person)
        except (NotAllowed, Refused):
            continue
        asked = [(q.item, [c.pk for c in q.options]) for q in questions_asked(quiz) if q.kind == "single"]
        if not asked or quiz.state != "open":
            continue
        client = Client()
        client.force_login(enrolment.person, backend="lms.people.backends.PasswordBackend")
        session = client.session; session[DEMONSTRATION_KEY] = True; session.save()
        found.append({"session": session.session_key, "asked": asked})
        break
    if len(found) == %d:
        break
print(json.dumps(found))
"""


def main(args=()):
    parser = argparse.ArgumentParser(prog="./dev bench answers")
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args(args)
    sys.path.insert(0, str(dev.ROOT / "tests"))
    import engines

    with tempfile.TemporaryDirectory(prefix="imsa-bench-") as home, engines.server() as url:
        if not url and not given.sqlite:
            print(engines.MISSING, file=sys.stderr)
            return 2
        database = "" if given.sqlite else url
        for command in (["migrate", "-v0"], ["seed_demo"]):
            subprocess.run(
                [str(dev.PYTHON), "manage.py", *command],
                cwd=dev.ROOT,
                env=pages.environment(Path(home), database),
                check=True,
                stdout=subprocess.DEVNULL,
            )
        begun = json.loads(pages.shell(Path(home), BEGIN % CLIENTS, database).splitlines()[-1])
        with pages.serving(Path(home), database) as port:
            for trainee in begun:
                answering(port, trainee, 2)  # what is read once in a process, and once in a session
                asking(port, trainee, 2)
            rounds = [
                (rate(port, begun, answering), rate(port, begun, asking)) for _ in range(ROUNDS)
            ]
    engine = "SQLite" if given.sqlite else "PostgreSQL"
    saved = statistics.median(answers for answers, _floor in rounds)
    ratio = round(statistics.median(answers / floor for answers, floor in rounds), 2)
    return say(
        (f"answers saved ({engine}, {len(begun)} trainees)", saved, "a second", LEAST, "at least"),
        (f"answers to the floor ({engine})", ratio, "ratio", LEAST_OF_FLOOR, "at least"),
    )


def rate(port, begun, job) -> float:
    """How often a job is done in a second, by as many clients as there are trainees, each after its last was answered."""
    counts, refusals, until = [], [], time.perf_counter() + SECONDS

    def client(trainee):
        try:
            counts.append(job(port, trainee, until=until))
        except SystemExit as refusal:
            refusals.append(refusal)

    crowd = [threading.Thread(target=client, args=(one,)) for one in begun]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    if refusals:
        raise refusals[0]
    return round(sum(counts) / SECONDS, 1)


def answering(port, trainee, most=None, until=None) -> int:
    """How many answers were acknowledged, until a moment or so many."""
    n, page, seen = 0, uuid.uuid4().hex, 0
    while n != most and (until is None or time.perf_counter() < until):
        item, choices = trainee["asked"][n % len(trainee["asked"])]
        choice = choices[n // len(trainee["asked"]) % len(choices)]
        status, content = give(port, trainee["session"], item, choice, page, seen)
        if status != 200:
            raise SystemExit(f"{status}: {content[:400]!r}")
        seen, n = json.loads(content)["seen"], n + 1
    return n


def asking(port, trainee, most=None, until=None) -> int:
    """The same of the floor."""
    n = 0
    while n != most and (until is None or time.perf_counter() < until):
        status, _, _ = pages.fetch(port, FLOOR, f"imsa={trainee['session']}")
        if status != 302:
            raise SystemExit(f"{FLOOR}: {status}")
        n += 1
    return n


def give(port, session, item, choice, page, seen) -> tuple[int, bytes]:
    """One answer on a connection of its own: what the site says to it."""
    line, token = http.client.HTTPConnection("127.0.0.1", port, timeout=30), "c" * 32
    body = {"paper_item": item, "answer": [str(choice)], "key": str(uuid.uuid4())}
    line.request(
        "POST",
        "/my-work/answers/",
        json.dumps(body | {"page": page, "seen": seen}),
        {
            "Cookie": f"imsa={session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/json",
        },
    )
    answer = line.getresponse()
    content = answer.read()
    line.close()
    return answer.status, content
