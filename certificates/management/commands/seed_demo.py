"""Fill an empty database with the invented pilot, up to a stage. JSON; exit 0, or 1 refused."""

import json
import sys

from django.core.management.base import BaseCommand

from certificates.demonstration import STAGES, seed, seeded_stage
from lms.kit.refusals import Refused
from lms.people.models import User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=STAGES, default=STAGES[-1])
        parser.add_argument(
            "--if-empty", action="store_true", help="Leave a database that holds anyone as it is."
        )

    def handle(self, *, stage, if_empty, **options):
        if if_empty and (seeded_stage() or User.objects.filter(is_invented=False).exists()):
            self.stdout.write(json.dumps({"stage": seeded_stage(), "unchanged": True}))
            return
        try:
            self.stdout.write(json.dumps(seed(stage)))
        except Refused as refusal:
            self.stdout.write(json.dumps({"refused": str(refusal)}))
            sys.exit(1)
