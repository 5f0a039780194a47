"""Whom the stages share: the staff, the day, and the trainees by how far they go."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from assessments import demonstration as invented_work
from assessments.setting.actions.sittings import set_deadline
from assessments.setting.models import Assessment
from cohorts import demonstration as invented_register
from cohorts.enrolment.models import Cohort, Enrolment
from courses import demonstration as invented_programme
from lms.kit import clock
from lms.people.demonstration import staff
from lms.people.roles import Operator

STAGES = ["enrolled", "studying", "marking", "board", "issued"]

# How far each trainee goes: the first eight are issued, the last has only just enrolled.
LADDER = [
    ("issued", 8),
    ("decided", 4),
    ("board", 4),
    ("marking", 4),
    ("studying", 3),
    ("enrolled", 1),
]
HEIGHT = {"enrolled": 0, "studying": 1, "marking": 2, "board": 3, "decided": 4, "issued": 4}
CHAIR = "Professor Margaret Oyelaran"
FIRST_INTAKE, SECOND_INTAKE = "IMSA-2025-09", "IMSA-2026-09"


@dataclass
class Scene:
    """The people and dates that the stages share."""

    by: Operator
    day: date
    staff: dict
    stage: str

    @property
    def markers(self):
        return [self.staff["tutor"], self.staff["second"], self.staff["third"]]

    def reaches(self, group, stage):
        return min(HEIGHT[group], STAGES.index(self.stage)) >= HEIGHT[stage]


def on(day):
    return clock.at(day)


def ground(stage) -> Scene:
    """Programme, staff, organisations, people, posts and deadlines."""
    by = Operator("seed_demo")
    with on(date(2025, 7, 8)):
        people = staff(by=by, starts_on=date(2025, 7, 8))
        invented_programme.load(by=by)
        invented_work.load(by=by)
    invented_register.load(by=by)
    scene = Scene(by=by, day=clock.today(), staff=people, stage=stage)
    first, second = (Cohort.objects.get(code=c) for c in (FIRST_INTAKE, SECOND_INTAKE))
    fixed = {
        "IMSA701": date(2026, 1, 16),
        "IMSA702": date(2026, 3, 27),
        "IMSA703": date(2026, 6, 5),
    }
    ahead = {"IMSA701": 17, "IMSA702": 87, "IMSA703": 157}
    for assessment in Assessment.objects.select_related("module"):
        module = assessment.module.code
        set_deadline(assessment, first, at_five(fixed[module]), by=by)
        set_deadline(
            assessment, second, at_five(friday_after(scene.day + timedelta(ahead[module]))), by=by
        )
    return scene


def at_five(day):
    return timezone.make_aware(datetime.combine(day, time(17)))


def weekday_before(day):
    return day - timedelta(max(0, day.weekday() - 4))


def friday_after(day):
    return day + timedelta((4 - day.weekday()) % 7)


def grouped() -> dict[str, list[Enrolment]]:
    """The trainees by how far they go: each intake in its file's order, with Siân at the front of the
    first and Màiri, whose next unit is the Scottish law, at the front of those who study."""
    first = list(
        Enrolment.objects.filter(cohort__code=FIRST_INTAKE)
        .select_related("person", "cohort", "plan")
        .order_by("pk")
    )
    second = list(
        Enrolment.objects.filter(cohort__code=SECOND_INTAKE)
        .select_related("person", "cohort", "plan")
        .order_by("pk")
    )
    first.sort(key=lambda e: e.person.email != "sian.llewellyn@imsa.example")
    second.sort(key=lambda e: e.person.email != "mairi.nicdhomhnaill@imsa.example")
    second[:] = second[1:5] + second[:1] + second[5:]
    groups, waiting = {}, first + second
    for name, size in LADDER:
        groups[name], waiting = waiting[:size], waiting[size:]
    return groups
