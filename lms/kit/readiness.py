"""What is missing before this installation can be relied on; it tells no secret, no path and nobody's data."""

import os
import shutil
import tempfile
import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from . import checks, installation
from .files.outages import is_outage

KEPT_SECONDS = 5  # anybody may ask; the questions cost a signature and a file
_kept = {}


def faults(*, is_fresh=False) -> dict[str, str]:
    """Name of what is missing to a sentence; empty where all is well. Kept for a few seconds in a process."""
    if is_fresh or time.monotonic() > _kept.get("until", 0):
        _kept.update(found=_ask(), until=time.monotonic() + KEPT_SECONDS)
    return _kept["found"]


def _ask():
    found = {"disk": disk_fault()}
    try:
        connection.ensure_connection()
        found |= {"installation": installation_fault(), "migrations": migrations_fault()}
    except (DatabaseError, InterfaceError):
        return {
            name: fault
            for name, fault in (found | {"database": "the database does not answer"}).items()
            if fault
        }
    if not found["migrations"]:
        for name, where in settings.IMSA_READY.items():
            try:
                found[name] = import_string(where)()
            except (DatabaseError, InterfaceError):
                found[name] = "the database does not answer"
            except OSError as error:
                found[name] = (
                    "a file cannot be read"
                    if is_outage(error)
                    else f"it cannot be asked ({type(error).__name__})"
                )
    return {name: fault for name, fault in found.items() if fault}


def disk_fault() -> str:
    home = settings.IMSA_HOME
    try:
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"x" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
        free = shutil.disk_usage(home).free
    except OSError as error:
        return f"IMSA_HOME takes no file ({error.strerror})"
    if free < settings.IMSA_DISK_FREE:
        return f"less than {settings.IMSA_DISK_FREE // 1024**2} MB is free below IMSA_HOME"
    return ""


def installation_fault() -> str:
    try:
        kind = installation.in_database()
    except ImproperlyConfigured:
        return "no one has said whether this is a demonstration (manage.py mark_installation)"
    return (
        ""
        if kind in (None, installation.wanted())
        else f"the database belongs to a {kind} installation"
    )


def migrations_fault() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations are not applied (manage.py migrate)" if waiting else ""


def insist_on_start():
    """Raise ImproperlyConfigured where a start can never do its work: no signing key, a path that names none, private files
    that a web server would hand out. What may heal by itself is told by /readyz."""
    if settings.DEMONSTRATION:
        return
    found = [*checks.signing_key(None), *checks.private_files(None)]
    if found:
        raise ImproperlyConfigured(
            "\n".join(" ".join(filter(None, (one.msg, one.hint))) for one in found)
        )
