"""Takes a file in pieces, each once and at its place; nothing is handed in by it, and what never became whole goes."""

import hashlib
import re
import secrets
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock, files
from lms.kit.files import parts
from lms.kit.refusals import Refused, insist
from lms.people.models import User
from lms.record.actions import write

from ...attempts.actions import attempt_of, insist_not_credited, insist_open
from ..models import PartialUpload, Upload
from ..queries import own_submission
from ..rules import may_drop_file, may_replace, may_submit, may_submit_file
from ..states import SubmissionState

MOST_BYTES = 4 * parts.BLOCK  # of one piece, which a request has in memory
DIGEST = re.compile(r"[0-9a-f]{64}")
LONGEST_NAME = 200
GONE = gettext_noop("This file is not on its way any more. Choose it again.")
UNREADABLE = gettext_noop("What was sent could not be read. Load the page again.")


class WrongOffset(Refused):
    """A piece that does not follow what is here; `offset` says where it goes on."""

    def __init__(self, offset):
        self.offset = offset
        super().__init__(_("More or less of this file is here than this page knew."))


class WrongChecksum(Refused):
    """A piece that changed on its way."""

    def __init__(self):
        super().__init__(_("A piece of this file was damaged on its way. It is sent again."))


@transaction.atomic
def begin_upload(assessment, enrolment, name, size, fingerprint, *, by) -> PartialUpload:
    """Begin to send a file of `size` bytes for the current attempt, or go on with it.

    `fingerprint`: `parts.Digests.fingerprint` of what was chosen. The same file again is what is here of it already, also from another page or
    device, by the name that it has now. Another one takes its place: 1. the row names it and nothing of it, 2. a record entry, 3. after commit the earlier pieces
    are deleted. Raises NotAllowed and Refused as handing in does, BadFile for a name or size that is never taken, and Refused where
    the person has too much on its way.
    """
    insist(may_submit_file(by, assessment, enrolment))
    if not DIGEST.fullmatch(fingerprint):
        raise Refused(_(UNREADABLE))
    name = "".join(c for c in name if c.isprintable())
    files.insist_name_and_size(name, size, files.WORK)
    name = name[-LONGEST_NAME:]
    attempt = attempt_of(assessment, enrolment)
    insist_open(attempt)
    insist_not_credited(attempt)
    _insist_file_taken(assessment, enrolment, by=by)
    there = PartialUpload.objects.filter(attempt=attempt).first()
    if there and (there.fingerprint, there.size) == (fingerprint, size):
        if _is_of_use(there, assessment, enrolment):
            if not there.sha256 and there.name != name:
                there.name = name  # which its author gave it since
                there.save(update_fields=["name"])
            return there
    _insist_room(attempt, size, by=by)
    row = there or PartialUpload(attempt=attempt)
    _delete_after_commit(row)
    row.key, row.path = secrets.token_hex(16), parts.new_path()
    row.name, row.size, row.fingerprint = name, size, fingerprint
    row.offset, row.sha256 = 0, ""
    row.begun_at = row.changed_at = clock.now()
    row.save()
    write("assessments.begin_upload", row, by=by, after={"size": size})
    return row


@transaction.atomic
def append_piece(upload, offset, piece: bytes, checksum: bytes, *, by) -> PartialUpload:
    """Put a piece of at most MOST_BYTES behind the first `offset` bytes. `checksum`: its SHA-256.

    Under a lock of the row: 1. the piece is on the disk, 2. the row says so. A process that dies between the two leaves bytes that the next piece
    overwrites. A piece that is here already changes nothing. The record has the beginning and the end, and no piece. Raises WrongChecksum, WrongOffset, and Refused or
    NotAllowed where the attempt takes no file any more.
    """
    if not 0 < len(piece) <= MOST_BYTES:
        raise Refused(_(UNREADABLE))
    if hashlib.sha256(piece).digest() != checksum:
        raise WrongChecksum()
    row = _lock(upload)
    attempt = row.attempt
    insist(may_submit(by, attempt.assessment, attempt.enrolment))
    insist_open(attempt)
    _insist_file_taken(attempt.assessment, attempt.enrolment, by=by)
    stands, end = confirmed(row), offset + len(piece)
    if row.sha256 and end <= row.size:
        return row
    if end <= stands and parts.read_at(row.path, offset, len(piece)) == piece:
        return row
    if offset != stands or end > row.size:
        raise WrongOffset(stands)
    parts.write_at(row.path, offset, piece)
    row.offset, row.changed_at = end, clock.now()
    row.save(update_fields=["offset", "changed_at"])
    return row


def confirmed(upload) -> int:
    """How many bytes are here: on the disk and in the row, never more."""
    if upload.sha256:
        return upload.size
    return min(upload.offset, parts.length_of(upload.path))


