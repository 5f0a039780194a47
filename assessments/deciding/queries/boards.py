"""What a board can decide, what it cannot yet and why, and what boards have decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import STUDYING, EnrolmentState
from courses.models import Module
from lms.kit.prepared_statements import CompiledQuery

from ...attempts import chain
from ...attempts.models import Attempt, MarkLine, PriorCredit
from ...marking.conflicts import reference_key
from ...marking.queries import corrections_of
from ...setting import judging
from ...setting.models import Assessment
from ...setting.queries import of_cohort
from ...taking.models import QuizAttempt, Submission
from ...taking.states import WITH_MARKERS, SubmissionState
from .. import module_results
from ..models import Award, BoardDecision, ExaminerReport, Hold
from ..states import Outcome
from .tallies import enrolments_before

NOBODY: Mapping[str, str] = MappingProxyType({})
UNSEEN = gettext_noop("The external examiner has not confirmed the sample yet")
CREDITED = gettext_noop("Credited for prior learning (RPL), without a mark")
AWAY = gettext_noop("On leave of absence and not passed; decided after they return")


@dataclass
class Part:
    """One assessment of a module for one trainee."""

    assessment: Assessment
    attempt: Attempt | None = None
    mark: Decimal | None = None
    marked_at: datetime | None = None
    why_not: str = ""
    least: Decimal | int = 0  # below it the module is not passed, whatever the others are

    @property
    def is_short(self) -> bool:
        return self.mark is not None and self.mark < self.least

    @property
    def submission(self) -> Submission | None:
        return getattr(self.attempt, "submission", None)

    @property
    def quiz(self) -> QuizAttempt | None:
        return getattr(self.attempt, "quiz", None)


@dataclass
class Case:
    """One trainee's module before a board: decided already, ready, or waiting with its reason."""

    enrolment: Enrolment
    module: Module
    rules: judging.Rules
    parts: list[Part] = field(default_factory=list)
    last: BoardDecision | None = None
    why_not: str = ""
    is_held_back: bool = False
    credit: PriorCredit | None = None  # it counts by what was learned before

    @property
    def decision(self) -> BoardDecision | None:
        """What was decided last, unless that gave another attempt: then the module is to be decided again."""
        return None if self.last is None or self.last.leaves_open else self.last

    @property
    def own_reason(self):
        """Why it waits, unless the whole board waits."""
        return "" if self.why_not == _(UNSEEN) else self.why_not

    @property
    def public_reason(self):
        """Why it waits, without what a result is held back for: minutes are read for years, also by whoever marks here."""
        return _("Held back") if self.is_held_back else self.why_not

    def marked_after(self, moment) -> bool:
        """Did a mark of it come after the external examiner had looked?"""
        return any(part.marked_at > moment for part in self.parts if part.marked_at)

    @property
    def is_ready(self):
        return not self.decision and not self.why_not

    @property
    def would_pass(self) -> bool:
        """Is it passed, or would it be with this board?"""
        if self.credit:
            return True
        if self.decision:
            return self.decision.is_pass
        return self.is_ready and self.outcome == Outcome.PASS

    @property
    def mark(self):
        if self.decision:
            return self.decision.mark
        if self.credit:
            return None
        if any(part.mark is None for part in self.parts) or not self.parts:
            return None
        return module_results.module_mark(
            ((part.assessment.weight, part.mark) for part in self.parts), self.rules.rounding
        )

    @property
    def outcome(self) -> str:
        """What a board would decide now: passed, not passed, or another attempt where each failed piece may have one."""
        failed = self.to_repeat
        may_repeat = bool(failed) and all(self._may_repeat(part) for part in failed)
        return module_results.outcome(
            self.mark, self.rules.pass_mark, may_repeat, is_short=bool(self.short)
        )

    @property
    def short(self) -> list[Part]:
        """The pieces that keep a module from being passed, whatever its mark is."""
        return [part for part in self.parts if part.is_short]

    @property
    def to_repeat(self) -> list[Part]:
        return module_results.to_repeat(self.parts, self.rules.pass_mark)

    def _may_repeat(self, part):
        """A deferred attempt without a cap counts as the first, also one that a chair gave."""
        attempt, limit = part.attempt, judging.attempt_rule(self.rules, part.assessment).limit
        is_first = attempt.kind != Attempt.RESIT and attempt.cap is None
        return (0 if is_first else attempt.resits) + 1 < limit


