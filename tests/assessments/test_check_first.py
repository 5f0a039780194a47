"""Before work is handed in for good its author looks at it once more; the file between the two steps is neither lost nor kept for ever."""

import hashlib
import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from assessments.taking.actions.quizzes import save_answers
from assessments.taking.actions.submissions import (
    drop_file,
    drop_old_files,
    keep_file,
    submit,
    submit_kept,
)
from assessments.taking.models import QuizAttempt, Submission
from cohorts.enrolment.actions import interrupt
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.checking import check as check_record
from lms.record.models import Entry

from ..kit.documents import word_bytes
from .scene import OP, Scene, answers, in_days, pdf, pdf_bytes, sign_in
from .test_submissions import standing, together

PAGE, CHECK = "/my-work/T1-ESSAY/", "/my-work/T1-ESSAY/check/"
DECLARED = {"is_anonymised": "on", "is_own": "on"}


def kept_files():
    """What lies below the private folders of this test's home."""
    return {
        str(p.relative_to(settings.PRIVATE_ROOT)) for p in Path(settings.PRIVATE_ROOT).rglob("*.*")
    }


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def author(scene):
    return sign_in(Client(), scene.author)


def choose(client, file=None, **more):
    return client.post(
        PAGE, {"note": "My note.", **DECLARED, "action": "check", "file": file or pdf(), **more}
    )


def told(scene):
    return Notice.objects.filter(person=scene.author, subject__startswith="Work submitted")


def hand_in(client, fingerprint, **more):
    return client.post(PAGE, {"fingerprint": fingerprint, **DECLARED, "action": "hand_in", **more})


# ---- the file ----


def test_a_chosen_file_is_shown_before_it_is_handed_in(scene, author):
    assert choose(author)["Location"] == CHECK
    draft = Submission.objects.get()
    assert (draft.state, draft.note, draft.submitted_at) == ("draft", "My note.", None)
    page = author.get(CHECK).content.decode()
    fingerprint = hashlib.sha256(pdf_bytes()).hexdigest()
    for fact in (
        "quuxington-final-draft.pdf",
        fingerprint,
        "My note.",
        "1 page, about 4 words",
        "3,000 words are asked for",
    ):
        assert fact in page
    assert "This is my own work" in page and "No one I write about can be recognised" in page
    assert "Hand in this file" in page and "Choose another file" in page
    assert not told(scene).exists()
    answer = hand_in(author, fingerprint)
    submission = Submission.objects.get()
    assert answer["Location"] == f"/my-work/receipts/{submission.receipt}/"
    assert (submission.state, submission.note, submission.kept_at) == (
        "submitted",
        "My note.",
        None,
    )
    assert files.read(submission.original) == pdf_bytes() and files.read(submission.copy)
    assert fingerprint in told(scene).get().body and check_record()["whole"]
    # The button pressed again is the same receipt; the check is over.
    assert hand_in(author, fingerprint)["Location"] == answer["Location"]
    assert author.get(CHECK)["Location"] == PAGE


def test_a_word_file_shows_its_words(author):
    choose(author, SimpleUploadedFile("essay.docx", word_bytes("An Author")))
    page = author.get(CHECK).content.decode()
    assert "Word file" in page and " words in the whole file" in page and "page," not in page


def test_a_length_nobody_can_read_is_left_out(author, monkeypatch):
    choose(author)
    monkeypatch.setattr("lms.kit.files.pdfs.PdfReader", lambda *a: 1 / 0)
    page = author.get(CHECK).content.decode()
    assert "Length" not in page and "Hand in this file" in page


def test_only_its_author_sees_a_chosen_file(scene, author):
    choose(author)
    assert author.get("/my-work/T1-ESSAY/file/").getvalue() == pdf_bytes()
    draft = Submission.objects.get()
    for someone in (scene.registrar, scene.agnes, scene.examiner, scene.another(1).person):
        client = sign_in(Client(), someone)
        assert (
            client.get(CHECK).status_code
            == (302 if someone not in (scene.registrar, scene.agnes, scene.examiner) else 404)
            and client.get("/my-work/T1-ESSAY/file/").status_code == 404
        )
        assert client.get(f"/my-work/receipts/{draft.receipt}/").status_code == 404
    registrar = sign_in(Client(), scene.registrar)
    board = scene.board(confirmed=False)
    for url in ("/registry/allocation/", f"/boards/{board.pk}/"):
        assert draft.script not in registrar.get(url).content.decode()


