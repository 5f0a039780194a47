"""What an applicant does by the link in their mail; it sends mail to the address they typed and to no other, and nothing they typed with it."""

import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock, codes, files
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.templatetags.kit import day
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.invitations import hash_of
from lms.people.models import Role
from lms.people.outbox import UNLISTED, Office, post
from lms.people.roles import holders_of, may_act_as
from lms.record.actions import write

from ..models import (
    Application,
    ApplicationDecision,
    ApplicationFile,
    ApplicationLink,
    ApplicationMessage,
)
from ..queries import closed_application_of, form_in_use, open_application_of, sections_of
from ..rules import may_answer, may_change, may_withdraw
from ..states import ApplicationState, DecisionState

log = logging.getLogger(__name__)
SUBJECT = gettext_noop("Your application form")
MOST_FILES = 20  # of one application's form, and as many with its answers to the Hub
MOST_TYPED = 10_000  # characters of one answer that are kept as they were typed


@dataclass(frozen=True)
class Applicant:
    """Whoever opens the link of an application; the record names the application and no person."""

    application: int
    pk = None
    is_authenticated = False

    @property
    def record_label(self):
        return f"applicant:{self.application}"


def lock(application) -> Application:
    rows = Application.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("form", "organisation").get(pk=application.pk)


@transaction.atomic
def start_application(email: str) -> None:
    """Somebody typed an address into the public form.

    1. the open application of that address, or a new draft of the version in use (none while no version is published; beyond
    `IMSA_APPLICATION_MOST_UNCONFIRMED` without an answer the oldest of these goes), 2. a new link, by which nobody's older link ends, 3. the link is mailed, and
    where nothing is with the Hub a link to the newest that was closed, with its reason. Whoever asked learns nothing of it: the answer is the same for every address.
    """
    email = email.strip()
    application = open_application_of(email) or _begin(email)
    if application and application.confirmed_at is None:  # it is kept from the newest link on
        Application.objects.filter(pk=application.pk).update(saved_at=clock.now())
    words = _(
        "Someone, we hope you, asked for the form with which an organisation applies to become an IMSA Employing Organisation."
    )
    earlier = closed_application_of(email)
    if application is None:
        if earlier:
            mail_applicant(earlier, words)
    elif earlier is None or application.submitted_at:
        mail_applicant(application, words)
    else:
        about = {"reference": earlier.reference, "link": _new_link(earlier)[0]}
        was_closed = _(
            "Your earlier application %(reference)s is closed. Read the decision, its reason and how to appeal here:\n%(link)s"
        )
        mail_applicant(application, words, last=was_closed % about)


def _begin(email) -> Application | None:
    form = form_in_use()
    if form is None:
        return None
    _make_room()
    reference = codes.free(
        "APP", lambda number: Application.objects.filter(reference=number).exists()
    )
    try:
        with transaction.atomic():
            made = Application.objects.create(reference=reference, form=form, email=email)
    except IntegrityError:  # the same address at this moment
        return open_application_of(email)
    write("cohorts.start_application", made, by=Applicant(made.pk))
    return made


def _make_room():
    """Whoever floods the form pushes out drafts without an answer, the oldest first, and closes it for nobody."""
    rows = Application.objects.filter(state=ApplicationState.DRAFT, confirmed_at=None)
    if rows.count() < settings.IMSA_APPLICATION_MOST_UNCONFIRMED:
        return
    log.warning("There are as many applications without an answer as there may be.")
    oldest = rows.select_for_update(no_key=True).order_by("saved_at", "pk").first()
    if oldest:
        _delete(oldest, by=Applicant(oldest.pk))


def _new_link(application) -> tuple[str, str]:
    """A new link, and until when it opens the application."""
    secret, now = secrets.token_urlsafe(32), clock.now()
    expires_at = now + timedelta(days=settings.IMSA_APPLICATION_LINK_DAYS)
    ApplicationLink.objects.create(
        application=application, secret_hash=hash_of(secret), expires_at=expires_at
    )
    address = f"{settings.SITE_URL}{reverse('cohorts:application', args=[secret])}"
    return address, day(localdate(expires_at))


