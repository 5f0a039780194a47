"""Items to put in order, gaps in a text and a scenario in a real page: each place and gap is saved as it is given, two items with one place are told, and all of it passes axe."""

import json
import os

from playwright.sync_api import expect

QUIZ = """
from assessments.setting.actions.questions import remove_question, write_question
from assessments.setting.actions.sections import remove_section
from assessments.setting.actions.scenarios import write_scenario
from assessments.setting.actions.versions import approve_in, lock_version, start_version
from assessments.setting.models import Assessment, Sitting
from assessments.setting.queries import questions_in
from lms.people.models import Role
from lms.people.roles import holders_of
by = holders_of(Role.REGISTRAR)[0]
quiz = Assessment.objects.get(code="701-QUIZ")
draft = start_version(quiz.versions.order_by("-number")[0], by=by)
for question in questions_in(draft):
    remove_question(draft, question, by=by)
for section in draft.sections.all():
    remove_section(draft, section, by=by)
steps = ["Listen first", "Ask whether the person consents to a referral", "Refer", "Write a record"]
write_question(draft, {"kind": "order", "text": "What comes after what?", "choices": [{"text": t} for t in steps]}, by=by)
gaps = [{"kind": "number", "value": "45", "tolerance": "0"}, {"kind": "short", "accept": ["reasonable grounds"]},
        {"kind": "single", "right": "Home Office", "others": ["Police", "Council"]}]
text = "After [[1]] days of reflection and recovery\\nthe [[2]] decision is made by the [[3]]."
write_question(draft, {"kind": "cloze", "text": text, "solution": {"gaps": gaps}}, by=by)
case = write_scenario(draft, "Ana works in a laundry.\\nShe has no wages.", by=by)
for words in ("She may leave.", "She has a claim for wages."):
    choices = [{"text": "True", "is_right": True}, {"text": "False"}]
    write_question(draft, {"kind": "truth", "text": words, "choices": choices, "scenario": case.key}, by=by)
approve_in(lock_version(draft), by=by)
Sitting.objects.filter(assessment=quiz, cohort__enrolments__person__email="mairi.nicdhomhnaill@imsa.example").update(version=draft)
"""
KEPT = """
import json
from assessments.taking.models import Response
rows = Response.objects.filter(quiz__enrolment__person__email="mairi.nicdhomhnaill@imsa.example").order_by("pk")
print(json.dumps([one.value if isinstance(one.value, list) else sorted(one.value.values(), key=str) for one in rows]))
"""
SAVED, PATIENCE = "Saved", 60000


def test_places_and_gaps_are_saved_as_they_are_given(new_page, as_person, manage, axe):
    manage("shell", "-v", "0", "-c", QUIZ)
    page = new_page(viewport={"width": 390, "height": 844})
    as_person(page, "trainee")
    page.goto("/my-work/701-QUIZ/")
    order, cloze = page.locator("[data-item]").nth(0), page.locator("[data-item]").nth(1)
    line = order.locator(".quiz-line")
    axe(page)
    places = order.locator("select")
    for n, place in enumerate(("1", "2", "2", "4")):
        places.nth(n).select_option(label=place)
        expect(line).to_contain_text(SAVED)
    expect(line).to_contain_text("Two items have the same place")
    expect(page.locator("[data-quiz-count]")).to_contain_text("0 of 4")
    places.nth(2).select_option(label="3")
    expect(line).to_have_text(SAVED)
    expect(page.locator("[data-quiz-count]")).to_contain_text("1 of 4")
    # Without a connection a gap waits, and stands in the page that is loaded after it.
    page.context.set_offline(True)
    cloze.locator("input").nth(0).fill("45")
    cloze.locator("select").select_option(label="Home Office")
    places.nth(0).select_option(label="4")
    expect(cloze.locator(".quiz-line")).to_contain_text("Not saved yet: no connection")
    page.context.set_offline(False)
    expect(cloze.locator(".quiz-line")).to_have_text(SAVED, timeout=PATIENCE)
    kept = json.loads(manage("shell", "-v", "0", "-c", KEPT).strip().splitlines()[-1])
    assert kept[-1] == [2, 3, 4, 4] and ["45", "", "Home Office"] in kept
    page.reload()
    chosen = [places.nth(n).locator("option:checked").inner_text() for n in range(4)]
    assert chosen == ["4", "2", "3", "4"]
    expect(order).to_contain_text("Place 4 is given to two or more items")
    places.nth(0).select_option(label="1")
    expect(order).not_to_contain_text("Place 4 is given", timeout=PATIENCE)
    cloze.locator("input").nth(1).fill("reasonable grounds")
    cloze.locator("input").nth(1).blur()
    expect(cloze.locator(".quiz-line")).to_have_text(SAVED, timeout=PATIENCE)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off"
    expect(page.get_by_role("region", name="Scenario")).to_contain_text("Ana works in a laundry.")


