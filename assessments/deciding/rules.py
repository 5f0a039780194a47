"""Who may call a board, confirm its sample and record its decisions; every no comes with its reason."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cohorts.enrolment.models import Enrolment
from lms.kit.refusals import May, no
from lms.people.models import Role
from lms.people.roles import is_operator, may_act_as

from ..marking.models import Allocation

OWN_RESULTS = gettext_noop("Your own results are before this board, so someone else does this.")


def may_call_board(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_change_board(by, board) -> May:
    """Who may cancel or move it: a registrar whose own results are not before it."""
    return no(_(OWN_RESULTS)) if _is_learning(by, board) else may_act_as(by, Role.REGISTRAR)


def may_examine(by) -> May:
    return may_act_as(by, Role.EXTERNAL_EXAMINER)


def may_confirm(by, board) -> May:
    """An examiner confirms in person; an operator at the shell cannot stand in."""
    if is_operator(by):
        return no(_("Only the external examiner can confirm the sample."))
    if _has_marked(by, board):
        return no(_("You marked a script of this cohort, so another examiner confirms its sample."))
    if _is_learning(by, board):
        return no(_(OWN_RESULTS))
    return may_examine(by)


def may_ratify(by, board) -> May:
    """A registrar who is no party to the results: neither learning, nor marking, nor the one who confirmed the sample."""
    if _is_learning(by, board):
        return no(_(OWN_RESULTS))
    if _has_marked(by, board):
        return no(
            _(
                "You mark scripts of this cohort, so another registrar prepares its board and records the decisions."
            )
        )
    if by.pk is not None and by.pk == board.sample_confirmed_by_id:
        return no(
            _("You confirmed the sample of this board, so another registrar records its decisions.")
        )
    return may_act_as(by, Role.REGISTRAR)


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
