"""A trainee studies without a connection: checks are judged at once, a unit is completed and opens the next, and on return it counts once."""

import json
import re

import pytest
from playwright.sync_api import expect

from .test_offline import form_of, write_offline
from .visiting import read_whole

WHOLE_BROWSER = True  # what was kept is sent by background sync
ASK = """
import json
from courses.models import Progress, Study
from lms.people.models import User
person = User.objects.get(email="mairi.nicdhomhnaill@imsa.example")
print("said:" + json.dumps({
    "studies": list(Study.objects.filter(person=person).values_list("version__variant__unit__code", flat=True)),
    "tries": list(Progress.objects.filter(person=person, kind="check", variant__unit__code="703-1").values_list("data__tries", "is_done")),
}))
"""
CHAIN = """
from courses.models import Prerequisite, Unit
first, unit = (Unit.objects.get(code=code) for code in ("703-1", "703-2"))
Prerequisite.objects.get_or_create(unit=unit, first=first, defaults={"why": "It builds on it."})
"""


@pytest.fixture
def there(manage):
    """What the site has of one trainee's study."""
    return lambda: json.loads(manage("shell", "-c", ASK).partition("said:")[2])


def keep(page, module):
    page.goto(f"/study/modules/{module}/")
    page.get_by_role("button", name="Keep on this device").click()
    expect(page.locator("[data-take-said]")).to_contain_text(
        re.compile(r"Kept on this device on .+ MB\.")
    )


def rules(page):
    return json.loads(page.locator("#unit-rules").text_content())


def check_of(page, part):
    return page.locator(f"form[data-queue=check][data-part='{part}']")


def answer(page, part, question):
    """Fill in a check rightly, and send it."""
    form, style = check_of(page, part), question["style"]
    if style in ("choice", "several"):
        for n, option in enumerate(question["options"]):
            if option.get("right"):
                form.locator(f"input[value='{n}']").check()
    elif style == "order":
        for n in range(len(question["items"])):
            form.locator(f"select[name=given-{n}]").select_option(str(n + 1))
    elif style == "match":
        sides = [pair["right"] for pair in question["pairs"]]
        for n, side in enumerate(sides):
            form.locator(f"select[name=given-{n}]").select_option(str(sides.index(side)))
    elif style == "short":
        form.get_by_role("textbox").fill(question["accept"][0])
    else:
        step = question["steps"][0]
        while step:
            n = next((n for n, c in enumerate(step["choices"]) if c.get("right")), 0)
            form.locator(f"fieldset[data-step='{step['key']}'] input[value='{n}']").check()
            goes = step["choices"][n].get("goes")
            step = next((s for s in question["steps"] if s["key"] == goes), None) if goes else None
            form.get_by_role("button").click()
        return
    form.get_by_role("button").click()


def told(page, part):
    """What the device says above a check."""
    return page.locator(f"#p-{part} [data-verdict]")


