"""Every way out empties the browser, and nothing shown to somebody signed in is kept by it."""

import pytest
from django.test import Client

from lms.people.models import Role, RoleGrant, User

pytestmark = pytest.mark.django_db


def author():
    who = User.objects.create_user(
        "helen@example.org",
        first_name="Helen",
        last_name="Author",
        password="a-long-pass-9876",
        is_superuser=True,
    )
    RoleGrant.objects.create(
        person=who, role=Role.AUTHOR, starts_on="2025-01-01", granted_by="test"
    )
    client = Client()
    client.force_login(who)
    session = client.session
    session["demonstration_sign_in"] = True
    session.save()
    return client


@pytest.mark.parametrize("way", ["/accounts/logout/", "/admin/logout/"])
def test_each_way_out_empties_the_browser_and_only_a_way_out(way):
    client = author()
    assert "Clear-Site-Data" not in client.get("/today/")
    out = client.post(way)
    assert (
        out.status_code == 302
        and out["Clear-Site-Data"] == '"cache", "storage"'
        and "no-store" in out["Cache-Control"]
    )
    assert "Clear-Site-Data" not in client.post(way), "who is out already keeps what they have"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/today/",
        "/me/",
        "/nowhere/",
        "/accounts/2fa/",
        "/documents/1/x.pdf",
        "/admin/",
        "/admin/reports/site-history/",
    ],
)
def test_what_was_shown_is_not_kept_whatever_room_answers(address):
    kept = author().get(address)["Cache-Control"]
    assert "no-store" in kept and "private" in kept and "public" not in kept
