"""Sessions: when and where a unit is taught to a cohort. The record holds keys only."""

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

from ..models import Progress, Session
from ..states import Mark
from .timetables import Changed, people_by_unit

FURTHEST = timedelta(days=730)


def may_arrange(by) -> May:
    return may_act_as(by, Role.TUTOR, Role.REGISTRAR)


@transaction.atomic
def arrange_session(timetable, unit, *, by, starts_at, where) -> Session:
    """1. the session, 2. the record is written, 3. those for whom it is are told. The same again is the one there is."""
    insist(may_arrange(by))
    if unit.module.programme_id != timetable.programme_id:
        raise Refused(_("This unit is not in the programme of that cohort."))
    where = place(where)
    check_time(starts_at)
    session, is_new = Session.objects.get_or_create(
        timetable=timetable,
        unit=unit,
        starts_at=starts_at,
        defaults={"where": where, "made_by_id": by.pk},
    )
    if not is_new and session.where != where:
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
def move_session(session, *, by, starts_at, where, seen=None) -> Session:
    """Another time or place: 1. the session, 2. the record is written, 3. those for whom it is are told.

    `seen`: (starts_at, where) as they stood when the page was opened; raises Changed where they are others now.
    Refused once attendance is recorded.
    """
    insist(may_arrange(by))
    locked = lock(session)
    where, now = place(where), (locked.starts_at, locked.where)
    if (starts_at, where) == now:
        return locked
    if seen and tuple(seen) != now:
        words = _(
            "Someone else has changed this session since you opened the page. It is now on %(moment)s: %(now)s."
        ) % {"moment": moment(now[0]), "now": now[1]}
        raise Changed(words, {locked.pk: now})
    refuse_recorded(locked)
    check_time(starts_at)
    refuse_another_at(locked, starts_at)
    before = session_in_record(locked)
    locked.starts_at, locked.where = starts_at, where
    locked.save(update_fields=["starts_at", "where"])
    write("courses.move_session", locked, by=by, before=before, after=session_in_record(locked))
    tell_of_session(
        locked,
        _("A session has changed"),
        _("It was on %(now)s. It is now on %(starts_at)s: %(where)s.")
        % {"now": moment(now[0]), "starts_at": moment(starts_at), "where": where},
        now[0],
    )
    return locked


@transaction.atomic
def call_off_session(session, *, by):
    """1. those for whom it is are told, 2. the record is written, 3. the session is gone. Refused once attendance is recorded."""
    insist(may_arrange(by))
    locked = locked_if_there(session)
    if locked is None:
        return
    refuse_recorded(locked)
    tell_of_session(
        locked,
        _("A session is called off"),
        _("It was to be on %(moment)s.") % {"moment": moment(locked.starts_at)},
    )
    write("courses.call_off_session", locked, by=by, before=session_in_record(locked))
    locked.delete()


def locked_if_there(session) -> Session | None:
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related(
        "unit__module", "timetable"
    )
    return rows.filter(pk=session.pk).first()


def lock(session) -> Session:
    locked = locked_if_there(session)
    if locked is None:
        raise Refused(_("This session has been called off."))
    return locked


def refuse_recorded(session):
    if Progress.objects.filter(kind=Mark.ATTENDED, key=str(session.pk)).exists():
        raise Refused(
            _(
                "Attendance is recorded, so this session has taken place. It can no longer be moved or called off."
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


def place(where) -> str:
    where = " ".join(where.split())
    if not where or len(where) > 200:
        raise Refused(
            _("Say in up to 200 characters where the session is: the room, or how to join.")
        )
    return where


def session_in_record(session):
    return {
        "timetable": session.timetable_id,
        "unit": session.unit_id,
        "starts_at": session.starts_at.isoformat(),
    }


def tell_of_session(session, subject, body, before=None):
    """Those for whom a coming session is; nobody about one that is past."""
    if max(session.starts_at, before or session.starts_at) <= clock.now():
        return
    for person in people_by_unit(session.timetable, [session.unit_id])[session.unit_id]:
        tell(person, f"{subject}: {session.unit.title}"[:200], body, "/study/sessions/")
