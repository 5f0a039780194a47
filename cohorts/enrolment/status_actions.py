"""Leave of absence with its dates, a last day, leaving undone; it tells nobody anything before it is so.

Each adds a dated line (`StatusChange`). What is scheduled changes nothing until its day, when the worker carries it out; every reader of
`Enrolment.state` and `left_on` is therefore right before, on and after it.
"""

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.plans import reopen_plan
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day as in_full
from lms.kit.templatetags.kit import short_day
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import actor_label, write

from ..employment.actions import remark
from .actions import leave, resume
from .models import Enrolment, StatusChange
from .queries import overdue_returns
from .rules import is_changeable, may_change_status, why_no_second_place
from .states import STILL_OPEN, EnrolmentState, StatusChangeKind, StatusChangeState

TO_STUDY = "/study/"


@transaction.atomic
def plan_leave(enrolment, first_day, return_on, *, by, reason_kind="", reason="") -> StatusChange:
    """Leave of absence with its dates.

    1. the dated line, 2. from today or earlier: the enrolment is interrupted and the person told; later: the person is told
    of the day, and the worker interrupts the enrolment on it, 3. the record, 4. a remark with the reason. The same again is the line there is.
    Raises Refused where it would end before it begins, where another leave is recorded, for somebody who has left or completed.
    """
    locked = lock_enrolment(enrolment, by)
    today = clock.today()
    standing = _open_change(locked, StatusChangeKind.LEAVE_OF_ABSENCE)
    if standing and (standing.on_day, standing.return_on) == (first_day, return_on):
        return standing
    if not is_changeable(locked):
        raise Refused(
            _("“%(state)s”: no leave of absence can be recorded.")
            % {"state": locked.get_state_display()}
        )
    if first_day < locked.enrolled_on:
        raise Refused(
            _("The enrolment began on %(day)s; a leave of absence cannot begin before that.")
            % {"day": short_day(locked.enrolled_on)}
        )
    if return_on <= first_day:
        raise Refused(_("The expected return must come after the first day of the leave."))
    if standing and standing.state == StatusChangeState.SCHEDULED:
        raise Refused(
            _("A leave of absence from %(day)s is planned already. Cancel it first.")
            % {"day": short_day(standing.on_day)}
        )
    if locked.state == EnrolmentState.INTERRUPTED and (standing or first_day > today):
        raise Refused(_("This person is on leave of absence. Change the expected return instead."))
    if standing:  # it ended without its line, by a file or an older page
        _close(standing, by=by, on=today)
    change = add_change(
        locked,
        StatusChangeKind.LEAVE_OF_ABSENCE,
        first_day,
        by=by,
        return_on=return_on,
        reason_kind=reason_kind,
    )
    if first_day <= today:
        _begin_leave(locked, change, by=by, reason=reason)
        return change
    remark(locked, "cohorts.schedule_change", reason, by=by)
    tell_person(
        locked,
        _("Your leave of absence is recorded"),
        _(
            "It begins on %(first)s, and we expect you back on %(return)s. Until it begins nothing changes. You keep your place."
        )
        % {"first": in_full(first_day), "return": in_full(return_on)},
    )
    return change


@transaction.atomic
def change_return(enrolment, return_on, *, by, reason="") -> StatusChange:
    """Another expected return: 1. the line of the leave (made where the leave began without one), 2. the record, 3. a remark with the reason,
    4. the person is told. Raises Refused without a leave, or where the day is not after its first. The same again changes nothing."""
    locked = lock_enrolment(enrolment, by)
    change = _open_change(locked, StatusChangeKind.LEAVE_OF_ABSENCE)
    if change is None and locked.state != EnrolmentState.INTERRUPTED:
        raise Refused(_("This person has no leave of absence."))
    if change is None:
        change = add_change(locked, StatusChangeKind.LEAVE_OF_ABSENCE, clock.today(), by=by)
        make_transition(change, "take_effect", by=by)
    if change.return_on == return_on:
        return change
    if return_on <= change.on_day:
        raise Refused(_("The expected return must come after the first day of the leave."))
    before, change.return_on, change.asked_at = change.return_on, return_on, None
    change.save(update_fields=["return_on", "asked_at"])
    write(
        "cohorts.change_return",
        change,
        by=by,
        before=before and before.isoformat(),
        after=return_on.isoformat(),
    )
    remark(locked, "cohorts.change_return", reason, by=by)
    tell_person(
        locked,
        _("Your expected return is changed"),
        _("We now expect you back from your leave of absence on %(day)s.")
        % {"day": in_full(return_on)},
    )
    return change


