"""A wrong file is replaced in time; no earlier receipt stops being true, and nobody is judged by a file that is gone."""

import hashlib
import os
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from assessments.attempts.actions import set_due
from assessments.marking.actions.allocation import allocate
from assessments.marking.actions.marks import save_marks, seal
from assessments.marking.blind import file_for
from assessments.taking.actions.replacements import (
    keep_replacement,
    permit_replacement,
    replace_file,
)
from assessments.taking.actions.submissions import drop_old_files
from assessments.taking.models import Handing, ReplacementPermission, Submission, Upload
from certificates.actions.stray_files import drop_strays
from cohorts.enrolment.actions import interrupt
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.checking import check as check_record
from lms.record.models import Entry

from .scene import DUE, OP, TELLTALES, Scene, in_days, pdf, pdf_bytes, sign_in
from .test_check_first import CHECK, DECLARED, PAGE, choose, hand_in, kept_files
from .test_submissions import together


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def author(scene):
    return sign_in(Client(), scene.author)


def fingerprint(seed):
    return hashlib.sha256(pdf_bytes(seed)).hexdigest()


def standing():
    """What a refusal must leave as it was."""
    tables = (Submission, Handing, Upload, ReplacementPermission)
    rows = [list(table.objects.order_by("pk").values()) for table in tables]
    return rows, Entry.objects.count(), Notice.objects.count(), kept_files()


def replace(scene, seed, enrolment=None):
    enrolment = enrolment or scene.enrolment
    keep_replacement(scene.essay, enrolment, pdf(seed), by=enrolment.person)
    return replace_file(scene.essay, enrolment, fingerprint(seed), by=enrolment.person)


def refuses(scene, match, seed="two"):
    before = standing()
    with pytest.raises(Refused, match=match):
        keep_replacement(scene.essay, scene.enrolment, pdf(seed), by=scene.author)
    assert standing() == before


def permit(scene, submission, reason="wrong_file", by=None):
    return permit_replacement(submission, reason, by=by or scene.registrar)


# ---- before the due date ----


def test_a_wrong_file_is_replaced_and_both_receipts_stay_true(scene, author):
    scene.due(scene.essay)
    first = scene.hand_in(note="I was ill.")
    page = author.get(PAGE).content.decode()
    assert "Was it the wrong file?" in page and "11 December 2026" in page
    assert choose(author, pdf("two"))["Location"] == CHECK
    assert Submission.objects.get().sha256 == first.sha256, "until it is handed in, nothing changes"
    page = author.get(CHECK).content.decode()
    assert fingerprint("two") in page and first.receipt in page and "I was ill." in page
    assert "This will be late" not in page and "Hand in this file instead" in page
    assert author.get("/my-work/T1-ESSAY/file/?chosen").getvalue() == pdf_bytes("two")
    answer = hand_in(author, fingerprint("two"))

    now = Submission.objects.get()
    assert (
        answer["Location"] == f"/my-work/receipts/{now.receipt}/" and now.receipt != first.receipt
    )
    assert (now.script, now.note, now.state) == (first.script, "I was ill.", "submitted")
    assert files.read(now.original) == pdf_bytes("two")
    assert hashlib.sha256(files.read(now.copy)).hexdigest() == now.copy_sha256 != first.copy_sha256
    rows = Handing.objects.order_by("number").values_list("number", "receipt", "sha256", "original")
    assert list(rows) == [
        (1, first.receipt, first.sha256, first.original),
        (2, now.receipt, fingerprint("two"), now.original),
    ]
    assert not Upload.objects.exists() and check_record()["whole"]

    told = Notice.objects.filter(person=scene.author, subject__startswith="File replaced").get()
    assert all(fact in told.body for fact in (now.receipt, now.sha256, first.receipt))
    for client in (author, sign_in(Client(), scene.registrar)):
        earlier = client.get(f"/my-work/receipts/{first.receipt}/").content.decode()
        assert "Replaced by" in earlier and now.receipt in earlier
        assert first.sha256 in earlier and fingerprint("two") not in earlier
        newest = client.get(f"/my-work/receipts/{now.receipt}/").content.decode()
        assert "Replaced by" not in newest and "Replaces" in newest and first.receipt in newest
    file = author.get(f"/my-work/T1-ESSAY/file/?receipt={first.receipt}")
    assert file.getvalue() == files.read(first.original), "what a receipt is for can be read again"
    assert author.get("/my-work/T1-ESSAY/file/").getvalue() == pdf_bytes("two")


