"""Timetables: when a group may begin each unit; and taught sessions, with who was there.

The record holds keys only. Why somebody was taken off a list is one of a few reasons and never free
words, because the record cannot be erased.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from lms.kit import clock
from lms.kit.batches import Batch
from lms.kit.refusals import May, Refused, insist
from lms.kit.templatetags.kit import moment, short_day
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from .. import rules
from ..models import Progress, Release, Session, Study, StudyPlan, Timetable, Unit, Variant
from ..models.curriculum_stamp import stamp_anew
from ..states import Mark

MODES = {"in_room": "In the room", "online": "Online"}
WHY_PUT_RIGHT = {
    "slip": "It was ticked by mistake",
    "other_session": "They were at another session",
    "other_way": "They were there in another way",
    "left": "They left soon after it began",
}
MOST_TOLD = 8  # dates in one message; the rest is a number


class Changed(Refused):
    """Somebody else saved first, and nothing was written. `lines`: what now stands, by key of the unit or person."""

    def __init__(self, words, lines):
        super().__init__(words)
        self.lines = lines


class Faults(Refused):
    """Some rows cannot stand, and nothing was written. `lines`: unit's key to a sentence."""

    def __init__(self, lines):
        super().__init__(" ".join(dict.fromkeys(lines.values())))
        self.lines = lines


# ---- who may ----


