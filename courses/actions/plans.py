"""Study plans: who may study what, for which nations."""
from django.db import transaction

from lms.kit import nations
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.people.actions import tell
from lms.people.models import User
from lms.record.actions import write

from .. import rules
from ..models import StudyPlan
from .timetables import carry_attendance


@transaction.atomic
def open_plan(person, programme, for_nations, *, by, opened_on) -> StudyPlan:
    """Let a person study a programme for some nations; the open plan there is, is returned.

    1. the plan, 2. the record is written. Refused when the open plan is for other nations.
    """
    insist(rules.may_plan(by))
    wanted = in_order(for_nations)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    standing = StudyPlan.objects.filter(person=person, programme=programme, closed_on__isnull=True).first()
    if standing:
        if standing.nations != wanted:
            where = nations.sentence(standing.nations)
            raise Refused(f"There is an open plan for {where}. Change its nations instead.")
        return standing
    plan = StudyPlan.objects.create(person=person, programme=programme, nations=wanted, opened_on=opened_on)
    write("courses.open_plan", plan, by=by, after={"person": person.pk, "nations": wanted})
    return plan


@transaction.atomic
def set_nations(plan, for_nations, *, by) -> StudyPlan:
    """Change the nations of an open plan.

    1. the nations, 2. sessions attended count for the texts that join, 3. the record is written, 4. the trainee is told.
    """
    insist(rules.may_plan(by))
    wanted = in_order(for_nations)
    locked = StudyPlan.objects.select_for_update(no_key=True).select_related("person", "programme").get(pk=plan.pk)
    if locked.closed_on:
        raise Refused("This study plan is closed, so its nations cannot change.")
    if locked.nations != wanted:
        before, locked.nations = locked.nations, wanted
        locked.save(update_fields=["nations"])
        carry_attendance(locked, by=by)
        write("courses.set_nations", locked, by=by, before=before, after=wanted)
        tell(
            locked.person, f"You now study for {nations.sentence(wanted)}",
            f"Your study plan was for {nations.sentence(before)}. It is now for {nations.sentence(wanted)}. "
            "Units you have studied stay studied.",
            "/study/",
        )
    plan.nations = wanted
    return plan


@transaction.atomic
def close_plan(plan, *, by, on) -> StudyPlan:
    """End a plan from a day: 1. the day, 2. the record is written. What was studied stays."""
    insist(rules.may_plan(by))
    locked = StudyPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if locked.closed_on and locked.closed_on != on:
        raise Refused(f"This study plan was closed on {short_day(locked.closed_on)}.")
    if on < locked.opened_on:
        raise Refused("A study plan cannot close before the day it was opened.")
    if not locked.closed_on:
        locked.closed_on = on
        locked.save(update_fields=["closed_on"])
        write("courses.close_plan", locked, by=by, after=on.isoformat())
    plan.closed_on = on
    return plan


def in_order(for_nations) -> list[str]:
    """Known nations in the house's order, at least one."""
    wanted = [code for code in nations.NATIONS if code in set(for_nations)]
    if not wanted or set(for_nations) - set(wanted):
        raise Refused("A study plan needs at least one of the four nations, and only those.")
    return wanted
