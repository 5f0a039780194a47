"""Appeals: what a trainee can appeal against, and what waits for an answer."""

from django.db.models import Prefetch

from lms.kit import clock

from ..models.appeals import Appeal
from ..models.evidence import Evidence
from ..states import OPEN_APPEALS

ABOUT = ("decision__module", "decision__board", "decision__enrolment__person")


def appeals_of(enrolment, module) -> list[Appeal]:
    """One trainee's appeals about one module, newest first, with their evidence. Two queries."""
    rows = Appeal.objects.filter(decision__enrolment=enrolment, decision__module=module)
    return list(rows.select_related("decision", "chairs_action").prefetch_related("evidence"))


def appeals_for(registrar, show="open"):
    """Appeals that this registrar may handle: `open`, or answered and withdrawn; what is due first, first."""
    rows = Appeal.objects.for_office(registrar).select_related(*ABOUT, "answered_by")
    if show == "open":
        return rows.filter(state__in=OPEN_APPEALS).order_by("answer_by", "pk")
    return rows.exclude(state__in=OPEN_APPEALS).order_by("-closed_at", "-pk")


def overdue_appeals(registrar, today=None):
    """Those whose trainee had been told to expect an answer before today."""
    return appeals_for(registrar).filter(answer_by__lt=today or clock.today())


def appeal_for(registrar, pk) -> Appeal | None:
    """One appeal with its evidence and who opened it; None where this registrar can come to see none. Three queries."""
    about = (*ABOUT, "decision__enrolment__cohort", "chairs_action", "answered_by")
    evidence = Evidence.objects.prefetch_related("openings__by")
    rows = Appeal.objects.visible_to(registrar).select_related(*about)
    return rows.prefetch_related(Prefetch("evidence", evidence)).filter(pk=pk).first()
