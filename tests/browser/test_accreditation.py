"""An employer's list and watch, a webhook's page, and certificates that are issued while the registrar watches."""

import csv
import re

import pytest
from playwright.sync_api import expect

from .visiting import follow, main


@pytest.fixture
def as_(new_page, as_person):
    def person(key):
        return as_person(new_page(accept_downloads=True), key)

    return person


def number_of(page):
    """The number and family name of the demonstration's Siân, as her employer's page shows them."""
    page.goto("/employer/")
    return re.search(
        r"IMSA-\w{4}-\w{4}", page.locator("tbody tr", has_text="Llewellyn").inner_text()
    ).group()


def test_a_pasted_list_is_answered_in_its_order_and_taken_along(as_, tmp_path):
    page = as_("employer")
    number = number_of(page)
    follow(page.get_by_role("link", name="Check a list"))
    page.get_by_label("Numbers and family names").fill(
        f"{number}\tLlewellyn\tHR 1\n{number}\tSomebody else\nIMSA-0O1I-2345\tJones\n"
    )
    page.get_by_label("Why you ask").select_option("work")
    follow(page.get_by_role("button", name="Check this list"))
    rows = [row.inner_text() for row in page.locator("tbody tr").all()]
    assert (
        "Accredited" in rows[0]
        and "HR 1" in rows[0]
        and "Not found" in rows[1]
        and "Not read" in rows[2]
    )
    with page.expect_download() as coming:
        page.get_by_role("link", name="As CSV").click()
    coming.value.save_as(tmp_path / "answers.csv")
    lines = list(csv.DictReader((tmp_path / "answers.csv").open(encoding="utf-8-sig")))
    assert [line["Answer"] for line in lines] == ["Accredited", "Not found", ""] and lines[2][
        "What is wrong"
    ]


def test_the_person_reads_who_asked_and_why(as_):
    page = as_("employer")
    number = number_of(page)
    page.get_by_label("IMSA number or certificate number").fill(number.lower().replace("-", " "))
    page.get_by_label("Family name").fill("llewellyn")
    page.get_by_label("Why you ask").select_option("work")
    page.get_by_label("In your own words").fill("She takes on a second survivor.")
    follow(page.get_by_role("button", name="Check", exact=True))
    assert "Accredited" in main(page) and "Q-" in main(page)
    holder = as_("finished")
    holder.goto("/certificates/checks/")
    assert "She takes on a second survivor." in main(holder) and "Canolfan Llanfaerwen" in main(
        holder
    )


def test_a_private_link_shows_the_standing_until_it_is_ended(as_, new_page):
    page = as_("finished")
    page.goto("/certificates/proofs/")
    page.get_by_label("For whom?").fill("A solicitor in Cardiff")
    follow(page.get_by_role("button", name="Make a link"))
    link = re.search(r"https?://\S+/proof/\S+/", main(page)).group()
    guest = new_page()
    guest.goto(link)
    assert "Siân Llewellyn" in main(guest) and "Accredited" in main(guest)
    page.reload()
    assert link not in main(page), "the link is told once"
    follow(page.get_by_role("button", name=re.compile("^End")))
    assert guest.goto(link).status == 404


def test_a_run_is_issued_while_the_page_follows_it(as_, manage, axe):
    page = as_("registrar")
    page.goto("/registry/issue/all/")
    follow(page.get_by_role("button", name="Issue all of them"))
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text() == "Issuing 2 certificates" and "0 of 2 issued" in main(page)
    axe(page)
    expect(page.get_by_text("Nothing goes on at the moment")).to_be_visible()
    manage("work", "--once")
    expect(heading).to_have_text("2 of 2 certificates issued")
    assert "Fraser MacAlasdair" in main(page) and "Rhys ap Gwilym" in main(page)
    page.go_back()
    assert page.goto("/registry/issue/all/").ok and "No certificate is ready" in main(page)
