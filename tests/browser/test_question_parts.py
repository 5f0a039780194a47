"""Items to put in order, gaps in a text and a scenario in a real page: each place and gap is saved as it is given, two items with one place are told, and all of it passes axe."""

import json

from playwright.sync_api import expect

QUIZ = """
from assessments.setting.actions.questions import remove_question, write_question
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
