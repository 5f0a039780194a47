"""Every page that the public, those who learn and those who look on can reach is sound; those who work here: test_every_desk."""

import pytest

from .walking import look_at_every_page

PEOPLE = ["nobody", "trainee", "finished", "second", "examiner", "consultant"]


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page(person, new_page, as_person, axe, site, looked_at, known):
    look_at_every_page(person, new_page, as_person, axe, site, looked_at, known)


@pytest.mark.parametrize("path, status", [("/no-such-page/", 404), ("/hub/", 403)])
def test_a_closed_door_is_a_page_too(path, status, page, as_person, axe):
    as_person(page, "trainee")
    assert page.goto(path).status == status
    axe(page)
    assert page.locator("main a").count(), "a dead end"
