"""What an author sets to be published or taken down at a moment really is, once, after its reviews and not without them."""

from datetime import timedelta

import pytest
from wagtail.models import Page, Revision
from wagtail.test.utils.form_data import rich_text

from courses.actions import keep_schedule
from courses.models import UnitPage, UnitVersion
from lms.kit import clock
from lms.kit.refusals import NotAllowed
from lms.people.actions import end_grants
from lms.people.models import Notice, Role
from lms.people.roles import Operator
from lms.record.models import Entry

from .editing import address, form_for, published_page
from .test_reviews import READING, decide, state_of

pytestmark = pytest.mark.django_db
BY = Operator("work")
NOTHING = {"published": 0, "taken_down": 0, "refused": 0}


@pytest.fixture
def page(module, provision, operator, author, tutor, consultant):
    return published_page(module, provision, operator)


@pytest.fixture
def scheduled(enter, author, tutor, consultant, page):
    """A new text with a day to go live, submitted and approved by both."""
    later = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    data = form_for(
        page, ("text", rich_text("<p>From tomorrow.</p>")), READING, **{"action-submit": "1"}
    )
    assert (
        enter(author).post(address(page), data | {"go_live_at": later}, follow=True).status_code
        == 200
    )
    decide(enter(tutor), page, "approve")
    decide(enter(consultant), page, "approve")
    assert state_of(page).status == "approved" and UnitVersion.objects.count() == 1
    return Revision.objects.get(approved_go_live_at__isnull=False)


def days_pass(revision):
    """Wagtail asks the real time, so the day set is moved and not the clock."""
    past = clock.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save(update_fields=["content", "approved_go_live_at"])


def nothing_is_published(page):
    return UnitVersion.objects.count() == 1 and "From tomorrow" not in str(
        UnitPage.objects.get(pk=page.pk).body
    )


def test_it_goes_live_on_its_day_once_with_its_reviews(scheduled, page, author, tutor, consultant):
    assert "it will be published on" in Notice.objects.filter(person=author).latest("pk").body
    assert keep_schedule(by=BY) == NOTHING and nothing_is_published(page)
    days_pass(scheduled)
    assert keep_schedule(by=BY) == {**NOTHING, "published": 1} and keep_schedule(by=BY) == NOTHING
    version = UnitVersion.objects.get(number=2)
    assert (
        "From tomorrow" in version.html
        and version.published_by == author
        and version.revision == scheduled.pk
    )
    assert [r["by"] for r in version.reviews] == [tutor.pk, consultant.pk]
    assert "From tomorrow" in str(UnitPage.objects.get(pk=page.pk).body)
    assert Entry.objects.filter(action="courses.publish_as_scheduled").count() == 1


def test_a_schedule_does_not_get_past_the_reviews(page, author):
    draft = UnitPage.objects.get(pk=page.pk)
    draft.body = [("text", "<p>From tomorrow, unread.</p>")]
    revision = draft.save_revision(user=author)
    days_pass(revision)
    assert keep_schedule(by=BY) == {**NOTHING, "refused": 1} and keep_schedule(by=BY) == NOTHING
    assert (
        nothing_is_published(page)
        and not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    )
    told = Notice.objects.filter(person=author).latest("pk")
    assert "was not published" in told.subject and "two reviewers" in told.body
    assert Entry.objects.get(action="courses.unschedule").reason


def test_what_was_changed_after_its_reviews_is_not_what_goes_live(scheduled, page, author):
    draft = UnitPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    draft.body = [("text", "<p>Slipped in.</p>")]
    draft.save_revision(user=author)
    days_pass(scheduled)
    assert keep_schedule(by=BY)["published"] == 1
    assert "Slipped in" not in UnitVersion.objects.get(number=2).html


def test_an_author_who_has_left_publishes_nothing(scheduled, page, author, operator):
    end_grants(author, Role.AUTHOR, by=operator, on=clock.today() - timedelta(days=1))
    days_pass(scheduled)
    assert keep_schedule(by=BY) == {**NOTHING, "refused": 1} and nothing_is_published(page)


def test_a_page_that_is_no_longer_sound_stays_a_draft(scheduled, page, monkeypatch):
    from courses.actions import scheduling
    from courses.authoring.validation import Fault, Unsound

    def unsound(draft):
        raise Unsound(draft, [Fault("The law", "It was repealed.")])

    monkeypatch.setattr(scheduling, "insist_sound", unsound)
    days_pass(scheduled)
    assert keep_schedule(by=BY) == {**NOTHING, "refused": 1} and nothing_is_published(page)
    assert "It was repealed" in Notice.objects.latest("pk").body


def test_a_page_that_expires_is_withdrawn_as_by_hand(page):
    Page.objects.filter(pk=page.pk).update(expire_at=clock.now() + timedelta(hours=1))
    assert keep_schedule(by=BY) == NOTHING and UnitPage.objects.get(pk=page.pk).live
    Page.objects.filter(pk=page.pk).update(expire_at=clock.now() - timedelta(minutes=1))
    assert keep_schedule(by=BY) == {**NOTHING, "taken_down": 1} and keep_schedule(by=BY) == NOTHING
    kept = UnitPage.objects.get(pk=page.pk)
    assert (
        not kept.live
        and kept.expired
        and kept.variant.withdrawn_at
        and Entry.objects.filter(action="courses.withdraw").count() == 1
    )


def test_one_page_that_fails_stops_no_other(scheduled, page, monkeypatch):
    from courses.actions import scheduling

    Page.objects.filter(pk=page.pk).update(expire_at=clock.now() - timedelta(minutes=1))
    monkeypatch.setattr(scheduling, "take_down", lambda pk, by: 1 / 0)
    days_pass(scheduled)
    assert keep_schedule(by=BY)["published"] == 1


def test_only_authors_and_the_worker_keep_the_schedule(scheduled, page, tutor):
    days_pass(scheduled)
    with pytest.raises(NotAllowed):
        keep_schedule(by=tutor)
    assert nothing_is_published(page)
