"""How somebody reads is theirs to choose, follows them to every page, and costs no question to the database."""

import re

import pytest

from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import admit, set_reading
from lms.people.models import User
from lms.people.roles import Operator
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
BY = Operator("tests")


@pytest.fixture
def reader():
    return admit(by=BY, email="reader@imsa.example", first_name="Rea")


def test_a_choice_is_kept_and_the_standard_is_not(reader):
    entries = Entry.objects.count()
    set_reading(reader, by=reader, size="largest", theme="dark", motion="standard")
    set_reading(reader, by=reader, size="largest", spacing="wide")
    assert User.objects.get().reading == {"size": "largest", "theme": "dark", "spacing": "wide"}
    set_reading(reader, by=reader, size="standard", theme="standard", spacing="standard")
    assert User.objects.get().reading == {}
    assert Entry.objects.count() == entries, "how someone reads may tell of a disability"


@pytest.mark.parametrize(
    "choice",
    [
        {"size": "enormous"},
        {"colour": "red"},
        {"size": ""},
        {"size": None},
        {"theme": 'dark" onload="x'},
        {"is_staff": "true"},
    ],
)
def test_what_is_not_offered_is_not_kept(reader, choice):
    set_reading(reader, by=reader, spacing="wide")
    with pytest.raises(Refused):
        set_reading(
            reader, by=reader, theme="dark", **{k: v for k, v in choice.items() if k != "theme"}
        ) if "theme" not in choice else set_reading(reader, by=reader, **choice)
    assert User.objects.get().reading == {"spacing": "wide"}


def test_nobody_chooses_for_somebody_else(reader):
    other = admit(by=BY, email="other@imsa.example", first_name="Oth")
    for by in (other, BY):
        with pytest.raises(NotAllowed):
            set_reading(reader, by=by, size="larger")
    assert User.objects.get(pk=reader.pk).reading == {}


def html_tag(response):
    return re.search(r"<html[^>]*>", response.content.decode())[0]


def test_every_page_follows_and_the_stylesheet_comes_only_then(
    client, reader, django_assert_num_queries
):
    client.force_login(reader)
    before = client.get("/me/")
    assert html_tag(before) == '<html lang="en-GB">' and "study.css" not in before.content.decode()
    answer = client.post(
        "/me/reading/",
        {
            "size": "larger",
            "spacing": "wide",
            "typeface": "system",
            "theme": "light",
            "motion": "less",
        },
    )
    assert answer.status_code == 302
    for address in ("/me/", "/check/", "/me/reading/"):
        page = client.get(address)
        assert html_tag(page) == (
            '<html lang="en-GB" data-size="larger" data-spacing="wide" data-typeface="system" data-theme="light" data-motion="less">'
        )
        assert "css/study.css" in page.content.decode()
    assert client.get("/me/reading/").content.decode().count(" checked") == 6
    client.logout()
    assert html_tag(client.get("/check/")) == '<html lang="en-GB">'


def test_it_asks_the_database_nothing_more(client, reader, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(reader)
    client.get("/me/")
    with CaptureQueriesContext(
        connection,
    ) as without:
        client.get("/me/")
    set_reading(reader, by=reader, size="larger", theme="dark")
    with django_assert_num_queries(len(without)):
        client.get("/me/")


def test_odd_data_in_the_row_breaks_no_page(client, reader):
    for odd in ({"size": '"><script>alert(1)</script>'}, {"size": 3}, {"made-up": "x"}, [], "text"):
        User.objects.filter(pk=reader.pk).update(reading=odd)
        client.force_login(User.objects.get(pk=reader.pk))
        page = client.get("/me/reading/")
        assert page.status_code == 200 and html_tag(page) == '<html lang="en-GB">'


def test_a_choice_that_is_not_there_is_refused_on_the_page_too(client, reader):
    client.force_login(reader)
    assert client.post("/me/reading/", {"size": "enormous"}).status_code == 409
    assert User.objects.get().reading == {}


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get("/me/reading/").url.startswith("/accounts/login/")
