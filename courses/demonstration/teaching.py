"""Invented dates and sessions of a cohort, made by the deeds themselves; twice is once."""
from datetime import datetime, time, timedelta

from django.utils import timezone

from courses.actions.timetables import arrange_session, put_attendance_right, record_attendance, set_release
from courses.models import Session, Unit
from lms.kit import clock

TUESDAY = 1
ROOM, ONLINE = "Demonstration campus, room D1 (invented)", "Online: https://sessions.imsa.example/join (invented)"


def invent_sessions(timetable, people, *, by, day) -> list[Session]:
    """Two past sessions with attendance and one that comes, on Tuesdays at 16:00. `people`: the trainees of the
    timetable; most are in the room, every fourth is online, and the last is not at the first session."""
    if timetable.sessions.exists():
        return list(timetable.sessions.all())
    units = list(units_of(timetable)[:3])
    made = []
    for unit, weeks, where in zip(units, (-2, -1, 1), (ROOM, ROOM, ONLINE), strict=False):
        starts = at_four(tuesday_from(day + timedelta(weeks=weeks)))
        with clock.at(min(starts - timedelta(days=14), at_noon(day))):
            made.append(arrange_session(timetable, unit, by=by, starts_at=starts, where=where))
    for n, session in enumerate(made[:2]):
        there = people[:-1] if n == 0 and len(people) > 1 else people
        modes = {p.pk: "online" if i % 4 == 3 else "in_room" for i, p in enumerate(there)}
        with clock.at(session.starts_at + timedelta(hours=2)):
            record_attendance(session, modes, by=by)
            if n == 1 and people:
                put_attendance_right(session, people[0], by=by, mode="online", why="other_way")
    return made


def invent_releases(timetable, *, by, day):
    """The programme's last unit opens four weeks from now; all before it are open."""
    unit = units_of(timetable).last()
    if unit and not timetable.releases.exists():
        opens = tuesday_from(day + timedelta(weeks=4))
        set_release(timetable, unit, by=by, opens_on=opens, finish_by=opens + timedelta(days=20))


def units_of(timetable):
    return Unit.objects.filter(module__programme=timetable.programme_id).select_related("module")


def tuesday_from(day):
    """The Tuesday of that week."""
    return day + timedelta(days=TUESDAY - day.weekday())


def at_four(day):
    return timezone.make_aware(datetime.combine(day, time(16)))


def at_noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))
