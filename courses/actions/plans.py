"""Study plans: who may study what, for which nations."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import nations
from lms.kit.batches import Batch
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.people.models import User
from lms.people.notices import bring_now
from lms.record.actions import write

from .. import rules
from ..models import StudyPlan
from .attendance import carry_attendance_of
from .timetables import follow_timetable_in


@transaction.atomic
def open_plan(person, programme, for_nations, *, by, opened_on) -> StudyPlan:
    """Let a person study a programme for some nations; the open plan there is, is returned.

    1. the plan, 2. the record is written. Refused when the open plan is for other nations.
    """
    insist(rules.may_plan(by))
    wanted = in_order(for_nations)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    standing = StudyPlan.objects.filter(
        person=person, programme=programme, closed_on__isnull=True
    ).first()
    if standing:
        return open_plan_in(Batch(by=by), standing, person, programme, wanted, opened_on=opened_on)
    batch = Batch(by=by)
    plan = open_plan_in(batch, None, person, programme, wanted, opened_on=opened_on)
    batch.write()
    return plan


def open_plan_in(
    batch, standing, person, programme, for_nations, *, opened_on, timetable=None
) -> StudyPlan:
    """`open_plan` and, where there is one, `follow_timetable` as part of a batch. `standing`: the person's open plan of this programme."""
    wanted = in_order(for_nations)
    if standing and standing.nations != wanted:
        where = nations.sentence(standing.nations)
        raise Refused(
            _("There is an open plan for %(where)s. Change its nations instead.") % {"where": where}
        )
    plan = standing
    if plan is None:
        plan = batch.add(
            StudyPlan(person=person, programme=programme, nations=wanted, opened_on=opened_on)
        )
        batch.record("courses.open_plan", plan, after={"person": person.pk, "nations": wanted})
    if timetable and plan.timetable_id != timetable.pk:
        follow_timetable_in(batch, plan, timetable)
    return plan


@transaction.atomic
def set_nations(plan, for_nations, *, by) -> StudyPlan:
    """Change the nations of an open plan.

    1. the nations, 2. sessions attended count for the texts that join, 3. the record is written, 4. the trainee is told.
    """
    insist(rules.may_plan(by))
    wanted = in_order(for_nations)
    locked = (
        StudyPlan.objects.select_for_update(no_key=True)
        .select_related("person", "programme")
        .get(pk=plan.pk)
    )
    if locked.closed_on:
        raise Refused(_("This study plan is closed, so its nations cannot change."))
    if locked.nations != wanted:
        batch = Batch(by=by)
        set_nations_in(batch, locked, wanted)
        batch.after(lambda: carry_attendance_of([locked]))
        batch.write()
        bring_now(batch)
    plan.nations = wanted
    return plan


def set_nations_in(batch, plan, for_nations):
    """`set_nations` as part of a batch, of an open plan for other nations; the caller lets attendance follow (`carry_attendance_of`)."""
    wanted, before = in_order(for_nations), list(plan.nations)
    if plan.closed_on:
        raise Refused(_("This study plan is closed, so its nations cannot change."))
    batch.change(plan, was={"closed_on": None}, nations=wanted)
    batch.record("courses.set_nations", plan, before=before, after=wanted)
    batch.tell(
        plan.person,
        _("You now study for %(nations)s") % {"nations": nations.sentence(wanted)},
        _(
            "Your study plan was for %(before)s. It is now for %(wanted)s. "
            "Units you have studied stay studied."
        )
        % {"before": nations.sentence(before), "wanted": nations.sentence(wanted)},
        "/study/",
    )


@transaction.atomic
def close_plan(plan, *, by, on) -> StudyPlan:
    """End a plan from a day: 1. the day, 2. the record is written. What was studied stays."""
    insist(rules.may_plan(by))
    locked = StudyPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if locked.closed_on and locked.closed_on != on:
        raise Refused(
            _("This study plan was closed on %(day)s.") % {"day": short_day(locked.closed_on)}
        )
    if on < locked.opened_on:
        raise Refused(_("A study plan cannot close before the day it was opened."))
    if not locked.closed_on:
        locked.closed_on = on
        locked.save(update_fields=["closed_on"])
        write("courses.close_plan", locked, by=by, after=on.isoformat())
    plan.closed_on = on
    return plan


@transaction.atomic
def reopen_plan(plan, *, by) -> StudyPlan:
    """Closing a plan undone: 1. it has no last day, 2. the record is written. Refused where another plan of the programme is open."""
    insist(rules.may_plan(by))
    User.objects.select_for_update(no_key=True).get(pk=plan.person_id)
    locked = StudyPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if locked.closed_on is None:
        return locked
    if StudyPlan.objects.filter(
        person=locked.person_id, programme=locked.programme_id, closed_on=None
    ).exists():
        raise Refused(_("Another study plan of this programme is open for this person."))
    before, locked.closed_on = locked.closed_on, None
    locked.save(update_fields=["closed_on"])
    write("courses.reopen_plan", locked, by=by, before=before.isoformat())
    plan.closed_on = None
    return locked


def in_order(for_nations) -> list[str]:
    """Known nations in the house's order, at least one."""
    wanted = [code for code in nations.NATIONS if code in set(for_nations)]
    if not wanted or set(for_nations) - set(wanted):
        raise Refused(_("A study plan needs at least one of the four nations, and only those."))
    return wanted
