"""The results of a cohort as a file of marks has them: read as values, so that a thousand people with nine pieces each are a few statements."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, Max, OuterRef, Q

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit.prepared_statements import CompiledQuery

from ...attempts.chain import SETTLED, STANDING
from ...attempts.models import Attempt, MarkLine, PriorCredit
from ...marking.queries import waiting_corrections
from ...setting.queries import judging_of
from ...taking.models import Submission
from ...taking.states import WITH_MARKERS
from .. import export_formats as formats
from .. import exporting, module_results
from ..export_models import ExportProfile, ExportRun, ModuleCodes, PieceCodes
from ..exporting import Person, Piece, Reading, Result
from ..models import BoardDecision, Hold
from ..states import LEAVES_OPEN, Outcome
from .boards import modules_for

# ---- what is there ----


def profiles_now():
    """The newest version of each profile, by number. A QuerySet."""
    newest = ExportProfile.objects.values("number").annotate(last=Max("pk")).values("last")
    return ExportProfile.objects.filter(pk__in=newest).order_by("number")


def profile_now(number) -> ExportProfile | None:
    """The newest version of one profile."""
    return ExportProfile.objects.filter(number=number).order_by("-version").first()


def versions_of(number):
    """All versions of one profile, the newest first. A QuerySet."""
    return ExportProfile.objects.filter(number=number).order_by("-version")


def runs_of(number):
    """Files that were made with any version of a profile, the newest first. A QuerySet."""
    rows = ExportRun.objects.filter(profile__number=number).order_by("-exported_at", "-pk")
    return rows.select_related("profile", "cohort", "board", "exported_by")


def module_codes(modules: Iterable[int]) -> dict[int, ModuleCodes]:
    """The newest codes of some modules (keys). One query."""
    rows = ModuleCodes.objects.filter(module__in=list(modules)).order_by("number")
    return {row.module_id: row for row in rows}


def piece_codes(assessments: Iterable[int]) -> dict[int, PieceCodes]:
    """The newest codes of some pieces of work (keys). One query."""
    rows = PieceCodes.objects.filter(assessment__in=list(assessments)).order_by("number")
    return {row.assessment_id: row for row in rows}


# ---- the reading ----

NOT_YET = (formats.DEFERRED, formats.WAITING)  # and of somebody who left, never


def reading_of(form: formats.Format, cohort, board=None) -> Reading:
    """The results of a cohort, or of what one board decided in it, by student reference and in the order of modules and pieces. Actual marks are those that stand
    now; agreed ones are those of the newest decision, which a chair's action may be. Of people who left: what was decided. Twelve statements, however many people."""
    modules = modules_for(cohort)
    facts = _facts_of(cohort)
    rounding = judging_of(cohort.pk).rules.rounding
    pieces = _pieces_of(modules, is_whole=form.level == formats.MODULES)
    results: list[Result] = []
    elsewhere = 0
    for person in facts.people:
        for module in modules:
            own = pieces[module.pk]
            if not own:  # nothing is asked in this module yet
                continue
            if (person.key, module.pk) in facts.credits:
                if board:  # by which board is no matter of the file: it has no mark
                    elsewhere += len(own)
                else:
                    results += [
                        Result(person, piece, None, formats.CREDITED, 0, "", "") for piece in own
                    ]
                continue
            newest = facts.decisions.get((person.key, module.pk))
            weights = newest.weights if newest and form.basis == formats.AGREED else {}
            if weights and form.level == formats.PIECES:
                own = _as_decided(own, weights)
            if board and newest and newest.board != board.pk:
                if not newest.leaves_open:
                    elsewhere += len(own)
                    continue
                newest, own = None, pieces[module.pk]
            has_left = person.key in facts.leavers
            if has_left and newest is None:
                continue
            found = list(_marks(form, facts, person, module, newest))
            if form.level == formats.MODULES:
                found = [_as_module(found, form, module, newest, rounding)]
            outcome, day = (newest.word, newest.day) if newest else ("", "")
            results += [
                Result(person, piece, mark, status, attempt, outcome, day, history)
                for piece, (mark, status, attempt, history) in zip(own, found, strict=True)
                if not (has_left and status in NOT_YET)
            ]
    return Reading([piece for own in pieces.values() for piece in own], results, elsewhere)