@transaction.atomic
def resume_study(enrolment, *, by, reason="") -> Enrolment:
    """Back from leave: 1. its line is over from today, 2. the enrolment goes on, and the person is told (`resume`)."""
    locked = lock_enrolment(enrolment, by)
    change = _open_change(locked, StatusChangeKind.LEAVE_OF_ABSENCE)
    if change and change.state == StatusChangeState.IN_FORCE:
        _close(change, by=by, on=clock.today())
    return resume(locked, by=by, reason=reason)


@transaction.atomic
def set_last_day(enrolment, last_day, *, by, reason_kind="", reason="") -> StatusChange | None:
    """The last day on the programme.

    1. the dated line; one that was scheduled for another day is cancelled, 2. today or earlier: the person has left (`leave`); later: the
    person is told of the day, and the worker ends the enrolment when it is over, 3. the record, 4. a remark with the reason.
    The same again is the line there is. Raises Refused for somebody who has left or completed, or for a day before the first.
    """
    locked = lock_enrolment(enrolment, by)
    standing = _open_change(locked, StatusChangeKind.DEPARTURE)
    if standing and standing.on_day == last_day:
        return standing
    if not is_changeable(locked):
        raise Refused(
            _("“%(state)s”: a last day can no longer be set.")
            % {"state": locked.get_state_display()}
        )
    if last_day < locked.enrolled_on:
        raise Refused(
            _("The enrolment began on %(day)s; no one can leave before that.")
            % {"day": short_day(locked.enrolled_on)}
        )
    if standing and standing.state == StatusChangeState.SCHEDULED:
        make_transition(standing, "cancel_change", by=by, end_day=clock.today())
    elif standing:  # left and came back before there were lines of it
        _close(standing, by=by, on=clock.today())
    change = add_change(
        locked, StatusChangeKind.DEPARTURE, last_day, by=by, reason_kind=reason_kind
    )
    if last_day <= clock.today():
        make_transition(change, "take_effect", by=by)
        leave(locked, by=by, on=last_day, reason=reason)
        return change
    remark(locked, "cohorts.schedule_change", reason, by=by)
    tell_person(
        locked,
        _("Your last day on the programme is recorded"),
        _(
            "Your last day will be %(day)s. Until then nothing changes: you can study and hand in work. Tell the programme office if this is not what you agreed."
        )
        % {"day": in_full(last_day)},
    )
    return change


@transaction.atomic
def cancel_change(change, *, by, reason="") -> StatusChange:
    """What was scheduled does not happen: 1. its line is cancelled, 2. the record, 3. a remark with the reason, 4. the person is told.
    Raises IllegalTransition where it has begun. Twice is once."""
    locked = lock_enrolment(change.enrolment, by)
    change = StatusChange.objects.select_for_update(no_key=True).get(pk=change.pk)
    if change.state == StatusChangeState.WITHDRAWN:
        return change
    make_transition(change, "cancel_change", by=by, end_day=clock.today())
    remark(locked, "cohorts.cancel_change", reason, by=by)
    if not is_changeable(locked):  # who has left or completed does not stay enrolled
        words = _("The change to your enrolment that was planned for %(day)s is cancelled.")
    elif change.kind == StatusChangeKind.DEPARTURE:
        words = _("Your last day on the programme is not %(day)s any more: you stay enrolled.")
    else:
        words = _("Your leave of absence from %(day)s is cancelled: you stay enrolled.")
    tell_person(locked, _("A planned change is cancelled"), words % {"day": in_full(change.on_day)})
    return change


