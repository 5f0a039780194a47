"""Who may keep cohorts and enrol, and what can still change; each says no with its reason."""

from django.utils.translation import gettext as _

from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.people.same_person import traits_of

from .models import Enrolment
from .states import EnrolmentState


def may_keep_cohorts(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_enrol(by) -> May:
    """Enrol somebody new, by a cohort file. What stands is changed by those who may on its page (`may_keep_cohorts`)."""
    return may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)


def may_see_cohorts(by) -> May:
    """Cohorts and who is in them; no mark is shown there."""
    return may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)


def may_change_status(by, enrolment=None) -> May:
    """Leave of absence, a last day, leaving undone, a transfer: of anybody but oneself."""
    may = may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)
    if may and enrolment is not None and getattr(by, "pk", None) == enrolment.person_id:
        return no(_("No one changes their own enrolment. Ask another registrar or Hub officer."))
    return may


def is_changeable(enrolment) -> bool:
    """Somebody who studies or is on leave may go on leave, come back or leave."""
    return enrolment.state in (EnrolmentState.ENROLLED, EnrolmentState.INTERRUPTED)


def may_change_nations(enrolment, wanted) -> May:
    """Freely while somebody studies or is on leave. After completion a nation may join, for a wider certificate; none goes."""
    if is_changeable(enrolment) or list(enrolment.plan.nations) == list(wanted):
        return YES
    if enrolment.state != EnrolmentState.COMPLETED:
        return no(
            _("“%(state)s”: the nations can no longer change.")
            % {"state": enrolment.get_state_display()}
        )
    if set(enrolment.plan.nations) - set(wanted):
        return no(
            _("“%(state)s”: a nation can be added, and none taken away.")
            % {"state": enrolment.get_state_display()}
        )
    return YES


def why_no_second_place(enrolment) -> str:
    """Why somebody with this enrolment, and who has not left, gets no second place on the programme."""
    if enrolment.state == EnrolmentState.COMPLETED:
        return _("%(full_name)s has completed this programme, in %(cohort)s.") % {
            "full_name": enrolment.person.full_name,
            "cohort": enrolment.cohort.title,
        }
    return _(
        "%(full_name)s is studying this programme in %(cohort)s. End that enrolment first."
    ) % {"full_name": enrolment.person.full_name, "cohort": enrolment.cohort.title}


def may_have_account_in(person, cohort) -> bool:
    """Does this person study in the cohort (or its key), or could another account of theirs be a student's of it? Two queries."""
    return bool(cohorts_with_account_of(person, [cohort]))


def cohorts_with_account_of(person, cohorts) -> set[int]:
    """Of some cohorts (keys): those `may_have_account_in` says yes to. Two queries, however many they are."""
    rows = Enrolment.objects.filter(cohort__in=cohorts).order_by()
    learners: dict[int, set[int]] = {}
    for cohort, learner in rows.values_list("cohort_id", "person_id"):
        learners.setdefault(cohort, set()).add(learner)
    alike = {person.pk}
    others = {key for people in learners.values() if person.pk not in people for key in people}
    if person.pk and others:
        traits = traits_of({person.pk, *others})
        own = traits[person.pk]
        alike |= {key for key in others if own & traits[key]}
    return {cohort for cohort, people in learners.items() if people & alike}