def mail_applicant(application, *paragraphs: str, last="") -> None:
    """Inside an action: a new link, and a mail with it; `last` stands at its end. What the mail says is ours: nothing that anybody typed."""
    link, until = _new_link(application)
    words = [
        *paragraphs,
        _("Open your application here:\n%(link)s") % {"link": link},
        _("Your reference is %(reference)s.") % {"reference": application.reference},
        _(
            "The link opens the application until %(day)s. Anyone who has it can read and change the application, so do not forward this "
            "email. To get a new link, enter your email address again:\n%(start)s"
        )
        % {
            "day": until,
            "start": f"{settings.SITE_URL}{reverse('cohorts:apply')}",
        },
        _(
            "If you did not ask for this, ignore this email. A form without answers is deleted after %(days)s days."
        )
        % {"days": settings.IMSA_APPLICATION_UNCONFIRMED_DAYS},
        *([last] if last else []),
    ]
    office = Office.HUB if application.confirmed_at else UNLISTED
    post(application.email, _(SUBJECT), "\n\n".join(words), office=office)


@transaction.atomic
def save_answers(application, answers: dict, *, by) -> Application:
    """Keep what was typed on one page, also what is faulty or missing: 1. these answers, the other pages' stay, 2. the first time the address
    is confirmed, and the record is written. Raises NotAllowed once it is submitted."""
    locked = lock(application)
    insist(may_change(locked))
    known = {question.key: question for question in locked.form.questions}
    for key, answer in answers.items():
        if key in known and known[key].kind != "file":
            locked.answers[key] = _tidy(answer)
    locked.name = str(locked.answers.get("name", ""))[:200]
    locked.saved_at = clock.now()
    fields = ["answers", "name", "saved_at"]
    if locked.confirmed_at is None:
        locked.confirmed_at = clock.now()
        fields.append("confirmed_at")
        write("cohorts.confirm_application_address", locked, by=by)
    locked.save(update_fields=fields)
    return locked


def _tidy(answer):
    if isinstance(answer, list):
        return [str(one)[:40] for one in answer[:10]]
    return str(answer).replace("\0", "").strip()[:MOST_TYPED]


def add_file(application, question: str, upload, *, by) -> ApplicationFile:
    """Before the transaction: 1. asked whether there is room for it, 2. the file is looked into (BadFile where it cannot be kept), and is on the disk. In it: 3. a row
    names it, 4. the record is written. The same file again is the one there is, also after the answer it came with. Raises NotAllowed where nothing is to be answered or changed,
    and Refused, and leaves nothing on the disk, with MOST_FILES or more bytes than there may be."""
    may = may_change(application) if question else may_answer(application)
    if may:
        _insist_room(application, upload.size, question)
    kind, content = files.evidence_of(upload)
    fingerprint = files.sha256(content)
    there = ApplicationFile.objects.filter(
        application=application, question=question, sha256=fingerprint
    ).first()
    if there:
        return there
    insist(may)
    path = files.keep(content, "applications", kind)
    about = {
        "path": path,
        "name": _file_name(upload.name, kind),
        "sha256": fingerprint,
        "size": len(content),
    }
    try:
        return _add_file(application, question, about, by=by)
    except (Refused, NotAllowed):
        files.drop(path)
        raise


def _insist_room(application, size, question):
    """Of files of one application (of its form, or sent with answers), and of all that nobody has submitted yet."""
    of_form = ~Q(question="")
    if application.files.filter(of_form if question else ~of_form).count() >= MOST_FILES:
        words = (
            _("There are %(most)s files, which is the most we keep. Remove one first.")
            if question
            else _(
                "You have sent %(most)s files with answers, which is the most we keep. Answer without a file, and say what you want to send."
            )
        )
        raise Refused(words % {"most": MOST_FILES})
    if _bytes_of(application.files.all()) + size > settings.IMSA_APPLICATION_MOST_BYTES:
        raise Refused(_("Your files are larger together than we keep. Choose a smaller file."))
    drafts = ApplicationFile.objects.filter(application__state=ApplicationState.DRAFT)
    if _bytes_of(drafts) + size > settings.IMSA_APPLICATION_DRAFTS_BYTES:
        log.warning("Files of applications that are not submitted take all the room they may.")
        raise Refused(
            _("We cannot take a file at the moment. Your answers are saved. Try again tomorrow.")
        )


