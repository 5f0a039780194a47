"""A module is taken along, the network is cut, work is done, the network comes back: nothing is lost or doubled."""

import json
import re

import pytest
from playwright.sync_api import expect

from .visiting import follow, main, read_whole

MODULE, UNIT = "/study/modules/IMSA702/", "/study/units/702-1/all/"
REFLECTION, NOTE = (
    "Next week I listen longer before I offer anything.",
    "Ask the tutor about the gorse by the burn.",
)
WHOLE_BROWSER = True  # what was kept is sent by background sync
LINE = "You have no connection. What you write is kept on this device and sent when the connection returns."
ASK = """
import json
from courses.models import OfflineSync, Progress, ReaderNote
from lms.people.models import User
person = User.objects.get(email="{email}")
print("said:" + json.dumps({{
    "texts": list(ReaderNote.objects.filter(person=person).order_by("pk").values_list("kind", "text", "edition")),
    "marks": list(Progress.objects.filter(person=person).exclude(kind__in=["place", "later"]).values_list("variant__unit__code", "kind", "data")),
    "arrivals": list(OfflineSync.objects.filter(person=person).exclude(kind="place").order_by("pk").values_list("kind", "outcome__outcome")),
}}))
"""
# Everything the device holds, as text: what is sealed comes as the bytes it is made of.
RAW = """async () => {
    const db = await new Promise((done) => { const asked = indexedDB.open("imsa-offline"); asked.onsuccess = () => done(asked.result); });
    const found = {}, names = [...db.objectStoreNames];
    for (const name of names) found[name] = await new Promise((done) => {
        const asked = db.transaction(name).objectStore(name).getAll(); asked.onsuccess = () => done(asked.result); });
    db.close();
    const seen = (value) => value instanceof CryptoKey ? {key: value.extractable}
        : value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? new TextDecoder("latin1").decode(value)
        : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, seen(v)])) : value;
    const caught = await caches.keys();
    return {stores: JSON.stringify(seen(found)), count: Object.values(found).flat().length, rows: found.queue?.length || 0, caches: caught,
            workers: (await navigator.serviceWorker.getRegistrations()).length,
            exported: found.self?.some((one) => one.key) ? await crypto.subtle.exportKey("raw", found.self.find((one) => one.key).key).then(() => true, () => false) : null};
}"""


@pytest.fixture
def kept(manage):
    """What the site holds of one person."""

    def ask(email="mairi.nicdhomhnaill@imsa.example"):
        return json.loads(manage("shell", "-c", ASK.format(email=email)).partition("said:")[2])

    return ask


def take(page):
    page.goto(MODULE)
    page.get_by_role("button", name="Keep on this device").click()
    expect(page.locator("[data-take-said]")).to_contain_text(
        re.compile(r"Kept on this device on \d+ \w+ \d{4}: \d+ units, \d+\.\d MB\.")
    )


def below(form):
    """What the page says below a form about what was sent from it."""
    return form.locator("xpath=following-sibling::p[@data-kept-here]")


def is_empty(page):
    """Nothing is left on the device: no row, no key, no copy, no worker."""
    page.wait_for_function(
        "async () => !(await caches.keys()).length && !(await navigator.serviceWorker.getRegistrations()).length"
    )
    page.wait_for_function(f"async () => (await ({RAW.strip()})()).count === 0")


def form_of(page, kind, more=""):
    return page.locator(f"form[data-queue={kind}]{more}").first


def write_offline(page, reflection):
    form = form_of(page, "reflection")
    form.get_by_role("textbox").fill(reflection)
    form.get_by_role("button").click()
    expect(below(form)).to_contain_text("Kept on this device")


