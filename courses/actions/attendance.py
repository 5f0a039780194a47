"""Attendance: who was at a taught session, and what that means for their units.

The record holds keys only. Why somebody was taken off a list is one of a few reasons and never free
words, because the record cannot be erased.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.refusals import May, Refused, insist
from lms.kit.templatetags.kit import moment, short_day
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from .. import rules
from ..models import Progress, StudyPlan, Variant
from ..states import Mark
from .sessions import lock
from .timetables import Changed

MODES = {"in_room": gettext_lazy("In the room"), "online": gettext_lazy("Online")}
WAYS = {
    "register": gettext_lazy("Register"),
    "code": gettext_lazy("Attendance code"),
    "import": gettext_lazy("File of a meeting"),
}
WAY_REASONS = {"register": "", "import": "import"}
WHY_PUT_RIGHT = {
    "slip": gettext_lazy("It was ticked by mistake"),
    "other_session": gettext_lazy("They were at another session"),
    "other_way": gettext_lazy("They were there in another way"),
    "left": gettext_lazy("They left soon after it began"),
}


def may_record_attendance(by) -> May:
    return may_act_as(by, Role.TUTOR)


@transaction.atomic
def record_attendance(session, present, *, by, way="register") -> int:
    """Record who was there: `present` is person's key to a mode; who is left out is not marked. `way`: how it came, one of WAYS.

    1. a mark in each variant of the unit on the person's plan, 2. one record entry, with keys. All or
    nothing; says how many are new. Raises Changed where somebody else recorded another mode first.
    """
    insist(may_record_attendance(by))
    session = lock(session)
    refuse_early(session)
    variants = variants_by_person(session)
    refuse_unreadable(present, variants)
    now = attended(session)
    refuse_other_modes(present, now)
    keep_marks(session, present, variants, way, by)
    new = {str(pk): mode for pk, mode in sorted(present.items()) if pk not in now}
    if new:
        write("courses.record_attendance", session, by=by, after=new, reason=WAY_REASONS[way])
    return len(new)


def refuse_early(session):
    if timezone.localtime(session.starts_at).date() > clock.today():
        raise Refused(
            _("This session is on %(day)s. Attendance is recorded from that day.")
            % {"day": short_day(session.starts_at)}
        )


def refuse_unreadable(present, variants):
    if set(present.values()) - set(MODES):
        raise Refused(_("Say for each person whether they were in the room or online."))
    if set(present) - set(variants):
        raise Refused(
            _("One of these people has no open study plan for this session. Nothing is saved.")
        )


def refuse_other_modes(present, now):
    others = {pk: now[pk] for pk, mode in present.items() if pk in now and now[pk] != mode}
    if others:
        raise Changed(
            _(
                "Someone else has recorded other answers since you opened the page. Nothing is saved yet."
            ),
            others,
        )


def keep_marks(session, present, variants, way, by):
    """A mark in each variant of the unit that is on the person's plan."""
    marks = [
        mark_of(session, pk, variant, mode, way, by)
        for pk, mode in present.items()
        for variant in variants[pk]
    ]
    Progress.objects.bulk_create(marks, ignore_conflicts=True)


@transaction.atomic
def put_attendance_right(session, person, *, by, mode, why, seen=None) -> str:
    """Change how somebody was there, or take them off (`mode` empty), for one of WHY_PUT_RIGHT.

    1. their marks, 2. the record is written, with keys, 3. they are told what their page now says. A unit they
    have studied stays studied. `seen`: the mode on the page; raises Changed where it is another now.
    """
    insist(may_record_attendance(by))
    session = lock(session)
    if mode and mode not in MODES or why not in WHY_PUT_RIGHT:
        raise Refused(_("Say how they were there and why the list is put right."))
    now = attended(session).get(person.pk, "")
    if now == mode:
        return now
    if seen is not None and now != seen:
        stands = MODES.get(now, _("Not recorded")).lower()
        raise Changed(
            _("Someone else has changed this since you opened the page. It now says: %(stands)s.")
            % {"stands": stands},
            {person.pk: now},
        )
    if not now:
        raise Refused(_("They are not on the list of this session. Record their attendance there."))
    change_marks(session, person, mode, by)
    write(
        "courses.put_attendance_right",
        session,
        by=by,
        reason=why,
        before={str(person.pk): now},
        after={str(person.pk): mode or None},
    )
    tell_of_attendance(session, person, mode)
    return mode


def change_marks(session, person, mode, by):
    marks = Progress.objects.filter(person=person, kind=Mark.ATTENDED, key=str(session.pk))
    if mode:
        marks.update(data=mark_data(session, mode, "register", by))
    else:
        marks.delete()


def tell_of_attendance(session, person, mode):
    says = (
        _("recorded as: %(mode)s") % {"mode": MODES[mode].lower()}
        if mode
        else _("no longer recorded")
    )
    tell(
        person,
        (_("Your attendance was put right: %(unit)s") % {"unit": session.unit.title})[:200],
        _("Session on %(moment)s: your attendance is %(says)s.")
        % {"moment": moment(session.starts_at), "says": says},
        "/study/sessions/",
    )


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


def mark_data(session, mode, way, by) -> dict:
    """What a mark of attendance holds: its session, how they were there, how that came and from whom (a key)."""
    return {"session": session.pk, "mode": mode, "way": way, "by": by.pk}


def mark_of(session, person_key, variant, mode, way, by) -> Progress:
    return Progress(
        person_id=person_key,
        variant=variant,
        kind=Mark.ATTENDED,
        key=str(session.pk),
        data=mark_data(session, mode, way, by),
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
