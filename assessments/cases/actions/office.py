"""Tells the programme office that something waits, and notes who of it has read; it tells nobody who may not read it, and names nobody."""

from django.db import transaction

from lms.kit.refusals import insist
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import write

from ..models.readings import CaseReading
from ..rules import may_handle


@transaction.atomic
def read_case(case, *, by) -> CaseReading:
    """A registrar has opened a claim or an appeal. 1. who and when; from then on they are given no script of its author, 2. a record entry. Twice is once."""
    insist(may_handle(by, case.enrolment))
    made, is_new = CaseReading.objects.get_or_create(enrolment=case.enrolment, by=by)
    if is_new:
        write("assessments.read_case", case, by=by)
    return made


def tell_office(enrolment, subject, body, url, may=may_handle):
    """A message to every registrar of today who may handle what is this trainee's, or as `may` says."""
    for registrar in holders_of(Role.REGISTRAR):
        if may(registrar, enrolment):
            tell(registrar, subject, body, url)
