"""Posts of which no day lies within an approval: kept, counted on no day, and listed to the Hub."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from cohorts.approvals.actions import decide_approval
from cohorts.employment.actions import record_post
from cohorts.employment.posts_outside_approval import lines_outside_approval
from lms.kit import clock

pytestmark = pytest.mark.django_db
JULY, TODAY = date(2025, 7, 8), date(2025, 12, 1)


@pytest.fixture(autouse=True)
def on_a_day():
    with clock.at(timezone.make_aware(datetime(TODAY.year, TODAY.month, TODAY.day, 12))):
        yield


def is_outside(starts_on, ends_on, approved):
    """A plain reading: was the organisation approved on any day of the post?"""
    last = ends_on or date(2027, 1, 1)
    days = [starts_on + timedelta(n) for n in range((last - starts_on).days + 1)]
    return not any(day in approved for day in days)


@pytest.mark.both_engines
def test_the_hub_is_shown_which_posts_no_approval_covers(
    organisation, other_organisation, trainee, officer, registrar, by, signed_in
):
    """A file may bring them, and an approval may be taken from all their days later: then they stay, and are listed."""
    decide_approval(organisation, "approved", JULY, "x", by=officer, until_day=date(2025, 9, 30))
    decide_approval(organisation, "approved", date(2025, 11, 1), "x", by=officer)
    approved = {JULY + timedelta(n) for n in range(85)}
    approved |= {date(2025, 11, 1) + timedelta(n) for n in range(500)}
    spans = [
        (date(2025, 6, 1), date(2025, 7, 7)),
        (date(2025, 6, 1), JULY),
        (date(2025, 9, 30), date(2025, 10, 5)),
        (date(2025, 10, 1), date(2025, 10, 31)),
        (date(2025, 10, 1), date(2025, 11, 1)),
        (date(2025, 10, 1), None),
        (date(2025, 5, 1), None),
    ]

    def post(n, where, first, last):
        return record_post(
            f"ER-{n}", trainee, where, f"Post {n}", ["england"], first, last, "", None,
            by=by, source="file",
        )  # fmt: skip

    wanted = set()
    for n, (first, last) in enumerate(spans):
        line = post(n, organisation, first, last)
        if is_outside(first, last, approved):
            wanted.add(line.pk)
    assert len(wanted) == 2
    wanted.add(post(90, other_organisation, date(2025, 9, 1), None).pk)  # never approved
    found = lines_outside_approval()
    assert {line.pk for line in found} == wanted and found.count() == 3
    page = signed_in(officer).get("/hub/posts/").content.decode()
    assert "/hub/posts/outside/" in page
    page = signed_in(officer).get("/hub/posts/outside/").content.decode()
    assert "Wexcombe" in page and "Post 3" in page and "Post 5" not in page
    assert signed_in(registrar).get("/hub/posts/outside/").status_code == 403
    decide_approval(other_organisation, "approved", date(2025, 8, 1), "late", by=officer)
    assert lines_outside_approval().count() == 2
