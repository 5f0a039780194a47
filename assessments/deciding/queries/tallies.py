"""A board's counts and pages asked of the database, in the words of `boards.readiness` and `module_results.sample`, which judge one case at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Round
from django.db.models.lookups import GreaterThanOrEqual

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import OVER, STUDYING, EnrolmentState
from lms.kit.lists import A_PAGE
from lms.kit.prepared_statements import CompiledQuery

from ...attempts.chain import SETTLED, STANDING
from ...attempts.models import Attempt, MarkLine
from ...attempts.queries import prior_credit, standing_lines
from ...marking.conflicts import reference_key
from ...marking.queries import waiting_corrections
from ...setting.judging import attempt_rule
from ...setting.models import Assessment
from ...taking.models import Submission
from ...taking.states import WITH_MARKERS, SubmissionState
from .. import module_results
from ..models import BoardDecision, Hold
from ..states import LEAVES_OPEN, BoardState

MARKED = (SubmissionState.AGREED, SubmissionState.RATIFIED)
SELDOM = 10  # what is looked at seldom is kept short: two or three lists stand on one page
LENGTHS = {"open": A_PAGE, "settled": SELDOM}


def enrolments_before(cohort):
    """Those whom a board of this cohort (its key) is about, by student reference."""
    return (
        Enrolment.objects.filter(cohort_id=cohort)
        .exclude(state=EnrolmentState.LEFT)
        .order_by("student_reference")
    )


def newest_decision(enrolment, module, value):
    """A value of what a board decided last on a module of an enrolment, or NULL."""
    rows = BoardDecision.objects.filter(enrolment=enrolment, module=module).order_by(
        "-decided_at", "-pk"
    )
    return Subquery(rows.values(value)[:1])


def newest_settled(enrolment, module):
    """Did a board's last decision on a module pass it? NULL where there is none, or where it gave another attempt."""
    rows = BoardDecision.objects.filter(enrolment=enrolment, module=module).order_by(
        "-decided_at", "-pk"
    )
    settled = Case(When(outcome__in=LEAVES_OPEN, then=None), default=F("is_pass"))
    return Subquery(rows.annotate(settled=settled).values("settled")[:1])


def lacking(enrolment, module, looked_at):
    """Work of a module that has no mark, or, where the examiner looked at a moment, had none then. `enrolment` and `module` are
    references as seen from a query on Assessment."""
    marked = MarkLine.objects.filter(
        attempt__assessment=OuterRef("pk"),
        attempt__enrolment=enrolment,
        attempt__is_current=True,
        stage__in=SETTLED,
    ).exclude(attempt__submission__state__in=WITH_MARKERS)  # a correction called a third marker
    waiting = waiting_corrections().values("allocation__submission__attempt")
    marked = marked.exclude(attempt__in=waiting)
    if looked_at:
        later = MarkLine.objects.filter(
            attempt=OuterRef("attempt"), stage__in=SETTLED, at__gt=looked_at
        )
        marked = marked.filter(at__lte=looked_at).exclude(Exists(later))
    return Assessment.objects.filter(module=module).exclude(Exists(marked))


@dataclass(frozen=True)
class Tally:
    """What a board can decide now: `ready`, `decided` and `waiting` are modules of a person; `people` have one that is ready, and `awards`
    of them would receive the award. `open` and `settled` are students as the list shows them, of those looked for, in the order
    of their references."""

    ready: int
    decided: int
    waiting: int
    people: int
    awards: int
    open: int
    settled: int
    keys: dict[str, list["Student"]] = field(
        default_factory=lambda: {"open": [], "settled": []}, compare=False
    )


def tally_of(board, modules, *, wanted="", recusals=()) -> Tally:
    """One query, a line a person. `modules` with their assessments; `recusals`: on whom nobody can decide now, by the key of the reference."""
    ready = decided = people = awards = count = 0
    keys = {"open": [], "settled": []}
    for line in verdicts_of(board, modules, wanted=wanted, recusals=recusals):
        count += 1
        ready_here, decided_here = line.ready, line.decided
        ready += ready_here
        decided += decided_here
        people += bool(ready_here)
        awards += line.is_award
        if line.is_wanted:
            keys["settled" if decided_here == len(modules) else "open"].append(line.student)
    waiting = count * len(modules) - ready - decided
    return Tally(
        ready,
        decided,
        waiting,
        people,
        awards,
        len(keys["open"]),
        len(keys["settled"]),
        keys,
    )


class Student(NamedTuple):
    """An enrolment as far as a board's page shows it."""

    key: int
    reference: str
    state: str


class Verdicts(NamedTuple):
    """One person before a board: how many of their modules were decided, and are ready; of the ready ones, how many would pass, and where it
    was asked, how many would give another attempt."""

    student: Student
    is_wanted: bool
    decided: int
    ready: int
    passes: int
    repeats: int
    waiting: int
    is_award: bool


