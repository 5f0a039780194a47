"""What of the ledger of law rests on less than its own text, is past its day, or has nobody. JSON; 1 where something is past its day."""

import json

from django.core.management.base import BaseCommand

from courses.queries import review_calendar
from courses.states import Basis


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        calendar = review_calendar()
        self.stdout.write(
            json.dumps(
                {
                    "past_its_day": lines(calendar.overdue),
                    "due_soon": lines(calendar.soon),
                    "nobody_looks_after": lines(calendar.unowned),
                    "notes_only": lines(p for p in calendar.unread if p.basis == Basis.NOTES),
                    "own_knowledge_only": lines(p for p in calendar.unread if p.basis == Basis.OWN),
                },
                ensure_ascii=False,
                indent=1,
            )
        )
        if calendar.overdue:
            raise SystemExit(1)


def lines(provisions):
    return [f"{p.key}: {p}, as at {p.as_at}, again by {p.review_by}" for p in provisions]
