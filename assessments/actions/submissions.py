"""Takes written work in; it refuses a second file, and loses nothing it has given a receipt for."""

from django.db import transaction

from lms.kit import clock, codes, files
from lms.kit.moves import move
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.record.actions import write

from ..models import Deadline, Submission
from ..rules import may_submit
from ..states import SubmissionState

LONGEST_NOTE = 4000
HANDED_IN = "You have already handed this in. If it was the wrong file, write to the programme office and quote {}."


@transaction.atomic
def save_note(assessment, enrolment, note, *, by) -> Submission:
    """Keep what the trainee typed, as a draft. 1. the draft, with its numbers, 2. a record entry."""
    insist(may_submit(by, assessment, enrolment))
    draft = _drafted(assessment, enrolment)
    if draft.state != SubmissionState.DRAFT:
        raise Refused(HANDED_IN.format(draft.receipt))
    if draft.note != note[:LONGEST_NOTE]:
        draft.note = note[:LONGEST_NOTE]
        draft.save(update_fields=["note"])
        write("assessments.save_note", draft, by=by)
    return draft


def submit(assessment, enrolment, upload, note, *, by) -> Submission:
    """Hand a file in.

    1. the file is looked into; a refused one leaves the note as a draft and raises BadFile, 2. the
    file and the markers' copy of it are on the disk, 3. then, in one transaction, the submission
    names them with its fingerprint and moment, 4. the record is written and 5. the trainee is told
    the receipt. The same file again is the same receipt. Reading a file takes longer than the
    database may be held, so steps 1 and 2 come before the transaction: a process that dies between
    them leaves a stray file and no receipt.
    """
    insist(may_submit(by, assessment, enrolment))
    try:
        kind = files.look_into(upload)
        original = upload.read()
        fingerprint = files.sha256(original)
        there = (
            Submission.objects.filter(assessment=assessment, enrolment=enrolment)
            .exclude(state=SubmissionState.DRAFT)
            .first()
        )
        if there:
            return _same_or_refused(there, fingerprint)
        copy = files.without_properties(kind, original)
    except files.BadFile:
        save_note(assessment, enrolment, note, by=by)
        raise
    kept = {
        "original": files.keep(original, "submissions", kind),
        "original_name": _file_name(upload.name, kind),
        "sha256": fingerprint,
        "size": len(original),
        "copy": files.keep(copy, "scripts", kind),
        "copy_sha256": files.sha256(copy),
        "note": note[:LONGEST_NOTE],
    }
    return _take_in(assessment, enrolment, kept, by=by)


@transaction.atomic
def _take_in(assessment, enrolment, kept, *, by):
    submission = _drafted(assessment, enrolment)
    if submission.state != SubmissionState.DRAFT:
        return _same_or_refused(submission, kept["sha256"])
    due_at = (
        Deadline.objects.filter(assessment=assessment, cohort=enrolment.cohort_id)
        .values_list("due_at", flat=True)
        .first()
    )
    move(
        submission, "submit", by=by, reason=f"sha256 {kept['sha256']}", submitted_at=clock.now(), due_at=due_at, **kept
    )
    tell(
        enrolment.person,
        f"Your work is in: {assessment.title}"[:200],
        f"We have your file. Your receipt is {submission.receipt}. "
        f"The file’s fingerprint (SHA-256) is {submission.sha256}. "
        "Keep this message: it shows what you handed in, and when.",
        f"/my-work/receipts/{submission.receipt}/",
    )
    return submission


def _drafted(assessment, enrolment):
    """The one submission of this work, locked; a draft when there was none."""
    numbers = {"script": codes.new("S"), "receipt": codes.new("R")}
    made, _ = Submission.objects.get_or_create(assessment=assessment, enrolment=enrolment, defaults=numbers)
    return Submission.objects.select_for_update(no_key=True).get(pk=made.pk)


def _same_or_refused(submission, fingerprint):
    if submission.sha256 == fingerprint:
        return submission
    raise Refused(HANDED_IN.format(submission.receipt))


def _file_name(name, kind):
    """The author's own name for the file, short enough to keep."""
    stem = "".join(c for c in (name or "").replace("\\", "/").rpartition("/")[2] if c.isprintable()).rpartition(".")[0]
    return f"{stem[:190] or 'work'}.{kind}"
