"""What is recorded while somebody only reads is said, and nothing is recorded for who turned it off."""

import uuid

import pytest

from courses.actions import choose_place, keep_place
from courses.actions.offline_sync import receive
from courses.models import Progress
from courses.queries import next_unit
from lms.kit.refusals import NotAllowed
from lms.people.models import User

pytestmark = pytest.mark.django_db
ADDRESS = "/study/units/U1/all/"


@pytest.fixture
def version(make_unit):
    return make_unit("U1").variants.get().versions.get()


def places(person):
    rows = Progress.objects.filter(person=person, kind="place")
    return list(rows.values_list("data__part", flat=True))


def test_opening_and_stopping_leave_nothing_where_it_is_off(enter, plan, trainee, version):
    choose_place(trainee, False, by=trainee)
    inside = enter(User.objects.get(pk=trainee.pk))
    page = inside.get(ADDRESS).content.decode()
    assert "data-place>" not in page and 'data-place="off"' in page.split(">")[1]
    assert inside.post(f"{ADDRESS}place/", {"part": "a1"}).status_code == 204
    item = {"token": str(uuid.uuid4()), "kind": "place", "version": version.pk, "part": "a1"}
    (came,) = receive(trainee, [item], by=trainee)
    assert came["outcome"] == "kept", "a device that kept it before has nothing to say again"
    assert places(trainee) == []


@pytest.mark.both_engines
def test_turning_it_off_deletes_the_places_and_a_unit_that_was_opened_stays_so(
    enter, plan, trainee, version
):
    keep_place(trainee, version.variant, "a1", by=trainee)
    assert places(trainee) == ["a1"]
    inside = enter(trainee)
    inside.post("/study/mine/place/", {"choice": "off"})
    assert places(trainee) == [""] and next_unit(trainee).is_begun
    keep_place(trainee, version.variant, "a2", by=trainee)
    assert places(trainee) == [""], "also with a person read before it was turned off"
    assert "This is off" in inside.get("/study/mine/").content.decode()
    inside.post("/study/mine/place/", {"choice": "on"})
    keep_place(trainee, version.variant, "a2", by=trainee)
    assert places(trainee) == ["a2"]


def test_nobody_turns_it_off_for_somebody_else(plan, trainee, tutor, version):
    with pytest.raises(NotAllowed):
        choose_place(trainee, False, by=tutor)
    assert User.objects.get(pk=trainee.pk).reading == {}


def test_the_way_one_reads_keeps_the_choice(enter, plan, trainee):
    choose_place(trainee, False, by=trainee)
    inside = enter(User.objects.get(pk=trainee.pk))
    inside.post("/me/reading/", {"size": "larger", "theme": "standard"})
    assert User.objects.get(pk=trainee.pk).reading == {"size": "larger", "place": "off"}
