"""What a contact answered is recorded or said to be not, whatever happened between opening the page and sending it; and nobody is asked for ever what they cannot answer."""

import re
from datetime import date, timedelta

import pytest

from cohorts.confirming import views
from cohorts.confirming.actions import ask_organisations, confirm_by_employer, report_leaver
from cohorts.confirming.models import PostReport, PostsRequest
from cohorts.confirming.queries import counts_due
from cohorts.employment import register
from cohorts.employment.actions import end_post, record_post
from cohorts.employment.entering import change_post
from cohorts.employment.models import EmploymentLine
from lms.kit import clock

from .test_confirming import (  # noqa: F401 - fixtures
    JULY,
    PAGE,
    TODAY,
    approved,
    at,
    contact,
    contact_of,
    on_a_day,
    sent,
    subjects,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def add_post(approved, person_with, by):  # noqa: F811
    def add(reference, person=None, starts_on=JULY, confirmed_on=None):
        person = person or person_with(email=f"{reference.lower()}@test.example")
        return record_post(
            reference,
            person,
            approved,
            "Advocate",
            ["england"],
            starts_on,
            None,
            "",
            confirmed_on,
            by=by,
            source="t",
        )

    return add


# ---- what was sent ----


@pytest.mark.both_engines
def test_an_answer_counts_though_its_post_is_on_another_page_by_now(
    post,
    contact,  # noqa: F811
    add_post,
    signed_in,
    monkeypatch,
):
    other = add_post("ER-2")
    monkeypatch.setattr(views, "ON_A_PAGE", 1)
    client = signed_in(contact)
    # What is on the first page now is not what was sent: the other one has come before it.
    first = re.search(r"post-(\d+)-number", client.get(PAGE).content.decode())[1]
    moved = other if int(first) == post.employment_id else post
    given = sent(moved.employment, "left", left_on="2025-11-28")
    assert "no longer lets" in client.post(PAGE, given).content.decode()
    client.post(PAGE, given | {"step": "do"})
    assert register.newest_lines().get(employment=moved.employment).ends_on == date(2025, 11, 28)


def test_an_answer_about_a_post_that_is_open_no_more_is_said_to_be_lost(
    post,
    contact,  # noqa: F811
    officer,
    signed_in,
    unchanged,
):
    end_post(post.employment, TODAY - timedelta(days=3), by=officer, reason="x")
    watch = unchanged()
    client = signed_in(contact)
    page = client.post(PAGE, sent(post.employment, "yes"), follow=True).content.decode()
    assert "1 answer is not recorded" in page and "Nothing was chosen" not in page
    given = sent(post.employment, "left", left_on="2025-11-28") | {"step": "do"}
    assert "is not recorded" not in client.post(PAGE, given, follow=True).content.decode()
    watch.check()


@pytest.mark.parametrize(
    ("answer", "more", "words"),
    [
        ("yes", {"text": "since May in Wales only"}, "Select what is so"),
        ("yes", {"left_on": "2025-11-28"}, "Select what is so"),
        ("left", {"left_on": "2025-11-28", "text": "or later"}, "selected that they have left"),
        ("different", {"text": "Wales", "left_on": "2025-11-28"}, "something is different"),
    ],
)
def test_what_was_typed_beside_another_answer_is_never_thrown_away(
    post,
    contact,  # noqa: F811
    signed_in,
    unchanged,
    answer,
    more,
    words,
):
    watch = unchanged()
    given = sent(post.employment, answer, **more) | {"step": "do"}
    page = signed_in(contact).post(PAGE, given).content.decode()
    assert "Please put this right" in page and words in page
    assert all(value in page for value in more.values())
    watch.check()


@pytest.mark.both_engines
def test_what_was_refused_can_be_sent_again_from_the_page_that_comes_back(
    post,
    contact,  # noqa: F811
    officer,
    add_post,
    signed_in,
):
    other = add_post("ER-2")
    change_post(post.employment, by=officer, reason="x", post="Other work")
    client = signed_in(contact)
    given = sent(post.employment, "different", text="Not so") | sent(other.employment, "yes")
    page = client.post(PAGE, given).content.decode()
    assert "1 answer is recorded" in page and "has changed since" in page and "Not so" in page
    numbers = dict(re.findall(r'name="(post-\d+-number)" value="(\d+)"', page))
    assert numbers == {
        f"post-{post.employment_id}-number": "2",
        f"post-{other.employment_id}-number": "2",
    }
    again = sent(post.employment, "different", 2, text="Not so") | sent(other.employment, "", 2)
    assert client.post(PAGE, again).status_code == 302
    assert PostReport.objects.get().text == "Not so" and EmploymentLine.objects.count() == 4


def test_the_check_page_says_why_the_hub_looks_at_a_last_day(
    post,
    contact,  # noqa: F811
    signed_in,
):
    report_leaver(post.employment, 1, date(2026, 1, 31), by=contact)
    given = sent(post.employment, "left", 2, left_on="2026-02-28")
    page = signed_in(contact).post(PAGE, given).content.decode()
    assert "another last day: 31 January 2026" in page and "was confirmed on" not in page


# ---- asking ----


@pytest.mark.both_engines
def test_the_post_of_an_only_contact_is_the_hubs_and_the_question_closes_without_it(
    post,
    contact,  # noqa: F811
    approved,  # noqa: F811
    add_post,
    by,
    officer,
    signed_in,
    person_with,
):
    own = add_post("ER-8", contact)
    ask_organisations(by=by)
    confirm_by_employer(post.employment, 1, by=contact)
    assert PostsRequest.objects.get().closed_on == TODAY
    page = signed_in(officer).get("/hub/posts/").content.decode()
    assert "Posts that the Hub confirms" in page and "/hub/register/ER-8/" in page
    ask_organisations(by=by)
    assert PostsRequest.objects.count() == 1
    contact_of(approved, person_with, by, "second@lanternby.example")
    assert counts_due([approved.pk], TODAY) == {approved.pk: 1}, "another contact can confirm it"
    page = signed_in(officer).get("/hub/posts/").content.decode()
    assert "Posts that the Hub confirms" not in page and own.employment_id


@pytest.mark.both_engines
def test_an_old_question_is_closed_and_asked_anew(post, contact, by, settings):  # noqa: F811
    ask_organisations(by=by)
    with at(TODAY + timedelta(days=settings.IMSA_POSTS_ASKED_DAYS)):
        for _ in range(2):
            ask_organisations(by=by)
        old, new = PostsRequest.objects.order_by("pk")
        assert old.closed_on == new.asked_on == clock.today() and new.closed_on is None
    assert subjects(contact).count("Are your posts still right?") == 2


def test_a_post_that_is_going_to_end_can_still_be_confirmed_on_its_page(
    post,
    officer,
    signed_in,
):
    end_post(post.employment, TODAY + timedelta(days=30), by=officer, reason="x")
    hub = signed_in(officer)
    confirm = "/hub/register/ER-1/confirm/"
    assert confirm in hub.get("/hub/register/ER-1/").content.decode()
    hub.post(confirm, {"confirm-on": TODAY.isoformat()})
    line = EmploymentLine.objects.order_by("number").last()
    assert (line.confirmed_on, line.ends_on) == (TODAY, TODAY + timedelta(days=30))
    with at(TODAY + timedelta(days=31)):
        assert confirm not in signed_in(officer).get("/hub/register/ER-1/").content.decode()
