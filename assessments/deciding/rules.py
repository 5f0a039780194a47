"""Who may call a board, confirm its sample and record its decisions; every no comes with its reason."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.enrolment.rules import may_have_account_in
from lms.kit.prepared_statements import CompiledQuery
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import has_role, in_words, is_operator, may_act_as

from ..marking.conflicts import reference_key
from ..marking.models import Allocation, DeclaredInterest, ModerationScript
from ..setting.judging import BY_LEADER
from ..setting.rules import led_today, may_set
from .models import Board, BoardMember, ExaminerReport
from .states import MemberRole

TIES = LEARNING, MARKING, EXAMINING, DECLARED = "learning", "marking", "examining", "declared"
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
        return no(
            _(
                "You marked a script of this cohort or moderated its marks, so another examiner confirms its sample."
            )
        )
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
                "You mark scripts of this cohort or moderate their marks, so another registrar prepares its board and records the decisions."
            )
        )
    if EXAMINING in ties:
        return no(
            _(
                "You confirmed the sample of this board or wrote to it as its examiner, so another registrar records its decisions."
            )
        )
    if DECLARED in ties:
        return no(
            _(
                "You have declared an interest in this cohort, so another registrar records its decisions."
            )
        )
    return may_act_as(by, Role.REGISTRAR)


def may_record(by, board) -> May:
    """As `may_ratify`, asked at what cannot be taken back: and no account like theirs is a student's of the cohort. Two queries more, over everybody in it."""
    may = may_ratify(by, board)
    if may and by.pk is not None and may_have_account_in(by, board.cohort_id):
        return no(
            _(
                "A student of this cohort has the same name or email address as you, so another registrar does this."
            )
        )
    return may


def may_decide_on(by, enrolment) -> May:
    """Not whoever has declared an interest in that person or their cohort."""
    reference = reference_key(enrolment.student_reference)
    near = DeclaredInterest.objects.filter(
        Q(cohort_id=enrolment.cohort_id) | Q(reference=reference), marker_id=by.pk, lifted_at=None
    )
    if by.pk is not None and near.exists():
        return no(
            _("You have declared an interest in this person, so another registrar does this.")
        )
    return YES


MAY_SIT_AS = {
    MemberRole.CHAIR: (Role.TUTOR, Role.REGISTRAR),
    MemberRole.SECRETARY: (Role.REGISTRAR,),
    MemberRole.INTERNAL: (Role.TUTOR, Role.REGISTRAR),
    MemberRole.EXTERNAL: (Role.EXTERNAL_EXAMINER,),
}


def may_sit(person, role, board) -> May:
    """May somebody be a member of a board? Never of one that decides on their own results; an external member marked none of its work,
    and who examined it is no internal one."""
    ties = _ties(person, board)
    if LEARNING in ties:
        return no(_("Their own results are before this board."))
    if may_have_account_in(person, board.cohort_id):
        return no(_("A student of this cohort has the same name or email address."))
    if role == MemberRole.EXTERNAL and MARKING in ties:
        return no(
            _(
                "They marked a script of this cohort or moderated its marks, so they are no external member."
            )
        )
    if role != MemberRole.EXTERNAL and EXAMINING in ties:
        return no(_("They wrote to this board as its examiner, so they are its external member."))
    if not has_role(person, *MAY_SIT_AS[role]):
        return no(_("Only %(roles)s can be this.") % {"roles": in_words(MAY_SIT_AS[role])})
    return YES


def may_read_minutes(by, board) -> May:
    """Members of the board, and whoever may record its decisions."""
    return YES if _sits_on(by, board) else may_ratify(by, board)


def may_sign(by, board) -> May:
    """The chair of the board, in person."""
    if _sits_on(by, board, role=MemberRole.CHAIR):
        return YES
    return no(_("Only the chair of this board signs its minutes."))


def may_correct_minutes(by, board) -> May:
    """The chair or the secretary, and whoever may record the board's decisions."""
    roles = (MemberRole.CHAIR, MemberRole.SECRETARY)
    return YES if _sits_on(by, board, role__in=roles) else may_ratify(by, board)


def _sits_on(by, board, **role) -> bool:
    """While they hold the role of their seat; never where their own results are before it, or they have declared an interest in all of it."""
    if by.pk is None:
        return False
    seats = BoardMember.objects.filter(board=board, person_id=by.pk, removed_at=None, **role)
    can_sit = any(has_role(by, *MAY_SIT_AS[MemberRole(one.role)]) for one in seats)
    return can_sit and not {LEARNING, DECLARED} & _ties(by, board)


def may_see_own_boards(by) -> May:
    """Whoever may sit on a board, in person."""
    return may_act_as(by, Role.TUTOR, Role.EXTERNAL_EXAMINER, Role.REGISTRAR)


def may_hold(by, enrolment) -> May:
    """Who may hold a result back, let it go and read why: a registrar who could record the board of its cohort."""
    cohort = enrolment.cohort_id
    if by.pk is not None:
        if Enrolment.objects.filter(cohort_id=cohort, person_id=by.pk).exists():
            return no(_("Your own results are in this cohort, so someone else does this."))
        marks = Cohort.objects.filter(_has_scripts(cohort, by.pk), pk=cohort).exists()
        examines = ExaminerReport.objects.filter(
            board__cohort_id=cohort, examiner_id=by.pk
        ).exists()
        if marks or examines:
            return no(
                _("You mark, moderate or examine this cohort, so another registrar does this.")
            )
        if not (answer := may_decide_on(by, enrolment)):
            return answer
    return may_act_as(by, Role.REGISTRAR)


