"""Who may hand in, and who may read what was written to the programme office; every no comes with its reason."""

from django.db.models import Q
from django.utils.translation import gettext as _

from cohorts.enrolment.states import STUDYING
from lms.kit import clock
from lms.kit.refusals import YES, May, no
from lms.kit.templatetags.kit import moment
from lms.people.models import Role
from lms.people.roles import is_operator, may_act_as

from ..attempts.queries import due_of, last_due_of_others
from ..attempts.rules import may_keep_attempts
from ..setting.queries import version_of
from ..setting.rules import studied_by
from ..setting.states import TAKES_TEXT, SubmissionType
from .models import Submission
from .states import REPLACEABLE, AttemptState, SubmissionState


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


def submission_type_of(assessment, enrolment) -> str:
    """How written work is handed in by one trainee. One query; none for a portfolio, of which we make the file."""
    if assessment.is_portfolio:
        return SubmissionType.FILE
    found = version_of(assessment.pk, enrolment.cohort_id).values_list("submission_type", flat=True)
    return found.first() or SubmissionType.FILE


def may_submit_file(by, assessment, enrolment) -> May:
    answer = may_submit(by, assessment, enrolment)
    if answer and submission_type_of(assessment, enrolment) == SubmissionType.TEXT:
        return no(_("This work is typed on the page. Write it there, or paste it."))
    return answer


def may_write_text(by, assessment, enrolment) -> May:
    """Typed work: as a file, where its version takes text."""
    answer = may_submit(by, assessment, enrolment)
    if answer and submission_type_of(assessment, enrolment) not in TAKES_TEXT:
        return no(_("This work is handed in as a file. Choose it on the work’s page."))
    return answer


def may_replace(by, submission) -> May:
    """May the author hand in another file in the place of the one that is in? Until its due date, or without one until a marker has it, and while no
    marker has saved marks; or once, where a registrar allowed it, until a marker has submitted marks. Four queries at most."""
    answer = may_submit(by, submission.assessment, submission.enrolment)
    if not answer:
        return answer
    tasks, about = tasks_of(submission), {"receipt": submission.receipt}
    if is_settled(submission, tasks):
        return no(_("This work is marked, so its file stands."))
    if has_permission(submission):
        return YES
    submission.attempt.enrolment = submission.enrolment
    due_at = due_of(submission.attempt)
    if due_at and clock.now() > due_at:
        why = _("This was due on %(due_at)s.")
        about["due_at"] = moment(due_at)
    elif any(task.marks or task.comment for task in tasks):
        why = _("A marker has begun to mark your file.")
    elif tasks and not due_at:
        why = _("Your file is with its markers.")
    else:
        return YES
    why += " " + _(
        "If it is the wrong file, write to the programme office and quote %(receipt)s. They can let you replace it."
    )
    return no(why % about)


def tasks_of(submission) -> list:
    """The markers' tasks with it that were not withdrawn."""
    return [task for task in submission.allocations.all() if not task.withdrawn_at]


def is_settled(submission, tasks) -> bool:
    """Has a marker submitted marks, or is the attempt over? Then the file that was marked stands."""
    return (
        submission.state not in REPLACEABLE
        or not submission.attempt.is_current
        or any(task.sealed_at for task in tasks)
    )


def has_permission(submission) -> bool:
    """Has a registrar allowed the hand-in that would be the next? Two queries."""
    following = submission.handings.count() + 1
    return submission.replacement_permissions.filter(number=following).exists()


def marks_some(by, submission) -> bool:
    """Was this person ever given a script of the same assessment from the same cohort? `submission`: or a quiz. One query."""
    if by.pk is None:
        return False
    return Submission.objects.filter(
        assessment=submission.assessment_id,
        enrolment__cohort=submission.enrolment.cohort_id,
        allocations__marker=by.pk,
    ).exists()


