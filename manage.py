#!/usr/bin/env python
"""Django's command line; it refuses to run a real installation as a demonstration, or the other way round."""

import os
import sys
from pathlib import Path

OF_PRODUCTION = ("IMSA_SECRET_KEY", "IMSA_HOSTS", "IMSA_SIGNING_KEY")


def choose_settings():
    """What the environment says; else production where the folder is marked real or production's variables are set."""
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        return
    home = Path(os.environ.get("IMSA_HOME") or Path(__file__).resolve().parent / "var")
    try:
        is_real = (home / "installation").read_text(encoding="utf-8").split()[:1] == ["real"]
    except OSError:
        is_real = False
    given = [name for name in OF_PRODUCTION if os.environ.get(name)]
    chosen = "lms.settings.production" if is_real or given else "lms.settings.dev"
    os.environ["DJANGO_SETTINGS_MODULE"] = chosen
    if is_real or given or os.environ.get("DATABASE_URL"):
        why = (
            f"{home} is marked as real"
            if is_real
            else f"{given[0]} is set"
            if given
            else "nothing says that this is a real installation"
        )
        print(f"manage.py uses {chosen}, because {why}.", file=sys.stderr)


def main():
    os.umask(0o077)  # what an installation owns is nobody else's to read
    choose_settings()
    from django.core.exceptions import ImproperlyConfigured

    try:
        import django

        django.setup()
        from lms.kit import installation

        if "".join(sys.argv[1:2]) not in installation.HARMLESS:
            installation.stop_unless_fit()
    except ImproperlyConfigured as fault:
        print(fault, file=sys.stderr)
        raise SystemExit(1) from None
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