def test_work_without_a_connection_arrives_once_and_in_order(page, as_person, kept, axe):
    as_person(page, "trainee")
    take(page)
    page.goto(UNIT)
    context = page.context
    context.set_offline(True)
    page.goto(UNIT)
    expect(page.locator("[data-line-said]")).to_have_text(LINE)
    assert "Màiri" not in page.content(), "a kept copy names no one"
    check = form_of(page, "check", "[data-style=choice]")
    check.get_by_role("radio").nth(1).check()
    check.get_by_role("button").click()
    expect(below(check)).to_contain_text("Kept on this device")
    write_offline(page, "A first thought.")
    write_offline(page, REFLECTION)
    page.get_by_text("Write a note here").first.click()
    note = form_of(page, "note")
    note.get_by_role("textbox").fill(NOTE)
    note.get_by_role("button").click()
    expect(note.locator("xpath=following-sibling::ul")).to_have_text(NOTE)
    activity = form_of(page, "activity")
    activity.get_by_role("button").click()
    expect(below(activity)).to_contain_text("Kept on this device")
    axe(page)

    # Closed and opened again, still without a connection: their own words are there.
    page.close()
    page = context.new_page()
    page.goto("/study/units/702-1/")
    expect(page).to_have_url(re.compile(f"{UNIT}$"))
    expect(form_of(page, "reflection").get_by_role("textbox")).to_have_value(REFLECTION)
    expect(page.get_by_text(NOTE)).to_be_visible()
    expect(
        form_of(page, "check", "[data-style=choice]").get_by_role("radio").nth(1)
    ).to_be_checked()
    page.goto("/my-work/")
    expect(page.get_by_role("heading", name="You have no connection")).to_be_visible()
    # Four were done; on a slow machine the place where reading stopped is noted too.
    expect(page.get_by_text(re.compile(r"[45] things wait to be sent"))).to_be_visible()
    axe(page)
    raw = page.evaluate(RAW)
    assert raw["rows"] >= 4 and raw["exported"] is False
    for words in (REFLECTION, NOTE, "listen", "gorse", "reflection", "mairi"):
        assert words not in raw["stores"], f"“{words}” lies open on the device"

    # The first answer is lost on its way back; the second sending changes nothing.
    lost = []

    def lose_one(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            return route.abort()
        return route.continue_()

    page.route("**/study/arrivals/", lose_one)
    context.set_offline(False)
    page.goto("/study/offline/")
    for _ in range(3):
        page.reload()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert lost in ([200], []), "the browser's own sync may have been first"
    there = kept()
    assert [
        line for line in there["texts"] if line[1] in (NOTE, REFLECTION, "A first thought.")
    ] == [["reflection", REFLECTION, 1], ["note", NOTE, 1]]
    done = [line for line in there["marks"] if line[0] == "702-1"]
    assert sorted(line[1] for line in done if line[1] != "place") == ["activity", "check"]
    assert next(line[2] for line in done if line[1] == "check")["tries"] == 1
    assert [arrival for arrival in there["arrivals"] if arrival[0] != "place"] == [
        ["check", "kept"],
        ["reflection", "kept"],
        ["note", "kept"],
        ["activity", "kept"],
    ]
    assert page.evaluate(RAW)["rows"] == 0


def test_a_page_that_loses_its_connection_keeps_what_was_done(page, as_person, kept):
    """The module was not taken along: the open page alone holds on to it, and with a connection all is as before."""
    as_person(page, "trainee")
    page.goto("/study/units/703-1/all/")
    read_whole(page)
    check = form_of(page, "check", "[data-style=choice]")
    check.get_by_role("radio").first.check()
    follow(check.get_by_role("button"))
    expect(page.locator("ul.verdict")).to_have_count(1)
    page.wait_for_load_state()
    page.context.set_offline(True)
    activity = form_of(page, "activity")
    activity.get_by_role("button").click()
    expect(below(activity)).to_contain_text("Kept on this device")
    expect(page.locator("[data-line-said]")).to_have_text(LINE)
    assert "gorse" not in page.evaluate(RAW)["stores"]
    page.context.set_offline(False)
    expect(page.locator("[data-line-said]")).to_contain_text("has been sent")
    assert sorted(line[1] for line in kept()["marks"] if line[0] == "703-1") == [
        "activity",
        "check",
    ]
    follow(page.locator("[data-line-said] a"))
    expect(page.locator("section.activity").get_by_text("Done", exact=True)).to_be_visible()
    assert page.evaluate(RAW)["workers"] == 0, "who takes nothing along has no worker between"


def test_a_conflict_shows_both_texts_and_a_name_is_asked_about(page, as_person, kept):
    as_person(page, "trainee")
    take(page)
    context = page.context
    address = "/study/units/702-2/all/"
    for text in ("Mine, from the train.", "Mine, from the ferry."):
        context.set_offline(True)
        page.goto(address)
        write_offline(page, text)
        context.set_offline(False)
        page.goto("/study/offline/")
        expect(page.locator("[data-shelf-waiting] > [data-outcome=waits]")).to_have_count(0)
    conflict = page.locator("[data-outcome=conflict]")
    expect(conflict).to_contain_text("Mine, from the train.")
    expect(conflict).to_contain_text("Mine, from the ferry.")
    assert "Mine, from the ferry." not in str(kept()["texts"]), (
        "nothing is overwritten before the reader has chosen"
    )
    conflict.get_by_role("button", name="Keep both").click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert ["reflection", "Mine, from the train.\n\nMine, from the ferry.", 2] in kept()["texts"]

    context.set_offline(True)
    page.goto("/study/units/702-3/all/")
    write_offline(page, "She rang me from 07700 900123 last night.")
    context.set_offline(False)
    page.goto("/study/offline/")
    look = page.locator("[data-outcome=look]")
    expect(look).to_contain_text("07700 900123")
    assert "07700" not in str(kept()["texts"])
    look.get_by_role("textbox").fill("She rang me last night.")
    look.get_by_role("button", name="Save it as I changed it").click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert ["reflection", "She rang me last night.", 1] in kept()["texts"]


def test_signing_out_wipes_the_device_after_a_warning(page, as_person, kept):
    as_person(page, "trainee")
    take(page)
    context = page.context
    context.set_offline(True)
    page.goto("/study/units/702-5/all/")
    write_offline(page, "Never sent.")
    context.route("**/study/arrivals/", lambda route: route.abort())
    context.set_offline(False)
    page.goto("/study/")
    assert page.evaluate(RAW)["rows"] >= 1
    page.locator("details.person > summary").click()
    page.get_by_role("button", name="Sign out").click()
    warning = page.get_by_role("alertdialog")
    expect(warning).to_contain_text("not been sent")
    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_have_count(0)
    page.locator("details.person > summary").click()
    page.get_by_role("button", name="Sign out").click()
    warning.get_by_role("button", name="Sign out and lose it").click()
    page.wait_for_url(lambda url: "/study" not in url)
    is_empty(page)
    assert "Never sent." not in str(kept()["texts"])


def test_somebody_else_on_the_device_finds_nothing(page, as_person):
    as_person(page, "trainee")
    take(page)
    page.context.set_offline(True)
    page.goto(UNIT)
    write_offline(page, "The first reader's words.")
    page.context.route("**/study/arrivals/", lambda route: route.abort())
    page.context.set_offline(False)
    as_person(page, "finished")
    page.goto("/study/offline/")
    expect(page.get_by_text("Nothing is kept on this device")).to_be_visible()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    is_empty(page)


def test_a_module_is_removed_and_newer_text_is_told(page, as_person, manage):
    as_person(page, "trainee")
    take(page)
    manage(
        "shell",
        "-c",
        "from courses.models import Variant; from courses.actions import publish_version; from courses.rendering.units import RenderedUnit; "
        "from lms.people.roles import Operator; variant = Variant.objects.get(unit__code='702-7', key='all'); "
        "publish_version(variant, RenderedUnit(title='Newer', html='<p>Newer words.</p>'), by=Operator('test'))",
    )
    page.goto(MODULE)
    expect(page.locator("[data-take-said]")).to_contain_text("Newer text is on the site for 1 unit")
    page.goto("/study/offline/")
    expect(page.locator("[data-shelf-kept] li a").first).to_be_visible()
    expect(page.locator("[data-shelf-kept] li:not(:has(a))")).to_have_count(0)
    page.get_by_role("button", name="Remove from this device").click()
    expect(page.get_by_text("Nothing is kept on this device")).to_be_visible()
    page.wait_for_function(
        "async () => !(await caches.keys()).length && !(await navigator.serviceWorker.getRegistrations()).length"
    )


def test_a_kept_page_is_read_as_its_reader_likes(page, as_person):
    """Chosen online, sealed on the device, and shown without a connection too."""
    as_person(page, "trainee")
    page.goto("/me/reading/")
    page.get_by_label("Largest").check()
    page.get_by_label("Dark").check()
    follow(page.get_by_role("button", name="Save"))
    take(page)
    page.context.set_offline(True)
    page.goto(UNIT)
    page.wait_for_function(
        "() => document.documentElement.dataset.size === 'largest' && document.documentElement.dataset.theme === 'dark'"
    )
    assert (
        page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(23, 21, 27)"
    )
    assert "largest" not in page.evaluate(RAW)["stores"]


def test_without_scripts_it_says_so(page_without_scripts, as_person):
    page = as_person(page_without_scripts, "trainee")
    page.goto(MODULE)
    assert "needs scripts" in page.locator("[data-take]").inner_text()
    page.goto("/study/offline/")
    assert "needs scripts" in main(page)


def test_what_is_kept_ends_some_hours_after_the_last_sign_in(page, as_person):
    """The next person in this browser finds neither the words nor the key; until then the same person's next visit keeps both."""
    as_person(page, "trainee")
    take(page)
    assert page.evaluate(
        "async () => (await imsaQueue.owner()).until - Date.now() > 47 * 3600 * 1000"
    )
    page.goto(UNIT)
    page.context.set_offline(True)
    page.goto(UNIT)
    write_offline(page, "For no one else.")
    page.context.clear_cookies()
    assert page.evaluate("async () => (await imsaQueue.all()).length") == 1
    page.evaluate("""async () => {
        const mine = await imsaQueue.owner();
        await imsaQueue.stay(mine.mark, Date.now() - 1000);
    }""")
    page.goto("/study/offline/")
    is_empty(page)
