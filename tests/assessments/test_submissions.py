"""A lost submission harms a trainee; so does a second one that quietly replaces the first."""

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from assessments.attempts.queries import due_of
from assessments.taking.actions.submissions import submit
from assessments.taking.models import Submission
from cohorts.enrolment.actions import interrupt
from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice
from lms.record.models import Entry

from .scene import Scene, in_days, pdf, pdf_bytes


def standing():
    """What a refusal must leave as it was."""
    return Entry.objects.count(), list(Submission.objects.values()), Notice.objects.count()


def test_a_submission_holds_the_file_its_fingerprint_and_a_receipt(scene):
    scene.due(scene.essay)
    submission = submit(scene.essay, scene.enrolment, pdf(), "Please note.", by=scene.author)
    submission.refresh_from_db()
    assert submission.state == "submitted"
    assert submission.sha256 == hashlib.sha256(pdf_bytes()).hexdigest()
    assert files.read(submission.original) == pdf_bytes()
    assert submission.copy_sha256 == hashlib.sha256(files.read(submission.copy)).hexdigest()
    assert submission.receipt.startswith("R-") and submission.script.startswith("S-")
    assert submission.note == "Please note."
    told = Notice.objects.filter(person=scene.author).first()
    assert submission.receipt in told.body and submission.sha256 in told.body
    assert submission.sha256 in Entry.objects.get(action="assessments.submit").reason


def test_no_path_and_no_copy_names_the_author(scene):
    submission = scene.hand_in()
    for path in (submission.original, submission.copy):
        assert "uux" not in path.lower() and "zebedee" not in path.lower()
    assert b"McProperty" not in files.read(submission.copy)


def test_the_same_file_again_is_the_same_receipt(scene):
    first = scene.hand_in()
    before = standing()
    assert scene.hand_in().receipt == first.receipt
    assert standing() == before


def test_a_different_file_after_handing_in_is_refused(scene):
    first = scene.hand_in()
    before = standing()
    with pytest.raises(Refused, match=first.receipt):
        scene.hand_in(seed="two")
    assert standing() == before


def test_a_refused_file_keeps_what_was_typed(scene):
    bad = SimpleUploadedFile("essay.pdf", b"not a pdf at all")
    with pytest.raises(files.BadFile):
        submit(scene.essay, scene.enrolment, bad, "Twenty minutes of typing.", by=scene.author)
    draft = Submission.objects.get()
    assert (draft.state, draft.note, draft.original, draft.submitted_at) == (
        "draft",
        "Twenty minutes of typing.",
        "",
        None,
    )


def test_work_after_the_deadline_is_taken_and_shown_as_late(scene):
    scene.due(scene.essay)
    with clock.at(in_days(1)):
        submission = scene.hand_in()
    assert submission.submitted_at > due_of(submission.attempt) and submission.state == "submitted"


def test_work_is_late_by_the_deadline_as_it_is_now(scene):
    scene.due(scene.essay)
    with clock.at(in_days(1)):
        submission = scene.hand_in()
    scene.due(scene.essay, in_days(7))
    assert submission.submitted_at < due_of(submission.attempt)


def test_nobody_hands_in_for_somebody_else(scene):
    before = standing()
    for by in (scene.registrar, scene.agnes, scene.another(1).person):
        with pytest.raises(NotAllowed):
            submit(scene.essay, scene.enrolment, pdf(), "", by=by)
    assert Submission.objects.count() == 0 and before[1] == []


def test_on_leave_of_absence_nothing_is_handed_in(scene):
    interrupt(scene.enrolment, by=scene.registrar)
    before = standing()
    with pytest.raises(NotAllowed, match="leave of absence"):
        scene.hand_in()
    assert standing() == before


def test_a_quiz_takes_no_file(scene):
    with pytest.raises(NotAllowed, match="quiz"):
        scene.hand_in(scene.quiz)
    assert not Submission.objects.exists()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_make_one_submission(on_the_day):
    scene = Scene()
    answers, gate = [], threading.Barrier(2)

    def upload(seed):
        with clock.at(in_days(-5)):
            gate.wait()
            try:
                answers.append(scene.hand_in(seed=seed).receipt)
            except Refused as refusal:
                answers.append(refusal)
        connection.close()

    together(upload, "one", "two")
    submission = Submission.objects.get()
    receipts = [a for a in answers if isinstance(a, str)]
    assert receipts == [submission.receipt] and len(answers) == 2
    assert files.sha256(files.read(submission.original)) == submission.sha256
    assert Entry.objects.filter(action="assessments.submit").count() == 1


def together(action, *args):
    threads = [threading.Thread(target=action, args=(arg,)) for arg in args]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_what_was_kept_is_on_the_disk_before_a_row_names_it():
    """A process that dies straight after keep() has lost nothing of the file."""
    program = (
        "import os, sys, signal; os.environ['DJANGO_SETTINGS_MODULE'] = 'lms.settings.test'\n"
        "from django.conf import settings; settings.PRIVATE_ROOT = sys.argv[1]\n"
        "from lms.kit import files; print(files.keep(b'work', 'submissions', 'pdf'), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    root = Path(settings.PRIVATE_ROOT)
    done = subprocess.run(
        [sys.executable, "-c", program, str(root)],
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
    )
    assert done.returncode == -9
    assert (root / done.stdout.strip()).read_bytes() == b"work"
    assert not list(root.rglob("*.part"))


def test_a_death_between_file_and_commit_leaves_no_receipt(scene, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*args, **kwargs):
        raise Killed

    monkeypatch.setattr("assessments.taking.actions.submissions.make_transition", die)
    with pytest.raises(Killed):
        scene.hand_in()
    assert not Submission.objects.exclude(state="draft").exists()
    assert not Notice.objects.filter(subject__startswith="Work submitted").exists()
    monkeypatch.undo()
    assert scene.hand_in().state == "submitted"
