"""Who makes surveys and reads their results, and who answers; each says no with its reason."""

from django.conf import settings
from django.utils.translation import gettext as _

from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import has_role, is_operator, may_act_as

from ..enrolment.models import Enrolment
from ..enrolment.rules import may_have_account_in
from ..enrolment.states import STUDYING
from .leading import modules_led


def may_see_surveys(by) -> May:
    """Registrars; tutors those of the modules they lead."""
    return may_act_as(by, Role.TUTOR, Role.REGISTRAR)


def may_write_questions(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_run_survey(by, cohort, module) -> May:
    """Make a survey, read its results and answer to them: a registrar, or who leads the module today; nobody who may study in the cohort."""
    if is_operator(by):
        return YES
    if not has_role(by, Role.REGISTRAR) and not (
        module is not None and modules_led(by).filter(module=module).exists()
    ):
        return no(_("Only a registrar, or the tutor who leads the module, can do this."))
    if may_have_account_in(by, cohort):
        return no(
            _(
                "You, or someone with your name or email address, studies in this cohort. Someone else looks after its surveys."
            )
        )
    return YES


def may_answer(by, survey) -> May:
    """Who studies in the cohort, while the survey is open."""
    if not place_in(by, survey.cohort_id).exists():
        return no(
            _("This survey is for people who study in %(cohort)s.")
            % {"cohort": survey.cohort.title}
        )
    if not survey.is_open:
        return no(_("This survey is not open today."))
    return YES


def may_choose_reminders(by, person) -> May:
    if by.pk == person.pk:
        return YES
    return no(_("Each person chooses for themselves whether they get reminders."))


def place_in(person, cohort_id):
    """Their enrolment, while they study. A QuerySet."""
    return Enrolment.objects.filter(cohort=cohort_id, person=person.pk, state__in=STUDYING)


def is_large_enough(people: int) -> bool:
    """Are so many people enough for their answers to be shown together?"""
    return people >= max(settings.IMSA_SMALL_NUMBER, 2)
