"""Takes written work in for the first time (`replacements.py`: again); it loses nothing it has given a receipt for, and keeps no file for
ever that was only chosen."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock, codes, files
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.roles import Operator
from lms.record.actions import write

from ...attempts.actions import attempt_of, insist_not_credited, insist_open
from ...setting.actions.sittings import pin_sitting
from ...setting.naming import names_author
from ..models import Handing, Submission, Upload
from ..queries import declaration_asked, has_words, own_submission
from ..rules import may_drop_file, may_read_note, may_submit, may_submit_file, may_write_text
from ..states import SubmissionState
from .partial_uploads import drop_old_parts
from .registrars import tell_registrars_who_may
from .uploads import delete_after_commit, keep_with_copy, look_into

LONGEST_NOTE = 4000
NO_FILE = {
    "original": "",
    "original_name": "",
    "sha256": "",
    "size": 0,
    "copy": "",
    "copy_sha256": "",
    "kept_at": None,
}
NO_WORDS = gettext_noop(
    "We found no words in this file. Check that it is the right file, tick to say so, then hand it in."
)
NAMED = gettext_noop(
    "Markers of this piece see your name. Open its check page, confirm that you know this, then hand it in."
)
HANDED_IN = gettext_noop(
    "You have already handed this in. If it was the wrong file, write to the programme office and quote {}."
)


@transaction.atomic
def save_note(assessment, enrolment, note, *, by) -> Submission:
    """Keep what the trainee typed, as a draft. 1. the draft, with its numbers, 2. a record entry. Refused when it is too long."""
    insist(may_submit(by, assessment, enrolment))
    note = _note(note)
    draft = _drafted(assessment, enrolment)
    if draft.state != SubmissionState.DRAFT:
        raise Refused(_(HANDED_IN).format(draft.receipt))
    if draft.note != note:
        draft.note = note
        draft.save(update_fields=["note"])
        write("assessments.save_note", draft, by=by)
    return draft


def submit(
    assessment,
    enrolment,
    upload,
    note,
    *,
    by,
    is_wordless_meant=False,
    fit_to_sit="",
    knows_of_name=False,
) -> Submission:
    """Hand a file in. One without any words becomes a draft as by `keep_file`, unless it is meant to have none; so does one without the declaration `fit_to_sit` in its words, where the
    rules ask it, and one of a piece that is not anonymous, unless its author `knows_of_name`.

    1. the file is looked into; a refused one leaves the note as a draft and raises BadFile, 2. the
    file and the markers' copy of it are on the disk, 3. then, in one transaction, the submission
    names them with its fingerprint and moment, 4. the record is written and 5. the trainee is told
    the receipt, and the registrars that there is a note to read. The same file again is the same receipt. Reading a file takes longer than the
    database may be held, so steps 1 and 2 come before the transaction: a process that dies between
    them leaves a stray file and no receipt.
    """
    insist(may_submit_file(by, assessment, enrolment))
    there, kept = _look(assessment, enrolment, upload, note, by=by)
    if there:
        return there
    is_checked = is_wordless_meant or has_words(kept["copy"], kept["copy_sha256"]) is not False
    asked = declaration_asked(enrolment)
    is_told = knows_of_name or not names_author(assessment.pk, enrolment.cohort_id)
    if is_checked and is_told and (not asked or _same_words(asked, fit_to_sit)):
        return _take_in(assessment, enrolment, kept, fit_to_sit, knows_of_name, by=by)
    return _keep(assessment, enrolment, kept, by=by)


def keep_file(assessment, enrolment, upload, note, *, by, is_typed=False) -> Submission:
    """Keep a file the trainee has chosen, so that they can look at it before they hand it in; `is_typed`: we made it of what they typed on the page.

    Steps 1 and 2 are those of `submit`; 3. then, in one transaction, the draft names the file and
    the note, 4. the record is written, 5. after commit the file it takes the place of is deleted,
    and so are others' that were left lying (drop_old_files). Work that is in already: as in `submit`.
    """
    insist((may_write_text if is_typed else may_submit_file)(by, assessment, enrolment))
    there, kept = _look(assessment, enrolment, upload, note, by=by)
    return there or _keep(assessment, enrolment, kept, by=by)


def submit_kept(
    assessment,
    enrolment,
    fingerprint,
    *,
    by,
    is_wordless_meant=False,
    fit_to_sit="",
    knows_of_name=False,
) -> Submission:
    """Hand in the file that was kept and looked at: steps 3 to 5 of `submit`.

    Refused when the file with that fingerprint is no longer the one that is kept, or when it holds no words and its author has not said
    that it is meant to, where the rules ask for a declaration and `fit_to_sit`, the words that were ticked, are others, or when markers will see its author's name and they have
    not said that they know.
    """
    insist(may_submit(by, assessment, enrolment))
    kept = own_submission(assessment, enrolment)
    if kept and (kept.sha256 != fingerprint or kept.state != SubmissionState.DRAFT):
        kept = None
    # Before the transaction: reading a file takes longer than the database may be held.
    if (
        kept
        and kept.copy
        and not is_wordless_meant
        and has_words(kept.copy, kept.copy_sha256) is False
    ):
        raise Refused(_(NO_WORDS))
    return _submit_kept(assessment, enrolment, fingerprint, fit_to_sit, knows_of_name, by=by)


@transaction.atomic
def _submit_kept(assessment, enrolment, fingerprint, fit_to_sit, knows_of_name, *, by):
    submission = _drafted(assessment, enrolment)
    if submission.state != SubmissionState.DRAFT:
        return _same_or_refused(submission, fingerprint)
    if not submission.original or submission.sha256 != fingerprint:
        raise Refused(
            _(
                "The file you looked at is no longer the one we keep. Look at your work again before you hand it in."
            )
        )
    return _hand_in(submission, {}, fit_to_sit, knows_of_name, by=by)


@transaction.atomic
def drop_file(assessment, enrolment, *, by) -> Submission:
    """Let go of a file that was chosen and not handed in.

    1. the draft names no file, 2. the record is written, 3. after commit the file is deleted. Twice is once.
    """
    insist(may_drop_file(by, enrolment))
    draft = _drafted(assessment, enrolment, is_to_be_open=False)
    if draft.state != SubmissionState.DRAFT:
        raise Refused(_(HANDED_IN).format(draft.receipt))
    _let_go(draft, by=by)
    return draft


def drop_old_files(*, by) -> int:
    """Let go of every file that has been kept for IMSA_KEPT_FILE_DAYS without being handed in, and of what never became whole. How many."""
    before, dropped = clock.now() - timedelta(days=settings.IMSA_KEPT_FILE_DAYS), 0
    old = Submission.objects.filter(state=SubmissionState.DRAFT, kept_at__lt=before)
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Asked again under the lock: its author may be choosing another file, or handing this one in.
            draft = (
                old.select_for_update(of=("self",), no_key=True)
                .select_related("enrolment")
                .filter(pk=pk)
                .first()
            )
            if draft:
                insist(may_drop_file(by, draft.enrolment))
                _let_go(draft, by=by)
                dropped += 1
    return dropped + _drop_old_uploads(before, by=by) + drop_old_parts(by=by)


def _drop_old_uploads(before, *, by):
    dropped, old = 0, Upload.objects.filter(kept_at__lt=before)
    for pk in list(old.values_list("submission", flat=True)):
        with transaction.atomic():
            submission = lock_submission(pk)
            upload = old.filter(submission=pk).first()
            if upload:
                insist(may_drop_file(by, submission.enrolment))
                drop_upload(upload, by=by)
                dropped += 1
    return dropped


def lock_submission(pk) -> Submission:
    """The row that whoever replaces its file, takes a chosen file back and gives it to markers would fight over."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("assessment__module", "attempt", "enrolment__person").get(pk=pk)


