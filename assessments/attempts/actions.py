"""Opens attempts, gives them due dates, and adds to the history of their marks; none of it is ever edited."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.enrolment.states import OVER, STUDYING
from lms.kit import clock
from lms.kit.languages import in_english
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import moment
from lms.people.actions import tell
from lms.people.roles import Operator
from lms.record.actions import write, write_many

from ..setting.judging import NO_PENALTY
from ..setting.queries import judging_of, judging_of_each, rules_of
from . import chain
from .adjustments import adjustments_of, due_with, next_attempts_to_move
from .models import Attempt, Cap, DueLine, MarkLine, PriorCredit
from .queries import due_of, late_undecided, lateness, with_lateness
from .rules import may_keep_attempts

RULE = Operator("adjustment")  # gives due dates that follow from a person's adjustment
YEARS = 3  # a due date further away than this is a slip


def attempt_of(assessment, enrolment) -> Attempt:
    """The current attempt, locked; the first where there was none. Two at once make one: the constraint decides."""
    made, _is_new = Attempt.objects.get_or_create(
        assessment=assessment, enrolment=enrolment, is_current=True
    )
    return Attempt.objects.select_for_update(of=("self",), no_key=True).get(pk=made.pk)


def lock_attempt(pk) -> Attempt:
    """Before what hangs on it, always in this order: whoever records that nothing came in locks it too."""
    return Attempt.objects.select_for_update(no_key=True).get(pk=pk)


def insist_open(attempt):
    """Raises Refused where nothing can be handed in to this attempt any more."""
    if not attempt.is_current:
        raise Refused(_("This attempt is over. Load the page again to see the next one."))
    if attempt.not_submitted_at:
        raise Refused(
            _(
                "On %(moment)s this was recorded as not handed in. Speak to the programme office if that is wrong."
            )
            % {"moment": moment(attempt.not_submitted_at)}
        )


def insist_not_credited(attempt):
    """Raises Refused where its module counts by what was learned before. Whoever grants that locks the attempt too."""
    credited = PriorCredit.objects.that_count().filter(
        enrolment=attempt.enrolment_id, module__assessments=attempt.assessment_id
    )
    if credited.exists():
        raise Refused(
            _("This module is credited for prior learning, so nothing is handed in for it.")
        )


# ---- the history of a mark ----


def add_line(attempt, stage, mark, rule, *, by, inputs) -> MarkLine:
    """The next line of a mark's history, with what it was found from (`chain.FOUND`). The caller holds the row that two would fight over; the
    constraint of numbers guards besides."""
    line = chain.Line(stage, mark, rule, inputs)
    (made,) = _add_lines(attempt, [line], attempt.lines.count() + 1, by=by)
    return made


def _add_lines(attempt, lines, number, *, by, judging=None) -> list[MarkLine]:
    """From line `number` on, each with the rule set by which its attempt is judged."""
    found = judging or judging_of(attempt.enrolment.cohort_id)
    return [
        MarkLine.objects.create(**_values(attempt, line, number + n, found.key, by=by))
        for n, line in enumerate(lines)
    ]


def _values(attempt, line, number, rule_set, *, by):
    return {
        "attempt": attempt,
        "number": number,
        "stage": line.stage,
        "mark": line.mark,
        "rule": line.rule,
        "inputs": line.inputs,
        "rule_set_id": rule_set,
        "by": by.record_label,
        "at": clock.now(),
    }


def add_line_in(batch, attempt, stage, mark, rule, *, inputs, rule_set) -> MarkLine:
    """`add_line` as part of a batch, of an attempt whose lines were read before the transaction."""
    line = chain.Line(stage, mark, rule, inputs)
    number = len(attempt.lines.all()) + 1
    return batch.add(MarkLine(**_values(attempt, line, number, rule_set, by=batch.by)))


def settle(attempt, stage, mark, rule, *, by, inputs) -> list[MarkLine]:
    """The attempt has a mark: a line with it, where the work came late one with what the penalty leaves, and above the attempt's cap one with
    what it counts. What a case of misconduct made of the mark stands over a mark that is settled again."""
    judging, earlier = judging_of(attempt.enrolment.cohort_id), list(attempt.lines.all())
    late, number = _lateness(attempt, judging.rules), len(earlier) + 1
    cap = attempt.cap, attempt.cap_version
    lines = chain.settled(number, stage, mark, rule, cap[0], late, inputs, cap[1])
    return _add_lines(
        attempt, chain.with_misconduct(lines, earlier), number, by=by, judging=judging
    )


def _lateness(attempt, rules):
    if rules.late == NO_PENALTY:
        return None
    return lateness(with_lateness(Attempt.objects.filter(pk=attempt.pk)).get(), rules)


def judge_lateness(attempt, *, by) -> list[MarkLine]:
    """Lateness is judged by the due date as it is now: the lines that this adds to a mark that is settled already, inside the caller's
    transaction, which has locked the attempt; none where the penalty is the same."""
    _lock_work(attempt)
    judging, lines = judging_of(attempt.enrolment.cohort_id), list(attempt.lines.all())
    late = _lateness(attempt, judging.rules)
    found = chain.judged_anew(len(lines) + 1, lines, attempt.cap, late, attempt.cap_version)
    found = chain.with_misconduct(found, lines)
    return _add_lines(attempt, found, len(lines) + 1, by=by, judging=judging)


def _lock_work(attempt):
    """What was handed in is locked by whoever settles its mark, so that two do not write the same line."""
    for name in ("submission", "quiz"):
        rows = Attempt.objects.filter(**{"pk": attempt.pk, f"{name}__isnull": False})
        list(rows.select_related(name).select_for_update(of=(name,), no_key=True))


def judge_late_work(cohort, *, by) -> int:
    """The penalties of a cohort's late work, by its due dates as they are now, of marks that no board has decided on. How many changed.

    Of each: 1. the lines, 2. a record entry, 3. the trainee is told where they have seen the mark. One attempt a transaction; again, it adds
    nothing.
    """
    rules, changed = judging_of(cohort.pk).rules, 0
    if rules.late == NO_PENALTY:
        return 0
    for attempt in late_undecided(cohort.pk).prefetch_related("lines"):
        lines = list(attempt.lines.all())
        if chain.judged_anew(1, lines, attempt.cap, lateness(attempt, rules)):
            changed += _judge_late_work_of(attempt, by=by)
    return changed


def judge_all_late_work(*, by) -> int:
    """`judge_late_work` of every cohort that has not ended. How many marks changed."""
    cohorts = Cohort.objects.filter(ends_on__gte=clock.today()).order_by("pk")
    judged = judging_of_each(cohorts)
    late = [c for c in cohorts if judged[c.pk].rules.late != NO_PENALTY]
    return sum(judge_late_work(cohort, by=by) for cohort in late)


@transaction.atomic
def _judge_late_work_of(attempt, *, by) -> bool:
    Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=attempt.enrolment_id)
    locked = lock_attempt(attempt.pk)
    if not locked.is_current or locked.lines.filter(stage="ratified").exists():
        return False
    added = judge_lateness(locked, by=by)
    if added:
        _report_lateness(locked, added, by=by)
    return bool(added)


def _report_lateness(attempt, added, *, by):
    """1. a record entry, 2. whoever has seen the mark is told that it is another one."""
    write(
        "assessments.judge_lateness",
        attempt,
        by=by,
        after={"lines": [line.number for line in added], "mark": str(added[-1].mark)},
    )
    is_by_rule = attempt.assessment.is_quiz and not hasattr(attempt, "submission")
    if attempt.released_at or is_by_rule:  # the mark of essays is seen once it is released
        tell(
            attempt.enrolment.person,
            _("Your mark has changed"),
            _(
                "The penalty for late work of “%(title)s” is worked out again by its due date. The page shows the mark as it is now."
            )
            % {"title": attempt.assessment.title},
            f"/my-work/{attempt.assessment.code}/",
        )


# ---- due dates ----


@transaction.atomic
def set_due(
    assessment, enrolment, due_at: datetime, kind: str, *, by, seen=None, after_decision=False
) -> Attempt:
    """Give one person their own due date: an extension, an adjustment, or a wrong date put right.

    1. a due line, and the attempt carries its date, 2. a record entry, 3. the trainee is told, 4. what was handed in before is judged by
    the new date: a mark that is there has another line where the penalty for late work is another. The same date and kind again change
    nothing. Raises Refused for a kind there is not, a date years away, where another attempt than `seen` (its number) is current, and for an
    attempt that a board has decided on, unless the caller sees to it that the board decides again (`deciding.actions.due_dates`).
    """
    insist(may_keep_attempts(by, enrolment))
    current = _current(assessment, enrolment, seen)
    if kind not in dict(DueLine.KINDS):
        raise Refused(_("Choose why the date changes."))
    if current.not_submitted_at:
        raise Refused(_("This was recorded as not handed in. Defer it to a later date instead."))
    if not after_decision:
        _insist_undecided(current)
    if abs((due_at - clock.now()).days) > 366 * YEARS:
        raise Refused(_("That is more than three years away. Look at the year."))
    last = current.due_lines.last()
    if last and (last.due_at, last.kind) == (due_at, kind):
        return current
    before = due_of(current)
    if before == due_at:
        raise Refused(_("It is due then already."))
    move_due(current, due_at, kind, by=by, before=before)
    return current


def move_due(attempt, due_at, kind, *, by, before, is_told=False):
    """A locked attempt has another due date, inside the caller's transaction: the line, the record, the message (unless the caller has told it), and how late
    its work is by it."""
    _add_due(attempt, due_at, kind, by=by, before=before)
    if not is_told:
        tell_due(attempt, due_at)
    if added := judge_lateness(attempt, by=by):
        _report_lateness(attempt, added, by=by)


def tell_due(attempt, due_at):
    assessment = attempt.assessment
    tell(
        attempt.enrolment.person,
        _("A new due date: %(title)s") % {"title": assessment.title[:120]},
        _("“%(title)s” is now due on %(moment)s.")
        % {"title": assessment.title, "moment": moment(due_at)},
        f"/my-work/{assessment.code}/",
    )


def _insist_undecided(attempt):
    if attempt.lines.filter(stage="ratified").exists():
        raise Refused(_("A board has decided on this attempt, so its dates stand."))


def _current(assessment, enrolment, seen):
    """The current attempt. The enrolment's row is locked first, as a board does that decides on it."""
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    enrolment = rows.select_related("person", "cohort").get(pk=enrolment.pk)
    if enrolment.state in OVER:
        raise Refused(
            _("“%(state)s”: nothing falls due for this person any more.")
            % {"state": enrolment.get_state_display()}
        )
    current = attempt_of(assessment, enrolment)
    current.assessment, current.enrolment = assessment, enrolment
    if seen is not None and seen != current.number:
        raise Refused(_("Another attempt has begun since you opened this page. Load it again."))
    return current


