"""A unit on a phone, part by part: no part taller than about six screens, one way on and one back, and the place kept."""

import re

import pytest
from playwright.sync_api import expect

from .visiting import follow, main, read_whole

PHONE = {"width": 390, "height": 844}
SCREENS = 6.5
# The longest texts of the demonstration, those with long lists of rights, and those with tables.
UNITS = [
    "/study/units/701-2/all/",
    "/study/units/701-3/scotland/",
    "/study/units/701-8/all/",
    "/study/units/702-8/all/",
    "/study/units/703-3/all/",
    "/study/units/703-4/all/",
]
TEXT = """() => {
  for (const one of document.querySelectorAll("[data-reading] .hard")) one.open = true;
  return document.querySelector("[data-reading]").getBoundingClientRect().height;
}"""


@pytest.mark.parametrize("unit", UNITS)
def test_no_part_is_taller_than_about_six_screens(unit, page, as_person):
    as_person(page, "tutor")
    page.set_viewport_size(PHONE)
    page.goto(f"{unit}?step=1")
    total = int(re.search(r"of (\d+):", page.title())[1])
    tall = {}
    for number in range(1, total + 1):
        page.goto(f"{unit}?step={number}")
        expect(page).to_have_title(re.compile(f"^Part {number} of {total}:"))
        tall[number] = round(page.evaluate(TEXT) / PHONE["height"], 1)
    assert max(tall.values()) <= SCREENS, tall


def test_a_trainee_goes_on_comes_back_where_they_were_and_reads_all_on_one_page(
    page, as_person, axe
):
    as_person(page, "trainee")
    page.set_viewport_size(PHONE)
    page.goto("/study/units/703-1/all/?step=1")
    axe(page)
    follow(page.get_by_role("button", name="Next part"))
    expect(page).to_have_title(re.compile("^Part 2 of"))
    page.goto("/study/units/703-1/all/")
    expect(page).to_have_title(re.compile("^Part 2 of"))
    follow(page.get_by_role("link", name="Previous part"))
    expect(page).to_have_title(re.compile("^Part 1 of"))
    weight = len(page.content())
    read_whole(page)
    assert "Part 1 of" not in page.title() and len(page.content()) > 2 * weight
    assert not page.get_by_role("button", name="Next part").count()
    axe(page)
    page.locator(".unit-contents").get_by_role("button", name="Show one part at a time").click()
    expect(page.get_by_role("button", name="Next part")).to_be_visible()


def test_without_javascript_the_parts_and_the_choice_work(page_without_scripts, as_person):
    page = page_without_scripts
    as_person(page, "trainee")
    page.goto("/study/units/703-1/all/?step=1")
    follow(page.get_by_role("button", name="Next part"))
    assert "Part 2 of" in page.title()
    page.locator(".unit-contents summary").click()
    follow(page.locator(".unit-contents").get_by_role("link").last)
    assert "Before you finish" in main(page)
    read_whole(page)
    assert "Part" not in page.title().partition(":")[0]
