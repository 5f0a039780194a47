"""The law changes: from the ledger to the people who learned the old text, and to what a stranger is told of them."""

import json
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from .editor import ask, save
from .visiting import follow, go, main

PROVISION = "Modern Slavery Act 2015, s.45"
WORDS = "The defence now asks what a reasonable person with the same experience would have done."
SAYS = "A victim has a defence where a reasonable person in the same situation, with the same experience, would have done the same."
QUESTION = "Whose experience does the test take in since the change?"
WRONG, RIGHT = (
    "No one’s: it asks what anyone would do",
    "That of a person who lived through the same",
)
HINT, PRAISE = (
    "Read the words after “reasonable person” once more.",
    "The test now stands where the survivor stood.",
)
NUMBER = re.compile(r"IMSA-\w{4}-\w{4}")
# Asked of the database in a way of its own, to be compared with what the pages say.
WHO = """
import json
from courses.models import Provision, Study, TopUpDue
law = Provision.objects.get(act="Modern Slavery Act 2015", section="s.45")
studied = Study.objects.filter(version__citations__provision=law)
print("said:" + json.dumps({
    "studied": sorted(set(studied.values_list("person__email", flat=True))),
    "due": sorted(TopUpDue.objects.filter(top_up__change__provision=law).values_list("person__email", flat=True)),
}))
"""
THEN = """
import json
from datetime import date
from certificates.actions import answer_check
from lms.kit import clock
from lms.people.roles import Operator
with clock.at(date.fromisoformat("{day}")):
    check = answer_check("{number}", "Llewellyn", by=Operator("test"))
print("said:" + json.dumps(check.answer))
"""


@pytest.fixture
def asked(manage):
    """`asked(WHO)`: what a few lines in the server's own shell print."""
    return lambda lines, **values: json.loads(
        manage("shell", "-c", lines.format(**values) if values else lines).partition("said:")[2]
    )


def standing(public, number):
    """What a stranger reads about the holder today."""
    public.goto("/check/")
    public.get_by_label(re.compile("number")).fill(number)
    public.get_by_label("Family name").fill("Llewellyn")
    follow(public.get_by_role("button", name="Check", exact=True))
    return main(public)


def record_the_change(author, second, axe):
    """An author proposes, and a tutor, who sees whom it concerns, confirms."""
    go(author, "Law")
    author.get_by_text(re.compile("^Due later")).first.click()
    follow(
        author.get_by_role("region", name="Due later")
        .get_by_role("link", name=PROVISION, exact=True)
        .last
    )
    follow(author.get_by_role("link", name="Record a change of law"))
    author.get_by_label("What changed?").fill(WORDS)
    follow(author.get_by_role("button", name="Continue"))
    expect(author.get_by_role("main")).to_contain_text("The ledger says this already.")
    author.go_back()
    author.get_by_label("What changed?").fill(WORDS)
    author.get_by_label("What the provision says now").fill(SAYS)
    follow(author.get_by_role("button", name="Continue"))
    expect(author.get_by_role("main")).to_contain_text("Nothing is recorded yet.")
    axe(author)
    follow(author.get_by_role("button", name="Propose the change"))
    expect(author.get_by_role("main")).to_contain_text("another author or a tutor confirms it")
    expect(author.get_by_role("button", name="Confirm the change")).to_have_count(0)
    axe(author)
    second.goto(author.url)
    assert WORDS in main(second) and SAYS in main(second) and "Llewellyn" in main(second)
    axe(second)
    follow(second.get_by_role("button", name="Confirm the change"))
    expect(second.get_by_role("heading", name="Who learned the old text")).to_be_visible()
    author.goto(second.url)


