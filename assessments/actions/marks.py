"""Gives scripts to markers and takes their marks; it refuses to show one marker the other's before both have sealed."""

import time
from contextlib import contextmanager

from django.conf import settings
from django.db import IntegrityError, transaction

from lms.kit import clock
from lms.kit.batches import Batch, Moved, rest
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.transitions import add_transition, make_transition
from lms.people.actions import tell
from lms.people.notices import bring, bring_now, tell_after
from lms.record.actions import write

from .. import marking
from ..conflicts import conflicts
from ..models import Allocation, MarkLine, Submission
from ..rules import is_sealed, may_be_given, may_go_on, may_mark, may_share_out
from ..states import SubmissionState
from .registrars import tell_registrars

FIRST, SECOND, THIRD = Allocation.FIRST, Allocation.SECOND, Allocation.THIRD
LONGEST_COMMENT = 8000
SCRIPTS_AT_ONCE = 200  # given out in one transaction
TRIES = 3
TOLD_AT_ONCE = 100  # people told at once; the worker tells the others


class Outdated(Refused):
    """The draft was saved from another page after this one was opened; nothing was changed."""


# ---- sharing out ----


@transaction.atomic
def allocate(submission, first, second, *, by, due_on=None) -> list[Allocation]:
    """Give a script to two markers.

    1. two marking tasks with a due day, 2. the submission is with its markers, 3. the record is
    written, 4. the markers and the author are told; the markers by script number alone. The same
    two again: the tasks there are.
    """
    locked, batch = _lock(submission), Batch(by=by)
    insist(may_share_out(by, locked, (first, second)))
    tasks = _allocate_in(batch, locked, first, second, None, due_on or _due())
    batch.write()
    bring_now(batch)
    return _given_back(submission, locked, tasks)


def allocate_many(lines, *, by, due_on=None) -> tuple[int, list[str]]:
    """Give many scripts out: `lines` of (submission, first, second), each as `allocate` does it. How many are with their markers now, and
    why the others are not: a refusal of one does not hold up the others.

    Some scripts a transaction, so that nobody waits; killed between two of them, what is given out stays so and the same again gives
    out the rest. Raises NotAllowed, and gives out nothing, where one of them is not this person's to give.
    """
    lines, done, refused = list(lines), 0, []
    found = _unlocked(lines)
    for submission, first, second in lines:
        insist(may_share_out(by, found[submission.pk], (first, second)))
    for start in range(0, len(lines), SCRIPTS_AT_ONCE):
        some, begun = lines[start : start + SCRIPTS_AT_ONCE], time.monotonic()
        given, why = _allocate_some(some, by=by, due_on=due_on or _due())
        done, refused = done + given, [*refused, *why]
        if start + SCRIPTS_AT_ONCE < len(lines):
            rest(time.monotonic() - begun)
    return done, refused


def _allocate_some(lines, *, by, due_on):
    for _ in range(TRIES):
        batch, refused, found = Batch(by=by), [], _unlocked(lines)
        people = {person.pk: person for _, *two in lines for person in two}
        tied = conflicts(found.values(), people.values())
        batch.reserve(Allocation, 2 * len(lines))
        for submission, first, second in lines:
            try:
                _allocate_in(
                    batch, found[submission.pk], people[first.pk], people[second.pk], tied, due_on
                )
            except Refused as why:
                refused.append(str(why))
        try:
            with transaction.atomic():
                batch.write()
                notices = tell_after(batch.messages, by=by)
        except (Moved, IntegrityError):
            continue  # somebody was quicker: look again
        if notices:
            bring(notices, most=TOLD_AT_ONCE)
        return len(lines) - len(refused), refused
    raise Refused(
        "Someone else is allocating the same scripts at this moment. Load the page again."
    )


def _unlocked(lines):
    rows = Submission.objects.select_related(
        "assessment__module", "enrolment__person"
    ).prefetch_related("allocations")
    return rows.in_bulk([submission.pk for submission, _, _ in lines])