def was_given_script_of(by, enrolment) -> bool:
    """Was this person ever given any script of that trainee, to mark or to moderate? One query."""
    own = Q(allocations__marker=by.pk) | Q(moderation_script__moderator=by.pk)
    return Submission.objects.filter(own, enrolment=enrolment).exists()


def may_permit_replacement(by, submission) -> May:
    """A registrar, never for their own work, and never where they were given a script of this piece from this cohort: for each of its trainees
    they hear the same, before anything else, since another answer would say whose script theirs is."""
    answer = may_keep_attempts(by, submission.enrolment)
    if not answer:
        return answer
    if submission.assessment.is_quiz:
        return no(_("These are the essays of a quiz. Its answers stand as they were handed in."))
    if marks_some(by, submission):
        return no(
            _(
                "You were asked to mark this assessment for this cohort, so another registrar allows another file."
            )
        )
    is_draft = submission.state == SubmissionState.DRAFT  # which the action says
    if not is_draft and is_settled(submission, tasks_of(submission)):
        return no(_("The marks for this work are in, so its file stands."))
    return YES


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


def may_close_quiz(by, enrolment) -> May:
    """Its trainee, and the worker for them: a quiz whose time is over is handed in as it was saved."""
    return (
        YES
        if is_operator(by) or by.pk == enrolment.person_id
        else no(_("Only the trainee can hand in their own work."))
    )


def may_send_late_answers(by, enrolment) -> May:
    """Its trainee, also when they have left: nothing counts by it."""
    if by.pk != enrolment.person_id:
        return no(_("Only the trainee can send their own answers."))
    return YES


def may_answer_late_answers(by, quiz) -> May:
    """A registrar in person; never for their own quiz, nor in a programme that they study: they would read what it asks, and what others answered. Nor for
    whoever wrote a script that they were given, nor where they were given essays of this quiz from this cohort: they would read one under its author's name."""
    enrolment = quiz.enrolment
    if is_operator(by):
        return no(_("Only a registrar in person can answer a trainee."))
    answer = may_keep_attempts(by, enrolment)
    if answer and studied_by(by).filter(cohort__programme=enrolment.cohort.programme_id).exists():
        return no(_("You study in this programme, so another registrar answers."))
    if answer and (was_given_script_of(by, enrolment) or marks_some(by, quiz)):
        return no(
            _(
                "You were given work of this trainee or of this quiz to mark, so another registrar answers."
            )
        )
    return answer


def may_see_answers(quiz, cohort_due_at) -> May:
    """May the trainee read which answers were right? Once nobody of their cohort, and they in no later attempt, could still be helped by it: when both due
    dates are over, and those of classmates who have another one and have not handed in; where none is set, when a board has decided. The date of a
    classmate is not told: it is theirs. `quiz` is handed in. One query at most."""
    closes = max(filter(None, (cohort_due_at, quiz.attempt.due_at)), default=None)
    if closes is None and quiz.state != AttemptState.RATIFIED:
        return no(
            _("You see which answers were right, and why, when the board has decided on this quiz.")
        )
    if closes and closes >= clock.now():
        return no(
            _(
                "You see which answers were right, and why, when the quiz closes for your cohort: after %(moment)s."
            )
            % {"moment": moment(closes)}
        )
    others = last_due_of_others(quiz.assessment_id, quiz.enrolment.cohort_id)
    if others and others >= clock.now():
        return no(
            _(
                "You see which answers were right, and why, when no one else in your cohort can still take this quiz."
            )
        )
    return YES


def may_read_notes(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_read_note(by, submission) -> May:
    """A registrar in person, and never who wrote the work it came with, or was given any script of its author: once they had answered, that script would be
    taken from them, and so they would know whose it is."""
    if is_operator(by):
        return no(_("Only a registrar in person can read a note."))
    if by.pk == submission.enrolment.person_id or was_given_script_of(by, submission.enrolment_id):
        return no(
            _(
                "You wrote the work this note came with, or were given a script of its author, so another registrar reads it."
            )
        )
    return may_read_notes(by)
