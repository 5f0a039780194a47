"""Gives scripts to markers; it refuses whoever is too near the author."""

import time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.batches import Batch, Moved, rest
from lms.kit.refusals import Refused, insist, no
from lms.kit.transitions import add_transition
from lms.people.actions import tell
from lms.people.notices import bring, bring_now, tell_after
from lms.record.actions import write

from ...setting.models import AssessmentVersion, Sitting
from ...setting.queries import rules_of, scheme_for, with_scheme
from ...setting.working_days import working_day_of
from ...taking.models import Submission
from ...taking.states import SubmissionState
from ..conflicts import conflicts
from ..models import Allocation, ModerationScript
from ..rules import is_current, may_be_given, may_share_out
from .rows import FIRST, SECOND, THIRD, current_task, lock_submission, refresh

SCRIPTS_AT_ONCE = 200  # given out in one transaction
TRIES = 3
TOLD_AT_ONCE = 100  # people told at once; the worker tells the others


# ---- sharing out ----
@transaction.atomic
def allocate(submission, first, second=None, *, by, due_on=None) -> list[Allocation]:
    """Give a script to two markers; where what was asked has one marker and moderation, to `first` alone.

    1. the marking tasks with a due day, 2. the submission is with its markers, 3. the record is
    written, 4. the markers and the author are told; the markers by script number alone. The same
    two again: the tasks there are.
    """
    locked, batch = lock_submission(submission), Batch(by=by)
    locked.scheme = scheme_for(locked.assessment_id, locked.enrolment.cohort_id)
    insist(may_share_out(by, locked, (first, second)))
    due_on = due_on or marking_days([locked])[locked.pk]
    tasks = _allocate_in(batch, locked, first, second, None, due_on)
    batch.write()
    bring_now(batch)
    return refresh(submission, locked, tasks)


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
        given, why = _allocate_some(some, by=by, due_on=due_on)
        done, refused = done + given, [*refused, *why]
        if start + SCRIPTS_AT_ONCE < len(lines):
            rest(time.monotonic() - begun)
    return done, refused


def _allocate_some(lines, *, by, due_on):
    for _unused in range(TRIES):
        batch, refused, found = Batch(by=by), [], _unlocked(lines)
        people = {p.pk: p for _unused, *two in lines for p in two if p}
        tied, days = conflicts(found.values(), people.values()), marking_days(found.values())
        batch.reserve(Allocation, 2 * len(lines))
        for submission, first, second in lines:
            try:
                _allocate_in(
                    batch,
                    found[submission.pk],
                    people[first.pk],
                    second and people[second.pk],
                    tied,
                    due_on or days[submission.pk],
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
        _("Someone else is allocating the same scripts at this moment. Load the page again.")
    )


def _unlocked(lines):
    rows = with_scheme(Submission.objects.all()).select_related(
        "assessment__module", "enrolment__person"
    )
    rows = rows.prefetch_related("allocations")
    return rows.in_bulk([submission.pk for submission, _unused, _unused in lines])


def marking_day(submission):
    """The day by which a script that is given out today is to be marked, by the rules of its author's cohort."""
    return _day_of(submission.enrolment.cohort_id)


def _day_of(cohort):
    rules = rules_of(cohort)
    return working_day_of(cohort, rules, rules.marking_days)


def marking_days(submissions) -> dict:
    """By submission: the day by which its two markers mark, which is its sitting's where one is set and still to come. One query."""
    submissions = list(submissions)
    sittings = Sitting.objects.filter(
        assessment__in={s.assessment_id for s in submissions},
        cohort__in={s.enrolment.cohort_id for s in submissions},
        marking_due_on__gte=clock.today(),
    )
    days = {(one.assessment_id, one.cohort_id): one.marking_due_on for one in sittings}
    usual = {cohort: _day_of(cohort) for cohort in {s.enrolment.cohort_id for s in submissions}}
    return {
        s.pk: days.get((s.assessment_id, s.enrolment.cohort_id), usual[s.enrolment.cohort_id])
        for s in submissions
    }


