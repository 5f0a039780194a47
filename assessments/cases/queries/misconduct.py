"""Cases of misconduct that the office follows up, places to look, and what a trainee was written about."""

from django.conf import settings
from django.db.models import Q

from ..models.misconduct import MisconductCase, Resemblance
from ..states import CaseState


def cases_for(registrar, show="open"):
    """Cases that this registrar may pursue, the oldest open ones first."""
    rows = MisconductCase.objects.for_office(registrar).select_related("submission__assessment")
    if show == "open":
        return rows.exclude(state=CaseState.CLOSED).order_by("made_at", "pk")
    return rows.filter(state=CaseState.CLOSED).order_by("-closed_at", "-pk")


def case_for(registrar, pk) -> MisconductCase | None:
    """One case with what was told and answered, and each file that was handed in; None where this registrar can come to see none. Four queries."""
    about = "submission__assessment__module", "submission__enrolment__person"
    more = (
        "submission__enrolment__cohort",
        "submission__attempt",
        "hold",
        "follows",
        "opened_by",
        "decided_by",
    )
    rows = MisconductCase.objects.for_office(registrar).select_related(*about, *more)
    return (
        rows.prefetch_related("flags__by", "replies", "submission__handings").filter(pk=pk).first()
    )


def places_to_look(registrar):
    """Scripts that are alike, also since one was replaced, and at which nobody has looked: the same file first, then by how much."""
    is_alike = Q(is_identical=True) | Q(
        words__gte=settings.IMSA_ALIKE_WORDS, percent__gte=settings.IMSA_ALIKE_PERCENT
    )
    rows = Resemblance.objects.for_office(registrar).filter(is_alike, looked_at=None)
    rows = rows.select_related("first__assessment", "second__assessment")
    return rows.order_by("-is_identical", "-percent", "pk")


def resemblance_for(registrar, pk) -> Resemblance | None:
    """One pair; None where this registrar may not pursue both. One query."""
    rows = Resemblance.objects.for_office(registrar).filter(pk=pk)
    about = "first__assessment", "second__assessment", "first__enrolment", "second__enrolment"
    return rows.select_related(*about, "looked_by").first()


def alike_to(submission, registrar) -> list[Resemblance]:
    """The pairs that a script is one of, of those this registrar may pursue. One query."""
    rows = Resemblance.objects.for_office(registrar).filter(
        Q(first=submission) | Q(second=submission)
    )
    return list(rows.select_related("first", "second"))


def letters_of(enrolment, assessment=None) -> list[MisconductCase]:
    """What the office wrote to a trainee about, newest first. Two queries."""
    rows = MisconductCase.objects.filter(submission__enrolment=enrolment, informed_at__isnull=False)
    if assessment is not None:
        rows = rows.filter(submission__assessment=assessment)
    return list(rows.select_related("submission__assessment").prefetch_related("replies"))
