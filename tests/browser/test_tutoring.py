"""A tutor finds who may need help, writes, announces and notes it; the trainee reads all of it: without JavaScript, on a telephone and on a desk."""

import os
import re
from pathlib import Path

import pytest

from .visiting import follow, main

LOOK = os.environ.get("LOOK", "")


def look(page, name):
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0, f"{name} is {over} px too wide"
    if LOOK:
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [390, 1440])
def test_a_tutor_keeps_in_touch_with_a_cohort(new_page, as_person, width):
    options = {"java_script_enabled": False, "viewport": {"width": width, "height": 900}}
    tutor = new_page(**options)
    as_person(tutor, "third")
    tutor.goto("/teaching/sessions/")
    follow(tutor.get_by_role("link", name="Cohorts: who may need help"))
    look(tutor, f"cohorts-{width}")
    links = tutor.locator("main table a")
    addresses = [links.nth(n).get_attribute("href") for n in range(links.count())]
    for address in addresses:
        tutor.goto(f"{address}?show=all")
        if tutor.get_by_label("NicDhòmhnaill").count():
            break
    look(tutor, f"cohort-{width}")
    tutor.get_by_label("NicDhòmhnaill").check()
    follow(tutor.get_by_role("button", name="Write to the people ticked"))
    tutor.get_by_label("Subject").fill(f"Unit {width}")
    tutor.get_by_label("Message", exact=True).fill("Shall we talk?\n\nhttps://a.example/time")
    look(tutor, f"write-{width}")
    follow(tutor.get_by_role("button", name="Continue"))
    assert "Check before you send" in main(tutor)
    look(tutor, f"check-{width}")
    follow(tutor.get_by_role("button", name="Send to 1 person"))
    assert "Sent to 1 person" in main(tutor)
    look(tutor, f"message-{width}")
    follow(tutor.locator("main ul a"))
    tutor.locator("summary", has_text="Record contact").click()
    tutor.get_by_label("Call").check()
    tutor.get_by_label("What it was about").fill("Talked about the timetable.")
    look(tutor, f"person-{width}")
    follow(tutor.get_by_role("button", name="Record the contact"))
    assert "Talked about the timetable." in main(tutor)
    tutor.goto(f"{address}announcements/")
    if tutor.locator("details[open]").count() == 0:
        tutor.locator("summary", has_text="Write an announcement").click()
    tutor.get_by_label("Title").fill(f"Room {width}")
    tutor.get_by_label("Text").fill("The session is in another room.")
    tutor.get_by_label("Last day it is shown").fill("2099-01-01")
    follow(tutor.get_by_role("button", name="Announce it"))
    look(tutor, f"announcements-{width}")
    assert f"Room {width}" in main(tutor)
    trainee = new_page(**options)
    as_person(trainee, "trainee")
    trainee.goto("/study/")
    assert f"Room {width}" in main(trainee)
    look(trainee, f"study-{width}")
    follow(trainee.get_by_role("link", name="Messages and contact"))
    assert "Talked about the timetable." in main(trainee)
    look(trainee, f"contact-{width}")
    follow(trainee.get_by_role("link", name=re.compile(f"Unit {width}")))
    assert "Shall we talk?" in main(trainee) and "You cannot reply on this page" in main(trainee)
    look(trainee, f"own-message-{width}")