def whole_file(upload, *, by) -> UploadedFile:
    """The file, once all of it is here, to be looked into and kept as any other. Raises Refused while a piece is missing.

    Where the pieces are not those of the file that was chosen, they are dropped and BadFile is raised.
    """
    insist(may_submit(by, upload.attempt.assessment, upload.attempt.enrolment))
    if upload.sha256 or confirmed(upload) != upload.size:
        raise Refused(_("Not all of this file is here yet. Choose it again, and the rest is sent."))
    try:
        if parts.digests_of(upload.path).fingerprint == upload.fingerprint:
            return UploadedFile(files.open_kept(upload.path), name=upload.name, size=upload.size)
    except FileNotFoundError:  # finished or dropped at this moment
        raise Refused(_(GONE)) from None
    drop_upload_parts(upload, by=by)
    raise files.BadFile(
        _("The pieces of this file do not fit together. Choose it again, and it is sent anew.")
    )


@transaction.atomic
def finish_upload(upload, sha256: str, *, by) -> PartialUpload:
    """The whole file was kept as work's `original`, with this SHA-256: 1. the row keeps it, so that the same press again is known, 2. after commit its pieces are
    deleted. Twice is once."""
    row = _lock(upload)
    insist(may_drop_file(by, row.attempt.enrolment))
    if not row.sha256:
        _delete_after_commit(row)
        row.sha256, row.path = sha256, ""
        row.offset, row.changed_at = row.size, clock.now()
        row.save(update_fields=["sha256", "path", "offset", "changed_at"])
    return row


@transaction.atomic
def drop_upload_parts(upload, *, by) -> None:
    """Let go of a file that is on its way. 1. no row names it, 2. a record entry, 3. after commit its pieces are deleted. Twice is once."""
    rows = PartialUpload.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(pk=upload.pk, key=upload.key).first()
    if row is None:
        return
    insist(may_drop_file(by, row.attempt.enrolment))
    write("assessments.drop_upload", row, by=by)
    _delete_after_commit(row)
    row.delete()


def drop_old_parts(*, by) -> int:
    """Let go of every file of which no piece came for IMSA_PARTIAL_UPLOAD_DAYS. How many."""
    before = clock.now() - timedelta(days=settings.IMSA_PARTIAL_UPLOAD_DAYS)
    old, dropped = PartialUpload.objects.filter(changed_at__lt=before), 0
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Asked again under the lock: its author may be sending the next piece.
            locked = old.select_for_update(of=("self",), no_key=True)
            if row := locked.filter(pk=pk).first():
                drop_upload_parts(row, by=by)
                dropped += 1
    return dropped


def _lock(upload):
    """The row that two pages which send the same file fight over."""
    rows = PartialUpload.objects.select_for_update(of=("self",), no_key=True).select_related(
        "attempt__assessment__module", "attempt__enrolment__cohort", "attempt__enrolment__person"
    )
    row = rows.filter(pk=upload.pk, key=upload.key).first()
    if row is None:
        raise Refused(_(GONE))
    return row


def _insist_file_taken(assessment, enrolment, *, by):
    """Raises Refused where work is in and its file stands."""
    there = own_submission(assessment, enrolment)
    if there and there.state != SubmissionState.DRAFT:
        if not (answer := may_replace(by, there)):
            raise Refused(answer.reason)


def _insist_room(attempt, size, *, by):
    """Two pages that begin at once follow each other by their person's row; sizes are counted as they were announced."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    others = PartialUpload.objects.visible_to(by).filter(sha256="").exclude(attempt=attempt)
    used = others.aggregate(sum=Sum("size"))["sum"] or 0
    if used + size > settings.IMSA_PARTIAL_UPLOAD_FILES * settings.IMSA_UPLOAD_MAX_BYTES:
        raise Refused(
            _(
                "Other files of yours are on their way, and there is no room for one more. Finish one of them, or remove it on the page of its work: %(names)s."
            )
            % {"names": ", ".join(others.order_by("pk").values_list("name", flat=True)[:5])}
        )


def _is_of_use(row, assessment, enrolment) -> bool:
    """Can it be gone on with; or, where it was used, is it still the file that its author chose?"""
    if not row.sha256:
        return True
    return is_chosen(row, own_submission(assessment, enrolment))


def is_chosen(upload, submission) -> bool:
    """Is the file that came so the one that is kept to be handed in?"""
    if submission is None:
        return False
    if submission.state == SubmissionState.DRAFT:
        return bool(upload.sha256) and submission.sha256 == upload.sha256
    return Upload.objects.filter(submission=submission, sha256=upload.sha256).exists()


def _delete_after_commit(row):
    if row.path:
        transaction.on_commit(partial(files.drop, row.path), robust=True)
