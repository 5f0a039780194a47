"""Writes down who downloaded a file of marks, before they get it."""

from django.db import transaction

from lms.kit import files
from lms.kit.refusals import insist
from lms.record.actions import write

from ..export_models import ExportRun, MarksDownload
from ..models import Board
from ..rules import may_export_marks, may_record


def record_export_download(run: ExportRun, *, by) -> MarksDownload:
    """The file of an export is downloaded. 1. who, when and which file, 2. a record entry. Each time anew."""
    insist(may_export_marks(by, run.cohort))
    return _record({"run": run}, run.file_name, run.sha256, by=by)


def record_pack_download(board: Board, content: bytes, file_name: str, *, by) -> MarksDownload:
    """The same of the pack of a board, which is made anew each time, and so has another hash."""
    insist(may_record(by, board))
    return _record({"board": board}, file_name, files.sha256(content), by=by)


@transaction.atomic
def _record(of_what, file_name, sha256, *, by):
    made = MarksDownload.objects.create(**of_what, file_name=file_name, sha256=sha256, by=by)
    write("assessments.download_marks", made, by=by, after={"file": file_name, "sha256": sha256})
    return made
