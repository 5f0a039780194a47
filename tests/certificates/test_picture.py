"""The pilot in numbers: who counts where, what is not shown, and that the bars are no inline styles."""

import csv
import io

import pytest

from certificates.accreditation.standing_wording import STANDINGS
from certificates.queries.picture import (
    ACTING,
    COUNTED_NOWHERE,
    GROUP_OF,
    GROUPS,
    NO_POST,
    TRAINING,
    picture_on,
)
from lms.kit.small_numbers import ALL

from . import scene

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


def test_every_standing_is_counted_somewhere_or_nowhere_on_purpose():
    assert {*GROUP_OF, *COUNTED_NOWHERE} == {*STANDINGS}
    assert {*GROUP_OF.values()} == {*GROUPS}


@pytest.fixture
def pilot(time_machine, settings):
    """Seven who may act in England, one of them in Scotland too; two in Scotland alone; one without a post."""
    time_machine.move_to(scene.at(scene.TODAY), tick=False)
    settings.IMSA_SMALL_NUMBER = 3
    charity, council = scene.organisation(), scene.organisation("COUNCIL", "A council")
    charity.sector, council.sector = "Charity", "Council"
    charity.save(), council.save()
    for n in range(6):
        scene.certified(f"Advocate {n}", where=charity)
    both = scene.certified("Of", "Two", nations=("england", "scotland"), where=charity)
    scene.employ(both.enrolment.person, council)
    for n in range(2):
        scene.certified(f"Scot {n}", nations=("scotland",), where=council)
    trainee = scene.enrol(scene.person("Without", "Post"))
    return trainee


@pytest.fixture
def hub(client):
    return scene.sign_in(client, scene.hub_officer()) or client


def test_who_counts_where(pilot, hub):
    hub.get("/hub/picture/")  # brings the derived table up to date
    found = picture_on(scene.TODAY)
    assert (found.people, found.acting, found.places_open) == (10, 9, 14)
    nations = found.by_nation.counts
    assert (nations["england", ACTING], nations["scotland", ACTING]) == (7, 3)
    assert nations[ALL, ACTING] == 9, "each person once"
    sectors = found.by_sector.counts
    assert (sectors["Charity", ACTING], sectors["Council", ACTING]) == (7, 3)
    assert sectors[NO_POST, TRAINING] == 1
    assert found.by_sector.cell(NO_POST, TRAINING) is None, "one person is not shown"
    assert (found.approved, found.approved_by_sector) == (2, {"Charity": 1, "Council": 1})


def test_small_numbers_are_on_no_page_and_in_no_file(pilot, hub):
    page = hub.get("/hub/picture/")
    assert page.status_code == 200 and "style=" not in page.content.decode()
    lines = list(csv.reader(io.StringIO(hub.get("/hub/picture.csv").content.decode("utf-8-sig"))))
    counts = [line[3] for line in lines[1:]]
    assert "not shown" in counts and not {"1", "2"} & set(counts)
    assert page.content.decode().count(">not shown<") == counts.count("not shown")
    whole = hub.get("/hub/picture/?every=1").content.decode()
    assert ">not shown<" not in whole and "Give no one this page" in whole