def test_a_unit_is_completed_without_a_connection_and_counts_once(
    page, as_person, manage, there, axe
):
    manage("shell", "-c", CHAIN)
    as_person(page, "trainee")
    keep(page, "IMSA703")
    context, opens = page.context, "This unit opens when “"
    context.set_offline(True)
    page.goto("/study/units/703-2/all/")
    expect(page.locator("[data-opens-after]")).to_contain_text(opens)
    expect(page.locator("[data-text]")).to_be_hidden()

    # Wrong first: the reason is said at once, and what was chosen stays chosen.
    page.goto("/study/units/703-1/all/")
    checks = rules(page)["checks"]
    part, question = next((p, q) for p, q in checks.items() if q["style"] == "choice")
    wrong = next(n for n, option in enumerate(question["options"]) if not option.get("right"))
    check_of(page, part).locator(f"input[value='{wrong}']").check()
    check_of(page, part).get_by_role("button").click()
    expect(told(page, part)).to_contain_text("Not yet")
    expect(told(page, part)).to_contain_text(question["options"][wrong]["why"])
    expect(check_of(page, part).locator(f"input[value='{wrong}']")).to_be_checked()
    axe(page)

    # It is not complete before its checks are right, and says what is missing.
    page.locator("#studied").get_by_role("button").click()
    expect(page.locator("[data-missing]")).to_contain_text("still to be answered rightly")
    expect(page.locator("#studied + [data-kept-here]")).to_have_count(0)
    for one, rule in checks.items():
        answer(page, one, rule)
        expect(told(page, one)).to_contain_text(
            "The story has ended" if rule["style"] == "scenario" else "That is right"
        )
    expect(page.locator("[data-missing]")).to_be_hidden()
    page.locator("#studied").get_by_role("button").click()
    expect(page.locator("#studied + [data-kept-here]")).to_contain_text(
        "studied this unit on this device"
    )

    # Opened again, it is all there; the next unit is open; the list says how far each is.
    page.close()
    page = context.new_page()
    page.goto("/study/units/703-1/all/")
    expect(told(page, part)).to_contain_text("That is right")
    page.goto("/study/units/703-2/all/")
    expect(page.locator("[data-text]")).to_be_visible()
    page.goto("/study/modules/IMSA703/")
    expect(page.get_by_text("Studied, not sent yet")).to_have_count(1)
    assert "703-1" not in there()["studies"]

    # On return it is sent once, however often the page is opened.
    context.set_offline(False)
    page.goto("/study/offline/")
    for _ in range(2):
        page.reload()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    after = there()
    assert after["studies"].count("703-1") == 1
    assert sorted(after["tries"]) == sorted([[2 if one == part else 1, True] for one in checks])
    context.set_offline(True)
    page.goto("/study/modules/IMSA703/")
    expect(page.get_by_text("Studied", exact=True)).not_to_have_count(0)
    expect(page.get_by_text("Studied, not sent yet")).to_have_count(0)


def test_what_stands_beside_the_units_is_kept_too(page, as_person, axe):
    as_person(page, "trainee")
    page.goto("/study/units/703-1/all/")
    read_whole(page)
    form = form_of(page, "reflection")
    form.get_by_role("textbox").fill("Ask what she wants first.")
    with page.expect_navigation():
        form.get_by_role("button").first.click()
    keep(page, "IMSA703")
    page.context.set_offline(True)
    for address, heading, words in (
        ("/study/", "Your study", "Kept on this device"),
        ("/study/offline/", "On this device", "Kept on this device"),
        ("/study/modules/IMSA703/", None, "Kept on this device"),
        ("/study/contacts/", "Contacts and helplines", "Last checked"),
        ("/study/glossary/", "Glossary", "The words of the field"),
        ("/study/notes/", "Your notes and reflections", "Ask what she wants first."),
    ):
        page.goto(address)
        if heading:
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.get_by_text(words).first).to_be_visible()
        assert "Màiri" not in page.content(), address
        axe(page)
    raw = page.evaluate(
        "async () => (await (await caches.open('imsa-kept')).keys()).map((one) => new URL(one.url).pathname)"
    )
    assert any(name.startswith("/documents/") for name in raw), "a document of a kept unit is kept"


def test_what_was_held_back_is_said_in_the_head_of_every_page(page, as_person, axe):
    as_person(page, "trainee")
    keep(page, "IMSA702")
    context = page.context
    page.goto("/study/")
    head = page.locator("[data-held]")
    expect(head).to_be_hidden()
    context.set_offline(True)
    page.goto("/study/units/702-3/all/")
    write_offline(page, "Svetlana rang me from 07700 900123 last night.")
    context.set_offline(False)
    page.goto("/study/offline/")
    expect(page.locator("[data-outcome=look]")).to_be_visible()
    page.goto("/study/")
    expect(head).to_have_text("Not saved: 1")
    expect(page.locator("[data-held-notice]")).to_be_visible()
    axe(page)
    page.goto("/study/glossary/")
    expect(head).to_have_text("Not saved: 1")
    page.locator("[data-held]").click()
    expect(page.locator("[data-held-list]")).to_be_hidden()
    look = page.locator("[data-outcome=look]")
    look.get_by_role("textbox").fill("She rang me last night.")
    look.get_by_role("button", name="Save it as I changed it").click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    page.goto("/study/")
    expect(head).to_be_hidden()
    expect(page.locator("[data-held-notice]")).to_be_hidden()
