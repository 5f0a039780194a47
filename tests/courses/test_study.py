"""Study is a fact about a person and a version; nobody makes it up for somebody else."""

import threading

import pytest
from django.db import connection

from courses.actions import mark_studied
from courses.models import Study
from lms.kit.refusals import NotAllowed
from lms.record.models import Entry


@pytest.mark.django_db
def test_twice_is_once(plan, trainee, make_unit):
    read = make_unit("U1").variants.get().versions.get()
    first = mark_studied(trainee, read, by=trainee)
    entries = Entry.objects.count()
    assert mark_studied(trainee, read, by=trainee) == first
    assert Study.objects.count() == 1 and Entry.objects.count() == entries


@pytest.mark.django_db
def test_a_text_for_another_nation_does_not_count(plan, trainee, law_unit):
    entries = Entry.objects.count()
    with pytest.raises(NotAllowed, match="not on your study plan"):
        mark_studied(trainee, law_unit.variants.get(key="england-wales").versions.get(), by=trainee)
    assert not Study.objects.exists() and Entry.objects.count() == entries


@pytest.mark.django_db
def test_nobody_studies_for_somebody_else(plan, trainee, tutor, make_unit, operator, settings):
    read = make_unit("U1").variants.get().versions.get()
    with pytest.raises(NotAllowed):
        mark_studied(trainee, read, by=tutor)
    settings.DEMONSTRATION = False
    with pytest.raises(NotAllowed):
        mark_studied(trainee, read, by=operator)
    assert not Study.objects.exists()
    settings.DEMONSTRATION = True
    assert mark_studied(trainee, read, by=operator).person == trainee


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_study_and_one_entry(plan, trainee, make_unit):
    read = make_unit("U1").variants.get().versions.get()
    ready, made = threading.Barrier(2), []

    def press():
        ready.wait()
        made.append(mark_studied(trainee, read, by=trainee).pk)
        connection.close()

    presses = [threading.Thread(target=press) for _ in range(2)]
    [p.start() for p in presses]
    [p.join() for p in presses]
    assert len(set(made)) == 1 and len(made) == 2
    assert Study.objects.count() == 1 and Entry.objects.filter(action="courses.study").count() == 1
