"""Who may ask something of the office, and who in the office may read and answer it; every no comes with its reason."""

from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import OVER
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import is_operator, may_act_as
from lms.people.same_person import may_be_one

from ..deciding.rules import may_decide_on, may_hold
from ..marking.rules import is_current
from ..taking.rules import was_given_script_of


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
    if was_given_script_of(by, enrolment):
        return no(_("You were given work of this trainee to mark, so another registrar does this."))
    if Enrolment.objects.filter(cohort_id=enrolment.cohort_id, person_id=by.pk).exists():
        return no(_("You study in this cohort, so another registrar does this."))
    if may_be_one(by, enrolment.person):
        return no(
            _("Your name or email address is also the trainee’s, so another registrar does this.")
        )
    return YES


def may_recommend(person, claim) -> May:
    """Who may be asked what a claim on prior learning is worth: a tutor who was given no script of the trainee, is not near them and does not record what the
    board decides. Module leaders stand first in the list (`queries.prior_learning.academics_for`)."""
    enrolment = claim.enrolment
    if person.pk == enrolment.person_id or person.pk == claim.sent_by_id:
        return no(_("Someone else recommends on this claim."))
    if was_given_script_of(person, enrolment):
        return no(_("They were given work of this trainee to mark."))
    if Enrolment.objects.filter(cohort_id=enrolment.cohort_id, person_id=person.pk).exists():
        return no(_("They study in this cohort."))
    if may_be_one(person, enrolment.person) or not may_decide_on(person, enrolment):
        return no(_("They have an interest in this trainee."))
    return may_act_as(person, Role.TUTOR)


def may_read_prior(by, claim) -> May:
    """A registrar who may handle what is the trainee's, or the academic who was asked."""
    if by.pk is not None and by.pk == claim.academic_id:
        return may_recommend(by, claim)
    return may_handle(by, claim.enrolment)


def may_decide_prior(by, claim) -> May:
    """A registrar who could record the board of the cohort; not the academic who recommended."""
    if by.pk is not None and by.pk == claim.academic_id:
        return no(_("You recommended on this claim, so another registrar records the decision."))
    return may_pursue(by, claim.enrolment)


def may_flag(by, allocation) -> May:
    """The marker of a script, in person, also after their marks are submitted."""
    if by.pk is None or by.pk != allocation.marker_id or not is_current(allocation):
        return no(_("Only a marker of this script can do this."))
    return YES


def may_pursue(by, enrolment) -> May:
    """Who may follow up a case: who may handle what is the trainee's, and could hold their result back."""
    answer = may_handle(by, enrolment)
    return may_hold(by, enrolment) if answer else answer