def test_the_office_finds_work_by_an_earlier_receipt(scene):
    scene.due(scene.essay)
    first = scene.hand_in(note="I was ill.")
    office = sign_in(Client(), scene.registrar)
    now = replace(scene, "two")
    answer = office.get("/registry/notes/", {"receipt": first.receipt})
    assert answer["Location"] == f"/my-work/receipts/{first.receipt}/"
    # A page from before the replacement still marks the note as read.
    office.post("/registry/notes/", {"receipt": first.receipt})
    now.refresh_from_db()
    assert now.note_read_by == scene.registrar


def test_nobody_elses_receipts_and_files_are_there(scene, author):
    scene.due(scene.essay)
    first = scene.hand_in()
    replace(scene, "two")
    choose(author, pdf("three"))
    for someone in (scene.agnes, scene.examiner, scene.another(1).person):
        client = sign_in(Client(), someone)
        for url in (
            f"/my-work/receipts/{first.receipt}/",
            f"/my-work/T1-ESSAY/file/?receipt={first.receipt}",
            "/my-work/T1-ESSAY/file/?chosen",
        ):
            assert client.get(url).status_code == 404


def test_markers_who_have_the_script_get_the_new_file_and_never_its_author(scene):
    scene.due(scene.essay)
    tasks = scene.allocate(first := scene.hand_in())
    replace(scene, "two")
    path, name = file_for(scene.agnes, first.script)
    assert b"two" in files.read(path) or path == Submission.objects.get().copy
    assert name.startswith(first.script)
    for task in tasks:
        told = Notice.objects.filter(person=task.marker, subject__contains="has a new file").get()
        assert first.script in told.subject and told.url == f"/marking/{first.script}/"
        assert not any(word in told.subject + told.body for word in TELLTALES)


def test_the_same_press_again_finds_it_in(scene, author):
    scene.due(scene.essay)
    scene.hand_in()
    choose(author, pdf("two"))
    receipt = hand_in(author, fingerprint("two"))["Location"]  # its answer was lost on the way
    before = standing()
    assert hand_in(author, fingerprint("two"))["Location"] == receipt
    assert choose(author, pdf("two"))["Location"] == receipt, "the file that is in is its receipt"
    assert standing() == before
    page = author.get(receipt).content.decode()
    assert fingerprint("two") in page


def test_a_request_that_is_sent_again_does_not_undo_a_replacement(scene, author):
    scene.due(scene.essay)
    at_once = {**DECLARED, "action": "hand_in", "note": ""}
    author.post(PAGE, {**at_once, "file": pdf("one")})
    replace(scene, "two")
    answer = author.post(PAGE, {**at_once, "file": pdf("one")})
    assert answer["Location"] == CHECK and Submission.objects.get().sha256 == fingerprint("two")


def test_of_two_tabs_the_file_that_was_looked_at_is_handed_in_or_none(scene, author):
    scene.due(scene.essay)
    scene.hand_in()
    choose(author, pdf("two"))
    choose(author, pdf("three"))  # in another tab
    before = standing()
    assert hand_in(author, fingerprint("two")).status_code == 409
    assert standing() == before
    hand_in(author, fingerprint("three"))
    assert Submission.objects.get().sha256 == fingerprint("three")


def test_without_the_declarations_nothing_is_replaced(scene, author):
    scene.due(scene.essay)
    scene.hand_in()
    choose(author, pdf("two"))
    before = standing()
    for missing in DECLARED:
        typed = {**DECLARED, "fingerprint": fingerprint("two"), "action": "hand_in"}
        del typed[missing]
        assert author.post(PAGE, typed).status_code == 409
    assert standing() == before


def test_a_file_that_cannot_be_read_replaces_nothing(scene, author):
    scene.due(scene.essay)
    scene.hand_in()
    before = standing()
    answer = choose(author, SimpleUploadedFile("essay.pdf", b"not a pdf at all"))
    assert answer.status_code == 200 and "error" in answer.content.decode().lower()
    assert standing() == before


