"""Who may hand in, mark, share out and decide; every no comes with its reason."""

from cohorts.models import Enrolment
from cohorts.states import STUDYING
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import holders_of_each, is_operator, may_act_as, roles_of

from .conflicts import conflicts
from .models import Allocation
from .states import AllocationState

OWN_RESULTS = "Your own results are before this board, so someone else does this."


def may_teach(by) -> May:
    """May load assessments and set deadlines?"""
    return may_act_as(by, Role.REGISTRAR)


def may_hand_in(by, assessment, enrolment) -> May:
    """Quizzes and written work alike: only the trainee, only while studying, only for their programme."""
    if by.pk != enrolment.person_id:
        return no("Only the trainee can hand in their own work.")
    if assessment.module.programme_id != enrolment.cohort.programme_id:
        return no("This work belongs to another programme.")
    if enrolment.state not in STUDYING:
        return no(
            f"“{enrolment.get_state_display()}”: you cannot hand in work now. Ask the programme office if that is wrong."
        )
    return YES


def may_submit(by, assessment, enrolment) -> May:
    if assessment.is_quiz:
        return no("This is a quiz. Answer it on its page.")
    return may_hand_in(by, assessment, enrolment)


def may_drop_file(by, enrolment) -> May:
    """A file that is not handed in is its author's to take back, also while away; an operator clears what was left."""
    return (
        YES
        if is_operator(by) or by.pk == enrolment.person_id
        else no("Only the trainee can take their own file back.")
    )


def may_take_quiz(by, assessment, enrolment) -> May:
    if not assessment.is_quiz:
        return no("This is written work. Hand in a file on its page.")
    return may_hand_in(by, assessment, enrolment)


def may_allocate(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_share_out(by, submission, markers=()) -> May:
    """A registrar, but not of their own work, and not to themselves."""
    if by.pk is not None and by.pk == submission.enrolment.person_id:
        return no("You wrote this script, so someone else shares it out.")
    answer = may_allocate(by)
    if answer and by.pk is not None and by.pk in {marker.pk for marker in markers}:
        return no("You cannot allocate a script to yourself. Ask another registrar to allocate it.")
    return answer


def may_be_given(marker, submission, stage="", tied=None) -> May:
    """May this person mark that script? Asked of every marker when scripts are shared out. `tied`: `conflicts` of many, read already."""
    answer = may_go_on(marker, submission, stage, tied)
    if answer and any(task.marker_id == marker.pk for task in submission.allocations.all()):
        return no(f"{marker.full_name} marks script {submission.script} already.")
    return answer


def may_go_on(marker, submission, stage="", tied=None) -> May:
    """May a marker who was given that script still mark it? The reason is the registrars', not the marker's."""
    tied = conflicts([submission], [marker]) if tied is None else tied
    why = _against(marker, submission, stage, roles_of(marker), tied)
    return no(why) if why else YES


def stopped(tasks, holders=None, tied=None) -> dict[int, str]:
    """The same of many tasks at once, by task: why its marker may not go on. Five queries, however many; none where the `holders` of the roles
    of tutors and registrars and the ties of `conflicts` between these scripts and markers were read already."""
    tasks = list(tasks)
    holders = holders_of_each(Role.TUTOR, Role.REGISTRAR) if holders is None else holders
    roles = {}
    for role, people in holders.items():
        for person in people:
            roles.setdefault(person.pk, set()).add(role)
    if tied is None:
        tied = conflicts(
            [task.submission for task in tasks],
            {task.marker_id: task.marker for task in tasks}.values(),
        )
    why = {
        t.pk: _against(t.marker, t.submission, t.stage, roles.get(t.marker_id, set()), tied)
        for t in tasks
    }
    return {pk: reason for pk, reason in why.items() if reason}


def _against(marker, submission, stage, roles, tied) -> str:
    if Role.TUTOR not in roles:
        return f"{marker.full_name} is not a tutor."
    if why := tied.get((submission.pk, marker.pk)):
        return why
    if stage == Allocation.THIRD and Role.REGISTRAR in roles:
        return f"{marker.full_name} is a registrar and can see the first two marks of script {submission.script}."
    return ""


def may_mark(by, allocation) -> May:
    """Only the marker it was given to, and only while they are a tutor."""
    if by.pk is None or by.pk != allocation.marker_id:
        return no("Only the marker this script was given to can mark it.")
    return may_act_as(by, Role.TUTOR)


def is_sealed(allocation) -> bool:
    return allocation.state == AllocationState.SEALED


def may_call_board(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_examine(by) -> May:
    return may_act_as(by, Role.EXTERNAL_EXAMINER)


def may_confirm(by, board) -> May:
    """An examiner confirms in person; an operator at the shell cannot stand in."""
    if is_operator(by):
        return no("Only the external examiner can confirm the sample.")
    if _has_marked(by, board):
        return no("You marked a script of this cohort, so another examiner confirms its sample.")
    if _is_learning(by, board):
        return no(OWN_RESULTS)
    return may_examine(by)


def may_ratify(by, board) -> May:
    """A registrar who is no party to the results: neither learning, nor marking, nor the one who confirmed the sample."""
    if _is_learning(by, board):
        return no(OWN_RESULTS)
    if _has_marked(by, board):
        return no(
            "You mark scripts of this cohort, so another registrar prepares its board and records the decisions."
        )
    if by.pk is not None and by.pk == board.sample_confirmed_by_id:
        return no(
            "You confirmed the sample of this board, so another registrar records its decisions."
        )
    return may_act_as(by, Role.REGISTRAR)


def may_read_notes(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_read_note(by, submission) -> May:
    """A registrar in person, and never one who wrote or marks the work it came with."""
    if is_operator(by):
        return no("Only a registrar in person can read a note.")
    if (
        by.pk == submission.enrolment.person_id
        or submission.allocations.filter(marker_id=by.pk).exists()
    ):
        return no("You wrote or mark the work this note came with, so another registrar reads it.")
    return may_read_notes(by)


def _has_marked(by, board) -> bool:
    """Was a script of the board's cohort given to them?"""
    given = Allocation.objects.filter(
        marker_id=by.pk, submission__enrolment__cohort_id=board.cohort_id
    )
    return by.pk is not None and given.exists()


def _is_learning(by, board) -> bool:
    """Are their own results before the board?"""
    return (
        by.pk is not None
        and Enrolment.objects.filter(cohort_id=board.cohort_id, person_id=by.pk).exists()
    )
