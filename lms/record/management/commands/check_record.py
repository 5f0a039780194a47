"""Is the append-only record whole? JSON; exit status 0 whole, 1 broken."""
import json
import sys

from django.core.management.base import BaseCommand

from lms.record.actions import check


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        answer = check()
        self.stdout.write(json.dumps(answer))
        if not answer["whole"]:
            sys.exit(1)
