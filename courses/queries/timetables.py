"""Reading questions about timetables and taught sessions; each asks the database a fixed number of times."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import CharField, Count, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from lms.kit import clock
from lms.kit.lists import page_of
from lms.people.models import User

from ..models import (
    Progress,
    Release,
    Session,
    SessionCancellation,
    Study,
    StudyPlan,
    Unit,
    Variant,
)
from ..rules import covers
from ..states import Mark
from .gaps import gaps_between, nations_of
from .outline import the_outline

AT_ONCE = 50  # sessions that a list shows
LONGEST = timedelta(days=1)  # no session lasts longer

# ---- a timetable, as a registrar sets it ----


@dataclass
class Row:
    """One unit with its dates, what comes before it, and whom that holds up today."""

    unit: Unit
    opens_on: date | None = None
    finish_by: date | None = None
    waits: list = field(
        default_factory=list
    )  # (the unit before it, why, the people who have not studied that)

    @property
    def dates(self):
        return self.opens_on, self.finish_by


def rows_of(programme, timetable=None) -> list[Row]:
    """Every unit of a programme in order. `timetable`: None while there is none. Five questions."""
    releases = (
        {r.unit_id: r for r in Release.objects.filter(timetable=timetable)} if timetable else {}
    )
    waits = people_waiting(timetable) if timetable else {}
    outline = the_outline()
    rows = []
    for unit in Unit.objects.filter(module__programme=programme).select_related("module"):
        line = releases.get(unit.pk)
        row = Row(unit, line and line.opens_on, line and line.finish_by)
        for before in outline.first.get(unit.pk, ()):
            row.waits.append((before.first, before.why, waits.get((unit.pk, before.first_id), [])))
        rows.append(row)
    return rows


def people_waiting(timetable) -> dict[tuple, list]:
    """(unit's key, key of the unit before it) to the people who have to study that first. Two questions and the outline."""
    outline = the_outline()
    on_it = StudyPlan.objects.filter(timetable=timetable, closed_on=None).select_related("person")
    plans = list(on_it.order_by("person__last_name", "person__first_name", "pk"))
    done = {}
    studies = Study.objects.filter(person__in=[p.person_id for p in plans])
    for person, unit in studies.values_list("person_id", "version__variant__unit_id"):
        done.setdefault(person, set()).add(unit)
    found = {}
    for plan in plans:
        mine = {v.unit_id for v in outline.variants if v.pk in outline.newest and covers(plan, v)}
        studied = done.get(plan.person_id, set())
        for unit in mine - studied:
            for line in outline.first.get(unit, ()):
                if line.first_id in mine - studied:
                    found.setdefault((unit, line.first_id), []).append(plan.person)
    return found


def weekly(rows, start, pace) -> dict[int, tuple]:
    """Dates for every unit: one opens every `pace` days, and has its own stretch and one more to be finished in."""
    opens = {row.unit.pk: start + timedelta(days=pace * n) for n, row in enumerate(rows)}
    return {key: (day, day + timedelta(days=2 * pace - 1)) for key, day in opens.items()}


# ---- sessions, as those who teach see them ----


@dataclass
class Taught:
    """A session with how many people it is for and how many were there."""

    session: Session
    people: int = 0
    came: int = 0

    @property
    def is_over(self):
        return self.session.starts_at <= clock.now()


def sessions_taught(page=1) -> dict:
    """Every session by what it asks for: `missing` attendance (the oldest first) and `coming` (the next first), the first AT_ONCE of each
    with how many there are (`missing_count`, `coming_count`), and one Page of the `past` (the last first). Eight questions at most."""
    marks = Progress.objects.filter(
        kind=Mark.ATTENDED, key=Cast(OuterRef("pk"), CharField()), variant__unit=OuterRef("unit")
    )
    rows = Session.objects.select_related("unit__module", "timetable").annotate(
        is_attended=Exists(marks)
    )
    missing = rows.filter(starts_at__lte=clock.now(), is_attended=False).order_by("starts_at", "pk")
    coming = rows.filter(starts_at__gt=clock.now()).order_by("starts_at", "pk")
    past = page_of(
        rows.filter(starts_at__lte=clock.now(), is_attended=True).order_by("-starts_at", "-pk"),
        page,
        length=20,
    )
    lists = {
        "missing": list(missing[:AT_ONCE]),
        "coming": list(coming[:AT_ONCE]),
        "past": past.object_list,
    }
    shown = [session for some in lists.values() for session in some]
    came = dict(
        Progress.objects.filter(
            kind=Mark.ATTENDED,
            key__in=[str(s.pk) for s in lists["past"]],
            variant__unit__in={s.unit_id for s in lists["past"]},
        )
        .values_list("key")
        .annotate(count=Count("person", distinct=True))
    )
    enrolled = dict(
        StudyPlan.objects.filter(closed_on=None, timetable__in={s.timetable_id for s in shown})
        .values_list("timetable")
        .annotate(count=Count("pk"))
    )
    found = {
        name: [Taught(s, enrolled.get(s.timetable_id, 0), came.get(str(s.pk), 0)) for s in some]
        for name, some in lists.items()
    }
    past.object_list = found["past"]
    return {
        **found,
        "past": past,
        "missing_count": counted(missing, lists["missing"]),
        "coming_count": counted(coming, lists["coming"]),
    }


def counted(rows, page) -> int:
    """How many there are, asked only where not all of them are shown."""
    return rows.count() if len(page) == AT_ONCE else len(page)


@dataclass
class Attendee:
    person: User
    mode: str = ""  # empty while nothing is recorded
    is_open: bool = True  # do they have an open plan on the session's timetable?
    way: str = ""  # how the answer came: register, code, import
    recorder: User | None = None  # who recorded it; nobody is known of the first years


def people_at(session) -> list[Attendee]:
    """For whom the session is, and who was there though their plan has closed since. By family name; five questions."""
    variants = list(Variant.objects.filter(unit=session.unit_id).select_related("unit__module"))
    plans = StudyPlan.objects.filter(timetable=session.timetable_id, closed_on=None).select_related(
        "person"
    )
    people = {p.person_id: Attendee(p.person) for p in plans if any(covers(p, v) for v in variants)}
    marks = Progress.objects.filter(
        kind=Mark.ATTENDED, key=str(session.pk), variant__in=variants
    ).select_related("person")
    recorded = list(marks)
    recorders = User.objects.in_bulk({m.data["by"] for m in recorded if m.data.get("by")})
    for mark in recorded:
        one = people.setdefault(mark.person_id, Attendee(mark.person, is_open=False))
        one.mode, one.way = mark.data["mode"], mark.data.get("way", "register")
        one.recorder = recorders.get(mark.data.get("by"))
    return sorted(
        people.values(),
        key=lambda a: (a.person.last_name.casefold(), a.person.first_name.casefold(), a.person.pk),
    )


def following_count(session) -> int:
    """How many sessions of its series come after it. One query at most."""
    if session.series_id is None:
        return 0
    return Session.objects.filter(series=session.series_id, starts_at__gt=session.starts_at).count()


def gap_of(session) -> str:
    """Why nobody is taught on its day, or nothing. Two queries."""
    day = timezone.localtime(session.starts_at).date()
    return gaps_between(day, day, nations_of(session.timetable_id)).get(day, "")


# ---- sessions, as a trainee sees them ----


@dataclass
class OwnSession:
    """A session for one's own cohort, and how one was there."""

    session: Session
    mode: str = ""

    @property
    def is_finished(self):
        return self.session.is_over

    @property
    def is_over(self):
        return self.session.starts_at <= clock.now()


def own_cancellations(plans, since=None) -> list[SessionCancellation]:
    """Cancelled sessions of the open plans that were to be from now (or `since`) on, for units on them. One question, and the outline."""
    plans = [p for p in plans if p.closed_on is None and p.timetable_id]
    rows = SessionCancellation.objects.filter(
        timetable__in={p.timetable_id for p in plans}, starts_at__gt=since or clock.now()
    ).select_related("unit__module")
    return those_of(plans, list(rows) if plans else [])


def own_sessions(person, plans, unit=None, marks=None) -> list[OwnSession]:
    """The sessions of the person's open plans, for units on them; those of one `unit` where it is given.

    Two questions at most; none where no plan goes by a timetable. `marks`: the unit's marks, where they
    were read already, as `study_progress_of` gives them: then it is one question.
    """
    plans = [p for p in plans if p.closed_on is None and p.timetable_id]
    if not plans:
        return []
    of_timetables = Session.objects.filter(
        timetable__in={p.timetable_id for p in plans}
    ).select_related("unit__module")
    rows = those_of(plans, list(of_timetables.filter(unit=unit) if unit else of_timetables))
    modes = modes_in(marks) if marks is not None else modes_of(person, rows)
    return [OwnSession(s, modes.get(str(s.pk), "")) for s in rows]


def sessions_ahead(plans) -> list[Session]:
    """The sessions of the open plans that are not over, for units on them, the next first. One question, and the outline; none where
    nobody is taught."""
    from .path import outline_for

    plans = [p for p in plans if p.closed_on is None and p.timetable_id]
    if not plans or not outline_for(plans).taught:
        return []
    since = clock.now() - LONGEST
    rows = Session.objects.filter(
        timetable__in={p.timetable_id for p in plans}, starts_at__gte=since
    ).select_related("unit")
    return those_of(plans, [one for one in rows if not one.is_over])


def those_of(plans, rows) -> list:
    """Of rows with a timetable and a unit, those that one of these plans studies. From the outline, which a page about a unit has read already."""
    from .path import outline_for

    if not rows:
        return []
    keys = {one.unit_id for one in rows}
    variants = [v for v in outline_for(plans).variants if v.unit_id in keys]
    studied = {(p.timetable_id, v.unit_id) for p in plans for v in variants if covers(p, v)}
    return [one for one in rows if (one.timetable_id, one.unit_id) in studied]


def modes_in(marks) -> dict[str, str]:
    return {
        key: mark.data.get("mode", "")
        for (kind, key), mark in marks.items()
        if kind == Mark.ATTENDED
    }


def modes_of(person, rows) -> dict[str, str]:
    if not rows:
        return {}
    marks = Progress.objects.filter(
        person_id=person.pk, kind=Mark.ATTENDED, key__in=[str(s.pk) for s in rows]
    )
    return {key: data["mode"] for key, data in marks.values_list("key", "data")}
