"""Put back the triggers of tables that may only grow, where `check_record` says that some are missing. Exit status 0."""

from django.core.management.base import BaseCommand

from lms.kit.triggers import restore_triggers
from lms.people.roles import Operator


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--reason", required=True, help="why they were missing; it stands in the record"
        )

    def handle(self, *, reason, **options):
        restored = restore_triggers(by=Operator("restore_triggers"), reason=reason)
        self.stdout.write(
            f"Put back: {', '.join(restored)}. Now run manage.py check_record."
            if restored
            else "None is missing. Nothing was changed."
        )
