"""Whose cases a registrar may come to see at all: what the QuerySets of this folder share."""

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower, Replace

from cohorts.enrolment.models import Enrolment
from lms.people.models import Role
from lms.people.roles import has_role

from ...marking.models import Allocation, DeclaredInterest


def visible_to(rows: QuerySet, user, enrolment: str) -> QuerySet:
    """A trainee's own; of registrars, what they may handle and their own. `enrolment`: the way from a row to the trainee's enrolment."""
    own = Q(**{f"{enrolment}__person": user.pk})
    return rows.filter(own | Q(pk__in=for_office(rows, user, enrolment).values("pk")))


def for_office(rows: QuerySet, registrar, enrolment: str) -> QuerySet:
    """Not their own, not a classmate's, not of their name, never of somebody whose script they were given to mark, or in whom they have
    declared an interest. One query where they have declared any."""
    if not has_role(registrar, Role.REGISTRAR):
        return rows.none()
    cohorts = Enrolment.objects.filter(person_id=registrar.pk).values("cohort")
    marked = Allocation.objects.filter(marker_id=registrar.pk).values("submission__enrolment")
    rows = rows.exclude(**{f"{enrolment}__cohort__in": cohorts})
    rows = rows.exclude(**{f"{enrolment}__in": marked})
    interests = DeclaredInterest.objects.filter(marker_id=registrar.pk, lifted_at=None)
    rows = rows.exclude(
        **{f"{enrolment}__cohort__in": interests.exclude(cohort=None).values("cohort")}
    )
    if references := list(interests.exclude(reference="").values_list("reference", flat=True)):
        bare = Lower(Replace(F("student_reference"), Value(" "), Value("")))
        near = Enrolment.objects.annotate(bare=bare).filter(bare__in=references).values("pk")
        rows = rows.exclude(**{f"{enrolment}__in": near})
    if registrar.search_key:
        rows = rows.exclude(**{f"{enrolment}__person__search_key": registrar.search_key})
    return rows
