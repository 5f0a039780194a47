"""Keeps work that is typed on the page, with its versions, and makes the file of it that is handed in; no page overwrites what another saved."""

from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock, files
from lms.kit.clearing import clear_columns, drop_rows, years_before
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from ...attempts.actions import attempt_of, insist_not_credited, insist_open
from ...setting import essays
from ...setting.actions.sittings import pin_sitting
from ..essay_files import NOT_XML, text_file
from ..models import Submission, Upload
from ..queries import own_submission, own_text
from ..rules import may_replace, may_write_text
from ..states import SubmissionState
from ..text_models import TextVersion, WorkText
from ..text_versions import MOST, has_more, is_due, is_loss, is_real, spare
from .replacements import keep_replacement
from .submissions import keep_file

LONGEST = 300_000  # characters: some fifty thousand words
RECORD_EVERY = 900  # seconds: the record has one entry for each quarter of an hour of typing


class Outdated(Refused):
    """Another page saved the text after this one was opened; nothing was changed. `saved` is what is kept now."""

    def __init__(self, saved: WorkText):
        super().__init__(
            _(
                "This text was saved on another page or device since you opened this one. Nothing you typed here is lost."
            )
        )
        self.saved = saved


@dataclass(frozen=True)
class SavedText:
    """The revision that counts now and its words. `is_aside`: what was sent waited on a device while another page saved; it is kept as a version."""

    revision: int
    words: int
    is_aside: bool = False


@transaction.atomic
def save_text(
    assessment, enrolment, text, *, by, seen=0, page="", count=0, is_late=False
) -> SavedText:
    """Keep what somebody typed, as it is now. 1. the text, 2. a version of it, at most one a minute; before much of it goes what stood there is one, whenever; 3. a
    record entry, one for each quarter of an hour.

    `seen` is the revision that the page knows; `page` and `count` name a page and its changes in their order, so that a page whose answer was lost goes on. The same text again
    changes nothing. Raises Outdated where another page saved since, Refused where it is too long or the work can no longer be changed. What waited on a device
    without a connection comes with `is_late`: where another page saved since, it becomes a version beside the text that counts.
    """
    insist(may_write_text(by, assessment, enrolment))
    text = _clean(text)
    work = _locked(assessment, enrolment, by=by)
    if text == work.text:
        return SavedText(work.revision, work.words)
    is_own = bool(page) and page == work.page
    if is_own and count <= work.count:
        return SavedText(work.revision, work.words)  # the page has saved a later wording since
    if seen != work.revision and not is_own:
        if not is_late:
            raise Outdated(work)
        if not work.versions.filter(text=text).exists():
            _add_version(work, text)
            write("assessments.keep_text_aside", work, by=by)
        return SavedText(work.revision, work.words, is_aside=True)
    _change(work, text, page, count, by=by)
    return SavedText(work.revision, work.words)


@transaction.atomic
def overwrite_text(assessment, enrolment, text, *, by, seen) -> SavedText:
    """The same of somebody who was shown that another page saved a text (`seen`, its revision): that one stays as a version, and this one counts."""
    insist(may_write_text(by, assessment, enrolment))
    text = _clean(text)
    work = _locked(assessment, enrolment, by=by)
    if text != work.text:
        if seen != work.revision:
            raise Outdated(work)
        _keep_as_version(work)
        _change(work, text, "", 0, by=by)
    return SavedText(work.revision, work.words)


@transaction.atomic
def restore_version(assessment, enrolment, number, *, by, seen) -> SavedText:
    """Bring an earlier version back: 1. what stands there now is a version, 2. the text is the earlier one, which is a new version too, 3. a record entry. Twice is once.
    Raises Outdated where another page saved after `seen`."""
    insist(may_write_text(by, assessment, enrolment))
    work = _locked(assessment, enrolment, by=by)
    version = work.versions.filter(number=number).first()
    if version is None:
        raise Refused(_("This version is not kept any more. Choose another."))
    if version.text != work.text:
        if seen != work.revision:
            raise Outdated(work)
        _keep_as_version(work)
        _set(work, version.text)
        _add_version(work, work.text)
        write("assessments.restore_text", work, by=by, after={"version": number})
    return SavedText(work.revision, work.words)


