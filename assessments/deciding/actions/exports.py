"""Makes files of marks and lets go of old ones; the receipt of each stays."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Cohort
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.roles import is_operator
from lms.record.actions import write

from .. import exporting
from ..export_models import ExportFile, ExportProfile, ExportRun
from ..models import Board
from ..queries.export_checks import preflight_of
from ..queries.exports import draft_of, profile_now, words_for
from ..rules import may_drop_exports, may_export_marks
from ..states import BoardState


@transaction.atomic
def make_export(
    profile: ExportProfile, cohort: Cohort, board: Board | None = None, *, by, seen=None
) -> ExportRun:
    """Make a file of the marks of a cohort, or of what one board decided in it.

    1. the receipt, with the version of the profile and the file's hash, 2. the file beside it, 3. a record entry. `seen`: the fingerprint of what the page showed. The same
    again is the receipt there is, while its file is kept. Raises Refused where marks, codes or the profile are others than on the page, where the check of the file names anything
    that stops it, and for a board that was cancelled.
    """
    insist(may_export_marks(by, cohort))
    cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
    if profile_now(profile.number) != profile:
        raise Refused(_("This profile was changed since you opened the page. Load it again."))
    board = board and Board.objects.get(pk=board.pk)  # as it is now, and not on the page
    if board and (board.cohort_id != cohort.pk or board.state == BoardState.CANCELLED):
        raise Refused(_("This board was cancelled. Choose another one, or the cohort."))
    reading, tables, fingerprint = draft_of(profile, cohort, board)
    if seen is not None and seen != fingerprint:
        raise Refused(
            _(
                "Nothing was made, because marks or codes have changed since you opened this page. Look at the file below again."
            )
        )
    if stops := preflight_of(profile.form, reading, tables, cohort=cohort).stops:
        raise Refused(
            _("No file was made: %(what)s See what else there is to do on the page of this export.")
            % {"what": " ".join(filter(None, (stops[0].reference, stops[0].what)))}
        )
    runs = ExportRun.objects.filter(cohort=cohort).order_by("-number")
    there = runs.filter(profile=profile, board=board, fingerprint=fingerprint, file__isnull=False)
    if (same := there.first()) is not None:
        return same
    last = runs.first()
    number = last.number + 1 if last else 1
    archive = f"{cohort.code}_{number}"
    file_name, content = exporting.file_of(profile.form, tables, archive)
    run = ExportRun.objects.create(
        number=number,
        profile=profile,
        cohort=cohort,
        board=board,
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        rows=sum(len(table.rows) for table in tables),
        omissions=exporting.omissions_of(profile.form, reading),
        fingerprint=fingerprint,
        exported_at=clock.now(),
        exported_by=None if is_operator(by) else by,
    )
    entries = exporting.entries_of(profile.form, reading, words_for(cohort))
    ExportFile.objects.create(run=run, content=content, results=entries)
    write(
        "assessments.make_export",
        run,
        by=by,
        after={
            "cohort": cohort.code,
            "board": board and board.pk,
            "profile": [profile.number, profile.version],
            "rows": run.rows,
            "sha256": run.sha256,
        },
    )
    return run


def drop_old_exports(*, by) -> int:
    """Let go of every file of marks that was made IMSA_EXPORT_FILE_DAYS ago: 1. the file, 2. a record entry; its receipt stays. How many."""
    insist(may_drop_exports(by))
    before, dropped = clock.now() - timedelta(days=settings.IMSA_EXPORT_FILE_DAYS), 0
    old = ExportFile.objects.filter(run__exported_at__lt=before)
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            file = (
                old.select_for_update(of=("self",), no_key=True)
                .select_related("run")
                .filter(pk=pk)
                .first()
            )
            if file:
                file.delete()
                write("assessments.drop_export", file.run, by=by)
                dropped += 1
    return dropped
