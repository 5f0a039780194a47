"""The front page is what strangers open first: it asks the database little, and is never older than what was published."""

import pytest
from wagtail.models import PageViewRestriction, Site

from lms.pages.actions import lay_pages
from lms.pages.models import HomePage
from lms.people.roles import Operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return lay_pages(by=Operator("test"))


def test_a_stranger_costs_four_statements(client, home, django_assert_num_queries):
    client.get("/")
    with django_assert_num_queries(4):
        assert "/check/" in client.get("/").content.decode()


def test_what_is_published_shows_at_once(client, home):
    client.get("/")
    home.title = "Asked and answered"
    home.save_revision().publish()
    assert "Asked and answered" in client.get("/").content.decode()


def test_a_page_behind_a_password_stays_behind_it(client, home):
    PageViewRestriction.objects.create(page=home, restriction_type="login")
    answer = client.get("/")
    assert answer.status_code == 302 and "/login/" in answer["Location"]


def test_a_page_taken_down_is_not_shown(client, home):
    HomePage.objects.get(pk=home.pk).unpublish()
    assert client.get("/").status_code == 404
    Site.objects.all().delete()
    assert client.get("/").status_code == 404
