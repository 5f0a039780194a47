"""Makes the file of a portfolio and hands it in; it refuses a file of a portfolio that has changed since."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import files
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from ...taking.actions.replacements import keep_replacement, replace_file
from ...taking.actions.submissions import keep_file, save_note, submit_kept
from ...taking.models import Submission, Upload
from ...taking.queries import own_submission
from ...taking.states import SubmissionState
from ..content import fingerprint
from ..document import content_fingerprint, draw_portfolio, portfolio_content
from ..models import Portfolio, PortfolioFile
from ..queries import portfolio_of, progress_of, version_asked
from ..rules import may_keep_portfolio
from .entries import lock_portfolio


def make_file(assessment, enrolment, note, *, by) -> Submission:
    """Make the file of the portfolio as it is now, and keep it so that its author can look at it before it is handed in.

    1. the PDF is drawn and kept on the disk, with the markers' copy, as by `keep_file`, or by `keep_replacement` where the portfolio is in already,
    2. a row says of which state of the portfolio it is, 3. the record is written. Nothing changed since the file that is kept: that file, with the note as it is now. Drawing takes longer
    than the database may be held, so it comes before the transaction. Raises Refused where something is missing and the version asks for all of it.
    """
    insist(may_keep_portfolio(by, assessment, enrolment))
    portfolio, version = portfolio_of(assessment, enrolment), version_asked(assessment, enrolment)
    if portfolio is None:
        raise Refused(_("Nothing is in your portfolio yet. Add your first entry."))
    portfolio.assessment, portfolio.enrolment = assessment, enrolment
    insist_complete(portfolio, version)
    content = portfolio_content(portfolio, version)
    mark, there = fingerprint(content), own_submission(assessment, enrolment)
    is_in = bool(there and there.state != SubmissionState.DRAFT)
    kept = Upload.objects.filter(submission=there).first() if is_in else there
    if (
        there
        and kept
        and kept.original
        and portfolio.files.filter(sha256=kept.sha256, content=mark).exists()
    ):
        return there if is_in else save_note(assessment, enrolment, note, by=by)
    drawn = draw_portfolio(content)
    _note_file(portfolio, files.sha256(drawn), mark, by=by)
    upload = SimpleUploadedFile(f"portfolio-{assessment.code.lower()}.pdf", drawn)
    if there and is_in:
        keep_replacement(assessment, enrolment, upload, by=by)
        return there
    return keep_file(assessment, enrolment, upload, note, by=by)


@transaction.atomic
def _note_file(portfolio, sha256, content, *, by):
    """Before the file is kept: a file that no row knows could never be handed in."""
    Portfolio.objects.select_for_update(no_key=True).get(pk=portfolio.pk)
    made, is_new = PortfolioFile.objects.get_or_create(
        portfolio=portfolio, sha256=sha256, defaults={"content": content}
    )
    if is_new:
        write("assessments.draw_portfolio", made, by=by, reason=f"sha256 {sha256}")


@transaction.atomic
def hand_in_portfolio(
    assessment, enrolment, sha256, *, by, fit_to_sit="", knows_of_name=False
) -> Submission:
    """Hand in the file that was made and looked at, by `submit_kept`, or `replace_file` where the portfolio is in. The same again finds it in.

    Raises Refused where the portfolio, or what was confirmed in it, has changed since the file was made, or something is missing.
    """
    there = own_submission(assessment, enrolment)
    is_in = bool(there and there.state != SubmissionState.DRAFT)
    if there and is_in and there.sha256 == sha256:
        return there
    portfolio, version = (
        lock_portfolio(assessment, enrolment, by=by),
        version_asked(assessment, enrolment),
    )
    insist_complete(portfolio, version)
    kept = Upload.objects.filter(submission=there).first() if is_in else there
    made = None
    if kept and kept.original and kept.sha256 == sha256:
        made = portfolio.files.filter(sha256=kept.sha256).first()
    if made is None or made.content != content_fingerprint(portfolio, version):
        raise Refused(
            _(
                "Your portfolio has changed since this file was made. Make the file again, and look at it."
            )
        )
    if is_in:
        return replace_file(assessment, enrolment, sha256, by=by, fit_to_sit=fit_to_sit)
    return submit_kept(
        assessment, enrolment, sha256, by=by, fit_to_sit=fit_to_sit, knows_of_name=knows_of_name
    )


def insist_complete(portfolio, version):
    """Raises Refused, with what is missing, where the version asks for all of it."""
    if version.may_lack:
        return
    if missing := progress_of(portfolio, version).missing:
        raise Refused(_("This is still missing: %(what)s.") % {"what": "; ".join(missing)})