def test_a_chosen_file_is_taken_back_and_the_one_that_is_in_stays(
    scene, author, django_capture_on_commit_callbacks
):
    scene.due(scene.essay)
    submission = scene.hand_in()
    choose(author, pdf("two"))
    with django_capture_on_commit_callbacks(execute=True):
        for _twice in range(2):
            assert author.post(PAGE, {"action": "drop"})["Location"] == PAGE
    assert kept_files() == {submission.original, submission.copy}
    assert Entry.objects.filter(action="assessments.drop_file").count() == 1


def test_another_choice_and_old_ones_leave_no_file_lying(
    scene, author, django_capture_on_commit_callbacks
):
    scene.due(scene.essay)
    submission = scene.hand_in()
    with django_capture_on_commit_callbacks(execute=True):
        choose(author, pdf("two"))
        choose(author, pdf("three"))
    upload = Upload.objects.get()
    assert kept_files() == {submission.original, submission.copy, upload.original, upload.copy}
    with clock.at(in_days(settings.IMSA_KEPT_FILE_DAYS)):
        with django_capture_on_commit_callbacks(execute=True):
            assert drop_old_files(by=OP) == 1
    assert kept_files() == {submission.original, submission.copy}


def test_the_sweeper_of_stray_files_leaves_every_hand_in_and_what_is_chosen(scene, author):
    scene.due(scene.essay)
    scene.hand_in()
    replace(scene, "two")
    choose(author, pdf("three"))
    there = kept_files()
    for path in there:
        os.utime(Path(settings.PRIVATE_ROOT, path), (0, 0))
    assert len(there) == 6 and drop_strays(by=OP) == {"dropped": 0} and kept_files() == there


def test_a_process_that_dies_between_the_file_and_the_commit_replaces_nothing(scene):
    scene.due(scene.essay)
    submission = scene.hand_in()
    keep_replacement(scene.essay, scene.enrolment, pdf("two"), by=scene.author)
    before = standing()
    with pytest.raises(SystemExit), transaction.atomic():
        replace_file(scene.essay, scene.enrolment, fingerprint("two"), by=scene.author)
        raise SystemExit
    assert standing() == before
    assert replace_file(scene.essay, scene.enrolment, fingerprint("two"), by=scene.author).receipt
    submission.refresh_from_db()
    assert submission.sha256 == fingerprint("two")


def test_nobody_else_replaces_a_file(scene):
    scene.due(scene.essay)
    scene.hand_in()
    keep_replacement(scene.essay, scene.enrolment, pdf("two"), by=scene.author)
    before = standing()
    for someone in (scene.registrar, scene.agnes, scene.another(1).person):
        before = standing()
        with pytest.raises(NotAllowed):
            replace_file(scene.essay, scene.enrolment, fingerprint("two"), by=someone)
        with pytest.raises(NotAllowed):
            keep_replacement(scene.essay, scene.enrolment, pdf("three"), by=someone)
        assert standing() == before
    interrupt(scene.enrolment, by=scene.registrar)
    scene.enrolment.refresh_from_db()
    before = standing()
    with pytest.raises(NotAllowed, match="leave of absence"):
        replace_file(scene.essay, scene.enrolment, fingerprint("two"), by=scene.author)
    assert standing() == before


# ---- until when ----


def test_after_the_due_date_the_file_stands_and_the_page_says_whom_to_ask(scene, author):
    scene.due(scene.essay)
    submission = scene.hand_in()
    with clock.at(in_days(1)):
        refuses(scene, "was due on Friday 11 December 2026")
        page = author.get(PAGE).content.decode()
        assert "was due on" in page and submission.receipt in page and 'type="file"' not in page
        # Their own later date counts, as it is today.
        set_due(scene.essay, scene.enrolment, in_days(3), "extension", by=scene.registrar)
        assert replace(scene, "two").sha256 == fingerprint("two")


def test_without_a_due_date_the_file_stands_once_markers_have_it(scene, author):
    submission = scene.hand_in()
    assert "until it goes to its markers" in author.get(PAGE).content.decode()
    replace(scene, "two")
    submission.refresh_from_db()
    scene.allocate(submission)
    refuses(scene, "with its markers", "three")