def _allocate_in(batch, submission, first, second, tied, due_on):
    """`allocate` as part of a batch; who gives it out was asked before."""
    pair = [(FIRST, first), *([(SECOND, second)] if second else [])]
    tasks = [task for task in submission.allocations.all() if is_current(task)]
    wanted = {(stage, marker.pk) for stage, marker in pair}
    if {(t.stage, t.marker_id) for t in tasks if t.stage != THIRD} == wanted:
        return tasks
    if submission.state != SubmissionState.SUBMITTED:
        raise Refused(
            _("Script %(script)s is “%(state)s”, so it cannot be given out now.")
            % {"script": submission.script, "state": submission.get_state_display()}
        )
    if second and first.pk == second.pk:
        raise Refused(_("The two markers must be two people."))
    if bool(second) == (submission.scheme == AssessmentVersion.MODERATED):
        words = (
            _("Script %(script)s has one marker, and its mark is moderated.")
            if second
            else _("Script %(script)s needs two markers.")
        )
        raise Refused(words % {"script": submission.script})
    for _stage, marker in pair:
        insist_given(marker, submission, tied=tied)
    tasks = [
        batch.add(Allocation(submission=submission, marker=marker, stage=stage, due_on=due_on))
        for stage, marker in pair
    ]
    add_transition(batch, submission, "allocate")
    for task in tasks:
        batch.tell(task.marker, *_words_to_marker(task, submission))
    batch.tell(submission.enrolment.person, *_words_to_author(submission, bool(second), due_on))
    return tasks


def _words_to_author(submission, is_double, due_on):
    about = {
        "assessment": submission.assessment.title,
        "due_on": f"{due_on:%A %-d %B %Y}",
    }
    url = f"/my-work/{submission.assessment.code}/"
    if submission.names_author:
        words = _("“%(assessment)s” is with its markers. You will hear by %(due_on)s.")
        if not is_double:
            words = _(
                "“%(assessment)s” is with a marker. You will hear by %(due_on)s, or later where its marks are moderated."
            )
    elif not is_double:
        words = _(
            "“%(assessment)s” is with a marker, who does not know whose it is. You will hear by %(due_on)s, or later where its marks are moderated."
        )
    else:
        words = _(
            "“%(assessment)s” is with two markers, who do not know whose it is. "
            "You will hear by %(due_on)s."
        )
    subject = _("Your work is with two markers") if is_double else _("Your work is with a marker")
    return subject, words % about, url


@transaction.atomic
def allocate_third(submission, marker, *, by, due_on=None) -> Allocation:
    """Give a script to a third marker. 1. the task, 2. a record entry, 3. the marker is told. Twice is once."""
    locked = lock_submission(submission)
    insist(may_share_out(by, locked, (marker,)))
    there = current_task(locked, THIRD)
    if there and there.marker_id == marker.pk:
        return there
    if there or locked.state != SubmissionState.THIRD:
        raise Refused(
            _("Script %(script)s does not wait for a third marker.") % {"script": locked.script}
        )
    insist_given(marker, locked, THIRD)
    task = Allocation.objects.create(
        submission=locked, marker=marker, stage=THIRD, due_on=due_on or marking_day(locked)
    )
    write("assessments.allocate_third", task, by=by, after={"script": locked.script})
    tell_marker(task, locked)
    return task


def insist_given(marker, submission, stage="", tied=None):
    answer = may_be_given(marker, submission, stage, tied)
    if stage and ModerationScript.objects.filter(submission=submission, moderator=marker).exists():
        about = {"full_name": marker.full_name, "script": submission.script}
        answer = no(_("%(full_name)s moderated script %(script)s.") % about)
    if not answer:
        raise Refused(_("%(reason)s Choose someone else.") % {"reason": answer.reason})


def tell_marker(task, submission):
    tell(task.marker, *_words_to_marker(task, submission))


def _words_to_marker(task, submission):
    return (
        _("A script to mark: %(script)s") % {"script": submission.script},
        _("%(code)s, script %(script)s. Please submit your marks by %(due_on)s.")
        % {
            "code": submission.assessment.code,
            "script": submission.script,
            "due_on": f"{task.due_on:%A %-d %B %Y}",
        },
        f"/marking/{submission.script}/",
    )
