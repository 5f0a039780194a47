"""A marker's feedback file: it reaches its author with the comments and not before, nobody whose turn it is not, and it never says who marked."""

import io
import os
import re
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text
from reportlab.pdfgen import canvas

from assessments.deciding.actions.corrections import agree_to_correction, decline_correction
from assessments.marking import blind
from assessments.marking.actions.allocation import allocate
from assessments.marking.actions.corrections import OtherFeedback, request_correction
from assessments.marking.actions.feedback import attach_feedback, remove_feedback
from assessments.marking.actions.marks import Conflict, Outdated
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.actions.moderation import appoint_moderator, give_verdict
from assessments.marking.feedback_files import FeedbackFile
from assessments.marking.models import (
    Allocation,
    Correction,
    DeclaredInterest,
    Moderation,
    ModerationScript,
)
from assessments.setting.actions.loading import keep_assessment
from assessments.taking.actions.replacements import keep_replacement, replace_file
from certificates.actions.stray_files import find_strays
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.record.models import Entry
from tests.kit.documents import HEAD, REL, W, packed, word_parts

from .scene import DAY, ESSAY, OP, TELLTALES, Scene, pdf, pdf_bytes, seal, sign_in
from .test_blind import read

MARKER = "Agnes Telltale-Marker"
CELL = '<w:cellIns w:id="8" w:author="A"/>'


def feedback(seed="Better sources.", name="feedback-by-agnes.pdf", author=MARKER):
    return SimpleUploadedFile(name, pdf_bytes(seed, author))


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def tasks(scene):
    return scene.allocate(scene.hand_in())


def attach(task, upload=None, **more):
    return attach_feedback(task, upload or feedback(), by=task.marker, **more)


def status(someone, url):
    return sign_in(Client(), someone).get(url).status_code


def on_disk():
    return sorted(p.name for p in Path(settings.PRIVATE_ROOT, "feedback").rglob("*") if p.is_file())


def world():
    return (
        list(FeedbackFile.objects.order_by("pk").values_list("pk", "sha256", "correction")),
        list(Allocation.objects.order_by("pk").values_list("state", "marks", "feedback")),
        list(Correction.objects.order_by("pk").values_list("state", "feedback")),
        Entry.objects.count(),
    )


def refused(call, match, kind=Refused):
    before = world()
    with pytest.raises(kind, match=match):
        call()
    assert world() == before


# ---- choosing ----
def test_the_kept_file_is_a_copy_that_does_not_name_the_marker(scene, tasks):
    made = attach(tasks[0])
    kept = files.read(made.path)
    assert made.path.startswith("feedback/") and made.sha256 == files.sha256(kept)
    assert MARKER.encode() not in kept and not (PdfReader(io.BytesIO(kept)).metadata or {})
    assert "Better sources." in PdfReader(io.BytesIO(kept)).pages[0].extract_text()
    answer = sign_in(Client(), scene.agnes).get(
        f"/marking/{tasks[0].submission.script}/feedback/{made.pk}/"
    )
    assert (
        answer["Content-Disposition"]
        == f'attachment; filename="{tasks[0].submission.script}-feedback-1.pdf"'
    )
    assert MARKER.encode() not in read(answer) and "no-store" in answer["Cache-Control"]


def test_another_file_takes_its_place_until_the_marks_are_sealed(
    scene, tasks, django_capture_on_commit_callbacks
):
    first = attach(tasks[0])
    entries = Entry.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        assert attach(tasks[0]).pk == first.pk, "the same again"
    assert Entry.objects.count() == entries and on_disk() == [os.path.basename(first.path)]
    with django_capture_on_commit_callbacks(execute=True):
        second = attach(tasks[0], feedback("Other words."))
    assert second.pk == first.pk and on_disk() == [os.path.basename(second.path)]
    with django_capture_on_commit_callbacks(execute=True):
        remove_feedback(tasks[0], by=scene.agnes)
        remove_feedback(tasks[0], by=scene.agnes)
    assert on_disk() == [] and not FeedbackFile.objects.exists()
    assert Entry.objects.filter(action="assessments.remove_feedback").count() == 1
    last = attach(tasks[0])
    seal(tasks[0], 62)
    refused(lambda: attach(tasks[0], feedback("Too late.")), "submitted your marks")
    refused(lambda: remove_feedback(tasks[0], by=scene.agnes), "submitted your marks")
    (sealed,) = Allocation.objects.get(pk=tasks[0].pk).feedback
    assert (sealed["file"], sealed["sha256"], sealed["is_earlier"]) == (last.pk, last.sha256, False)


