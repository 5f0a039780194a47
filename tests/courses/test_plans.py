"""Study plans: who may open one, for what, and what a refusal leaves untouched."""

from datetime import date

import pytest

from courses.actions import close_plan, mark_studied, open_plan, set_nations
from courses.models import Study, StudyPlan
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.models import Entry

ON = date(2025, 9, 1)
pytestmark = pytest.mark.django_db


def test_opening_twice_is_one_plan_and_one_entry(trainee, programme, operator):
    first = open_plan(trainee, programme, ["wales", "england"], by=operator, opened_on=ON)
    entries = Entry.objects.count()
    assert open_plan(trainee, programme, ["england", "wales"], by=operator, opened_on=ON) == first
    assert first.nations == ["england", "wales"]
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("wanted", [[], ["cornwall"], ["scotland", "cornwall"]])
def test_a_plan_needs_known_nations(trainee, programme, operator, wanted):
    entries = Entry.objects.count()
    with pytest.raises(Refused):
        open_plan(trainee, programme, wanted, by=operator, opened_on=ON)
    assert not StudyPlan.objects.exists() and Entry.objects.count() == entries


def test_other_nations_do_not_slip_in_by_opening_again(plan, trainee, programme, operator):
    with pytest.raises(Refused, match="Scotland"):
        open_plan(trainee, programme, ["wales"], by=operator, opened_on=ON)
    plan.refresh_from_db()
    assert plan.nations == ["scotland"] and StudyPlan.objects.count() == 1


def test_nobody_widens_their_own_plan(plan, trainee):
    entries = Entry.objects.count()
    with pytest.raises(NotAllowed):
        set_nations(plan, ["scotland", "wales"], by=trainee)
    plan.refresh_from_db()
    assert plan.nations == ["scotland"] and Entry.objects.count() == entries


def test_a_registrar_changes_nations_and_the_trainee_is_told(plan, trainee, make_person):
    registrar = make_person("Peter", Role.REGISTRAR)
    set_nations(plan, ["wales", "scotland"], by=registrar)
    told = Notice.objects.count()
    set_nations(plan, ["scotland", "wales"], by=registrar)
    assert StudyPlan.objects.get().nations == ["wales", "scotland"]
    assert Notice.objects.filter(person=trainee).count() == told == 1


def test_a_closed_plan_records_no_more_study_but_keeps_what_there_is(
    plan, trainee, make_unit, operator
):
    one, two = make_unit("U1"), make_unit("U2")
    read = one.variants.get().versions.get()
    mark_studied(trainee, read, by=trainee)
    close_plan(plan, by=operator, on=date(2026, 6, 1))
    close_plan(plan, by=operator, on=date(2026, 6, 1))
    with pytest.raises(NotAllowed, match="closed"):
        mark_studied(trainee, two.variants.get().versions.get(), by=trainee)
    with pytest.raises(Refused, match="1 June 2026"):
        close_plan(plan, by=operator, on=date(2026, 7, 1))
    with pytest.raises(Refused):
        set_nations(plan, ["wales"], by=operator)
    assert Study.objects.get().version == read


def test_a_plan_cannot_close_before_it_opened(plan, operator):
    with pytest.raises(Refused):
        close_plan(plan, by=operator, on=date(2020, 1, 1))
    plan.refresh_from_db()
    assert plan.closed_on is None
