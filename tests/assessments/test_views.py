"""The pages of the trainee's, marker's, examiner's and registrar's day: who gets in, and what they cost."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.marking.models import Allocation
from assessments.taking.actions.submissions import save_note
from assessments.taking.models import QuizAttempt, Submission
from assessments.taking.queries import answers_of
from cohorts.enrolment.models import Enrolment
from lms.kit import clock, files
from lms.record.models import Entry

from .scene import OP, answers, in_days, pdf, pdf_bytes, seal, sign_in


def page(someone, url, status=200):
    answer = sign_in(Client(), someone).get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


# ---- who gets in ----


@pytest.mark.parametrize(
    "url",
    [
        "/study/",
        "/my-work/",
        "/my-work/T1-QUIZ/",
        "/marking/",
        "/examining/",
        "/boards/",
        "/registry/allocation/",
    ],
)
def test_strangers_are_asked_to_sign_in(scene, url):
    answer = Client().get(url)
    assert answer.status_code == 302 and "login" in answer["Location"]


def test_each_page_is_for_its_role(scene):
    everybody = {
        "trainee": scene.author,
        "tutor": scene.agnes,
        "examiner": scene.examiner,
        "registrar": scene.registrar,
    }
    doors = {
        "/study/": "trainee",
        "/my-work/": "trainee",
        "/marking/": "tutor",
        "/examining/": "examiner",
        "/boards/": "registrar",
        "/registry/allocation/": "registrar",
        f"/boards/{scene.board().pk}/": "registrar",
        f"/boards/{scene.board().pk}/scripts/": "registrar",
        f"/examining/{scene.board().pk}/": "examiner",
    }
    for url, role in doors.items():
        for who, someone in everybody.items():
            page(someone, url, 200 if who == role else 403)


def test_another_trainees_receipt_and_file_do_not_exist(scene):
    submission, attempt = scene.hand_in(), scene.take_quiz()
    other = scene.another(1).person
    for receipt in (submission.receipt, attempt.receipt):
        page(scene.author, f"/my-work/receipts/{receipt}/")
        page(scene.registrar, f"/my-work/receipts/{receipt}/")
        for someone in (other, scene.agnes, scene.examiner):
            page(someone, f"/my-work/receipts/{receipt}/", 404)
    page(other, "/my-work/T1-ESSAY/file/", 404)
    page(scene.registrar, "/my-work/T1-ESSAY/file/", 404)


def test_a_draft_has_no_receipt_page(scene):
    draft = save_note(scene.essay, scene.enrolment, "A note.", by=scene.author)
    page(scene.author, f"/my-work/receipts/{draft.receipt}/", 404)
    page(scene.author, "/my-work/T1-ESSAY/file/", 404)


# ---- handing in ----


def form(**more):
    return {"note": "My note.", "is_anonymised": "on", "is_own": "on", "action": "hand_in", **more}


def test_a_file_handed_in_comes_back_byte_for_byte(scene):
    client = sign_in(Client(), scene.author)
    answer = client.post("/my-work/T1-ESSAY/", form(file=pdf()))
    submission = Submission.objects.get()
    assert (
        answer.status_code == 302
        and answer["Location"] == f"/my-work/receipts/{submission.receipt}/"
    )
    shown = client.get(answer["Location"]).content.decode()
    for fact in (
        submission.sha256,
        submission.script,
        submission.receipt,
        "quuxington-final-draft.pdf",
        "12:00 GMT",
    ):
        assert fact in shown
    sent = client.get("/my-work/T1-ESSAY/file/")
    assert sent.getvalue() == pdf_bytes() and sent["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"file": SimpleUploadedFile("essay.pdf", b"")}, "This file is empty"),
        ({"file": SimpleUploadedFile("essay.pdf", b"words")}, "it is not a PDF"),
        ({"file": SimpleUploadedFile("essay.docm", b"PK\3\4")}, "macros"),
        ({}, "Choose the file you want to hand in"),
        ({"file": "pdf", "is_own": ""}, "Confirm that the work is yours"),
        ({"file": "pdf", "is_anonymised": ""}, "Confirm that no one can be recognised"),
    ],
)
def test_a_refused_file_says_why_and_keeps_the_note(scene, change, words):
    data = form(**{k: pdf() if v == "pdf" else v for k, v in change.items()})
    answer = sign_in(Client(), scene.author).post(
        "/my-work/T1-ESSAY/", {k: v for k, v in data.items() if v != ""}
    )
    shown = answer.content.decode()
    assert answer.status_code == 200 and words in shown and ">\nMy note.</textarea>" in shown
    draft = Submission.objects.get()
    assert (draft.state, draft.note, draft.original) == ("draft", "My note.", "")
    assert not Entry.objects.filter(action="assessments.submit").exists()


def test_a_file_that_is_too_large_is_refused_in_words(scene, settings):
    settings.IMSA_UPLOAD_MAX_BYTES = 500
    answer = sign_in(Client(), scene.author).post("/my-work/T1-ESSAY/", form(file=pdf()))
    assert "larger than" in answer.content.decode() and Submission.objects.get().state == "draft"


def test_a_second_file_that_comes_too_late_is_a_409_with_the_receipt(scene):
    first = scene.hand_in()
    scene.allocate(first)
    answer = sign_in(Client(), scene.author).post("/my-work/T1-ESSAY/", form(file=pdf("two")))
    assert answer.status_code == 409 and first.receipt in answer.content.decode()
    assert files.read(Submission.objects.get().original) == pdf_bytes()


def test_no_mark_is_shown_to_its_author_before_it_is_agreed_and_released(scene):
    submission = scene.hand_in()
    tasks = scene.allocate(submission)
    seal(tasks[0], 61, "Only-for-later.")
    for url in ("/study/", "/my-work/", "/my-work/T1-ESSAY/"):
        shown = page(scene.author, url)
        assert (
            not re.search(r"\b61\b", shown.split("<main")[1].split("</main")[0])
            and "Only-for-later" not in shown
        )
    assert "You will hear by Monday 14 December 2026" in page(scene.author, "/my-work/T1-ESSAY/")
    seal(tasks[1], 63)
    assert "Only-for-later" not in page(scene.author, "/my-work/T1-ESSAY/")
    scene.release()
    shown = page(scene.author, "/my-work/T1-ESSAY/")
    assert "62 of 100, provisional" in shown and "Only-for-later." in shown
    assert "Agnes" not in shown and "Tomasz" not in shown


# ---- the quiz ----


def test_the_page_of_an_open_quiz_holds_no_answer(scene):
    shown = page(scene.author, "/my-work/T1-QUIZ/")
    assert "Question number 3?" in shown and "Question number 4?" not in shown
    assert "Because of reason" not in shown and "The answer" not in shown


def test_an_unfinished_quiz_keeps_its_answers_and_names_the_questions(scene):
    given = answers(scene.quiz, scene.enrolment, 4)
    given.pop("T1-Q2")
    answer = sign_in(Client(), scene.author).post(
        "/my-work/T1-QUIZ/", {**{f"answer-{k}": v for k, v in given.items()}, "action": "hand_in"}
    )
    shown = answer.content.decode()
    assert (
        "You have not answered question 2 yet" in shown
        and "Choose an answer to this question." in shown
    )
    assert (
        answers_of(QuizAttempt.objects.get()) == given and QuizAttempt.objects.get().state == "open"
    )


def test_a_marked_quiz_says_why(scene):
    given = answers(scene.quiz, scene.enrolment, 3)
    client = sign_in(Client(), scene.author)
    answer = client.post(
        "/my-work/T1-QUIZ/", {**{f"answer-{k}": v for k, v in given.items()}, "action": "hand_in"}
    )
    assert answer.status_code == 302
    shown = client.get("/my-work/T1-QUIZ/").content.decode()
    assert "75, provisional" in shown and "Because of reason 5." not in shown
    scene.due(scene.quiz)
    with clock.at(in_days(1)):
        shown = client.get("/my-work/T1-QUIZ/").content.decode()
    assert "3 of 4 right" in shown and "Because of reason 5." in shown


# ---- marking ----


def test_marks_are_saved_checked_and_sealed(scene):
    submission = scene.hand_in()
    task, client, url = (
        scene.allocate(submission)[0],
        sign_in(Client(), scene.agnes),
        f"/marking/{submission.script}/",
    )
    assert client.post(url, {"mark-law": "71", "action": "save"}).status_code == 302
    task.refresh_from_db()
    assert task.marks == {"law": 71} and task.state == "open"
    missing = client.post(url, {"mark-law": "71", "comment": "Good.", "action": "check"})
    assert missing.status_code == 200 and "Give a mark for “Role”." in missing.content.decode()
    whole = {"mark-law": "71", "mark-role": "61", "comment": "Good."}
    assert client.post(url, {**whole, "action": "check"})["Location"] == url + "seal/"
    shown = client.get(url + "seal/").content.decode()
    assert "67 of 100" in shown and "cannot be changed" in shown
    task.refresh_from_db()
    assert task.state == "open"
    assert client.post(url + "seal/", whole)["Location"] == url
    task.refresh_from_db()
    assert task.state == "sealed" and float(task.total) == 67
    assert "waiting for the other marker" in client.get(url).content.decode()


def test_marks_that_are_no_marks_are_refused_on_the_page(scene):
    submission = scene.hand_in()
    task = scene.allocate(submission)[0]
    for bad in ("101", "-1", "6.5", "sixty", ""):
        answer = sign_in(Client(), scene.agnes).post(
            f"/marking/{submission.script}/",
            {"mark-law": bad, "mark-role": "60", "comment": "x", "action": "check"},
        )
        assert answer.status_code == 200
    task.refresh_from_db()
    assert task.state == "open"


# ---- sharing out ----


def test_the_registrar_gives_all_out_as_suggested(scene):
    for n in range(3):
        scene.hand_in(enrolment=scene.another(n), seed=str(n))
    client = sign_in(Client(), scene.registrar)
    shown = client.get("/registry/allocation/")
    data = {"script": "all"}
    for row in shown.context["rows"]:
        data[f"first-{row['number']}"], data[f"second-{row['number']}"] = (
            row["first"],
            row["second"],
        )
    assert client.post("/registry/allocation/", data).status_code == 302
    load = [
        Allocation.objects.filter(marker=m).count()
        for m in (scene.agnes, scene.tomasz, scene.helen)
    ]
    assert load == [2, 2, 2] and not Submission.objects.filter(state="submitted").exists()


def test_a_line_manager_is_not_suggested(scene):
    from datetime import date

    from cohorts.employment.actions import record_post
    from cohorts.organisations.actions import add_organisation

    host = add_organisation("HOST", "Host of Testing", ["scotland"], "", by=OP)
    record_post(
        "P-1",
        scene.author,
        host,
        "Advocate",
        ["scotland"],
        date(2026, 1, 1),
        None,
        scene.agnes.email,
        None,
        by=OP,
        source="test",
    )
    scene.hand_in()
    row = sign_in(Client(), scene.registrar).get("/registry/allocation/").context["rows"][0]
    assert {row["first"], row["second"]} == {scene.tomasz.pk, scene.helen.pk}


# ---- the board ----


def test_the_registrar_records_what_the_board_decided(scene):
    scene.everything_marked()
    board = scene.board()
    client = sign_in(Client(), scene.registrar)
    shown = client.get(f"/boards/{board.pk}/").content.decode()
    assert "1 person receives the award" in shown and "REF-ZQ-998877" in shown
    check = f"/boards/{board.pk}/check/"
    record = {"chair": "", "fingerprint": client.get(check).context["fingerprint"]}
    assert client.post(check, record).status_code == 200
    assert Enrolment.objects.get(pk=scene.enrolment.pk).state == "enrolled"
    assert client.post(check, record | {"chair": "Prof. Chair"}).status_code == 302
    assert Enrolment.objects.get(pk=scene.enrolment.pk).state == "completed"
    shown = page(scene.author, "/study/")
    assert (
        "Passed" in shown
        and "Decided by the board on Friday 20 November 2026" in shown
        and "/certificates/mine/" in shown
    )


# ---- what a page costs: the same at one row and at a full page ----

COSTS = {
    "queue": 10,
    "home": 11,
    "work": 7,
    "allocation": 12,
    "board": 14,
    "scripts": 7,
    "examine": 14,  # four of them for the distributions of marks
}


@pytest.mark.both_engines
@pytest.mark.parametrize("rows", [1, 25])
def test_pages_cost_the_same_at_one_row_and_at_a_full_page(scene, rows):
    for n in range(rows):  # as many with markers, as many waiting to be shared out, as many marked
        enrolment = scene.another(n)
        scene.take_quiz(enrolment)
        scene.mark(scene.hand_in(enrolment=enrolment, seed=f"m{n}"), 61, 62)
        scene.allocate(scene.hand_in(scene.portfolio, enrolment, seed=f"p{n}"))
        scene.hand_in(scene.portfolio, scene.another(100 + n), seed=f"w{n}")
    board = scene.board(confirmed=False)
    visits = {
        "queue": (scene.agnes, "/marking/"),
        "home": (scene.author, "/study/"),
        "work": (scene.author, "/my-work/"),
        "allocation": (scene.registrar, "/registry/allocation/"),
        "board": (scene.registrar, f"/boards/{board.pk}/"),
        "scripts": (scene.registrar, f"/boards/{board.pk}/scripts/"),
        "examine": (scene.examiner, f"/examining/{board.pk}/"),
    }
    cost = {}
    for name, (someone, url) in visits.items():
        client = sign_in(Client(), someone)
        client.get(url)  # the curriculum's outline is read once
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        cost[name] = len(asked)
    assert cost == COSTS
    assert_each_sealed_script_stands_on_one_page(sign_in(Client(), scene.agnes), rows)


def assert_each_sealed_script_stands_on_one_page(client, rows):
    pages = [
        client.get(f"/marking/?sealed={n}").context["queue"] for n in range(1, -(-rows // 10) + 1)
    ]
    sealed = [script.script for queue in pages for script in queue.sealed]
    assert (
        len(sealed) == len(set(sealed)) == rows and max(len(queue.sealed) for queue in pages) <= 10
    )
    assert {len(queue.waiting) for queue in pages} == {rows} and pages[
        0
    ].minutes_left == rows * settings.IMSA_MINUTES_PER_SCRIPT
    assert not any(hasattr(queue.sealed.paginator.object_list, "model") for queue in pages), (
        "a page leads back to the tasks"
    )
