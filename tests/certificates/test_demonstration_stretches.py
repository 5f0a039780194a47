"""The derived stretches of the demonstration say what the judgement says, for everybody and every day."""

import random
from datetime import date, timedelta

import pytest

from certificates.accreditation.standing import verdict
from certificates.accreditation.stretches import BLOCKED, READY
from certificates.actions.standing_tables import CHANGES_EVERYBODY, CHANGES_NOBODY, PEOPLE_OF
from certificates.actions.stretches import refresh_few
from certificates.models import Stretch
from certificates.queries import awaiting_issue, load_facts
from cohorts.enrolment.models import Enrolment
from lms.record.models import Entry

from .test_stretches import code_on, days_of


@pytest.mark.django_db
@pytest.mark.both_engines
def test_the_demonstration_stands_as_judged_on_every_day(demonstration):
    """Standings, what waits for a registrar, and that every action of it is placed: whom it may concern."""
    refresh_few()
    keys = set(Enrolment.objects.values_list("person_id", flat=True))
    found, rng = load_facts(keys), random.Random(1)
    for key in keys:
        rows, facts = (
            list(Stretch.objects.filter(person_id=key, subject="standing")),
            found.facts[key],
        )
        for day in days_of(facts, found.book, rng, 15):
            assert (code_on(rows, day) or "not_found") == verdict(day, facts, found.book).code, (
                key,
                day,
            )
    waiting = Stretch.objects.filter(subject="issue")
    for day in sorted(
        {row.from_day + timedelta(n) for row in waiting if row.from_day > date.min for n in (-1, 0)}
    )[-20:]:
        expected = awaiting_issue(day=day)
        for code, enrolments in (
            (READY, {w.enrolment.pk for w in expected if not w.reasons}),
            (BLOCKED, {w.enrolment.pk for w in expected if w.reasons}),
        ):
            assert (
                set(
                    waiting.filter(code=code, from_day__lte=day, until_day__gte=day).values_list(
                        "enrolment_id", flat=True
                    )
                )
                == enrolments
            ), (code, day)
    things = {thing.partition(":")[0] for thing in Entry.objects.values_list("thing", flat=True)}
    assert not things - set(PEOPLE_OF) - CHANGES_EVERYBODY - CHANGES_NOBODY
