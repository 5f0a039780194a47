"""Something happens at a moment of an action that a test chooses: another action beside it, or the end of its process."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection, transaction

from lms.kit.refusals import Refused

ROOT = Path(__file__).resolve().parents[1]
KILL = """
import os, signal
from django.db import connection
def kill(execute, sql, params, many, context):
    if {words!r} in sql:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
with connection.execute_wrapper(kill):
{action}
print("ENDED")
"""


class At:
    """An execute_wrapper: when a statement with these words comes for the first time, `do` is done in another connection first."""

    def __init__(self, words, do):
        self.words, self.do, self.came = words, do, False

    def __call__(self, execute, sql, params, many, context):
        if not self.came and self.words in sql:
            self.came = True
            beside(self.do)
        return execute(sql, params, many, context)


def beside(do):
    """Do it in a thread with a connection of its own, to its end; what it raises is raised here."""
    found = []

    def run():
        try:
            do()
        except BaseException as fault:
            found.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "it had to wait for the action"
    if found:
        raise found[0]


def before_each_statement(action, do):
    """Run `action` again and again, each time in a transaction that is undone; `do` is done before its first statement, then before its
    second, and so on while the action has no transaction open. Yields what each run answered or raised, as far as `do` was not refused."""
    number, came = 0, True
    while came:
        with transaction.atomic():
            at = _Before(number, do)
            with connection.execute_wrapper(at):
                try:
                    answer = action()
                except Exception as fault:
                    answer = fault
            came, number = at.came, number + 1
            if came and not at.refused:
                yield answer
            transaction.set_rollback(True)


class _Before:
    def __init__(self, number, do):
        self.number, self.do, self.depth = number, do, len(connection.savepoint_ids)
        self.came, self.refused, self.count = False, False, 0

    def __call__(self, execute, sql, params, many, context):
        if not self.came and len(connection.savepoint_ids) == self.depth:
            self.came = self.count == self.number
            self.count += 1
            if self.came:
                try:
                    self.do()
                except Refused:
                    self.refused = True
        return execute(sql, params, many, context)


class Statements:
    """An execute_wrapper that counts; a statement done for many rows counts for each."""

    count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += len(params) if many else 1
        return execute(sql, params, many, context)


def killed_at(words, action, home):
    """Run the lines of `action` in a process of its own on this test's database; it is killed (SIGKILL) at the first statement that
    has these words in it."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.dev", "IMSA_HOME": str(home)}
    if connection.vendor == "sqlite":
        home.mkdir(exist_ok=True)
        place = home / "db.sqlite3"
        place.unlink(missing_ok=True)
        place.symlink_to(connection.settings_dict["NAME"])
        env["DATABASE_URL"] = ""
    else:
        env["DATABASE_URL"] = (
            urlsplit(os.environ["DATABASE_URL"])
            ._replace(path=f"/{connection.settings_dict['NAME']}")
            .geturl()
        )
    script = KILL.format(
        words=words, action="\n".join(f"    {line}" for line in action.splitlines())
    )
    connection.close()
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == -9 and "ENDED" not in done.stdout, done.stderr[-2000:]
