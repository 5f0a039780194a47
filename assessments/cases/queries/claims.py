"""What trainees have asked, and what waits for an answer."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Prefetch, Q

from lms.kit import clock

from ..models.claims import Claim
from ..models.evidence import Evidence
from ..states import OPEN_CLAIMS, ClaimKind, ClaimState

YEAR = timedelta(days=365)
ABOUT = ("attempt__assessment__module", "attempt__enrolment__person", "attempt__enrolment__cohort")


def claims_of(enrolment, assessment) -> list[Claim]:
    """All that one trainee asked about one piece of work, newest first, with its evidence. Two queries."""
    rows = Claim.objects.filter(attempt__enrolment=enrolment, attempt__assessment=assessment)
    return list(rows.select_related("attempt").prefetch_related("evidence"))


def open_claims_of(enrolment) -> dict[int, Claim]:
    """What one trainee waits for, by assessment. One query."""
    rows = Claim.objects.filter(attempt__enrolment=enrolment, state__in=OPEN_CLAIMS)
    return {claim.attempt.assessment_id: claim for claim in rows.select_related("attempt")}


def self_certifications_left(person) -> int:
    """How many more times a person may certify days themselves within a year. One query."""
    rows = Claim.objects.filter(
        attempt__enrolment__person=person,
        kind=ClaimKind.SELF_CERTIFIED,
        made_at__gt=clock.now() - YEAR,
    )
    return max(0, settings.IMSA_SELF_CERTIFIED_TIMES - rows.count())


def claims_for(registrar, show="waiting"):
    """Claims that this registrar may handle: `waiting` for an answer, for `evidence`, or answered; what is due first, first."""
    rows = Claim.objects.for_office(registrar).exclude(kind=ClaimKind.SELF_CERTIFIED)
    if show == "waiting":
        rows = rows.filter(state=ClaimState.WAITING).order_by("answer_by", "pk")
    elif show == "evidence":
        rows = rows.filter(state=ClaimState.EVIDENCE).order_by("evidence_by", "pk")
    else:
        rows = rows.exclude(state__in=OPEN_CLAIMS).order_by("-closed_at", "-pk")
    return rows.select_related(*ABOUT, "answered_by")


def overdue_claims(registrar, today=None):
    """Those whose trainee had been told to expect an answer before today, and those whose evidence was to come before today. As `Claim.is_overdue`."""
    today = today or clock.today()
    is_waiting = Q(state=ClaimState.WAITING, answer_by__lt=today)
    is_without = Q(state=ClaimState.EVIDENCE, evidence_by__lt=today)
    rows = Claim.objects.for_office(registrar).exclude(kind=ClaimKind.SELF_CERTIFIED)
    return rows.filter(is_waiting | is_without)


def claim_for(registrar, pk) -> Claim | None:
    """One claim with its evidence and who opened it; None where this registrar can come to see none. Three queries."""
    evidence = Evidence.objects.prefetch_related("openings__by")
    rows = Claim.objects.visible_to(registrar).select_related(*ABOUT, "answered_by")
    return rows.prefetch_related(Prefetch("evidence", evidence)).filter(pk=pk).first()


def others_of(claim) -> list[Claim]:
    """What the same trainee also asked, newest first. One query."""
    rows = Claim.objects.filter(attempt__enrolment=claim.attempt.enrolment_id)
    return list(rows.exclude(pk=claim.pk).select_related("attempt__assessment"))
