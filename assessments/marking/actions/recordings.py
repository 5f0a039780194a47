"""Takes a marker's spoken feedback; only where the module leader turned it on, and never without its words in the end."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock, files
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.record.actions import write

from ..feedback_files import FeedbackFile, version_of
from ..rules import may_mark, takes_recordings
from .feedback import delete_after_commit, draft_of
from .marks import Outdated, conflicts_reported, insist_same_file, lock_draft

LONGEST_WORDS = 8000


class BadRecording(files.BadFile):
    """A recording that is not taken; the message says why and what to do."""


def keep_recording(upload) -> dict:
    """The recording, written anew, is on the disk; what a row says of it. Raises BadFile, with nothing kept. Before the transaction that names it."""
    try:
        content, seconds = files.recording_of(upload)
    except files.BadFile as fault:
        raise BadRecording(str(fault)) from None
    return {
        "kind": FeedbackFile.RECORDING,
        "path": files.keep(content, "feedback", "mp3"),
        "sha256": files.sha256(content),
        "size": len(content),
        "seconds": seconds,
    }


def attach_recording(task, upload, words, *, by, seen=None, version=None) -> FeedbackFile:
    """Speak to the author besides the comment: `upload`, or None for the recording there is, and its `words` in writing, empty while they are not written yet.

    1. the recording is written anew and on the disk, 2. then, in one transaction, the task's draft names it, with its words, 3. a record entry with its
    fingerprint where it is another, 4. after commit the one it takes the place of is deleted. The same again changes nothing. `seen` is the version of the page, `version` that of the recording and words
    on it (`version_of`). Raises Outdated where others were saved since; BadFile; Refused where spoken feedback is off, for words that are too long or without a recording, once the marks are sealed or where the author replaced the
    script since; and Conflict where the marker may not go on.
    """
    with conflicts_reported(task, by=by):
        insist(may_mark(by, task))
        insist_recordings(task.submission)
        insist_words_fit(words)
        columns = keep_recording(upload) if upload else {}
        try:
            return _attach(task, columns, words.strip(), by=by, seen=seen, version=version)
        except (NotAllowed, Refused):
            files.drop(columns.get("path", ""))
            raise


def insist_recordings(submission):
    """Raises Refused where spoken feedback is off."""
    if not takes_recordings(submission):
        raise Refused(
            _("This assessment does not take spoken feedback. Write your comment instead.")
        )


def insist_words_fit(words):
    if len(words.strip()) > LONGEST_WORDS:
        raise Refused(
            _("What you say has %(count)s characters in writing; there is room for %(longest)s.")
            % {"count": len(words.strip()), "longest": LONGEST_WORDS}
        )


@transaction.atomic
def _attach(task, columns, words, *, by, seen, version):
    locked = lock_draft(task, by=by)
    insist_recordings(locked.submission)
    insist_same_file(locked, seen)
    there = draft_of(locked, FeedbackFile.RECORDING)
    if there is None and not columns:
        raise Refused(_("Record what you say, or choose a recording."))
    before = there and (there.sha256, there.file_version)
    if columns:
        columns |= {"file_version": locked.file_version}
        if before == (columns["sha256"], columns["file_version"]):
            delete_after_commit(columns["path"])
            columns = {}
    if there and not columns and there.words == words:
        return there
    if version is not None and version != version_of(there):
        raise Outdated(
            _(
                "Your recording or its words were saved from another page after you opened this one. Copy what you typed, then load this page again to see them."
            )
        )
    if there and columns:
        delete_after_commit(there.path)
    there = there or FeedbackFile(allocation=locked)
    for name, value in (columns | {"words": words, "at": clock.now()}).items():
        setattr(there, name, value)
    there.save()
    if columns:
        write(
            "assessments.attach_recording",
            there,
            by=by,
            before=before and before[0],
            after={"sha256": there.sha256, "script": locked.submission.script},
        )
    return there


def remove_recording(task, *, by):
    """Take the recording of a draft away, with its words. 1. no row names it, 2. a record entry, 3. after commit it is deleted. Twice is once; also
    where spoken feedback was turned off since. Raises as `attach_recording`."""
    with conflicts_reported(task, by=by), transaction.atomic():
        locked = lock_draft(task, by=by)
        there = draft_of(locked, FeedbackFile.RECORDING)
        if there:
            write("assessments.remove_recording", there, by=by, before={"sha256": there.sha256})
            delete_after_commit(there.path)
            there.delete()
