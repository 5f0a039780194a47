"""Delete private files that no row names, a day old (a process was killed while writing); --list only names them. JSON; exit 1 when many were left."""

import json
import sys

from django.core.management.base import BaseCommand

from certificates.actions.stray_files import drop_strays, find_strays
from lms.people.roles import Operator


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--list", action="store_true", help="name them and change nothing")

    def handle(self, **options):
        if options["list"]:
            found = find_strays()
            said = {"stray": found.paths, "left": found.suspicious}
        else:
            said = drop_strays(by=Operator("drop_stray_files"))
        self.stdout.write(json.dumps(said))
        if said.get("left"):
            sys.exit(1)
