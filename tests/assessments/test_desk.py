"""The marking desk loses nothing that was typed, never says saved for what was not, and a stale page overwrites nothing."""

import re

import pytest
from django.test import Client

from assessments.marking.actions.marks import save_marks
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.blind import script_for
from assessments.marking.models import Allocation
from lms.kit.refusals import Refused
from lms.record.models import Entry

from .scene import seal, sign_in


@pytest.fixture
def agnes(scene):
    return sign_in(Client(), scene.agnes)


@pytest.fixture
def task(scene):
    return scene.allocate(scene.hand_in())[0]


@pytest.fixture
def url(task):
    return f"/marking/{task.submission.script}/"


def opened(client, url):
    """The page as a tab holds it: the version it was opened on."""
    page = client.get(url).content.decode()
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def typed(law="", role="", comment="", seen="", action="save"):
    return {"mark-law": law, "mark-role": role, "comment": comment, "seen": seen, "action": action}


def draft(task):
    return Allocation.objects.values_list("marks", "comment").get(pk=task.pk)


@pytest.mark.parametrize("mark", ["65.5", "105", "-3", "sixty", "٦٥٫٥"])
def test_what_cannot_be_saved_comes_back_as_it_was_typed_and_is_not_said_to_be_saved(
    agnes, task, url, mark
):
    answer = agnes.post(url, typed(mark, "70", "Words.", opened(agnes, url)), follow=True)
    page = answer.content.decode()
    assert "Saved for later" not in page and "Not everything is saved" in page
    assert (
        f'value="{mark}"' in page
        and page.count("Give a whole number from 0 to 100 for “Law”.") == 2
    )
    assert "Give a mark for" not in page and "Write a comment" not in page, (
        "what is missing is no fault of a draft"
    )
    assert draft(task) == ({"role": 70}, "Words.")


def test_a_mark_saved_before_stays_while_another_is_mended(agnes, task, url):
    agnes.post(url, typed("60", "61", "Words.", opened(agnes, url)))
    agnes.post(url, typed("6o", "62", "Words.", opened(agnes, url)))
    assert draft(task) == ({"law": 60, "role": 62}, "Words.")
    agnes.post(url, typed("", "62", "Words.", opened(agnes, url)))
    assert draft(task) == ({"role": 62}, "Words."), "an empty field is a decision"


def test_a_comment_too_long_is_never_cut(scene, agnes, task, url):
    agnes.post(url, typed("60", "61", "Short.", opened(agnes, url)))
    page = agnes.post(
        url, typed("63", "64", "x" * 8001, opened(agnes, url)), follow=True
    ).content.decode()
    assert "x" * 8001 in page and "there is room for 8000" in page and "Saved for later" not in page
    assert draft(task) == ({"law": 63, "role": 64}, "Short.")
    for action in (save_marks, seal_marks):
        with pytest.raises(Refused, match="8001 characters"):
            action(task, marks={"law": 1, "role": 1}, comment="x" * 8001, by=scene.agnes)
    assert draft(task) == ({"law": 63, "role": 64}, "Short.")


def test_a_page_with_a_fault_can_be_saved_again(agnes, task, url):
    page = agnes.post(url, typed("65.5", "70", "Words.", opened(agnes, url))).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    assert agnes.post(url, typed("65", "70", "Words.", seen)).status_code == 302
    assert draft(task) == ({"law": 65, "role": 70}, "Words.")


@pytest.mark.parametrize("action", ["save", "check"])
def test_an_older_tab_overwrites_nothing_and_loses_nothing(agnes, task, url, action):
    older = opened(agnes, url)
    agnes.post(url, typed("60", "", "TAB ONE: 800 words", opened(agnes, url)))
    before = Entry.objects.count()
    answer = agnes.post(url, typed("71", "72", "TAB TWO", older, action))
    page = answer.content.decode()
    assert (
        answer.status_code == 409
        and "TAB ONE: 800 words" in page
        and "TAB TWO</textarea>" in page
        and 'value="71"' in page
    )
    assert draft(task) == ({"law": 60}, "TAB ONE: 800 words") and Entry.objects.count() == before
    # The choice: to save what was typed replaces what was saved, knowingly.
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    assert agnes.post(url, typed("71", "72", "TAB TWO", seen)).status_code == 302
    assert draft(task) == ({"law": 71, "role": 72}, "TAB TWO")


