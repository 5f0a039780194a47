"""Invented dates and sessions of a cohort, made by the actions themselves; twice is once."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from courses.actions.attendance import put_attendance_right, record_attendance
from courses.actions.session_details import Details
from courses.actions.sessions import arrange_session
from courses.actions.timetables import set_release, set_releases
from courses.models import Session, StudyPlan, Unit
from lms.kit import clock

from . import read

TUESDAY = 1
# First and last day, as (month, day): nothing is to be finished in a vacation.
VACATIONS = (((12, 13), (12, 31)), ((1, 1), (1, 10)), ((3, 22), (4, 11)), ((6, 21), (9, 19)))
ROOM, ONLINE = (
    ("Demonstration campus, room D1 (invented)", Details("campus", 120)),
    ("Online (invented)", Details("online", 90, "https://sessions.imsa.example/join")),
)


def invent_sessions(timetable, people, *, by, day) -> list[Session]:
    """Two past sessions with attendance and one that comes, on Tuesdays at 16:00. `people`: the trainees of the
    timetable; most are in the room, every fourth is online, and the last is not at the first session."""
    if timetable.sessions.exists():
        return list(timetable.sessions.all())
    units = list(units_of(timetable)[:3])
    made = []
    for unit, weeks, place in zip(units, (-2, -1, 1), (ROOM, ROOM, ONLINE), strict=False):
        where, details = place
        starts = at_four(tuesday_from(day + timedelta(weeks=weeks)))
        with clock.at(min(starts - timedelta(days=14), at_noon(day))):
            session = arrange_session(
                timetable, unit, by=by, starts_at=starts, where=where, details=details
            )
            made.append(session)
    for n, session in enumerate(made[:2]):
        there = people[:-1] if n == 0 and len(people) > 1 else people
        modes = {p.pk: "online" if i % 4 == 3 else "in_room" for i, p in enumerate(there)}
        with clock.at(session.starts_at + timedelta(hours=2)):
            record_attendance(session, modes, by=by)
            if n == 1 and people:
                put_attendance_right(session, people[0], by=by, mode="online", why="other_way")
    return made


def invent_releases(timetable, *, by, day):
    """The programme's last unit opens in four weeks, or when term begins again; all before it are open."""
    unit = units_of(timetable).last()
    if unit and not timetable.releases.exists():
        opens = in_term(tuesday_from(day + timedelta(weeks=4)))
        set_release(timetable, unit, by=by, opens_on=opens, finish_by=opens + timedelta(days=20))


def invent_dates(timetable, *, by, day):
    """By when each unit asks to be finished, and since when it is open, as the file of the programme says; a day that
    is set for a unit to open stays."""
    begins = (
        StudyPlan.objects.filter(timetable=timetable)
        .order_by("opened_on")
        .values_list("opened_on", flat=True)
        .first()
        or day
    )
    waits = dict(timetable.releases.filter(opens_on__gt=day).values_list("unit_id", "opens_on"))
    units = {}
    for unit in units_of(timetable):
        units.setdefault(unit.module.code, []).append(unit.pk)
    lines = {}
    for module in read("programme.toml")["module"]:
        opened = min(begins + timedelta(weeks=module["opens_after_weeks"]), day)
        for key, weeks in zip(
            units.get(module["code"], ()), module["finish_in_weeks"], strict=False
        ):
            opens, ends = (
                waits.get(key, opened),
                in_term(tuesday_from(day + timedelta(weeks=weeks))),
            )
            lines[key] = (opens, max(opens, ends))
    with clock.at(min(begins, day)):
        set_releases(timetable, lines, by=by)


def in_term(day):
    """The day, or the same weekday in the first week of the next term."""
    while any(first <= (day.month, day.day) <= last for first, last in VACATIONS):
        day += timedelta(weeks=1)
    return day


def units_of(timetable):
    return Unit.objects.filter(module__programme=timetable.programme_id).select_related("module")


def tuesday_from(day):
    """The Tuesday of that week."""
    return day + timedelta(days=TUESDAY - day.weekday())


def at_four(day):
    return timezone.make_aware(datetime.combine(day, time(16)))


def at_noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))