def noted_pdf():
    writer = PdfWriter(clone_from=io.BytesIO(pdf_bytes()))
    writer.add_annotation(0, Text(text="See Schedule 3.", rect=(50, 550, 200, 650)))
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile("notes.pdf", out.getvalue())


def word(tracked, author=MARKER):
    parts = word_parts(author)
    if not tracked:
        document = re.sub(r"<w:(ins|del) .*?</w:\1>", "", parts["word/document.xml"])
        parts["word/document.xml"] = document
    return SimpleUploadedFile("feedback.docx", packed(parts))


def test_what_the_copy_would_lose_is_refused_in_words(scene, tasks):
    for upload, match in (
        (noted_pdf(), "1 comment or drawing that the trainee would not see"),
        (word(tracked=True), "tracked changes"),
        (SimpleUploadedFile("notes.txt", b"Better sources."), "PDF and Word"),
        (SimpleUploadedFile("notes.pdf", b""), "empty"),
    ):
        refused(lambda upload=upload: attach(tasks[0], upload), match, files.BadFile)
    assert on_disk() == []
    kept = files.read(attach(tasks[0], word(tracked=False)).path)

    whole = b"".join(
        zipfile.ZipFile(io.BytesIO(kept)).read(n)
        for n in zipfile.ZipFile(io.BytesIO(kept)).namelist()
    )
    assert MARKER.encode() not in whole and b"An invented survivor." in whole


@pytest.mark.parametrize("place", ["footnotes", "endnotes", "header", "footer", "cellIns"])
def test_tracked_changes_are_found_wherever_they_stand(scene, tasks, place):
    parts = word_parts(MARKER)
    change = '<w:ins w:id="7" w:author="A"><w:r><w:t>added</w:t></w:r></w:ins>'
    document = re.sub(r"<w:(ins|del) .*?</w:\1>", "", parts["word/document.xml"])
    if place == "cellIns":
        document = document.replace(
            "<w:body>",
            f"<w:body><w:tbl><w:tr><w:tc><w:tcPr>{CELL}</w:tcPr><w:p/></w:tc></w:tr></w:tbl>",
        )
    else:
        parts[f"word/{place}.xml"] = f"{HEAD}<w:{place} {W}><w:p>{change}</w:p></w:{place}>"
        rels = "word/_rels/document.xml.rels"
        leads = f'<Relationship Id="rId9" Type="{REL}/{place}" Target="{place}.xml"/>'
        parts[rels] = parts[rels].replace("</Relationships>", f"{leads}</Relationships>")
    parts["word/document.xml"] = document
    upload = SimpleUploadedFile("feedback.docx", packed(parts))
    refused(lambda: attach(tasks[0], upload), "tracked changes", files.BadFile)


def test_a_file_with_links_is_whole(scene, tasks):
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.drawString(72, 720, "Read section 45.")
    sheet.linkURL("https://www.legislation.gov.uk/ukpga/2015/30/section/45", (72, 700, 200, 730))
    sheet.save()
    kept = files.read(attach(tasks[0], SimpleUploadedFile("x.pdf", out.getvalue())).path)
    assert "/Annots" in PdfReader(io.BytesIO(kept)).pages[0]


def test_only_its_marker_attaches_a_file(scene, tasks):
    for by in (scene.tomasz, scene.helen, scene.registrar, scene.author):
        refused(
            lambda by=by: attach_feedback(tasks[0], feedback(), by=by),
            "Only the marker",
            NotAllowed,
        )
    DeclaredInterest.objects.create(marker=scene.agnes, cohort=scene.cohort)
    with pytest.raises(Conflict):
        attach(tasks[0])
    assert not FeedbackFile.objects.exists()