def test_a_saved_mark_keeps_the_file_until_a_registrar_allows_another(scene, author):
    scene.due(scene.essay)
    tasks = scene.allocate(submission := scene.hand_in())
    save_marks(tasks[0], {"law": 60}, "", by=scene.agnes)
    refuses(scene, "has begun to mark")
    permit(scene, submission)
    assert replace(scene, "two").sha256 == fingerprint("two")
    tasks[0].refresh_from_db()
    assert tasks[0].marks == {"law": 60}, "what the marker typed is theirs to look at again"


def test_marks_of_a_file_that_was_replaced_are_not_taken(scene):
    scene.due(scene.essay)
    tasks = scene.allocate(submission := scene.hand_in())
    full = {"law": 60, "role": 60}
    save_marks(tasks[0], full, "Good.", by=scene.agnes)
    desk = sign_in(Client(), scene.agnes)
    seen = desk.get(f"/marking/{submission.script}/seal/").context["script"].version
    permit(scene, submission)
    replace(scene, "two")
    before = (standing(), list(submission.allocations.order_by("pk").values()))
    with pytest.raises(Refused, match="was replaced after you opened"):
        seal(tasks[0], by=scene.agnes, marks=full, comment="Good.", seen=seen)
    with pytest.raises(Refused, match="was replaced after you opened"):
        save_marks(tasks[0], {"law": 70}, "Better.", by=scene.agnes, seen=seen)
    assert (standing(), list(submission.allocations.order_by("pk").values())) == before
    seen = desk.get(f"/marking/{submission.script}/seal/").context["script"].version
    seal(tasks[0], by=scene.agnes, marks=full, comment="Good.", seen=seen)
    refuses(scene, "is marked", "three")


# ---- a registrar allows it ----


def test_a_registrar_allows_one_late_file_and_the_author_sees_that_it_is_late(scene, author):
    scene.due(scene.essay)
    scene.hand_in()
    url = f"/registry/work/{scene.enrolment.pk}/"
    office = sign_in(Client(), scene.registrar)
    typed = {"action": "replace", "assessment": "T1-ESSAY", "seen": "1"}
    with clock.at(in_days(1)):
        assert "Allow another file" in office.get(url).content.decode()
        before = standing()
        assert office.post(url, typed).status_code == 422, "a reason is asked for"
        assert standing() == before
        typed["T1-ESSAY-replace-reason"] = "wrong_file"
        for _twice in range(2):
            assert office.post(url, typed)["Location"] == url
        told = Notice.objects.filter(person=scene.author, subject__contains="can replace").get()
        assert "The wrong file was handed in" in told.body and "late" in told.body
        assert "The wrong file was handed in" in office.get(url).content.decode()
        assert "lets you replace your file once" in author.get(PAGE).content.decode()
        choose(author, pdf("two"))
        assert "This will be late" in author.get(CHECK).content.decode()
        hand_in(author, fingerprint("two"))
        now = Submission.objects.get()
        assert now.sha256 == fingerprint("two") and now.submitted_at > DUE
        assert "Handed in after the deadline" in author.get(PAGE).content.decode()
        refuses(scene, "was due on", "three")
    assert ReplacementPermission.objects.get().number == 2 and check_record()["whole"]


def test_what_needs_no_permission_and_what_is_marked_is_not_allowed(scene):
    scene.due(scene.essay)
    submission = scene.hand_in()
    before = standing()
    with pytest.raises(Refused, match="can replace this file already"):
        permit(scene, submission)
    with pytest.raises(Refused, match="Choose why"):
        permit(scene, submission, reason="because")
    for someone in (scene.author, scene.agnes, scene.examiner):
        with pytest.raises(NotAllowed):
            permit(scene, submission, by=someone)
    assert standing() == before
    scene.mark(submission, 60, 62)
    before = standing()
    with pytest.raises(NotAllowed, match="marks for this work are in"):
        permit(scene, submission)
    assert standing() == before


