"""Sessions: when and where a unit is taught to a cohort. The record holds keys only."""

from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import May, Refused, insist
from lms.kit.templatetags.kit import moment
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from ..models import CancelReason, Progress, Session, SessionCancellation, SessionMode
from ..states import Mark
from .session_details import NO_LINK, Details, changes_in_words, holds_link
from .timetables import Changed, people_by_unit

FURTHEST = timedelta(days=730)


def may_arrange(by) -> May:
    return may_act_as(by, Role.TUTOR, Role.REGISTRAR)


@transaction.atomic
def arrange_session(
    timetable, unit, *, by, starts_at, where, details: Details | None = None
) -> Session:
    """1. the session, 2. the record is written, 3. those for whom it is are told. The same again is the one there is."""
    insist(may_arrange(by))
    if unit.module.programme_id != timetable.programme_id:
        raise Refused(_("This unit is not in the programme of that cohort."))
    details = details or Details()
    where = place(where, details.mode)
    check_time(starts_at)
    details.insist()
    session, is_new = Session.objects.get_or_create(
        timetable=timetable,
        unit=unit,
        starts_at=starts_at,
        defaults={"where": where, "made_by_id": by.pk, **asdict(details)},
    )
    if not is_new and (session.where, Details.of(session)) != (where, details):
        raise Refused(
            _(
                "There is already a session of this unit at that time: %(where)s. Change that one instead."
            )
            % {"where": session.where}
        )
    if is_new:
        write("courses.arrange_session", session, by=by, after=session_in_record(session))
        tell_of_session(
            session,
            _("A session is arranged"),
            _("It is on %(moment)s: %(where)s.") % {"moment": moment(starts_at), "where": where},
        )
    return session


@transaction.atomic
def move_session(
    session, *, by, starts_at, where, details: Details | None = None, seen=None, sequence=None
) -> Session:
    """Another time, place or way: 1. the session, 2. the record is written, 3. those for whom it is are told.

    `seen`: (starts_at, where), and `sequence`: the number of changes, as they stood when the page was opened; raises Changed where
    they are others now. `details` left out stay. Once attendance is recorded (by code that is before the session begins) the time stays, and when
    the session is over all of it does: refused.
    """
    insist(may_arrange(by))
    locked = lock(session)
    details = details or Details.of(locked)
    where, now = place(where, details.mode), (locked.starts_at, locked.where)
    if (starts_at, where, details) == (*now, Details.of(locked)):
        return locked
    if (seen and tuple(seen) != now) or sequence not in (None, locked.sequence):
        words = _(
            "Someone else has changed this session since you opened the page. It is now on %(moment)s: %(now)s."
        ) % {"moment": moment(now[0]), "now": now[1]}
        raise Changed(words, {locked.pk: now})
    if starts_at != now[0] or locked.is_over:
        refuse_recorded(locked)
    check_time(starts_at)
    details.insist()
    refuse_another_at(locked, starts_at)
    before, were = session_in_record(locked), Details.of(locked)
    change(locked, starts_at, where, details)
    write("courses.move_session", locked, by=by, before=before, after=session_in_record(locked))
    tell_of_session(
        locked,
        _("A session has changed"),
        " ".join([moved_in_words(now[0], starts_at, where), *changes_in_words(were, details)]),
        now[0],
    )
    return locked


def moved_in_words(before, after, where) -> str:
    if before == after:
        return _("It is on %(moment)s, as before. Where: %(where)s.") % {
            "moment": moment(after),
            "where": where,
        }
    return _("It was on %(now)s. It is now on %(starts_at)s: %(where)s.") % {
        "now": moment(before),
        "starts_at": moment(after),
        "where": where,
    }


def change(session, starts_at, where, details):
    """Write a change of a session that is locked, so that calendars see it is a later one."""
    session.starts_at, session.where = starts_at, where
    details.set_on(session)
    session.sequence, session.changed_at = session.sequence + 1, clock.now()
    session.save()


@transaction.atomic
def call_off_session(session, *, by, reason=CancelReason.OTHER):
    """1. those for whom it is are told, with the reason, 2. the record is written, 3. the session is gone, and a line says so to calendars
    that have it. `reason`: one of CancelReason. Refused once attendance is recorded."""
    insist(may_arrange(by))
    locked = locked_if_there(session)
    if locked is None:
        return
    insist_reason(reason)
    refuse_recorded(locked)
    tell_of_session(
        locked,
        _("A session is cancelled"),
        _("It was to be on %(moment)s. Why: %(reason)s.")
        % {"moment": moment(locked.starts_at), "reason": in_words_cancelled(reason)},
    )
    write(
        "courses.call_off_session", locked, by=by, before=session_in_record(locked), reason=reason
    )
    cancel(locked, by, reason)


def cancel(session, by, reason):
    """Take away a session that is locked, and keep what calendars have to be told."""
    SessionCancellation.objects.create(
        number=session.pk,
        timetable_id=session.timetable_id,
        unit_id=session.unit_id,
        starts_at=session.starts_at,
        minutes=session.minutes,
        sequence=session.sequence + 1,
        reason=reason,
        by_id=by.pk,
    )
    session.delete()


def insist_reason(reason):
    if reason not in CancelReason.values:
        raise Refused(_("Select why it does not take place."))


def in_words_cancelled(reason) -> str:
    words = str(CancelReason(reason).label)
    return words[:1].lower() + words[1:]


def locked_if_there(session) -> Session | None:
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related(
        "unit__module", "timetable"
    )
    return rows.filter(pk=session.pk).first()


def lock(session) -> Session:
    locked = locked_if_there(session)
    if locked is None:
        raise Refused(_("This session has been cancelled."))
    return locked


def refuse_recorded(session):
    if Progress.objects.filter(kind=Mark.ATTENDED, key=str(session.pk)).exists():
        raise Refused(
            _(
                "Attendance is recorded, so this session can no longer be moved or cancelled. If it does not take place, put the register right first."
            )
        )


def refuse_another_at(session, starts_at):
    same = Session.objects.filter(
        timetable=session.timetable_id, unit=session.unit_id, starts_at=starts_at
    )
    if same.exclude(pk=session.pk).exists():
        raise Refused(_("There is another session of this unit at that time."))


def check_time(starts_at):
    if timezone.is_naive(starts_at):
        raise ValueError("A session needs a time with its zone.")
    if abs(starts_at - clock.now()) > FURTHEST:
        raise Refused(_("That is more than two years away. Look at the year."))


def place(where, mode="") -> str:
    """Where, in one line; of a session that is online alone it may be left out. It goes into messages and calendars, so a link is refused."""
    where = " ".join(where.split())
    if not where and mode == SessionMode.ONLINE:
        where = _("Online")
    if not where or len(where) > 200:
        raise Refused(_("Say in up to 200 characters where the session is, such as the room."))
    if holds_link(where):
        raise Refused(NO_LINK)
    return where


def session_in_record(session):
    return {
        "timetable": session.timetable_id,
        "unit": session.unit_id,
        "starts_at": session.starts_at.isoformat(),
        "mode": session.mode,
        "minutes": session.minutes,
    }


def tell_of_session(session, subject, body, before=None):
    """Those for whom a session is that comes or goes on; nobody about one that is past."""
    if max(session.ends_at, before or session.ends_at) <= clock.now():
        return
    for person in people_by_unit(session.timetable, [session.unit_id])[session.unit_id]:
        tell(person, f"{subject}: {session.unit.title}"[:200], body, "/study/sessions/")