def _pieces_of(modules: Sequence, *, is_whole) -> dict[int, list[Piece]]:
    """By module, as `modules_for` has them: its pieces, or itself where it `is_whole`. Two queries."""
    of_modules = module_codes([module.pk for module in modules])
    of_pieces = piece_codes([piece.pk for module in modules for piece in module.pieces])
    found = {}
    for module in modules:
        row = of_modules.get(module.pk)
        codes = {
            "mod_code": row.mod_code if row else "",
            "map": row.map_code if row else "",
            "occurrence": row.occurrence if row else "",
            "period": row.period if row else "",
        }
        if is_whole:
            whole = Piece(module.code, module.title, codes=codes)
            found[module.pk] = [whole] if module.pieces else []
            continue
        found[module.pk] = [
            Piece(
                module.code,
                module.title,
                piece.code,
                piece.title,
                piece.weight,
                codes
                | {
                    "mab": of_pieces[piece.pk].mab_sequence if piece.pk in of_pieces else "",
                    "mks": of_pieces[piece.pk].mks_code if piece.pk in of_pieces else "",
                },
            )
            for piece in module.pieces
        ]
    return found


def _as_decided(pieces: list[Piece], weights: dict[str, int]) -> list[Piece]:
    """The pieces that a decision was made of, with the weights of then; not what was added since."""
    return [
        piece
        if piece.weight == weights[piece.piece]
        else replace(piece, weight=weights[piece.piece])
        for piece in pieces
        if piece.piece in weights
    ]


class Decision(NamedTuple):
    """The newest decision on a module of a person. `components`: code, weight and mark of its pieces, as they were decided."""

    board: int
    mark: Decimal
    outcome: str
    is_pass: bool
    components: list
    day: str

    @property
    def leaves_open(self) -> bool:
        return self.outcome in LEAVES_OPEN

    @property
    def weights(self) -> dict[str, int]:
        """Of the pieces that it was made of, by code. Empty where they are to be decided again, and in decisions from before pieces were kept."""
        if self.outcome == Outcome.REOPENED:
            return {}
        return {part["code"]: part["weight"] for part in self.components}

    @property
    def word(self) -> str:
        return self.outcome or (Outcome.PASS if self.is_pass else Outcome.FAIL)


class History(NamedTuple):
    """An attempt with what counts of its lines, oldest first: (stage, mark)."""

    is_current: bool
    is_deferred: bool
    resits: int  # attempts after a fail up to this one
    is_unsettled: bool  # with its markers, or a correction waits
    lines: list[tuple[str, Decimal]]

    @property
    def is_ratified(self) -> bool:
        return any(stage == "ratified" for stage, _mark in self.lines)

    @property
    def is_settled(self) -> bool:
        return any(stage in SETTLED for stage, _mark in self.lines)


@dataclass
class _Facts:
    people: list[Person]
    leavers: set[int]
    decisions: dict[tuple[int, int], Decision]
    attempts: dict[tuple[int, int], list[History]]
    holds: set[tuple[int, int | None]]
    credits: set[tuple[int, int]]  # by prior learning


