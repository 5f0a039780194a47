"""Who keeps in touch with a cohort, and who reads that; each rule says why not."""

from django.utils.translation import gettext as _

from cohorts.enrolment.rules import may_have_account_in
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import has_role, may_act_as


def may_see_cohorts(by) -> May:
    """Tutors; registrars read."""
    return may_act_as(by, Role.TUTOR, Role.REGISTRAR)


def may_see_cohort(by, cohort) -> May:
    """Nothing ties a tutor to a cohort: each sees every one, but those in which they, or somebody with their name or address, study. Two queries
    and that for the role."""
    allowed = may_see_cohorts(by)
    if allowed and may_have_account_in(by, cohort):
        return no(
            _(
                "You, or someone with your name or email address, studies in this cohort. Another tutor looks after it."
            )
        )
    return allowed


def may_support(by, cohort) -> May:
    """Write to the people of a cohort, and into its log: tutors."""
    if not has_role(by, Role.TUTOR):
        return may_act_as(None, Role.TUTOR)
    return may_see_cohort(by, cohort)


def may_read_words(by, cohort, row) -> bool:
    """Of a message or a line of the log (`row.by_id`: who wrote it). Who marks or moderates in the cohort (one of `with_marker`) reads only what they
    wrote: words on a due date or a hand-in of somebody would tell whose script comes next."""
    return not cohort.is_marked or row.by_id == by.pk


def may_correct(by, cohort, entry) -> May:
    if may_read_words(by, cohort, entry):
        return may_support(by, cohort)
    return no(
        _(
            "You mark work of this cohort, so you do not read what others wrote here. Whoever wrote it corrects it, or a tutor who marks nothing of the cohort."
        )
    )


def may_choose_nudges(by, person) -> May:
    if by.pk == person.pk:
        return YES
    return no(_("Each person chooses for themselves whether they get reminders."))
