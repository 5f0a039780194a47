"""The pilot in numbers: who counts where, what is not shown, and that the bars are no inline styles."""

import csv
import io
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certificates.accreditation.standing_wording import STANDINGS
from certificates.queries.picture import (
    ACTING,
    COUNTED_NOWHERE,
    GROUP_OF,
    GROUPS,
    NO_POST,
    TRAINING,
    picture_on,
    tables_of,
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
    found = picture_on(scene.TODAY, least=0)
    assert (found.people, found.acting, found.places_open) == (10, 9, 14)
    nations = found.by_nation.counts
    assert (nations["england", ACTING], nations["scotland", ACTING]) == (7, 3)
    assert nations[ALL, ACTING] == 9, "each person once"
    sectors = found.by_sector.counts
    assert (sectors["Charity", ACTING], sectors["Council", ACTING]) == (7, 3)
    assert sectors[NO_POST, TRAINING] == 1
    assert picture_on(scene.TODAY).by_sector.cell(NO_POST, TRAINING) is None, "one is not shown"
    assert (found.approved, found.approved_by_sector) == (2, {"Charity": 1, "Council": 1})


def test_small_numbers_are_on_no_page_and_in_no_file(pilot, hub):
    page = hub.get("/hub/picture/")
    assert page.status_code == 200 and "style=" not in page.content.decode()
    lines = list(csv.reader(io.StringIO(hub.get("/hub/picture.csv").content.decode("utf-8-sig"))))
    counts = [line[3] for line in lines[1:]]
    assert "not shown" in counts and not {"1", "2"} & set(counts)
    cells = page.content.decode().count('<span class="quiet">not shown<')
    assert cells == counts.count("not shown")
    whole = hub.get("/hub/picture/?every=1").content.decode()
    assert "not shown<" not in whole and "Give no one this page" in whole


def test_the_figures_above_the_tables_tell_nothing_that_the_tables_leave_out(pilot, hub, settings):
    page = hub.get("/hub/picture/").content.decode()
    found = picture_on(scene.TODAY)
    assert found.by_nation.cell(ALL, TRAINING) is None, "one person"
    assert found.acting is None, "10 in all, and the one is 10 less 9"
    assert (found.people, found.places_open) == (10, 14)
    assert 'figure__count">not shown<' in page and 'figure__count">9<' not in page
    assert 'figure__count">9<' in hub.get("/hub/picture/?every=1").content.decode()
    settings.IMSA_SMALL_NUMBER = 20
    few = picture_on(scene.TODAY)
    assert (few.people, few.places_open, few.acting) == (None, None, None)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(GROUPS)),
            st.sets(st.sampled_from("EWSN"), min_size=1, max_size=2),
            st.sampled_from("123"),
        ),
        max_size=40,
    )
)
@example(
    [
        ("acting", {"W"}, "1"),
        ("acting", {"S", "W"}, "1"),
        ("training", {"E"}, "1"),
        ("training", {"E"}, "3"),
        ("acting", {"W"}, "1"),
        ("acting", {"E"}, "1"),
        ("ended", {"E"}, "3"),
        ("ended", {"W"}, "1"),
        ("acting", {"S"}, "1"),
        ("training", {"S"}, "1"),
    ]
)
def test_a_total_that_one_table_leaves_out_is_not_read_in_the_other(people):
    totals, nations, sectors = Counter(), Counter(), Counter()
    for group, where, sector in people:
        totals[group] += 1
        sectors[sector, group] += 1
        nations.update((nation, group) for nation in where)
    first, second = tables_of((nations, "EWSN"), (sectors, "123"), totals, 5)
    hidden = [{cell for cell in t.hidden if cell[0] == ALL} for t in (first, second)]
    assert hidden[0] == hidden[1]
