"""Finds every mark again from what its lines rest on, and every sample of a moderation, and names those that come out as another one."""

import json
import time

from django.core.management.base import BaseCommand

from assessments.attempts.queries import chains_that_differ
from assessments.marking.queries import draws_that_differ


class Command(BaseCommand):
    help = "Recompute the history of every mark: one JSON line, and exit 1 where a mark is not what its inputs give."

    def handle(self, **options):
        begun = time.monotonic()
        count, differing = chains_that_differ()
        draws = draws_that_differ()
        found = {
            "chains": count,
            "differing": differing,
            "draws_differing": draws,
            "seconds": round(time.monotonic() - begun, 2),
        }
        self.stdout.write(json.dumps(found))
        if differing or draws:
            raise SystemExit(1)
