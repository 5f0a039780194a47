"""The path, what is next, and what a nation still needs; each in a fixed number of questions."""

import re
from datetime import date

import pytest

from courses.actions import close_plan, mark_studied, publish_version, set_nations, withdraw
from courses.models import Module, Prerequisite, Programme, Unit, Variant
from courses.queries import counts, next_unit, outline, outstanding, outstanding_for, path
from lms.kit import clock, nations
from lms.kit.refusals import Refused

pytestmark = pytest.mark.django_db


def labels(found):
    return [(s.unit.code, s.variant.key, s.state) for entry in found for s in entry.units]


def read(unit, key="all"):
    return unit.variants.get(key=key).versions.order_by("-number").first()


def test_scotland_and_england_see_two_texts_of_the_law_unit(
    plan, trainee, law_unit, make_unit, operator
):
    make_unit("U2")
    assert labels(path(trainee)) == [("LAW", "scotland", "now"), ("U2", "all", "todo")]
    set_nations(plan, ["england", "scotland"], by=operator)
    assert labels(path(trainee)) == [
        ("LAW", "england-wales", "now"),
        ("LAW", "scotland", "todo"),
        ("U2", "all", "todo"),
    ]


def test_next_moves_on_and_a_newer_version_shows(plan, trainee, make_unit, operator, the_words):
    one, _ = make_unit("U1"), make_unit("U2")
    mark_studied(trainee, read(one), by=trainee)
    publish_version(one.variants.get(), the_words("New title", "<p>New</p>"), by=operator)
    first, second = path(trainee)[0].units
    assert (first.state, first.has_newer, first.version.number, first.studied.number) == (
        "done",
        True,
        2,
        1,
    )
    assert first.version.title == "New title" and first.studied_at
    assert next_unit(trainee).unit == second.unit
    assert str(counts(path(trainee))) == "1 of 2 units"


def test_unpublished_and_withdrawn_units_are_not_next_and_do_not_count(
    plan, trainee, make_unit, operator
):
    make_unit("U1", publish=False)
    taken_down = make_unit("U2")
    make_unit("U3")
    withdraw(taken_down.variants.get(), by=operator)
    assert [state for *_, state in labels(path(trainee))] == ["locked", "now"]
    assert str(counts(path(trainee))) == "0 of 1 unit"


def test_without_a_plan_there_is_no_path(trainee, make_unit):
    make_unit("U1")
    assert path(trainee) == [] and next_unit(trainee) is None


def test_a_closed_plan_still_shows_what_was_studied(plan, trainee, make_unit, operator):
    mark_studied(trainee, read(make_unit("U1")), by=trainee)
    close_plan(plan, by=operator, on=clock.today())
    assert labels(path(trainee)) == [("U1", "all", "done")]


def test_another_programme_is_not_mixed_in(plan, trainee, make_unit):
    make_unit("U1")
    other = Programme.objects.create(code="X", title="Other", credits=10)
    Module.objects.create(programme=other, code="X1", title="Other", credits=10, order=1)
    assert [e.module.code for e in path(trainee)] == ["M1"]
    assert path(trainee, other) == []


@pytest.mark.parametrize("units", [1, 30])
def test_the_path_asks_two_questions_however_long(
    plan, trainee, make_unit, units, django_assert_num_queries
):
    for n in range(units):
        made = make_unit(f"U{n:02}")
        if n % 2:
            mark_studied(trainee, read(made), by=trainee)
    path(trainee)  # the outline is read once, and again when the curriculum changes
    with django_assert_num_queries(2):
        found = path(trainee)
        assert len(labels(found)) == units and counts(found).total == units
        assert all(s.url and s.label for s in found[0].units)


def test_a_nation_needs_every_text_that_covers_it(plan, trainee, programme, law_unit, make_unit):
    common = make_unit("U2")
    assert [str(v.unit.code) for v in outstanding(trainee, programme, "scotland")] == ["LAW", "U2"]
    mark_studied(trainee, read(law_unit, "scotland"), by=trainee)
    mark_studied(trainee, read(common), by=trainee)
    assert outstanding(trainee, programme, "scotland") == []
    assert [v.key for v in outstanding(trainee, programme, "england")] == ["england-wales"]


def test_history_does_not_change_when_more_is_studied_or_written(
    plan, trainee, programme, make_unit
):
    with clock.at(date(2025, 10, 1)):
        one = make_unit("U1")
    with clock.at(date(2026, 3, 1)):
        mark_studied(trainee, read(one), by=trainee)
    with clock.at(date(2026, 9, 1)):
        make_unit("U2")
    owed = {
        day: [v.unit.code for v in outstanding(trainee, programme, "scotland", day)]
        for day in (
            date(2026, 2, 28),
            date(2026, 3, 1),
            date(2026, 8, 31),
            date(2026, 9, 1),
        )
    }
    assert list(owed.values()) == [["U1"], [], [], ["U2"]]