def readiness(board, recusals: Mapping[str, str] = NOBODY) -> list[Case]:
    """Every trainee's every module in the board's cohort, with whether this board can decide it.

    A board decides what had a mark when the external examiner confirmed the sample; what was
    marked later waits for the next one. `recusals`: why nobody can decide on a person now, by the key of their reference (`interests.recusals_of`). Ten queries,
    whatever the size of the cohort.
    """
    people = enrolments_before(board.cohort_id).select_related(
        "person", "plan", "cohort__programme"
    )
    cohort = Q(enrolment__cohort_id=board.cohort_id)
    attempts = _with_results(_attempts_of(cohort))
    holds = Hold.objects.filter(cohort, lifted_at=None)
    credits = PriorCredit.objects.that_count().filter(cohort)
    found = _cases(
        board, people, modules_of(board), attempts, _decisions_of(cohort), holds, credits
    )
    return _leave_out(found, recusals)


def cases_of_leaver(board, enrolment) -> list[Case]:
    """The modules of somebody who left, whom boards are no longer about, as `readiness` has others'. What is ready can be decided by chair's action
    (`actions.leavers`)."""
    whose = Q(enrolment=enrolment)
    attempts, holds = _with_results(_attempts_of(whose)), Hold.objects.filter(whose, lifted_at=None)
    credits = PriorCredit.objects.that_count().filter(whose)
    found = _cases(
        board, [enrolment], modules_of(board), attempts, _decisions_of(whose), holds, credits
    )
    for case in found:
        if not case.decision and not case.is_held_back and not case.credit:
            case.why_not = "; ".join(filter(None, [_lacks(case), *_hopeless(case)]))
    return found


def _hopeless(case):
    """Of work of somebody who left, which has left every queue: how it could still get its mark."""
    states = {part.submission.state for part in case.parts if part.why_not and part.submission}
    if states & (WITH_MARKERS - {SubmissionState.MODERATION} | {SubmissionState.SUBMITTED}):
        yield _("no one goes on marking it, unless their leaving is undone")
    if SubmissionState.MODERATION in states:
        yield _(
            "it waits for the moderation of this assessment in the cohort, and where none comes, for their leaving to be undone"
        )


def _with_results(attempts) -> list[Attempt]:
    """Each with its `lines`, the `mark` that is its result and when it was settled (`settled_at`)."""
    found = list(attempts.prefetch_related("lines"))
    for attempt in found:
        lines = attempt.lines.all()
        attempt.settled_at = next((x.at for x in reversed(lines) if x.stage in chain.SETTLED), None)
        attempt.mark = chain.standing(lines)
    return found


def modules_of(board) -> list[Module]:
    """The modules of a board's programme, each with its `pieces`: its assessments as the board's cohort sits them. Two queries."""
    return modules_for(board.cohort)


def modules_for(cohort) -> list[Module]:
    """The same for a cohort. Two queries."""
    modules, pieces = _modules(programme=cohort.programme_id), {}
    for piece in _pieces(cohort=cohort.pk, programme=cohort.programme_id):
        pieces.setdefault(piece.module_id, []).append(piece)
    for module in modules:
        module.pieces = pieces.get(module.pk, [])
    return modules


_modules = CompiledQuery(lambda *, programme: Module.objects.filter(programme_id=programme))
_pieces = CompiledQuery(
    lambda *, cohort, programme: of_cohort(
        cohort, "weight", "minimum", "must_pass", "attempt_limit", "attempt_cap"
    ).filter(module__programme_id=programme)
)


