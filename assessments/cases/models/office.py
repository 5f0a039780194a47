"""Whose cases a registrar may come to see at all: what the QuerySets of this folder share."""

from django.db.models import Q, QuerySet

from cohorts.enrolment.models import Enrolment
from lms.people.models import Role
from lms.people.roles import has_role

from ...marking.models import Allocation


def visible_to(rows: QuerySet, user, enrolment: str) -> QuerySet:
    """A trainee's own; of registrars, what they may handle and their own. `enrolment`: the way from a row to the trainee's enrolment."""
    own = Q(**{f"{enrolment}__person": user.pk})
    return rows.filter(own | Q(pk__in=for_office(rows, user, enrolment).values("pk")))


def for_office(rows: QuerySet, registrar, enrolment: str) -> QuerySet:
    """Not their own, not a classmate's, not of their name, and never of somebody whose script they were given to mark."""
    if not has_role(registrar, Role.REGISTRAR):
        return rows.none()
    cohorts = Enrolment.objects.filter(person_id=registrar.pk).values("cohort")
    marked = Allocation.objects.filter(marker_id=registrar.pk).values("submission__enrolment")
    rows = rows.exclude(**{f"{enrolment}__cohort__in": cohorts})
    rows = rows.exclude(**{f"{enrolment}__in": marked})
    if registrar.search_key:
        rows = rows.exclude(**{f"{enrolment}__person__search_key": registrar.search_key})
    return rows
