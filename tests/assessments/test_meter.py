"""Where a group is so small that a number hides nobody, pages say so, and a statistic of it is not shown."""

from dataclasses import replace

import pytest
from django.test import Client

from assessments.marking.meter import marks_by_marker, small_groups, with_limits
from assessments.setting import judging
from assessments.setting.queries import default_rules
from assessments.setting.rule_sets import RuleSet

from .scene import sign_in

WARNING = "Markers may guess who wrote these scripts"


def limit(scene, count):
    RuleSet.objects.create(
        number=1,
        in_force_from=scene.cohort.starts_on,
        values=judging.as_values(replace(default_rules(), small_group=count)),
        reason="x",
        by="t",
    )


@pytest.fixture
def scripts(scene):
    return [scene.hand_in(enrolment=scene.another(n), seed=str(n)) for n in range(3)]


def test_a_group_under_the_limit_of_its_rules_is_named_where_scripts_are_allocated(scene, scripts):
    limit(scene, 4)
    (group,) = small_groups(scene.registrar)
    assert (group.code, group.count, group.limit) == ("T1-ESSAY", 3, 4)
    office = sign_in(Client(), scene.registrar)
    for url in ("/registry/allocation/", "/registry/allocation/share/"):
        page = office.get(url).content.decode()
        assert WARNING in page and "3 scripts are in, fewer than 4" in page, url


def test_a_group_that_is_large_enough_is_not(scene, scripts):
    limit(scene, 3)
    assert small_groups(scene.registrar) == []
    assert (
        WARNING
        not in sign_in(Client(), scene.registrar).get("/registry/allocation/").content.decode()
    )


def test_once_all_is_marked_nobody_is_warned(scene, scripts):
    limit(scene, 4)
    for script in scripts:
        scene.mark(script, 60, 62)
    assert small_groups(scene.registrar) == []


def test_of_few_marks_neither_mean_nor_number_is_shown(scene, scripts):
    limit(scene, 3)
    for script in scripts[:2]:
        scene.mark(script, 41, 45)
    page = sign_in(Client(), scene.registrar).get("/registry/statistics/").content.decode()
    assert page.count("Fewer than 3") == 2 and ">41<" not in page and ">45<" not in page
    assert all(row["n"] is None for row in with_limits(list(marks_by_marker(scene.registrar))))


def test_of_enough_marks_they_are_right(scene, scripts):
    limit(scene, 3)
    for script, mark in zip(scripts, (60, 62, 67), strict=True):
        scene.mark(script, mark, mark)
    rows = with_limits(list(marks_by_marker(scene.registrar)))
    assert [(row["n"], str(row["mean"]), str(row["deviation"])) for row in rows] == [
        (3, "63.00", "2.94")
    ] * 2
    assert marks_by_marker(scene.registrar).filter(marker=scene.agnes).count() == 1
    page = sign_in(Client(), scene.registrar).get("/registry/statistics/").content.decode()
    assert scene.agnes.full_name in page and ">63.0<" in page and ">2.9<" in page


@pytest.mark.both_engines
def test_one_mark_more_changes_no_figure(scene, scripts):
    """Shown at 2 and again at 3, a mean would tell the third mark."""
    limit(scene, 2)
    looks = []
    for script, mark in zip(scripts, (60, 62, 90), strict=True):
        scene.mark(script, mark, mark)
        rows = with_limits(list(marks_by_marker(scene.registrar)))
        looks.append([(row["n"], row["mean"], row["deviation"]) for row in rows])
    assert looks[0] == [(None, None, None)] * 2 and looks[1] == looks[2]
    assert [(n, str(mean)) for n, mean, _deviation in looks[2]] == [(2, "61.00")] * 2
    page = sign_in(Client(), scene.registrar).get("/registry/statistics/").content.decode()
    assert page.count("The first 2<") == 2 and "The first 3" not in page


def test_a_registrar_who_marks_in_a_cohort_reads_no_statistic_of_it(scene, scripts):
    scene.mark(scripts[0], 60, 60)
    assert not marks_by_marker(scene.agnes).exists()
    assert not small_groups(scene.author)
