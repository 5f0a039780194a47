"""Send the mail that is due now, as the worker does. JSON on standard output: sent, put_off, given_up, and how many still wait."""

import json

from django.core.management.base import BaseCommand

from lms.people.models import Mail
from lms.people.sending import send_due


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        counted = send_due(seconds=24 * 3600)
        self.stdout.write(
            json.dumps(
                {
                    **{name: counted[name] for name in ("sent", "put_off", "given_up")},
                    "server_away": bool(counted["server_away"]),
                    "waiting": Mail.objects.waiting().count(),
                }
            )
        )
