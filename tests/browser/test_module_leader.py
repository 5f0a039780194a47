"""A module leader's way: signed in by password and second factor, a piece with a rubric and its outcomes, the external examiner's word, dates by copying, and trainees read it."""

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from .test_second_factor import step_with_time_left, totp
from .visiting import follow, main

EMAIL, PASSWORD = "agnes.okafor@imsa.example", "seven quiet larks on a wet roof"
CODE, URL = "704-TALK", "/registry/assessments/704-TALK"
EXPLAIN, LISTEN = "Explain one duty to a person it protects.", "Listen before advising."
MADE = f"""
from datetime import timedelta
from assessments.setting.actions.leaders import name_leader
from cohorts.enrolment.actions import make_cohort
from courses.models import Module, Programme
from lms.kit import clock
from lms.people.models import User
from lms.people.roles import Operator
by, programme = Operator("test"), Programme.objects.get(code="IMSA-PGC")
leader = User.objects.get(email="{EMAIL}")
leader.set_password("{PASSWORD}")
leader.save()
module = Module.objects.create(programme=programme, code="IMSA704", title="Speaking with people",
    credits=0, order=9, outcomes=["{EXPLAIN}", "{LISTEN}"])
name_leader(module, leader, clock.today(), by=by)
begins = clock.today() + timedelta(300)
make_cohort("IMSA-NEXT", "The intake after", programme, begins, begins + timedelta(300), by=by)
"""
LOOK = os.environ.get("LOOK", "")


def look(page, name):
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0, f"{name} is {over} px too wide"
    if LOOK:
        page.screenshot(path=str(Path(LOOK) / f"leader-{name}.png"), full_page=True)


def press(page, name):
    follow(page.get_by_role("button", name=name, exact=True))


@pytest.fixture
def leader(home, site, manage, new_page):
    manage("shell", "-c", MADE)
    page = new_page(viewport={"width": 1440, "height": 900})
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))
    page.goto("/marking/")
    follow(page.get_by_role("link", name="Set up an app"))
    secret = page.locator("#key-label .hash").inner_text().replace(" ", "")
    page.get_by_label("six figures").fill(totp(secret, step_with_time_left()))
    press(page, "Finish")
    return page


def fill_criterion(page, number, title, weight, outcome, levels=()):
    page.locator(f"#id_title-{number}").fill(title)
    page.locator(f"#id_weight-{number}").fill(str(weight))
    card = page.locator("fieldset.card").nth(number - 1)
    card.get_by_label(outcome).check()
    if levels:
        card.locator("summary").click()
    for n, (low, high, words) in enumerate(levels, start=1):
        for part, value in zip(("from", "to", "text"), (low, high, words), strict=True):
            page.locator(f"#id_level-{part}-{number}-{n}").fill(str(value))


def test_a_leader_sets_a_piece_from_its_brief_to_the_trainees_page(leader, new_page, as_person):
    leader.goto("/marking/")
    follow(leader.get_by_role("link", name="Set the assessments of the modules you lead"))
    assert "IMSA701" not in main(leader), "a module that they do not lead"
    follow(leader.get_by_role("link", name="Add an assessment").first)
    leader.get_by_label("Module").select_option(label="IMSA704 Speaking with people")
    leader.get_by_label("Written assignment").check()
    leader.get_by_label("Code").fill(CODE)
    leader.get_by_label("Title").fill("A talk on one duty")
    leader.get_by_label("Weight").fill("100")
    follow(leader.locator("main form button.button"))
    leader.get_by_label("Brief").fill("Prepare a talk of ten minutes.")
    leader.get_by_label("Whole and half marks").check()
    levels = [(70, 100, "Clear to anyone."), (0, 69.5, "Not clear yet.")]
    fill_criterion(leader, 1, "Law in plain words", 60, EXPLAIN, levels)
    fill_criterion(leader, 2, "Time", 40, EXPLAIN)
    press(leader, "Save the draft")
    look(leader, "draft-1440")
    assert LISTEN in main(leader) and "No criterion here assesses" in main(leader)
    press(leader, "Send to the external examiner")

    examiner = as_person(new_page(viewport={"width": 390, "height": 844}), "examiner")
    examiner.goto("/examining/papers/")
    follow(examiner.get_by_role("link", name=re.compile("A talk on one duty")))
    look(examiner, "paper-390")
    assert "A rubric (what each mark means)" in main(examiner)
    assert "Whole and half marks" in main(examiner) and "Clear to anyone." in examiner.content()
    examiner.get_by_label("I ask for changes").check()
    examiner.get_by_label("Your words").fill("No criterion shows that they listen.")
    press(examiner, "Send your answer")

    leader.goto(f"{URL}/1/")
    assert "No criterion shows that they listen." in main(leader)
    card = leader.locator("fieldset.card").nth(1)
    card.get_by_label(LISTEN).check()
    press(leader, "Save the draft")
    assert "No criterion here assesses" not in main(leader)
    leader.set_viewport_size({"width": 390, "height": 844})
    look(leader, "draft-390")
    leader.set_viewport_size({"width": 1440, "height": 900})
    press(leader, "Send to the external examiner")
    examiner.goto(f"/examining/papers/{CODE}/1/")
    examiner.get_by_label("I approve it").check()
    press(examiner, "Send your answer")

    leader.goto("/registry/cohorts/IMSA-2026-09/dates/")
    opens, due = date.today() - timedelta(1), date.today() + timedelta(60)
    for name, day in (("opens", opens), ("due", due)):
        leader.locator(f"[name='{CODE}-{name}']").fill(day.isoformat())
    press(leader, "Save the dates")
    leader.goto("/registry/cohorts/IMSA-NEXT/dates/")
    leader.locator("summary", has_text="Copy the dates from an earlier cohort").click()
    leader.get_by_label("Earlier cohort").select_option(label="Pilot intake, September 2026")
    press(leader, "Fill in the dates")
    copied = date.fromisoformat(leader.locator(f"[name='{CODE}-due']").input_value())
    assert copied > due and (copied - due).days % 7 == 0
    press(leader, "Save the dates")
    assert leader.locator(f"[name='{CODE}-due']").input_value() == copied.isoformat()

    trainee = as_person(new_page(viewport={"width": 390, "height": 844}), "trainee")
    trainee.goto("/my-work/")
    follow(trainee.get_by_role("link", name="A talk on one duty", exact=True))
    look(trainee, "brief-390")
    assert "Prepare a talk of ten minutes." in main(trainee) and LISTEN in main(trainee)
    assert "No criterion here assesses" not in main(trainee)
