"""Lists end: fifty lines a page from the database, with counts that stay true while one searches."""
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts import actions
from cohorts.models import Approval, Organisation
from cohorts.queries import organisations_on, with_approval
from cohorts.register import approval_on, approvals_of
from cohorts.states import ApprovalDeed
from lms.kit import clock

DAY = date(2026, 3, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def many():
    Organisation.objects.bulk_create([Organisation(code=f"M-{n:04}", name=f"Harbour {n:04}", nations=["wales"], sector="Housing") for n in range(120)])
    approved = Organisation.objects.filter(code__lt="M-0060")
    Approval.objects.bulk_create([Approval(organisation=o, deed="approved", from_day=DAY, decided_by="test") for o in approved])
    return Organisation.objects.all()


def test_each_organisation_stands_on_one_page_and_the_counts_are_of_all(many, officer, signed_in):
    client = signed_in(officer)
    with clock.at(DAY):
        pages = [client.get(f"/hub/organisations/?page={n}") for n in (1, 2, 3)]
        approved = client.get("/hub/organisations/?approval=approved&q=harbour")
    shown = [line["organisation"].code for page in pages for line in page.context["lines"]]
    assert shown == sorted(shown) and len(shown) == len(set(shown)) == 120 and len(pages[0].context["lines"]) == 50
    assert {t["label"]: t["count"] for t in pages[0].context["tally"]} == {"Not approved yet": 60, "Approved": 60}
    text = approved.content.decode()
    assert "Page 1 of 2" in text and "approval=approved&amp;q=harbour&amp;page=2" in text and "Not approved yet: 60" in text


def test_a_search_takes_every_word_in_name_code_or_sector(many, officer, signed_in):
    client = signed_in(officer)
    found = client.get("/hub/organisations/", {"q": "housing m-0007"}).context["lines"]
    assert [line["organisation"].code for line in found] == ["M-0007"]
    nothing = client.get("/hub/organisations/", {"q": "nobody at all"}).content.decode()
    assert "No organisation fits" in nothing and 'value="nobody at all"' in nothing


LINES = st.lists(st.tuples(st.integers(-3, 3), st.sampled_from(list(ApprovalDeed))), max_size=4)


@pytest.mark.both_engines
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, st.integers(-3, 3))
def test_the_list_says_what_the_register_says_on_any_day(organisation, lines, offset):
    """Decisions may be recorded late and for days to come; the list finds them in the database, the register folds them."""
    Approval.objects.filter(organisation=organisation).delete()
    for start, deed in lines:
        Approval.objects.create(organisation=organisation, deed=deed, from_day=DAY + timedelta(days=start), decided_by="test")
    day = DAY + timedelta(days=offset)
    in_force = approval_on(approvals_of([organisation.pk])[organisation.pk], day)
    assert organisations_on(day).get(pk=organisation.pk).approval_now == (in_force[1] if in_force else "")


def test_people_are_counted_once_and_only_with_a_post_on_the_day(organisation, person_with, by):
    today, one, other = clock.today(), person_with(email="one@org.example"), person_with(email="other@org.example")
    for reference, person, days in (("R-1", one, -30), ("R-2", one, -9), ("R-3", other, 30)):
        actions.record_post(
            reference, person, organisation, "Advocate", ["england"], today + timedelta(days=days), None, "m@org.example", None, by=by, source="test",
        )
    assert [line["people"] for line in with_approval([organisation], today)] == [1]