def _due():
    return marking.working_day_after(clock.today(), settings.IMSA_MARKING_WORKING_DAYS)


def _allocate_in(batch, submission, first, second, tied, due_on):
    """`allocate` as part of a batch; who gives it out was asked before."""
    tasks = list(submission.allocations.all())
    if {(t.stage, t.marker_id) for t in tasks if t.stage != THIRD} == {
        (FIRST, first.pk),
        (SECOND, second.pk),
    }:
        return tasks
    if submission.state != SubmissionState.SUBMITTED:
        raise Refused(
            f"Script {submission.script} is “{submission.get_state_display()}”, so it cannot be given out now."
        )
    if first.pk == second.pk:
        raise Refused("The two markers must be two people.")
    for marker in (first, second):
        _insist_given(marker, submission, tied=tied)
    tasks = [
        batch.add(Allocation(submission=submission, marker=marker, stage=stage, due_on=due_on))
        for marker, stage in ((first, FIRST), (second, SECOND))
    ]
    add_transition(batch, submission, "allocate")
    for task in tasks:
        batch.tell(task.marker, *_words_to_marker(task, submission))
    batch.tell(
        submission.enrolment.person,
        "Your work is with two markers",
        f"“{submission.assessment.title}” is with two markers, who do not know whose it is. "
        f"You will hear by {due_on:%A %-d %B %Y}.",
        f"/my-work/{submission.assessment.code}/",
    )
    return tasks


@transaction.atomic
def allocate_third(submission, marker, *, by, due_on=None) -> Allocation:
    """Give a script to a third marker. 1. the task, 2. a record entry, 3. the marker is told. Twice is once."""
    locked = _lock(submission)
    insist(may_share_out(by, locked, (marker,)))
    there = locked.allocations.filter(stage=THIRD).first()
    if there and there.marker_id == marker.pk:
        return there
    if there or locked.state != SubmissionState.THIRD:
        raise Refused(f"Script {locked.script} does not wait for a third marker.")
    _insist_given(marker, locked, THIRD)
    due_on = due_on or marking.working_day_after(clock.today(), settings.IMSA_MARKING_WORKING_DAYS)
    task = Allocation.objects.create(submission=locked, marker=marker, stage=THIRD, due_on=due_on)
    write("assessments.allocate_third", task, by=by, after={"script": locked.script})
    _tell_marker(task, locked)
    return task


def _insist_given(marker, submission, stage="", tied=None):
    answer = may_be_given(marker, submission, stage, tied)
    if not answer:
        raise Refused(f"{answer.reason} Choose someone else.")


def _tell_marker(task, submission):
    tell(task.marker, *_words_to_marker(task, submission))


def _words_to_marker(task, submission):
    return (
        f"A script to mark: {submission.script}",
        f"{submission.assessment.code}, script {submission.script}. "
        f"Please submit your marks by {task.due_on:%A %-d %B %Y}.",
        f"/marking/{submission.script}/",
    )


# ---- a marker who may not go on ----


class Conflict(NotAllowed):
    """A rule that held when the script was given to this marker holds no longer; `why` is for the registrars alone."""

    def __init__(self, script, why):
        super().__init__(
            f"You can no longer mark script {script}, because of a link between you and its author. "
            "The programme office has been told and chooses another marker. What you typed is not saved."
        )
        self.why = why


def open_script(allocation, *, by):
    """Ask, before a marker reads a script, whether they may still mark it. Raises Conflict, after the registrars are told.

    Who has sealed has read it already, and only the role is asked.
    """
    if is_sealed(allocation):
        return insist(may_mark(by, allocation))
    with _conflicts_reported(allocation, by=by):
        _insist_may_go_on(allocation, by=by)


def _insist_may_go_on(allocation, *, by):
    insist(may_mark(by, allocation))
    answer = may_go_on(by, allocation.submission, allocation.stage)
    if not answer:
        raise Conflict(allocation.submission.script, answer.reason)


@contextmanager
def _conflicts_reported(allocation, *, by):
    """Round an action's own transaction: what is reported stays, and the action changes nothing."""
    try:
        yield
    except Conflict as conflict:
        _report_conflict(allocation, conflict.why, by=by)
        raise