def _add_due(attempt, due_at, kind, *, by, before=None):
    line = _due_line(attempt, attempt.due_lines.count() + 1, kind, due_at, by)
    line.save()
    attempt.due_at = due_at
    attempt.save(update_fields=["due_at"])
    write(before=before.isoformat() if before else None, by=by, **_of_due(line))


def _due_line(attempt, number, kind, due_at, by):
    return DueLine(
        attempt=attempt,
        number=number,
        kind=kind,
        due_at=due_at,
        by=by.record_label,
        at=clock.now(),
    )


def _of_due(line):
    """What the record says of a due line."""
    after = {"attempt": line.attempt_id, "kind": line.kind, "due_at": line.due_at.isoformat()}
    return {"action": "assessments.set_due", "thing": line, "after": after}


# ---- another attempt ----


def open_next(attempts, kind: str, due_at: datetime, caps, *, by) -> list[Attempt]:
    """The next attempt after each of these, which are over; inside the caller's transaction, which tells the trainees. `caps`: by the key of a piece, what its next attempt counts at most
    (a `Cap`); none for the others. 1. the earlier ones are no longer current, 2. the next are, with their cap and due date, 3. the record is written. Few statements, however many."""
    Attempt.objects.filter(pk__in=[one.pk for one in attempts]).update(is_current=False)
    made = Attempt.objects.bulk_create(
        Attempt(
            enrolment_id=one.enrolment_id,
            assessment_id=one.assessment_id,
            number=one.number + 1,
            kind=kind,
            cap=cap and cap.most,
            cap_version=cap and cap.version,
            due_at=due_at,
            opened_at=clock.now(),
        )
        for one, cap in ((one, caps.get(one.assessment_id)) for one in attempts)
    )
    due_lines = DueLine.objects.bulk_create(
        _due_line(one, 1, "attempt", due_at, by) for one in made
    )
    opened = [
        {
            "action": "assessments.open_attempt",
            "thing": one,
            "after": {"enrolment": one.enrolment_id, "number": one.number, "kind": kind},
        }
        for one in made
    ]
    write_many([*opened, *(_of_due(line) for line in due_lines)], by=by)
    _adjust(made)
    return made


