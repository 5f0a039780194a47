"""An evening with its code on the screen: the tutor arranges and shows it, a trainee enters it, and the screen follows by itself."""

import os
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from .visiting import follow, main

NOW = "%Y-%m-%dT%H:%M"
SHOTS = os.environ.get("IMSA_SHOTS", "")  # a folder to look at afterwards


def look(page, name, axe):
    axe(page)
    for width in (390, 1440) if SHOTS else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def tutor(new_page, as_person):
    return as_person(new_page(), "tutor")


@pytest.fixture
def trainee(new_page, as_person):
    return as_person(new_page(), "trainee")


def arrange(page):
    """A session that begins now; the code's page of it."""
    page.goto("/teaching/sessions/new/")
    page.get_by_label("Cohort").select_option("IMSA-2026-09")
    page.get_by_label("Unit", exact=True).select_option(index=1)
    page.get_by_label("When").fill(datetime.now(ZoneInfo("Europe/London")).strftime(NOW))
    page.get_by_label("On campus", exact=True).check()
    page.get_by_label("Where").fill("Room 1")
    follow(page.get_by_role("button", name="Arrange the session"))
    return page


def test_a_code_is_shown_entered_and_followed(tutor, trainee, axe):
    arrange(tutor)
    look(tutor, "session", axe)
    follow(tutor.get_by_role("link", name="Show the attendance code"))
    look(tutor, "code", axe)
    assert re.search(r"0 of \d+ recorded", main(tutor))
    tutor.clock.install()
    tutor.reload()

    trainee.goto("/study/sessions/")
    look(trainee, "own-sessions", axe)
    follow(trainee.get_by_role("link", name="Enter an attendance code"))
    look(trainee, "attend", axe)
    trainee.get_by_label("Code on the screen").fill(tutor.locator(".code__digits").inner_text())
    follow(trainee.get_by_role("button", name="Record my attendance"))
    expect(trainee.get_by_role("main").locator("xpath=..")).to_contain_text("is recorded")

    with tutor.expect_response(re.compile("/code/$")):
        tutor.clock.fast_forward(62_000)
    expect(tutor.locator("[data-code]")).to_contain_text(re.compile(r"1 of \d+ recorded"))

    tutor.context.set_offline(True)
    tutor.clock.fast_forward(62_000)
    expect(tutor.locator("[data-code-lost]")).to_be_visible()
    tutor.context.set_offline(False)
    tutor.clock.fast_forward(6_000)
    expect(tutor.locator("[data-code-lost]")).to_be_hidden()


def test_a_series_a_closure_and_a_calendar_are_made_by_hand(
    tutor, trainee, new_page, as_person, axe
):
    registrar = as_person(new_page(), "registrar")
    registrar.goto("/registry/cohorts/")
    follow(registrar.get_by_role("link", name=re.compile("^Closures")))
    registrar.get_by_label("What it is called").fill("Reading week")
    registrar.get_by_label("First day").fill("2027-02-16")
    registrar.get_by_label("Last day").fill("2027-02-16")
    look(registrar, "closures", axe)
    follow(registrar.get_by_role("button", name="Record the closure"))
    look(registrar, "closure-recorded", axe)

    tutor.goto("/teaching/sessions/")
    follow(tutor.get_by_role("link", name="Arrange a series"))
    tutor.get_by_label("Cohort").select_option("IMSA-2026-09")
    tutor.get_by_label("Unit", exact=True).select_option(index=1)
    tutor.get_by_label("First day").fill("2027-02-09")
    tutor.get_by_label("Time in London").fill("18:00")
    tutor.get_by_label("How many sessions").fill("3")
    tutor.get_by_label("Online", exact=True).check()
    tutor.get_by_label("Joining link").fill("https://meet.example/abc")
    look(tutor, "series", axe)
    follow(tutor.get_by_role("button", name="Show the dates"))
    assert "Reading week" in main(tutor)
    look(tutor, "series-dates", axe)
    follow(tutor.get_by_role("button", name="Arrange these sessions"))
    look(tutor, "teaching", axe)
    follow(tutor.get_by_role("link", name=re.compile("9 February 2027")))
    follow(tutor.get_by_role("link", name="Change or cancel it"))
    look(tutor, "change", axe)
    tutor.goto("/teaching/calendars/")
    look(tutor, "cohort-calendars", axe)

    trainee.goto("/study/calendar/")
    look(trainee, "calendar", axe)
    follow(trainee.get_by_role("button", name="Make an address"))
    look(trainee, "calendar-made", axe)
    address = trainee.get_by_role("main").locator("code").inner_text()
    answer = trainee.request.get(address)
    assert answer.status == 200 and "SUMMARY:IMSA programme: session" in answer.text()