def test_the_same_words_from_two_tabs_are_one_draft(agnes, task, url):
    older = opened(agnes, url)
    for _ in range(2):
        assert agnes.post(url, typed("60", "61", "The same.", older)).status_code == 302


def test_what_was_checked_in_an_older_tab_is_not_sealed_over_a_newer_draft(agnes, task, url):
    agnes.post(url, typed("60", "61", "Checked.", opened(agnes, url), "check"))
    checked = opened(agnes, f"{url}seal/")
    agnes.post(url, typed("50", "51", "Thought again.", opened(agnes, url)))
    answer = agnes.post(f"{url}seal/", typed("60", "61", "Checked.", checked))
    task.refresh_from_db()
    assert answer.status_code == 409 and task.state == "open" and task.comment == "Thought again."
    assert "Checked.</textarea>" in answer.content.decode()
    checked = opened(agnes, f"{url}seal/")
    agnes.post(f"{url}seal/", typed("50", "51", "Thought again.", checked))
    task.refresh_from_db()
    assert task.state == "sealed" and task.marks == {"law": 50, "role": 51}


def test_what_is_typed_after_sealing_elsewhere_comes_back_and_changes_nothing(
    scene, agnes, task, url
):
    older = opened(agnes, url)
    seal(task, 60, "Sealed.")
    answer = agnes.post(url, typed("71", "72", "Too late, 800 words", older))
    page = answer.content.decode()
    assert (
        answer.status_code == 409
        and "Too late, 800 words</textarea>" in page
        and "is not saved" in page
    )
    assert 'value="save"' not in page and draft(task) == ({"law": 60, "role": 60}, "Sealed.")


def test_what_is_typed_after_the_sign_in_ended_comes_back_to_that_marker_alone(
    scene, agnes, task, url
):
    seen = opened(agnes, url)
    agnes.post(url, typed("60", "", "Saved before.", seen))
    seen = opened(agnes, url)
    browser = Client()  # the session is over; the page is not
    answer = browser.post(url, typed("71", "7o", "800 words", seen))
    assert (
        answer.status_code == 302
        and "/login/" in answer["Location"]
        and draft(task) == ({"law": 60}, "Saved before.")
    )
    other = sign_in(browser, scene.tomasz).get(url).content.decode()
    assert "800 words" not in other, "another marker of the same script, in the same browser"
    browser = Client()
    browser.post(url, typed("71", "7o", "800 words", seen))
    page = sign_in(browser, scene.agnes).get(url).content.decode()
    assert "You were signed out before this was saved" in page and "800 words</textarea>" in page
    assert 'value="71"' in page and 'value="7o"' in page
    assert "800 words" not in browser.get(url).content.decode(), (
        "once; after that the draft is what was saved"
    )
    assert browser.post(url, typed("71", "70", "800 words", seen)).status_code == 302
    assert draft(task) == ({"law": 71, "role": 70}, "800 words")


def test_nothing_waits_for_a_script_that_was_not_given(task, url):
    browser = Client()
    for seen in ("", "x", f"{task.pk + 999}-0", "²-0"):
        browser.post(url, typed("71", "", "Words.", seen))
    browser.post("/marking/S-2222-2222/", typed("71", "", "Words.", f"{task.pk}-0"))
    assert "typed_marks" not in browser.session


