"""A marker gives marks out of a hundred, sees what they come to before they are final, and where to go next."""

import re

import pytest
from django.test import Client

from assessments.marking.actions.allocation import allocate, allocate_third
from assessments.marking.blind import script_for
from assessments.setting.actions.loading import keep_assessment
from lms.kit import clock

from .scene import CRITERIA, DAY, ESSAY, Scene, seal, sign_in


@pytest.fixture
def agnes(scene):
    return sign_in(Client(), scene.agnes)


@pytest.fixture
def script(scene):
    submission = scene.hand_in()
    scene.allocate(submission)
    return submission.script


def check(client, script, law, role, comment="Good."):
    marks = {"mark-law": law, "mark-role": role, "comment": comment}
    return client.post(
        f"/marking/{script}/", {**marks, "action": "check"}, follow=True
    ).content.decode()


def test_a_criterion_asks_for_a_mark_out_of_a_hundred_and_says_what_it_counts(agnes, script):
    page = agnes.get(f"/marking/{script}/").content.decode()
    assert "Law (60 of 100)" not in page
    assert re.search(r'<label class="field__label"[^>]*>Law</label>', page)
    assert (
        "A mark out of 100. It counts 60 %." in page
        and "A mark out of 100. It counts 40 %." in page
    )
    assert page.index("Right and dated.") < page.index("It counts 60 %.")
    assert 'data-weight="60"' in page and 'src="/static/js/marks.js"' in page


def test_a_criterion_is_words_and_no_markup(scene, agnes):
    odd = {
        **ESSAY,
        "code": "T1-ODD",
        "criterion": [{**CRITERIA[0], "description": "Less <b>than</b> &c."}, CRITERIA[1]],
    }
    work = keep_assessment(scene.one, odd, by=scene.registrar)
    submission = scene.hand_in(work)
    scene.allocate(submission)
    assert (
        "Less &lt;b&gt;than&lt;/b&gt; &amp;c."
        in agnes.get(f"/marking/{submission.script}/").content.decode()
    )


def test_each_fault_names_its_criterion(agnes, script):
    page = check(agnes, script, "101", "sixty")
    for title in ("Law", "Role"):
        assert page.count(f"Give a whole number from 0 to 100 for “{title}”.") == 2, (
            "once in the summary, once at the field"
        )
    assert "Give a mark for “Role”." in check(agnes, script, "60", "")


def test_the_check_shows_what_the_marks_come_to(agnes, script):
    page = check(agnes, script, "71", "61")
    assert "67 of 100" in page and "71 of 100" in page and "counts 60 %" in page
    assert "Did you mean" not in page


def test_shares_of_a_hundred_are_asked_about_before_they_are_sealed(scene, agnes, script):
    page = check(agnes, script, "45", "33")
    assert "Did you mean marks out of 100 each? These look like shares of 100." in page
    assert "As marks out of 100 they come to 40.2; added up they would be 78." in page
    assert not script_for(scene.agnes, script).is_sealed
    # Whoever meant it can still seal.
    marks = {"mark-law": "45", "mark-role": "33", "comment": "Good."}
    agnes.post(f"/marking/{script}/seal/", marks)
    assert float(script_for(scene.agnes, script).total) == 40.2


def test_marks_far_apart_say_that_a_third_marker_is_called(scene, script):
    tasks = {task.stage: task for task in scene.enrolment.submissions.get().allocations.all()}
    seal(tasks["first"], 52)
    tomasz = sign_in(Client(), scene.tomasz)
    marks = {"mark-law": "68", "mark-role": "68", "comment": "Good."}
    page = tomasz.post(f"/marking/{script}/seal/", marks, follow=True).content.decode()
    assert (
        "Your marks differ by more than the set distance, so a third marker reads this script."
        in page
    )
    assert "They are 16 apart; the set distance is 10." in page
    assert (
        "third marker" in sign_in(Client(), scene.agnes).get(f"/marking/{script}/").content.decode()
    )
    third = allocate_third(scene.enrolment.submissions.get(), scene.helen, by=scene.registrar)
    seal(third, 60)
    page = tomasz.get(f"/marking/{script}/").content.decode()
    assert "A third marker is called" not in page and "The middle one of 52, 60 and 68." in page


def test_marks_in_two_classes_say_so(scene, script):
    tasks = list(scene.enrolment.submissions.get().allocations.order_by("stage"))
    seal(tasks[0], 58), seal(tasks[1], 61)
    page = sign_in(Client(), scene.agnes).get(f"/marking/{script}/").content.decode()
    assert (
        "Your marks lie on either side of 60, where a class begins, so a third marker reads this script."
        in page
    )


def test_nothing_is_said_of_a_third_marker_before_both_have_sealed(scene, agnes, script):
    tasks = {task.stage: task for task in scene.enrolment.submissions.get().allocations.all()}
    seal(tasks["first"], 40)
    page = agnes.get(f"/marking/{script}/").content.decode()
    assert "waiting for the other marker" in page and "third marker" not in page


@pytest.mark.django_db
def test_the_next_script_is_the_one_that_is_due_first():
    with clock.at(DAY):
        scene = Scene()
        scripts = [scene.hand_in(enrolment=scene.another(n), seed=str(n)) for n in range(3)]
        for submission, weeks in zip(scripts, (3, 2, 1), strict=True):
            allocate(
                submission,
                scene.agnes,
                scene.tomasz,
                by=scene.registrar,
                due_on=DAY.replace(day=30 - weeks),
            )
        agnes = sign_in(Client(), scene.agnes)
        seal(scripts[1].allocations.get(stage="first"), 61)
        page = agnes.get(f"/marking/{scripts[1].script}/").content.decode()
        assert re.search(rf'href="/marking/{scripts[0].script}/">Next script</a>', page)
        for submission in (scripts[0], scripts[2]):
            seal(submission.allocations.get(stage="first"), 61)
        assert (
            "You have nothing else to mark."
            in agnes.get(f"/marking/{scripts[1].script}/").content.decode()
        )
