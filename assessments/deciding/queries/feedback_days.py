"""Which sittings have a feedback date and results that are not released, and who is told of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncDate

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.people.models import Role, User
from lms.people.roles import holders_of_each

from ...attempts.models import Attempt
from ...setting.calendar import LONDON
from ...setting.judging import BY_LEADER, release_rule
from ...setting.models import Sitting
from ...setting.queries import judging_of_each
from ...setting.rules import leaders_today
from ...setting.working_days import working_day_of
from ...taking.models import Submission
from ...taking.states import SubmissionState
from ..reminders import FeedbackReminder, step_on
from .release import without_holds

REST = 60  # more days than the University is closed in a row


@dataclass(frozen=True)
class FeedbackDay:
    """A `sitting` with the day on which its feedback is due, whose results are not all released: how many marks could be (`agreed`), how many scripts are still being marked, and of which `step` its releasers are told today."""

    sitting: Sitting
    due_on: date
    agreed: int
    marking: int
    step: int
    is_leaders: bool = False  # does the leader of the module release it too?


def not_released():
    """Scripts of first attempts that were due by the feedback date of their cohort and whose result their author does not see: neither what is held back nor of
    people who left. A QuerySet."""
    rows = Submission.objects.filter(
        attempt__is_current=True, attempt__kind=Attempt.FIRST, attempt__released_at=None
    )
    rows = rows.exclude(state__in=[SubmissionState.DRAFT, SubmissionState.RATIFIED])
    return without_holds(rows.exclude(enrolment__state=EnrolmentState.LEFT))


def feedback_days(today: date) -> list[FeedbackDay]:
    """Of every sitting of which somebody is told something today. Two queries, and two for each cohort with a date that comes near."""
    days = settings.IMSA_FEEDBACK_REMINDER_WORKING_DAYS
    last = today + timedelta(days=4 * days + REST)
    waits = not_released().filter(
        enrolment__cohort=OuterRef("cohort"), assessment=OuterRef("assessment")
    )
    rows = Sitting.objects.filter(Exists(waits), feedback_due_on__lte=last)
    rows = rows.select_related("assessment", "cohort", "version")
    sittings: list[Any] = [
        one for one in rows if step_on(one.feedback_due_on, today, last) is not None
    ]
    if not sittings:
        return []
    counts = _counts(sittings)
    sittings = [one for one in sittings if counts.get((one.cohort_id, one.assessment_id))]
    judged = judging_of_each({one.cohort_id: one.cohort for one in sittings}.values())
    near = _near(sittings, judged, today, days) if days else {}
    found = []
    for one in sittings:
        step = step_on(one.feedback_due_on, today, near.get(one.cohort_id))
        if step is not None:
            agreed, marking = counts[one.cohort_id, one.assessment_id]
            rule = release_rule(judged[one.cohort_id].rules, one.version)
            found.append(
                FeedbackDay(one, one.feedback_due_on, agreed, marking, step, rule.by == BY_LEADER)
            )
    return found


def _near(sittings, judged, today, days) -> dict[int, date]:
    cohorts = {one.cohort_id for one in sittings if one.feedback_due_on > today}
    return {key: working_day_of(key, judged[key].rules, days, today) for key in sorted(cohorts)}


def releasers(days: list[FeedbackDay]) -> list[User]:
    """Who is told of any of it: registrars, and the tutors who lead a module whose leader releases. Three queries at most."""
    holders = holders_of_each(Role.REGISTRAR, Role.TUTOR)
    led = _led(days)
    tutors = [one for one in holders[Role.TUTOR] if one.pk in led]
    return list({one.pk: one for one in [*holders[Role.REGISTRAR], *tutors]}.values())


def _led(days) -> dict[int, set[int]]:
    """The modules with something that their leader releases, by the key of who leads them today."""
    modules = {one.sitting.assessment.module_id for one in days if one.is_leaders}
    found: dict[int, set[int]] = {}
    if modules:
        lines = leaders_today().filter(module__in=modules)
        for person, module in lines.values_list("person_id", "module_id"):
            found.setdefault(person, set()).add(module)
    return found


def _counts(sittings) -> dict[tuple[int, int], tuple[int, int]]:
    """By cohort and piece: marks that are agreed, and scripts that are being marked. One query."""
    due = {(one.cohort_id, one.assessment_id): one.feedback_due_on for one in sittings}
    rows = not_released().filter(
        enrolment__cohort__in={one.cohort_id for one in sittings},
        assessment__in={one.assessment_id for one in sittings},
    )
    rows = rows.annotate(own_due=TruncDate("attempt__due_at", tzinfo=LONDON))
    rows = rows.order_by().values("enrolment__cohort", "assessment", "own_due", "state")
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for row in rows.annotate(n=Count("pk")):
        place = row["enrolment__cohort"], row["assessment"]
        if place not in due or (row["own_due"] and row["own_due"] > due[place]):
            continue  # of who was given more time feedback comes later
        agreed, marking = found.get(place, (0, 0))
        is_agreed = row["state"] == SubmissionState.AGREED
        found[place] = (agreed + row["n"], marking) if is_agreed else (agreed, marking + row["n"])
    return found


def untold(people, days: list[FeedbackDay]) -> dict[int, list[FeedbackDay]]:
    """Of what each of these people is still to be told, by key; nothing of a cohort that they study in, and who is no registrar only what they release as leader. Four queries."""
    sittings = {one.sitting.pk for one in days}
    told = set(
        FeedbackReminder.objects.filter(person__in=people, sitting__in=sittings).values_list(
            "person_id", "sitting_id", "due_on", "step"
        )
    )
    office = {one.pk for one in holders_of_each(Role.REGISTRAR)[Role.REGISTRAR]}
    led = _led(days)
    learns = set(Enrolment.objects.filter(person__in=people).values_list("person_id", "cohort_id"))
    found = {}
    for person in people:
        own = [
            one
            for one in days
            if (person.pk, one.sitting.pk, one.due_on, one.step) not in told
            and (person.pk, one.sitting.cohort_id) not in learns
            and (
                person.pk in office
                or (one.is_leaders and one.sitting.assessment.module_id in led.get(person.pk, ()))
            )
        ]
        if own:
            found[person.pk] = own
    return found
