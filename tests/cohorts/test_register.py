"""The register answers what was true on a day, whatever became of the post later."""

from datetime import date, timedelta

import pytest

from cohorts.approvals.actions import decide_approval
from cohorts.employment import register
from cohorts.employment.actions import end_post, record_post
from cohorts.organisations.queries import approvals_of, approved_on

pytestmark = pytest.mark.django_db
LAST = date(2025, 11, 30)


def test_a_post_that_ended_still_answers_for_its_days(post, trainee, by):
    end_post(post.employment, LAST, by=by, reason="left")
    for day, is_employed in (
        (date(2025, 8, 31), False),
        (date(2025, 9, 1), True),
        (LAST, True),
        (LAST + timedelta(days=1), False),
        (date(2026, 5, 1), False),
    ):
        assert bool(register.employment_on(trainee, day)) is is_employed, day
    [found] = register.posts_of(trainee.pk)
    assert (found.line_number, found.ends_on, found.organisation_code, found.nations) == (
        2,
        LAST,
        "ORG-01",
        ("scotland",),
    )


def test_two_part_time_posts_stand_side_by_side(post, trainee, other_organisation, by):
    record_post(
        "ER-2",
        trainee,
        other_organisation,
        "Adviser",
        ["wales"],
        date(2025, 10, 1),
        None,
        "",
        None,
        by=by,
        source="t",
    )
    assert [p.reference for p in register.employment_on(trainee, date(2025, 11, 1)).posts] == [
        "ER-1",
        "ER-2",
    ]
    assert [p.reference for p in register.employment_on(trainee.pk, date(2025, 9, 15)).posts] == [
        "ER-1"
    ]


def test_people_of_an_organisation_on_a_day(post, trainee, organisation, other_organisation, by):
    end_post(post.employment, LAST, by=by, reason="left")
    assert register.people_of(organisation, LAST) == [trainee]
    assert register.people_of(organisation, LAST + timedelta(days=1)) == []
    assert register.people_of(other_organisation, LAST) == []


def test_approval_is_what_the_last_decision_that_has_begun_says(
    organisation, other_organisation, by
):
    for action, day in (
        ("approved", date(2025, 7, 8)),
        ("suspended", date(2025, 12, 1)),
        ("approved", date(2025, 12, 8)),
        ("ended", date(2026, 3, 1)),
    ):
        decide_approval(organisation, action, day, "because", by=by)
    lines = approvals_of([organisation.pk, other_organisation.pk])
    for day, is_approved in (
        (date(2025, 7, 7), False),
        (date(2025, 7, 8), True),
        (date(2025, 11, 30), True),
        (date(2025, 12, 1), False),
        (date(2025, 12, 8), True),
        (date(2026, 2, 28), True),
        (date(2026, 3, 1), False),
    ):
        assert approved_on(lines[organisation.pk], day) is is_approved, day
    assert lines[other_organisation.pk] == [] and not approved_on([], LAST)


def test_two_decisions_of_one_day_leave_the_later_one(organisation, by):
    for action in ("approved", "suspended", "approved"):
        decide_approval(organisation, action, LAST, "because", by=by)
        lines = approvals_of([organisation.pk])[organisation.pk]
        assert approved_on(lines, LAST) is (action == "approved")


def test_the_line_manager_is_known_while_the_post_lasts(post, trainee, person_with, by):
    boss = person_with(email="BOSS@lanternby.example")
    assert register.is_line_manager_of(boss, trainee, LAST)
    end_post(post.employment, LAST, by=by, reason="left")
    assert not register.is_line_manager_of(boss, trainee, LAST + timedelta(days=1))
    assert not register.is_line_manager_of(trainee, trainee, LAST)


def test_a_line_manager_is_known_however_the_address_was_written(
    trainee, organisation, person_with, by
):
    """Read otherwise, they would be given their own trainee's script."""
    boss = person_with(email="boss@lanternby.example")
    record_post(
        "ER-9",
        trainee,
        organisation,
        "P",
        ["wales"],
        date(2025, 9, 1),
        None,
        "BOSS@Lanternby.Example",
        None,
        by=by,
        source="t",
    )
    assert register.is_line_manager_of(boss, trainee, LAST)
    type(boss).objects.filter(pk=boss.pk).update(email="Boss@LANTERNBY.example")
    boss.refresh_from_db()
    assert register.is_line_manager_of(boss, trainee, LAST)


def test_many_people_cost_one_query(
    post, trainee, person_with, by, organisation, django_assert_num_queries
):
    people = [trainee, *(person_with(email=f"p{n}@test.example") for n in range(9))]
    for n, person in enumerate(people[1:6]):
        record_post(
            f"P-{n}",
            person,
            organisation,
            "P",
            ["wales"],
            date(2025, 9, 1),
            None,
            "",
            None,
            by=by,
            source="t",
        )
    with django_assert_num_queries(1):
        found = register.posts_of_many([p.pk for p in people])
    assert [len(posts) for posts in found.values()] == [1] * 6 + [0] * 4