def may_set_timetable(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_arrange(by) -> May:
    return may_act_as(by, Role.TUTOR, Role.REGISTRAR)


def may_record_attendance(by) -> May:
    return may_act_as(by, Role.TUTOR)


# ---- dates ----


@transaction.atomic
def timetable_of(programme, code, *, by) -> Timetable:
    """The timetable of a cohort, made when it is first needed: 1. the timetable, 2. the record is written."""
    insist(rules.may_plan(by))
    found = Timetable.objects.filter(code=code).first()
    if found is None:
        found, is_new = Timetable.objects.get_or_create(
            code=code, defaults={"programme": programme}
        )
        if is_new:
            write("courses.make_timetable", found, by=by, after={"code": code})
    if found.programme_id != programme.pk:
        raise Refused(f"The timetable {code} belongs to another programme.")
    return found


@transaction.atomic
def follow_timetable(plans, timetable, *, by) -> int:
    """Let study plans go by a timetable: 1. the plans, 2. the record is written for each. Says how many changed."""
    insist(rules.may_plan(by))
    others = (
        StudyPlan.objects.select_for_update(no_key=True)
        .filter(pk__in=[p.pk for p in plans])
        .exclude(timetable=timetable)
    )
    locked = list(others.order_by("pk"))
    if any(plan.programme_id != timetable.programme_id for plan in locked):
        raise Refused("A study plan cannot go by the timetable of another programme.")
    batch = Batch(by=by)
    for plan in locked:
        follow_timetable_in(batch, plan, timetable)
    batch.write()
    for plan in plans:
        plan.timetable = timetable
    return len(locked)


def follow_timetable_in(batch, plan, timetable):
    """`follow_timetable` as part of a batch, of a plan that goes by another or none."""
    if plan.programme_id != timetable.programme_id:
        raise Refused("A study plan cannot go by the timetable of another programme.")
    before = plan.timetable_id
    batch.change(plan, was={"timetable": before}, timetable=timetable)
    batch.record("courses.follow_timetable", plan, before=before, after=timetable.pk)


def timetable_in(batch, found, programme, code) -> Timetable:
    """`timetable_of` as part of a batch. `found`: the timetable of that code, if there is one."""
    if found is None:
        found = batch.add(Timetable(programme=programme, code=code))
        batch.after(stamp_anew)
        batch.record("courses.make_timetable", found, after={"code": code})
    if found.programme_id != programme.pk:
        raise Refused(f"The timetable {code} belongs to another programme.")
    return found


def set_release(timetable, unit, *, by, opens_on, finish_by) -> Release | None:
    """One unit's dates; both empty takes its line away. What is studied stays studied. See `set_releases`."""
    set_releases(timetable, {unit.pk: (opens_on, finish_by)}, by=by)
    return Release.objects.filter(timetable=timetable, unit=unit).first()


@transaction.atomic
def set_releases(timetable, lines, *, by, seen=None) -> set[int]:
    """Set the dates of many units, all or none: `lines` is unit's key to (opens_on, finish_by).

    1. the lines, 2. one record entry, 3. each trainee whom a date concerns is told, in one message.
    `seen`: the dates that stood when the page was opened; raises Changed where somebody else has
    changed one since. Raises Faults where a unit would close before it opens. Returns what changed.
    """
    insist(may_set_timetable(by))
    timetable = Timetable.objects.select_for_update(no_key=True).get(pk=timetable.pk)
    units = Unit.objects.filter(module__programme=timetable.programme_id).in_bulk()
    if set(lines) - set(units):
        raise Refused("One of these units is not in the programme of this timetable.")
    stand = {r.unit_id: r for r in Release.objects.filter(timetable=timetable)}
    now = {key: dates(stand.get(key)) for key in units}
    late = {
        key: "It cannot be finished before it opens."
        for key, (opens, ends) in lines.items()
        if opens and ends and ends < opens
    }
    if late:
        raise Faults(late)
    since = {
        key: now[key]
        for key in lines
        if seen and now[key] not in (seen.get(key, (None, None)), tuple(lines[key]))
    }
    if since:
        raise Changed(
            "Someone else has changed these dates since you opened the page. Nothing is saved yet.",
            since,
        )
    changed = {key for key in lines if tuple(lines[key]) != now[key]}
    for key in changed:
        line = stand.get(key) or Release(timetable=timetable, unit_id=key)
        line.opens_on, line.finish_by = lines[key]
        if any(lines[key]):
            line.save()
        else:
            line.delete()
    if changed:
        was = {units[key].code: in_record(now[key]) for key in sorted(changed)}
        write(
            "courses.set_releases",
            timetable,
            by=by,
            before=was,
            after={units[k].code: in_record(lines[k]) for k in sorted(changed)},
        )
        tell_of_dates(timetable, units, {key: (now[key], tuple(lines[key])) for key in changed})
    return changed


def dates(release):
    return (release.opens_on, release.finish_by) if release else (None, None)


def in_record(pair):
    return [day and day.isoformat() for day in pair]


def concerns(before, after) -> bool:
    """Does the change mean anything to somebody today? Not when both days on which it opens are past."""
    today = clock.today()
    waited, waits = (bool(pair[0] and pair[0] > today) for pair in (before, after))
    return before[1] != after[1] or (before[0] != after[0] and (waited or waits))


def tell_of_dates(timetable, units, changes):
    """One message to each trainee, about units on their path that they have not studied."""
    moved = [
        key for key in units if key in changes and concerns(*changes[key])
    ]  # in the programme's order
    if not moved:
        return
    groups = people_by_unit(timetable, moved)
    studied = Study.objects.filter(version__variant__unit_id__in=moved).values_list(
        "person_id", "version__variant__unit_id"
    )
    studied = set(studied.filter(person__study_plans__timetable=timetable))
    people = {person.pk: person for rows in groups.values() for person in rows}
    for pk, person in people.items():
        mine = [key for key in moved if person in groups[key] and (pk, key) not in studied]
        lines = [f"“{units[key].title}” {in_words(*changes[key][1])}." for key in mine]
        if len(lines) > MOST_TOLD:
            lines[MOST_TOLD:] = [f"The dates of {len(lines) - MOST_TOLD} more units changed too."]
        if lines:
            tell(
                person,
                "Dates of your units have changed",
                " ".join([*lines, "Units you have studied stay studied."]),
                "/study/",
            )


def in_words(opens, ends) -> str:
    opening = f"opens on {short_day(opens)}" if opens and opens > clock.today() else "is open"
    return f"{opening}, to finish by {short_day(ends)}" if ends else opening


def people_by_unit(timetable, unit_keys) -> dict[int, list]:
    """Unit's key to the people for whom it is: an open plan on the timetable, and one of its nations. Two questions."""
    plans = list(
        StudyPlan.objects.filter(timetable=timetable, closed_on=None)
        .select_related("person")
        .order_by("pk")
    )
    found = {key: [] for key in unit_keys}
    for variant in Variant.objects.filter(unit_id__in=unit_keys).select_related("unit__module"):
        for plan in plans:
            if rules.covers(plan, variant) and plan.person not in found[variant.unit_id]:
                found[variant.unit_id].append(plan.person)
    return found


# ---- sessions ----


@transaction.atomic
def arrange_session(timetable, unit, *, by, starts_at, where) -> Session:
    """1. the session, 2. the record is written, 3. those for whom it is are told. The same again is the one there is."""
    insist(may_arrange(by))
    if unit.module.programme_id != timetable.programme_id:
        raise Refused("This unit is not in the programme of that cohort.")
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
            f"There is already a session of this unit at that time: {session.where}. Change that one instead."
        )
    if is_new:
        write("courses.arrange_session", session, by=by, after=session_in_record(session))
        tell_of_session(session, "A session is arranged", f"It is on {moment(starts_at)}: {where}.")
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
        words = f"Someone else has changed this session since you opened the page. It is now on {moment(now[0])}: {now[1]}."
        raise Changed(words, {locked.pk: now})
    refuse_recorded(locked)
    check_time(starts_at)
    if (
        Session.objects.filter(
            timetable=locked.timetable_id, unit=locked.unit_id, starts_at=starts_at
        )
        .exclude(pk=locked.pk)
        .exists()
    ):
        raise Refused("There is another session of this unit at that time.")
    before = session_in_record(locked)
    locked.starts_at, locked.where = starts_at, where
    locked.save(update_fields=["starts_at", "where"])
    write("courses.move_session", locked, by=by, before=before, after=session_in_record(locked))
    tell_of_session(
        locked,
        "A session has changed",
        f"It was on {moment(now[0])}. It is now on {moment(starts_at)}: {where}.",
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
        locked, "A session is called off", f"It was to be on {moment(locked.starts_at)}."
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
        raise Refused("This session has been called off.")
    return locked


def refuse_recorded(session):
    if Progress.objects.filter(kind=Mark.ATTENDED, key=str(session.pk)).exists():
        raise Refused(
            "Attendance is recorded, so this session has taken place. It can no longer be moved or called off."
        )


def check_time(starts_at):
    if timezone.is_naive(starts_at):
        raise ValueError("A session needs a time with its zone.")
    if abs(starts_at - clock.now()) > timedelta(days=730):
        raise Refused("That is more than two years away. Look at the year.")


def place(where) -> str:
    where = " ".join(where.split())
    if not where or len(where) > 200:
        raise Refused("Say in up to 200 characters where the session is: the room, or how to join.")
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


# ---- who was there ----


@transaction.atomic
def record_attendance(session, present, *, by) -> int:
    """Record who was there: `present` is person's key to a mode; who is left out is not marked.

    1. a mark in each variant of the unit on the person's plan, 2. one record entry, with keys. All or
    nothing; says how many are new. Raises Changed where somebody else recorded another mode first.
    """
    insist(may_record_attendance(by))
    session = lock(session)
    if timezone.localtime(session.starts_at).date() > clock.today():
        raise Refused(
            f"This session is on {short_day(session.starts_at)}. Attendance is recorded from that day."
        )
    if set(present.values()) - set(MODES):
        raise Refused("Say for each person whether they were in the room or online.")
    variants = variants_by_person(session)
    if set(present) - set(variants):
        raise Refused(
            "One of these people has no open study plan for this session. Nothing is saved."
        )
    now = attended(session)
    others = {pk: now[pk] for pk, mode in present.items() if pk in now and now[pk] != mode}
    if others:
        raise Changed(
            "Someone else has recorded other answers since you opened the page. Nothing is saved yet.",
            others,
        )
    new = {pk: mode for pk, mode in sorted(present.items()) if pk not in now}
    Progress.objects.bulk_create(
        [
            mark_of(session, pk, variant, mode)
            for pk, mode in present.items()
            for variant in variants[pk]
        ],
        ignore_conflicts=True,
    )
    if new:
        write(
            "courses.record_attendance",
            session,
            by=by,
            after={str(pk): mode for pk, mode in new.items()},
        )
    return len(new)


@transaction.atomic
def put_attendance_right(session, person, *, by, mode, why, seen=None) -> str:
    """Change how somebody was there, or take them off (`mode` empty), for one of WHY_PUT_RIGHT.

    1. their marks, 2. the record is written, with keys, 3. they are told what their page now says. A unit they
    have studied stays studied. `seen`: the mode on the page; raises Changed where it is another now.
    """
    insist(may_record_attendance(by))
    session = lock(session)
    if mode and mode not in MODES or why not in WHY_PUT_RIGHT:
        raise Refused("Say how they were there and why the list is put right.")
    now = attended(session).get(person.pk, "")
    if now == mode:
        return now
    if seen is not None and now != seen:
        stands = MODES.get(now, "Not recorded").lower()
        raise Changed(
            f"Someone else has changed this since you opened the page. It now says: {stands}.",
            {person.pk: now},
        )
    if not now:
        raise Refused("They are not on the list of this session. Record their attendance there.")
    marks = Progress.objects.filter(person=person, kind=Mark.ATTENDED, key=str(session.pk))
    if mode:
        marks.update(data={"session": session.pk, "mode": mode})
    else:
        marks.delete()
    write(
        "courses.put_attendance_right",
        session,
        by=by,
        reason=why,
        before={str(person.pk): now},
        after={str(person.pk): mode or None},
    )
    says = f"recorded as: {MODES[mode].lower()}" if mode else "no longer recorded"
    tell(
        person,
        f"Your attendance was put right: {session.unit.title}"[:200],
        f"Session on {moment(session.starts_at)}: your attendance is {says}.",
        "/study/sessions/",
    )
    return mode


@transaction.atomic
def carry_attendance(plan, *, by) -> int:
    """See `carry_attendance_of`."""
    insist(rules.may_plan(by))
    return carry_attendance_of([plan])


def carry_attendance_of(plans) -> int:
    """Inside an action's transaction: who attended a unit's session attended it for every nation that is on their plan later too.

    1. a mark in each variant that has none. Says how many. Three statements, however many plans.
    """
    marks = {}
    for mark in Progress.objects.filter(
        person__in=[plan.person_id for plan in plans], kind=Mark.ATTENDED
    ).select_related("variant"):
        marks.setdefault(mark.person_id, []).append(mark)
    if not marks:
        return 0
    kept = {(m.person_id, m.variant_id, m.key) for mine in marks.values() for m in mine}
    units = {m.variant.unit_id for mine in marks.values() for m in mine}
    variants = list(Variant.objects.filter(unit_id__in=units).select_related("unit__module"))
    new = {
        (plan.person_id, v.pk, m.key): Progress(
            person_id=plan.person_id, variant=v, kind=Mark.ATTENDED, key=m.key, data=m.data, at=m.at
        )
        for plan in plans
        for v in variants
        if rules.covers(plan, v)
        for m in marks.get(plan.person_id, ())
        if m.variant.unit_id == v.unit_id and (plan.person_id, v.pk, m.key) not in kept
    }
    Progress.objects.bulk_create(new.values(), ignore_conflicts=True)
    return len(new)


def mark_of(session, person_key, variant, mode) -> Progress:
    return Progress(
        person_id=person_key,
        variant=variant,
        kind=Mark.ATTENDED,
        key=str(session.pk),
        data={"session": session.pk, "mode": mode},
    )


def variants_by_person(session) -> dict[int, list[Variant]]:
    """Whose attendance may be recorded, with the variants of the unit on their plan."""
    plans = StudyPlan.objects.filter(timetable=session.timetable_id, closed_on=None)
    variants = list(Variant.objects.filter(unit=session.unit_id).select_related("unit__module"))
    found = {plan.person_id: [v for v in variants if rules.covers(plan, v)] for plan in plans}
    return {person: mine for person, mine in found.items() if mine}


def attended(session) -> dict[int, str]:
    """Person's key to the mode that is recorded."""
    marks = Progress.objects.filter(
        kind=Mark.ATTENDED, key=str(session.pk), variant__unit=session.unit_id
    )
    return {person: data["mode"] for person, data in marks.values_list("person_id", "data")}
