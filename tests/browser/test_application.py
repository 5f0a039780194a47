"""An organisation applies without JavaScript and with it, from the home page to the reference; then an officer reads it."""

import re

import pytest

from .applying import fill_in, link_to_application, send_on
from .visiting import follow, main

ADDRESS = "anna@lanternby.example"


def look(page, axe):
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth") if page.scripts else 0
        assert wide <= width, f"{page.url} is {wide} wide at {width}"
    if page.scripts:
        axe(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_home_page_to_the_reference(scripts, new_page, manage, axe, pdf, as_person):
    page = new_page(java_script_enabled=scripts)
    page.scripts = scripts
    link = link_to_application(page, ADDRESS, manage, lambda: look(page, axe))
    page.goto(link)
    look(page, axe)
    follow(page.get_by_role("link", name="About your organisation"))
    send_on(page)
    assert "Please put this right" in main(page)
    look(page, axe)
    fill_in(page, pdf, lambda: look(page, axe))
    look(page, axe)
    if scripts:
        follow(page.get_by_role("link", name="Withdraw the application"))
        follow(page.get_by_role("button", name="Withdraw the application"))
        assert "You have withdrawn this application" in main(page)
        return
    desk = new_page()
    desk.scripts = True
    as_person(desk, "hub")
    for path in ("/hub/applications/", "/hub/applications/form/", "/hub/applications/form/1/"):
        desk.goto(path)
        look(desk, axe)
    desk.goto("/hub/applications/")
    follow(desk.get_by_role("link", name=re.compile("Lanternby Advocacy")))
    assert "Monthly." in main(desk)
    look(desk, axe)
    desk.goto("/hub/organisations/ORG-18/")
    assert "Who acts next" in main(desk)
    look(desk, axe)
