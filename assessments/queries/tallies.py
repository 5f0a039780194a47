"""A board's counts and pages asked of the database, in the words of `boards.readiness` and `results.sample`, which judge one case at a time."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import reduce
from operator import and_, or_

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Case, CharField, Count, Exists, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Cast, Coalesce, Round, RowNumber
from django.db.models.lookups import GreaterThanOrEqual

from cohorts.models import Enrolment
from cohorts.states import STUDYING, EnrolmentState
from lms.kit.lists import A_PAGE

from ..models import Assessment, BoardDecision, MarkLine, QuizAttempt, Submission
from ..states import AttemptState, BoardState, SubmissionState
from .work import STANDING

MARKED = (SubmissionState.AGREED, SubmissionState.RATIFIED)
PROVISIONAL, MARKING, DECIDED = "marked", "marking", "decided"  # the sections of scripts, as addresses name them
SECTIONS = {PROVISIONAL: ("Marked, provisional", 6), MARKING: ("Being marked", 4), DECIDED: ("Decided", 5)}  # heading, columns


def enrolments_before(board):
    """Those whom a board is about, by student reference."""
    return Enrolment.objects.filter(cohort_id=board.cohort_id).exclude(state=EnrolmentState.LEFT).order_by("student_reference")


def newest_decision(enrolment, module, value):
    """A value of what a board decided last on a module of an enrolment, or NULL."""
    rows = BoardDecision.objects.filter(enrolment=enrolment, module=module).order_by("-decided_at", "-pk")
    return Subquery(rows.values(value)[:1])


def lacking(enrolment, module, looked_at):
    """Work of a module that has no mark, or, where the examiner looked at a moment, had none then. `enrolment` and `module` are
    references as seen from a query on Assessment."""
    papers = Submission.objects.filter(assessment=OuterRef("pk"), enrolment=enrolment, state__in=MARKED)
    quizzes = QuizAttempt.objects.filter(assessment=OuterRef("pk"), enrolment=enrolment).exclude(state=AttemptState.OPEN)
    if looked_at:
        papers = papers.exclude(Exists(MarkLine.objects.filter(submission=OuterRef("pk"), stage="agreed", at__gt=looked_at)))
        quizzes = quizzes.filter(handed_in_at__lte=looked_at)
    return Assessment.objects.filter(module=module).exclude(Exists(papers)).exclude(Exists(quizzes))


@dataclass(frozen=True)
class Tally:
    """What a board can decide now: `ready`, `decided` and `waiting` are modules of a person; `people` have one that is ready, and `awards`
    of them would receive the award. `open` and `settled` are students as the list shows them, of those looked for; `scripts` how many are in each of SECTIONS."""

    ready: int
    decided: int
    waiting: int
    people: int
    awards: int
    open: int
    settled: int
    scripts: dict[str, int]


def tally_of(board, modules, *, wanted="") -> Tally:
    """One query. `modules` with their assessments."""
    rows, keys = enrolments_before(board).order_by(), [m.pk for m in modules]
    found = {}
    for module in modules:
        found[f"passed_{module.pk}"] = newest_decision(OuterRef("pk"), module.pk, "is_pass")
        is_ready = Q(state__in=STUDYING) & ~Exists(lacking(OuterRef(OuterRef("pk")), module.pk, board.sample_confirmed_at))
        can_be = bool(module.assessments.all() and board.sample_confirmed_at)
        found[f"whole_{module.pk}"] = Case(When(is_ready, then=True), default=False) if can_be else Value(False)
        found[f"passes_{module.pk}"] = _passes(module) if can_be else Value(False)
    if not keys:
        return Tally(0, 0, 0, 0, 0, 0, 0, dict.fromkeys(SECTIONS, 0))
    for section in SECTIONS:  # asked once each, and not for each person
        counted = written_work(board, wanted).filter(part=section).order_by().values("enrolment__cohort_id").annotate(n=Count("pk")).values("n")
        found[f"scripts_{section}"] = Subquery(counted)
    # A subquery of its own, so that each condition is asked once for each person.
    rows = rows.annotate(is_wanted=_is_wanted(wanted), **found).distinct()
    ready = {k: Q(**{f"passed_{k}__isnull": True, f"whole_{k}": True}) for k in keys}
    decided = {k: Q(**{f"passed_{k}__isnull": False}) for k in keys}
    passed = [Q(**{f"passed_{k}": True}) | ready[k] & Q(**{f"passes_{k}": True}) for k in keys]
    any_ready, all_decided, all_passed = reduce(or_, ready.values()), reduce(and_, decided.values()), reduce(and_, passed)
    counted = rows.aggregate(
        of=Count("pk"), people=Count("pk", filter=any_ready), awards=Count("pk", filter=any_ready & all_passed),
        open=Count("pk", filter=Q(is_wanted=True) & ~all_decided), settled=Count("pk", filter=Q(is_wanted=True) & all_decided),
        **{f"in_{section}": Max(f"scripts_{section}") for section in SECTIONS}, **{f"ready_{k}": Count("pk", filter=ready[k]) for k in keys}, **{f"decided_{k}": Count("pk", filter=decided[k]) for k in keys},
    )
    are_ready, are_decided = (sum(counted[f"{word}_{k}"] for k in keys) for word in ("ready", "decided"))
    return Tally(
        are_ready, are_decided, counted["of"] * len(keys) - are_ready - are_decided,
        *(counted[word] for word in ("people", "awards", "open", "settled")), {section: counted[f"in_{section}"] or 0 for section in SECTIONS},
    )


def _is_wanted(wanted):
    return Case(When(student_reference__icontains=wanted, then=True), default=False) if wanted else Value(True)


def _passes(module):
    """Would the module's mark pass? In whole hundredths, as `results.module_mark` rounds: halves up, and never in the computer's fractions."""
    weights = sum(a.weight for a in module.assessments.all())
    total = Value(0)
    for assessment in module.assessments.all():
        if assessment.is_quiz:
            marks = QuizAttempt.objects.filter(assessment=assessment.pk, enrolment=OuterRef("pk"))
        else:
            marks = MarkLine.objects.filter(submission__assessment=assessment.pk, submission__enrolment=OuterRef("pk"), stage__in=STANDING).order_by("-number")
        hundredths = Cast(Round(F("mark") * 100), IntegerField())
        total = total + Value(assessment.weight) * Coalesce(Subquery(marks.annotate(hundredths=hundredths).values("hundredths")[:1]), 0)
    least = int((settings.IMSA_PASS_MARK * Decimal(100)).to_integral_value(ROUND_CEILING))
    return Case(When(GreaterThanOrEqual(total * 2, Value(weights * (2 * least - 1))), then=True), default=False)


# ---- pages of a list in several parts, each with pages of its own ----

def pages_of(rows, part, order, counts, wanted, length=A_PAGE) -> dict:
    """{part: page} of rows that lie in parts: `part` names the annotation, `counts` says how many rows each part has, `wanted` which page
    of each. One query for all of them; none where there is no row."""
    pages, found = {}, Q(pk__in=[])
    for name, count in counts.items():
        page = pages[name] = Paginator(range(count), length).get_page(wanted.get(name))
        begin, page.object_list = (page.number - 1) * length, []
        if count:
            found |= Q(**{part: name}, row_number__gt=begin, row_number__lte=begin + length)
    if any(counts.values()):
        rows = rows.annotate(row_number=Window(RowNumber(), partition_by=[F(part)], order_by=order))
        for row in rows.filter(found).order_by(*order):
            pages[getattr(row, part)].object_list.append(row)
    return pages


def students_of(board, modules, tally, pages, *, wanted="") -> dict:
    """{"open": page, "settled": page} of enrolments by student reference; settled is who has every module decided."""
    rows = enrolments_before(board).select_related("person", "plan", "cohort__programme")
    rows = rows.filter(student_reference__icontains=wanted) if wanted else rows
    decided = (BoardDecision.objects.filter(enrolment=OuterRef("pk"), module=m.pk) for m in modules)
    all_decided = reduce(and_, (Q(Exists(rows)) for rows in decided), ~Q(pk__in=[]))
    rows = rows.annotate(part=Case(When(all_decided, then=Value("settled")), default=Value("open"), output_field=CharField()))
    return pages_of(rows, "part", ["student_reference"], {"open": tally.open, "settled": tally.settled}, pages)


def written_work(board, wanted=""):
    """The written work that is in, of a board's people, each with its `part`: one of SECTIONS. Of those with `wanted` in their number."""
    rows = Submission.objects.filter(enrolment__cohort_id=board.cohort_id, assessment__module__programme_id=board.cohort.programme_id)
    rows = rows.filter(script__icontains=wanted) if wanted else rows
    return rows.exclude(enrolment__state=EnrolmentState.LEFT).exclude(state=SubmissionState.DRAFT).annotate(part=Case(
        When(state=SubmissionState.AGREED, then=Value(PROVISIONAL)), When(state=SubmissionState.RATIFIED, then=Value(DECIDED)),
        default=Value(MARKING), output_field=CharField(),
    ))