def test_another_file_takes_its_place_and_the_first_is_deleted(
    scene, author, django_capture_on_commit_callbacks
):
    choose(author)
    first = Submission.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        choose(author, pdf("two"))
    draft = Submission.objects.get()
    assert kept_files() == {draft.original, draft.copy} and files.read(draft.original) == pdf_bytes(
        "two"
    )
    assert first.original not in kept_files()
    # What was looked at is what is handed in: the page with the first file cannot hand in the second.
    answer = hand_in(author, first.sha256)
    assert answer.status_code == 409 and "no longer the one we keep" in answer.content.decode()
    assert (
        Submission.objects.get().state == "draft"
        and hand_in(author, draft.sha256).status_code == 302
    )


def test_a_file_handed_in_at_once_takes_the_place_of_the_one_that_was_kept(
    scene, author, django_capture_on_commit_callbacks
):
    choose(author)
    with django_capture_on_commit_callbacks(execute=True):
        answer = author.post(
            PAGE, {"note": "", **DECLARED, "action": "hand_in", "file": pdf("two")}
        )
    submission = Submission.objects.get()
    assert (
        answer["Location"].startswith("/my-work/receipts/")
        and submission.state == "submitted"
        and submission.kept_at is None
    )
    assert kept_files() == {submission.original, submission.copy} and files.read(
        submission.original
    ) == pdf_bytes("two")


def test_nothing_is_deleted_before_the_new_file_is_named(scene, django_capture_on_commit_callbacks):
    keep_file(scene.essay, scene.enrolment, pdf(), "", by=scene.author)
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        keep_file(scene.essay, scene.enrolment, pdf("two"), "", by=scene.author)
        raise RuntimeError("the server dies before it commits")
    draft = Submission.objects.get()
    assert (
        files.read(draft.original) == pdf_bytes()
        and submit_kept(scene.essay, scene.enrolment, draft.sha256, by=scene.author).state
        == "submitted"
    )


def test_a_file_can_be_taken_back(scene, author, django_capture_on_commit_callbacks):
    choose(author)
    assert "Your file is kept, and not handed in yet" in author.get(PAGE).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        author.post(PAGE, {"action": "drop"})
    draft = Submission.objects.get()
    assert (draft.original, draft.sha256, draft.kept_at, draft.note) == (
        "",
        "",
        None,
        "My note.",
    ) and kept_files() == set()
    before = standing()
    drop_file(scene.essay, scene.enrolment, by=scene.author)
    assert standing() == before and author.get(CHECK)["Location"] == PAGE
    for by in (scene.registrar, scene.agnes):
        with pytest.raises(NotAllowed):
            drop_file(scene.essay, scene.enrolment, by=by)


def test_what_is_handed_in_is_not_taken_back(scene, author):
    submission = scene.hand_in()
    before = standing()
    with pytest.raises(Refused, match=submission.receipt):
        drop_file(scene.essay, scene.enrolment, by=scene.author)
    with pytest.raises(Refused, match=submission.receipt):
        keep_file(scene.essay, scene.enrolment, pdf("two"), "", by=scene.author)
    assert standing() == before and files.read(submission.original) == pdf_bytes()
    assert choose(author)["Location"] == f"/my-work/receipts/{submission.receipt}/", (
        "the same file is the same receipt"
    )