@transaction.atomic
def reinstate(enrolment, *, by, reason) -> Enrolment:
    """Leaving undone, as if it had not been.

    1. the enrolment goes on, or is on leave again where it was, and has no last day, 2. the study plan is open again, 3. the line of leaving is
    over, and one says when it was undone, 4. the record, 5. a remark with the reason, 6. the person is told. Markers who were taken off a script
    do not come back: it is allocated anew. Raises Refused without a reason, for somebody who has not left, and where the person has another
    place on the programme. Somebody who studies: unchanged.
    """
    locked = lock_enrolment(enrolment, by)
    if is_changeable(locked):
        return locked
    if not reason.strip():
        raise Refused(_("Give the reason: it stands on the enrolment’s page."))
    insist_reinstatable(locked)
    before = locked.left_on
    make_transition(locked, "reinstate", by=by, left_on=None)
    reopen_plan(locked.plan, by=by)
    departure = _open_change(locked, StatusChangeKind.DEPARTURE)
    if departure:
        _close(departure, by=by, on=clock.today())
    on_leave = _open_change(locked, StatusChangeKind.LEAVE_OF_ABSENCE)
    if on_leave and on_leave.state == StatusChangeState.IN_FORCE:
        make_transition(locked, "interrupt", by=by)
    change = add_change(locked, StatusChangeKind.REINSTATEMENT, clock.today(), by=by)
    make_transition(change, "take_effect", by=by)
    remark(locked, "cohorts.reinstate", reason, by=by)
    words = _(
        "It was recorded that you left the programme on %(day)s. That is undone: you are enrolled."
    )
    if on_leave:
        words = _(
            "It was recorded that you left the programme on %(day)s. That is undone: you are on leave of absence, as before."
        )
    tell_person(
        locked,
        _("You are enrolled again"),
        words % {"day": in_full(before)}
        + " "
        + _("Your units, your work and your results are where you left them."),
    )
    return locked


def insist_reinstatable(enrolment):
    """Raises Refused where leaving cannot be undone, with what to do instead."""
    if enrolment.state != EnrolmentState.LEFT:
        raise Refused(
            _("“%(state)s”: there is no leaving to undo.")
            % {"state": enrolment.get_state_display()}
        )
    other = (
        Enrolment.objects.filter(
            person=enrolment.person_id, cohort__programme=enrolment.cohort.programme_id
        )
        .exclude(state=EnrolmentState.LEFT)
        .select_related("person", "cohort")
        .first()
    )
    if other:
        raise Refused(why_no_second_place(other))


def carry_out_changes(*, by) -> int:
    """The worker: what is scheduled and whose day has come, each in its own transaction, at most 200 at a time. A leave begins on its first day; a
    departure counts when the last day is over. Then people who did not come back are asked. One that can no longer be is cancelled, and the person and whoever planned it are told;
    that of somebody who has left or completed meanwhile is dropped without a word; one that fails keeps no other from being done, and is raised at the end. How many."""
    today = clock.today()
    due = StatusChange.objects.filter(state=StatusChangeState.SCHEDULED).filter(
        Q(kind=StatusChangeKind.LEAVE_OF_ABSENCE, on_day__lte=today)
        | Q(kind=StatusChangeKind.DEPARTURE, on_day__lt=today)
    )
    keys = list(due.order_by("on_day", "pk").values_list("pk", flat=True)[:200])
    late = overdue_returns(today).filter(asked_at=None).order_by("pk")
    asks = list(late.values_list("pk", flat=True)[:200])
    done, failed = 0, None
    for act, key in [*((_do_or_give_up, k) for k in keys), *((_ask_about_return, k) for k in asks)]:
        try:
            done += act(key, by=by)
        except Exception as fault:
            failed = fault
    if failed:
        raise failed
    return done


def _do_or_give_up(key, *, by) -> bool:
    try:
        return _carry_out(key, by=by)
    except Refused as why:
        return _give_up(key, str(why), by=by)


