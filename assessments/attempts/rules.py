"""Who may change attempts and due dates; every no comes with its reason."""

from django.utils.translation import gettext as _

from lms.kit.refusals import May, no
from lms.people.models import Role
from lms.people.roles import is_operator, may_act_as


def may_keep_attempts(by, enrolment) -> May:
    """A registrar, and never of their own work."""
    if by.pk is not None and by.pk == enrolment.person_id:
        return no(_("This is your own work, so another registrar does this."))
    return may_act_as(by, Role.REGISTRAR)


def may_adjust(by, person) -> May:
    """A registrar in person, and never of themself."""
    if is_operator(by):
        return no(_("Only a registrar in person can record an adjustment."))
    if by.pk == person.pk:
        return no(_("This is about you, so another registrar does this."))
    return may_act_as(by, Role.REGISTRAR)
