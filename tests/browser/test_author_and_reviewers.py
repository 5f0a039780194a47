"""A unit from its first words to a reader: written in Wagtail, mended, read by two reviewers, published with both their names."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from .editor import add_block, ask, body, save, write
from .visiting import follow, go, main

CODE, TITLE = "703-9", "Saying goodbye well"
OPENING = "An ending is part of the work, and it begins at the first meeting."
GENTLER = "Say when you will next be in touch, even if the answer is that you will not."
ASKED = "The ending comes too suddenly. Say what she can expect after it."
COMMENT = "This line would have frightened me."
QUESTION = "When do you first speak of the ending?"
WRONG, RIGHT = "At the last meeting", "At the first meeting"


@pytest.fixture
def as_(new_page, as_person):
    pages = {}

    def person(key):
        if key not in pages:
            pages[key] = as_person(new_page(viewport={"width": 1280, "height": 900}), key)
        return pages[key]

    return person


def press_in_footer(page, name):
    """One of the editor's actions: most stand in the menu behind the first button."""
    footer = page.get_by_role("navigation", name="Actions (footer)")
    button = footer.get_by_role("button", name=name)
    if not button.first.is_visible():
        footer.get_by_role("button", name="More actions").click()
    button.first.click()


def offered(page):
    """The actions that the editor offers."""
    footer = page.get_by_role("navigation", name="Actions (footer)")
    more = footer.get_by_role("button", name="More actions")
    if more.count():
        more.click()
    names = (
        footer.get_by_role("button").all_inner_texts()
        + footer.get_by_role("link").all_inner_texts()
    )
    if more.count():
        page.keyboard.press("Escape")
    return " ".join(names)


def in_curriculum(page, what):
    page.goto("/admin/")
    page.get_by_role("button", name="Curriculum").click()
    follow(page.get_by_role("link", name=what, exact=True))
    follow(page.get_by_role("link", name=re.compile("^Add ")).first)


def open_from_the_desk(author):
    """An author's way to the page: their own navigation, then the unit's row."""
    go_home(author)
    go(author, "Units")
    follow(
        author.get_by_role("row")
        .filter(has_text=TITLE)
        .get_by_role("link", name=re.compile("^Edit"))
    )
    expect(body(author)).to_be_visible()


def open_what_waits(reviewer):
    """A reviewer's way to the page: from their first page, by what waits for them."""
    go_home(reviewer)
    go(
        reviewer,
        "Units to read" if reviewer.get_by_role("link", name="Units to read").count() else "Units",
    )
    follow(reviewer.get_by_role("link", name=re.compile("^Pages waiting for you")))
    follow(reviewer.get_by_role("main").get_by_role("link", name=TITLE, exact=True).first)
    expect(body(reviewer)).to_be_visible()


def lay_the_ground(author):
    """A new unit of the last module, for every nation."""
    in_curriculum(author, "Units")
    author.get_by_role("combobox", name="Module").select_option(
        label="IMSA703 Independent practice and working with others"
    )
    author.get_by_role("textbox", name="Code").fill(CODE)
    author.get_by_role("textbox", name="Title").fill(TITLE)
    author.get_by_role("spinbutton", name="Order").fill("99")
    author.get_by_role("checkbox", name="Read to the end").check()
    author.get_by_role("checkbox", name="Pass its knowledge checks").check()
    save(author)
    in_curriculum(author, "Units by nation")
    author.get_by_role("combobox", name="Unit").select_option(label=f"{CODE} {TITLE}")
    author.get_by_role("textbox", name="Key").fill("all")
    for nation in ("England", "Wales", "Scotland", "Northern Ireland"):
        author.get_by_role("checkbox", name=nation, exact=True).check()
    save(author)


def write_the_draft(author):
    """Words, a provision chosen from the ledger, and a check; outcomes and the words of a link are forgotten."""
    go_home(author)
    go(author, "Units")
    follow(author.get_by_role("link", name=re.compile("^Edit 703-8")))
    module = (
        author.get_by_role("navigation", name="Breadcrumb")
        .get_by_role("link", include_hidden=True)
        .nth(-2)
        .get_attribute("href")
    )
    author.goto(f"{module}add_subpage/")
    follow(author.get_by_role("link", name=re.compile("^Unit page")))
    author.get_by_role("textbox", name="Title").fill(TITLE)
    unit = author.get_by_role("combobox", name="Unit and nations")
    unit.select_option(value=unit.locator("option", has_text=CODE).get_attribute("value"))
    author.get_by_label("Review by", exact=False).last.fill(
        (date.today() + timedelta(90)).isoformat()
    )
    write(author, add_block(author, "Text"), OPENING)
    law = add_block(author, "Provision of law")
    law.get_by_role("button", name=re.compile("^Choose")).click()
    chosen = author.get_by_role("dialog").get_by_role("row").get_by_role("link").nth(1)
    provision = chosen.inner_text().strip()
    chosen.click()
    expect(law).to_contain_text(provision)
    ask(
        author,
        QUESTION,
        [
            (WRONG, False, "By then it is too late to choose it together."),
            (RIGHT, True, "Then no one is surprised by it."),
        ],
    )
    return provision


def go_home(page):
    page.goto("/today/")


def try_to_publish(author):
    """The editor offers no such button, so the form is sent as somebody would who knows its name."""
    author.locator("form").filter(
        has=author.get_by_role("region", name="Body", exact=True)
    ).evaluate("""form => {
        const button = document.createElement('button');
        Object.assign(button, {type: 'submit', name: 'action-publish', value: '1', textContent: 'Past the reviews'});
        form.append(button);
        button.click();
    }""")