def test_a_file_that_is_left_lying_is_deleted(scene, django_capture_on_commit_callbacks, capsys):
    keep_file(scene.essay, scene.enrolment, pdf(), "Kept.", by=scene.author)
    fresh, other = scene.another(1), pdf("two")
    with clock.at(in_days(0)), django_capture_on_commit_callbacks(execute=True):
        keep_file(scene.essay, fresh, other, "", by=fresh.person)  # whoever comes next sweeps
    left, there = (
        Submission.objects.get(enrolment=scene.enrolment),
        Submission.objects.get(enrolment=fresh),
    )
    assert (left.original, left.note) == ("", "Kept.") and kept_files() == {
        there.original,
        there.copy,
    }
    with clock.at(in_days(0) + timedelta(days=settings.IMSA_KEPT_FILE_DAYS, hours=1)):
        with django_capture_on_commit_callbacks(execute=True):
            call_command("drop_old_files")
        call_command("drop_old_files")
    assert capsys.readouterr().out.split() == ['{"dropped":', "1}", '{"dropped":', "0}"]
    assert (
        kept_files() == set() and Entry.objects.filter(action="assessments.drop_file").count() == 2
    )


def test_old_work_that_is_handed_in_is_no_file_left_lying(scene):
    submission = keep_file(scene.essay, scene.enrolment, pdf(), "", by=scene.author)
    submit_kept(scene.essay, scene.enrolment, submission.sha256, by=scene.author)
    with clock.at(in_days(400)):
        assert drop_old_files(by=OP) == 0
    assert files.read(Submission.objects.get().original) == pdf_bytes()


def test_without_the_declarations_nothing_is_handed_in(scene, author):
    choose(author)
    answer = author.post(
        PAGE, {"fingerprint": Submission.objects.get().sha256, "is_own": "on", "action": "hand_in"}
    )
    assert answer.status_code == 409 and Submission.objects.get().state == "draft"
    assert choose(author, is_own="").status_code == 200


def test_on_leave_of_absence_the_check_has_no_button(scene, author):
    choose(author)
    interrupt(scene.enrolment, by=scene.registrar)
    page = author.get(CHECK).content.decode()
    assert "You cannot hand this in now" in page and "Hand in this file" not in page
    assert hand_in(author, Submission.objects.get().sha256).status_code == 403


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_hand_one_file_in(on_the_day):
    scene = Scene()
    with clock.at(in_days(-5)):
        kept = keep_file(scene.essay, scene.enrolment, pdf(), "", by=scene.author)
    gate, receipts = threading.Barrier(2), []

    def press(_):
        with clock.at(in_days(-5)):
            gate.wait()
            receipts.append(
                submit_kept(scene.essay, scene.enrolment, kept.sha256, by=scene.author).receipt
            )
        connection.close()

    together(press, 1, 2)
    assert len(receipts) == 2 and len(set(receipts)) == 1
    assert (
        Entry.objects.filter(action="assessments.submit").count() == 1 and told(scene).count() == 1
    )


# ---- the quiz ----


def given(scene, **gone):
    chosen = answers(scene.quiz, scene.enrolment, 3)
    return {
        f"answer-{key}": value
        for key, value in chosen.items()
        if key not in gone.get("without", ())
    }


def test_a_quiz_is_shown_before_it_is_handed_in(scene, author):
    page = author.get("/my-work/T1-QUIZ/").content.decode()
    assert "Check your answers" in page and 'value="hand_in"' not in page, (
        "one press would hand it in"
    )
    answer = author.post("/my-work/T1-QUIZ/", {**given(scene), "action": "check"})
    assert (
        answer["Location"] == "/my-work/T1-QUIZ/check/"
        and QuizAttempt.objects.get().state == "open"
    )
    page = author.get(answer["Location"]).content.decode()
    assert "Right 1" in page and "Wrong 5" in page and "Odd 1" not in page, (
        "it shows the chosen answers alone"
    )
    assert (
        "Because of reason" not in page
        and "Hand in my answers" in page
        and "Go back and change them" in page
    )
    # What was shown is what is handed in, whatever another window has saved since.
    save_answers(
        QuizAttempt.objects.get(), answers(scene.quiz, scene.enrolment, 0), by=scene.author
    )
    assert (
        author.post("/my-work/T1-QUIZ/", {**given(scene), "action": "hand_in"}).status_code == 302
    )
    assert QuizAttempt.objects.get().mark == 75
    assert author.get("/my-work/T1-QUIZ/check/")["Location"] == "/my-work/T1-QUIZ/"