def _bytes_of(rows) -> int:
    return rows.aggregate(all=Sum("size"))["all"] or 0


@transaction.atomic
def _add_file(application, question, about, *, by):
    locked = lock(application)
    insist(may_change(locked) if question else may_answer(locked))
    there = locked.files.filter(question=question, sha256=about["sha256"]).first()
    if there:
        transaction.on_commit(lambda: files.drop(about["path"]), robust=True)
        return there
    _insist_room(locked, about["size"], question)
    made = ApplicationFile.objects.create(application=locked, question=question, **about)
    now = clock.now()
    Application.objects.filter(pk=locked.pk).update(
        saved_at=now, confirmed_at=locked.confirmed_at or now
    )
    write("cohorts.add_application_file", made, by=by, reason=f"sha256 {about['sha256']}")
    return made


def _file_name(name, kind) -> str:
    stem = PurePath(name or "").stem.strip() or "file"
    clean = "".join(c if c.isalnum() or c in " -_." else "_" for c in stem)[:120]
    return f"{clean}.{kind}"


@transaction.atomic
def remove_file(application, pk, *, by) -> None:
    """1. the row goes, 2. the record is written, 3. after the commit the file goes. One that is gone is no fault. Raises NotAllowed once it is
    submitted."""
    locked = lock(application)
    insist(may_change(locked))
    file = locked.files.filter(pk=pk).exclude(question="").first()
    if file is None:
        return
    path = file.path
    write("cohorts.remove_application_file", file, by=by, reason=f"sha256 {file.sha256}")
    file.delete()
    transaction.on_commit(lambda: files.drop(path), robust=True)


@transaction.atomic
def submit_application(application, signatory: str, *, by) -> Application:
    """1. asked again whether every page is complete, 2. it is with the Hub, and its answers stay as they are, 3. the applicant is mailed, 4. Hub
    officers are told. Twice is once. Raises Refused, naming the pages, where something is missing."""
    locked = lock(application)
    if locked.submitted_at and locked.state != ApplicationState.DRAFT:
        return locked
    insist(may_change(locked))
    missing = [section.heading for section in sections_of(locked) if not section.is_complete]
    if missing:
        raise Refused(
            _("Nothing was submitted. Complete these pages first: %(pages)s.")
            % {"pages": ", ".join(missing)}
        )
    if not signatory.strip():
        raise Refused(_("Enter your name and role."))
    made = make_transition(
        locked,
        "submit_application",
        by=by,
        submitted_at=clock.now(),
        signatory=signatory.strip()[:200],
    )
    mail_applicant(
        made,
        _(
            "Your application to become an IMSA Employing Organisation has been submitted to the IMSA Model Hub. You can follow it at the link "
            "below. We write to you when the Hub has a question or has decided."
        ),
    )
    for officer in holders_of(Role.HUB_OFFICER):
        tell(
            officer,
            _("A new application"),
            _("An organisation has applied to become an Employing Organisation (%(reference)s).")
            % {"reference": made.reference},
            reverse("cohorts:review", args=[made.pk]),
        )
    return made


@transaction.atomic
def answer_hub(application, text: str, *, by) -> Application:
    """1. the answer is kept with its moment, 2. it is with the Hub again, 3. the officer who reviews it is told, or every one where nobody does. The same answer again is the one there
    is. Raises NotAllowed where nothing is asked, and Refused where nothing is answered."""
    locked, text = lock(application), text.replace("\0", "").strip()[:4000]
    if locked.state == ApplicationState.SUBMITTED:
        last = locked.messages.order_by("-pk").first()
        if last and last.author_id is None and last.text == text:
            return locked
    insist(may_answer(locked))
    if not text:
        raise Refused(_("Enter your answer."))
    ApplicationMessage.objects.create(application=locked, text=text)
    made = make_transition(locked, "answer_hub", by=by)
    for officer in _reviewers_of(made):
        tell(
            officer,
            _("An applicant has answered"),
            _("The applicant has answered the question about %(reference)s.")
            % {"reference": made.reference},
            reverse("cohorts:review", args=[made.pk]),
        )
    return made


