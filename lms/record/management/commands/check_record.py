"""Is the append-only record whole, and what it seals? JSON; exit status 0 whole, 1 broken."""
import json
import sys

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from lms.record.actions import check


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        answer = check()
        # What rooms above seal into the record; the settings know every room.
        answer["sealed"] = {name: import_string(where)() for name, where in settings.IMSA_SEALED.items()}
        self.stdout.write(json.dumps(answer))
        if not answer["whole"] or not all(sealed["whole"] for sealed in answer["sealed"].values()):
            sys.exit(1)