def drop_upload(upload, *, by):
    """Let go of a file that was chosen to replace another; inside the caller's transaction, which holds the submission."""
    delete_after_commit(upload)
    upload.delete()
    write("assessments.drop_file", upload.submission, by=by)


def _note(typed):
    """The note as it is kept: whole, or refused."""
    note = typed.strip()
    if len(note) > LONGEST_NOTE:
        raise Refused(
            _("This note has %(count)s characters; there is room for %(longest_note)s.")
            % {"count": len(note), "longest_note": LONGEST_NOTE}
        )
    return note


def _let_go(draft, *, by):
    if not draft.original:
        return
    delete_after_commit(draft)
    for name, nothing in NO_FILE.items():
        setattr(draft, name, nothing)
    draft.save(update_fields=list(NO_FILE))
    write("assessments.drop_file", draft, by=by)


def _look(assessment, enrolment, upload, note, *, by):
    """(the submission there is, None) when the work is in already; else (None, what a draft or a submission names),
    with the file and the markers' copy of it on the disk."""
    try:
        kind, original = look_into(upload)
        there = own_submission(assessment, enrolment)
        if there and there.state != SubmissionState.DRAFT:
            return _same_or_refused(there, files.sha256(original)), None
        kept = keep_with_copy(upload.name, kind, original)
    except files.BadFile:
        save_note(assessment, enrolment, note, by=by)
        raise
    return None, {**kept, "note": _note(note)}


