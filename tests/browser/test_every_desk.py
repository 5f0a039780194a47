"""Every page that those who work here can reach is sound; a file of its own, so that it is walked beside test_every_page."""

import pytest

from .walking import look_at_every_page

PEOPLE = ["tutor", "registrar", "hub", "employer", "third"]


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page(person, new_page, as_person, axe, site, looked_at, known):
    look_at_every_page(person, new_page, as_person, axe, site, looked_at, known)


def test_everybody_of_the_demonstration_is_walked():
    from lms.people.demonstration import PEOPLE as ALL

    from .test_every_page import PEOPLE as OTHERS

    assert {p.key for p in ALL} - {*PEOPLE, *OTHERS} <= {"hub2"}, (
        "the second Hub officer sees what the first does"
    )