def read_and_answer(page, title):
    """Wrong, then right, then finished."""
    follow(page.get_by_role("main").get_by_role("link", name="Read what changed"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    finish = page.get_by_role("button", name="I have read what changed")
    expect(finish).to_have_count(0)
    page.get_by_label(WRONG).check()
    follow(page.get_by_role("button", name="Check my answer"))
    expect(page.get_by_role("main")).to_contain_text(HINT)
    expect(finish).to_have_count(0)
    page.get_by_label(RIGHT).check()
    follow(page.get_by_role("button", name="Check my answer"))
    expect(page.get_by_role("main")).to_contain_text(PRAISE)
    return finish


def test_from_the_ledger_to_the_endorsement(new_page, as_person, asked, axe):
    author, holder, public = (
        as_person(new_page(), "third"),
        as_person(new_page(), "finished"),
        new_page(),
    )
    holder.goto("/certificates/mine/")
    number = NUMBER.search(main(holder)).group()
    before = standing(public, number)
    assert "Accredited" in before and "Wales" in before

    record_the_change(author, as_person(new_page(), "tutor"), axe)
    there, people = asked(WHO), main(author)
    counted = len(there["studied"])
    assert counted and f"{counted} " + ("person has" if counted == 1 else "people have") in people
    rows = author.get_by_role("region", name="Versions that taught the old text").get_by_role("row")
    own = rows.filter(has_text="England and Wales")
    expect(own).to_have_count(1)
    assert re.search(r"\b[1-9]\d*$", own.inner_text().strip()), "how many studied it"
    assert "Llewellyn" not in author.content(), (
        "an author needs numbers here; names come with the tutor’s work"
    )
    assert not there["due"] and PROVISION not in standing(public, number)
    axe(author)

    follow(author.get_by_role("button", name="Write the top-up"))
    expect(author.get_by_role("textbox", name="Title")).to_be_visible()
    title = author.get_by_role("textbox", name="Title").input_value()
    ask(author, QUESTION, [(WRONG, False, HINT), (RIGHT, True, PRAISE)])
    save(author)
    author.goto("/law/")
    follow(
        author.get_by_role("main")
        .get_by_role("listitem")
        .filter(has_text=PROVISION)
        .get_by_role("link")
    )
    follow(author.get_by_role("link", name="Read it as people will"))
    assert WORDS in main(author) and SAYS in main(author)
    axe(author)
    author.go_back()
    assert not asked(WHO)["due"], "a draft reached someone"
    follow(author.get_by_role("link", name="See who would get it"))
    assert f"{counted} " + ("person has" if counted == 1 else "people have") in main(
        author
    ) and "Llewellyn" not in main(author)
    today = date.fromisoformat(
        author.get_by_label("From when does it count?").evaluate(
            "() => new Date().toLocaleDateString('sv')"
        )
    )
    counts_from = today + timedelta(2)
    for day in (today, counts_from):  # from today nobody has time to read it
        author.get_by_label("From when does it count?").fill(day.isoformat())
        follow(author.get_by_role("button", name="Propose the top-up"))
        assert not asked(WHO)["due"]
    expect(author.get_by_role("main")).to_contain_text(
        "You proposed this top-up, so another author or a tutor sends it."
    )
    expect(author.get_by_role("button", name="Send the top-up")).to_have_count(0)
    axe(author)
    second = as_person(new_page(), "tutor")
    second.goto(author.url)
    assert WORDS in main(second) and SAYS in main(second)
    axe(second)
    follow(second.get_by_role("button", name="Send the top-up"))
    expect(second.get_by_text("Each person has a message")).to_be_visible()
    axe(second)
    assert asked(WHO)["due"] == there["studied"], (
        "it went to those who studied the old text and to no one else"
    )

    trainee = as_person(new_page(), "trainee")
    trainee.goto("/study/")
    assert PROVISION not in main(trainee)
    go(holder, "My study")
    first = holder.get_by_role("region", name="Next")
    assert title in first.inner_text() and "Top-up due by" in first.inner_text()
    now = standing(public, number)
    assert (
        "Accredited" in now and "Top-up due" in now and "Until then the endorsement counts" in now
    )
    axe(public)
    hub = as_person(new_page(), "hub")
    go(hub, "Hub")
    last = counts_from - timedelta(1)
    expect(hub.get_by_role("row").filter(has_text="Siân Llewellyn")).to_contain_text(
        f"{last:%A} {last.day} {last:%B %Y}"
    )

    day = (counts_from + timedelta(1)).isoformat()
    then = asked(THEN, number=number, day=day)
    assert then["code"] == "top_up_due" and not then["nations"], then
    finish = read_and_answer(holder, title)
    assert asked(THEN, number=number, day=day)["code"] == "top_up_due", (
        "answering alone is not finishing"
    )
    axe(holder)
    follow(finish)
    expect(holder.get_by_text("Nothing more is due for this change.")).to_be_visible()
    after = asked(THEN, number=number, day=day)
    assert after["code"] == "accredited" and len(after["nations"]) == 1, after
    assert "reasonable person" not in standing(public, number), (
        "a stranger is told of no text that someone has read"
    )
    go(holder, "My study")
    assert title not in holder.get_by_role("region", name="Next").inner_text()

    tutor = as_person(new_page(), "tutor")
    go(tutor, "Law")
    follow(
        tutor.get_by_role("main")
        .get_by_role("listitem")
        .filter(has_text=PROVISION)
        .get_by_role("link")
    )
    done = tutor.get_by_role("row").filter(has_text="Siân Llewellyn")
    expect(done).to_contain_text("Done")
    expect(tutor.get_by_role("main")).to_contain_text(f"1 of {counted} people")


def test_who_keeps_no_law_records_no_change(page, as_person, asked):
    as_person(page, "trainee")
    for path in ("/law/", "/law/vpa2024-s16/", "/law/vpa2024-s16/change/", "/law/changes/1/"):
        assert page.goto(path).status == 403, path
    assert page.goto("/study/top-ups/999/").status == 404
