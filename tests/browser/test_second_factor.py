"""A real registrar signs in: a password alone opens nothing, a code or a passkey does."""

import base64
import hashlib
import hmac
import struct
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from .visiting import follow, main

EMAIL, PASSWORD = "real.registrar@example.org", "nine wet horses under one bridge"
MADE = f"""
from lms.people.actions import admit, grant
from lms.people.models import Role
from lms.people.roles import Operator
by = Operator("test")
person = admit(by=by, email="{EMAIL}", first_name="Real", last_name="Registrar")
person.set_password("{PASSWORD}")
person.save()
grant(person, Role.REGISTRAR, by=by)
"""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def totp(secret, step):
    """RFC 6238 with its defaults, written here so that both sides do not share one mistake."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def step_with_time_left():
    """The half minute we are in, or the next one when there is no time left to type."""
    while time.time() % 30 > 24:
        time.sleep(0.2)
    return int(time.time() // 30)


@pytest.fixture(scope="module")
def registrar(home, site, manage):
    manage("shell", "-c", MADE)


def sign_in(page):
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))


def give(page, code):
    page.goto("/accounts/2fa/authenticate/")
    page.get_by_label("Code").fill(code)
    follow(page.get_by_role("button", name="Sign in", exact=True))


def sign_out(page):
    page.locator(".masthead__person summary").click()
    follow(page.get_by_role("button", name="Sign out"))
    expect(
        page.get_by_role("banner").get_by_role("link", name="Sign in")
    ).to_be_visible()  # what the browser kept is wiped first


def test_a_password_then_a_code_then_a_passkey(registrar, site, new_page):
    # A passkey belongs to a name, and an address of digits is none.
    page = new_page(base_url=site.replace("127.0.0.1", "localhost"))

    sign_in(page)
    page.goto("/registry/")
    assert urlsplit(page.url).path == "/accounts/2fa/", "a password alone opened the registry"
    assert "second proof" in main(page)

    follow(page.get_by_role("link", name="Set up an app"))
    secret = page.locator("#key-label .hash").inner_text().replace(" ", "")
    page.get_by_label("six figures").fill(totp(secret, step_with_time_left()))
    follow(page.get_by_role("button", name="Finish"))
    page.goto("/registry/")
    assert page.locator("h1").inner_text() == "Your tasks"

    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto("/accounts/2fa/")
    follow(page.get_by_role("link", name="Add a passkey"))
    assert page.locator("h1").inner_text() == "Is it still you?", (
        "a second way in was added without asking again"
    )
    assert not page.get_by_label("Password").count(), (
        "a factor is changed by a factor, not by the password"
    )
    page.get_by_label("Code").fill(
        totp(secret, step_with_time_left() - 1)
    )  # the step before: this one's signs in below
    follow(page.get_by_role("button", name="Go on"))
    page.get_by_label("A name for it").fill("My laptop")
    page.get_by_label("Let me sign in with this alone").check()
    follow(page.get_by_role("button", name="Add this device"))

    sign_out(page)
    page.goto("/accounts/login/")
    with page.expect_navigation(url=lambda url: "/accounts/" not in url):
        page.get_by_role("button", name="Sign in with a passkey").click()
    page.goto("/registry/")
    assert page.locator("h1").inner_text() == "Your tasks"

    sign_out(page)
    sign_in(page)
    assert urlsplit(page.url).path == "/accounts/2fa/authenticate/"
    page.goto("/registry/")
    assert "/accounts/" in page.url, "half a sign-in opened the registry"
    code = totp(secret, step_with_time_left())
    give(page, code)
    page.goto("/registry/")
    assert page.locator("h1").inner_text() == "Your tasks"

    sign_out(page)
    sign_in(page)
    give(page, code)
    assert urlsplit(page.url).path == "/accounts/2fa/authenticate/", (
        "a used code opened the door again"
    )