def test_a_programme_nobody_had_published_endorses_nobody(plan, trainee, programme, make_unit):
    make_unit("U1", publish=False)
    assert [v.unit.code for v in outstanding(trainee, programme, "scotland")] == ["U1"]
    assert [v.unit.code for v in outstanding(trainee, programme, "scotland", date(2020, 1, 1))] == [
        "U1"
    ]


def test_an_older_version_still_counts(plan, trainee, programme, make_unit, operator, the_words):
    one = make_unit("U1")
    mark_studied(trainee, read(one), by=trainee)
    publish_version(one.variants.get(), the_words("U1", "<p>New</p>"), by=operator)
    assert outstanding(trainee, programme, "scotland") == []


@pytest.mark.parametrize("many", [1, 30])
def test_a_whole_cohort_is_asked_in_two_questions(
    programme, make_person, make_unit, many, django_assert_num_queries
):
    for n in range(many):
        make_unit(f"U{n:02}")
    people = [make_person(f"P{n}") for n in range(many)]
    with django_assert_num_queries(2):
        owed = outstanding_for(people, programme)
    assert {len(owed[p.pk][nation]) for p in people for nation in ("wales", "scotland")} == {many}


def test_a_row_without_a_text_changes_nothing_for_those_who_learn(
    enter, plan, trainee, tutor, module, make_unit, law_unit, programme, the_words, operator
):
    """An author adds a nation, and invents a unit: path, counts, choosers and the public outline stay as they were."""
    first = make_unit("FIRST", publish=False)
    inside = enter(trainee)

    def seen():
        found = path(trainee)
        pages = [
            inside.get(address).content.decode()
            for address in ("/study/units/LAW/scotland/", "/study/modules/M1/")
        ]
        chooser = inside.get("/study/units/LAW/")
        units = [[u.title for u in m.units_shown] for m in outline(programme)]
        steps = [(s.variant.pk, s.state, s.note) for e in found for s in e.units]
        tokens = [re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page) for page in pages]
        return (
            steps,
            str(counts(found)),
            str(next_unit(trainee).variant.pk),
            tokens,
            chooser.status_code,
            chooser.url,
            units,
        )

    seen()  # reading begins the unit
    before = seen()
    assert before[1] == "0 of 1 unit" and before[6] == [["Unit LAW"]]
    Prerequisite.objects.create(unit=law_unit, first=first, why="It comes first.")
    extra = Variant.objects.create(unit=law_unit, key="all-again", nations=["scotland", "wales"])
    Variant.objects.create(
        unit=Unit.objects.create(module=module, code="INVENTED", title="Invented", order=99),
        key="all",
        nations=nations.ALL,
    )
    assert seen() == before
    for address in (
        "/study/units/INVENTED/",
        "/study/units/INVENTED/all/",
        "/study/units/LAW/all-again/",
    ):
        assert inside.get(address).status_code == 404
    assert [v.key for v in outstanding(trainee, programme, "scotland")] == ["scotland"]
    assert enter(tutor).get("/study/units/INVENTED/all/").status_code == 200, (
        "those who teach and write see what is to be written"
    )
    with pytest.raises(Refused, match="“scotland” of LAW would be for no nation"):
        publish_version(extra, the_words("Law again", "<p>More</p>"), by=operator)
    enter(trainee)
    assert seen()[:3] == before[:3]


def test_what_counts_as_read_is_the_newest_text_that_was_read(
    plan, trainee, make_unit, the_words, operator
):
    unit = make_unit("U1")
    first = read(unit)
    second = publish_version(
        unit.variants.get(), the_words("Unit U1", "<p>Changed</p>"), by=operator
    )
    for version in (second, first):  # whatever the order in which they were read
        mark_studied(trainee, version, by=trainee)
    step = path(trainee)[0].units[0]
    assert step.studied.id == second.pk and not step.has_newer


def test_a_unit_waits_for_the_one_before_it(plan, trainee, make_unit):
    before, after = make_unit("U1"), make_unit("U2")
    Prerequisite.objects.create(unit=after, first=before, why="It begins there.")
    assert labels(path(trainee)) == [("U1", "all", "now"), ("U2", "all", "locked")]
    mark_studied(trainee, read(before), by=trainee)
    assert labels(path(trainee)) == [("U1", "all", "done"), ("U2", "all", "now")]
