"""An application reaches the Hub: it is assigned, asked about, checked and approved by two officers; then the new organisation's contact confirms its first post."""

import re
from datetime import date

from playwright.sync_api import expect

from .applying import fill_in, letters_to, link_to_application
from .visiting import follow, main

# Whom an invented officer invites is invented too and has no letter box, so the first contact is somebody who is here already.
ADDRESS, CONTACT = "anna@lanternby.example", "gareth.pritchard@imsa.example"
NAME, CODE = "Lanternby Advocacy with a long name that wraps on a phone", "LANT-01"


def open_up(page, summary):
    page.locator("summary", has_text=summary).first.click()


def at_the_review(officer):
    officer.goto("/hub/applications/")
    follow(officer.get_by_role("link", name=re.compile("Lanternby Advocacy")))
    return officer


def test_from_the_application_to_the_first_confirmed_post(new_page, manage, axe, pdf, as_person):
    applicant = new_page(viewport={"width": 390, "height": 900})
    link = link_to_application(applicant, ADDRESS, manage)
    applicant.goto(link)
    follow(applicant.get_by_role("link", name="About your organisation"))
    fill_in(applicant, pdf)

    first, second = new_page(), new_page()
    as_person(first, "hub")
    as_person(second, "hub2")
    at_the_review(first)
    first.locator("form[action$='/assign/'] select").select_option(label="Nadia Rahman")
    follow(first.get_by_role("button", name="Assign", exact=True))
    expect(first.get_by_text("Assigned to Nadia Rahman")).to_be_visible()
    axe(first)

    open_up(first, "Ask the applicant")
    asking = first.locator("form[action$='/ask/']")
    asking.locator("textarea").fill("Who supervises the advocates?")
    follow(first.get_by_role("button", name="Send the question"))
    assert "Question for the applicant" in main(first)
    newest = re.search(r"(/apply/[\w-]{20,}/)", letters_to(ADDRESS, manage))[1]
    assert newest != link, "the letter with the question has a link of its own"
    applicant.goto(newest)
    assert "Who supervises the advocates?" in main(applicant)
    axe(applicant)
    applicant.locator("main textarea").fill("Dr Cy Dahl, every month.")
    follow(applicant.get_by_role("button", name="Send answer"))
    assert "With the IMSA Model Hub" in main(applicant)

    at_the_review(first)
    assert "Dr Cy Dahl, every month." in main(first)
    assert not first.get_by_role("button", name="Propose approval").count(), "before the checklist"
    open_up(first, "Fill in the checklist")
    results = first.locator("form[action$='/checks/'] select")
    for one in range(results.count()):
        results.nth(one).select_option(label="Met")
    follow(first.get_by_role("button", name="Save the checklist"))
    expect(first.get_by_text("The checklist is saved.")).to_be_visible()

    open_up(first, "Approve")
    for label, words in {
        "Code": CODE,
        "Version of the memorandum that was signed": "1.0",
        "Who signed it for the organisation": "Anna Berg, director",
        "Signed on": date.today().isoformat(),
        "Email address of the first contact": CONTACT,
        "Given names of the contact": "Gareth",
        "Family name of the contact": "Pritchard",
    }.items():
        first.locator("form[action$='/propose/']").get_by_label(label, exact=True).fill(words)
    follow(first.get_by_role("button", name="Propose approval"))
    assert not first.get_by_role("button", name="Confirm approval").count(), (
        "one officer is not two"
    )
    axe(first)

    at_the_review(second)
    assert "Version 1.0, signed by Anna Berg, director" in main(second)
    assert "an account here already, of Gareth Pritchard" in main(second)
    axe(second)
    follow(second.get_by_role("button", name="Confirm approval"))
    expect(second.get_by_text("The organisation is approved")).to_be_visible()
    follow(second.get_by_role("link", name=NAME))
    assert "Approved" in main(second) and "Version 1.0" in main(second)
    axe(second)
    applicant.goto(newest)
    assert "is approved as an IMSA Employing Organisation" in main(applicant)

    second.goto("/hub/register/new/")
    second.get_by_label("The person’s email address").fill("julia.tomas@imsa.example")
    second.get_by_label("Organisation", exact=True).fill(CODE)
    second.get_by_label("Post", exact=True).fill("First advocate")
    second.get_by_label("Scotland").check()
    second.get_by_label("First day of the post").fill(date.today().isoformat())
    follow(second.get_by_role("button", name="Check before you enter it"))
    follow(second.get_by_role("button", name="Enter the post"))
    assert re.search(r"/hub/register/ER-", second.url)

    contact = new_page(viewport={"width": 390, "height": 900})
    as_person(contact, "employer")
    contact.goto("/employer/organisations/")
    assert "Version 1.0, signed by Anna Berg, director" in main(contact)
    follow(contact.get_by_role("button", name=f"I act for {NAME}"))
    contact.goto(f"/employer/posts/?organisation={CODE}")
    card = contact.get_by_role("group").filter(has_text="First advocate")
    assert "To confirm" in card.inner_text()
    axe(contact)
    card.get_by_label("Yes, all of it").check()
    follow(contact.get_by_role("button", name="Send your answers"))
    expect(contact.get_by_text("1 answer is recorded")).to_be_visible()
    assert "Every post is confirmed" in main(contact)
    second.goto(second.url)
    assert "Gareth Pritchard" in main(second), "the register says who confirmed it"
