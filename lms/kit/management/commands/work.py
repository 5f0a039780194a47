"""The worker: issues runs, sends messages and changes, seals answers, reminds. JSON; exit status 0, or 1 when another one works."""

import json
import os
import signal
import sys
import threading
import time

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from lms.kit.worker.lock import LockLost, only_one
from lms.kit.worker.turns import work_on, work_once


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do every job once and end")
        parser.add_argument(
            "--parent", type=int, help="end when this process is no longer the parent"
        )

    def handle(self, *, once, parent, **options):
        self.wait_for_database()
        with only_one() as lock:
            if not lock:
                self.refuse()
            if once:
                self.stdout.write(as_line(work_once()))
                return
            ended = threading.Event()
            for sign in (signal.SIGTERM, signal.SIGINT):
                signal.signal(sign, lambda *_: ended.set())
            try:
                work_on(
                    lambda: not ended.is_set() and (parent is None or os.getppid() == parent),
                    may_work=lock.is_held,
                )
            except LockLost:
                self.refuse()

    def wait_for_database(self):
        """A database that is starting is waited for, and said once; SIGTERM and Ctrl-C end the waiting."""
        is_told = False
        while True:
            try:
                connection.ensure_connection()
                return
            except (OperationalError, InterfaceError) as fault:
                if not is_told:
                    self.stderr.write(
                        f"The database does not answer; the worker waits for it. {str(fault).strip()}"
                    )
                    is_told = True
            time.sleep(1)

    def refuse(self):
        self.stdout.write(as_line({"refused": "Another worker of this installation is at work."}))
        sys.exit(1)


def as_line(results: dict) -> str:
    return json.dumps(results, ensure_ascii=False)
