"""A trainee reads what is next, answers a quiz, hands an essay in, and holds a receipt that proves it."""

import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.marking.actions.allocation import allocate
from lms.kit import clock

from ..assessments.scene import DAY, Scene, answers, in_days, pdf, pdf_bytes, sign_in


@pytest.mark.django_db
def test_a_trainee_is_assessed():
    with clock.at(DAY):
        scene = Scene()
        scene.due(scene.quiz, in_days(-10))
        scene.due(scene.essay)
        trainee = sign_in(Client(), scene.author)

        # What is next, by when?
        home = trainee.get("/study/").content.decode()
        assert (
            "Next, by Tuesday 1 December 2026, 17:00 GMT" in home
            and "Five questions" in home
            and home.count("card--next") == 1
        )
        assert "Scotland" in home

        # A quiz: half answered and saved, finished later, marked at once.
        chosen = {
            f"answer-{key}": value for key, value in answers(scene.quiz, scene.enrolment, 3).items()
        }
        half = dict(list(chosen.items())[:2])
        assert (
            trainee.post("/my-work/T1-QUIZ/", {**half, "action": "save"}, follow=True).status_code
            == 200
        )
        page = trainee.get("/my-work/T1-QUIZ/").content.decode()
        assert "2 of 4 questions saved" in page and page.count(" checked") == 2
        page = trainee.post(
            "/my-work/T1-QUIZ/", {**chosen, "action": "check"}, follow=True
        ).content.decode()
        assert "Check your answers" in page and "Wrong 5" in page and "provisional" not in page
        page = trainee.post(
            "/my-work/T1-QUIZ/", {**chosen, "action": "hand_in"}, follow=True
        ).content.decode()
        assert "75, provisional" in page and "Because of reason 1." not in page, (
            "others still sit it"
        )

        # An essay: a wrong file first, the note kept, then the right one.
        form = {
            "note": "I was ill for a week.",
            "is_anonymised": "on",
            "is_own": "on",
            "action": "check",
        }
        page = trainee.post(
            "/my-work/T1-ESSAY/", {**form, "file": SimpleUploadedFile("essay.pdf", b"PK\3\4")}
        ).content.decode()
        assert "it is not a PDF" in page
        assert "I was ill for a week." in trainee.get("/my-work/T1-ESSAY/").content.decode()
        fingerprint = hashlib.sha256(pdf_bytes()).hexdigest()
        page = trainee.post(
            "/my-work/T1-ESSAY/", {**form, "file": pdf()}, follow=True
        ).content.decode()
        assert (
            "It is not handed in yet." in page
            and fingerprint in page
            and "I was ill for a week." in page
        )
        assert (
            "Your file is kept, and not handed in yet"
            in trainee.get("/my-work/T1-ESSAY/").content.decode()
        )
        form = {
            "fingerprint": fingerprint,
            "is_anonymised": "on",
            "is_own": "on",
            "action": "hand_in",
        }
        answer = trainee.post("/my-work/T1-ESSAY/", form)
        assert re.fullmatch(r"/my-work/receipts/R-[0-9A-Z]{4}-[0-9A-Z]{4}/", answer["Location"])
        receipt = trainee.get(answer["Location"]).content.decode()
        assert fingerprint in receipt and "Friday 20 November 2026, 12:00 GMT" in receipt

        # The same button again is the same receipt; the message holds it too.
        assert trainee.post("/my-work/T1-ESSAY/", form)["Location"] == answer["Location"]
        assert (
            trainee.post("/my-work/T1-ESSAY/", {**form, "file": pdf()})["Location"]
            == answer["Location"]
        )
        assert answer["Location"].split("/")[3] in trainee.get("/me/messages/").content.decode()

        # With everything in, the home says when they will hear.
        scene.hand_in(scene.portfolio, seed="portfolio")
        for submission in scene.enrolment.submissions.all():
            allocate(submission, scene.agnes, scene.tomasz, by=scene.registrar)
        home = trainee.get("/study/").content.decode()
        assert (
            "Your work is with its markers" in home
            and "You will hear by Monday 14 December 2026" in home
        )


@pytest.mark.django_db
def test_after_the_deadline_the_door_is_still_open_and_says_so():
    with clock.at(DAY):
        scene = Scene()
        scene.due(scene.essay, in_days(-30))
        trainee = sign_in(Client(), scene.author)
        assert (
            "The deadline has passed. You can still hand this in"
            in trainee.get("/study/").content.decode()
        )
        assert (
            "It will be shown as handed in after the deadline."
            in trainee.get("/my-work/T1-ESSAY/").content.decode()
        )
        scene.hand_in()
        assert "Handed in after the deadline" in trainee.get("/my-work/T1-ESSAY/").content.decode()
        scene.mark(scene.enrolment.submissions.get(), 62, 62)
        scene.release()
        assert (
            "62 of 100, provisional" in trainee.get("/my-work/T1-ESSAY/").content.decode()
        )  # late or not
