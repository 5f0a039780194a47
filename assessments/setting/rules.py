"""Who may set assessments, approve them, and give cohorts their sittings; every no comes with its reason."""

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit import clock
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import has_role, is_operator, may_act_as

from .leader_models import ModuleLeader


def may_teach(by) -> May:
    """May load assessments, and name the leaders of modules?"""
    return may_act_as(by, Role.REGISTRAR)


def leaders_today():
    """The lines of all who lead a module today, also of who is no tutor any more. A QuerySet."""
    today = clock.today()
    rows = ModuleLeader.objects.filter(starts_on__lte=today)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=today))


def led_today(person):
    """The lines by which a tutor leads a module today. A QuerySet; none for who is no tutor any more."""
    if not has_role(person, Role.TUTOR):
        return ModuleLeader.objects.none()
    return leaders_today().filter(person_id=person.pk)


def studied_by(person):
    """The programmes that a person is a trainee of: they set nothing there. Keys, as a QuerySet."""
    places = Enrolment.objects.filter(person_id=person.pk).exclude(state=EnrolmentState.LEFT)
    return places.values("cohort__programme")


def may_set_some(by) -> May:
    """May this person set what is asked in any module?"""
    return YES if may_teach(by) or led_today(by).exists() else may_teach(by)


def may_set(by, module) -> May:
    """A registrar, or the leader of the module today; never somebody who studies in that programme."""
    if is_operator(by):
        return YES
    if not may_teach(by) and not led_today(by).filter(module=module).exists():
        return no(_("Only a registrar or the leader of this module can do this."))
    if studied_by(by).filter(cohort__programme=module.programme_id).exists():
        return no(_("You study in this programme, so someone else sets what it asks."))
    return YES


def may_approve(by, module) -> May:
    """Without the external examiner."""
    if settings.IMSA_EXAMINER_APPROVES and not is_operator(by):
        return no(_("The external examiner approves this. Send it to them."))
    return may_set(by, module)


def may_set_rules(by, programme=None) -> May:
    """By what rules work is judged: a registrar, who is no trainee of that programme; of none, where the rules are for all."""
    answer = may_teach(by)
    if not answer or is_operator(by):
        return answer
    studies = studied_by(by)
    if (studies.filter(cohort__programme=programme) if programme else studies).exists():
        return no(_("You would be judged by these rules, so another registrar sets them."))
    return answer


def may_review(by) -> May:
    """May this person answer, as an external examiner, about versions?"""
    if is_operator(by):
        return no(_("Only an external examiner can answer."))
    return may_act_as(by, Role.EXTERNAL_EXAMINER)


def may_review_in(by, module) -> May:
    """Not of a module they set themselves, nor of a programme they study in."""
    answer = may_review(by)
    if answer and may_set(by, module):
        return no(_("You set what this module asks, so another examiner answers."))
    if answer and studied_by(by).filter(cohort__programme=module.programme_id).exists():
        return no(_("You study in this programme, so another examiner answers."))
    return answer