def _facts_of(cohort) -> _Facts:
    """Seven queries."""
    lines: dict[int, list] = {}
    for attempt, stage, mark in _lines(cohort=cohort.pk):
        lines.setdefault(attempt, []).append((stage, mark))
    unsettled = set(_unsettled(cohort=cohort.pk))
    attempts: dict[tuple[int, int], list[History]] = {}
    for key, enrolment, assessment, kind, is_current in _attempts(cohort=cohort.pk):
        there = attempts.setdefault((enrolment, assessment), [])
        resits = (there[-1].resits if there else 0) + (kind == Attempt.RESIT)
        is_deferred = kind == Attempt.DEFERRED
        there.append(History(is_current, is_deferred, resits, key in unsettled, lines.get(key, [])))
    decisions = {
        (enrolment, module): Decision(board, mark, outcome, is_pass, components, day.isoformat())
        for enrolment, module, board, mark, outcome, is_pass, components, day in _decisions(
            cohort=cohort.pk
        )
    }
    rows = _people(cohort=cohort.pk)
    leavers = {key for key, *_codes, state in rows if state == EnrolmentState.LEFT}
    people = [Person(*row) for *row, _state in rows]
    credits = PriorCredit.objects.that_count().filter(enrolment__cohort_id=cohort.pk)
    return _Facts(
        people,
        leavers,
        decisions,
        attempts,
        set(_holds(cohort=cohort.pk)),
        set(credits.values_list("enrolment_id", "module_id")),
    )


# Somebody who left keeps what a board decided before.
_people = CompiledQuery(
    lambda *, cohort: (
        Enrolment.objects.filter(
            ~Q(state=EnrolmentState.LEFT)
            | Exists(BoardDecision.objects.filter(enrolment=OuterRef("pk"))),
            cohort_id=cohort,
        )
        .order_by("student_reference")
        .values_list("pk", "student_reference", "spr_code", "exam_number", "state")
    )
)
_decisions = CompiledQuery(
    lambda *, cohort: (
        BoardDecision.objects.filter(enrolment__cohort_id=cohort)
        .order_by("decided_at", "pk")
        .values_list(
            *("enrolment_id", "module_id", "board_id", "mark", "outcome", "is_pass"),
            *("components", "board__meets_on"),
        )
    )
)
_attempts = CompiledQuery(
    lambda *, cohort: (
        Attempt.objects.filter(enrolment__cohort_id=cohort)
        .order_by("enrolment_id", "assessment_id", "number")
        .values_list("pk", "enrolment_id", "assessment_id", "kind", "is_current")
    )
)
_lines = CompiledQuery(
    lambda *, cohort: (
        MarkLine.objects.filter(attempt__enrolment__cohort_id=cohort, stage__in=STANDING)
        .order_by("attempt_id", "number")
        .values_list("attempt_id", "stage", "mark")
    )
)
_holds = CompiledQuery(
    lambda *, cohort: (
        Hold.objects.filter(enrolment__cohort_id=cohort, lifted_at=None)
        .order_by("pk")
        .values_list("enrolment_id", "module_id")
    )
)


def _unsettled(*, cohort) -> Iterator[int]:
    """Attempts whose script is with its markers, or a correction of whose marks waits. Two queries."""
    work = Submission.objects.filter(enrolment__cohort_id=cohort, state__in=WITH_MARKERS)
    yield from work.values_list("attempt_id", flat=True)
    waiting = waiting_corrections().filter(allocation__submission__enrolment__cohort_id=cohort)
    yield from waiting.values_list("allocation__submission__attempt_id", flat=True)


# ---- one person's module ----


def _marks(form, facts, person, module, decision) -> Iterator[tuple]:
    """(mark, status, attempt, what the history says where it differs) of each piece."""
    is_open = decision is None or decision.leaves_open
    holds = facts.holds
    is_on_hold = is_open and ((person.key, module.pk) in holds or (person.key, None) in holds)
    components: dict[str, str] = {}
    weights: dict[str, int] = {}
    if decision and form.basis == formats.AGREED:
        components = {part["code"]: part["mark"] for part in decision.components}
        weights = decision.weights
    for piece in module.pieces:
        if weights and piece.code not in weights:
            continue
        attempts = facts.attempts.get((person.key, piece.pk), [])
        if is_on_hold:
            yield None, formats.HOLD, _number(attempts), None
        elif form.basis == formats.ACTUAL:
            yield _actual(attempts)
        elif decision and decision.outcome == Outcome.REOPENED:
            yield None, formats.AGAIN, _number(attempts), None
        elif piece.code in components:
            yield _agreed(attempts, Decimal(components[piece.code]))
        else:
            yield None, _why_without(attempts), _number(attempts), None