@pytest.mark.parametrize("sealed", [False, True])
def test_a_script_that_cannot_be_shown_leaves_the_page_to_the_marks(
    scene, agnes, task, url, sealed
):
    """The grid is for a script beside its marks; this Word script cannot be made a page of."""
    task.submission.copy = task.submission.copy.replace(".pdf", ".docx")
    task.submission.save(update_fields=["copy"])
    if sealed:
        seal(task, 60)
    assert not script_for(scene.agnes, task.submission.script).is_pdf
    body = re.search(r"<body[^>]*>", agnes.get(url).content.decode())[0]
    assert "beside" not in body
    from django.contrib.staticfiles import finders

    rules = open(finders.find("css/assessing.css")).read()
    assert re.findall(r"^ *(\S.*?)\.beside__columns \{ display: grid", rules, re.M) == [".beside "]


# ---- saved while it is typed ----


@pytest.mark.both_engines
def test_what_is_typed_is_saved_and_the_answer_carries_the_next_version(scene, agnes, task, url):
    seen = opened(agnes, url)
    first = agnes.post(f"{url}typing/", typed("71", "", "Half a sent", seen)).json()
    assert draft(task) == ({"law": 71}, "Half a sent") and first["faults"] == []
    assert re.fullmatch(r"\d\d:\d\d", first["time"]) and first["seen"] == opened(agnes, url)
    entries = Entry.objects.count()
    second = agnes.post(f"{url}typing/", typed("71", "6", "Half a sentence.", first["seen"])).json()
    assert draft(task) == ({"law": 71, "role": 6}, "Half a sentence.")
    assert Entry.objects.count() == entries, "the record has one entry for a while of typing"
    again = agnes.post(f"{url}typing/", typed("71", "6", "Half a sentence.", second["seen"])).json()
    assert again == second
    agnes.post(url, typed("71", "60", "Half a sentence.", second["seen"]))
    assert Entry.objects.count() == entries + 1, "what somebody presses is in the record"
    assert "Saved: " in agnes.get(url).content.decode()


def test_what_is_no_mark_is_named_and_the_rest_is_saved(agnes, task, url):
    agnes.post(url, typed("60", "61", "Words.", opened(agnes, url)))
    answer = agnes.post(f"{url}typing/", typed("seventy", "62", "More.", opened(agnes, url))).json()
    assert answer["faults"] == ["Law"] and draft(task) == ({"law": 60, "role": 62}, "More.")


def test_a_page_that_saves_by_itself_overwrites_no_other(agnes, task, url):
    older = opened(agnes, url)
    agnes.post(url, typed("60", "", "TAB ONE", opened(agnes, url)))
    before = Entry.objects.count()
    answer = agnes.post(f"{url}typing/", typed("71", "", "TAB TWO", older))
    assert answer.status_code == 409 and "from another page" in answer.json()["words"]
    assert draft(task) == ({"law": 60}, "TAB ONE") and Entry.objects.count() == before
    # The page that shows both texts waits for its marker's choice, and saves nothing by itself.
    page = agnes.post(url, typed("71", "", "TAB TWO", older)).content.decode()
    assert "data-saves" not in page and "data-saves" in agnes.get(url).content.decode()


def test_nothing_is_saved_by_itself_once_it_is_submitted_or_somebody_elses(scene, agnes, task, url):
    seen = opened(agnes, url)
    tomasz, helen = (sign_in(Client(), one) for one in (scene.tomasz, scene.helen))
    before = Entry.objects.count()
    assert tomasz.post(f"{url}typing/", typed("1", "1", "Not mine", seen)).status_code == 409
    assert helen.post(f"{url}typing/", typed("1", "1", "Not mine", seen)).status_code == 404
    assert Client().post(f"{url}typing/", typed("1", "1", "Gone", seen)).status_code == 302
    assert draft(task) == ({}, "") and Entry.objects.count() == before
    seal(task, 60)
    before = Entry.objects.count()
    answer = agnes.post(f"{url}typing/", typed("1", "1", "Late", seen))
    assert answer.status_code == 409 and "submitted" in answer.json()["words"]
    assert draft(task)[0] == {"law": 60, "role": 60} and Entry.objects.count() == before