def verdicts_of(
    board, modules, *, wanted="", is_seen=False, with_repeats=False, recusals=()
) -> Iterator[Verdicts]:
    """Of each person of a board, by student reference. `is_seen`: as if the examiner had looked just now. One query."""
    if not modules:
        return
    was_seen = is_seen or bool(board.sample_confirmed_at)
    rules = board.judging.rules
    shapes = tuple(_ModuleShape.of(module, rules, was_seen, with_repeats) for module in modules)
    lines = _lines(
        shapes,
        _Bar.of(rules),
        cohort=board.cohort_id,
        **values_there(
            looked_at=not is_seen
            and any(shape.can_be_ready for shape in shapes)
            and board.sample_confirmed_at,
            wanted=wanted,
        ),
    )
    for key, reference, state, is_wanted, *verdicts in lines:
        is_left_out = bool(recusals) and reference_key(reference) in recusals
        ready = decided = passes_now = repeats = 0
        passes_all = True
        for passed, is_whole, passes, may_repeat in zip(
            *[iter(verdicts)] * 4, strict=True
        ):  # a module has four
            if passed is not None:
                decided += 1
                passes_all = passes_all and passed
            elif not is_whole or is_left_out:
                passes_all = False
            else:
                ready += 1
                passes_now += bool(passes)
                repeats += bool(may_repeat and not passes)
                passes_all = passes_all and passes
        waiting = len(shapes) - ready - decided
        is_award = bool(ready and passes_all)
        student = Student(key, reference, state)
        yield Verdicts(student, is_wanted, decided, ready, passes_now, repeats, waiting, is_award)


def values_there(**values) -> dict:
    """Those that are there: a compiled query has another shape without them."""
    return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class _ModuleShape:
    """What the words of a board's question depend on in a module."""

    module: int
    can_be_ready: bool
    may_repeat: bool
    work: tuple[
        tuple[int, int, int, int], ...
    ]  # assessment, weight, its least mark in hundredths, how many attempts it has

    @classmethod
    def of(cls, module, rules, was_looked_at, with_repeats):
        can_be_ready = bool(module.pieces) and was_looked_at
        work = tuple(
            (a.pk, a.weight, _least_of(a, rules), attempt_rule(rules, a).limit)
            for a in module.pieces
        )
        may_repeat = with_repeats and any(limit > 1 for *_piece, limit in work)
        return cls(module.pk, can_be_ready, may_repeat and can_be_ready, work)


def _least_of(piece, rules) -> int:
    least = module_results.least_of_piece(
        rules.pass_mark, piece.minimum, piece.must_pass, rules.component_minimum
    )
    return module_results.least_pass(least)


def _lines_of(shapes, bar, *, cohort, looked_at=None, wanted=""):
    """Of each person before a board: the key, reference and state, whether they are looked for, and of each module whether they passed it, its work is
    whole, its mark would pass, and another attempt would be allowed."""
    found = {}
    for shape in shapes:
        found[f"passed_{shape.module}"] = Case(
            When(prior_credit(OuterRef("pk"), shape.module), then=True),
            default=newest_settled(OuterRef("pk"), shape.module),
        )
        holds = Hold.objects.filter(enrolment=OuterRef("pk"), lifted_at=None)
        is_ready = ~Exists(lacking(OuterRef(OuterRef("pk")), shape.module, looked_at)) & ~Exists(
            holds.filter(Q(module=shape.module) | Q(module=None))
        )
        passes = _passes(shape.work, bar.least) if shape.can_be_ready else Value(False)
        # Of who is on leave only what is passed is decided: another attempt would fall due meanwhile.
        found[f"whole_{shape.module}"] = (
            Case(
                When(Q(state__in=STUDYING) & is_ready, then=True),
                When(Q(state=EnrolmentState.INTERRUPTED) & is_ready, then=passes),
                default=False,
            )
            if shape.can_be_ready
            else Value(False)
        )
        found[f"passes_{shape.module}"] = passes
        found[f"repeats_{shape.module}"] = (
            _may_repeat(shape.work, bar) if shape.may_repeat else Value(False)
        )
    is_wanted = (
        Case(When(student_reference__icontains=wanted, then=True), default=False)
        if wanted
        else Value(True)
    )
    return (
        enrolments_before(cohort)
        .annotate(is_wanted=is_wanted, **found)
        .values_list("pk", "student_reference", "state", "is_wanted", *found)
    )


_lines = CompiledQuery(_lines_of)


@dataclass(frozen=True)
class _Bar:
    """What the words of a board's question depend on in the rules."""

    least: int  # of a module, in hundredths
    pass_mark: Decimal  # of a piece

    @classmethod
    def of(cls, rules):
        least = module_results.least_pass(rules.pass_mark, rules.rounding)
        return cls(least, Decimal(rules.pass_mark))


def _passes(work, least):
    """Would the module's mark pass? In whole hundredths, as `module_results.module_mark` rounds: halves up, and never in the computer's fractions."""
    total, is_enough = Value(0), Q()
    for assessment, weight, least_of_it, _limit in work:
        marks = standing_lines(assessment, OuterRef("pk"))
        hundredths = Cast(Round(F("mark") * 100), IntegerField())
        found = Coalesce(
            Subquery(marks.annotate(hundredths=hundredths).values("hundredths")[:1]), 0
        )
        total = total + Value(weight) * found
        if least_of_it:
            is_enough &= Q(GreaterThanOrEqual(found, Value(least_of_it)))
    weights = sum(weight for _assessment, weight, *_others in work)
    passes = Q(GreaterThanOrEqual(total * 2, Value(weights * (2 * least - 1))))
    return Case(When(passes & is_enough, then=True), default=False)


