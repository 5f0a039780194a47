"""Timetables: when a group may begin each unit, and by when it is to finish. The record holds keys only."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.batches import Batch
from lms.kit.refusals import May, Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from .. import rules
from ..models import Release, Study, StudyPlan, Timetable, Unit, Variant
from ..models.curriculum_stamp import stamp_anew

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


def may_set_timetable(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


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
        raise Refused(_("The timetable %(code)s belongs to another programme.") % {"code": code})
    return found


def timetable_in(batch, timetable, programme, code) -> Timetable:
    """`timetable_of` as part of a batch. `timetable`: the one of that code, if there is one."""
    if timetable is None:
        timetable = batch.add(Timetable(programme=programme, code=code))
        batch.after(stamp_anew)
        batch.record("courses.make_timetable", timetable, after={"code": code})
    if timetable.programme_id != programme.pk:
        raise Refused(_("The timetable %(code)s belongs to another programme.") % {"code": code})
    return timetable


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
        raise Refused(_("A study plan cannot go by the timetable of another programme."))
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
        raise Refused(_("A study plan cannot go by the timetable of another programme."))
    before = plan.timetable_id
    batch.change(plan, was={"timetable": before}, timetable=timetable)
    batch.record("courses.follow_timetable", plan, before=before, after=timetable.pk)


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
        raise Refused(_("One of these units is not in the programme of this timetable."))
    stand = {r.unit_id: r for r in Release.objects.filter(timetable=timetable)}
    now = {key: dates(stand.get(key)) for key in units}
    refuse_late(lines)
    if seen:
        refuse_changed(lines, now, seen)
    changed = {key for key in lines if tuple(lines[key]) != now[key]}
    for key in changed:
        line = stand.get(key) or Release(timetable=timetable, unit_id=key)
        save_dates(line, *lines[key])
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


def refuse_late(lines):
    late = {
        key: _("It cannot be finished before it opens.")
        for key, (opens, ends) in lines.items()
        if opens and ends and ends < opens
    }
    if late:
        raise Faults(late)


def refuse_changed(lines, now, seen):
    """Where other dates stand now than were seen, and than are asked for."""
    since = {
        key: now[key]
        for key in lines
        if now[key] not in (seen.get(key, (None, None)), tuple(lines[key]))
    }
    if since:
        raise Changed(
            _(
                "Someone else has changed these dates since you opened the page. Nothing is saved yet."
            ),
            since,
        )


def save_dates(line, opens_on, finish_by):
    line.opens_on, line.finish_by = opens_on, finish_by
    if opens_on or finish_by:
        line.save()
    else:
        line.delete()


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
        lines = [
            _("“%(title)s” %(dates)s.")
            % {"title": units[key].title, "dates": in_words(*changes[key][1])}
            for key in mine
        ]
        if len(lines) > MOST_TOLD:
            lines[MOST_TOLD:] = [
                _("The dates of %(count)s more units changed too.")
                % {"count": len(lines) - MOST_TOLD}
            ]
        if lines:
            tell(
                person,
                _("Dates of your units have changed"),
                " ".join([*lines, _("Units you have studied stay studied.")]),
                "/study/",
            )


def in_words(opens, ends) -> str:
    opening = (
        _("opens on %(day)s") % {"day": short_day(opens)}
        if opens and opens > clock.today()
        else _("is open")
    )
    return (
        _("%(opening)s, to finish by %(day)s") % {"opening": opening, "day": short_day(ends)}
        if ends
        else opening
    )


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