@transaction.atomic
def _keep(assessment, enrolment, columns, *, by):
    draft = _drafted(assessment, enrolment)
    if draft.state != SubmissionState.DRAFT:
        return _same_or_refused(draft, columns["sha256"])
    delete_after_commit(draft)
    columns = {**columns, "kept_at": clock.now()}
    for name, value in columns.items():
        setattr(draft, name, value)
    draft.save(update_fields=list(columns))
    write("assessments.keep_file", draft, by=by, reason=f"sha256 {draft.sha256}")
    transaction.on_commit(lambda: drop_old_files(by=Operator("drop_old_files")), robust=True)
    return draft


@transaction.atomic
def _take_in(assessment, enrolment, columns, fit_to_sit, knows_of_name, *, by):
    submission = _drafted(assessment, enrolment)
    if submission.state != SubmissionState.DRAFT:
        return _same_or_refused(submission, columns["sha256"])
    delete_after_commit(submission)
    return _hand_in(submission, columns, fit_to_sit, knows_of_name, by=by)


def _hand_in(submission, columns, fit_to_sit, knows_of_name, *, by):
    """The locked draft becomes a submission of the file it is given, or of the one it holds. Whether markers see the author is kept with it: no later version, and no other
    cohort that they move to, tells more than they were told."""
    assessment, enrolment = submission.assessment, submission.enrolment
    declaration = declaration_made(enrolment, fit_to_sit)
    is_named = names_author(assessment.pk, enrolment.cohort_id)
    if is_named and not knows_of_name:
        raise Refused(_(NAMED))
    reason = f"sha256 {columns.get('sha256', submission.sha256)}"
    changes = {**columns, "kept_at": None, "submitted_at": clock.now()}
    changes["names_author"] = is_named
    make_transition(submission, "submit", by=by, reason=reason, **changes)
    add_handing(submission, 1, declaration)
    tell(
        enrolment.person,
        # It is mailed too: the code of the piece, and nothing that a title may tell.
        _("Work submitted: %(code)s") % {"code": assessment.code},
        _(
            "We have your file. Your receipt is %(receipt)s. "
            "The file’s fingerprint (SHA-256) is %(sha256)s. "
            "Keep this message: it shows what you handed in, and when."
        )
        % {"receipt": submission.receipt, "sha256": submission.sha256},
        f"/my-work/receipts/{submission.receipt}/",
    )
    if submission.note:
        tell_registrars_who_may(
            submission.enrolment.person_id,
            lambda one: may_read_note(one, submission),
            _("A note from a trainee: %(receipt)s") % {"receipt": submission.receipt},
            _(
                "A trainee has written a note to the programme office with receipt %(receipt)s. Markers do not see it."
            )
            % {"receipt": submission.receipt},
            "/registry/notes/",
        )
    return submission


def declaration_made(enrolment, fit_to_sit) -> str:
    """What is kept of a declaration that was ticked in these words: those of the rules of today, empty where none is asked. Raises Refused for others."""
    asked = declaration_asked(enrolment)
    if asked and not _same_words(asked, fit_to_sit):
        raise Refused(
            _("Read this declaration and tick it, then hand your work in: “%(words)s”")
            % {"words": asked}
        )
    return asked


def _same_words(declaration, words) -> bool:
    """A form may send other line ends."""
    return declaration.split() == words.split()


def add_handing(submission, number, declaration="") -> Handing:
    """The hand-in that a submission, which the caller holds, has just become."""
    return Handing.objects.create(
        submission=submission,
        number=number,
        receipt=submission.receipt,
        at=submission.submitted_at,
        fit_to_sit=declaration,
        **submission.file(),
    )


def _drafted(assessment, enrolment, *, is_to_be_open=True):
    """The one submission of the current attempt, locked; a draft when there was none."""
    current = attempt_of(assessment, enrolment)
    if is_to_be_open:
        pin_sitting(assessment, enrolment.cohort_id)
    made, _unused = Submission.objects.get_or_create(
        attempt=current,
        defaults={
            "assessment": assessment,
            "enrolment": enrolment,
            "script": codes.new("S"),
            "receipt": codes.new("R"),
        },
    )
    if is_to_be_open:
        insist_open(current)
        insist_not_credited(current)
    return lock_submission(made.pk)


def _same_or_refused(submission, fingerprint):
    if submission.sha256 == fingerprint:
        return submission
    raise Refused(_(HANDED_IN).format(submission.receipt))
