"""Takes a script from a marker who cannot go on and gives it to another; marks that were submitted stay."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.states import EnrolmentState
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ...taking.actions.registrars import tell_registrars
from ...taking.states import WITH_MARKERS
from ..models import Allocation
from ..rules import is_current, is_sealed, may_decline, may_follow, may_share_out
from ..states import MARKERS_OWN, REGISTRARS_OWN, AllocationState, Why
from .allocation import insist_given, marking_day, tell_marker
from .rows import THIRD, current_task, lock_submission, lock_task

LONGEST_DAYS = 366


@transaction.atomic
def replace_marker(task, marker, why="", *, by, due_on: date | None = None) -> Allocation:
    """Give a script to another marker in the place of the one of `task`, who has not submitted marks.

    1. the task is withdrawn with `why` (one of REGISTRARS_OWN; none is asked where it was given back already), its draft stays with it,
    2. another task of the same stage, due on `due_on` or as a script that is given out today, 3. the record is written, 4. the two
    markers are told by script number, and the author, where they will hear later than they were told. The same again: the task there is.
    Raises Refused where the marks are submitted, the stage has another marker by now, or that person may not mark the script.
    """
    submission = lock_submission(task.submission_id)
    insist(may_follow(by, submission))
    insist(may_share_out(by, submission, (marker,)))
    locked = lock_task(task)
    there = current_task(submission, locked.stage)
    if there and there.pk != locked.pk:
        if there.marker_id == marker.pk:
            return there
        raise Refused(
            _("%(full_name)s has this script by now. Load the page again.")
            % {"full_name": there.marker.full_name}
        )
    _insist_replaceable(locked, submission)
    earlier_day = _last_day(submission)
    if is_current(locked):
        if why not in REGISTRARS_OWN:
            raise Refused(_("Choose why another marker is needed."))
        if marker.pk == locked.marker_id:
            raise Refused(
                _("%(full_name)s has this script already. Choose someone else.")
                % {"full_name": marker.full_name}
            )
        _withdraw(locked, why, by=by)
        _tell_withdrawn(locked)
    insist_given(marker, submission, locked.stage)
    made = Allocation.objects.create(
        submission=submission,
        marker=marker,
        stage=locked.stage,
        due_on=_sound_day(due_on or marking_day(submission)),
    )
    write(
        "assessments.replace_marker",
        made,
        by=by,
        before={"task": locked.pk, "marker": locked.marker_id},
        after={"script": submission.script, "marker": marker.pk, "due_on": made.due_on.isoformat()},
    )
    tell_marker(made, submission)
    _tell_author_later(submission, earlier_day)
    return made


def _insist_replaceable(task, submission):
    about = {"script": submission.script}
    if is_sealed(task):
        raise Refused(
            _("The marks of script %(script)s are submitted, so they stand. Correct them instead.")
            % about
        )
    if submission.state not in WITH_MARKERS:
        raise Refused(_("Script %(script)s is not with markers any more.") % about)
    if submission.enrolment.state == EnrolmentState.LEFT:
        raise Refused(_("The author of script %(script)s has left the programme.") % about)


@transaction.atomic
def decline_script(task, why, *, by) -> Allocation:
    """A marker gives a script back. 1. the task is withdrawn with `why` (one of MARKERS_OWN), 2. the record is written, 3. the registrars
    are told, who choose another. Twice is once. Raises Refused once marks are submitted."""
    insist(may_decline(by, task))
    submission, locked = lock_submission(task.submission_id), lock_task(task)
    if not is_current(locked):
        return locked
    if is_sealed(locked):
        raise Refused(
            _("You have submitted your marks for %(script)s, so they stand.")
            % {"script": submission.script}
        )
    if why not in MARKERS_OWN:
        raise Refused(_("Choose why you cannot mark this script."))
    _withdraw(locked, why, by=by)
    tell_registrars(
        submission,
        _("Script %(script)s needs another marker") % {"script": submission.script},
        _("Its marker has given it back. The reason: %(why)s.")
        % {"why": locked.get_withdrawn_why_display()},
        f"/registry/scripts/{submission.script}/",
    )
    return locked


@transaction.atomic
def set_marking_day(task, due_on: date, *, by) -> Allocation:
    """Give a marker another day by which to mark. 1. the task, 2. a record entry, 3. the marker is told, and the author, where they will
    hear later than they were told. The same day again changes nothing."""
    submission = lock_submission(task.submission_id)
    insist(may_follow(by, submission))
    locked = lock_task(task)
    if locked.state != AllocationState.OPEN:
        raise Refused(
            _("This marker is not marking script %(script)s any more. Load the page again.")
            % {"script": submission.script}
        )
    if locked.due_on == due_on:
        return locked
    earlier_day, before = _last_day(submission), locked.due_on
    locked.due_on = _sound_day(due_on)
    locked.save(update_fields=["due_on"])
    write(
        "assessments.set_marking_day",
        locked,
        by=by,
        before=before.isoformat(),
        after=due_on.isoformat(),
    )
    tell(
        locked.marker,
        _("Script %(script)s has another day") % {"script": submission.script},
        _("Please submit your marks for script %(script)s by %(due_on)s.")
        % {"script": submission.script, "due_on": f"{due_on:%A %-d %B %Y}"},
        f"/marking/{submission.script}/",
    )
    _tell_author_later(submission, earlier_day)
    return locked


def withdraw_for_leavers(*, by) -> int:
    """The worker: scripts of people who left the programme are marked by nobody. 1. each open task is withdrawn, 2. the record is written,
    3. its marker is told by script number. How many. What is submitted stays; somebody who comes back needs markers again."""
    tasks = Allocation.objects.filter(
        state=AllocationState.OPEN, submission__enrolment__state=EnrolmentState.LEFT
    )
    return sum(_withdraw_for_leaver(task, by=by) for task in tasks.order_by("pk")[:200])


@transaction.atomic
def _withdraw_for_leaver(task, *, by) -> bool:
    submission, locked = lock_submission(task.submission_id), lock_task(task)
    has_left = submission.enrolment.state == EnrolmentState.LEFT
    if locked.state != AllocationState.OPEN or not has_left:
        return False
    _withdraw(locked, Why.AUTHOR_LEFT, by=by)
    _tell_withdrawn(locked)
    return True


def withdraw_third(submission, *, by):
    """Inside the caller's transaction: a third marker is not needed any more, and is told where they had not submitted marks."""
    task = current_task(submission, THIRD)
    if task and not is_sealed(task):
        _withdraw(task, Why.NOT_NEEDED, by=by)
        _tell_withdrawn(task)


