"""Spoken feedback: only where it is turned on, with its words, to whom its marks go and not before, and with no trace of who spoke but the voice."""

import io
import os
from pathlib import Path

import pytest
import soundfile
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from assessments.deciding.actions.corrections import agree_to_correction
from assessments.marking import blind
from assessments.marking.actions.allocation import allocate
from assessments.marking.actions.corrections import OtherFeedback, request_correction
from assessments.marking.actions.feedback import attach_feedback
from assessments.marking.actions.marks import Conflict, Outdated
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.actions.moderation import appoint_moderator, give_verdict
from assessments.marking.actions.recordings import attach_recording, remove_recording
from assessments.marking.feedback_files import FeedbackFile
from assessments.marking.models import (
    Allocation,
    Correction,
    DeclaredInterest,
    Moderation,
    ModerationScript,
)
from assessments.marking.rules import feedback_version
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.versions import edit_version, start_version
from assessments.setting.models import AssessmentVersion
from certificates.actions.stray_files import find_strays
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.record.models import Entry
from tests.kit.recordings import WHO, upload

from .scene import DAY, ESSAY, OP, Scene, seal, sign_in
from .test_blind import read
from .test_feedback_files import feedback

WORDS = "Your second part is strong. Say where the duty begins."


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def tasks(scene):
    AssessmentVersion.objects.update(takes_recordings=True)
    return scene.allocate(scene.hand_in())


def speak(task, words=WORDS, sound=None, **more):
    return attach_recording(task, sound or upload(), words, by=task.marker, **more)


def status(someone, url):
    return sign_in(Client(), someone).get(url).status_code


def on_disk():
    return sorted(p.name for p in Path(settings.PRIVATE_ROOT, "feedback").rglob("*") if p.is_file())


def world():
    return (
        list(FeedbackFile.objects.order_by("pk").values_list("pk", "sha256", "words")),
        list(Allocation.objects.order_by("pk").values_list("state", "marks", "feedback")),
        list(Correction.objects.order_by("pk").values_list("state", "feedback")),
        Entry.objects.count(),
        on_disk(),
    )


def refused(call, match, kind=Refused):
    before = world()
    with pytest.raises(kind, match=match):
        call()
    assert world() == before


# ---- the setting ----
def test_it_is_off_until_the_module_leader_turns_it_on(scene):
    task = scene.allocate(scene.hand_in())[0]
    url, agnes = f"/marking/{task.submission.script}/", sign_in(Client(), scene.agnes)
    refused(lambda: speak(task), "does not take spoken feedback")
    assert "Spoken feedback" not in agnes.get(url).content.decode()
    assert agnes.get(f"{url}recording/").status_code == 404
    assert agnes.post(f"{url}recording/", {"file": upload(), "words": WORDS}).status_code == 404
    assert on_disk() == []


def test_the_settings_page_says_what_a_voice_tells_and_a_new_version_keeps_it(scene):
    version = scene.essay.versions.get()
    draft = start_version(version, by=scene.registrar)
    url = f"/registry/assessments/T1-ESSAY/{draft.number}/"
    office = sign_in(Client(), scene.registrar)
    page = office.get(url).content.decode()
    assert "A voice can tell who they are." in page and not draft.takes_recordings
    edit_version(draft, by=scene.registrar, takes_recordings=True)
    assert "checked" in office.get(url).content.decode().partition("takes_recordings")[2][:200]
    AssessmentVersion.objects.filter(pk=draft.pk).update(state="approved")
    assert start_version(
        AssessmentVersion.objects.get(pk=draft.pk), by=scene.registrar
    ).takes_recordings


