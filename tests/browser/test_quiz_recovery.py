"""Answers that wait on a device without a connection leave it in a file, and come in on another device."""

import json

from playwright.sync_api import expect

from .visiting import follow

KEPT = """
import json
from assessments.taking.models import Response
rows = Response.objects.filter(quiz__enrolment__person__email="mairi.nicdhomhnaill@imsa.example").order_by("pk")
print(json.dumps(list(rows.values_list("item__position", "number"))))
"""
PATIENCE = 60000


def test_answers_leave_a_device_in_a_file_and_come_in_on_another(
    page, new_page, as_person, manage, axe, tmp_path
):
    def kept():
        return json.loads(manage("shell", "-v", "0", "-c", KEPT).strip().splitlines()[-1])

    as_person(page, "trainee")
    page.goto("/my-work/701-QUIZ/")
    boxes = page.locator("[data-item]")
    boxes.nth(0).get_by_role("radio").nth(0).check()
    expect(boxes.nth(0).locator(".quiz-line")).to_have_text("Saved")
    page.context.set_offline(True)
    for n in (0, 1, 1, 2):
        boxes.nth(n).get_by_role("radio").nth(1 if n < 2 else 0).check()
    boxes.nth(1).get_by_role("radio").nth(0).check()
    expect(boxes.nth(2).locator(".quiz-line")).to_contain_text("Not saved yet: no connection")
    button = page.get_by_role("button", name="Save quiz answers as a file")
    expect(button).to_be_visible()
    expect(boxes.nth(1).locator(".quiz-line")).to_contain_text("Not saved yet: no connection")
    axe(page, runOnly=["color-contrast", "button-name", "link-name", "aria-required-children"])
    with page.expect_download() as waiting:
        button.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name.startswith("quiz-answers-") and path.suffix == ".json"
    found = json.loads(path.read_text())
    assert found["format"] == "imsa-quiz-answers"
    assert len(found["answers"]) == 3, "the newest of each question, or a long quiz is too much"
    words = path.read_text().lower()
    assert "nicdhomhnaill" not in words and "imsa.example" not in words, "no name leaves with it"
    assert len(kept()) == 1

    other = new_page()
    as_person(other, "trainee")
    other.goto("/my-work/")
    follow(other.get_by_role("link", name="Quiz answers from a file"))
    other.locator("input[type=file]").set_input_files(path)
    follow(other.get_by_role("button", name="Check the file"))
    expect(other.locator("main")).to_contain_text("3 answers would be saved")
    axe(other)
    assert len(kept()) == 1, "to look saves nothing"
    follow(other.get_by_role("button", name="Save these answers"))
    expect(other.locator("main")).to_contain_text("On the site already")
    expect(other.locator("body")).to_contain_text("3 answers are saved")
    for width in (390, 1440):
        other.set_viewport_size({"width": width, "height": 900})
        assert other.evaluate("document.documentElement.scrollWidth") <= width
    before = kept()
    assert len(before) == 4

    # The device has a connection again: it sends what waits, nothing is kept twice, and no earlier answer undoes what the file brought.
    page.context.set_offline(False)
    expect(boxes.nth(2).locator(".quiz-line")).to_have_text("Saved", timeout=PATIENCE)
    expect(button).to_have_count(0)
    assert kept() == before

    # A file from the page of what is on this device.
    page.context.set_offline(True)
    boxes.nth(3).get_by_role("radio").nth(0).check()
    expect(boxes.nth(3).locator(".quiz-line")).to_contain_text("Not saved yet: no connection")
    page.context.set_offline(False)
    page.route("**/my-work/answers/", lambda route: route.abort())
    page.route("**/study/arrivals/", lambda route: route.abort())
    page.goto("/study/offline/")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save quiz answers as a file").click()
    assert waiting.value.suggested_filename.startswith("quiz-answers-")
