"""Who may hand in, and who may read what was written to the programme office; every no comes with its reason."""

from django.utils.translation import gettext as _

from cohorts.enrolment.states import STUDYING
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import is_operator, may_act_as


def may_hand_in(by, assessment, enrolment) -> May:
    """Quizzes and written work alike: only the trainee, only while studying, only for their programme."""
    if by.pk != enrolment.person_id:
        return no(_("Only the trainee can hand in their own work."))
    if assessment.module.programme_id != enrolment.cohort.programme_id:
        return no(_("This work belongs to another programme."))
    if enrolment.state not in STUDYING:
        return no(
            _(
                "“%(state)s”: you cannot hand in work now. Ask the programme office if that is wrong."
            )
            % {"state": enrolment.get_state_display()}
        )
    return YES


def may_submit(by, assessment, enrolment) -> May:
    if assessment.is_quiz:
        return no(_("This is a quiz. Answer it on its page."))
    return may_hand_in(by, assessment, enrolment)


def may_drop_file(by, enrolment) -> May:
    """A file that is not handed in is its author's to take back, also while away; an operator clears what was left."""
    return (
        YES
        if is_operator(by) or by.pk == enrolment.person_id
        else no(_("Only the trainee can take their own file back."))
    )


def may_take_quiz(by, assessment, enrolment) -> May:
    if not assessment.is_quiz:
        return no(_("This is written work. Hand in a file on its page."))
    return may_hand_in(by, assessment, enrolment)


def may_read_notes(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_read_note(by, submission) -> May:
    """A registrar in person, and never one who wrote or marks the work it came with."""
    if is_operator(by):
        return no(_("Only a registrar in person can read a note."))
    if (
        by.pk == submission.enrolment.person_id
        or submission.allocations.filter(marker_id=by.pk).exists()
    ):
        return no(
            _("You wrote or mark the work this note came with, so another registrar reads it.")
        )
    return may_read_notes(by)
