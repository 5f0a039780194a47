"""Wagtail's editor as an author uses it: by the names it gives to its blocks, fields and buttons."""

import contextlib
import re

from playwright.sync_api import expect

from .visiting import follow


def body(page):
    return page.get_by_role("region", name="Body", exact=True)


def add_block(page, kind):
    """Add a block of this kind below what there is; returns it."""
    before = body(page).get_by_role("region", name=re.compile(f"^{re.escape(kind)}")).count()
    body(page).get_by_role("button", name="Insert a block").last.click()
    page.get_by_role("option", name=kind, exact=True).click()
    blocks = body(page).get_by_role("region", name=re.compile(f"^{re.escape(kind)}"))
    expect(blocks).to_have_count(before + 1)
    return blocks.last


def write(page, block, words):
    """Type into the rich text of a block, at its end."""
    box = block.get_by_role("textbox")
    box.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    expect(box).to_contain_text(words[-30:])
    # The editor hands what was typed to its form a moment later; nobody is quick enough to press a button before it.
    page.wait_for_function(
        "words => [...document.querySelectorAll('input[type=hidden]')].some(one => one.value.includes(words))",
        arg=words[-30:],
    )


def ask(page, question, answers):
    """A check with one right answer; `answers`: (text, is it right, feedback)."""
    block = add_block(page, "Check: one answer")
    block.get_by_role("textbox", name="Question").fill(question)
    for n, (text, is_right, why) in enumerate(answers):
        option = block.get_by_role("region").nth(n)
        for _ in range(3):  # a press that comes before the editor listens is lost
            if option.count():
                break
            block.get_by_role("button", name="Add", exact=True).last.click()
            with contextlib.suppress(AssertionError):
                expect(option).to_be_visible()
        option.get_by_role("textbox", name="Text").fill(text)
        option.get_by_role("checkbox", name="This is right").set_checked(is_right)
        option.get_by_role("textbox", name="Feedback").fill(why)
    return block


def save(page):
    """Save, and wait until the site says that it did."""
    follow(
        page.get_by_role("navigation", name="Actions (footer)")
        .get_by_role("button", name=re.compile("^Save"))
        .first
    )
    expect(page.get_by_text(re.compile(r"(updated|saved|created)\.?", re.I)).first).to_be_visible()
