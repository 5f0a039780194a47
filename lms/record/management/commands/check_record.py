"""Is the append-only record whole, and what it seals? JSON; exit status 0 whole, 1 broken."""
import json
import sys

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.module_loading import import_string

from lms.record.actions import check
from lms.record.queries import went_back


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        try:
            self.look()
        except DatabaseError as fault:
            self.stdout.write(json.dumps({"whole": False, "why": (
                f"The database cannot be read: {str(fault).strip()}. Stop the site, keep a copy of the damaged database, and restore "
                "the newest backup (docs/running.md)."
            )}, ensure_ascii=False))
            sys.exit(1)

    def look(self):
        answer = check()
        answer["went_back"] = went_back()
        # What rooms above seal into the record; the settings know every room.
        answer["sealed"] = {name: import_string(where)() for name, where in settings.IMSA_SEALED.items()}
        self.stdout.write(json.dumps(answer))
        if not answer["whole"] or not all(sealed["whole"] for sealed in answer["sealed"].values()):
            sys.exit(1)