def keep_text(assessment, enrolment, note, *, by, seen) -> Submission | Upload:
    """Make the file of the text that is kept, so that its author can look at it before it is handed in.

    1. the file is made and kept as a chosen file is, by `keep_file`, or by `keep_replacement` where the work is in, 2. the text names it. The same text is the same file: of one that is in already
    the answer is the submission, and nothing is kept. Raises Outdated where the text is another than `seen`, Refused where it has no words, and BadFile where no file can be taken now.
    """
    insist(may_write_text(by, assessment, enrolment))
    work = own_text(assessment, enrolment)
    if work is None or not work.words:
        raise Refused(_("Nothing is written yet. Write your work first."))
    if seen != work.revision:
        raise Outdated(work)
    content = text_file(work.text)
    there = own_submission(assessment, enrolment)
    upload = SimpleUploadedFile(f"{assessment.code.lower()}.docx", content)
    kept: Submission | Upload
    if there and there.state != SubmissionState.DRAFT:
        kept = keep_replacement(assessment, enrolment, upload, by=by, is_typed=True) or there
    else:
        kept = keep_file(assessment, enrolment, upload, note, by=by, is_typed=True)
    WorkText.objects.filter(pk=work.pk).update(
        sha256=files.sha256(content), file_revision=work.revision
    )
    return kept


def _clean(text):
    """As it is kept: without what no file of ours can hold, its lines ending in one way."""
    text = NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()
    if len(text) > LONGEST:
        raise Refused(
            _(
                "This text has %(count)s characters; there is room for %(longest)s. What was saved before is kept. Shorten it, then save."
            )
            % {"count": len(text), "longest": LONGEST}
        )
    return text


def _locked(assessment, enrolment, *, by) -> WorkText:
    """The text of the current attempt, which this holds; an empty one where there was none. Raises Refused where the work can no longer be changed."""
    attempt = attempt_of(assessment, enrolment)
    insist_open(attempt)
    insist_not_credited(attempt)
    submission = own_submission(assessment, enrolment)
    if submission and submission.state != SubmissionState.DRAFT:
        if not (answer := may_replace(by, submission)):
            raise Refused(answer.reason)
    work = WorkText.objects.filter(attempt=attempt).first()
    if work is None:
        pin_sitting(assessment, enrolment.cohort_id)
        work = WorkText.objects.create(attempt=attempt)
    return work


def _change(work, text, page, count, *, by):
    now, before = clock.now(), work.changed_at
    if is_loss(work.text, text):
        _keep_as_version(work)
    is_first = not work.revision
    _set(work, text, page, count)
    last = work.versions.first()
    if (last is None or is_real(last.text, text)) and is_due(last.at if last else None, now):
        _add_version(work, text)
    if is_first or _quarter(before) != _quarter(now):
        write("assessments.save_text", work, by=by)


def _set(work, text, page="", count=0):
    work.text, work.words = text, essays.word_count(text)
    work.revision += 1
    work.page, work.count, work.changed_at = page, count, clock.now()
    work.save(update_fields=["text", "words", "revision", "page", "count", "changed_at"])


def _keep_as_version(work):
    """What stands there now, unless it is the newest version already, or nothing."""
    last = work.versions.first()
    if work.text and (last is None or last.text != work.text):
        _add_version(work, work.text)


def _add_version(work, text):
    last = work.versions.first()
    TextVersion.objects.create(
        work=work,
        number=last.number + 1 if last else 1,
        text=text,
        words=essays.word_count(text),
        at=clock.now(),
    )
    if work.versions.count() <= MOST:
        return
    rows = list(work.versions.order_by("number"))
    gone = spare(
        [row.at for row in rows],
        is_last=lambda place, following: has_more(rows[place].text, rows[following].text),
    )
    work.versions.filter(pk__in=[rows[place].pk for place in gone]).delete()


def _quarter(moment):
    return int(moment.timestamp()) // RECORD_EVERY


def clear_old_texts(*, by) -> int:
    """IMSA_TYPED_WORK_YEARS after the course has ended: 1. the versions of what was typed are deleted, 2. the text is emptied, 3. a record entry for each lot. The file that was handed in stays. How many.
    Twice is once."""
    before = years_before(settings.IMSA_TYPED_WORK_YEARS).date()
    versions = TextVersion.objects.filter(work__attempt__enrolment__cohort__ends_on__lt=before)
    texts = WorkText.objects.filter(attempt__enrolment__cohort__ends_on__lt=before)
    return drop_rows(versions, "assessments.drop_old_versions", by=by) + clear_columns(
        texts.exclude(text=""), "assessments.clear_old_texts", by=by, text=""
    )
