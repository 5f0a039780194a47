"""Facts come from the rooms below by a fixed number of questions, and an employer sees only its own people."""

from datetime import timedelta

import pytest

from certificates.queries import facts_of, load_facts, people
from lms.kit import clock

from . import scene
from .scene import TODAY, WORK_IN

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [0, 1, 6])
def test_one_question_however_many_people(count, django_assert_num_queries):
    scene.programme()
    keys = [scene.ready("N", f"Name{n}", ("england", "scotland")).person_id for n in range(count)]
    load_facts(keys)  # the outline of the courses is kept
    with django_assert_num_queries(1):
        assert len(load_facts(keys).facts) == max(count, 1)


def test_the_facts_are_those_of_the_rooms_below():
    enrolment = scene.ready(nations=("england", "scotland"))
    facts = facts_of(enrolment)
    known = facts.enrolments[0]
    assert (facts.name, known.work_complete_on, known.award_on) == (
        "Siân Llewellyn",
        WORK_IN,
        scene.AWARDED,
    )
    assert known.nations == ("england", "scotland") and [
        u.title for u in known.units["scotland"]
    ] == ["Standing beside someone", "The law"]
    assert (
        facts.posts[0].name == "Harbour House"
        and facts.approvals[facts.posts[0].organisation][0][1] == "approved"
    )
    from assessments.taking.queries import all_work_in_on

    assert known.work_complete_on == all_work_in_on(enrolment)


def test_somebody_who_left_is_in_training_until_the_day_they_left():
    enrolment = scene.enrol(scene.person())
    type(enrolment).objects.filter(pk=enrolment.pk).update(state="left", left_on=TODAY)
    from certificates.accreditation.standing import standing_on

    facts = facts_of(enrolment)
    assert [standing_on(d, facts).code for d in (TODAY, TODAY + timedelta(days=1))] == [
        "in_training",
        "not_found",
    ]


def test_an_employer_sees_those_in_post_with_it_that_day(django_assert_num_queries):
    own, other = scene.organisation(), scene.organisation("MILL", "Mill House")
    here = scene.certified("A", "Here", where=own).enrolment
    scene.certified("B", "Elsewhere", where=other)
    gone = scene.certified("C", "Gone", where=own)
    scene.end(gone.register_line, TODAY + timedelta(days=5))
    with clock.at(TODAY + timedelta(days=10)), django_assert_num_queries(3):
        found = people(own)
    assert [s.person for s in found] == [here.person] and found[0].standing.code == "accredited"
    for n in range(4):
        scene.ready("D", f"More{n}", where=own)
    with clock.at(TODAY + timedelta(days=10)), django_assert_num_queries(3):
        assert len(people(own)) == 5