def test_a_registrar_who_marks_it_learns_nothing_by_asking(scene):
    from lms.people.actions import grant
    from lms.people.models import Role

    scene.due(scene.essay)
    grant(scene.agnes, Role.REGISTRAR, by=OP, starts_on=DUE.date().replace(year=2025))
    marks, marked = scene.hand_in(), scene.hand_in(enrolment=scene.another(1), seed="other")
    waits = scene.hand_in(enrolment=scene.another(2), seed="third")
    scene.allocate(marks)
    scene.mark_by = scene.allocate(marked, (scene.tomasz, scene.helen))
    for task in scene.mark_by:
        seal(task, by=task.marker, marks={"law": 60, "role": 60}, comment="Good.")
    answers = set()
    with clock.at(in_days(1)):
        for submission in (marks, marked, waits):
            before = standing()
            with pytest.raises(NotAllowed) as refused:
                permit(scene, submission, by=scene.agnes)
            answers.add(str(refused.value))
            assert standing() == before
        assert len(answers) == 1, "one answer for all"
        with clock.at(in_days(-1)), pytest.raises(NotAllowed) as refused:
            permit(scene, waits, by=scene.agnes)
        assert {str(refused.value)} == answers, "also where it could be replaced without"
        permit(scene, marks)
        page = sign_in(Client(), scene.agnes).get(f"/registry/work/{scene.enrolment.pk}/")
        assert "Another file allowed" not in page.content.decode()


def test_a_permission_page_from_before_another_attempt_changes_nothing(scene):
    scene.due(scene.essay)
    submission = scene.hand_in()
    with clock.at(in_days(1)):
        before = standing()
        with pytest.raises(Refused, match="Another attempt has begun"):
            permit_replacement(submission, "ours", by=scene.registrar, seen=2)
        assert standing() == before


# ---- two at once ----


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_replace_once(on_the_day):
    scene = Scene()
    scene.due(scene.essay)
    scene.hand_in()
    keep_replacement(scene.essay, scene.enrolment, pdf("two"), by=scene.author)
    receipts, gate = [], threading.Barrier(2)

    def press(_n):
        with clock.at(in_days(-5)):
            gate.wait()
            done = replace_file(scene.essay, scene.enrolment, fingerprint("two"), by=scene.author)
            receipts.append(done.receipt)
        connection.close()

    together(press, 1, 2)
    assert len(receipts) == 2 and len(set(receipts)) == 1
    assert Handing.objects.count() == 2
    assert Entry.objects.filter(action="assessments.replace_file").count() == 1


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["allocate", "save_marks"])
def test_a_replacement_and_a_marker_at_the_same_moment_agree_on_one_file(on_the_day, what):
    """Without a due date an allocation keeps the file, with one a saved mark does: never both."""
    scene = Scene()
    if what == "save_marks":
        scene.due(scene.essay)
    submission = scene.hand_in()
    task = scene.allocate(submission)[0] if what == "save_marks" else None
    keep_replacement(scene.essay, scene.enrolment, pdf("two"), by=scene.author)
    seen = task and f"{task.version}"
    done, gate = {}, threading.Barrier(2)

    def go(who):
        with clock.at(in_days(-5)):
            gate.wait()
            try:
                if who == "author":
                    replace_file(scene.essay, scene.enrolment, fingerprint("two"), by=scene.author)
                elif what == "allocate":
                    allocate(submission, scene.agnes, scene.tomasz, by=scene.registrar)
                else:
                    save_marks(task, {"law": 60}, "", by=scene.agnes, seen=seen)
                done[who] = True
            except Refused as refusal:
                done[who] = str(refusal)
        connection.close()

    together(go, "author", "office")
    now = Submission.objects.get()
    is_new = now.sha256 == fingerprint("two")
    assert Handing.objects.count() == 1 + is_new and len(done) == 2
    if what == "allocate":
        assert now.state == "marking", "the script goes out with whichever file is in"
        assert is_new or "with its markers" in done["author"]
    else:
        task.refresh_from_db()
        assert bool(task.marks) != is_new, "a mark is saved of the file that stays, or none"
        assert is_new or "has begun to mark" in done["author"]


@pytest.mark.both_engines
def test_the_database_keeps_every_hand_in(scene):
    scene.due(scene.essay)
    scene.hand_in()
    with clock.at(in_days(1)):
        permit(scene, Submission.objects.get())
    for rows, change in (
        (Handing.objects.all(), {"sha256": "0" * 64}),
        (ReplacementPermission.objects.all(), {"reason": "ours"}),
    ):
        for spoil in (lambda r=rows, c=change: r.update(**c), rows.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                spoil()
