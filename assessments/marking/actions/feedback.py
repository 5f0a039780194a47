"""Takes a marker's feedback as a file; it refuses what would name the marker or lose their words, and changes nothing once the marks are sealed."""

from functools import partial

from django.db import transaction

from lms.kit import clock, files
from lms.kit.refusals import insist
from lms.record.actions import write

from ..feedback_files import FeedbackFile
from ..rules import may_mark
from .marks import conflicts_reported, insist_same_file, lock_draft


def keep_feedback(upload) -> dict:
    """The copy of a file without its properties is on the disk; what a row says of it. Raises BadFile, with nothing kept.

    Before the transaction that names it: a process that dies between them leaves a stray file.
    """
    kind = files.look_into(upload)
    content = upload.read()
    files.insist_nothing_is_lost(kind, content)
    copy = files.without_properties(kind, content)
    return {
        "path": files.keep(copy, "feedback", kind),
        "sha256": files.sha256(copy),
        "size": len(copy),
    }


def attach_feedback(task, upload, *, by, seen=None) -> FeedbackFile:
    """Give the author a file besides the comment, in the place of one that was chosen before.

    1. the file is looked into, and its copy without properties is on the disk, 2. then, in one transaction, the task's draft names it, 3. a record entry with its
    fingerprint, 4. after commit the file it takes the place of is deleted. The same file again changes nothing. `seen` is the version of the page. Raises BadFile,
    Refused once the marks are sealed or where the author replaced the script since, and Conflict where the marker may not go on.
    """
    with conflicts_reported(task, by=by):
        insist(may_mark(by, task))
        return _attach(task, keep_feedback(upload), by=by, seen=seen)


@transaction.atomic
def _attach(task, columns, *, by, seen):
    locked = lock_draft(task, by=by)
    insist_same_file(locked, seen)
    columns |= {"file_version": locked.file_version}
    there = draft_of(locked)
    if there and (there.sha256, there.file_version) == (
        columns["sha256"],
        columns["file_version"],
    ):
        delete_after_commit(columns["path"])
        return there
    before = there and there.sha256
    if there:
        delete_after_commit(there.path)
    there = there or FeedbackFile(allocation=locked)
    for name, value in (columns | {"at": clock.now()}).items():
        setattr(there, name, value)
    there.save()
    write(
        "assessments.attach_feedback",
        there,
        by=by,
        before=before,
        after={"sha256": there.sha256, "script": locked.submission.script},
    )
    return there


def remove_feedback(task, *, by):
    """Take the file of a draft away. 1. no row names it, 2. a record entry, 3. after commit it is deleted. Twice is once. Raises as `attach_feedback`."""
    with conflicts_reported(task, by=by), transaction.atomic():
        locked = lock_draft(task, by=by)
        there = draft_of(locked)
        if there:
            write("assessments.remove_feedback", there, by=by, before={"sha256": there.sha256})
            delete_after_commit(there.path)
            there.delete()


def draft_of(task, kind=FeedbackFile.FILE) -> FeedbackFile | None:
    """What a task's draft has of that kind."""
    return task.feedback_files.filter(correction=None, kind=kind).first()


def delete_after_commit(path):
    """A kept file that no row names any more goes once that is sure."""
    transaction.on_commit(partial(files.drop, path), robust=True)
