"""Work that is typed on the page: no page overwrites another, what is deleted can be brought back, and markers read the same kind of file as any other."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from assessments.attempts.actions import defer
from assessments.setting.actions.versions import edit_version, start_version
from assessments.setting.models import AssessmentVersion
from assessments.taking import text_versions
from assessments.taking.actions.partial_uploads import begin_upload
from assessments.taking.actions.submissions import keep_file
from assessments.taking.actions.texts import (
    LONGEST,
    Outdated,
    overwrite_text,
    restore_version,
    save_text,
)
from assessments.taking.models import Handing, Submission
from assessments.taking.text_models import TextVersion, WorkText
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.record.models import Entry

from .scene import DAY, DUE, Scene, pdf, sign_in
from .test_submissions import together

PAGE, TEXT = "/my-work/T1-ESSAY/", "/my-work/T1-ESSAY/text/"
DECLARED = {"is_anonymised": "on", "is_own": "on"}
LONG = "# What the law asks\n\nThe first paragraph.\nIts second line.\n\n" + "Another word. " * 30


def takes(kind="text"):
    AssessmentVersion.objects.filter(assessment__code="T1-ESSAY").update(submission_type=kind)


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


def test_saving_keeps_versions_and_loses_nothing(scene):
    takes()
    about, by = (scene.essay, scene.enrolment), scene.author

    def save(text, **more):
        return save_text(*about, text, by=by, **more)

    def texts():
        return [one.text for one in WorkText.objects.get().versions.order_by("number")]

    start = clock.now()
    first = save(LONG, page="a", count=1)
    assert (first.revision, first.words) == (1, 70) and texts() == [LONG.rstrip()]
    assert save(LONG, page="a", count=1) == first, "the same again"
    # Within a minute there is no other version; the newest wording is kept all the same.
    assert save(LONG + "More than ten characters.", page="a", count=2).revision == 2
    assert len(texts()) == 1
    # The page's answer was lost: it still knows revision 0, and goes on. An earlier wording of it that comes afterwards changes nothing.
    assert save(LONG + "And more than that.", page="a", count=4).revision == 3
    assert save(LONG + "Between.", page="a", count=3).revision == 3
    # Much of it goes at once: what stood there is a version, whenever.
    assert save("Gone.", page="a", count=5, seen=3).revision == 4
    assert texts() == [LONG.rstrip(), LONG + "And more than that."]
    # Another page that knows less is refused, and nothing has changed; when its reader has seen both, theirs counts and the other stays.
    with pytest.raises(Outdated) as refused:
        save("Mine, from another page.", page="b", count=1, seen=1)
    assert refused.value.saved.text == WorkText.objects.get().text == "Gone."
    with pytest.raises(Outdated):
        overwrite_text(*about, "Mine.", by=by, seen=3)
    assert overwrite_text(*about, "Mine.", by=by, seen=4).revision == 5
    assert texts()[2:] == ["Gone."]
    with pytest.raises(Outdated):
        save("The page that was overwritten goes on.", page="a", count=6, seen=4)
    # What waited on a device comes late: it is kept beside, once.
    late = {"page": "c", "count": 1, "seen": 2, "is_late": True}
    assert save("From the train.", **late).is_aside and save("From the train.", **late).is_aside
    assert texts()[3:] == ["From the train."] and WorkText.objects.get().text == "Mine."
    # An earlier version comes back, and what stood there is kept.
    with pytest.raises(Outdated):
        restore_version(*about, 2, by=by, seen=1)
    restore_version(*about, 2, by=by, seen=5)
    assert restore_version(*about, 2, by=by, seen=5).revision == 6, "twice is once"
    assert texts()[4:] == ["Mine.", LONG + "And more than that."]
    # After a minute, a slip of the pen is no version and a sentence is.
    for after, text, more in ((61, LONG, 0), (62, LONG + "A sentence that is new.", 1)):
        with clock.at(start + timedelta(seconds=after)):
            there = len(texts())
            save(
                text + "x" * (1 - more), page="d", count=after, seen=WorkText.objects.get().revision
            )
            assert len(texts()) - there == (1 if after == 61 else 0)
    entries = Entry.objects.filter(action="assessments.save_text")
    assert entries.count() == 1 and "paragraph" not in str(list(entries.values()))
    with pytest.raises(Refused):
        save("x" * (LONGEST + 1), seen=WorkText.objects.get().revision)
    with pytest.raises(NotAllowed):
        save_text(*about, "Not mine.", by=scene.registrar)
    assert WorkText.objects.get().text.startswith(LONG.rstrip())


def test_versions_are_thinned_and_the_ends_stay():
    start = clock.now()
    moments = [start + timedelta(minutes=n) for n in range(180)]
    gone = text_versions.spare(moments)
    left = [n for n in range(180) if n not in gone]
    assert len(left) == text_versions.MOST and (left[0], left[-1]) == (0, 179)
    assert max(b - a for a, b in zip(left, left[1:], strict=False)) <= 9
    assert text_versions.change("one two three", "one 2 three") == (3, 1)
    assert text_versions.change("aaa", "aaaa") == (0, 1)
    assert not text_versions.spare(moments[:50])
    assert text_versions.is_loss("word " * 40, "other " * 40), "however much comes in its place"
    # The last that has something goes after all others, and among such as before.
    kept = {3, 90, 91}
    gone = text_versions.spare(moments, is_last=lambda place, following: place in kept)
    assert not kept & set(gone) and len(gone) == 130
    assert len(text_versions.spare(moments, is_last=lambda place, following: True)) == 130


def test_what_was_deleted_or_came_late_outlives_hours_of_typing(scene):
    takes()
    about, start = (scene.essay, scene.enrolment), clock.now()
    aside = "What waited on the train. " * 6

    def save(text, minute, **more):
        with clock.at(start + timedelta(minutes=minute)):
            seen = WorkText.objects.get().revision if WorkText.objects.exists() else 0
            save_text(*about, text, by=scene.author, **({"seen": seen} | more))

    for minute in range(20):
        save(f"{LONG} " + "And more. " * (2 * minute), minute)
    save(LONG, minute + 0.4)
    save(aside, minute + 0.5, seen=1, is_late=True, page="c", count=1)
    for later in range(minute + 1, minute + 46):
        save(f"{LONG} " + "And more again. " * (2 * later), later)
    texts = list(TextVersion.objects.values_list("text", flat=True))
    assert len(texts) == text_versions.MOST
    assert aside.rstrip() in texts
    assert any(text.count("And more. ") > 2 * minute - 2 for text in texts), "before it was deleted"


def test_a_file_where_text_is_asked_and_the_other_way_round(scene):
    about = (scene.essay, scene.enrolment)
    with pytest.raises(NotAllowed):
        save_text(*about, "A text.", by=scene.author)
    author = sign_in(Client(), scene.author)
    assert author.get(TEXT).status_code == 404
    takes("text")
    for send in (
        lambda: keep_file(*about, pdf(), "", by=scene.author),
        lambda: begin_upload(*about, "a.pdf", 9, "0" * 64, by=scene.author),
    ):
        with pytest.raises(NotAllowed):
            send()
    assert not WorkText.objects.exists() and not Submission.objects.exists()
    assert 'type="file"' not in author.get(PAGE).content.decode()
    takes("either")
    page = author.get(PAGE).content.decode()
    assert 'type="file"' in page and "Start writing" in page
    assert keep_file(*about, pdf(), "", by=scene.author).original
    # Whoever sets the piece chooses, and the next version says the same.
    draft = start_version(scene.essay.versions.get(), by=scene.registrar)
    assert draft.submission_type == "either"
    office = sign_in(Client(), scene.registrar)
    edit = office.get(f"/registry/assessments/T1-ESSAY/{draft.number}/").content.decode()
    assert "How it is handed in" in edit
    edit_version(draft, by=scene.registrar, submission_type="text")
    with pytest.raises(Refused):
        edit_version(draft, by=scene.registrar, submission_type="parcel")
    draft.refresh_from_db()
    assert draft.submission_type == "text"


def test_from_the_first_word_to_the_desk(scene, django_assert_max_num_queries):
    takes()
    author = sign_in(Client(), scene.author)
    text = f"{LONG}\n\nWritten by Quuxington."
    assert "Nothing is written yet" in (
        author.post(TEXT, {"text": "", **DECLARED, "action": "check", "seen": "0"}).content.decode()
    )

    def autosave(words, **more):
        body = {"text": words, "seen": 0, "page": "p" * 32, "count": 1, **more}
        return author.post(f"{TEXT}saving/", json.dumps(body), "application/json")

    autosave("First words.")
    with django_assert_max_num_queries(40):
        told = autosave(text, count=2).json()
    assert told["seen"] == 2 and told["words"] == 73
    assert autosave("Elsewhere.", page="q" * 32).json()["is_stale"]
    for broken in (b"{", b"[]", b'{"text": 1, "page": "", "seen": 0, "count": 0}'):
        answer = author.post(f"{TEXT}saving/", broken, "application/json")
        assert answer.status_code == 400 and answer.json()["sentence"]
    other = sign_in(Client(), scene.registrar)
    assert other.get(TEXT).status_code == 404 and other.get(f"{TEXT}versions/").status_code == 404
    assert Client().post(f"{TEXT}saving/", "{}", "application/json").status_code == 401
    # A page without scripts that knows less: both texts are shown, what was typed comes back, and its author chooses.
    stale = author.post(TEXT, {"text": "Typed here.", "seen": "1", "action": "save"})
    page = stale.content.decode()
    assert "Typed here.</textarea>" in page and "Read the other text" in page
    assert "Written by Quuxington" in page and WorkText.objects.get().text == text
    # To save asks for nothing else; to check asks for the declarations, and has saved.
    assert author.post(TEXT, {"text": text, "seen": "2", "action": "save"}).status_code == 302
    unsigned = author.post(TEXT, {"text": text + "!", "seen": "2", "action": "check"})
    assert "Confirm that the work is yours" in unsigned.content.decode()
    assert not Submission.objects.exclude(original="").exists()
    checked = author.post(
        TEXT, {"text": text, "seen": "3", "note": "A note.", **DECLARED, "action": "check"}
    )
    assert checked["Location"] == f"{PAGE}check/"
    check = author.get(checked["Location"]).content.decode()
    assert "Quuxington" in check and "Go back to your text" in check
    assert "Your text has changed since" not in check
    kept = Submission.objects.get()
    assert (kept.state, kept.note, kept.original_name) == ("draft", "A note.", "t1-essay.docx")
    save_text(*(scene.essay, scene.enrolment), text + " More.", by=scene.author, seen=4)
    assert "Your text has changed since" in author.get(f"{PAGE}check/").content.decode()
    handed = author.post(PAGE, {"fingerprint": kept.sha256, **DECLARED, "action": "hand_in"})
    kept.refresh_from_db()
    assert handed["Location"] == f"/my-work/receipts/{kept.receipt}/"
    assert files.sha256(files.read(kept.original)) == kept.sha256 == Handing.objects.get().sha256
    # Handed in again before it is due: another file by the same way, and the first receipt stays.
    again = author.post(
        TEXT, {"text": text + " Again.", "seen": "5", **DECLARED, "action": "check"}
    )
    assert again["Location"] == f"{PAGE}check/"
    kept.refresh_from_db()
    assert (
        author.post(
            PAGE, {"fingerprint": kept.upload.sha256, **DECLARED, "action": "hand_in"}
        ).status_code
        == 302
    )
    assert Handing.objects.count() == 2
    kept.refresh_from_db()
    # Markers read it in the page, and nothing of whose it is but what the text says.
    task = scene.allocate(kept)[0]
    desk = sign_in(Client(), task.marker)
    view = desk.get(f"/marking/{kept.script}/view/").content.decode()
    assert "What the law asks" in view and "Its second line." in view and "Zebedee" not in view
    # With markers who have begun, the text stands as it is.
    from .scene import seal

    seal(task, 60)
    with pytest.raises(Refused):
        save_text(scene.essay, scene.enrolment, "Too late.", by=scene.author, seen=6)
    assert "You cannot change this now" in author.get(TEXT).content.decode()
    version = TextVersion.objects.order_by("number").first()
    assert author.post(f"{TEXT}versions/{version.number}/", {"seen": "6"}).status_code in (403, 409)
    assert "Again." in WorkText.objects.get().text


def test_what_is_typed_while_signed_out_waits_for_its_author_alone(scene):
    takes()
    about, by = (scene.essay, scene.enrolment), scene.author
    save_text(*about, "Before.", by=by)
    fellow = scene.another(7).person
    signature = sign_in(Client(), by).get(TEXT).context["whose"]
    save_text(*about, "Saved on another page.", by=by, seen=1)
    sent = {"text": "Typed <late>.", "note": "Mind this.", "seen": "1", "action": "save"}
    for forged in ("", "x", signature + "x", str(scene.enrolment.pk)):
        browser = Client()
        browser.post(TEXT, sent | {"whose": forged})
        assert "typed_text" not in browser.session
    browser = Client()  # the session is over; the page is not
    answer = browser.post(TEXT, sent | {"whose": signature})
    assert answer.status_code == 302 and "/login/" in answer["Location"]
    assert "Typed" not in sign_in(browser, fellow).get(TEXT).content.decode(), "the same browser"
    browser = Client()
    browser.post(TEXT, sent | {"whose": signature})
    page = sign_in(browser, by).get(TEXT).content.decode()
    assert "You were signed out before this was saved" in page and "Mind this." in page
    assert "Typed &lt;late&gt;.</textarea>" in page and 'name="seen" value="1"' in page
    assert WorkText.objects.get().text == "Saved on another page."
    assert "Typed" not in browser.get(TEXT).content.decode(), "once"
    stale = browser.post(TEXT, sent).content.decode()
    assert "Read the other text" in stale, "it overwrites nothing"
    assert WorkText.objects.get().text == "Saved on another page."


def scanner_that_breaks(content):
    raise OSError


def test_a_file_that_cannot_be_made_now_loses_nothing_and_what_is_in_is_said_so(scene, settings):
    takes()
    author = sign_in(Client(), scene.author)

    def send(text, action="check"):
        seen = WorkText.objects.get().revision if WorkText.objects.exists() else 0
        return author.post(TEXT, {"text": text, "seen": seen, **DECLARED, "action": action})

    settings.IMSA_UPLOAD_SCANNER = f"{__name__}.scanner_that_breaks"
    page = send("The first text.").content.decode()
    assert "Try again in an hour" in page and "The first text.</textarea>" in page
    assert WorkText.objects.get().text == "The first text."
    assert not Submission.objects.exclude(original="").exists()
    settings.IMSA_UPLOAD_SCANNER = ""
    assert send("The first text.")["Location"] == f"{PAGE}check/"
    kept = Submission.objects.get()
    author.post(PAGE, {"fingerprint": kept.sha256, **DECLARED, "action": "hand_in"})
    kept.refresh_from_db()
    assert send("Another text.")["Location"] == f"{PAGE}check/"
    # Back to what is in: the other file that is kept is not shown as if it held this text.
    assert send("The first text.")["Location"] == f"/my-work/receipts/{kept.receipt}/"
    assert Handing.objects.count() == 1
    saved = author.post(
        TEXT, {"text": "A third.", "seen": "3", "action": "save"}, follow=True
    ).content.decode()
    assert (
        "What you handed in has not changed." in saved and "Nothing is handed in yet" not in saved
    )


def test_whatever_is_wrong_with_a_text_that_waited_is_told_as_json(scene):
    author = sign_in(Client(), scene.author)

    def send(**more):
        body = {"text": "Words.", "seen": 0, "page": "p", "count": 1, "late": True, **more}
        return author.post(f"{TEXT}saving/", json.dumps(body), "application/json")

    answer = send()
    assert answer.status_code == 404 and answer.json()["sentence"]
    takes()
    answer = send(text="x" * 7_000_000)
    assert answer.status_code == 413 and answer.json()["sentence"]
    assert send(page="p\0").status_code == 200 and WorkText.objects.get().page == ""
    # Once a file is asked, the page says so before anybody types, and shows what was written.
    takes("file")
    page = author.get(TEXT).content.decode()
    assert "<textarea" not in page and "Words." in page and "handed in as a file" in page


def test_what_was_not_handed_in_before_a_deferral_is_where_its_author_goes_on(scene):
    takes()
    about = (scene.essay, scene.enrolment)
    save_text(*about, "Half of it.", by=scene.author)
    defer(*about, DUE + timedelta(days=60), by=scene.registrar)
    author = sign_in(Client(), scene.author)
    page = author.get(TEXT).content.decode()
    assert "Half of it.</textarea>" in page and "in your earlier attempt" in page
    assert WorkText.objects.count() == 1, "to look writes nothing"
    author.post(TEXT, {"text": "Half of it.", "seen": "0", "action": "save"})
    assert list(WorkText.objects.values_list("text", flat=True)) == ["Half of it."] * 2
    assert "in your earlier attempt" not in author.get(TEXT).content.decode()


def test_versions_are_read_and_brought_back_on_pages(scene):
    takes()
    about = (scene.essay, scene.enrolment)
    save_text(*about, LONG, by=scene.author)
    save_text(*about, "Short.", by=scene.author, seen=1)
    author = sign_in(Client(), scene.author)
    listed = author.get(f"{TEXT}versions/").content.decode()
    assert ">70<" in listed and f"{TEXT}versions/1/" in listed
    assert "Its second line." in author.get(f"{TEXT}versions/1/").content.decode()
    assert author.get(f"{TEXT}versions/9/").status_code == 404
    assert author.post(f"{TEXT}versions/1/", {"seen": "1"}).status_code == 409
    assert WorkText.objects.get().text == "Short."
    assert author.post(f"{TEXT}versions/1/", {"seen": "2"})["Location"] == TEXT
    assert WorkText.objects.get().text == LONG.rstrip()
    assert TextVersion.objects.filter(text="Short.").exists()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_pages_at_once_make_one_text_and_the_other_is_told():
    with clock.at(DAY):
        scene = Scene()
        takes()
    gate, refused = threading.Barrier(2), []

    def press(page):
        with clock.at(DAY):
            gate.wait()
            try:
                save_text(
                    scene.essay,
                    scene.enrolment,
                    f"From {page}.",
                    by=scene.author,
                    page=page,
                    count=1,
                )
            except Outdated:
                refused.append(page)
        connection.close()

    together(press, "one", "two")
    (other,) = refused
    assert WorkText.objects.get().text == f"From {({'one', 'two'} - {other}).pop()}."