def test_turned_off_since_it_is_not_sealed_but_can_be_removed(scene, tasks):
    speak(tasks[0])
    AssessmentVersion.objects.update(takes_recordings=False)
    refused(lambda: seal(tasks[0], 62), "no longer takes spoken feedback")
    url, agnes = f"/marking/{tasks[0].submission.script}/", sign_in(Client(), scene.agnes)
    assert "Change the spoken feedback" in agnes.get(url).content.decode()
    assert "no longer takes spoken feedback" in agnes.get(f"{url}recording/").content.decode()
    assert agnes.post(f"{url}recording/", {"action": "remove"})["Location"] == url
    seal(tasks[0], 62)
    assert not FeedbackFile.objects.exists()


# ---- recording ----
def test_what_is_kept_is_speech_alone(tasks):
    made = speak(tasks[0])
    kept = files.read(made.path)
    assert made.path.endswith(".mp3") and made.sha256 == files.sha256(kept) and made.seconds == 2
    assert WHO.encode() not in kept
    assert soundfile.SoundFile(io.BytesIO(kept)).channels == 1


def test_another_takes_its_place_and_words_change_alone(
    scene, tasks, django_capture_on_commit_callbacks
):
    first = speak(tasks[0], words="")
    entries = Entry.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        assert speak(tasks[0], words="").pk == first.pk, "the same again"
    assert Entry.objects.count() == entries and on_disk() == [os.path.basename(first.path)]
    attach_recording(tasks[0], None, WORDS, by=scene.agnes)
    kept = FeedbackFile.objects.get()
    assert (kept.words, kept.sha256) == (WORDS, first.sha256)
    with django_capture_on_commit_callbacks(execute=True):
        second = speak(tasks[0], sound=upload(seconds=3))
    assert second.pk == first.pk and second.seconds == 3
    assert on_disk() == [os.path.basename(second.path)] and find_strays().paths == []
    with django_capture_on_commit_callbacks(execute=True):
        remove_recording(tasks[0], by=scene.agnes)
        remove_recording(tasks[0], by=scene.agnes)
    assert on_disk() == [] and not FeedbackFile.objects.exists()
    assert Entry.objects.filter(action="assessments.remove_recording").count() == 1


def test_words_of_another_page_are_not_overwritten(scene, tasks):
    speak(tasks[0], words="First words.")
    url, agnes = f"/marking/{tasks[0].submission.script}/recording/", sign_in(Client(), scene.agnes)
    page = agnes.get(url).content.decode()
    known = page.partition('name="known" value="')[2].partition('"')[0]
    sent = {"known": known, "words": "Of the other page."}
    assert agnes.post(url, sent).status_code == 302
    kept = on_disk()
    answer = agnes.post(url, {"known": known, "words": "Typed here.", "file": upload(seconds=3)})
    body = answer.content.decode()
    assert answer.status_code == 422 and "saved from another page" in body and "Typed here." in body
    assert FeedbackFile.objects.get().words == "Of the other page." and on_disk() == kept
    assert agnes.post(url, sent).status_code == 302, "the same again, after a lost answer"


def test_it_is_not_submitted_without_its_words(scene, tasks):
    speak(tasks[0], words=" ")
    refused(lambda: seal(tasks[0], 62), "Write down what your recording says")
    url, agnes = f"/marking/{tasks[0].submission.script}/", sign_in(Client(), scene.agnes)
    agnes.post(url, {"mark-law": "61", "mark-role": "61", "comment": "Whole.", "action": "check"})
    assert agnes.get(f"{url}seal/")["Location"] == f"{url}recording/"
    assert "Its words are missing" in agnes.get(f"{url}recording/").content.decode()
    attach_recording(tasks[0], None, WORDS, by=scene.agnes)
    assert WORDS in agnes.get(f"{url}seal/").content.decode()
    seal(tasks[0], 62)
    (sealed,) = Allocation.objects.get(pk=tasks[0].pk).feedback
    assert (sealed["words"], sealed["seconds"]) == (WORDS, 2)
    refused(lambda: speak(tasks[0], words="Later."), "submitted your marks")
    refused(lambda: remove_recording(tasks[0], by=scene.agnes), "submitted your marks")


