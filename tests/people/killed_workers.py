"""Starts the worker and kills it with SIGKILL, again and again; run by test_sending as a program of its own.

Usage: killed_workers.py DATABASE-NAME SMTP-PORT KILLS SEED ARRIVED. Django is loaded once, each worker is forked from it.
ARRIVED is a file that grows with each mail that arrives: every other kill falls just after one, however busy the machine is.
"""

import os
import random
import signal
import sys
import time

import django
from django.conf import settings

LONGEST = 20  # seconds that a worker may take to its first mail


def main(name, port, kills, seed, arrived):
    settings.DATABASES["default"]["NAME"] = name
    settings.IMSA_MAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "lms.people.email_backends.Smtp",
        "127.0.0.1",
        port,
    )
    settings.IMSA_MAIL_CLAIM_SECONDS = 1
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from lms.kit.worker.jobs import all_jobs

    all_jobs()  # imported once, so that each worker begins at once
    assert connection.connection is None, "a connection would be shared by every worker"
    lots = random.Random(seed)
    for kill in range(kills):
        before = os.path.getsize(arrived)
        worker = os.fork()
        if not worker:
            call_command("work")
            os._exit(0)
        if kill % 2:
            until = time.monotonic() + LONGEST
            while os.path.getsize(arrived) == before and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(lots.uniform(0, 0.1))
        else:
            time.sleep(lots.uniform(0.1, 0.7))
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