@transaction.atomic
def _report_conflict(allocation, why, *, by):
    """1. the task says since when the registrars know, 2. a record entry, 3. they are told. Once for each task."""
    submission = _lock(allocation.submission_id)
    locked = _lock_task(allocation)
    if locked.conflict_reported_at:
        return
    locked.conflict_reported_at = clock.now()
    locked.save(update_fields=["conflict_reported_at"])
    write("assessments.report_conflict", locked, by=by, after={"script": submission.script})
    tell_registrars(
        submission,
        f"Script {submission.script} needs another marker",
        f"{why} They can no longer mark it.",
        "/registry/allocation/",
    )


# ---- marking ----


def save_marks(allocation, marks, comment, *, by, seen=None) -> Allocation:
    """Keep a marker's draft, which nobody else sees. 1. the draft, 2. a record entry without its content.

    `seen` is the `version` the page was opened on: raises Outdated when another has been saved since.
    Raises Refused for a mark or a comment that cannot be kept whole: nothing is cut short. Raises Conflict when the
    marker may not go on; then the registrars are told.
    """
    with _conflicts_reported(allocation, by=by):
        return _save_marks(allocation, marks, comment, by=by, seen=seen)


@transaction.atomic
def _save_marks(allocation, marks, comment, *, by, seen):
    insist(may_mark(by, allocation))
    locked = _lock_task(allocation)
    if is_sealed(locked):
        raise Refused(
            f"You have submitted your marks for {locked.submission.script}, so they stand."
        )
    _insist_may_go_on(locked, by=by)
    marks, comment = _sound(marks, locked.submission.assessment, all_of_them=False), comment.strip()
    _insist_it_fits(comment)
    if (locked.marks, locked.comment) != (marks, comment):
        _insist_newest(locked, seen)
        locked.marks, locked.comment, locked.conflict_reported_at = marks, comment, None
        locked.save(update_fields=["marks", "comment", "conflict_reported_at"])
        write("assessments.save_marks", locked, by=by)
    return _given_back(allocation, locked, locked)


def seal(allocation, *, by, marks, comment, seen=None) -> Allocation:
    """Seal one marker's marks.

    1. the allocation is sealed with its total, 2. a mark line is added, 3. when both markers have
    sealed the mark is agreed by rule or a third marker is called, and when the third has sealed it
    is settled, 4. the record is written; after commit, notices go out. The same seal again changes
    nothing. The submission's row is locked first, so two markers who seal at once make one agreed line.
    Raises Outdated when another draft than this was saved after `seen`, the version that was checked, and Conflict
    when the marker may not go on; then the registrars are told.
    """
    with _conflicts_reported(allocation, by=by):
        return _seal(allocation, by=by, marks=marks, comment=comment, seen=seen)


@transaction.atomic
def _seal(allocation, *, by, marks, comment, seen):
    insist(may_mark(by, allocation))
    submission = _lock(allocation.submission_id)
    locked = _lock_task(allocation)
    marks, comment = _sound(marks, submission.assessment, all_of_them=True), comment.strip()
    if is_sealed(locked):
        if (locked.marks, locked.comment) == (marks, comment):
            return _given_back(allocation, locked, locked)
        raise Refused(
            f"You have submitted your marks for {submission.script} already, so they stand."
        )
    _insist_may_go_on(locked, by=by)
    if not comment:
        raise Refused(
            "Write a comment before you submit. The trainee reads it when the mark is agreed."
        )
    _insist_it_fits(comment)
    if (locked.marks, locked.comment) != (marks, comment):
        _insist_newest(locked, seen)
    weights = {c.key: c.weight for c in submission.assessment.criteria.all()}
    make_transition(
        locked,
        "seal",
        by=by,
        marks=marks,
        comment=comment,
        total=marking.total(marks, weights),
        sealed_at=clock.now(),
        conflict_reported_at=None,
    )
    add_line(
        submission, locked.stage, locked.total, "The criteria’s marks by their weights.", by=by
    )
    _fold(submission, by=by)
    return _given_back(allocation, locked, locked)


