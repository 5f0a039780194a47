"""Tells the programme office that something waits, and notes who of it has read; whoever may not read it learns at most that a registrar is missing, and nobody is named."""

from django.db import transaction

from lms.kit.refusals import insist
from lms.record.actions import write

from ...taking.actions.registrars import tell_registrars_who_may
from ..models.readings import CaseReading
from ..rules import may_handle
from .unmasking import note_unmasking


@transaction.atomic
def read_case(case, *, by) -> CaseReading:
    """A registrar has opened a claim or an appeal, or late answers to a quiz with essays (`case`: the quiz). 1. who and when; from then on they are given no script of its author, 2. a row of who opened the name and for which task, 3. a record entry. Twice is once."""
    insist(may_handle(by, case.enrolment))
    note_unmasking(case, by=by)
    made, is_new = CaseReading.objects.get_or_create(enrolment=case.enrolment, by=by)
    if is_new:
        write("assessments.read_case", case, by=by)
    return made


def tell_office(enrolment, subject, body, url, may=may_handle):
    """A message to every registrar of today who may handle what is this trainee's, or as `may` says. Where there is none, Hub officers are told that one is
    missing, and neither about whom nor about what."""
    tell_registrars_who_may(
        enrolment.person_id, lambda one: may(one, enrolment), subject, body, url
    )
