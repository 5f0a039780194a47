"""Keeps evidence apart from the work, tells who opened it, and deletes it in time; it is never a marker's to read."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lms.kit import clock, files
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from ...taking.actions.uploads import file_name
from ..models.appeals import Appeal
from ..models.claims import Claim
from ..models.evidence import Evidence, EvidenceOpening
from ..models.prior_learning import PriorLearningClaim
from ..rules import may_handle, may_read_prior, may_send
from ..states import ClaimState
from .answers import wait_again
from .appeals import lock_appeal
from .claims import lock_claim
from .office import tell_office
from .prior_learning import lock_prior
from .unmasking import note_unmasking

MOST_FILES = 10


def add_evidence(case: Claim | Appeal | PriorLearningClaim, upload, *, by) -> Evidence:
    """Send a file with a claim, an appeal or a claim on prior learning. Before the transaction: 1. the file is looked into (BadFile where it cannot be kept), and is on the disk. In it: 2. a row
    names it, 3. a claim that waited for evidence waits for the office again, which is told, 4. the record is written. The same file
    again is the one there is. Raises Refused where it is closed, or has MOST_FILES."""
    insist(may_send(by, case.enrolment))
    kind, content = files.evidence_of(upload)
    fingerprint = files.sha256(content)
    there = case.evidence.filter(sha256=fingerprint).first()
    if there:
        return there
    path = files.keep(content, "evidence", kind)
    return _add(
        case, path, file_name(upload.name, kind, "evidence"), fingerprint, len(content), by=by
    )


@transaction.atomic
def _add(case, path, name, fingerprint, size, *, by):
    lock = {Claim: lock_claim, Appeal: lock_appeal, PriorLearningClaim: lock_prior}[type(case)]
    locked = lock(case.pk)
    there = locked.evidence.filter(sha256=fingerprint).first()
    if there:
        transaction.on_commit(lambda: files.drop(path), robust=True)
        return there
    if not locked.is_open:
        raise Refused(
            _("This is “%(state)s” already. Load the page again.")
            % {"state": locked.get_state_display()}
        )
    if locked.evidence.count() >= MOST_FILES:
        raise Refused(
            _(
                "There are %(most)s files, which is the most we keep. Put several pages into one file."
            )
            % {"most": MOST_FILES}
        )
    about = {"path": path, "name": name, "sha256": fingerprint, "size": size}
    field = {Claim: "claim", Appeal: "appeal", PriorLearningClaim: "prior"}[type(locked)]
    made = Evidence.objects.create(**{field: locked}, **about)
    write("assessments.add_evidence", made, by=by, reason=f"sha256 {fingerprint}")
    if isinstance(locked, Claim) and locked.state == ClaimState.EVIDENCE:
        wait_again(locked, by=by)
        tell_office(
            locked.enrolment,
            _("Evidence for a claim"),
            _("A trainee has sent what you asked for. The claim is in the queue again."),
            f"/registry/claims/{locked.pk}/",
        )
    return made


@transaction.atomic
def open_evidence(evidence, *, by) -> EvidenceOpening:
    """A registrar opens a file, or the academic who was asked about prior learning. 1. a line with who and when, at each opening, 2. one row among the opened names, 3. a record entry. Raises Refused where it was deleted."""
    case = evidence.case
    if isinstance(case, PriorLearningClaim):
        insist(may_read_prior(by, case))
    else:
        insist(may_handle(by, case.enrolment))
    if not evidence.path:
        raise Refused(_("This file was deleted when its time was over."))
    made = EvidenceOpening.objects.create(evidence=evidence, by=by)
    note_unmasking(evidence, by=by)
    write("assessments.open_evidence", evidence, by=by)
    return made


def drop_old_evidence(*, by) -> int:
    """Delete the evidence of what was closed IMSA_EVIDENCE_DAYS ago. Of each: 1. the row names no file, 2. the record is written, 3. after
    the commit the file goes. How many. Twice is once."""
    insist(may_act_as(by, Role.REGISTRAR))
    before, dropped = clock.now() - timedelta(days=settings.IMSA_EVIDENCE_DAYS), 0
    is_over = Q(claim__closed_at__lt=before) | Q(appeal__closed_at__lt=before)
    is_over |= Q(prior__closed_at__lt=before)
    old = Evidence.objects.filter(is_over, dropped_at=None)
    for pk in list(old.order_by("pk").values_list("pk", flat=True)):
        dropped += _drop(old, pk, by=by)
    return dropped


@transaction.atomic
def _drop(old, pk, *, by):
    row = old.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if row is None:
        return 0
    path = row.path
    row.path, row.name, row.dropped_at = "", "", clock.now()
    row.save(update_fields=["path", "name", "dropped_at"])
    write("assessments.drop_evidence", row, by=by)
    transaction.on_commit(lambda: files.drop(path), robust=True)
    return 1
