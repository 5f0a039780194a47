"""A large file goes on where it was cut off: after five lost connections, after a reload, and beside a second tab."""

import io
import json
import re
import secrets

import pytest
from PIL import Image
from playwright.sync_api import expect
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from .visiting import follow

KEPT = """
import json
from assessments.taking.models import PartialUpload, Submission
rows = Submission.objects.filter(enrolment__person__email="mairi.nicdhomhnaill@imsa.example", assessment__code="701-ESSAY")
print(json.dumps([list(rows.values_list("sha256", "state")), list(PartialUpload.objects.values_list("offset", "size"))]))
"""
PIECE, PATIENCE, CHECK = 1024 * 1024, 90000, re.compile("/check/(#|$)")


@pytest.fixture(scope="module")
def essay():
    """A real PDF of some megabytes, and its name."""
    out, monkeypatch = io.BytesIO(), pytest.MonkeyPatch()
    monkeypatch.setattr(rl_config, "useA85", 0)
    sheet = canvas.Canvas(out)
    sheet.drawString(72, 720, "An essay about one invented survivor.")
    for _page in range(6):
        picture = io.BytesIO()
        noise = Image.frombytes("RGB", (1400, 1400), secrets.token_bytes(3 * 1400 * 1400))
        noise.save(picture, "JPEG", quality=90)
        sheet.drawImage(ImageReader(picture), 36, 100, 500, 500)
        sheet.showPage()
    sheet.save()
    monkeypatch.undo()
    return {"name": "essay.pdf", "mimeType": "application/pdf", "buffer": out.getvalue()}


def fill(page, essay):
    page.locator("input[name=file]").set_input_files(essay)
    for name in ("is_anonymised", "is_own"):
        page.locator(f"input[name={name}]").check()


def press(page):
    page.get_by_role("button", name="Check before handing in").click(no_wait_after=True)


def test_a_file_is_cut_off_five_times_and_arrives_once(page, as_person, manage, essay, axe):
    def kept():
        return json.loads(manage("shell", "-v", "0", "-c", KEPT).strip().splitlines()[-1])

    size = len(essay["buffer"])
    assert size > 7 * PIECE
    as_person(page, "trainee")
    page.goto("/my-work/701-ESSAY/")
    fill(page, essay)
    sent = []

    def cut(route):
        """Of pieces: every second one never arrives, or its answer is lost, five in all; after the fifth nothing more comes through."""
        if route.request.method != "PATCH":
            return route.continue_()
        sent.append(route.request.headers["upload-offset"])
        if len(sent) > 8:
            return route.abort()
        if len(sent) in (2, 6):
            return route.abort()
        if len(sent) in (4, 8):
            route.fetch()
            return route.abort()
        return route.continue_()

    page.route("**/my-work/uploads/**", cut)
    press(page)
    words = page.locator("[data-upload-words]")
    expect(words).to_contain_text("No connection. What has arrived is kept", timeout=PATIENCE)
    while len(sent) < 9:
        page.wait_for_timeout(200)
    expect(words).to_contain_text("No connection. What has arrived is kept", timeout=PATIENCE)
    assert page.locator("[data-upload-progress]").evaluate("bar => bar.value") > 50
    axe(page)
    before = kept()[1][0]
    assert 2 * PIECE <= before[0] < size == before[1]

    # The page is loaded again, and the same file chosen: the rest is sent, and no piece of what is here.
    page.reload()  # while it is cut: the old page must not send a piece more
    page.unroute("**/my-work/uploads/**")
    expect(page.locator("#on-its-way-title")).to_have_text("Part of your file has arrived")
    axe(page)
    more = []
    page.on(
        "request",
        lambda asked: (
            more.append(int(asked.headers["upload-offset"])) if asked.method == "PATCH" else None
        ),
    )
    fill(page, essay)

    # A second tab sends the same file at this moment: it looks on, and one of them sends.
    waiting, is_holding = [], [True]

    def hold(route):
        if is_holding[0] and route.request.method == "PATCH":
            return waiting.append(route)
        return route.continue_()

    page.route("**/my-work/uploads/**", hold)
    press(page)
    while not waiting:
        page.wait_for_timeout(100)
    second = page.context.new_page()
    second.goto(page.url)
    fill(second, essay)
    press(second)
    expect(second.locator("[data-upload-words]")).to_contain_text(
        "in another tab", timeout=PATIENCE
    )
    is_holding[0] = False
    waiting[0].continue_()
    page.wait_for_url(CHECK, timeout=PATIENCE)
    assert min(more) == before[0] and sorted(set(more)) == more
    second.wait_for_url(CHECK, timeout=PATIENCE)
    expect(page.get_by_role("link", name="essay.pdf")).to_be_visible()
    rows, parts = kept()
    assert [state for _sha, state in rows] == ["draft"] and rows[0][0], (
        "nothing is handed in by itself"
    )
    assert parts == [[size, size]]
    page.get_by_role("button", name="Hand in this file").click()
    page.wait_for_url("**/receipts/**")
    assert [state for _sha, state in kept()[0]] == ["submitted"]