def test_the_check_names_the_questions_that_are_open_and_offers_no_hand_in(scene, author):
    author.post("/my-work/T1-QUIZ/", {**given(scene, without=("T1-Q2",)), "action": "check"})
    page = author.get("/my-work/T1-QUIZ/check/").content.decode()
    assert (
        "1 of 4 questions has no answer yet" in page
        and "Not answered yet" in page
        and "Answer question 2" in page
    )
    assert "Hand in my answers" not in page and 'href="/my-work/T1-QUIZ/#q-answer-T1-Q2"' in page


def test_nobody_checks_what_nobody_began(scene, author):
    assert author.get("/my-work/T1-QUIZ/check/")["Location"] == "/my-work/T1-QUIZ/"
    assert not QuizAttempt.objects.exists()
    assert sign_in(Client(), scene.agnes).get("/my-work/T1-QUIZ/check/").status_code == 404


# ---- a file without words ----


def scan(name="scan.pdf", words=""):
    """Pages that are pictures; `words` stand under them, as a scanner with text recognition writes them."""
    out, page = io.BytesIO(), io.BytesIO()
    Image.effect_noise((200, 280), 60).save(page, "PNG")
    sheet = canvas.Canvas(out, invariant=1)
    for _ in range(2):
        sheet.drawImage(ImageReader(page), 0, 0, 595, 842)
        if words:
            text = sheet.beginText(72, 720)
            text.setTextRenderMode(3)
            text.textLine(words)
            sheet.drawText(text)
        sheet.showPage()
    sheet.save()
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def test_a_scan_is_handed_in_once_its_author_says_that_it_is_the_right_file(scene, author):
    choose(author, scan())
    page = author.get(CHECK).content.decode()
    assert (
        "We found no words in this file" in page
        and "screen reader" in page
        and 'name="is_wordless_meant" required' in page
    )
    draft = Submission.objects.get()
    before = Entry.objects.count()
    answer = hand_in(author, draft.sha256)
    draft.refresh_from_db()
    assert answer.status_code == 409 and "tick to say so" in answer.content.decode()
    assert (
        draft.state == "draft"
        and draft.original
        and Entry.objects.count() == before
        and not told(scene).exists()
    )
    assert hand_in(author, draft.sha256, is_wordless_meant="on").status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted" and told(scene).count() == 1


def test_a_scan_that_is_handed_in_without_a_look_is_shown_first(scene, author):
    """Through the action itself, and by the page's other button."""
    made = submit(scene.essay, scene.enrolment, scan(), "", by=scene.author)
    assert made.state == "draft" and made.original and not told(scene).exists()
    assert choose(author, scan(), action="hand_in")["Location"] == CHECK
    assert (
        submit(
            scene.essay, scene.enrolment, scan(), "", by=scene.author, is_wordless_meant=True
        ).state
        == "submitted"
    )


@pytest.mark.parametrize(
    "file",
    [
        lambda: pdf(),
        lambda: scan(words="An essay as the scanner read it"),
        lambda: SimpleUploadedFile("essay.docx", word_bytes()),
    ],
)
def test_a_file_with_words_asks_for_no_tick(scene, author, file):
    choose(author, file())
    assert "no words" not in author.get(CHECK).content.decode()
    assert hand_in(author, Submission.objects.get().sha256).status_code == 302
    assert Submission.objects.get().state == "submitted"


@pytest.mark.parametrize("is_scan", [True, False])
def test_the_markers_desk_says_that_a_script_has_no_words(scene, is_scan):
    made = submit(
        scene.essay,
        scene.enrolment,
        scan() if is_scan else pdf(),
        "",
        by=scene.author,
        is_wordless_meant=True,
    )
    scene.allocate(made)
    page = sign_in(Client(), scene.agnes).get(f"/marking/{made.script}/").content.decode()
    assert ("No words were found in this file" in page) == is_scan and "Quuxington" not in page
