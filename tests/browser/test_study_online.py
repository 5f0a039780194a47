"""A trainee studies with a connection: reads, answers, writes, keeps notes, and goes away without a trace in the tab."""

import json
import re

import pytest
from playwright.sync_api import expect

from .visiting import follow, go, main, read_whole

MODULE, UNIT = (
    "Independent practice and working with others",
    "Far from the city: remote and rural advocacy",
)
HARD, REFLECTIVE = (
    "Trauma-informed advocacy",
    "Risk and resilience: safety planning that does not take over",
)
RISKY = "Ms Arta Hoxhaj told me in the car that her NRM reference is NRM/20261122 and I wrote it on my hand."
CAREFUL = (
    "She told me in the car, and I wrote it on my hand. Next time I wait until we have a room."
)
REPLY = "Waiting for the room is a decision too. What would you say to her while you wait?"
NOTE = "Ask the lifeboat crew who rents the blue cottage."
LEAVE = "Leave this page"


@pytest.fixture
def trainee(page, as_person):
    return as_person(page, "trainee")


def open_unit(page, module, unit):
    go(page, "My study")
    follow(page.get_by_role("main").get_by_role("link", name=module))
    follow(page.get_by_role("main").get_by_role("link", name=re.compile(f"^{re.escape(unit)}")))
    expect(page.get_by_role("heading", level=1)).to_have_text(unit)
    read_whole(page)


def part(page, heading, n=0):
    return page.locator("section").filter(has=page.get_by_role("heading", name=heading)).nth(n)


def verdict(check):
    return check.locator("ul.verdict")


def lines(check):
    """Which of the answers that were given the page calls right."""
    return {
        line.locator("strong").inner_text(): "Right" in line.locator(".tag").inner_text()
        for line in verdict(check).locator("li").all()
    }


def hand_in(check):
    """Send it and wait for the page that comes back."""
    follow(check.get_by_role("button", name=re.compile("^(Check my answer|Go on)$")))


def choose_until_right(check):
    """Try one answer after another, as anybody may; returns what the page said after each."""
    said = []
    for n in range(check.get_by_role("radio").count()):
        check.get_by_role("radio").nth(n).check()
        hand_in(check)
        said.append(check.inner_text())
        if "That is right" in said[-1]:
            return said
        expect(check).to_contain_text("Not yet")
    raise AssertionError(f"no answer is right: {said}")


def choose_several(check):
    """Every answer first, then those the page called right."""
    for box in check.get_by_role("checkbox").all():
        box.check()
    hand_in(check)
    right = [text for text, is_right in lines(check).items() if is_right]
    if "That is right" in check.inner_text():
        return
    assert all(box.is_checked() for box in check.get_by_role("checkbox").all()), "a tick was lost"
    for box in check.get_by_role("checkbox").all():
        box.uncheck()
    for text in right:
        check.get_by_label(text, exact=True).check()
    hand_in(check)
    expect(check).to_contain_text("That is right")


def follow_story(check):
    """Go on until the story ends; at a step that comes again, another way is chosen. Returns how often it branched back."""
    tried = {}
    for _ in range(30):
        if not check.get_by_role("radio").count():
            break
        asked = check.get_by_role("group").inner_text().splitlines()[0]
        tried[asked] = tried.get(asked, -1) + 1
        check.get_by_role("radio").nth(tried[asked]).check()
        hand_in(check)
    expect(check).to_contain_text("The story has ended")
    return tried


def answer_all(page, first=0):
    """Answer every check of the open unit from the `first` on; returns how often a first answer was not right."""
    missed = 0
    for n in range(first, page.get_by_role("heading", name="Check what you know").count()):
        check = part(page, "Check what you know", n)
        if check.get_by_role("checkbox").count():
            choose_several(check)
        elif check.get_by_role("button", name="Go on").count():
            missed += any(times for times in follow_story(check).values())
        else:
            missed += len(choose_until_right(check)) > 1
    return missed


