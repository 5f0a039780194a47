"""Give somebody a role, making their account if there is none; --until ends it. JSON; exit 0, 1 refused, 2 bad usage.

The first registrar and Hub officer of an installation are appointed here. Somebody without a password is sent an invitation: a link,
good for one use, with which they choose it and then set up a second factor. --print-link prints it too, where no mail goes out yet.
"""

import json
import sys
from datetime import date

from django.core.management.base import BaseCommand

from lms.kit.refusals import Refused
from lms.people.actions import admit, end_grants, grant
from lms.people.invitations import invite, invite_if_new, is_new
from lms.people.models import Role
from lms.people.roles import Operator, roles_of


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("role", choices=[r.value for r in Role if r != Role.LEARNER])
        parser.add_argument("--given-names", default="")
        parser.add_argument("--family-name", default="")
        parser.add_argument(
            "--print-link",
            action="store_true",
            help="print the invitation's link; hand it over in person",
        )
        parser.add_argument(
            "--until", type=date.fromisoformat, help="the last day of the role (YYYY-MM-DD)"
        )

    def handle(self, *, email, role, given_names, family_name, until, print_link, **options):
        by = Operator("appoint")
        try:
            person = admit(by=by, email=email, first_name=given_names, last_name=family_name)
            if until:
                end_grants(person, role, by=by, on=until)
            else:
                grant(person, role, by=by)
            link = invite(person, by=by) if print_link and is_new(person) else ""
            invited = bool(link) or not until and invite_if_new(person, by=by)
        except Refused as refusal:
            self.stdout.write(json.dumps({"refused": str(refusal)}))
            sys.exit(1)
        self.stdout.write(
            json.dumps(
                {
                    "person": person.email,
                    "roles": sorted(roles_of(person)),
                    "invited": invited,
                    **({"link": link} if link else {}),
                }
            )
        )
