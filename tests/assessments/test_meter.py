"""Where a group is so small that a number hides nobody, pages say so, and a statistic of it is not shown."""

from dataclasses import replace

import pytest
from django.test import Client

from assessments.attempts.models import Attempt
from assessments.marking.meter import marks_by_marker, small_groups, telling_groups, with_limits
from assessments.setting import judging
from assessments.setting.actions.versions import edit_version, start_version
from assessments.setting.forms.versions import VersionForm
from assessments.setting.models import AssessmentVersion
from assessments.setting.queries import default_rules
from assessments.setting.rule_sets import RuleSet
from lms.kit import clock

from .scene import in_days, sign_in

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


def test_what_tells_an_author_is_said_in_plain_words_and_never_of_which_script(scene, scripts):
    limit(scene, 2)  # three scripts are no small group
    assert small_groups(scene.registrar) == telling_groups(scene.registrar) == []
    scene.due(scene.essay)
    with clock.at(in_days(2)):
        late = scene.hand_in(seed="late")  # the one who studies Scotland, and the one that is late
    Attempt.objects.filter(pk=scripts[0].attempt_id).update(kind=Attempt.RESIT)
    (group,) = telling_groups(scene.registrar)
    assert group.code == "T1-ESSAY" and group.count == 4
    assert group.reasons == (
        "only one author studies each of: Scotland",
        "one script alone is of a second or deferred attempt",
        "one script alone was handed in late",
    )
    office = sign_in(Client(), scene.registrar)
    page = office.get("/registry/allocation/share/").content.decode()
    assert "4 scripts are in; only one author studies each of: Scotland; one script" in page
    assert "Quuxington" not in page and f"{late.script} was" not in page
    AssessmentVersion.objects.update(chooses_subject=True)
    assert telling_groups(scene.registrar)[0].reasons[0].startswith("each author chooses")
    for script in scripts:
        scene.mark(script, 41, 45)
    page = office.get("/registry/statistics/").content.decode()
    assert page.count("authors chose their subjects") == 2 and ">41.0<" not in page


def test_a_draft_says_that_authors_choose_and_the_next_version_keeps_it(scene):
    (version,) = scene.essay.versions.all()
    draft = start_version(version, by=scene.registrar)
    assert not draft.chooses_subject
    edit_version(draft, chooses_subject=True, by=scene.registrar)
    client = sign_in(Client(), scene.registrar)
    page = client.get(f"/registry/assessments/T1-ESSAY/{draft.number}/").content.decode()
    assert "Each author chooses a subject of their own" in page
    form = VersionForm(version=AssessmentVersion.objects.get(pk=draft.pk))
    assert form["chooses_subject"].value() is True
