"""From a nomination to an enrolment, a leave with dates and a transfer, as the registrar's office does it, on a telephone's width."""

import re
from datetime import date, timedelta

from playwright.sync_api import expect

from .visiting import follow


def make_cohort(page, code, title, starts_on):
    page.goto("/registry/cohorts/")
    page.get_by_text("Make a cohort", exact=True).click()
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("First day", exact=True).fill(starts_on.isoformat())
    page.get_by_label("Last day", exact=True).fill((starts_on + timedelta(days=300)).isoformat())
    follow(page.get_by_role("button", name="Make the cohort"))


def choose(field, words):
    field.select_option(field.locator("option", has_text=words).get_attribute("value"))


def test_from_nomination_to_transfer(new_page, as_person, axe):
    first = date.today() + timedelta(days=40)
    office = new_page(viewport={"width": 390, "height": 900})
    as_person(office, "registrar")
    make_cohort(office, "NEXT-1", "The next cohort", first)
    make_cohort(office, "NEXT-2", "The cohort after", first + timedelta(days=100))
    office.goto("/registry/intake/")
    follow(office.get_by_role("link", name="The next cohort"))
    for nation in ("England", "Wales", "Scotland", "Northern Ireland"):
        office.get_by_label(nation, exact=True).fill("1")
    follow(office.get_by_role("button", name="Save the places"))
    follow(office.get_by_role("button", name="Open it to applications"))
    axe(office)

    employer = new_page(viewport={"width": 1440, "height": 900})
    as_person(employer, "employer")
    employer.goto("/employer/nominations/")
    follow(employer.get_by_role("link", name="Nominate someone"))
    choose(employer.get_by_label("Cohort", exact=True), "The next cohort")
    employer.get_by_label("Given names").fill("Mair")
    employer.get_by_label("Family name").fill("Nomination")
    employer.get_by_label("Email address", exact=True).fill("mair.nomination@imsa.example")
    employer.get_by_label("Role at your organisation").fill("Support worker")
    employer.get_by_label("Wales").check()
    employer.get_by_label("Why you nominate them").fill("She supports people.")
    employer.get_by_label("They know that I nominate them").check()
    follow(employer.get_by_role("button", name="Nominate this person"))
    expect(employer.get_by_text("Waiting for a decision")).to_be_visible()

    office.goto("/registry/intake/NEXT-1/")
    follow(office.get_by_role("link", name="Mair Nomination"))
    axe(office)
    office.get_by_label("Student reference").fill("S-NEXT-1")
    follow(office.get_by_role("button", name="Offer the place"))
    link = re.search(r"/offers/[\w-]+/", office.locator("body").inner_text())[0]
    person = new_page()
    person.goto(link)
    expect(person.get_by_role("heading", name="A place is offered to you")).to_be_visible()
    axe(person)
    follow(person.get_by_role("button", name="Accept the place"))
    expect(person.get_by_text("You have accepted this place.")).to_be_visible()

    office.reload()
    follow(office.get_by_role("link", name="The enrolment"))
    follow(office.get_by_role("link", name="Leave of absence", exact=True))
    office.get_by_label("First day of the leave").fill((first + timedelta(days=10)).isoformat())
    office.get_by_label("Expected return").fill((first + timedelta(days=30)).isoformat())
    follow(office.get_by_role("button", name="Check before you confirm"))
    axe(office)
    follow(office.locator("button[name=confirm]"))
    expect(office.get_by_text("leave of absence from")).to_be_visible()
    follow(office.get_by_role("button", name="Cancel this leave of absence"))
    follow(office.get_by_role("link", name="Transfer to another cohort"))
    choose(office.get_by_label("New cohort"), "The cohort after")
    office.get_by_label("Reason", exact=True).fill("Asked for it.")
    follow(office.get_by_role("button", name="Check before you confirm"))
    follow(office.locator("button[name=confirm]"))
    expect(office).to_have_url(re.compile("/registry/cohorts/NEXT-2/"))
    expect(office.locator("main")).to_contain_text("From The next cohort to The cohort after")