def _insist_it_fits(comment):
    if len(comment) > LONGEST_COMMENT:
        raise Refused(
            f"The comment has {len(comment)} characters; there is room for {LONGEST_COMMENT}."
        )


def _insist_newest(locked, seen):
    if seen is not None and seen != locked.version:
        raise Outdated(
            f"Your marks for {locked.submission.script} were saved from another page after you opened this one."
        )


def _fold(submission, *, by):
    """What the sealed marks now amount to."""
    sealed = {task.stage: task.total for task in submission.allocations.all() if is_sealed(task)}
    if not {FIRST, SECOND} <= set(sealed):
        return
    if submission.state == SubmissionState.MARKING:
        answer = marking.agree(
            sealed[FIRST],
            sealed[SECOND],
            settings.IMSA_THIRD_MARKER_DISTANCE,
            settings.IMSA_CLASS_BOUNDARIES,
        )
        if isinstance(answer, marking.CallThird):
            make_transition(submission, "call_third", by=by, reason=answer.why)
            tell_registrars(
                submission,
                f"Script {submission.script} needs a third marker",
                f"{answer.why} Please choose one.",
                "/registry/allocation/",
            )
            return
    elif submission.state == SubmissionState.THIRD and THIRD in sealed:
        answer = marking.settle(sealed[FIRST], sealed[SECOND], sealed[THIRD])
    else:
        return
    add_line(submission, "agreed", answer.mark, answer.rule, by=by)
    make_transition(submission, "agree", by=by, reason=answer.rule)
    tell(
        submission.enrolment.person,
        "Your work is marked",
        f"“{submission.assessment.title}” has a provisional mark and its markers’ comments. "
        "The board decides whether it stands.",
        f"/my-work/{submission.assessment.code}/",
    )


def add_line(submission, stage, mark, rule, *, by) -> MarkLine:
    """The next line of a mark's history. The caller holds the submission's row."""
    return MarkLine.objects.create(
        submission=submission,
        number=submission.lines.count() + 1,
        stage=stage,
        mark=mark,
        rule=rule,
        by=by.record_label,
        at=clock.now(),
    )


def add_line_in(batch, submission, stage, mark, rule) -> MarkLine:
    """`add_line` as part of a batch; the constraint of numbers guards the moment between."""
    return batch.add(
        MarkLine(
            submission=submission,
            number=len(submission.lines.all()) + 1,
            stage=stage,
            mark=mark,
            rule=rule,
            by=batch.by.record_label,
            at=clock.now(),
        )
    )


def _sound(marks, assessment, all_of_them):
    """Whole marks of 0 to 100 by criterion. Raises Refused with what is missing or out of range."""
    sound, titles = {}, {c.key: c.title for c in assessment.criteria.all()}
    for key, given in marks.items():
        if key not in titles:
            raise Refused("These marks belong to another piece of work. Load the page again.")
        if given is None or given == "":
            continue
        if not str(given).isdecimal() or not 0 <= int(given) <= 100:
            raise Refused(f"The mark for “{titles[key]}” must be a whole number from 0 to 100.")
        sound[key] = int(given)
    missing = [title for key, title in titles.items() if key not in sound]
    if all_of_them and (missing or not titles):
        raise Refused(
            f"Give a mark for “{missing[0]}” before you submit."
            if missing
            else "This work has no criteria yet."
        )
    return sound


def _lock(submission):
    """The submission's row, locked, with what the action reads of it."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related(
        "assessment__module", "enrolment__person"
    )
    return rows.get(pk=getattr(submission, "pk", submission))


def _lock_task(allocation):
    rows = Allocation.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("submission__assessment", "submission__enrolment__person")
    return rows.get(pk=allocation.pk)


def _given_back(given, locked, answer):
    """Let the object the caller holds tell the truth too."""
    given.__dict__.update(
        {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
    )
    return given if answer is locked else answer
