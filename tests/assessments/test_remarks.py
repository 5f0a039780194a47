"""A marker's comments at places, and phrases of their own: sealing copies the first, and nobody else meets the second."""

import re

import pytest
from django.test import Client

from assessments.marking.actions.marks import Outdated
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.actions.places import annotate, remove_annotation
from assessments.marking.actions.snippets import keep_snippet, remove_snippet
from assessments.marking.blind import script_for
from assessments.marking.models import Allocation, Annotation, Snippet
from lms.kit.refusals import NotAllowed, Refused
from lms.record.models import Entry
from tests.house.html import faults

from .scene import TELLTALES, seal, sign_in
from .test_desk import opened, typed


@pytest.fixture
def task(scene):
    return scene.allocate(scene.hand_in())[0]


@pytest.fixture
def agnes(scene):
    return sign_in(Client(), scene.agnes)


@pytest.fixture
def url(task):
    return f"/marking/{task.submission.script}/"


def unchanged():
    rows = [tuple(model.objects.order_by("pk").values()) for model in (Annotation, Snippet)]
    return str(rows), Entry.objects.count()


def remark(place="1", text="", key=""):
    return {"remark_place": place, "remark_text": text, "remark_key": key}


# ---- at a place ----
def test_a_comment_is_added_changed_and_removed_and_the_draft_is_saved_with_it(agnes, task, url):
    sent = typed("71", "", "Words.", opened(agnes, url), action="annotate")
    assert agnes.post(url, {**sent, **remark("1", "Which Act?")}).status_code == 302
    one = Annotation.objects.get()
    assert (one.place, one.text) == (1, "Which Act?")
    assert Allocation.objects.get(pk=task.pk).marks == {"law": 71}
    page = agnes.get(f"{url}?remark={one.pk}").content.decode()
    assert f'name="remark_key" value="{one.pk}"' in page and "Which Act?</textarea>" in page
    assert re.search(rf'href="{url}view/#page=1"[^>]*>\s*Page 1', page)
    sent["seen"] = opened(agnes, url)
    agnes.post(url, {**sent, **remark("1", "Which section?", str(one.pk))})
    assert Annotation.objects.get().text == "Which section?"
    agnes.post(url, {**sent, "action": f"remove-{one.pk}"})
    assert not Annotation.objects.exists()


def test_the_enter_key_presses_the_same_button_as_ever(scene, agnes, task, url):
    """A browser presses the first button of the form: no phrase is put in and no comment is removed by it."""
    keep_snippet("Mine.", by=scene.agnes)
    annotate(task, 1, "Here.", by=scene.agnes)
    form = agnes.get(url).content.decode().partition("data-marks")[2]
    assert re.search(r'<button type="submit" name="action" value="([^"]*)"', form)[1] == "check"


def test_what_is_typed_for_a_place_is_lost_by_no_button(agnes, task, url):
    for action in ("save", "check"):
        sent = typed("71", "60", "Words.", opened(agnes, url), action=action)
        agnes.post(url, {**sent, **remark("1", f"By {action}.")})
        assert Annotation.objects.filter(text=f"By {action}.").count() == 1
    before = Annotation.objects.count()
    sent = typed("71", "60", "Words.", opened(agnes, url))
    page = agnes.post(url, {**sent, **remark("", "Where was this?")}).content.decode()
    assert "Where was this?</textarea>" in page and "Give the number of a page" in page
    assert "Saved for later" not in page and Annotation.objects.count() == before


@pytest.mark.parametrize("place", ["0", "-1", "2", "one", "1.5", "99999999"])
def test_a_page_that_the_script_does_not_have_is_refused(agnes, task, url, place):
    sent = typed("", "", "", opened(agnes, url), action="annotate")
    page = agnes.post(url, {**sent, **remark(place, "Here.")}).content.decode()
    assert not Annotation.objects.exists() and f'value="{place}"' in page
    assert "Give a page from 1 to 1." in page or "Give the number of a page" in page


@pytest.mark.both_engines
def test_only_its_marker_says_anything_and_only_before_sealing(scene, task):
    one = annotate(task, 1, "Which Act?", by=scene.agnes)
    assert annotate(task, 1, "Which Act?", by=scene.agnes) == one, "twice is once"
    before = unchanged()
    with pytest.raises(NotAllowed):
        annotate(task, 1, "Mine", by=scene.tomasz)
    with pytest.raises(NotAllowed):
        remove_annotation(task, one.pk, by=scene.tomasz)
    for text in ("", "  ", "x" * 2001):
        with pytest.raises(Refused):
            annotate(task, 1, text, by=scene.agnes)
    with pytest.raises(Refused):
        annotate(task, 1, "Other", by=scene.agnes, annotation=one.pk + 1)
    assert unchanged() == before
    seal(task, 60)
    before = unchanged()
    for late in (
        lambda: annotate(task, 1, "Late", by=scene.agnes),
        lambda: annotate(task, 1, "Late", by=scene.agnes, annotation=one.pk),
        lambda: remove_annotation(task, one.pk, by=scene.agnes),
    ):
        with pytest.raises(Refused, match="submitted"):
            late()
    assert unchanged() == before
    Annotation.objects.all().delete()  # whatever becomes of the draft's
    task.refresh_from_db()
    assert task.remarks == [{"kind": "page", "place": 1, "quote": "", "text": "Which Act?"}]


