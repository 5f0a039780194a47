"""Which reasonable adjustment a person has on a day, and the due dates that follow from it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _

from cohorts.enrolment.states import OVER
from lms.kit import clock
from lms.kit.effective_dates import in_force, that_count

from ..setting.calendar import working_day_after
from ..setting.judging import EVERY, Rules
from ..setting.models import Assessment
from ..setting.queries import days_off, of_cohort, rules_of
from .models import Adjustment, Attempt, DueLine
from .queries import due_by, prior_credits_of

BEGINS = attrgetter("starts_on")


@dataclass(frozen=True)
class Move:
    """A due date that an adjustment changes. `why_not`: the reason for which it stays all the same; "" where it moves."""

    assessment: Assessment
    before: datetime | None
    after: datetime
    why_not: str = ""


# ---- which counts ----


def adjustments_of(person) -> list[Adjustment]:
    """Of a person (a key), in the order in which they were recorded, also at an account that was joined with theirs. One query."""
    return list(_rows_of(person).order_by("pk"))


def newest_number(rows) -> int:
    """Of a person's `rows`: what their newest one is known by; 0 for none. Rows of a joined account count on their own."""
    return max((row.number for row in rows), default=0)


def people_with_days():
    """Keys of those who have, or had, extra days, for a subquery: of a closed account its owner’s."""
    owner = Coalesce("person__closed_as__person_id", "person_id")
    return Adjustment.objects.filter(days__gt=0).order_by().values(owner_=owner)


def _rows_of(person):
    return Adjustment.objects.filter(Q(person=person) | Q(person__closed_as__person=person))


def adjustment_on(rows, day: date) -> Adjustment | None:
    """Of a person's `rows`, in their order, the one that counts on a day. One recorded later that begins earlier replaces those there were; one that
    begins later leaves them until then."""
    row = in_force(rows, day, begins=BEGINS)
    return None if row is None or (row.ends_on and row.ends_on < day) else row


def adjustments_to_come(rows, day: date) -> list[Adjustment]:
    """Those that begin after a day, and that none replaces."""
    return [row for row in that_count(rows, begins=BEGINS) if row.starts_on > day]


def percents(person, today: date):
    """How many percent longer somebody may take on a day: the first row counts. `person`: a key, or a reference of another query."""
    rows = _rows_of(person).filter(starts_on__lte=today).order_by("-pk")
    counts = Case(
        When(ends_on__lt=today, then=Value(0)), default=F("percent"), output_field=IntegerField()
    )
    return rows.annotate(counts=counts).values("counts")


def extra_percent(enrolment) -> int:
    """How many percent longer a person may take today. One query."""
    rows = percents(enrolment.person_id, clock.today())
    return rows.values_list("counts", flat=True).first() or 0


# ---- due dates ----


def later_by(moment: datetime, days: int, nations, rules: Rules) -> datetime:
    """The same time of day in London so many days later: calendar days or working days in all these nations, as the rules count late days."""
    there = localtime(moment)
    if rules.late_counts == EVERY:
        day = there.date() + timedelta(days=days)
    else:
        nations = nations or ["england"]
        day = working_day_after(there.date(), days, nations, days_off(rules, nations))
    return make_aware(datetime.combine(day, there.time()))


def due_with(rows, attempt, cohort_due_at: datetime | None, nations, rules) -> datetime | None:
    """When an attempt (None: the first, not begun) is due by the lines it has and a person's adjustments: the latest of the cohort's date, or that of a
    later attempt, with the extra days of that day, and of a date given to this person alone. That one has the extra days too where it was given before
    there were any. A wrong date put right stands alone. None where nothing is set."""
    lines = [*attempt.due_lines.all()] if attempt else []
    base = cohort_due_at
    if attempt and attempt.kind != Attempt.FIRST:
        base = next((line.due_at for line in lines if line.kind == "attempt"), attempt.due_at)
    own = next(
        (one for one in lines[::-1] if one.kind not in (DueLine.BY_ADJUSTMENT, "attempt")), None
    )
    found = []
    if base and not (own and own.kind == "correction"):
        found.append(later_by(base, _days_on(rows, base), nations, rules))
    if own:
        known = _days_on([row for row in rows if row.at <= own.at], own.due_at)
        days = 0 if known else _days_on(rows, own.due_at)
        found.append(later_by(own.due_at, days, nations, rules) if days else own.due_at)
    return max(found, default=None)


def _days_on(rows, moment: datetime) -> int:
    row = adjustment_on(rows, localtime(moment).date())
    return row.days if row else 0


def moves_of(enrolment, rows, assessment=None) -> list[Move]:
    """What a person's adjustments (`rows`, in their order; they need not be saved) change of the due dates of one enrolment, of all written work or one
    piece; not of modules that count by prior learning. Its plan and cohort are at hand. Up to seven queries, and one for each date that is worked out in working days."""
    if enrolment.state in OVER:
        return []
    pieces = of_cohort(enrolment.cohort_id, "due_at").filter(
        module__programme_id=enrolment.cohort.programme_id
    )
    if assessment is not None:
        pieces = pieces.filter(pk=assessment.pk)
    attempts = _current(enrolment)
    rules, found = rules_of(enrolment.cohort_id), []
    credited = prior_credits_of([enrolment.pk])
    for piece in pieces:
        if not piece.is_quiz and (enrolment.pk, piece.module_id) not in credited:
            attempt = attempts.get(piece.pk)
            found.append(_move(piece, attempt, rows, enrolment.nations, rules))
    return [move for move in found if move is not None]


def _current(enrolment):
    rows = Attempt.objects.filter(enrolment=enrolment, is_current=True).prefetch_related(
        "due_lines"
    )
    return {one.assessment_id: one for one in rows}


def _move(piece, attempt, rows, nations, rules):
    lines = [*attempt.due_lines.all()] if attempt else []
    if not any(row.days for row in rows) and not any(
        line.kind == DueLine.BY_ADJUSTMENT for line in lines
    ):
        return None
    before = due_by(attempt, piece.due_at) if attempt else piece.due_at
    after = due_with(rows, attempt, piece.due_at, nations, rules)
    if after is None or after == before:
        return None
    return Move(piece, before, after, _why_not(attempt, before, after))


def _why_not(attempt, before, after) -> str:
    if attempt and attempt.lines.filter(stage="ratified").exists():
        return _("A board has decided on this work, so its due date does not change.")
    if attempt and attempt.not_submitted_at:
        return _("It is recorded as not handed in. Defer it if that should change.")
    if before is None or after > before:
        return ""
    if attempt and attempt.has_work():
        return _("The work is in, so the later date is kept.")
    if after <= clock.now():
        return _("The earlier date has passed, so the later date is kept.")
    return ""


def next_attempts_to_move(attempts) -> list[Attempt]:
    """Of attempts that have just begun, those of written work by people who have had extra days at some time. One query."""
    rows = Attempt.objects.filter(pk__in=[one.pk for one in attempts])
    rows = rows.filter(enrolment__person__in=people_with_days()).prefetch_related("due_lines")
    rows = rows.select_related("assessment", "enrolment__plan", "enrolment__person")
    return [one for one in rows if not one.assessment.is_quiz]