def _adjust(attempts):
    """Attempts that have just begun are due later where their person has extra days; they are told the date that counts."""
    by_key = {one.pk: one for one in attempts}
    for one in next_attempts_to_move(attempts):
        rows = adjustments_of(one.enrolment.person_id)
        rules = rules_of(one.enrolment.cohort_id)
        after = due_with(rows, one, None, one.enrolment.nations, rules)
        if after and after > one.due_at:
            move_due(one, after, DueLine.BY_ADJUSTMENT, by=RULE, before=one.due_at)
            by_key[one.pk].due_at = after


@transaction.atomic
def defer(assessment, enrolment, due_at: datetime, *, by, seen=None) -> Attempt:
    """Let somebody sit an attempt later, as if for the first time: it keeps its cap, if it has one, and gains none.

    1. the attempt there was is over, 2. a deferred one is current, due then, 3. the record is written, 4. the trainee is told. So is put
    right, too, what was recorded as not handed in by mistake, until a board has decided on it. Refused once work is handed in. The same
    again finds the deferred attempt of that date.
    """
    insist(may_keep_attempts(by, enrolment))
    current = _current(assessment, enrolment, None)
    if current.kind == Attempt.DEFERRED and _begins_due(current) == due_at:
        return current
    if seen is not None and seen != current.number:
        raise Refused(_("Another attempt has begun since you opened this page. Load it again."))
    if current.has_work():
        raise Refused(_("Work is handed in for this attempt, so it cannot be deferred."))
    _insist_undecided(current)
    if due_at <= clock.now():
        raise Refused(_("Give a date that is still to come."))
    if (due_at - clock.now()).days > 366 * YEARS:
        raise Refused(_("That is more than three years away. Look at the year."))
    has_cap = current.cap is not None
    caps = {assessment.pk: Cap(current.cap, current.cap_version)} if has_cap else {}
    (made,) = open_next([current], Attempt.DEFERRED, due_at, caps, by=by)
    tell(
        enrolment.person,
        _("Deferred: %(title)s") % {"title": assessment.title[:120]},
        _(
            "You can hand in “%(title)s” by %(moment)s. It counts as your attempt at the earlier date would have."
        )
        % {"title": assessment.title, "moment": moment(due_at)},
        f"/my-work/{assessment.code}/",
    )
    return made