def _may_repeat(work, bar):
    """May every piece below the pass mark, or its own least, be done once more? As `boards.Case` judges it: a first attempt, or a deferred one without a cap,
    counts as one, and each after a fail as one more."""
    below, is_spent = Q(), Q()
    is_later = Q(attempt__kind=Attempt.RESIT) | Q(attempt__cap__isnull=False)
    for assessment, _weight, least, limit in work:
        bound = max(bar.pass_mark, Decimal(least) / 100)
        below |= Q(attempt__assessment=assessment, mark__lt=bound)
        of_piece = Q(attempt__assessment=assessment)
        is_spent |= of_piece if limit == 1 else of_piece & is_later & Q(resits__gte=limit - 1)
    lines = MarkLine.objects.filter(
        below, attempt__is_current=True, attempt__enrolment=OuterRef("pk"), stage__in=STANDING
    )
    later = MarkLine.objects.filter(
        attempt=OuterRef("attempt"), stage__in=STANDING, number__gt=OuterRef("number")
    )
    resits = Attempt.objects.filter(
        enrolment=OuterRef("attempt__enrolment"),
        assessment=OuterRef("attempt__assessment"),
        kind=Attempt.RESIT,
    )
    counted = resits.order_by().values("enrolment").annotate(n=Count("pk")).values("n")
    spent = lines.annotate(resits=Coalesce(Subquery(counted), 0)).filter(is_spent)
    return ~Exists(spent.exclude(Exists(later)))


# ---- pages of a board's lists ----


def students_of(tally, pages) -> dict:
    """{"open": page, "settled": page} of enrolments by student reference; settled is who has every module decided. No query."""
    found = {
        name: Paginator(keys, LENGTHS[name]).get_page(pages.get(name))
        for name, keys in tally.keys.items()
    }
    for page in found.values():
        page.object_list = [*shown_on(page)]
    return found


def shown_on(students):
    """The enrolments of these students, as far as a board's page shows them."""
    names = ("id", "student_reference", "state")
    return [Enrolment.from_db("default", names, student) for student in students]


# ---- the examiner's sample ----

ASKED, LEFT, EARLIER, UNSETTLED = "asked", "left", "earlier", "unsettled"


def papers_before(board) -> list[tuple]:
    """(key, assessment, number, part, mark, its third mark, the board that decided) of the written work of a board's cohort that is in, by
    assessment and number. Its part: asked about, left to a later board, decided earlier, or not marked yet (`sample.sample_of` has the
    meaning). What a later board decided has the part “”. One query."""
    is_open = board.state == BoardState.CALLED
    return _papers(
        is_open,
        cohort=board.cohort_id,
        programme=board.cohort.programme_id,
        board=board.pk,
        **values_there(
            looked_at=is_open and board.sample_confirmed_at,
            ratified_at=board.ratified_at,
        ),
    )


def _papers_of(is_open, *, cohort, programme, board, looked_at=None, ratified_at=None):
    enrolment, module = OuterRef("enrolment_id"), OuterRef("assessment__module_id")
    whole = ~Exists(lacking(OuterRef(OuterRef("enrolment_id")), module, looked_at))
    is_decided = Q(state=SubmissionState.RATIFIED)
    before = Q(decided_at__lt=ratified_at) if ratified_at else Q()
    lines = MarkLine.objects.filter(attempt=OuterRef("attempt_id"))
    rows = Submission.objects.filter(
        enrolment__cohort_id=cohort, assessment__module__programme_id=programme
    )
    rows = rows.exclude(enrolment__state=EnrolmentState.LEFT).exclude(state=SubmissionState.DRAFT)

    def of_decided(value):
        return Case(When(is_decided, then=newest_decision(enrolment, module, value)))

    return (
        rows.annotate(
            decided_by=of_decided("board_id"),
            **({"decided_at": of_decided("decided_at")} if ratified_at else {}),
            mark=Subquery(lines.filter(stage__in=STANDING).order_by("-number").values("mark")[:1]),
            # Not Exists: PostgreSQL would look at every third mark there is.
            third_mark=Subquery(lines.filter(stage="third").order_by("number").values("pk")[:1]),
        )
        .annotate(
            part=Case(
                When(~Q(state__in=MARKED), then=Value(UNSETTLED)),
                When(decided_by=board, then=Value(ASKED)),
                When(is_decided & before, then=Value(EARLIER)),
                When(is_decided, then=Value("")),
                *(
                    [When(~Q(enrolment__state__in=OVER) & whole, then=Value(ASKED))]
                    if is_open
                    else []
                ),
                default=Value(LEFT),
                output_field=CharField(),
            )
        )
        .order_by("assessment__code", "script")
        .values_list("pk", "assessment_id", "script", "part", "mark", "third_mark", "decided_by")
    )


_papers = CompiledQuery(_papers_of)
