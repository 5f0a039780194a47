"""Who may ask something of the office, and who in the office may read and answer it; every no comes with its reason."""

from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import OVER
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import is_operator, may_act_as
from lms.people.same_person import may_be_one

from ..deciding.rules import may_hold
from ..marking.models import Allocation
from ..marking.rules import is_current


def may_ask(by, enrolment) -> May:
    """Only the trainee asks something about their own work, and nothing falls due for whoever has left."""
    if by.pk is None or by.pk != enrolment.person_id:
        return no(_("Only the trainee can ask this about their own work."))
    if enrolment.state in OVER:
        return no(
            _("“%(state)s”: nothing falls due for you any more. Write to the programme office.")
            % {"state": enrolment.get_state_display()}
        )
    return YES


def may_send(by, enrolment) -> May:
    """Only the trainee adds to, or takes back, what they asked, also when they have left."""
    if by.pk is None or by.pk != enrolment.person_id:
        return no(_("Only the trainee can do this."))
    return YES


def may_appeal(by, enrolment) -> May:
    """The trainee, in person, also when the programme is over for them."""
    if by.pk is None or by.pk != enrolment.person_id:
        return no(_("Only the trainee can appeal against their own result."))
    return YES


def may_handle(by, enrolment) -> May:
    """A registrar in person, and nobody who is, or is near, the trainee, or who was given a script of theirs."""
    if is_operator(by):
        return no(_("Only a registrar in person can read this."))
    if by.pk == enrolment.person_id:
        return no(_("This is about your own work, so another registrar does this."))
    answer = may_act_as(by, Role.REGISTRAR)
    if not answer:
        return answer
    if Allocation.objects.filter(marker_id=by.pk, submission__enrolment=enrolment).exists():
        return no(_("You were given work of this trainee to mark, so another registrar does this."))
    if Enrolment.objects.filter(cohort_id=enrolment.cohort_id, person_id=by.pk).exists():
        return no(_("You study in this cohort, so another registrar does this."))
    if may_be_one(by, enrolment.person):
        return no(
            _("Your name or email address is also the trainee’s, so another registrar does this.")
        )
    return YES


def may_flag(by, allocation) -> May:
    """The marker of a script, in person, also after their marks are submitted."""
    if by.pk is None or by.pk != allocation.marker_id or not is_current(allocation):
        return no(_("Only a marker of this script can do this."))
    return YES


def may_pursue(by, enrolment) -> May:
    """Who may follow up a case: who may handle what is the trainee's, and could hold their result back."""
    answer = may_handle(by, enrolment)
    return may_hold(by, enrolment) if answer else answer