def _withdraw(task, why, *, by):
    make_transition(
        task, "withdraw", by=by, reason=why, withdrawn_at=clock.now(), withdrawn_why=why
    )


def _tell_withdrawn(task):
    script = task.submission.script
    tell(
        task.marker,
        _("Script %(script)s is no longer yours to mark") % {"script": script},
        _(
            "Script %(script)s needs no marks from you any more. What you typed is kept, and no one else sees it."
        )
        % {"script": script},
        "/marking/",
    )


def _last_day(submission):
    tasks = submission.allocations.exclude(state=AllocationState.WITHDRAWN)
    return max(tasks.values_list("due_on", flat=True), default=None)


def _tell_author_later(submission, earlier_day):
    day = _last_day(submission)
    if earlier_day is None or day is None or day <= earlier_day:
        return
    tell(
        submission.enrolment.person,
        _("Your work takes longer to mark"),
        _("“%(assessment)s” is still with its markers. You will hear by %(due_on)s.")
        % {"assessment": submission.assessment.title, "due_on": f"{day:%A %-d %B %Y}"},
        f"/my-work/{submission.assessment.code}/",
    )


def _sound_day(day):
    today = clock.today()
    if day < today:
        raise Refused(_("That day is over. Give a day that is still to come."))
    if day - today > timedelta(days=LONGEST_DAYS):
        raise Refused(_("That is more than a year away. Look at the year."))
    return day
