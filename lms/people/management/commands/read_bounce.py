"""Read a mail that came back, as a mail server pipes it to a command (RFC 3464). JSON on standard output: recorded, known, unknown. Status 65 for a mail
that is no such report."""

import json
import sys

from django.core.management.base import BaseCommand, CommandError

from lms.people.bounce_reading import LONGEST, Unreadable, reports_of_mail
from lms.people.bounces import record_reports
from lms.people.roles import Operator

DATA_ERROR = 65  # EX_DATAERR of sysexits.h: a mail server does not try again


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        try:
            reports = reports_of_mail(sys.stdin.buffer.read(LONGEST))
        except Unreadable as fault:
            raise CommandError(str(fault), returncode=DATA_ERROR) from None
        self.stdout.write(json.dumps(record_reports(reports, by=Operator("read_bounce"))))