def test_written_mended_reviewed_and_read(as_, manage, axe):
    author, tutor, consultant, trainee = (
        as_("third"),
        as_("tutor"),
        as_("consultant"),
        as_("trainee"),
    )
    lay_the_ground(author)
    provision = write_the_draft(author)
    save(author)
    assert "Publish" not in offered(author).replace("Publish an urgent correction", "")
    try_to_publish(author)
    expect(
        author.get_by_text("Units are read by two reviewers before they are published")
    ).to_be_visible()
    expect(body(author)).to_contain_text(OPENING)

    press_in_footer(author, re.compile("^Submit"))
    expect(author.get_by_text("Mend this first")).to_be_visible()
    expect(
        author.get_by_text("Say what a reader will be able to do: at least one outcome.")
    ).to_be_visible()
    trainee.goto(f"/study/units/{CODE}/")
    assert OPENING not in trainee.content()
    author.get_by_role("textbox", name="Outcomes").fill(
        "Plan an ending together with the person it concerns."
    )
    press_in_footer(author, re.compile("^Submit"))
    expect(author.get_by_text(re.compile("submitted", re.I)).first).to_be_visible()

    tutor.goto("/me/messages/")
    expect(tutor.get_by_role("main")).to_contain_text(f"{TITLE} is ready for you")
    open_what_waits(tutor)
    expect(tutor.get_by_text("You are reviewing this page.")).to_be_visible()
    expect(tutor.get_by_role("textbox", name="Title").first).to_be_disabled()
    press_in_footer(tutor, re.compile("^Approve( and publish)?$", re.I))
    expect(tutor.get_by_text("look at it and confirm it, then approve")).to_be_visible()
    look_at_whom(tutor, axe)
    press_in_footer(tutor, re.compile("^Approve( and publish)?$", re.I))
    expect(tutor.get_by_text("Your review is kept.")).to_be_visible()

    ask_for_a_change(consultant)
    open_from_the_desk(author)
    expect(author.get_by_text(ASKED).first).to_be_visible()
    write(author, body(author).get_by_role("region", name=re.compile("^Text")).first, f" {GENTLER}")
    press_in_footer(author, "Submit to both reviewers again")
    expect(author.get_by_text("is submitted again. Both reviewers read it anew.")).to_be_visible()
    trainee.goto(f"/study/units/{CODE}/")
    assert OPENING not in trainee.content(), "it was published before both had read it"

    for reviewer in (tutor, consultant):
        open_what_waits(reviewer)
        expect(body(reviewer)).to_contain_text(GENTLER)
        if (
            reviewer is tutor
        ):  # what she has seen holds for both reviews, as long as it would do the same
            look_at_whom(tutor, axe)
        press_in_footer(reviewer, re.compile("^Approve( and publish)?$", re.I))
        expect(reviewer.get_by_text("Your review is kept.")).to_be_visible()

    go(trainee, "My study")
    follow(
        trainee.get_by_role("main").get_by_role(
            "link", name="Independent practice and working with others"
        )
    )
    follow(trainee.get_by_role("main").get_by_role("link", name=re.compile(TITLE)))
    said = main(trainee)
    assert OPENING in said and GENTLER in said and COMMENT not in trainee.content()
    assert provision.split(",")[0] in said and "Law as at" in said
    trainee.get_by_label(RIGHT).check()
    follow(trainee.get_by_role("button", name="Check my answer"))
    expect(trainee.get_by_role("main")).to_contain_text("Then no one is surprised by it.")
    reviews = manage(
        "shell",
        "-c",
        "from courses.models import UnitVersion as V; from lms.people.models import User as U; "
        f"[print('said:', r['task'], U.objects.get(pk=r['by']).full_name) for v in V.objects.filter(variant__unit__code='{CODE}') "
        "for r in v.reviews]",
    )
    assert re.findall("said: (.*)", reviews) == [
        "Academic review Agnes Okafor",
        "Lived-experience review Linh Nguyễn",
    ]


def look_at_whom(reviewer, axe):
    """Whose programme changes, by name, and that she has looked."""
    follow(reviewer.get_by_role("link", name="Whose programme this changes").first)
    said = main(reviewer)
    assert (
        "New: they get a unit that they did not have" in said
        and "Màiri" in said
        and "No text" in said
    )
    axe(reviewer)
    follow(reviewer.get_by_role("button", name="I have checked whose programme changes"))
    expect(reviewer.get_by_text("Now approve the page")).to_be_visible()


def ask_for_a_change(consultant):
    """From her own message to the page; a comment beside the words, and a request in her own."""
    open_what_waits(consultant)
    expect(body(consultant)).to_contain_text(OPENING)
    comment_on_outcomes(consultant)
    press_in_footer(consultant, re.compile("^Request changes"))
    dialog = consultant.get_by_role("dialog").filter(has=consultant.get_by_role("textbox"))
    dialog.get_by_role("textbox").fill(ASKED)
    dialog.get_by_role("button", name=re.compile("Request changes|Submit")).click()
    expect(consultant.get_by_text("Your review is kept.")).to_be_visible()


def comment_on_outcomes(page):
    """Beside one field, kept with the decision that follows."""
    field = page.locator("[data-field-wrapper]").filter(
        has=page.get_by_role("textbox", name="Outcomes")
    )
    field.hover()
    field.get_by_role("button", name="Add comment").click()
    page.get_by_placeholder("Enter your comments").fill(COMMENT)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text(COMMENT).first).to_be_visible()