def _begins_due(attempt):
    """The date with which it was opened, before an adjustment or an extension made it later."""
    first = attempt.due_lines.first()
    return first.due_at if first else attempt.due_at


@transaction.atomic
def record_not_submitted(assessment, enrolment, *, by, seen=None) -> Attempt:
    """Somebody did not hand in: the attempt has the mark 0, so that the board can decide.

    1. the attempt says when, 2. a mark line of 0, 3. a record entry, 4. the trainee is told. Refused before the due date, where
    work is in, and of whoever is away or has left. Twice is once. `defer` puts a mistake right.
    """
    insist(may_keep_attempts(by, enrolment))
    current = _current(assessment, enrolment, seen)
    if current.not_submitted_at:
        return current
    if current.enrolment.state not in STUDYING:
        raise Refused(
            _("“%(state)s”: nothing falls due for this person now.")
            % {"state": current.enrolment.get_state_display()}
        )
    if current.lines.exists() or current.has_work():
        raise Refused(_("Work is handed in for this attempt. Load the page again."))
    insist_not_credited(current)
    due_at = due_of(current)
    if due_at is None or clock.now() <= due_at:
        raise Refused(
            _("It is not due yet, so it cannot be recorded as not handed in.")
            if due_at
            else _("It has no due date, so it cannot be recorded as not handed in.")
        )
    current.not_submitted_at = clock.now()
    current.save(update_fields=["not_submitted_at"])
    rule = in_english("Nothing was handed in by the due date.")
    settle(current, "not_submitted", 0, rule, by=by, inputs={"by": "nothing"})
    write("assessments.record_not_submitted", current, by=by, after={"mark": 0})
    tell(
        enrolment.person,
        _("Not handed in: %(title)s") % {"title": assessment.title[:120]},
        _(
            "“%(title)s” was due on %(moment)s and nothing was handed in. It counts 0 until the board decides what comes next. "
            "If that is wrong, or something kept you from it, write to the programme office."
        )
        % {"title": assessment.title, "moment": moment(due_at)},
        f"/my-work/{assessment.code}/",
    )
    return current
