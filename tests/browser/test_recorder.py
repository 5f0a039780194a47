"""Spoken feedback is recorded in a real browser; a refused microphone, a lost connection and an ended sign-in lose nothing and are said in words."""

import os

import pytest
from playwright.sync_api import expect

from .visiting import follow

PATIENCE = 60000
WHOLE_BROWSER = True  # the other has no microphone that a test could allow
TURN_ON = "from assessments.setting.models import AssessmentVersion as V; V.objects.update(takes_recordings=True)"


@pytest.fixture
def desk(page, as_person, manage):
    """The page on which a tutor records, of the script that is due first."""
    manage("shell", "-c", TURN_ON)
    as_person(page, "tutor")
    page.goto("/marking/")
    to_mark = page.get_by_role("link", name="Mark it")
    follow(to_mark.or_(page.get_by_role("link", name="Go on marking")).first)
    follow(page.get_by_role("button", name="spoken feedback"))
    return page


def record(page):
    page.get_by_role("button", name="Start recording").click()
    expect(page.locator("[data-recorder-time]")).to_contain_text("0:02 / 10:00", timeout=PATIENCE)
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator("[data-recorder-status]")).to_contain_text(
        "ready to hear", timeout=PATIENCE
    )


def test_it_is_recorded_heard_sent_and_removed(desk):
    page = desk
    page.get_by_role("button", name="Start recording").click()
    expect(page.locator("[data-recorder-status]")).to_contain_text("The microphone is not allowed")
    page.context.grant_permissions(["microphone"])
    record(page)
    new = page.locator("[data-recorder-sound]")
    assert new.evaluate("sound => sound.src.startsWith('blob:')")
    page.wait_for_function("document.querySelector('[data-recorder-sound]').duration >= 1.5")
    assert page.locator("[name=file]").evaluate("field => field.files[0].name") == "recording.wav"
    page.get_by_label("What you say, in writing").fill("Say where the duty begins.")

    # No connection: said, kept, and sent with the next press.
    page.context.set_offline(True)
    save, sending = page.get_by_role("button", name="Save"), page.locator("[data-recorder-sending]")
    save.click()
    expect(sending).to_contain_text("no connection", timeout=PATIENCE)
    page.context.set_offline(False)

    # Signed out meanwhile: the same. A sign-in in another tab has another form token.
    cookies = page.context.cookies()
    page.context.clear_cookies()
    save.click()
    expect(sending).to_contain_text("you are signed out", timeout=PATIENCE)
    page.context.add_cookies(cookies)
    follow(save)
    kept = page.get_by_role("region", name="The recording the trainee gets")
    expect(kept).to_contain_text("Say where the duty begins.")
    sound = kept.locator("audio")
    assert sound.evaluate(
        "sound => new Promise((done, no) => { sound.onloadedmetadata = () => done(sound.duration); sound.onerror = () => no('error'); sound.load(); sound.preload = 'auto'; })"
    ) == pytest.approx(2, abs=1.5)
    follow(page.get_by_role("button", name="Remove this recording"))
    expect(page.get_by_role("button", name="Record spoken feedback")).to_be_visible()


def test_what_is_being_said_is_asked_after_and_saved_with_the_press(desk):
    page, asked = desk, []
    page.context.grant_permissions(["microphone"])
    page.get_by_role("button", name="Start recording").click()
    expect(page.locator("[data-recorder-time]")).to_contain_text("0:02 / 10:00", timeout=PATIENCE)
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("a.back").click()
    assert asked == ["beforeunload"], "whoever leaves while it records is asked"
    page.get_by_label("What you say, in writing").fill("Say where the duty begins.")
    follow(page.get_by_role("button", name="Save"))
    kept = page.get_by_role("region", name="The recording the trainee gets")
    expect(kept).to_contain_text("Say where the duty begins.")
    expect(kept.locator("audio")).to_be_visible()
    follow(page.get_by_role("button", name="Remove this recording"))


def test_a_chosen_file_takes_the_place_of_what_was_recorded(desk, tmp_path):
    page = desk
    page.context.grant_permissions(["microphone"])
    record(page)
    page.get_by_role("button", name="Remove the new recording").click()
    expect(page.locator("[data-recorder-new]")).to_be_hidden()
    assert page.locator("[name=file]").evaluate("field => field.files.length") == 0
    (tmp_path / "notes.txt").write_text("Not a recording.")
    page.get_by_label("Or choose a recording").set_input_files(tmp_path / "notes.txt")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-recorder-sending]")).to_contain_text(
        "Not saved. We cannot read this recording", timeout=PATIENCE
    )
    (tmp_path / "long.wav").write_bytes(b"RIFF" + bytes(21 * 1024 * 1024))
    page.get_by_label("Or choose a recording").set_input_files(tmp_path / "long.wav")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-recorder-sending]")).to_contain_text("larger than 20 MB")
    page.once("dialog", lambda dialog: dialog.accept())
    follow(page.locator("a.back"))


def test_what_this_browser_cannot_prepare_is_kept_and_typed_words_are_asked_after(desk):
    page = desk
    page.context.grant_permissions(["microphone"])
    page.evaluate(
        "() => { AudioContext.prototype.decodeAudioData = () => Promise.reject(new Error('no memory')); }"
    )
    page.get_by_role("button", name="Start recording").click()
    expect(page.locator("[data-recorder-time]")).to_contain_text("0:02 / 10:00", timeout=PATIENCE)
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator("[data-recorder-status]")).to_contain_text("could not prepare")
    with page.expect_download() as download:
        page.locator("[data-recorder-raw]").click()
    assert download.value.suggested_filename == "recording.webm"
    assert download.value.path().stat().st_size > 1000

    page.reload()
    record(page)
    page.get_by_label("What you say, in writing").fill("Say where the duty begins.")
    page.get_by_role("button", name="Remove the new recording").click()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    follow(page.locator("a.back"))
    assert asked == ["beforeunload"]


def test_nothing_overflows_and_axe_finds_nothing(desk, axe):
    page = desk
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if folder := os.environ.get("LOOK"):
            page.screenshot(path=f"{folder}/recorder-{width}.png", full_page=True)
    axe(page)