def test_other_words_after_the_check_are_not_sealed_unseen(scene, tasks):
    speak(tasks[0])
    noted = blind.script_for(scene.agnes, tasks[0].submission.script).noted
    attach_recording(tasks[0], None, "Other words.", by=scene.agnes)
    about = {"by": scene.agnes, "marks": {"law": 62, "role": 62}, "comment": "Well argued."}
    refused(lambda: seal_marks(tasks[0], noted=noted, **about), "recording, changed", Outdated)


def test_only_its_marker_speaks(scene, tasks):
    for by in (scene.tomasz, scene.helen, scene.registrar, scene.author):
        refused(
            lambda by=by: attach_recording(tasks[0], upload(), WORDS, by=by),
            "Only the marker",
            NotAllowed,
        )
    refused(lambda: speak(tasks[0], words="x" * 8001), "room for 8000")
    refused(lambda: attach_recording(tasks[0], None, WORDS, by=scene.agnes), "Record what you say")
    refused(lambda: speak(tasks[0], sound=feedback()), "WAV, MP3, Ogg or FLAC", files.BadFile)
    DeclaredInterest.objects.create(marker=scene.agnes, cohort=scene.cohort)
    with pytest.raises(Conflict):
        speak(tasks[0])
    assert not FeedbackFile.objects.exists() and on_disk() == []


