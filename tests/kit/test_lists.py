"""A page of a list is read once, ends, and its address says what was chosen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.kit.lists import address, chosen, page_of, words_of
from lms.people.models import User

pytestmark = pytest.mark.django_db


def test_pages_lose_nobody_and_a_number_that_is_none_is_a_page():
    User.objects.bulk_create(
        [User(email=f"{n}@lists.example", first_name="A", last_name=f"B{n % 3}") for n in range(7)]
    )
    rows = User.objects.filter(email__endswith="@lists.example").order_by("sort_key", "pk")
    pages = [list(page_of(rows.all(), n, length=3)) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 1] and [
        p for page in pages for p in page
    ] == list(rows)
    for number, page in (
        (None, 1),
        ("", 1),
        ("x", 1),
        ("0", 3),
        ("-4", 3),
        ("99", 3),
        ("2", 2),
        ("9" * 5000, 1),
    ):
        assert page_of(rows, number, length=3).number == page, number
    with CaptureQueriesContext(connection) as asked:
        page = page_of(rows.all(), 2, length=3, count=7)
        assert len(list(page)) == len(list(page)) == 3 and page.paginator.num_pages == 3
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        assert not list(page_of(rows.all(), 2, length=3, count=0))
    assert len(asked) == 0


def test_an_address_says_what_was_chosen_and_only_that():
    assert (
        address(state="left", q="Ó & b", order="") == "state=left&q=%C3%93+%26+b&"
        and address(q="") == ""
    )
    assert chosen({"state": "left"}, state=["", "left"], order=["", "name"]) == {
        "state": "left",
        "order": "",
    }
    assert chosen({"state": "<b>"}, state=["", "left"]) == {"state": ""}
    assert words_of({"q": "\0 a\0b "}) == "ab" and len(words_of({"q": "x" * 500})) == 100