def may_take_transcript(by, enrolment) -> May:
    """Whose results they are; else a registrar who could record the board of its cohort."""
    if by.pk is not None and by.pk == enrolment.person_id:
        return YES
    return may_hold(by, enrolment)


def may_write_profiles(by) -> May:
    """Who may say how a file of marks is written, and what the student record system calls a module."""
    return may_act_as(by, Role.REGISTRAR)


def may_drop_exports(by) -> May:
    """The worker, or an operator at the shell."""
    return YES if is_operator(by) else no(_("Old files of marks are dropped by the worker."))


def may_export_marks(by, cohort) -> May:
    """Who may see the marks of a cohort by student reference and take them along: a registrar who is no party to them, as with a board's pack. An interest in one person
    refuses the file: without that person's line it would say whose reference is whose."""
    role = may_act_as(by, Role.REGISTRAR)
    if not role or by.pk is None:
        return role
    if LEARNING in (ties := _ties_in(by, cohort)) or may_have_account_in(by, cohort.pk):
        return no(
            _(
                "Your own results, or those of an account like yours, are in this cohort, so another registrar does this."
            )
        )
    if MARKING in ties or EXAMINING in ties:
        return no(_("You mark, moderate or examine this cohort, so another registrar does this."))
    if DECLARED in ties or _has_interest_in_one(by, cohort):
        return no(
            _(
                "You have declared an interest in this cohort or someone in it, so another registrar does this."
            )
        )
    return YES


def _ties_in(by, cohort) -> set[str]:
    """As `_ties`, with any board of the cohort. One query."""
    reports = ExaminerReport.objects.filter(board__cohort_id=cohort.pk, examiner_id=by.pk)
    ties = _ties_to(None, cohort.pk, by.pk) | {EXAMINING: Exists(reports)}
    found = Cohort.objects.filter(pk=cohort.pk).values_list(*ties.values()).get()
    return {name for name, is_so in zip(ties, found, strict=True) if is_so}


def _has_interest_in_one(by, cohort) -> bool:
    """One query, and another where there is any."""
    rows = DeclaredInterest.objects.filter(marker_id=by.pk, lifted_at=None).exclude(reference="")
    near = set(rows.values_list("reference", flat=True))
    if not near:
        return False
    rows = Enrolment.objects.filter(cohort_id=cohort.pk)
    return any(reference_key(r) in near for r in rows.values_list("student_reference", flat=True))


def _ties(by, board) -> set[str]:
    """What makes somebody a party to a board's results: their own are before it (LEARNING), a script of its cohort was given to them
    to mark or to moderate (MARKING), they wrote to it as its examiner (EXAMINING), or they have declared an interest in its whole cohort
    (DECLARED). One query, or none of a board that came `with_ties`."""
    if by.pk is None:
        return set()
    if board.__dict__.pop("ties_of", None) == by.pk:
        return {name for name in TIES if getattr(board, f"is_{name}")}
    (found,) = _tied(board=board.pk, cohort=board.cohort_id, person=by.pk)
    return {name for name, is_so in zip(TIES, found, strict=True) if is_so}


def _ties_to(board, cohort, person):
    """Of a board: its key and its cohort's, or references of a query."""
    declared = DeclaredInterest.objects.filter(marker_id=person, lifted_at=None)
    return {
        LEARNING: Exists(Enrolment.objects.filter(cohort_id=cohort, person_id=person)),
        MARKING: ExpressionWrapper(_has_scripts(cohort, person), BooleanField()),
        EXAMINING: Exists(ExaminerReport.objects.filter(board_id=board, examiner_id=person)),
        DECLARED: Exists(declared.filter(cohort_id=cohort)),
    }


def _has_scripts(cohort, person) -> Q:
    """Was a script of a cohort given to somebody, to mark or to moderate? Keys, or references of a query."""
    scripts = {"submission__enrolment__cohort_id": cohort}
    marks = Allocation.objects.filter(marker_id=person, **scripts)
    moderates = ModerationScript.objects.filter(moderator_id=person, **scripts)
    return Q(Exists(marks)) | Q(Exists(moderates))


def with_ties(boards, person):
    """Boards with what ties somebody (a key) to each. Who reads one sets `ties_of` to that key: it answers the first question of a page, and
    an action after it asks the database again."""
    ties = _ties_to(OuterRef("pk"), OuterRef("cohort_id"), person)
    return boards.annotate(**{f"is_{name}": tie for name, tie in ties.items()})


_tied = CompiledQuery(
    lambda *, board, cohort, person: Board.objects.filter(pk=board).values_list(
        *_ties_to(board, cohort, person).values()
    )
)


def may_release(by) -> May:
    """A registrar; marks of their own work are released by another one. And who leads a module: of which pieces, `may_release_in` says."""
    office = may_act_as(by, Role.REGISTRAR)
    return YES if office or led_today(by).exists() else office


def may_release_in(by, module, rule) -> May:
    """The programme office always; the leader of the module where the release rule of the piece says so. Never a leader who studies in the programme."""
    office = may_act_as(by, Role.REGISTRAR)
    if office or not led_today(by).filter(module=module).exists():
        return office
    if rule.by != BY_LEADER:
        return no(_("The programme office releases the marks of this work."))
    return may_set(by, module)


def may_release_some(by, cohort) -> May:
    """A registrar who neither marks nor studies there: who of the list is new would say whose script was agreed just now."""
    if by.pk is not None:
        marks = Allocation.objects.filter(
            marker_id=by.pk, submission__enrolment__cohort_id=cohort.pk
        )
        learns = Enrolment.objects.filter(cohort_id=cohort.pk, person_id=by.pk)
        if marks.exists() or learns.exists():
            return no(_("You mark or study in this cohort, so you release all its marks or none."))
    return may_act_as(by, Role.REGISTRAR)
