"""A refusal says why in words people use, and leads to a page that can be opened."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from lms.kit import clock, middleware
from lms.kit.middleware import PlainRefusals
from lms.kit.refusals import Refused
from lms.people.models import Role
from lms.people.roles import in_words, may_act_as

from ..assessments.scene import DAY, Scene, sign_in


@pytest.fixture
def scene(db):
    with clock.at(DAY):
        yield Scene()


def way_back(answer):
    return re.search(r'class="button button--quiet" href="([^"]+)"', answer.content.decode()).group(
        1
    )


# ---- who may ----


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ([Role.REGISTRAR], "a registrar"),
        ([Role.HUB_OFFICER], "a Hub officer"),
        ([Role.EXTERNAL_EXAMINER], "an external examiner"),
        ([Role.HUB_OFFICER, Role.REGISTRAR], "a Hub officer or a registrar"),
        (
            [Role.AUTHOR, Role.TUTOR, Role.SURVIVOR_CONSULTANT],
            "a course author, a tutor or a survivor consultant",
        ),
    ],
)
def test_roles_are_listed_as_people_say_them(roles, words):
    assert in_words(roles) == words
    assert may_act_as(None, *roles).reason == f"Only {words} can do this."


def test_a_shut_door_says_whose_it_is(scene):
    page = sign_in(Client(), scene.author).get("/hub/").content.decode()
    assert "Only a Hub officer can do this." in page


# ---- the way back from a refusal ----


def refused(scene, **headers):
    """A file that was never looked at, in the place of one that is in."""
    scene.hand_in()
    form = {"is_anonymised": "on", "is_own": "on", "action": "hand_in", "fingerprint": "0" * 64}
    answer = sign_in(Client(), scene.author).post("/my-work/T1-ESSAY/", form, headers=headers)
    assert answer.status_code == 409
    return answer


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/my-work/T1-ESSAY/", "/my-work/T1-ESSAY/"),
        ("http://testserver/my-work/T1-ESSAY/check/?x=1", "/my-work/T1-ESSAY/check/?x=1"),
        ("", "/my-work/"),
        ("https://elsewhere.example/my-work/T1-ESSAY/", "/my-work/"),
        ("http://testserver//elsewhere.example/", "/my-work/"),
        ("http://testserver/no/such/page/", "/my-work/"),
        ("javascript:alert(1)", "/my-work/"),
    ],
)
def test_it_leads_to_the_page_one_came_from_or_to_the_section(scene, referer, back):
    assert way_back(refused(scene, referer=referer)) == back


def test_it_never_leads_to_an_address_that_only_takes_a_form(scene, rf):
    page = f"/registry/cohorts/{scene.cohort.code}/{scene.enrolment.pk}/"
    registrar = sign_in(Client(), scene.registrar)
    assert (
        registrar.get(f"{page}interrupt/").status_code == 405
        and registrar.get(page).status_code == 200
    )
    request = rf.post(f"{page}interrupt/")
    request.user = scene.registrar
    answer = PlainRefusals(lambda request: None).process_exception(request, Refused("Not now."))
    assert (
        answer.status_code == 409
        and "Not now." in answer.content.decode()
        and way_back(answer) == page
    )


# ---- an address that is asked in a way it does not take ----


def test_an_address_for_forms_has_a_page_of_ours(scene):
    registrar = sign_in(Client(), scene.registrar)
    answer = registrar.get(f"/registry/cohorts/{scene.cohort.code}/{scene.enrolment.pk}/interrupt/")
    page = answer.content.decode()
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert (
        "This address is not a page" in page
        and "Nothing has been changed." in page
        and page.count("<h1") == 1
    )
    assert registrar.get(way_back(answer)).status_code == 200


def test_a_page_to_read_takes_no_form(scene):
    answer = sign_in(Client(), scene.author).post("/my-work/", {})
    assert (
        answer.status_code == 405 and "Nothing can be sent to this page" in answer.content.decode()
    )


def test_a_program_that_asks_for_no_page_gets_none(scene):
    answer = sign_in(Client(), scene.author).post(
        "/my-work/", {}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 405 and answer.content == b""


def test_a_stranger_is_led_to_the_first_page(client, db, rf):
    request = rf.put("/nowhere/")
    request.user = AnonymousUser()
    assert middleware.way_back(request) == "/"