@pytest.mark.both_engines
def test_a_task_has_one_file_whoever_is_quicker(tasks):
    made = attach(tasks[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        FeedbackFile.objects.create(
            allocation=tasks[0], path="x", sha256="y", size=1, file_version=""
        )
    assert FeedbackFile.objects.get() == made


def test_marks_checked_with_another_file_are_not_sealed(scene, tasks):
    attach(tasks[0])
    noted = blind.script_for(scene.agnes, tasks[0].submission.script).noted
    attach(tasks[0], feedback("Other words."))
    about = {"by": scene.agnes, "marks": {"law": 62, "role": 62}, "comment": "Well argued."}
    refused(lambda: seal_marks(tasks[0], noted=noted, **about), "feedback file", Outdated)
    noted = blind.script_for(scene.agnes, tasks[0].submission.script).noted
    assert seal_marks(tasks[0], noted=noted, **about).state == "sealed"


def test_a_file_about_a_replaced_script_says_so(scene, tasks):
    scene.due(scene.essay)
    attach(tasks[0])
    seen = tasks[0].version
    chosen = keep_replacement(scene.essay, scene.enrolment, pdf("two"), by=scene.author)
    replace_file(scene.essay, scene.enrolment, chosen.sha256, by=scene.author)
    script = tasks[0].submission.script
    task = Allocation.objects.get(pk=tasks[0].pk)
    refused(lambda: attach(task, feedback("Late."), seen=seen), "was replaced after you opened")
    assert [one.is_earlier for one in blind.script_for(scene.agnes, script).feedback] == [True]
    seal(task, 62), seal(Allocation.objects.get(pk=tasks[1].pk), 62)
    scene.release()
    page = sign_in(Client(), scene.author).get("/my-work/T1-ESSAY/").content.decode()
    assert "Of the file that was replaced" in page


# ---- who reads it, and when ----
@pytest.mark.both_engines
def test_its_author_gets_it_with_the_comments_and_not_before(scene, tasks):
    made = attach(tasks[0])
    url, other = f"/my-work/feedback/{made.pk}/", scene.another(1).person
    assert status(scene.author, url) == 404
    seal(tasks[0], 62), seal(tasks[1], 64)
    assert status(scene.author, url) == 404, "marked, and not released"
    assert url not in sign_in(Client(), scene.author).get("/my-work/T1-ESSAY/").content.decode()
    scene.release()
    client = sign_in(Client(), scene.author)
    page, answer = client.get("/my-work/T1-ESSAY/").content.decode(), client.get(url)
    assert url in page and answer.status_code == 200
    script = tasks[0].submission.script
    assert answer["Content-Disposition"] == f'attachment; filename="{script}-feedback-1.pdf"'
    body = read(answer) + page.encode()
    assert files.read(made.path) in body
    for words in (MARKER, scene.agnes.full_name, scene.tomasz.full_name, scene.agnes.email):
        assert words.encode() not in body
    for someone in (other, scene.agnes, scene.registrar, scene.examiner, scene.helen):
        assert status(someone, url) == 404, someone


def test_the_other_marker_gets_nothing_of_it_before_both_have_sealed(scene, tasks):
    made, script = attach(tasks[0]), tasks[0].submission.script
    urls = [
        f"/marking/{script}/feedback/{made.pk}/",
        f"/marking/{script}/discussion/feedback/{made.pk}/",
        f"/marking/{script}/moderation/feedback/{made.pk}/",
    ]
    for someone in (scene.tomasz, scene.helen, scene.registrar):
        assert [status(someone, url) for url in urls] == [404] * 3
    seal(tasks[0], 62)
    assert [status(scene.tomasz, url) for url in urls] == [404] * 3
    assert (
        "feedback-1"
        not in sign_in(Client(), scene.tomasz).get(f"/marking/{script}/").content.decode()
    )
    assert status(scene.agnes, urls[0]) == 200


def test_two_markers_who_discuss_read_each_other_s(scene):
    from .test_discussion import discussing

    discussing(scene)
    tasks = scene.allocate(scene.hand_in())
    made = attach(tasks[0])
    seal(tasks[0], 48), seal(tasks[1], 66)
    script = tasks[0].submission.script
    url = f"/marking/{script}/discussion/feedback/{made.pk}/"
    page = sign_in(Client(), scene.tomasz).get(f"/marking/{script}/discussion/").content.decode()
    assert url in page and status(scene.tomasz, url) == 200 == status(scene.agnes, url)
    assert status(scene.helen, url) == 404 == status(scene.registrar, url)


def test_a_moderator_reads_it_while_the_script_is_theirs(scene):
    piece = keep_assessment(
        scene.one, {**ESSAY, "code": "T1-ONE", "scheme": "moderated", "weight": 0}, by=OP
    )
    (task,) = allocate(scene.hand_in(piece), scene.agnes, by=scene.registrar)
    made = attach(task)
    seal(task, 65)
    appoint_moderator(Moderation.objects.get(), scene.tomasz, by=scene.registrar)
    url = f"/marking/{task.submission.script}/moderation/feedback/{made.pk}/"
    client = sign_in(Client(), scene.tomasz)
    assert url in client.get(f"/marking/{task.submission.script}/moderation/").content.decode()
    answer = client.get(url)
    assert answer.status_code == 200 and not [w for w in TELLTALES if w.encode() in read(answer)]
    for someone in (scene.agnes, scene.helen, scene.registrar, scene.author):
        assert status(someone, url) == 404
    DeclaredInterest.objects.create(marker=scene.tomasz, cohort=scene.cohort)
    assert client.get(url).status_code == 403
    DeclaredInterest.objects.all().delete()
    # A file that is corrected after the verdict is flagged beside it.
    give_verdict(ModerationScript.objects.get(), True, "Right.", by=scene.tomasz)
    from assessments.marking.rules import feedback_version

    before = feedback_version(Allocation.objects.get(pk=task.pk))
    assert ModerationScript.objects.get().feedback_version == before
    asked = correct(Allocation.objects.get(pk=task.pk), feedback("Other words."))
    agree_to_correction(asked, by=scene.registrar)
    assert feedback_version(Allocation.objects.get(pk=task.pk)) != before


def test_the_examiner_reads_it_with_the_sample(scene, tasks):
    made = attach(tasks[0])
    seal(tasks[0], 62), seal(tasks[1], 64)
    board = scene.board(confirmed=False)
    base = f"/examining/{board.pk}/{tasks[0].submission.script}/"
    url = f"{base}feedback/{made.pk}/"
    assert url in sign_in(Client(), scene.examiner).get(base).content.decode()
    assert status(scene.examiner, url) == 200
    assert status(scene.examiner, f"{base}feedback/{made.pk + 1}/") == 404
    assert status(scene.registrar, url) == 403 == status(scene.agnes, url)


def test_a_file_that_is_not_the_one_that_was_sealed_is_shown_to_nobody(scene, tasks):
    made = attach(tasks[0])
    seal(tasks[0], 62), seal(tasks[1], 64)
    scene.release()
    FeedbackFile.objects.update(sha256="0" * 64)
    assert status(scene.author, f"/my-work/feedback/{made.pk}/") == 404


# ---- a mistake in it ----
def correct(task, upload=None, **more):
    other = OtherFeedback(upload=upload, **more)
    return request_correction(
        task, task.marks, task.comment, "The wrong file.", by=task.marker, other=other
    )


@pytest.mark.both_engines
def test_a_correction_brings_its_own_file_and_the_earlier_one_stays(scene, tasks):
    wrong = attach(tasks[0])
    seal(tasks[0], 62), seal(tasks[1], 64)
    scene.release()
    task = Allocation.objects.get(pk=tasks[0].pk)
    refused(lambda: correct(task), "Nothing is changed")
    refused(lambda: correct(task, feedback()), "Nothing is changed")
    refused(lambda: correct(task, noted_pdf()), "comment or drawing", files.BadFile)
    asked = correct(task, feedback("The right one."))
    assert correct(task, feedback("The right one.")).pk == asked.pk, "the same again"
    refused(lambda: correct(task, feedback("A third.")), "already")
    right = FeedbackFile.objects.get(correction=asked)
    urls = [f"/registry/corrections/{asked.pk}/feedback/{one.pk}/" for one in (wrong, right)]
    office = sign_in(Client(), scene.registrar)
    page = office.get(f"/registry/corrections/{asked.pk}/").content.decode()
    assert all(url in page for url in urls) and "The feedback file or recording changes too" in page
    assert [office.get(url).status_code for url in urls] == [200, 200]
    assert status(scene.agnes, urls[1]) == 403
    own = [f"/my-work/feedback/{one.pk}/" for one in (wrong, right)]
    assert [status(scene.author, url) for url in own] == [200, 404], "until it is agreed"
    agree_to_correction(asked, by=scene.registrar)
    assert [status(scene.author, url) for url in own] == [404, 200]
    assert [office.get(url).status_code for url in urls] == [200, 200], "the earlier is kept"
    assert files.read(wrong.path) and find_strays().paths == []
    (sealed,) = Allocation.objects.get(pk=task.pk).feedback
    assert sealed["sha256"] == right.sha256


def test_a_correction_that_is_not_agreed_leaves_the_file(scene, tasks):
    wrong = attach(tasks[0])
    seal(tasks[0], 62), seal(tasks[1], 64)
    scene.release()
    task = Allocation.objects.get(pk=tasks[0].pk)
    asked = correct(task, drops_file=True)
    assert asked.feedback == [] and asked.earlier_feedback[0]["file"] == wrong.pk
    decline_correction(asked, "It is the right one.", by=scene.registrar)
    assert status(scene.author, f"/my-work/feedback/{wrong.pk}/") == 200
    agree_to_correction(correct(task, drops_file=True), by=scene.registrar)
    assert status(scene.author, f"/my-work/feedback/{wrong.pk}/") == 404
    assert Allocation.objects.get(pk=task.pk).feedback == []


# ---- the pages ----
def test_the_desk_saves_what_was_typed_and_leads_to_the_file(scene, tasks):
    url, agnes = f"/marking/{tasks[0].submission.script}/", sign_in(Client(), scene.agnes)
    sent = {"mark-law": "61", "comment": "Half written.", "action": "feedback"}
    answer = agnes.post(url, {**sent, "seen": tasks[0].version})
    assert answer["Location"] == f"{url}feedback/"
    assert Allocation.objects.get(pk=tasks[0].pk).comment == "Half written."
    page = agnes.get(f"{url}feedback/").content.decode()
    assert 'enctype="multipart/form-data"' in page and "Attach the file" in page
    for sent, words in (({}, "Choose the file."), ({"file": noted_pdf()}, "would not see")):
        answer = agnes.post(f"{url}feedback/", sent)
        assert answer.status_code == 422 and words in answer.content.decode()
    assert not FeedbackFile.objects.exists()
    named = feedback(f"Regards, {scene.agnes.full_name}")
    assert agnes.post(f"{url}feedback/", {"file": named}).status_code == 302
    page = agnes.get(f"{url}feedback/").content.decode()
    assert "Your name is in this file" in page and "page 1" in page
    made = FeedbackFile.objects.get()
    for place in (url, f"{url}feedback/"):
        assert f"{url}feedback/{made.pk}/" in agnes.get(place).content.decode()
    agnes.post(url, {"mark-law": "61", "mark-role": "61", "comment": "Whole.", "action": "check"})
    assert f"{url}feedback/{made.pk}/" in agnes.get(f"{url}seal/").content.decode()
    seal(Allocation.objects.get(pk=tasks[0].pk), 61)
    assert f"{url}feedback/{made.pk}/" in agnes.get(url).content.decode()
    assert agnes.get(f"{url}feedback/")["Location"] == url
    assert agnes.post(f"{url}feedback/", {"action": "remove"})["Location"] == url
    assert FeedbackFile.objects.exists()
    for someone in (scene.helen, scene.author, scene.registrar):
        assert status(someone, f"{url}feedback/") == 404


def test_a_correction_is_sent_with_a_file_from_its_page(scene, tasks):
    attach(tasks[0])
    seal(tasks[0], 62)
    url, agnes = f"/marking/{tasks[0].submission.script}/correct/", sign_in(Client(), scene.agnes)
    sent = {"mark-law": "62", "mark-role": "62", "comment": "Well argued.", "why": "Wrong file."}
    answer = agnes.post(url, {**sent, "file": noted_pdf()})
    assert answer.status_code == 422 and "would not see" in answer.content.decode()
    assert not Correction.objects.exists()
    assert agnes.post(url, {**sent, "file": feedback("The right one.")}).status_code == 302
    assert FeedbackFile.objects.filter(correction=Correction.objects.get()).count() == 1


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_file_and_the_seal_at_once():
    from .test_desk_races import pressed

    with clock.at(DAY):
        scene = Scene()
        task = scene.allocate(scene.hand_in())[0]
        early = attach(task)
    one, two = (Allocation.objects.select_related("submission").get(pk=task.pk) for _ in "12")
    refused = pressed(
        ("file", lambda: attach_feedback(one, feedback("Late."), by=scene.agnes)),
        ("seal", lambda: seal(two, 60)),
    )
    task.refresh_from_db()
    (sealed,), row = task.feedback, FeedbackFile.objects.get()
    assert task.state == "sealed" and refused in ([], ["file"])
    assert sealed["sha256"] == row.sha256 == files.sha256(files.read(row.path))
    assert (row.sha256 == early.sha256) == bool(refused)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_leave_one():
    from .test_desk_races import pressed

    with clock.at(DAY):
        scene = Scene()
        task = scene.allocate(scene.hand_in())[0]
    two = [Allocation.objects.select_related("submission").get(pk=task.pk) for _ in "12"]
    pressed(
        ("a", lambda: attach_feedback(two[0], feedback("A."), by=scene.agnes)),
        ("b", lambda: attach_feedback(two[1], feedback("B."), by=scene.agnes)),
    )
    row = FeedbackFile.objects.get()
    assert on_disk() == [os.path.basename(row.path)]
    assert row.sha256 == files.sha256(files.read(row.path))
