"""What a trainee writes to the programme office reaches a registrar, whole, and never a marker."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.marking.actions.allocation import allocate
from assessments.taking.actions.notes import answer_note, assign_note, read_note
from assessments.taking.actions.submissions import save_note
from assessments.taking.models import Submission
from assessments.taking.notes import NoteLine
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role
from lms.record.models import Entry

from .scene import DAY, OP, pdf_bytes, person, sign_in

NOTE = "I had flu, please note."


@pytest.fixture
def office(scene):
    return sign_in(Client(), scene.registrar)


def through_the_pages(scene, note):
    client = sign_in(Client(), scene.author)
    file = SimpleUploadedFile("work.pdf", pdf_bytes(), "application/pdf")
    client.post(
        "/my-work/T1-ESSAY/",
        {"note": note, "file": file, "is_own": "on", "is_anonymised": "on", "action": "hand_in"},
    )
    return Submission.objects.get(enrolment=scene.enrolment, assessment=scene.essay)


def test_a_note_reaches_the_registrar_is_read_once_and_by_whom(scene, office):
    submission = through_the_pages(scene, f"  {NOTE}\n")
    assert submission.state == "submitted" and submission.note == NOTE
    told = Notice.objects.get(
        person=scene.registrar, subject=f"A note from a trainee: {submission.receipt}"
    )
    assert (
        NOTE not in told.body and "Quuxington" not in told.body and told.url == "/registry/notes/"
    )
    assert (
        not Notice.objects.filter(subject__contains="A note from")
        .exclude(person=scene.registrar)
        .exists()
    )
    assert "Unread note from trainees" in office.get("/registry/").content.decode()
    page = office.get("/registry/notes/").content.decode()
    assert NOTE in page and submission.receipt in page and "Zebedee Quuxington" in page
    assert submission.script not in page, "whoever reads the note is not led to the script"
    for _ in range(2):
        assert office.post("/registry/notes/", {"receipt": submission.receipt}).status_code == 302
    other = sign_in(Client(), second := person("second", Role.REGISTRAR))
    assert NOTE not in other.get("/registry/notes/").content.decode()
    read = other.get("/registry/notes/?show=read").content.decode()
    assert NOTE in read and "Given Registrar" in read
    read_note(submission, by=second)
    submission.refresh_from_db()
    assert submission.note_read_by == scene.registrar and submission.note_read_at
    assert Entry.objects.filter(action="assessments.read_note").count() == 1


def test_no_note_and_a_draft_are_no_post(scene, office):
    save_note(scene.portfolio, scene.enrolment, "Only a draft.", by=scene.author)
    through_the_pages(scene, "  ")
    page = office.get("/registry/notes/").content.decode()
    assert "No unread notes" in page and "Only a draft." not in page
    assert not Notice.objects.filter(person=scene.registrar).exists()


def test_only_a_registrar_who_neither_wrote_nor_marks_it_reads_a_note(scene):
    submission = through_the_pages(scene, NOTE)
    scene.allocate(submission)
    for someone in (scene.author, scene.agnes):
        grant(someone, Role.REGISTRAR, by=OP, starts_on=DAY)
        client = sign_in(Client(), someone)
        assert NOTE not in client.get("/registry/notes/").content.decode()
        assert client.post("/registry/notes/", {"receipt": submission.receipt}).status_code == 404
    for by in (scene.author, scene.agnes, scene.helen, scene.examiner, OP):
        with pytest.raises(NotAllowed):
            read_note(submission, by=by)
    marker = sign_in(Client(), scene.agnes)
    assert marker.get(f"/my-work/receipts/{submission.receipt}/").status_code == 404
    assert marker.get("/registry/notes/", {"receipt": submission.receipt}).status_code == 200
    assert sign_in(Client(), scene.helen).get("/registry/notes/").status_code == 403
    submission.refresh_from_db()
    assert submission.note_read_at is None


def test_the_office_finds_work_by_its_receipt_however_it_is_typed(scene, office):
    submission = through_the_pages(scene, NOTE)
    answer = office.get(
        "/registry/notes/", {"receipt": submission.receipt.lower().replace("-", " ")}, follow=True
    )
    assert answer.redirect_chain == [(url := f"/my-work/receipts/{submission.receipt}/", 302)]
    assert NOTE not in answer.content.decode(), "whose it is opens with a reason"
    page = office.post(url, {"reason": "A telephone call"}, follow=True).content.decode()
    assert "Zebedee Quuxington" in page and NOTE in page
    quiz = scene.take_quiz()
    assert office.get("/registry/notes/", {"receipt": quiz.receipt}).status_code == 302
    page = office.get("/registry/notes/", {"receipt": "R-1234"}).content.decode()
    assert "Not possible" not in page and 'value="R-1234"' in page
    draft = save_note(scene.portfolio, scene.enrolment, "Draft.", by=scene.author)
    assert (
        "There is no work with the receipt"
        in office.get("/registry/notes/", {"receipt": draft.receipt}).content.decode()
    )


def test_a_note_too_long_is_never_cut(scene):
    client = sign_in(Client(), scene.author)
    save_note(scene.essay, scene.enrolment, "Before.", by=scene.author)
    page = client.post(
        "/my-work/T1-ESSAY/", {"note": "x" * 4001, "action": "save"}, follow=True
    ).content.decode()
    assert (
        "x" * 4001 in page and "there is room for 4000" in page and "Your note is saved" not in page
    )
    assert "Choose the file" not in page
    with pytest.raises(Refused, match="4001 characters"):
        save_note(scene.essay, scene.enrolment, "x" * 4001, by=scene.author)
    assert Submission.objects.get().note == "Before."


def test_notes_are_paged_and_the_count_of_questions_does_not_grow(
    scene, office, django_assert_max_num_queries
):
    for n in range(21):
        scene.hand_in(enrolment=scene.another(n), seed=str(n), note=f"Note number {n}.")
    with django_assert_max_num_queries(15):
        page = office.get("/registry/notes/").content.decode()
    assert page.count("Note number") == 20 and "Page 1 of 2" in page and "21 unread notes" in page


def test_a_note_is_assigned_answered_and_the_trainee_reads_both(scene, office):
    submission = through_the_pages(scene, NOTE)
    url, second = f"/registry/notes/{submission.receipt}/", person("second", Role.REGISTRAR)
    page = office.get("/registry/notes/").content.decode()
    assert "Waiting since" in page and "No one yet" in page and url in page
    Notice.objects.all().delete()
    for _ in range(2):
        sent = {"action": "assign", "registrar": second.pk, "seen": "0"}
        assert office.post(url, sent)["Location"] == url
    told = Notice.objects.get()
    assert told.person == second and told.url == url and "Quuxington" not in told.body
    other = sign_in(Client(), second)
    assert NOTE in other.get("/registry/notes/?show=mine").content.decode()
    assert "No unread notes" in office.get("/registry/notes/?show=mine").content.decode()
    # Two at once: the second is told, and keeps what was typed.
    before = list(NoteLine.objects.values()), Entry.objects.count()
    stale = office.post(url, {"action": "answer", "words": "From the first.", "seen": "0"})
    assert stale.status_code == 422 and "From the first." in stale.content.decode()
    assert "since you opened this page" in stale.content.decode()
    assert 'name="seen" value="1"' in stale.content.decode(), "it can be sent once it is read"
    assert other.post(url, {"action": "answer", "words": " ", "seen": "1"}).status_code == 422
    assert (list(NoteLine.objects.values()), Entry.objects.count()) == before
    for _ in range(2):
        sent = {"action": "answer", "words": "Thank you, get well.", "seen": "1"}
        assert other.post(url, sent)["Location"] == url
    told = Notice.objects.get(person=scene.author)
    assert "get well" not in told.subject + told.body
    own = sign_in(Client(), scene.author)
    for address in (told.url, "/my-work/T1-ESSAY/"):
        page = own.get(address).content.decode()
        assert NOTE in page and "Thank you, get well." in page and "Given Second" not in page
    submission.refresh_from_db()
    assert submission.note_read_by == second
    assert "get well" not in str(list(Entry.objects.values_list("after", flat=True)))
    answer_note(submission, "On second thoughts, call us.", by=scene.registrar, seen=2)
    page = own.get(told.url).content.decode()
    assert "get well" in page and "call us" in page, "the earlier answer stays"
    # Who answered is given no script of this trainee.
    grant(scene.registrar, Role.TUTOR, by=OP, starts_on=DAY)
    with pytest.raises(Refused, match="cannot mark"):
        allocate(submission, scene.registrar, scene.tomasz, by=second)


def test_who_wrote_or_marks_it_neither_answers_nor_has_it(scene):
    submission = through_the_pages(scene, NOTE)
    scene.allocate(submission)
    for someone in (scene.author, scene.agnes):
        grant(someone, Role.REGISTRAR, by=OP, starts_on=DAY)
        there = sign_in(Client(), someone).get(f"/registry/notes/{submission.receipt}/")
        assert there.status_code == 404
        with pytest.raises(Refused, match="another registrar"):
            assign_note(submission, someone, by=scene.registrar)
    for by in (scene.author, scene.agnes, scene.helen, OP):
        with pytest.raises(NotAllowed):
            answer_note(submission, "Words.", by=by)
        with pytest.raises(NotAllowed):
            assign_note(submission, scene.registrar, by=by)
    assert not NoteLine.objects.exists()