def cases_of(board, people, modules, recusals: Mapping[str, str] = NOBODY) -> list[Case]:
    """The same for some enrolments and modules, for a page: what is decided needs `readiness`. Four queries, however many."""
    if not people:
        return []
    keys = [enrolment.pk for enrolment in people]
    found = _cases(
        board,
        people,
        modules,
        _attempts(people=keys),
        _decisions(people=keys),
        _holds(people=keys),
        # A page's board says whether its cohort has any (`views.boards.board_or_404`).
        _credits(people=keys) if getattr(board, "has_credits", True) else [],
    )
    return _leave_out(found, recusals)


def award_in(cases) -> str | None:
    """With what class somebody would leave this board (`module_results.classify`), of the cases of all their modules; None where they would not have
    passed each, or nothing of theirs is decided now."""
    if (
        not cases
        or not any(case.is_ready for case in cases)
        or not all(case.would_pass for case in cases)
    ):
        return None
    marks = [
        (case.module.code, case.module.credits, case.mark) for case in cases if not case.credit
    ]
    return module_results.classify(marks, cases[0].rules).name


def _leave_out(cases, recusals):
    for case in cases if recusals else ():
        key = reference_key(case.enrolment.student_reference)
        if key in recusals and case.is_ready:
            case.why_not = recusals[key]
    return cases


def _attempts_of(whose):
    return (
        Attempt.objects.filter(whose, is_current=True)
        .select_related("submission", "quiz")
        .annotate(has_correction=Exists(corrections_of(OuterRef("pk"))), resits=_resits())
    )


def _decisions_of(whose):
    rows = with_appeals(BoardDecision.objects.filter(whose)).select_related("board")
    return rows.order_by("decided_at", "pk")


def _newest_line(stages, value):
    lines = MarkLine.objects.filter(attempt=OuterRef("pk"), stage__in=stages)
    return Subquery(lines.order_by("-number").values(value)[:1])


# Of what a page does not show nothing is read: texts of notes, answers of quizzes, the lines of a mark.
_attempts = CompiledQuery(
    lambda *, people: (
        _attempts_of(Q(enrolment__in=people))
        .only("enrolment_id", "assessment_id", "kind", "cap", "submission__state", "quiz__state")
        .annotate(
            settled_at=_newest_line(chain.SETTLED, "at"), mark=_newest_line(chain.STANDING, "mark")
        )
    )
)
_decisions = CompiledQuery(
    lambda *, people: _decisions_of(Q(enrolment__in=people)).only(
        *("enrolment_id", "module_id", "mark", "is_pass", "outcome", "number", "board__meets_on")
    )
)
_credits = CompiledQuery(
    lambda *, people: PriorCredit.objects.that_count().filter(enrolment__in=people)
)
_holds = CompiledQuery(lambda *, people: Hold.objects.filter(enrolment__in=people, lifted_at=None))


def _cases(board, people, modules, attempts, decisions, holds, credits) -> list[Case]:
    """`attempts` with the `mark` that is their result and when it was settled (`settled_at`), or None. `decisions`: oldest first."""
    attempts = {(a.enrolment_id, a.assessment_id): a for a in attempts}
    decided = {(one.enrolment_id, one.module_id): one for one in decisions}
    credited = {(one.enrolment_id, one.module_id): one for one in credits}
    held = {(hold.enrolment_id, hold.module_id): hold for hold in holds}
    cases, rules = [], board.judging.rules
    for enrolment in people:
        for module in modules:
            parts = [_part(p, attempts.get((enrolment.pk, p.pk)), rules) for p in module.pieces]
            newest = decided.get((enrolment.pk, module.pk))
            case = Case(enrolment, module, rules, parts, last=newest)
            hold = held.get((enrolment.pk, module.pk)) or held.get((enrolment.pk, None))
            case.credit = credited.get((enrolment.pk, module.pk))
            if case.credit:
                case.why_not = _(CREDITED)
            elif not case.decision:
                case.why_not, case.is_held_back = _why_not(case, board, hold), bool(hold)
            cases.append(case)
    return cases


