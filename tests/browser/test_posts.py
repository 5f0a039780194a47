"""An officer enters a post and an employer confirms it and reports a leaver, with a keyboard's forms alone, on a telephone and on a desk."""

import os
import re

import pytest
from playwright.sync_api import expect

LOOK = os.environ.get("IMSA_LOOK", "")  # a folder for pictures


def look(page, name):
    if LOOK:
        page.screenshot(path=f"{LOOK}/{name}.png", full_page=True)


def settled(page, address):
    page.wait_for_url(address)
    page.wait_for_load_state()


@pytest.mark.parametrize("width", [390, 1440])
def test_a_post_is_entered_confirmed_and_ended(new_page, as_person, axe, width):
    hub = new_page(viewport={"width": width, "height": 900})
    as_person(hub, "hub")
    hub.goto("/hub/register/")
    hub.get_by_role("link", name="Enter one post").click()
    settled(hub, "**/hub/register/new/")
    hub.get_by_role("button", name="Check before you enter it").click()
    hub.wait_for_load_state()
    expect(hub.get_by_role("alert")).to_be_visible()
    axe(hub)
    look(hub, f"new-{width}")
    hub.get_by_label("The person’s email address").fill("sian.llewellyn@imsa.example")
    hub.get_by_label("Organisation", exact=True).fill("ORG-18")
    hub.get_by_label("Post", exact=True).fill(f"Night advocate {width}")
    hub.get_by_label("Wales").check()
    hub.get_by_label("First day of the post").fill("2026-01-05")
    hub.get_by_role("button", name="Check before you enter it").click()
    hub.wait_for_load_state()
    if hub.get_by_label("This is another post").count():
        hub.get_by_label("This is another post").check()
        hub.get_by_role("button", name="Check before you enter it").click()
        hub.wait_for_load_state()
    expect(hub.get_by_role("heading", name="Check before you enter the post")).to_be_visible()
    axe(hub)
    look(hub, f"check-{width}")
    hub.get_by_role("button", name="Enter the post").click()
    settled(hub, re.compile(r"/hub/register/ER-"))
    axe(hub)
    look(hub, f"entry-{width}")

    contact = new_page(viewport={"width": width, "height": 900})
    as_person(contact, "employer")
    contact.goto("/employer/")
    contact.get_by_role("link", name=re.compile("to confirm")).first.click()
    settled(contact, "**/employer/posts/**")
    axe(contact)
    look(contact, f"posts-{width}")
    card = (
        contact.get_by_role("group")
        .filter(has_text="To confirm")
        .filter(has_text=f"Night advocate {width}")
    )
    card.get_by_label("They have left or are leaving").check()
    card.get_by_label("Last day of the post").fill("2026-11-01")
    contact.get_by_role("button", name="Send your answers").click()
    contact.wait_for_load_state()
    expect(contact.get_by_text("no longer lets")).to_be_visible()
    axe(contact)
    look(contact, f"leaver-{width}")
    contact.get_by_role("button", name="Send your answers").click()
    settled(contact, "**/employer/posts/**")
    expect(contact.get_by_text("1 answer is recorded")).to_be_visible()
    hub.goto("/hub/posts/")
    axe(hub)
    look(hub, f"unanswered-{width}")