@transaction.atomic
def _give_up(key, why, *, by) -> bool:
    """1. what was scheduled is cancelled, and the person told (`cancel_change`), 2. whoever planned it is told why, or the registrars where that is nobody who may act today."""
    change = cancel_change(
        StatusChange.objects.select_related("enrolment__person", "enrolment__cohort").get(pk=key),
        by=by,
    )
    officers = [
        one
        for role in (Role.REGISTRAR, Role.HUB_OFFICER)
        for one in holders_of(role)
        if actor_label(one) == change.decided_by
    ]
    enrolment = Enrolment.objects.select_related("person", "cohort").get(pk=change.enrolment_id)
    for officer in officers[:1] or holders_of(Role.REGISTRAR):
        tell(
            officer,
            _("A planned change could not be made"),
            _(
                "The change planned for %(day)s for %(full_name)s is cancelled. %(why)s Look at the enrolment, and plan it anew if it still applies."
            )
            % {
                "day": in_full(change.on_day),
                "full_name": enrolment.person.full_name,
                "why": why,
            },
            reverse("cohorts:enrolment", args=[enrolment.cohort.code, enrolment.pk]),
        )
    return True


@transaction.atomic
def _carry_out(key, *, by) -> bool:
    enrolment = Enrolment.objects.get(status_changes=key)
    locked = lock_enrolment(enrolment, by)
    change = StatusChange.objects.select_for_update(no_key=True).get(pk=key)
    if change.state != StatusChangeState.SCHEDULED:
        return False
    if not is_changeable(locked):  # a board let them complete, or they left by another way
        make_transition(change, "cancel_change", by=by, end_day=clock.today())
        return True
    if change.kind == StatusChangeKind.DEPARTURE:
        make_transition(change, "take_effect", by=by)
        leave(locked, by=by, on=change.on_day)
    else:
        _begin_leave(locked, change, by=by)
    return True


def _begin_leave(enrolment, change, *, by, reason=""):
    """1. the line is in force, 2. the enrolment is interrupted, where it is not already, 3. a remark, 4. the person is told, with the day of return."""
    make_transition(change, "take_effect", by=by)
    if enrolment.state == EnrolmentState.ENROLLED:
        make_transition(enrolment, "interrupt", by=by)
    remark(enrolment, "cohorts.interrupt", reason, by=by)
    tell_person(
        enrolment,
        _("Your leave of absence has begun"),
        _(
            "You keep your place, and no work falls due. We expect you back on %(day)s; tell the programme office if that changes."
        )
        % {"day": in_full(change.return_on)},
    )


@transaction.atomic
def _ask_about_return(key, *, by) -> bool:
    """1. asked once a day of return, 2. the record, 3. the person is told whom to answer."""
    change = (
        StatusChange.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment__person")
        .get(pk=key)
    )
    is_due = change.return_on and change.return_on < clock.today()
    if change.asked_at or change.state != StatusChangeState.IN_FORCE or not is_due:
        return False
    change.asked_at = clock.now()
    change.save(update_fields=["asked_at"])
    write("cohorts.ask_about_return", change, by=by)
    tell_person(
        change.enrolment,
        _("Are you coming back?"),
        _(
            "We expected you back from your leave of absence on %(day)s. Tell the programme office when you come back, or that you need longer. You keep your place meanwhile."
        )
        % {"day": in_full(change.return_on)},
    )
    return True


def lock_enrolment(enrolment, by):
    """The enrolment as it is now, locked; asks again who may."""
    locked = (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("plan", "person", "cohort__programme")
        .get(pk=enrolment.pk)
    )
    insist(may_change_status(by, locked))
    return locked


def _open_change(enrolment, kind):
    rows = StatusChange.objects.select_for_update(no_key=True)
    return rows.filter(enrolment=enrolment, kind=kind, state__in=STILL_OPEN).first()


def add_change(enrolment, kind, on_day, *, by, **values):
    change = StatusChange.objects.create(
        enrolment=enrolment, kind=kind, on_day=on_day, decided_by=actor_label(by), **values
    )
    write(
        "cohorts.schedule_change",
        change,
        by=by,
        after={
            "enrolment": enrolment.pk,
            "kind": str(kind),
            "on_day": on_day.isoformat(),
            "return_on": values["return_on"].isoformat() if values.get("return_on") else None,
        },
    )
    return change


def _close(change, *, by, on):
    make_transition(change, "close_change", by=by, end_day=on)


def tell_person(enrolment, subject, body, url=TO_STUDY):
    tell(enrolment.person, subject, body, url)
