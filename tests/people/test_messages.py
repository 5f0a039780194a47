"""Messages have a page of their own, and the header of every page counts those that were not read, for nothing more asked of the database."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.kit.refusals import NotAllowed
from lms.people import inbox
from lms.people.actions import admit, tell
from lms.people.models import Notice
from lms.people.roles import Operator

pytestmark = pytest.mark.django_db
BY = Operator("tests")


@pytest.fixture
def una():
    return admit(by=BY, email="una@imsa.example", first_name="Una")


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def counted(client, address="/check/"):
    """The number in the header, or nothing."""
    page = client.get(address).content.decode()
    link = re.search(r'<a [^>]*href="/me/messages/".*?</a>', page, re.S)
    found = re.search(r"masthead__count[^>]*>(\d+)", link[0]) if link else None
    return int(found[1]) if found else None


@pytest.mark.both_engines
def test_the_header_counts_what_was_not_read_and_shows_no_nought(una):
    client = signed_in(una)
    assert counted(client) is None
    first = tell(una, "First", "Words.", "/study/")
    tell(una, "Second", "Words.")
    tell(admit(by=BY, email="eve@imsa.example", first_name="Eve"), "Hers", "Words.")
    assert counted(client) == 2
    client.post(f"/me/messages/{first.pk}/read/")
    assert counted(client) == 1
    assert "/me/messages/" not in Client().get("/check/").content.decode()


def test_it_is_counted_in_the_query_that_reads_the_person(una):
    client = signed_in(una)
    tell(una, "One", "Words.")
    client.get("/me/")
    with CaptureQueriesContext(connection) as asked:
        assert counted(client, "/me/") == 1
    about = [one["sql"] for one in asked if "people_notice" in one["sql"]]
    assert len(about) == 1 and '"people_user"."email"' in about[0]


def test_newest_first_in_pages_and_reading_the_page_marks_nothing(una):
    for n in range(23):
        tell(una, f"Subject {n:02}", "Words.")
    client = signed_in(una)
    page = client.get("/me/messages/").content.decode()
    shown = re.findall(r"Subject \d\d</h2>", page)
    assert len(shown) == 20 and shown[0].startswith("Subject 22")
    last = client.get("/me/messages/?page=2").content.decode()
    assert "Subject 00" in last and "Subject 22" not in last
    assert Notice.objects.filter(read_at=None).count() == 23
    with CaptureQueriesContext(connection) as asked:
        client.get("/me/messages/")
    assert len(asked) <= 15


def test_one_press_reads_one_and_opens_what_it_is_about(una):
    notice = tell(una, "Look", "Words.", "/study/")
    answer = signed_in(una).post(f"/me/messages/{notice.pk}/read/", {"then": "open"})
    assert answer["Location"] == "/study/"
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    inbox.mark_read(notice, by=una)
    notice.refresh_from_db()
    assert notice.read_at == first, "the first time stays"


@pytest.mark.both_engines
def test_all_are_read_but_what_came_after_the_page(una):
    client = signed_in(una)
    seen = tell(una, "Seen", "Words.")
    late = tell(una, "Late", "Words.")
    client.post("/me/messages/read/", {"newest": seen.pk, "page": "1"})
    assert list(Notice.objects.filter(read_at=None)) == [late]
    for odd in ("", "x", "-1", str(10**30)):
        assert client.post("/me/messages/read/", {"newest": odd}).status_code == 302
    assert list(Notice.objects.filter(read_at=None)) == [late]


def test_nobody_reads_for_somebody_else(una):
    eve = admit(by=BY, email="eve@imsa.example", first_name="Eve")
    notice = tell(una, "Only hers", "Words.")
    client = signed_in(eve)
    assert client.post(f"/me/messages/{notice.pk}/read/").status_code == 404
    assert "Only hers" not in client.get("/me/messages/").content.decode()
    client.post("/me/messages/read/", {"newest": notice.pk})
    for by in (eve, BY):
        with pytest.raises(NotAllowed):
            inbox.mark_read(notice, by=by)
        with pytest.raises(NotAllowed):
            inbox.mark_all_read(una, notice.pk, by=by)
    assert Notice.objects.get(pk=notice.pk).read_at is None