def _number(attempts) -> int:
    return attempts[-1].resits if attempts else 0


def _why_without(attempts) -> str:
    """A deferred attempt that has its mark waits for a board as any other."""
    now = attempts[-1] if attempts else None
    return formats.DEFERRED if now and now.is_deferred and not now.is_settled else formats.WAITING


def _actual(attempts):
    """What stands of the current attempt."""
    now = attempts[-1] if attempts else None
    if not now or not now.is_settled or now.is_unsettled:
        return None, _why_without(attempts), _number(attempts), None
    return now.lines[-1][1], _status(now.lines), now.resits, None


def _agreed(attempts, mark):
    """What a board decided, of the attempt that it decided on."""
    last = next((one for one in reversed(attempts) if one.is_ratified), None)
    if last is None:  # decided before a board's word was a line of the history
        return mark, _status(attempts[-1].lines) if attempts else "", _number(attempts), None
    said = next(value for stage, value in reversed(last.lines) if stage == "ratified")
    return mark, _status(last.lines), last.resits, None if said == mark else said


def _status(lines) -> str:
    """How a mark came to be what it is: nothing was handed in, or a cap or a penalty for late work left less of it. A mark of zero in a case of misconduct is a plain
    mark: why is for the office."""
    settled = own = ("", None)  # what the work was given, and what was left of that
    is_zero = False
    for stage, mark in lines:
        if stage in SETTLED:
            settled, own, is_zero = (stage, mark), (stage, mark), False
        elif stage in ("late", "capped"):
            own, is_zero = (stage, mark), False
        elif stage == "misconduct":  # a zero, or a line that gave back what stood before it
            is_zero = mark != own[1]
    if settled[0] == "not_submitted":
        return formats.NOT_SUBMITTED
    stage, mark = own
    if is_zero:
        return formats.PLAIN
    if stage == "capped":
        return formats.CAPPED
    return formats.LATE if stage == "late" and mark != settled[1] else formats.PLAIN


def _as_module(parts, form, module, decision, rounding):
    """A module's own mark, of its pieces: the decision's, or the weighted mean of what stands."""
    statuses = [status for _mark, status, _attempt, _history in parts]
    attempt = max((attempt for _mark, _status, attempt, _history in parts), default=0)
    without = next((one for one in formats.WITHOUT_MARK if one in statuses), None)
    if without:
        return None, without, attempt, None
    if form.basis == formats.AGREED:
        mark = decision.mark
    else:
        weights = [piece.weight for piece in module.pieces]
        marks = [mark for mark, *_rest in parts]
        mark = module_results.module_mark(zip(weights, marks, strict=True), rounding)
    if statuses and all(one == formats.NOT_SUBMITTED for one in statuses):
        return mark, formats.NOT_SUBMITTED, attempt, None
    status = next((one for one in (formats.CAPPED, formats.LATE) if one in statuses), "")
    return mark, status, attempt, None


def words_for(cohort) -> dict[str, str]:
    """What columns and names of files say of a cohort."""
    return {"cohort": cohort.code, "year": formats.academic_year(cohort.starts_on)}


def draft_of(profile: ExportProfile, cohort, board=None):
    """(reading, tables, fingerprint) of a file as it would be now."""
    reading = reading_of(profile.form, cohort, board)
    tables = exporting.tables_of(profile.form, reading, words_for(cohort))
    return reading, tables, exporting.fingerprint_of(profile, cohort, board, reading, tables)
