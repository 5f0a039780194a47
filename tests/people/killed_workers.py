"""Starts the worker and kills it with SIGKILL, again and again; run by test_sending as a program of its own.

Usage: killed_workers.py DATABASE-NAME SMTP-PORT KILLS SEED. Django is loaded once, each worker is forked from it.
"""

import os
import random
import signal
import sys
import time

import django
from django.conf import settings

IDLE = 4.0  # seconds that loading the site takes where nothing else runs


def main(name, port, kills, seed):
    settings.DATABASES["default"]["NAME"] = name
    settings.IMSA_MAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "lms.people.email_backends.Smtp",
        "127.0.0.1",
        port,
    )
    settings.IMSA_MAIL_CLAIM_SECONDS = 1
    begun = time.monotonic()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    import certificates.worker  # noqa: F401 - so that each worker begins at once

    assert connection.connection is None, "a connection would be shared by every worker"
    # On a busy machine a worker begins later, and would always be killed before it sends.
    pace = min(5, max(1, (time.monotonic() - begun) / IDLE))
    lots = random.Random(seed)
    for _ in range(kills):
        worker = os.fork()
        if not worker:
            call_command("work")
            os._exit(0)
        time.sleep(pace * lots.uniform(0.1, 0.7))
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
