"""However facts are divided over two accounts of one person: joined, they answer as one account that had them all."""

from datetime import date
from random import Random

import pytest
from django.db import transaction

from certificates.actions.account_rows import join
from certificates.models import Temporary
from certificates.queries.account_merges import moves_of
from cohorts.employment.models import Employment
from cohorts.enrolment.models import Enrolment
from courses.models import Study
from lms.kit import clock
from tests.shared import begins_with, copy_of

from . import scene
from .scene import TODAY
from .test_account_merges import make_two, standings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield


@pytest.fixture
@begins_with(make_two)
def two():
    return copy_of(make_two)


@pytest.mark.both_engines
def test_whichever_account_had_what_the_person_stands_as_if_one_had_it_all(two):
    """Any split of enrolments, posts, study and decisions over two accounts gives, joined, for every day what one account with all of it gives."""
    account, person, rng = two["account"], two["person"], Random(14)
    enrolments = [*Enrolment.objects.filter(person__in=(account, person)).order_by("pk")]
    late = scene.employ(
        person, scene.organisation("MILL", "Mill House"), ["wales"], date(2027, 2, 1)
    )
    scene.end(Employment.objects.filter(person=person).first().lines.get(), date(2026, 11, 30))
    Temporary.objects.create(
        enrolment=two["enrolment"],
        nations=["scotland"],
        from_day=date(2026, 2, 1),
        until_day=date(2026, 6, 1),
        reason="x",
        decided_by="test",
    )
    scene.decide(late.organisation, "suspended", date(2027, 9, 1))
    rows = [
        *enrolments,
        *Employment.objects.filter(person__in=(account, person)),
        *Study.objects.filter(person__in=(account, person)),
    ]
    # Everything at one account; of two studies of one text the earlier.
    Study.objects.filter(person=person, version__in=account.studies.values("version")).delete()
    rows = [row for row in rows if type(row)._base_manager.filter(pk=row.pk).exists()]

    def divide(owners):
        for row, owner in zip(rows, owners, strict=True):
            type(row)._base_manager.filter(pk=row.pk).update(person=owner)
            if isinstance(row, Enrolment):
                scene.StudyPlan.objects.filter(pk=row.plan_id).update(person=owner)

    divide([person] * len(rows))
    (whole,) = standings(person)
    assert len({code for code, *_ in whole}) > 3
    for _n in range(8):
        with transaction.atomic():
            divide([rng.choice((account, person)) for _row in rows])
            join(account, person, moves_of(account, person), by=two["second"])
            assert standings(person) == [whole]
            transaction.set_rollback(True)
        account.refresh_from_db()
        person.refresh_from_db()
