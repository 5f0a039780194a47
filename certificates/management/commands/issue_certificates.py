"""Issues every certificate of a cohort that nothing stands against; JSON. Exit status 0 done, 1 refused, 2 bad usage."""

import json
import sys

from django.core.management.base import BaseCommand

from certificates.actions import issue
from certificates.queries import awaiting_issue
from cohorts.enrolment.models import Cohort
from lms.kit.refusals import Refused
from lms.people.roles import Operator


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--cohort", required=True, help="the cohort's code")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be issued, and issue nothing"
        )

    def handle(self, *, cohort, dry_run, **options):
        found = Cohort.objects.filter(code=cohort).first()
        if not found:
            self.stdout.write(
                json.dumps({"refused": f"There is no cohort {cohort}."}, ensure_ascii=False)
            )
            sys.exit(1)
        done = {"cohort": cohort, "dry_run": dry_run, "issued": [], "not_issued": []}
        for waiting in awaiting_issue(found):
            person, reasons, number = waiting.enrolment.student_reference, waiting.reasons, None
            if not reasons and not dry_run:
                try:
                    number = issue(waiting.enrolment, by=Operator("issue_certificates")).number
                except Refused as refused:
                    reasons = [str(refused)]
            if reasons:
                done["not_issued"].append({"student_reference": person, "reasons": reasons})
            else:
                done["issued"].append({"student_reference": person, "number": number})
        self.stdout.write(json.dumps(done, ensure_ascii=False))
