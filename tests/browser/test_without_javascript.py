"""The main jobs without JavaScript, and the check by keyboard alone."""

import hashlib
import re

import pytest

from .visiting import follow, main, read_whole

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.fixture
def screen(page_without_scripts):
    return page_without_scripts


def declare(page):
    page.get_by_label(re.compile("No one I write about")).check()
    page.get_by_label(re.compile("This is my own work")).check()


ANSWERED = """
from courses.actions import answer_check
from courses.models import UnitVersion
from lms.people.models import User
def right(q):
    if q["style"] == "choice": return [o["right"] for o in q["options"]].index(True)
    if q["style"] == "several": return [n for n, o in enumerate(q["options"]) if o["right"]]
    if q["style"] == "order": return list(range(len(q["items"])))
    if q["style"] == "match": return list(range(len(q["pairs"])))
    if q["style"] == "short": return q["accept"][0]
    step, walked, steps = q["steps"][0], [], {s["key"]: s for s in q["steps"]}
    while step:
        n = next(i for i, c in enumerate(step["choices"]) if c.get("right"))
        walked.append(n); step = steps.get(step["choices"][n].get("goes"))
    return walked
mairi = User.objects.get(email="mairi.nicdhomhnaill@imsa.example")
version = UnitVersion.objects.filter(variant__unit__code="701-3", variant__key="scotland").latest("number")
for part in version.segments:
    if part["kind"] == "check":
        assert answer_check(mairi, version, part["id"], right(part), by=mairi)[1].right, part["text"]
"""


def test_reads_the_scottish_law_and_marks_it_studied(screen, as_person, manage):
    as_person(screen, "trainee")
    follow(screen.get_by_role("link", name=re.compile("^(Read this unit|Continue)")))
    read_whole(screen)
    said = main(screen)
    assert "Scotland" in screen.locator("h1").inner_text()
    assert "Lord Advocate" in said and "Law as at" in said
    asked = screen.locator("section.check").filter(has=screen.get_by_role("radio")).first
    asked.get_by_role("radio").first.check()
    follow(asked.get_by_role("button"))
    assert "#p-" in screen.url and screen.locator("section.check .notice").count()
    assert "Before you finish" in main(screen)
    assert not screen.get_by_role("button", name="I have studied this unit").count()
    manage("shell", "-c", ANSWERED)
    screen.reload()
    follow(screen.get_by_role("button", name="I have studied this unit"))
    screen.goto("/study/")
    assert "3 of 25 units" in main(screen)
    assert "Scotland: protection" not in screen.locator(".card--next").inner_text()


def test_does_the_quiz(screen, as_person):
    as_person(screen, "trainee")
    screen.goto("/my-work/701-QUIZ/")
    for question in screen.locator("fieldset").all():
        question.get_by_role("radio").first.check()
    assert not screen.get_by_role("button", name=re.compile("Hand in")).count(), (
        "one press would hand it in"
    )
    follow(screen.get_by_role("button", name="Check your answers"))
    assert screen.locator(
        "h1"
    ).inner_text() == "Check your answers" and "Not answered yet" not in main(screen)
    follow(screen.get_by_role("button", name="Hand in my answers"))
    said = main(screen)
    assert re.search(r"Your mark is [\d.]+, provisional", said)
    assert said.count("You chose this") == 12 and "when the quiz closes for your cohort" in said
    assert "The answer" not in said and not screen.locator(".question__where .tag").count()
    follow(screen.get_by_role("link", name=re.compile(r"^R-\w{4}-\w{4}$")))
    assert "provisional" in screen.locator(".receipt").inner_text()


def test_hands_in_an_essay(screen, as_person, pdf):
    as_person(screen, "trainee")
    screen.goto("/my-work/701-ESSAY/")
    screen.get_by_label("A note to the programme office").fill(
        "My tutor knows about the extra week."
    )
    declare(screen)
    screen.get_by_label("Your work").set_input_files(
        {"name": "essay.pdf", "mimeType": "application/pdf", "buffer": PNG}
    )
    follow(screen.get_by_role("button", name="Check before handing in"))
    assert screen.locator("[role=alert]").inner_text().strip()
    assert (
        screen.get_by_label("A note to the programme office").input_value()
        == "My tutor knows about the extra week."
    )

    declare(screen)
    content = pdf()
    screen.get_by_label("Your work").set_input_files(
        {"name": "Màiri’s essay.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    follow(screen.get_by_role("button", name="Check before handing in"))
    said = main(screen)
    assert (
        "It is not handed in yet." in said
        and "Màiri’s essay.pdf" in said
        and hashlib.sha256(content).hexdigest() in said
    )
    assert "My tutor knows about the extra week." in said and re.search(r"\d+ pages?", said)
    follow(screen.get_by_role("button", name="Hand in this file"))
    assert screen.locator("h1").inner_text() == "Work submitted"
    receipt = screen.locator(".receipt").inner_text()
    assert hashlib.sha256(content).hexdigest() in receipt
    assert re.search(r"R-\w{4}-\w{4}", receipt)


def number_of_sian(page, as_person):
    as_person(page, "finished")
    page.goto("/certificates/mine/")
    return re.search(r"IMSA-\w{4}-\w{4}", main(page)).group()


def test_the_employer_checks_sian(screen, as_person):
    number = number_of_sian(screen, as_person)
    as_person(screen, "employer")
    screen.goto("/check/")
    screen.get_by_label(re.compile("number")).fill(number)
    screen.get_by_label("Family name").fill("Llewellyn")
    screen.get_by_label("Why you ask").select_option(label="They work for us, or are about to")
    follow(screen.get_by_role("button", name="Check"))
    said = main(screen)
    assert "Accredited" in said and "Wales" in said
    assert re.search(r"Receipt number\s+\S+", said)


def test_the_check_by_keyboard_alone(page, as_person):
    number = number_of_sian(page, as_person)
    page.goto("/check/")

    def tab_to(wanted, most=25):
        for _ in range(most):
            page.keyboard.press("Tab")
            if (
                page.evaluate(
                    "() => document.activeElement.name || document.activeElement.innerText"
                )
                == wanted
            ):
                ring = page.evaluate("""() => { const it = getComputedStyle(document.activeElement);
                    return it.outlineStyle !== 'none' && parseFloat(it.outlineWidth) >= 2 }""")
                assert ring, f"no ring of focus on “{wanted}”"
                return
        raise AssertionError(f"“{wanted}” cannot be reached by keyboard")

    tab_to("number")
    page.keyboard.type(number.lower().replace("-", " "))
    tab_to("surname", most=1)
    page.keyboard.type("LLEWELLYN")
    tab_to("Check")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Accredited" in main(page)


def test_the_way_past_the_navigation(page):
    page.goto("/check/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")
