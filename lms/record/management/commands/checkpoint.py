"""Make a checkpoint of the record now and print the newest one, with the key it is signed with. Keep both on another machine."""

from django.core.management.base import BaseCommand

from lms.record import notes
from lms.record.checkpoints import make_checkpoint
from lms.record.models import Checkpoint


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--key", action="store_true", help="print only the key")

    def handle(self, key, **options):
        if not key:
            make_checkpoint()
            newest = Checkpoint.objects.first()
            self.stdout.write(newest.note, ending="")
            self.stdout.write("")
        self.stdout.write(notes.own_verifier())