def test_items_are_dragged_or_moved_by_buttons_and_saved_as_places_are(
    new_page, as_person, manage, axe
):
    manage("shell", "-v", "0", "-c", QUIZ)
    page = new_page(viewport={"width": 390, "height": 844})
    as_person(page, "trainee")
    page.goto("/my-work/701-QUIZ/")
    order = page.locator("[data-item]").nth(0)
    rows, line, told = (
        order.locator(".question__row"),
        order.locator(".quiz-line"),
        order.locator("fieldset > [role=status]"),
    )
    items = lambda: order.locator(".question__row > label").all_inner_texts()  # noqa: E731
    places = lambda: [  # noqa: E731
        rows.nth(n).locator("option:checked").inner_text() for n in range(rows.count())
    ]
    before = items()
    # By the keyboard: the item goes down, what it passed goes up, and where it is now is told.
    down = order.get_by_role("button", name=f"Move down: {before[0]}")
    down.focus()
    page.keyboard.press("Enter")
    assert items() == [before[1], before[0], *before[2:]] and places() == ["1", "2", "3", "4"]
    expect(told).to_have_text(f"{before[0]} is now in place 2 of 4.")
    expect(down).to_be_focused()
    expect(line).to_have_text(SAVED, timeout=PATIENCE)
    # The first goes no further up, and nothing is told or sent.
    order.get_by_role("button", name=f"Move up: {before[1]}").click(force=True)
    expect(told).to_have_text(f"{before[0]} is now in place 2 of 4.")
    # By a pointer: the last is dragged before the first.
    handle, first = rows.nth(3).locator(".question__handle"), rows.nth(0)
    handle.scroll_into_view_if_needed()
    from_box, to_box = handle.bounding_box(), first.bounding_box()
    page.mouse.move(from_box["x"] + 10, from_box["y"] + 10)
    page.mouse.down()
    for n in range(1, 11):
        page.mouse.move(
            from_box["x"] + 10, from_box["y"] + (to_box["y"] + 4 - from_box["y"]) * n / 10
        )
    page.mouse.up()
    assert items() == [before[3], before[1], before[0], before[2]]
    expect(told).to_have_text(f"{before[3]} is now in place 1 of 4.")
    expect(line).to_have_text(SAVED, timeout=PATIENCE)
    # Escape lets a drag go, and nothing changes.
    handle = rows.nth(0).locator(".question__handle")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 10, box["y"] + 400, steps=8)
    page.keyboard.press("Escape")
    page.mouse.up()
    after = [before[3], before[1], before[0], before[2]]
    assert items() == after and places() == ["1", "2", "3", "4"]
    axe(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off"
    if folder := os.environ.get("LOOK"):
        order.screenshot(path=f"{folder}/order.png")
    page.reload()
    assert items() == after and places() == ["1", "2", "3", "4"], "shown as it was answered"
    kept = json.loads(manage("shell", "-v", "0", "-c", KEPT).strip().splitlines()[-1])
    assert kept[-1] == [1, 2, 3, 4]
    # Without scripts the fields are there alone.
    plain = new_page(java_script_enabled=False, storage_state=page.context.storage_state())
    plain.goto("/my-work/701-QUIZ/")
    assert plain.locator(".question__handle, .question__step").count() == 0
    assert plain.locator("[data-places] select").count() == 4
