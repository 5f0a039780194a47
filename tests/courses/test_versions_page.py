"""Every version of a text, who read it before it was published, and what changed; names only for those who work on it."""

import pytest

from courses.actions import publish_version
from courses.rendering.units import RenderedUnit
from lms.people.models import Role

pytestmark = pytest.mark.django_db
ADDRESS = "/study/units/U1/all/versions/"


@pytest.fixture
def published(make_unit, operator, tutor, consultant):
    """Three versions; the last was read by a tutor and by a survivor consultant."""
    variant = make_unit("U1").variants.get()
    publish_version(variant, RenderedUnit(title="Two", html="<p>Second words.</p>"), by=operator)
    read = [
        {
            "task": "Academic review",
            "by": tutor.pk,
            "on": "2026-11-03T10:00:00+00:00",
            "why": "Clear now.",
        },
        {
            "task": "Lived-experience review",
            "by": consultant.pk,
            "on": "2026-11-04T10:00:00+00:00",
            "why": "Kinder.",
        },
    ]
    publish_version(
        variant, RenderedUnit(title="Three", html="<p>Third words.</p>"), by=operator, reviews=read
    )
    return variant


def test_authors_and_tutors_see_who_read_it_and_why(published, enter, author, tutor, consultant):
    for person in (author, tutor):
        page = enter(person).get(ADDRESS).content.decode()
        assert (
            "Academic review" in page
            and tutor.full_name in page
            and consultant.full_name in page
            and "Kinder." in page
        )
        assert page.count("No review is on file.") == 2


def test_nobody_else_learns_who_the_consultant_is(published, enter, consultant, make_person):
    version = published.versions.get(number=3)
    for role in (
        Role.SURVIVOR_CONSULTANT,
        Role.EXTERNAL_EXAMINER,
        Role.REGISTRAR,
        Role.HUB_OFFICER,
    ):
        person = make_person(f"P{role}", role)
        for address in (ADDRESS, f"/study/versions/{version.pk}/"):
            page = enter(person).get(address).content.decode()
            assert (
                "Lived-experience review" in page
                and consultant.full_name not in page
                and "Kinder." not in page
            )


def test_a_trainee_who_may_read_the_version_sees_no_name(
    published, enter, plan, trainee, consultant, tutor
):
    page = (
        enter(trainee)
        .get(f"/study/versions/{published.versions.get(number=3).pk}/")
        .content.decode()
    )
    assert (
        "Lived-experience review on" in page
        and consultant.full_name not in page
        and tutor.full_name not in page
    )
    assert enter(trainee).get(ADDRESS).status_code == 403


def test_any_two_versions_are_compared(published, enter, author):
    one, three = published.versions.get(number=1), published.versions.get(number=3)
    inside = enter(author)
    assert (
        inside.get(ADDRESS, {"from": "1", "to": "3"})["Location"]
        == f"/study/versions/{one.pk}/compare/{three.pk}/"
    )
    for odd in ({"from": "x", "to": "3"}, {"from": "9", "to": "1"}, {"from": "1"}):
        assert inside.get(ADDRESS, odd).status_code == 200


def test_a_number_no_row_can_have_is_not_found(enter, author, trainee):
    for address in (
        "/study/versions/99999999999999999999999/",
        "/study/top-ups/99999999999999999999999/",
        "/law/changes/99999999999999999999999/",
    ):
        assert enter(author).get(address).status_code == 404
