"""An organisation applies without JavaScript and with it, from the home page to the reference; then an officer reads it."""

import re
import time

import pytest

from .visiting import follow, main

ADDRESS = "anna@lanternby.example"
READ = (
    "from lms.people.models import Mail; from lms.people.encryption import decrypt; from lms.people.outbox import PURPOSE; "
    f"print(decrypt(Mail.objects.filter(to='{ADDRESS}').exclude(encrypted_body='').latest('pk').encrypted_body, PURPOSE))"
)
TYPED = {
    "Legal name of the organisation": "Lanternby Advocacy with a long name that wraps on a phone",
    "Charity or company number": "SC012345",
    "Sector": "Housing",
    "Contact for this application": "Anna Berg, director",
    "Safeguarding lead": "Bo Ek, lead",
    "Line manager of the advocates": "Cy Dahl",
    "What clinical or reflective supervision will advocates have?": "Monthly.",
    "How many Independent Modern Slavery Advocates do you plan to employ?": "2",
    "How many people will one advocate support at a time?": "12",
    "How will advocates be independent of your other services?": "A separate team.",
    "How will people with lived experience be involved in your service?": "A paid panel.",
}


def look(page, axe):
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth") if page.scripts else 0
        assert wide <= width, f"{page.url} is {wide} wide at {width}"
    if page.scripts:
        axe(page)


def send_on(page):
    follow(page.get_by_role("button", name="Save and continue", exact=True).last)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_home_page_to_the_reference(scripts, new_page, manage, axe, pdf, as_person):
    page = new_page(java_script_enabled=scripts)
    page.scripts = scripts
    page.goto("/")
    follow(page.get_by_role("link", name="Apply to become an Employing Organisation"))
    look(page, axe)
    page.get_by_label("Email address").fill(ADDRESS)
    time.sleep(4)  # sooner it was a program
    follow(page.get_by_role("button", name="Send me the link"))
    assert "Check your email" in main(page)
    link = re.search(r"(/apply/[\w-]{20,}/)", manage("shell", "-c", READ))[1]
    page.goto(link)
    look(page, axe)
    follow(page.get_by_role("link", name="About your organisation"))
    send_on(page)
    assert "Please put this right" in main(page)
    look(page, axe)
    for number in range(1, 6):
        assert f"Page {number} of 5" in main(page)
        for label, words in TYPED.items():
            if page.get_by_label(label, exact=True).count():
                page.get_by_label(label, exact=True).fill(words)
        if number == 1:
            page.get_by_label("Scotland").check()
        if number == 3:
            page.get_by_label("Level 2").check()
        if number == 4:
            page.get_by_label("Yes", exact=True).check()
            page.get_by_label("Insurance: the policy runs until").fill("2027-12-31")
            for label in ("Insurance certificate", "Safeguarding policy"):
                page.get_by_label(label).set_input_files(
                    {"name": "file.pdf", "mimeType": "application/pdf", "buffer": pdf(label)}
                )
        if number == 5:
            page.get_by_label("No", exact=True).check()
            page.get_by_label(re.compile("We will tell the IMSA Model Hub")).check()
        look(page, axe)
        send_on(page)
    follow(page.get_by_role("link", name="Check your answers and submit"))
    assert "SC012345" in main(page)
    look(page, axe)
    page.get_by_label("Your name and role").fill("Anna Berg, director")
    page.get_by_label(re.compile("I may apply for this organisation")).check()
    follow(page.get_by_role("button", name="Submit the application"))
    assert "With the IMSA Model Hub" in main(page) and "APP-" in main(page)
    look(page, axe)
    if scripts:
        follow(page.get_by_role("link", name="Withdraw the application"))
        follow(page.get_by_role("button", name="Withdraw the application"))
        assert "You have withdrawn this application" in main(page)
        return
    desk = new_page()
    desk.scripts = True
    as_person(desk, "hub")
    for path in ("/hub/applications/", "/hub/applications/form/", "/hub/applications/form/1/"):
        desk.goto(path)
        look(desk, axe)
    desk.goto("/hub/applications/")
    follow(desk.get_by_role("link", name=re.compile("Lanternby Advocacy")))
    assert "Monthly." in main(desk)
    look(desk, axe)
    desk.goto("/hub/organisations/ORG-18/")
    assert "Who acts next" in main(desk)
    look(desk, axe)