def test_what_was_checked_is_what_is_sealed(scene, agnes, task, url):
    agnes.post(url, typed("60", "60", "Words.", opened(agnes, url)))
    page = agnes.get(f"{url}seal/").content.decode()
    seen, noted = (re.search(rf'name="{n}" value="([^"]*)"', page)[1] for n in ("seen", "noted"))
    annotate(task, 1, "From another tab.", by=scene.agnes)
    sent = {"mark-law": "60", "mark-role": "60", "comment": "Words.", "seen": seen}
    assert agnes.post(f"{url}seal/", {**sent, "noted": noted}).status_code == 409
    assert not script_for(scene.agnes, task.submission.script).is_sealed
    with pytest.raises(Outdated):
        marks = {"law": 60, "role": 60}
        seal_marks(task, by=scene.agnes, marks=marks, comment="Words.", noted=noted)
    page = agnes.get(f"{url}seal/").content.decode()
    assert "From another tab." in page
    noted = re.search(r'name="noted" value="([^"]*)"', page)[1]
    agnes.post(f"{url}seal/", {**sent, "noted": noted})
    assert script_for(scene.agnes, task.submission.script).is_sealed
    assert "From another tab." in agnes.get(url).content.decode()


def test_the_author_reads_them_when_the_marks_are_released_and_not_before(scene, task):
    annotate(task, 1, "Which Act is this?", by=scene.agnes)
    second = Allocation.objects.get(submission=task.submission, stage="second")
    seal(task, 60), seal(second, 62)
    author = sign_in(Client(), scene.author)
    assert "Which Act is this?" not in author.get("/my-work/T1-ESSAY/").content.decode()
    scene.release()
    page = author.get("/my-work/T1-ESSAY/").content.decode()
    assert "Which Act is this?" in page and "Page 1" in page and "/marking/" not in page
    tomasz = sign_in(Client(), scene.tomasz)
    other = tomasz.get(f"/marking/{task.submission.script}/").content.decode()
    assert "Which Act is this?" not in other, (
        "a marker reads the other's marks, and not their words"
    )


# ---- phrases ----
@pytest.mark.both_engines
def test_phrases_are_kept_changed_put_into_a_comment_and_removed(scene, agnes, task, url):
    page = "/marking/phrases/"
    assert agnes.post(page, {"text": "Name the section."}).status_code == 302
    assert agnes.post(page, {"text": "Name the section. "}).status_code == 302
    one = Snippet.objects.get()
    agnes.post(page, {f"p{one.pk}-text": "Name the Act.", "snippet": one.pk, "action": "save"})
    one.refresh_from_db()
    assert one.text == "Name the Act."
    sent = typed("60", "", "Good.", opened(agnes, url), action=f"insert-{one.pk}")
    assert agnes.post(url, sent).status_code == 302
    assert Allocation.objects.get(pk=task.pk).comment == "Good.\nName the Act."
    agnes.post(page, {"snippet": one.pk, "action": "remove"})
    agnes.post(page, {"snippet": one.pk, "action": "remove"})
    assert not Snippet.objects.exists()
    assert Allocation.objects.get(pk=task.pk).comment == "Good.\nName the Act."


def test_phrases_are_their_markers_alone(scene, agnes, task, url):
    one = keep_snippet("Mine alone.", by=scene.tomasz)
    before = unchanged()
    assert "Mine alone." not in agnes.get(url).content.decode()
    assert "Mine alone." not in agnes.get("/marking/phrases/").content.decode()
    sent = {f"p{one.pk}-text": "Taken.", "snippet": one.pk, "action": "save"}
    assert agnes.post("/marking/phrases/", sent).status_code == 422
    agnes.post("/marking/phrases/", {"snippet": one.pk, "action": "remove"})
    remove_snippet(one.pk, by=scene.agnes)
    with pytest.raises(NotAllowed):
        keep_snippet("Words.", by=scene.author)
    for text in ("", "x" * 1001):
        with pytest.raises(Refused):
            keep_snippet(text, by=scene.tomasz)
    assert unchanged() == before
    agnes.post(url, typed("60", "", "Good.", opened(agnes, url), action=f"insert-{one.pk}"))
    assert Allocation.objects.get(pk=task.pk).comment == "Good."


def test_a_script_keeps_a_phrase_and_reads_why_not(agnes):
    ask = {"headers": {"Accept": "application/json"}}
    answer = agnes.post("/marking/phrases/", {"text": "Name the section."}, **ask)
    assert answer.json() == {"key": Snippet.objects.get().pk, "text": "Name the section."}
    answer = agnes.post("/marking/phrases/", {"text": " "}, **ask)
    assert answer.status_code == 422 and answer.json()["words"] and Snippet.objects.count() == 1


def test_two_faults_at_once_make_a_sound_page(agnes, task, url):
    sent = typed("seventy", "60", "Words.", opened(agnes, url), action="annotate")
    page = agnes.post(url, {**sent, **remark("", "Where?")}).content.decode()
    assert faults(page) == [] and "Not everything is saved" in page
    assert "This comment at a place is not added" in page and "Where?</textarea>" in page


def test_no_page_of_remarks_leads_to_the_author(scene, agnes, task, url):
    annotate(task, 1, "Which Act?", by=scene.agnes)
    for address in (url, f"{url}?remark={Annotation.objects.get().pk}", "/marking/phrases/"):
        answer = agnes.get(address)
        whole = answer.content.decode() + str(answer.headers)
        assert answer.status_code == 200 and not [word for word in TELLTALES if word in whole]
