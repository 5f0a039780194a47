"""Is this installation a demonstration or a real one? It refuses to let settings of the one kind meet the data of the other.

A small file in IMSA_HOME and one row of the database say which kind it is. Both are written by the first `migrate`.
"""

import contextlib
import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connection, transaction

DEMONSTRATION, REAL = "demonstration", "real"
KINDS = (DEMONSTRATION, REAL)
FILE = "installation"
HARMLESS = {
    "",
    "help",
    "--help",
    "-h",
    "version",
    "--version",
    "makemigrations",
    "makemessages",
    "compilemessages",
    "collectstatic",
    "check",
    "diffsettings",
    "mark_installation",
}
MODULES = {DEMONSTRATION: "lms.settings.dev", REAL: "lms.settings.production"}


def wanted() -> str:
    """The kind these settings are for."""
    return DEMONSTRATION if settings.DEMONSTRATION else REAL


def in_folder(home) -> str | None:
    """What the file in IMSA_HOME says. None where there is no such file."""
    try:
        found = Path(home, FILE).read_text(encoding="utf-8").split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        return None
    return found if found in KINDS else None


def in_database() -> str | None:
    """What the database says, or the people in it where it was migrated before it could say so. None for an empty database.

    Raises ImproperlyConfigured where it holds real and invented people and so could be either.
    """
    place = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(place).exists():
        return None  # asking would make an empty one
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if "kit_installation" in tables:
            cursor.execute("SELECT kind FROM kit_installation")
            if row := cursor.fetchone():
                return row[0]
        if "people_user" not in tables:
            return None
        found = []
        for kind, is_invented in ((DEMONSTRATION, True), (REAL, False)):
            cursor.execute(
                "SELECT 1 FROM people_user WHERE is_invented = %s LIMIT 1", [is_invented]
            )
            if cursor.fetchone():
                found.append(kind)
    if len(found) > 1 and in_folder(settings.IMSA_HOME):
        return in_folder(
            settings.IMSA_HOME
        )  # mark_installation decided, before migrate brought the table
    if len(found) > 1:
        raise ImproperlyConfigured(
            "The database holds invented people and real ones, so we cannot tell whether it is a demonstration. Nothing was "
            "changed. Run “manage.py mark_installation real” or “manage.py mark_installation demonstration”, then start again."
        )
    return found[0] if found else None


def insist_on_fit():
    """Raise ImproperlyConfigured, before anything is written, where the settings do not fit this installation.

    A database that does not answer is not waited for: a real site starts and answers 503 until it is back (`/readyz` asks
    again), a demonstration does not start.
    """
    insist_on(in_folder(settings.IMSA_HOME), f"The folder {settings.IMSA_HOME}")
    try:
        kind = in_database()
        insist_on(kind, "The database")
        if kind:
            with contextlib.suppress(OSError):
                write_file(kind)
    except (DatabaseError, InterfaceError) as fault:
        if settings.DEMONSTRATION and in_folder(settings.IMSA_HOME) is None:
            raise ImproperlyConfigured(
                f"The database does not answer, so we cannot tell whether it is a demonstration: {str(fault).strip()}"
            ) from None
    finally:
        if not connection.in_atomic_block:
            connection.close()  # nothing of this is inherited by a server's children


def stop_unless_fit():
    """For programs: what insist_on_fit raises is written to standard error, and the program ends with status 1."""
    try:
        insist_on_fit()
    except ImproperlyConfigured as fault:
        print(fault, file=sys.stderr)
        raise SystemExit(1) from None


def insist_on(kind, where):
    if kind not in (None, wanted()):
        raise ImproperlyConfigured(
            f"{where} belongs to a {kind} installation, and {settings.SETTINGS_MODULE} is for a {wanted()} one. Nothing was "
            f"changed. Set DJANGO_SETTINGS_MODULE={MODULES[kind]}, or set IMSA_HOME and DATABASE_URL to the {wanted()} "
            "installation. If the mark itself is wrong, see “manage.py mark_installation” in docs/running.md."
        )


@transaction.atomic
def mark(kind, *, is_sure=False) -> str:
    """Mark this installation. 1. the row in the database, 2. the file in IMSA_HOME. Twice is once; a mark that is there
    stays unless `is_sure`."""
    from .models import Installation

    row, _ = Installation.objects.select_for_update(no_key=True).get_or_create(
        pk=1, defaults={"kind": kind}
    )
    if is_sure and row.kind != kind:
        row.kind = kind
        row.save(update_fields=["kind"])
    write_file(row.kind)
    return row.kind


def write_file(kind):
    home = Path(settings.IMSA_HOME)
    if in_folder(home) == kind:
        return
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = home / f"{FILE}.{os.getpid()}.part"
    part.write_text(
        f"{kind}\nWritten by migrate or mark_installation; docs/running.md says what it is for.\n",
        encoding="utf-8",
    )
    os.replace(part, home / FILE)


def mark_after_migrate(**kwargs):
    """The first migrate says what this installation is; the later ones keep it."""
    tables = connection.introspection.table_names()
    if "kit_installation" in tables and "people_user" in tables:
        mark(in_database() or wanted())