def _reviewers_of(application) -> list:
    """The officer it is assigned to, while they are one; else every Hub officer."""
    officers = holders_of(Role.HUB_OFFICER)
    return [one for one in officers if one.pk == application.assigned_to_id] or officers


def drop_proposals(application, why, by, closed_by=None) -> list[ApplicationDecision]:
    """Inside an action that closes the application: its proposal that waits is dropped. `closed_by`: the officer; None where the applicant does it."""
    proposals = list(application.decisions.filter(state=DecisionState.PROPOSED))
    for proposal in proposals:
        make_transition(
            proposal,
            "drop_application_decision",
            by=by,
            closed_by=closed_by,
            closed_at=clock.now(),
            why_dropped=why,
        )
    return proposals


@transaction.atomic
def withdraw_application(application, *, by) -> Application | None:
    """1. it is closed: the Hub decides nothing on it, 2. a proposal that waits is dropped, 3. the applicant is mailed; the officer who reviews it (or every one
    where nobody does) and whoever proposed its approval are told. Twice is once. One that was never submitted is deleted with its files, and the answer is
    None."""
    try:
        locked = lock(application)
    except Application.DoesNotExist:  # deleted already
        return None
    if locked.state == ApplicationState.WITHDRAWN:
        return locked
    insist(may_withdraw(locked))
    if locked.submitted_at is None:
        _delete(locked, by=by)
        return None
    proposals = drop_proposals(locked, _("The applicant withdrew the application."), by)
    made = make_transition(locked, "withdraw_application", by=by, closed_at=clock.now())
    mail_applicant(made, _("Your application has been withdrawn. You can apply again at any time."))
    told = {one.pk: one for one in _reviewers_of(made)}
    told |= {one.proposed_by_id: one.proposed_by for one in proposals}
    for officer in told.values():
        tell(
            officer,
            _("An application was withdrawn"),
            _("The applicant has withdrawn %(reference)s.") % {"reference": made.reference},
            reverse("cohorts:review", args=[made.pk]),
        )
    return made


def drop_old_drafts(*, by) -> int:
    """Delete drafts that nobody answered within `IMSA_APPLICATION_UNCONFIRMED_DAYS`, or saved within `IMSA_APPLICATION_DRAFT_DAYS`, and links that have
    expired. Of each draft: 1. the row goes with its files' rows, 2. the record is written, 3. after the commit the files go. How many drafts."""
    insist(may_act_as(by, Role.HUB_OFFICER))
    now = clock.now()
    drafts = Application.objects.filter(state=ApplicationState.DRAFT)
    unconfirmed = now - timedelta(days=settings.IMSA_APPLICATION_UNCONFIRMED_DAYS)
    old = now - timedelta(days=settings.IMSA_APPLICATION_DRAFT_DAYS)
    keys = {
        *drafts.filter(confirmed_at=None, saved_at__lt=unconfirmed).values_list("pk", flat=True),
        *drafts.filter(saved_at__lt=old).values_list("pk", flat=True),
    }
    gone = sum(_drop(pk, unconfirmed, old, by=by) for pk in sorted(keys))
    # Withdrawn before it was submitted, while those were kept.
    for row in Application.objects.filter(state=ApplicationState.WITHDRAWN, submitted_at=None):
        gone += _delete(row, by=by)
    ApplicationLink.objects.filter(expires_at__lt=now).delete()
    return gone


@transaction.atomic
def _drop(pk, unconfirmed, old, *, by) -> int:
    row = (
        Application.objects.select_for_update(no_key=True)
        .filter(pk=pk, state=ApplicationState.DRAFT)
        .first()
    )
    if row is None or row.saved_at >= (old if row.confirmed_at else unconfirmed):
        return 0  # saved meanwhile
    return _delete(row, by=by)


@transaction.atomic
def _delete(row, *, by) -> int:
    """What was never submitted, with its files. Always 1."""
    paths = list(row.files.values_list("path", flat=True))
    write("cohorts.drop_application_draft", row, by=by, after={"reference": row.reference})
    row.delete()

    def drop_files():
        for path in paths:
            files.drop(path)

    transaction.on_commit(drop_files, robust=True)
    return 1
