"""Whose cases a registrar may come to see at all: what the QuerySets of this folder share."""

from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower, Replace

from cohorts.enrolment.models import Enrolment
from lms.people.models import Role
from lms.people.roles import has_role

from ...marking.models import Allocation, DeclaredInterest, ModerationScript


class OfficeReader(NamedTuple):
    """What of a registrar decides whose cases they come to see: the key of their account, their name as people are sorted by, and the
    student references in which they declared an interest."""

    pk: int
    search_key: str
    references: tuple[str, ...] = ()


def reader_of(registrar) -> OfficeReader | None:
    """Asked once, it serves every `for_office` of a page. None for who is no registrar today. One query."""
    if not has_role(registrar, Role.REGISTRAR):
        return None
    references = _interests_of(registrar).exclude(reference="").values_list("reference", flat=True)
    return OfficeReader(registrar.pk, registrar.search_key, tuple(references))


def _interests_of(registrar):
    return DeclaredInterest.objects.filter(marker_id=registrar.pk, lifted_at=None)


def visible_to(rows: QuerySet, user, enrolment: str) -> QuerySet:
    """A trainee's own; of registrars, what they may handle and their own. `enrolment`: the way from a row to the trainee's enrolment."""
    own = Q(**{f"{enrolment}__person": user.pk})
    return rows.filter(own | Q(pk__in=for_office(rows, user, enrolment).values("pk")))


def for_office(rows: QuerySet, registrar, enrolment: str) -> QuerySet:
    """Not their own, not a classmate's, not of their name, never of somebody whose script they were given to mark or to moderate, or in whom they have
    declared an interest. `registrar`: a person, then one query is asked here, or the `OfficeReader` of one."""
    reader = registrar if isinstance(registrar, OfficeReader) else reader_of(registrar)
    if reader is None:
        return rows.none()
    cohorts = Enrolment.objects.filter(person_id=reader.pk).values("cohort")
    marked = Allocation.objects.filter(marker_id=reader.pk).values("submission__enrolment")
    moderated = ModerationScript.objects.filter(moderator_id=reader.pk)
    near = _interests_of(reader).exclude(cohort=None).values("cohort")
    rows = rows.exclude(**{f"{enrolment}__cohort__in": cohorts})
    rows = rows.exclude(**{f"{enrolment}__in": marked})
    rows = rows.exclude(**{f"{enrolment}__in": moderated.values("submission__enrolment")})
    rows = rows.exclude(**{f"{enrolment}__cohort__in": near})
    if reader.references:
        bare = Lower(Replace(F("student_reference"), Value(" "), Value("")))
        known = Enrolment.objects.annotate(bare=bare).filter(bare__in=reader.references)
        rows = rows.exclude(**{f"{enrolment}__in": known.values("pk")})
    if reader.search_key:
        rows = rows.exclude(**{f"{enrolment}__person__search_key": reader.search_key})
    return rows
