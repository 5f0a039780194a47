"""An organisation's application, from the home page to the reference, as whoever applies fills it in; and the letters that went to an address."""

import re
import time

from .visiting import follow, main

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


def letters_to(address, manage) -> str:
    """What waits to be sent to an address, the newest first."""
    return manage(
        "shell",
        "-c",
        "from lms.people.models import Mail; from lms.people.encryption import decrypt; from lms.people.outbox import PURPOSE; "
        f"[print(decrypt(m.encrypted_body, PURPOSE)) for m in Mail.objects.filter(to='{address}').exclude(encrypted_body='').order_by('-pk')]",
    )


def link_to_application(page, address, manage, look=lambda: None) -> str:
    """Its path, as it was mailed."""
    page.goto("/")
    follow(page.get_by_role("link", name="Apply to become an Employing Organisation"))
    look()
    page.get_by_label("Email address").fill(address)
    time.sleep(4)  # sooner it was a program
    follow(page.get_by_role("button", name="Send me the link"))
    assert "Check your email" in main(page)
    return re.search(r"(/apply/[\w-]{20,}/)", letters_to(address, manage))[1]


def send_on(page):
    follow(page.get_by_role("button", name="Save and continue", exact=True).last)


def fill_in(page, pdf, look=lambda: None):
    """Each page of the form, and the last press."""
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
        look()
        send_on(page)
    follow(page.get_by_role("link", name="Check your answers and submit"))
    assert "SC012345" in main(page)
    look()
    page.get_by_label("Your name and role").fill("Anna Berg, director")
    page.get_by_label(re.compile("I may apply for this organisation")).check()
    follow(page.get_by_role("button", name="Submit the application"))
    assert "With the IMSA Model Hub" in main(page) and "APP-" in main(page)
