"""Before an enrolment is changed its page shows how the person would stand; then it is changed, and each day is judged as the page said."""

from datetime import date, timedelta

import pytest

from certificates.accreditation.standing import verdict
from certificates.accreditation.standing_wording import words_for
from certificates.models import Temporary
from certificates.queries import enrolment_previews, facts_and_rules_of
from certificates.rules import FIRST_DAY
from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.places import transfer
from cohorts.enrolment.status_actions import (
    carry_out_changes,
    plan_leave,
    reinstate,
    resume_study,
    set_last_day,
)
from cohorts.enrolment.views.status import CHANGES
from lms.kit import clock
from lms.people.models import Role
from lms.people.roles import Operator
from tests.shared import begins_with, copy_of

from . import scene

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 1)
DAYS = [FIRST_DAY + timedelta(n) for n in range(230, 1000, 4)]
LATER, BEFORE = date(2026, 12, 13), date(2026, 8, 9)


def make_people():
    """Somebody in training, one who may act for a time before the award, one who holds a certificate: each with a post."""
    trainee = scene.enrol(scene.person("Tom", "Trainee", Role.LEARNER))
    scene.employ(trainee.person)
    acting = scene.enrol(scene.person("Ada", "Acting", Role.LEARNER))
    scene.employ(acting.person)
    Temporary.objects.create(
        enrolment=acting,
        nations=["england"],
        from_day=date(2026, 7, 1),
        until_day=date(2027, 3, 1),
        reason="x",
        decided_by="test",
    )
    held = scene.certified("Hal", "Holder")
    return [trainee, acting, held.enrolment], scene.registrar(), scene.cohort_of("TEST-26")


@pytest.fixture
@begins_with(make_people)
def people():
    return copy_of(make_people)


@pytest.fixture(autouse=True)
def on_a_day():
    with clock.at(scene.at(TODAY)):
        yield


def judged(enrolment):
    facts, book = facts_and_rules_of(enrolment.person)
    found = [verdict(day, facts, book) for day in DAYS]
    return [(one.code, one.nations) for one in found]


def fresh(enrolment):
    rows = Enrolment.objects.select_related("person", "cohort", "plan")
    return rows.get(pk=enrolment.pk)


def left(enrolment, by, day):
    set_last_day(enrolment, day, by=by)


CASES = {
    "leave-of-absence": lambda e, by, to: plan_leave(e, TODAY, LATER, by=by),
    "return": lambda e, by, to: resume_study(e, by=by),
    "last-day": lambda e, by, to: set_last_day(e, LATER, by=by),
    "last-day today": lambda e, by, to: set_last_day(e, TODAY, by=by),
    "last-day before": lambda e, by, to: set_last_day(e, BEFORE, by=by),
    "undo-leaving": lambda e, by, to: reinstate(e, by=by, reason="x"),
    "transfer": lambda e, by, to: transfer(e, to, by=by, reason="x"),
}
LAST_DAYS = {"last-day": LATER, "last-day today": TODAY, "last-day before": BEFORE}


@pytest.mark.parametrize("case", CASES)
def test_what_the_page_shows_is_what_then_happens(people, case):
    enrolments, by, to = people
    changed = 0
    for enrolment in map(fresh, enrolments):
        if case == "undo-leaving":
            left(enrolment, by, BEFORE)
        if case == "return":
            plan_leave(enrolment, TODAY, LATER, by=by)
        enrolment = fresh(enrolment)
        was, kind = judged(enrolment), CHANGES[case.partition(" ")[0]]
        args = [LAST_DAYS.get(case)] if kind.preview == "preview_of_departure" else []
        preview = getattr(enrolment_previews, kind.preview)(enrolment, *args)
        CASES[case](enrolment, by, to)
        with clock.at(scene.at(LATER + timedelta(1))):
            carry_out_changes(by=Operator("work"))
            now = judged(fresh(enrolment))
        for day, before, after in zip(DAYS, was, now, strict=True):
            row = next((r for r in preview["rows"] if _covers(r, day)), None)
            assert (row is not None) == (before != after), (case, enrolment, day, before, after)
            if row:
                assert (row["before_nations"], row["after_nations"]) == (before[1], after[1])
                assert str(row["after"].label) == str(words_for(after[0]).label), (case, day)
                changed += 1
    assert bool(changed) == (CHANGES[case.partition(" ")[0]].preview != "preview_of_nothing")


def _covers(row, day):
    return row["on_day"] <= day and (row["until"] is None or day <= row["until"])
