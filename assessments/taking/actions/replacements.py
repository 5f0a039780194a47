"""Takes another file in the place of one that is in; every earlier file and receipt stays, and marks are never left on a file that is gone."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock, codes, files
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.people.roles import Operator
from lms.record.actions import write

from ...attempts.actions import attempt_of, insist_open
from ..models import ReplacementPermission, Submission, Upload
from ..queries import has_words, own_submission
from ..rules import (
    has_permission,
    may_drop_file,
    may_permit_replacement,
    may_replace,
    may_submit,
    may_submit_file,
    may_write_text,
    tasks_of,
)
from ..states import ReplacementReason, SubmissionState
from .submissions import (
    NO_WORDS,
    add_handing,
    declaration_made,
    delete_after_commit,
    drop_old_files,
    drop_upload,
    lock_submission,
)
from .uploads import keep_with_copy, look_into

NOTHING_IN = gettext_noop("Nothing is handed in yet, so there is no file to replace.")


def keep_replacement(assessment, enrolment, upload, *, by, is_typed=False) -> Upload | None:
    """Keep another file for work that is in, so that its author can look at it before it takes the place of the first.

    1. the file is looked into; a refused one raises BadFile, 2. it and the markers' copy are on the disk, 3. then, in one transaction, the
    upload names them, 4. the record is written, 5. after commit the file that was chosen before is deleted. None for the
    file that is in already, which changes nothing. `is_typed`: we made it of what they typed on the page. Raises Refused where the file may not be replaced.
    """
    insist((may_write_text if is_typed else may_submit_file)(by, assessment, enrolment))
    submission = _insist_replaceable(own_submission(assessment, enrolment), by=by)
    kind, original = look_into(upload)
    if files.sha256(original) == submission.sha256:
        return None
    return _keep(submission, keep_with_copy(upload.name, kind, original), by=by)


@transaction.atomic
def _keep(submission, columns, *, by):
    locked = _lock(submission, by=by)
    chosen = Upload.objects.filter(submission=locked).first() or Upload(submission=locked)
    delete_after_commit(chosen)
    for name, value in {**columns, "kept_at": clock.now()}.items():
        setattr(chosen, name, value)
    chosen.save()
    write("assessments.keep_file", locked, by=by, reason=f"sha256 {chosen.sha256}")
    transaction.on_commit(lambda: drop_old_files(by=Operator("drop_old_files")), robust=True)
    return chosen


@transaction.atomic
def drop_replacement(assessment, enrolment, *, by) -> None:
    """Let go of the file that was chosen to replace another. 1. no row names it, 2. a record entry, 3. after commit it is deleted. Twice is once."""
    insist(may_drop_file(by, enrolment))
    there = own_submission(assessment, enrolment)
    locked = lock_submission(there.pk) if there else None
    if chosen := Upload.objects.filter(submission=locked).first() if locked else None:
        drop_upload(chosen, by=by)


def replace_file(
    assessment, enrolment, fingerprint, *, by, is_wordless_meant=False, fit_to_sit=""
) -> Submission:
    """Hand in the file that was chosen and looked at, in the place of the one that is in.

    1. the submission has the new file, receipt and moment, and its script number stays, 2. a hand-in with them joins the earlier ones,
    3. the record is written, 4. the trainee is told the new receipt, and markers who have the script that its file is another one. The
    same again finds it in. Raises Refused where it may not be replaced, the file with that fingerprint is not the one that was kept, or `fit_to_sit` is not what the rules ask to be declared.
    """
    there = own_submission(assessment, enrolment)
    chosen = Upload.objects.filter(submission=there, sha256=fingerprint).first() if there else None
    # Before the transaction: reading a file takes longer than the database may be held.
    if chosen and not is_wordless_meant and has_words(chosen.copy, chosen.copy_sha256) is False:
        raise Refused(_(NO_WORDS))
    return _replace(there, fingerprint, fit_to_sit, by=by)


@transaction.atomic
def _replace(submission, fingerprint, fit_to_sit, *, by):
    insist(may_submit(by, submission.assessment, submission.enrolment))
    locked = _locked(submission)
    if locked.sha256 == fingerprint:
        return locked
    _insist_replaceable(locked, by=by)
    chosen = Upload.objects.filter(submission=locked, sha256=fingerprint).first()
    if chosen is None:
        raise Refused(
            _(
                "The file you looked at is no longer the one we keep. Look at your work again before you hand it in."
            )
        )
    declaration = declaration_made(locked.enrolment, fit_to_sit)
    before = {"receipt": locked.receipt, "sha256": locked.sha256}
    for name, value in chosen.file().items():
        setattr(locked, name, value)
    locked.receipt, locked.submitted_at = codes.new("R"), clock.now()
    locked.save(update_fields=[*Submission.FILE, "receipt", "submitted_at"])
    chosen.delete()
    handing = add_handing(locked, locked.handings.count() + 1, declaration)
    after = {"receipt": locked.receipt, "sha256": locked.sha256, "number": handing.number}
    write("assessments.replace_file", locked, by=by, before=before, after=after)
    _tell_replaced(locked, before["receipt"])
    return locked


def _tell_replaced(submission, earlier):
    tell(
        submission.enrolment.person,
        _("File replaced: %(code)s") % {"code": submission.assessment.code},
        _(
            "We have your new file, and markers read this one. Your new receipt is %(receipt)s. "
            "The file’s fingerprint (SHA-256) is %(sha256)s. "
            "It replaces the file with receipt %(earlier)s, which still shows what you handed in before."
        )
        % {"receipt": submission.receipt, "sha256": submission.sha256, "earlier": earlier},
        f"/my-work/receipts/{submission.receipt}/",
    )
    for task in tasks_of(submission):
        tell(
            task.marker,
            _("Script %(script)s has a new file") % {"script": submission.script},
            _(
                "Another file was handed in for script %(script)s. Read the new one: it is the work to mark. "
                "If you saved marks for the earlier file, look at them again before you submit them."
            )
            % {"script": submission.script},
            f"/marking/{submission.script}/",
        )


@transaction.atomic
def permit_replacement(submission, reason, *, by, seen=None) -> ReplacementPermission:
    """Let one person replace their file once, also after its due date.

    1. the permission, for the hand-in that would be the next, 2. a record entry, 3. the trainee is told. Twice is once. Raises Refused where
    nothing is in, the trainee can replace it without, or another attempt than `seen` (its number) is current.
    """
    locked = _locked(submission)
    insist(may_permit_replacement(by, locked))
    if locked.state == SubmissionState.DRAFT:
        raise Refused(_(NOTHING_IN))
    if seen is not None and seen != locked.attempt.number:
        raise Refused(_("Another attempt has begun since you opened this page. Load it again."))
    if reason not in ReplacementReason.values:
        raise Refused(_("Choose why another file is allowed."))
    if has_permission(locked):
        return locked.replacement_permissions.last()
    if may_replace(locked.enrolment.person, locked):
        raise Refused(_("The trainee can replace this file already. Nothing needs to be allowed."))
    permission = ReplacementPermission.objects.create(
        submission=locked,
        number=locked.handings.count() + 1,
        reason=reason,
        by=by.record_label,
        at=clock.now(),
    )
    after = {"number": permission.number}
    write("assessments.permit_replacement", locked, by=by, after=after, reason=reason)
    tell(
        locked.enrolment.person,
        _("You can replace your file: %(title)s") % {"title": locked.assessment.title[:120]},
        _(
            "The programme office lets you replace the file of “%(title)s” once. The reason: %(reason)s. "
            "Do it soon: when a marker has submitted marks, the file stands. "
            "A file that comes in after the due date is shown as late."
        )
        % {"title": locked.assessment.title, "reason": permission.get_reason_display()},
        f"/my-work/{locked.assessment.code}/",
    )
    return permission


def _insist_replaceable(submission, *, by):
    """Raises NotAllowed where this person hands in nothing here, and Refused where this file stands."""
    insist(may_submit(by, submission.assessment, submission.enrolment))
    if submission.state == SubmissionState.DRAFT:
        raise Refused(_(NOTHING_IN))
    if not (answer := may_replace(by, submission)):
        raise Refused(answer.reason)
    return submission


def _lock(submission, *, by):
    return _insist_replaceable(_locked(submission), by=by)


def _locked(submission):
    """The attempt, its work and the markers' tasks, locked in this order: a due date, an allocation and a saved mark wait for a replacement, or it
    for them."""
    insist_open(attempt_of(submission.assessment, submission.enrolment))
    locked = lock_submission(submission.pk)
    list(locked.allocations.select_for_update(of=("self",), no_key=True).order_by("pk"))
    return locked