def _resits():
    """How many attempts after a fail somebody has had at an assessment, as seen from one of them."""
    rows = Attempt.objects.filter(
        enrolment=OuterRef("enrolment"), assessment=OuterRef("assessment"), kind=Attempt.RESIT
    )
    counted = rows.order_by().values("enrolment").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def with_appeals(decisions):
    """Decisions with `is_appealed`: is an appeal against them open? Asked of the relation; the folder above has the appeals."""
    appealed = BoardDecision.objects.filter(
        pk=OuterRef("pk"), appeals__isnull=False, appeals__closed_at=None
    )
    return decisions.annotate(is_appealed=Exists(appealed))


def least_of(assessment, rules):
    """Of a piece as `modules_of` has it."""
    return module_results.least_of_piece(
        rules.pass_mark, assessment.minimum, assessment.must_pass, rules.component_minimum
    )


def _part(assessment, attempt, rules):
    part = Part(assessment, attempt=attempt, least=least_of(assessment, rules))
    is_marking = part.submission and part.submission.state in WITH_MARKERS
    if attempt and attempt.settled_at and not is_marking:
        part.mark, part.marked_at = attempt.mark, attempt.settled_at
        if attempt.has_correction:
            part.why_not = _("A correction of the mark of %(assessment_code)s waits") % {
                "assessment_code": assessment.code
            }
        return part
    paper = part.submission
    if paper is None or paper.state == SubmissionState.DRAFT:
        part.why_not = _("%(assessment_code)s has not been handed in") % {
            "assessment_code": assessment.code
        }
    else:
        words = {
            "submitted": _("%(assessment_code)s waits for markers"),
            "marking": _("%(assessment_code)s is with its markers"),
            "discussion": _("%(assessment_code)s is discussed by its two markers"),
            "moderation": _("%(assessment_code)s is being moderated"),
            "third": _("%(assessment_code)s is with a third marker"),
        }
        part.why_not = words[paper.state] % {"assessment_code": assessment.code}
    return part


def _why_not(case, board, hold):
    if hold:
        return _("Held back: %(kind)s") % {"kind": hold.get_kind_display()}
    is_away = case.enrolment.state == EnrolmentState.INTERRUPTED
    if case.enrolment.state not in STUDYING and not is_away:
        return case.enrolment.get_state_display()
    if lacks := _lacks(case):
        return lacks
    if not board.sample_confirmed_at:
        return _(UNSEEN)
    if case.marked_after(board.sample_confirmed_at):
        return _("Marked after the external examiner looked; the next board decides it")
    if is_away and case.outcome != Outcome.PASS:  # another attempt would fall due meanwhile
        return _(AWAY)
    return ""


def _lacks(case):
    """What of the module has no mark that can be decided on."""
    if not case.parts:
        return _("The module has no assessments yet")
    return "; ".join(part.why_not for part in case.parts if part.why_not)


def decision_on(enrolment, module) -> BoardDecision | None:
    """What settled a module of an enrolment, if a board has."""
    newest = (
        BoardDecision.objects.filter(enrolment=enrolment, module=module)
        .order_by("-decided_at", "-pk")
        .first()
    )
    return None if newest is None or newest.leaves_open else newest


def reports_of(board) -> list[ExaminerReport]:
    """What external examiners wrote to a board, newest first. One query."""
    return _reports(board=board.pk)


_reports = CompiledQuery(
    lambda *, board: ExaminerReport.objects.filter(board_id=board).select_related(
        "examiner", "request"
    )
)


def decided_results(board) -> list[BoardDecision]:
    """What this board decided, by student reference and module."""
    rows = board.decisions.select_related("enrolment", "module")
    return list(rows.order_by("enrolment__student_reference", "module__order", "pk"))


def award_of(enrolment) -> Award | None:
    """The University's award for this enrolment, if it was conferred."""
    return getattr(enrolment, "award", None)
