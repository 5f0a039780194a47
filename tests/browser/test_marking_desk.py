"""A marker's page saves what is typed by itself, says when it cannot, and asks before anything unsaved is left."""

from playwright.sync_api import expect

from .visiting import follow, slow_script

PATIENCE = 60000


def begin(page):
    return page.get_by_role("link", name="Mark it").or_(
        page.get_by_role("link", name="Go on marking")
    )


def test_marks_are_saved_while_they_are_typed(page, as_person):
    as_person(page, "tutor")
    page.goto("/marking/")
    follow(begin(page))
    group = page.locator("[data-levels]").first
    mark = page.locator(f"[name='{group.get_attribute('data-levels')}']")
    status = page.locator("[data-saved]")

    # A level proposes its middle mark; the arrow keys go on to the next; what is typed shows its level.
    group.get_by_role("radio").first.check()
    expect(mark).to_have_value("85")
    page.keyboard.press("ArrowDown")
    expect(mark).to_have_value("64")
    mark.fill("45")
    expect(group.locator("tr.is-current")).to_contain_text("40 to 49")
    expect(status).to_contain_text("Saved at", timeout=PATIENCE)

    comment = page.get_by_label("Comment for the trainee")
    page.context.set_offline(True)
    comment.fill("The test at each decision is right.")
    expect(status).to_contain_text("Not saved: no connection", timeout=PATIENCE)
    page.context.set_offline(False)
    expect(status).to_contain_text("Saved at", timeout=PATIENCE)
    mark.fill("seventy")
    expect(status).to_contain_text("but for what is no mark", timeout=PATIENCE)
    mark.fill("62")

    # A button that is pressed while the page saves waits, and what it sends is not refused as outdated.
    follow(page.get_by_role("button", name="Save for later"))
    expect(page.get_by_text("Saved for later")).to_be_visible(timeout=PATIENCE)
    expect(mark).to_have_value("62")
    expect(comment).to_have_value("The test at each decision is right.")

    # Chosen words become a phrase, and go where the comment is being written.
    comment.select_text()
    page.get_by_text("Your own phrases").first.click()
    page.get_by_role("button", name="Keep the chosen words as a phrase").click()
    expect(page.locator("[data-kept]")).to_contain_text("The phrase is kept", timeout=PATIENCE)
    comment.fill("First. ")
    page.locator("[data-insert]").first.click()
    expect(comment).to_have_value("First. The test at each decision is right.")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("a.back").click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"] and page.url.endswith("/") and "/marking/S-" in page.url


def test_a_level_that_is_chosen_before_the_script_has_come_counts(page, as_person):
    as_person(page, "tutor")
    page.goto("/marking/")
    place = begin(page).get_attribute("href")
    with slow_script(page, "marks"):
        page.goto(place, wait_until="commit")
        group = page.locator("[data-levels]").first
        group.get_by_role("radio").first.check()
    mark = page.locator(f"[name='{group.get_attribute('data-levels')}']")
    expect(mark).to_have_value("85")
    expect(page.locator("[data-saved]")).to_contain_text("Saved at", timeout=PATIENCE)