@pytest.mark.both_engines
def test_the_database_holds_one_for_a_task_and_none_corrected_without_words(scene, tasks):
    attach_feedback(tasks[0], feedback(), by=scene.agnes)
    made = speak(tasks[0])
    assert FeedbackFile.objects.count() == 2, "a file besides"
    about = {"path": "x", "sha256": "y", "size": 1, "file_version": "", "allocation": tasks[0]}
    for more in (
        {"kind": "recording", "seconds": 1},
        {"kind": "file", "words": "Words of no recording."},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            FeedbackFile.objects.create(**about, **more)
    seal(tasks[0], 62)
    task = Allocation.objects.get(pk=tasks[0].pk)
    asked = request_correction(
        task, {"law": 60, "role": 60}, "Well argued.", "A slip.", by=scene.agnes
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        FeedbackFile.objects.create(**about, kind="recording", seconds=1, correction=asked)
    assert FeedbackFile.objects.filter(kind="recording").get() == made


# ---- who hears it, and when ----
@pytest.mark.both_engines
def test_its_author_hears_it_with_the_comments_and_not_before(scene, tasks):
    made = speak(tasks[0])
    url, other = f"/my-work/feedback/{made.pk}/", scene.another(1).person
    assert status(scene.author, url) == 404
    seal(tasks[0], 62), seal(tasks[1], 64)
    assert status(scene.author, url) == 404, "marked, and not released"
    client = sign_in(Client(), scene.author)
    assert WORDS not in client.get("/my-work/T1-ESSAY/").content.decode()
    scene.release()
    page, answer = client.get("/my-work/T1-ESSAY/").content.decode(), client.get(url)
    assert f'<audio controls preload="none" src="{url}"' in page and WORDS in page
    assert answer["Content-Type"] == "audio/mpeg" and answer["X-Content-Type-Options"] == "nosniff"
    script = tasks[0].submission.script
    assert answer["Content-Disposition"] == f'inline; filename="{script}-feedback-1.mp3"'
    assert "no-store" in answer["Cache-Control"]
    body = read(answer) + page.encode() + str(answer.headers).encode()
    for words in (WHO, scene.agnes.full_name, scene.tomasz.full_name, scene.agnes.email):
        assert words.encode() not in body
    for someone in (other, scene.agnes, scene.registrar, scene.examiner, scene.helen):
        assert status(someone, url) == 404, someone


def test_a_player_gets_the_parts_it_asks_for(scene, tasks):
    made = speak(tasks[0])
    whole, agnes = files.read(made.path), sign_in(Client(), scene.agnes)
    url, size = f"/marking/{tasks[0].submission.script}/feedback/{made.pk}/", len(whole)
    for asked, first, last in (
        ("bytes=0-", 0, size - 1),
        ("bytes=100-199", 100, 199),
        ("bytes=-50", size - 50, size - 1),
        (f"bytes=5-{size * 9}", 5, size - 1),
        (f"bytes=-{size * 9}", 0, size - 1),
    ):
        answer = agnes.get(url, headers={"range": asked})
        assert answer.status_code == 206 and answer.getvalue() == whole[first : last + 1], asked
        assert answer["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert answer["Content-Type"] == "audio/mpeg" and "no-store" in answer["Cache-Control"]
        assert answer["Content-Length"] == str(last + 1 - first)
    for asked in (f"bytes={size}-", "bytes=9-3", "bytes=-0"):
        assert agnes.get(url, headers={"range": asked}).status_code == 416, asked
    for asked in ("bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=" + "9" * 400 + "-", "bytes=²-"):
        answer = agnes.get(url, headers={"range": asked})
        assert answer.status_code == 200 and answer.getvalue() == whole, asked


def test_the_other_marker_hears_nothing_before_both_have_sealed(scene, tasks):
    made, script = speak(tasks[0]), tasks[0].submission.script
    urls = [
        f"/marking/{script}/feedback/{made.pk}/",
        f"/marking/{script}/discussion/feedback/{made.pk}/",
        f"/marking/{script}/moderation/feedback/{made.pk}/",
    ]
    for someone in (scene.tomasz, scene.helen, scene.registrar):
        assert [status(someone, url) for url in urls] == [404] * 3
    assert WORDS not in sign_in(Client(), scene.tomasz).get(f"/marking/{script}/").content.decode()


def test_two_markers_who_discuss_hear_each_other(scene, tasks):
    from .test_discussion import discussing

    discussing(scene)
    made = speak(tasks[0])
    seal(tasks[0], 48), seal(tasks[1], 66)
    script = tasks[0].submission.script
    url = f"/marking/{script}/discussion/feedback/{made.pk}/"
    page = sign_in(Client(), scene.tomasz).get(f"/marking/{script}/discussion/").content.decode()
    assert url in page and WORDS in page and status(scene.tomasz, url) == 200


def test_the_examiner_hears_it_with_the_sample(scene, tasks):
    made = speak(tasks[0])
    seal(tasks[0], 62), seal(tasks[1], 64)
    board = scene.board(confirmed=False)
    base = f"/examining/{board.pk}/{tasks[0].submission.script}/"
    url = f"{base}feedback/{made.pk}/"
    page = sign_in(Client(), scene.examiner).get(base).content.decode()
    assert url in page and WORDS in page and status(scene.examiner, url) == 200
    assert status(scene.registrar, url) == 403 == status(scene.agnes, url)


def test_a_moderator_is_told_of_a_recording_that_changes_after_the_verdict(scene):
    piece = keep_assessment(
        scene.one, {**ESSAY, "code": "T1-ONE", "scheme": "moderated", "weight": 0}, by=OP
    )
    AssessmentVersion.objects.update(takes_recordings=True)
    (task,) = allocate(scene.hand_in(piece), scene.agnes, by=scene.registrar)
    made = speak(task)
    seal(task, 65)
    appoint_moderator(Moderation.objects.get(), scene.tomasz, by=scene.registrar)
    url = f"/marking/{task.submission.script}/moderation/"
    page = sign_in(Client(), scene.tomasz).get(url).content.decode()
    assert f"{url}feedback/{made.pk}/" in page and WORDS in page
    give_verdict(ModerationScript.objects.get(), True, "Right.", by=scene.tomasz)
    asked = correct(Allocation.objects.get(pk=task.pk), words="Other words.")
    agree_to_correction(asked, by=scene.registrar)
    now = Allocation.objects.get(pk=task.pk)
    assert feedback_version(now) != ModerationScript.objects.get().feedback_version
    assert now.feedback[0]["words"] == "Other words."


# ---- a mistake in it ----
def correct(task, **other):
    return request_correction(
        task, task.marks, task.comment, "A slip.", by=task.marker, other=OtherFeedback(**other)
    )


@pytest.mark.both_engines
def test_a_correction_brings_other_words_another_recording_or_none(
    scene, tasks, django_capture_on_commit_callbacks
):
    wrong = speak(tasks[0])
    attach_feedback(tasks[0], feedback(), by=scene.agnes)
    seal(tasks[0], 62), seal(tasks[1], 64)
    scene.release()
    task = Allocation.objects.get(pk=tasks[0].pk)
    refused(lambda: correct(task), "Nothing is changed")
    refused(lambda: correct(task, words=WORDS), "Nothing is changed")
    refused(lambda: correct(task, words=" "), "Write down")
    refused(lambda: correct(task, recording=upload(seconds=3)), "Write down")
    asked = correct(task, recording=upload(seconds=3), words="The right one.")
    before = world()
    with django_capture_on_commit_callbacks(execute=True):
        same = correct(task, recording=upload(seconds=3), words="The right one.")
    assert same.pk == asked.pk and world() == before, "the same again"
    refused(
        lambda: correct(task, upload=feedback(), recording=upload(seconds=4), words="A third."),
        "asked for a correction already",
    )
    right = FeedbackFile.objects.get(correction=asked)
    office = sign_in(Client(), scene.registrar)
    page = office.get(f"/registry/corrections/{asked.pk}/").content.decode()
    for one in (wrong, right):
        url = f"/registry/corrections/{asked.pk}/feedback/{one.pk}/"
        assert url in page and office.get(url).status_code == 200
    assert WORDS in page and "The right one." in page
    own = [f"/my-work/feedback/{one.pk}/" for one in (wrong, right)]
    assert [status(scene.author, url) for url in own] == [200, 404]
    agree_to_correction(asked, by=scene.registrar)
    assert [status(scene.author, url) for url in own] == [404, 200]
    task = Allocation.objects.get(pk=task.pk)
    assert sorted(one["kind"] for one in task.feedback) == ["file", "recording"], "the file stays"
    agree_to_correction(correct(task, drops_recording=True), by=scene.registrar)
    task = Allocation.objects.get(pk=task.pk)
    assert [one["kind"] for one in task.feedback] == ["file"]
    refused(lambda: correct(task, words="Of nothing."), "no recording that these words")
    AssessmentVersion.objects.update(takes_recordings=False)
    refused(lambda: correct(task, recording=upload(), words="x"), "does not take spoken")


# ---- the pages ----
def test_the_desk_leads_to_the_page_and_back_with_what_was_typed(scene, tasks):
    url, agnes = f"/marking/{tasks[0].submission.script}/", sign_in(Client(), scene.agnes)
    sent = {"mark-law": "61", "comment": "Half written.", "action": "recording"}
    assert agnes.post(url, {**sent, "seen": tasks[0].version})["Location"] == f"{url}recording/"
    assert Allocation.objects.get(pk=tasks[0].pk).comment == "Half written."
    here = f"{url}recording/"
    answer = agnes.get(here)
    assert answer["Permissions-Policy"] == "camera=(), geolocation=(), microphone=(self)"
    assert "media-src 'self' blob:" in answer["Content-Security-Policy"]
    for other in (url, f"{url}feedback/", "/"):
        answer = agnes.get(other)
        assert "microphone=()" in answer["Permissions-Policy"], other
        assert "blob:" not in answer["Content-Security-Policy"], other
    answer = agnes.post(here, {"words": "Typed before."})
    assert answer.status_code == 422 and "Typed before." in answer.content.decode()
    answer = agnes.post(here, {"file": feedback(), "words": "Typed before."})
    assert answer.status_code == 422 and "We cannot read this recording" in answer.content.decode()
    assert not FeedbackFile.objects.exists()
    assert agnes.post(here, {"file": upload(), "words": WORDS})["Location"] == here
    assert WORDS in agnes.get(here).content.decode()
    by_script = {"headers": {"accept": "application/json"}}
    answer = agnes.post(here, {"file": upload(seconds=3), "words": WORDS}, **by_script)
    assert answer.json() == {"to": here}
    answer = agnes.post(here, {"file": feedback()}, **by_script)
    assert answer.status_code == 422 and "cannot read" in answer.json()["words"]
    assert f"{url}feedback/{FeedbackFile.objects.get().pk}/" in agnes.get(url).content.decode()
    seal(Allocation.objects.get(pk=tasks[0].pk), 61)
    assert agnes.get(here)["Location"] == url
    answer = agnes.post(here, {"file": upload(), "words": "Late."}, **by_script)
    assert answer.status_code == 422 and "submitted your marks" in answer.json()["words"]
    assert FeedbackFile.objects.count() == 1
    own = sign_in(Client(), scene.tomasz).get(here)
    assert own.status_code == 200 and WORDS not in own.content.decode(), "his own page, and empty"
    for someone in (scene.helen, scene.author, scene.registrar):
        assert status(someone, here) == 404


def test_a_correction_with_a_recording_is_sent_from_its_page(scene, tasks):
    speak(tasks[0])
    seal(tasks[0], 62)
    url, agnes = f"/marking/{tasks[0].submission.script}/correct/", sign_in(Client(), scene.agnes)
    sent = {"mark-law": "62", "mark-role": "62", "comment": "Well argued.", "why": "Too fast."}
    assert WORDS in agnes.get(url).content.decode()
    answer = agnes.post(url, {**sent, "words": WORDS, "recording": feedback()})
    assert answer.status_code == 422 and "cannot read" in answer.content.decode()
    assert not Correction.objects.exists()
    answer = agnes.post(url, {**sent, "words": WORDS, "recording": upload(seconds=3)})
    assert answer.status_code == 302
    assert FeedbackFile.objects.get(correction=Correction.objects.get()).seconds == 3


def test_turned_off_while_a_correction_is_sent_its_recording_is_not_taken(scene, tasks):
    speak(tasks[0])
    seal(tasks[0], 62)
    task = Allocation.objects.get(pk=tasks[0].pk)

    def turn_off(execute, sql, *rest):
        if sql.startswith("SAVEPOINT"):  # the recording is on the disk, and nothing names it yet
            AssessmentVersion.objects.update(takes_recordings=False)
        return execute(sql, *rest)

    with connection.execute_wrapper(turn_off):
        refused(
            lambda: correct(task, recording=upload(seconds=3), words="x"), "does not take spoken"
        )
    assert not AssessmentVersion.objects.filter(takes_recordings=True).exists()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_recording_and_the_seal_at_once():
    from .test_desk_races import pressed

    with clock.at(DAY):
        scene = Scene()
        AssessmentVersion.objects.update(takes_recordings=True)
        task = scene.allocate(scene.hand_in())[0]
        early = speak(task)
    one, two = (Allocation.objects.select_related("submission").get(pk=task.pk) for _ in "12")
    lost = pressed(
        ("sound", lambda: attach_recording(one, upload(seconds=3), "Late.", by=scene.agnes)),
        ("seal", lambda: seal(two, 60)),
    )
    task.refresh_from_db()
    (sealed,), row = task.feedback, FeedbackFile.objects.get()
    assert task.state == "sealed" and lost in ([], ["sound"])
    assert sealed["sha256"] == row.sha256 == files.sha256(files.read(row.path))
    assert sealed["words"] == row.words and (row.sha256 == early.sha256) == bool(lost)