def test_from_home_through_a_unit_to_its_end(trainee, axe):
    page = trainee
    open_unit(page, MODULE, UNIT)
    finish = page.get_by_role("button", name="I have studied this unit")
    expect(finish).to_have_count(0)
    before = page.locator(".card").filter(has=page.get_by_role("heading", name="Before you finish"))
    checks = page.get_by_role("heading", name="Check what you know").count()
    expect(before).to_contain_text(f"{checks} knowledge checks are still to be answered rightly")

    first = part(page, "Check what you know")
    first.get_by_role("radio").first.check()
    hand_in(first)
    wrong_first = "Not yet" in first.inner_text()
    expect(verdict(first).locator("li")).to_have_count(1)
    assert len(verdict(first).inner_text()) > 40, "an answer has its own feedback"
    page.reload()
    expect(verdict(first)).to_be_visible()
    missed = answer_all(page, first=0 if wrong_first else 1)
    assert missed or wrong_first, (
        "the unit was answered without one wrong answer, so nothing was shown of being wrong"
    )

    poll = part(page, "What do you think?")
    poll.get_by_role("radio").first.check()
    follow(poll.get_by_role("button", name="Answer"))
    expect(poll.get_by_role("radio")).to_have_count(0)
    expect(poll).to_contain_text(re.compile("once five people have answered|of \\d+"))
    expect(finish).to_have_count(0)
    expect(before).to_contain_text("1 activity is still to be done")

    follow(part(page, "To do:").get_by_role("button", name="I have done this"))
    expect(part(page, "To do:").get_by_text("Done", exact=True)).to_be_visible()
    axe(page)
    done = int(re.search(r"(\d+) of \d+ units", study_home(page)).group(1))
    open_unit(page, MODULE, UNIT)
    follow(finish)
    expect(page.get_by_role("main")).to_contain_text("You studied version")
    expect(finish).to_have_count(0)
    assert int(re.search(r"(\d+) of \d+ units", study_home(page)).group(1)) == done + 1


def study_home(page):
    go(page, "My study")
    return main(page)


def test_a_unit_cannot_be_finished_past_its_checks(trainee):
    """The button is not there; and who sends the form anyway is told why, and nothing is recorded."""
    page = trainee
    open_unit(page, HARD, REFLECTIVE)
    assert not page.get_by_role("button", name="I have studied this unit").count()
    before = study_home(page)
    open_unit(page, HARD, REFLECTIVE)
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    version = page.locator("main [name=version]").first.input_value()
    answer = page.request.post(
        page.url.partition("?")[0].partition("#")[0] + "studied/",
        form={"csrfmiddlewaretoken": token, "version": version},
        headers={"Referer": page.url},
    )
    assert answer.status == 409 and "knowledge checks" in answer.text()
    assert study_home(page) == before


def test_a_reflection_is_guarded_saved_shared_and_answered(trainee, new_page, as_person, axe):
    page = trainee
    open_unit(page, HARD, REFLECTIVE)
    box = part(page, "Stop and think")
    box.get_by_label("Your thoughts").fill(RISKY)
    follow(box.get_by_role("button", name="Save"))
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("Not saved yet")
    for found in ("Arta Hoxhaj", "NRM/20261122"):
        expect(warning).to_contain_text(found)
    expect(page.get_by_label("Your thoughts")).to_have_value(RISKY)
    axe(page)
    other = page.context.new_page()
    other.goto("/study/notes/")
    assert "Hoxhaj" not in main(other), "it was saved before it was decided"
    other.close()
    page.get_by_label("Your thoughts").fill(CAREFUL)
    follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Your reflection is saved.")).to_be_visible()
    expect(part(page, "Stop and think").get_by_label("Your thoughts")).to_have_value(CAREFUL)

    tutor = as_person(new_page(), "tutor")
    shared_with_me(tutor)
    assert "in the car" not in main(tutor), "a reflection is read before it is shared"
    follow(part(page, "Stop and think").get_by_role("link", name="Share with a tutor"))
    page.get_by_label("Agnes Okafor").check()
    follow(page.get_by_role("button", name="Share it"))
    expect(page.get_by_text("Agnes Okafor can read this reflection")).to_be_visible()

    shared_with_me(tutor)
    follow(
        tutor.get_by_role("main")
        .get_by_role("link")
        .filter(has_text=re.compile("Màiri|Read"))
        .first
    )
    assert CAREFUL in main(tutor) and "Hoxhaj" not in tutor.content()
    tutor.get_by_label("Your reply").fill(REPLY)
    follow(tutor.get_by_role("button", name="Send your reply"))
    expect(tutor.get_by_role("main")).to_contain_text("You replied")
    axe(tutor)
    second = as_person(new_page(), "second")
    shared_with_me(second)
    assert "Màiri" not in main(second), "a tutor who was not chosen sees it"

    page.goto("/me/messages/")
    expect(page.get_by_role("main")).to_contain_text(re.compile("repl(y|ied)", re.I))
    open_unit(page, HARD, REFLECTIVE)
    follow(part(page, "Stop and think").get_by_role("link", name="Read the reply"))
    expect(page.get_by_text(REPLY)).to_be_visible()


