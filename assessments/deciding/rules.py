"""Who may call a board, confirm its sample and record its decisions; every no comes with its reason."""

from django.db.models import Exists
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cohorts.enrolment.models import Enrolment
from lms.kit.prepared_statements import CompiledQuery
from lms.kit.refusals import May, no
from lms.people.models import Role
from lms.people.roles import is_operator, may_act_as

from ..marking.models import Allocation
from .models import Board, ExaminerReport

LEARNING, MARKING, EXAMINING = "learning", "marking", "examining"
OWN_RESULTS = gettext_noop("Your own results are before this board, so someone else does this.")


def may_call_board(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_change_board(by, board) -> May:
    """Who may cancel or move it: a registrar whose own results are not before it."""
    return no(_(OWN_RESULTS)) if LEARNING in _ties(by, board) else may_act_as(by, Role.REGISTRAR)


def may_examine(by) -> May:
    return may_act_as(by, Role.EXTERNAL_EXAMINER)


def may_confirm(by, board) -> May:
    """An examiner confirms in person; an operator at the shell cannot stand in."""
    if is_operator(by):
        return no(_("Only the external examiner can confirm the sample."))
    ties = _ties(by, board)
    if MARKING in ties:
        return no(_("You marked a script of this cohort, so another examiner confirms its sample."))
    if LEARNING in ties:
        return no(_(OWN_RESULTS))
    return may_examine(by)


def may_ratify(by, board) -> May:
    """A registrar who is no party to the results: neither learning, nor marking, nor the one who confirmed the sample."""
    ties = _ties(by, board)
    if LEARNING in ties:
        return no(_(OWN_RESULTS))
    if MARKING in ties:
        return no(
            _(
                "You mark scripts of this cohort, so another registrar prepares its board and records the decisions."
            )
        )
    if EXAMINING in ties:
        return no(
            _(
                "You confirmed the sample of this board or wrote to it as its examiner, so another registrar records its decisions."
            )
        )
    return may_act_as(by, Role.REGISTRAR)


def may_hold(by, enrolment) -> May:
    """Who may hold a result back, let it go and read why: a registrar who could record the board of its cohort."""
    cohort = enrolment.cohort_id
    if by.pk is not None:
        if Enrolment.objects.filter(cohort_id=cohort, person_id=by.pk).exists():
            return no(_("Your own results are in this cohort, so someone else does this."))
        marks = Allocation.objects.filter(
            marker_id=by.pk, submission__enrolment__cohort_id=cohort
        ).exists()
        examines = ExaminerReport.objects.filter(
            board__cohort_id=cohort, examiner_id=by.pk
        ).exists()
        if marks or examines:
            return no(_("You mark or examine this cohort, so another registrar does this."))
    return may_act_as(by, Role.REGISTRAR)


def _ties(by, board) -> set[str]:
    """What makes somebody a party to a board's results: their own are before it (LEARNING), a script of its cohort was given to them
    (MARKING), or they wrote to it as its examiner (EXAMINING). One query."""
    if by.pk is None:
        return set()
    (found,) = _tied(board=board.pk, cohort=board.cohort_id, person=by.pk)
    is_tied = zip((LEARNING, MARKING, EXAMINING), found, strict=True)
    return {name for name, is_so in is_tied if is_so}


def _tied_to(*, board, cohort, person):
    marks = Allocation.objects.filter(marker_id=person, submission__enrolment__cohort_id=cohort)
    return Board.objects.filter(pk=board).values_list(
        Exists(Enrolment.objects.filter(cohort_id=cohort, person_id=person)),
        Exists(marks),
        Exists(ExaminerReport.objects.filter(board_id=board, examiner_id=person)),
    )


_tied = CompiledQuery(_tied_to)


def may_release(by) -> May:
    """A registrar; marks of their own work are released by another one."""
    return may_act_as(by, Role.REGISTRAR)
