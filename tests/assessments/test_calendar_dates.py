"""Due dates in somebody's calendar: their own, under a key that stays, and nothing while they are away."""

from datetime import timedelta

import pytest

from assessments.setting.queries import default_rules
from assessments.setting.working_days import working_day_of
from assessments.trainee.today import due_dates_of
from cohorts.enrolment.actions import interrupt, leave
from courses.actions.closures import record_closure
from courses.actions.feeds import make_feed
from courses.queries.feeds import entries_of
from lms.kit import clock

from .scene import DAY, DUE

pytestmark = pytest.mark.django_db


def test_a_calendar_has_ones_own_due_dates_which_follow_the_sitting(scene):
    scene.due(scene.essay)
    (line,) = due_dates_of(scene.author)
    assert line == (f"due-{scene.essay.pk}-{scene.enrolment.pk}", DUE, scene.essay.title)
    scene.due(scene.essay, DUE + timedelta(days=7))
    (moved,) = due_dates_of(scene.author)
    assert moved[0] == line[0] and moved[1] == DUE + timedelta(days=7)
    feed, _secret = make_feed(by=scene.author)
    (entry,) = entries_of(feed)
    assert entry.neutral == "IMSA programme: due date" and "one year" in entry.title
    assert due_dates_of(scene.agnes) == []


@pytest.mark.parametrize("do", [interrupt, leave])
def test_nothing_is_due_while_somebody_is_away_or_has_left(scene, do):
    scene.due(scene.essay)
    do(scene.enrolment, by=scene.registrar)
    assert due_dates_of(scene.author) == []


def test_a_closure_of_a_nation_that_the_cohort_studies_puts_marking_off(
    scene, django_assert_num_queries
):
    rules = default_rules()
    before = working_day_of(scene.cohort.pk, rules, 3)
    first = DAY + timedelta(days=1)
    record_closure(
        by=scene.registrar, title="Fair", starts_on=first, ends_on=before, codes=["wales"]
    )
    assert working_day_of(scene.cohort.pk, rules, 3) == before, "nobody studies Wales"
    record_closure(
        by=scene.registrar, title="Flood", starts_on=first, ends_on=before, codes=["scotland"]
    )
    with django_assert_num_queries(2):
        assert working_day_of(scene.cohort.pk, rules, 3) > before
    assert clock.today() == DAY
