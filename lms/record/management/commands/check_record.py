"""Is the append-only record whole, and what it seals? JSON; exit status 0 whole, 1 broken.

--against FILE compares it with a checkpoint that somebody else kept (“-” reads it from standard input; may be given several times),
--key LINE or FILE names the key that was mailed with it. Without --key the key of this site is taken, which proves less: whoever
has the site has its key too.
"""

import json
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.module_loading import import_string

from lms.record import notes
from lms.record.checking import check


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--against",
            action="append",
            default=[],
            metavar="FILE",
            help="a checkpoint that someone else kept",
        )
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="KEY",
            help="the key it is signed with: the line, or a file of it",
        )

    def handle(self, against, key, **options):
        try:
            self.look(
                [read(place) for place in against], [line for one in key for line in keys(one)]
            )
        except notes.Unreadable as fault:
            raise CommandError(str(fault)) from None
        except DatabaseError as fault:
            self.stdout.write(
                json.dumps(
                    {
                        "whole": False,
                        "why": (
                            f"The database cannot be read: {str(fault).strip()}. Stop the site, keep a copy of the damaged database, and restore "
                            "the newest backup (docs/running.md)."
                        ),
                    },
                    ensure_ascii=False,
                )
            )
            sys.exit(1)

    def look(self, against, verifiers):
        answer = check(against, verifiers)
        # What rooms above seal into the record; the settings know every room.
        answer["sealed"] = {
            name: import_string(where)() for name, where in settings.IMSA_SEALED.items()
        }
        self.stdout.write(json.dumps(answer))
        if not answer["whole"] or not all(sealed["whole"] for sealed in answer["sealed"].values()):
            sys.exit(1)


def read(place) -> str:
    try:
        return sys.stdin.read() if place == "-" else Path(place).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"{place} cannot be read as text: {fault}") from None


def keys(one) -> list[str]:
    """The key itself, or the lines of the file that holds it."""
    if "+" in one or not Path(one).is_file():
        return [one]
    found = [line for line in read(one).splitlines() if line.strip()]
    if not found:
        raise CommandError(
            f"{one} is empty. Give the key that was mailed with the checkpoint."
        )  # and not this site's own instead
    return found