def shared_with_me(tutor):
    go(tutor, "Teaching")
    follow(tutor.get_by_role("link", name="Reflections shared with you"))
    expect(tutor.get_by_role("heading", level=1)).to_have_text("Reflections shared with you")


def drag_over(page, paragraph):
    """Choose the first words of a paragraph with the mouse; returns them."""
    paragraph.scroll_into_view_if_needed()
    box = paragraph.bounding_box()
    y = box["y"] + min(14, box["height"] / 2)
    page.mouse.move(box["x"] + 1, y)
    page.mouse.down()
    page.mouse.move(box["x"] + min(260, box["width"] - 4), y, steps=12)
    page.mouse.up()
    return page.evaluate("() => getSelection().toString().trim()")


def test_highlights_and_notes_are_kept_found_and_taken_along(trainee, axe):
    page = trainee
    open_unit(page, MODULE, UNIT)
    paragraphs = page.locator("main .part > p")
    marked = drag_over(page, paragraphs.first)
    assert marked
    page.get_by_role("group", name="The words you chose").get_by_role(
        "button", name="Highlight"
    ).click()
    expect(page.locator("main").get_by_text(re.compile("^Highlight, "))).to_have_count(1)
    page.wait_for_function("() => CSS.highlights.get('own')?.size === 1")

    quoted = drag_over(page, paragraphs.nth(1))
    page.get_by_role("group", name="The words you chose").get_by_role("button", name="Note").click()
    dialog = page.get_by_role("dialog", name="Your note")
    expect(dialog).to_contain_text(quoted)
    axe(page)
    # The rest by keyboard.
    page.keyboard.type(NOTE)
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.wait_for_function("() => CSS.highlights.get('own')?.size === 2")

    study_home(page)
    follow(page.get_by_role("link", name="Your notes"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your notes and reflections")
    notes = main(page)
    assert notes.count(NOTE) == 1 and marked in notes and quoted in notes
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="As text").click()
    assert NOTE in download.value.path().read_text()

    study_home(page)
    follow(page.get_by_role("link", name="Search"))
    page.get_by_label("Words to look for").fill("lifeboat cottage")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your notes and reflections")).to_be_visible()
    assert "blue cottage" in main(page)
    page.get_by_label("Words to look for").fill("lone working telephone interpreter")
    follow(page.get_by_role("button", name="Search"))
    expect(page.get_by_role("status")).to_be_visible()
    page.get_by_label("Words to look for").fill("safety plan")
    follow(page.get_by_role("button", name="Search"))
    follow(
        page.get_by_role("main").get_by_role("link", name=re.compile(re.escape(REFLECTIVE))).first
    )
    expect(page.get_by_role("heading", level=1)).to_have_text(REFLECTIVE)

    with page.expect_download() as download:
        page.goto("/study/mine/")
        page.get_by_role("link", name=re.compile("^Take it all with you")).click()
    held = download.value.path().read_text()
    json.loads(held)
    assert NOTE in json.dumps(json.loads(held), ensure_ascii=False) and marked in held


def test_a_hard_unit_is_set_aside_and_taken_up_again(trainee):
    page = trainee
    open_unit(page, HARD, REFLECTIVE)
    follow(page.get_by_role("button", name="Save for later"))
    study_home(page)
    follow(page.get_by_role("main").get_by_role("link", name=HARD))
    expect(page.get_by_role("listitem").filter(has_text=REFLECTIVE).first).to_contain_text(
        "Saved for later"
    )
    open_unit(page, HARD, REFLECTIVE)
    follow(page.get_by_role("button", name="Start now"))
    open_unit(page, HARD, REFLECTIVE)
    expect(page.get_by_role("button", name="Save for later")).to_be_visible()


def test_how_somebody_reads_stays_with_them(trainee, new_page, as_person, axe):
    page = trainee
    open_unit(page, MODULE, UNIT)
    words = page.locator("main .part > p").first
    looks = "one => { const it = getComputedStyle(one); return [parseFloat(it.fontSize), parseFloat(it.letterSpacing) || 0, parseFloat(it.lineHeight)] }"
    before = words.evaluate(looks)
    menu = page.locator("summary").filter(has_text="Màiri")
    menu.click()
    follow(page.get_by_role("link", name="How you read"))
    for fieldset in page.get_by_role("main").get_by_role("group").all():
        fieldset.get_by_role("radio").last.check()
    chosen = [
        radio.get_attribute("value") for radio in page.get_by_role("radio", checked=True).all()
    ]
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Every page looks like this now")).to_be_visible()
    axe(page)
    menu.click()
    follow(page.get_by_role("button", name="Sign out"))
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    assert not page.evaluate("() => Object.keys(document.documentElement.dataset).length"), (
        "the next person on this device reads as the last"
    )

    again = as_person(new_page(), "trainee")
    again.goto("/me/reading/")
    assert [
        radio.get_attribute("value") for radio in again.get_by_role("radio", checked=True).all()
    ] == chosen
    open_unit(again, MODULE, UNIT)
    after = again.locator("main .part > p").first.evaluate(looks)
    assert after[0] > before[0] and after[1] > before[1] and after[2] > before[2], (before, after)
    assert again.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    axe(again)


@pytest.mark.parametrize("width", [1024, 1440])
def test_the_way_out_reads_as_three_words(trainee, width):
    """Someone who has to leave quickly reads it at a glance; laid out as boxes side by side it reads “Leavethis page”."""
    trainee.set_viewport_size({"width": width, "height": 900})
    open_unit(trainee, HARD, REFLECTIVE)
    assert trainee.locator("[data-quick-exit]").inner_text() == LEAVE


@pytest.mark.parametrize("way", ["the link", "Escape three times"])
def test_leaving_quickly_leaves_nothing_to_go_back_to(way, trainee, new_page):
    page = trainee
    weather = page.locator("aside a", has_text=LEAVE)
    open_unit(page, HARD, REFLECTIVE)
    there = weather.get_attribute("href")
    page.context.route(
        there,
        lambda route: route.fulfill(
            body="<!doctype html><title>Weather</title><h1>Weather</h1>", content_type="text/html"
        ),
    )
    # Somebody who has answered and written is on the same page for the third time.
    check = part(page, "Check what you know")
    check.get_by_role("radio").first.check()
    hand_in(check)
    hand_in_activity(page)
    if way == "the link":
        weather.click()
    else:
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Weather")).to_be_visible()
    seen = []
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        new_page.outside[:] = [
            url for url in new_page.outside if url != there
        ]  # chosen by the reader, and answered here
        seen.append(
            page.get_by_role("heading", level=1).inner_text()
            if page.get_by_role("heading", level=1).count()
            else ""
        )
    assert REFLECTIVE not in seen, f"“Back” shows the unit: {seen}"


def hand_in_activity(page):
    button = part(page, "To do:").get_by_role("button", name="I have done this")
    if button.count():
        follow(button)