def scripts_of(board, tally, pages, *, wanted="") -> dict:
    """{section: page} of the written work that is in, by assessment and number, without the lines of its marks. One query."""
    rows = written_work(board, wanted).select_related("assessment__module")
    return pages_of(rows, "part", ["assessment__code", "script"], tally.scripts, pages)


# ---- the examiner's sample ----

ASKED, LEFT, EARLIER, UNSETTLED = "asked", "left", "earlier", "unsettled"


def papers_before(board):
    """The written work of a board's cohort that is in, each with `mark` and its `part`: asked about, left to a later board, decided earlier, or
    not marked yet (`marks.sample_of` has the meaning), and whether it `had_third`. What a later board decided has the part “”."""
    enrolment, module = OuterRef("enrolment_id"), OuterRef("assessment__module_id")
    is_open = board.state == BoardState.CALLED
    whole = ~Exists(lacking(OuterRef(OuterRef("enrolment_id")), module, board.sample_confirmed_at))
    before = Q(decided_at__lt=board.ratified_at) if board.ratified_at else Q()
    marks = MarkLine.objects.filter(submission=OuterRef("pk"), stage__in=STANDING).order_by("-number")
    rows = Submission.objects.filter(enrolment__cohort_id=board.cohort_id, assessment__module__programme_id=board.cohort.programme_id)
    rows = rows.exclude(enrolment__state=EnrolmentState.LEFT).exclude(state=SubmissionState.DRAFT)
    return rows.annotate(
        decided_by=newest_decision(enrolment, module, "board_id"), decided_at=newest_decision(enrolment, module, "decided_at"),
        mark=Subquery(marks.values("mark")[:1]), had_third=Exists(MarkLine.objects.filter(submission=OuterRef("pk"), stage="third")),
    ).annotate(part=Case(
        When(~Q(state__in=MARKED), then=Value(UNSETTLED)),
        When(decided_by=board.pk, then=Value(ASKED)),
        When(Q(decided_by__isnull=False) & before, then=Value(EARLIER)),
        When(decided_by__isnull=False, then=Value("")),
        *([When(Q(enrolment__state__in=STUDYING) & whole, then=Value(ASKED))] if is_open else []),
        default=Value(LEFT), output_field=CharField(),
    ))
