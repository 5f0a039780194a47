"""Tells the programme office that something waits, and notes who of it has read; whoever may not read it learns at most that a registrar is missing, and nobody is named."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import insist
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import write

from ..models.readings import CaseReading
from ..rules import may_handle


@transaction.atomic
def read_case(case, *, by) -> CaseReading:
    """A registrar has opened a claim or an appeal, or late answers to a quiz with essays (`case`: the quiz). 1. who and when; from then on they are given no script of its author, 2. a record entry. Twice is once."""
    insist(may_handle(by, case.enrolment))
    made, is_new = CaseReading.objects.get_or_create(enrolment=case.enrolment, by=by)
    if is_new:
        write("assessments.read_case", case, by=by)
    return made


def tell_office(enrolment, subject, body, url, may=may_handle):
    """A message to every registrar of today who may handle what is this trainee's, or as `may` says. Where there is none, Hub officers are told that one is
    missing, and neither about whom nor about what."""
    registrars = [one for one in holders_of(Role.REGISTRAR) if may(one, enrolment)]
    for registrar in registrars:
        tell(registrar, subject, body, url)
    if registrars:
        return
    for officer in holders_of(Role.HUB_OFFICER):
        if officer.pk != enrolment.person_id:
            tell(
                officer,
                _("A registrar is missing"),
                _("Something waits that no registrar may read. Appoint another registrar."),
                "/hub/people/",
            )