def test_a_small_file_and_one_without_scripts_go_with_the_form(
    page_without_scripts, as_person, essay
):
    page = page_without_scripts
    as_person(page, "trainee")
    page.goto("/my-work/702-PORTFOLIO/")
    assert not page.locator("[data-upload-line]").is_visible()
    fill(page, essay)
    follow(page.get_by_role("button", name="Check before handing in"))
    assert CHECK.search(page.url), page.inner_text("main")


TYPED = """
import json
from assessments.taking.text_models import WorkText
work = WorkText.objects.get(attempt__enrolment__person__email="mairi.nicdhomhnaill@imsa.example")
print(json.dumps([work.text, work.words, work.versions.count()]))
"""


def test_what_is_typed_is_saved_waits_without_a_connection_and_is_overwritten_by_no_other_page(
    page, as_person, manage, axe
):
    def typed():
        return json.loads(manage("shell", "-v", "0", "-c", TYPED).strip().splitlines()[-1])

    as_person(page, "trainee")
    page.goto("/my-work/703-PLAN/")
    follow(page.get_by_role("link", name="Start writing"))
    axe(page)
    box, state = page.get_by_label("Your text"), page.locator("[data-text-state]")
    box.press_sequentially("A plan.")
    expect(page.locator("[data-text-words]")).to_have_text("2 words")
    expect(state).to_contain_text("Saved at")
    assert typed() == ["A plan.", 2, 1]

    # Without a connection it is kept here, says so, and is sent when there is one; also by the page that comes after this one.
    page.context.set_offline(True)
    box.press_sequentially(" Its first step.")
    expect(state).to_contain_text("kept on this device")
    page.context.set_offline(False)
    expect(state).to_contain_text("Saved at", timeout=PATIENCE)
    assert typed()[:2] == ["A plan. Its first step.", 5]
    page.context.set_offline(True)
    box.press_sequentially(" Its second.")
    expect(state).to_contain_text("kept on this device")
    address, context = page.url, page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_label("Your text")).to_have_value(
        "A plan. Its first step. Its second.", timeout=PATIENCE
    )
    assert typed()[:2] == ["A plan. Its first step. Its second.", 7]

    # Another page saves; this one is told, keeps what was typed, and its reader chooses.
    second = context.new_page()
    second.goto(address)
    second.get_by_label("Your text").fill("Another text, on another page.")
    expect(second.locator("[data-text-state]")).to_contain_text("Saved at")
    page.get_by_label("Your text").press("Control+End")
    page.get_by_label("Your text").press_sequentially(" Mine.")
    expect(page.locator("[data-text-state]")).to_contain_text("another page or device")
    follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator("main")).to_contain_text("Read the other text")
    axe(page)
    follow(page.get_by_role("button", name="Save my text instead"))
    expect(page.locator("body")).to_contain_text("Your text is saved.")
    assert typed()[0].endswith("Its second. Mine.")
    follow(page.get_by_role("link", name="Earlier versions"))
    axe(page)
