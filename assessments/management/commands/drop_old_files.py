"""Delete files that trainees chose and did not hand in for IMSA_KEPT_FILE_DAYS. JSON on standard output."""

import json

from django.core.management.base import BaseCommand

from assessments.taking.actions.submissions import drop_old_files
from lms.people.roles import Operator


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        self.stdout.write(json.dumps({"dropped": drop_old_files(by=Operator("drop_old_files"))}))
