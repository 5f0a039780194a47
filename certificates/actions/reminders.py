"""Sends the messages that days coming near ask for; each once."""

from django.db import transaction
from django.urls import reverse

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.people.actions import tell
from lms.people.models import User
from lms.record.actions import write

from ..accreditation.renewal import due_on, messages, words_of
from ..models import Reminder
from ..queries import load_facts
from ..queries.fact_lines import SOME

WHERE = {"renewal": "certificates:renewal", "top": "assessments:study"}


def remind(*, by) -> int:
    """Send every message that is due today and was not sent. How many.

    1. the facts of everybody enrolled, some hundred at a time, 2. for each message due: a line that it was sent, a record
    entry and the message, in one transaction. A run that was killed goes on with those that were not sent; two at once send each once.
    """
    today, sent = clock.today(), 0
    keys = list(
        Enrolment.objects.order_by("person_id").values_list("person_id", flat=True).distinct()
    )
    for start in range(0, len(keys), SOME):
        some = keys[start : start + SOME]
        found = load_facts(some)
        due = [
            (key, m)
            for key in some
            for m in due_on(today, messages(found.facts[key], found.book, today))
        ]
        done = set(
            Reminder.objects.filter(person_id__in=[key for key, _ in due]).values_list(
                "person_id", "kind", "about_day"
            )
        )
        people = User.objects.in_bulk(
            [key for key, m in due if (key, m.kind, m.about_day) not in done]
        )
        for key, message in due:
            if (key, message.kind, message.about_day) not in done:
                sent += _send(people[key], message, by)
    return sent


@transaction.atomic
def _send(person, message, by) -> int:
    made, is_new = Reminder.objects.get_or_create(
        person=person, kind=message.kind, about_day=message.about_day
    )
    if is_new:
        write(
            "certificates.remind",
            made,
            by=by,
            after={"kind": message.kind, "about": message.about_day.isoformat()},
        )
        tell(
            person,
            *words_of(message),
            reverse(WHERE.get(message.kind.split("_")[0], "certificates:my_certificates")),
        )
    return int(is_new)
