"""Mail every message that has not gone out yet. JSON on standard output."""
import json

from django.core.management.base import BaseCommand

from lms.people.actions import deliver
from lms.people.models import Notice


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        waiting = list(Notice.objects.filter(sent_at__isnull=True).values_list("pk", flat=True))
        sent = sum(deliver(pk) for pk in waiting)
        self.stdout.write(json.dumps({"waiting": len(waiting), "sent": sent}))
