"""What the trainees have read, which sessions they came to, and how the law moved on."""

from datetime import timedelta

from cohorts.enrolment.actions import timetable_for
from cohorts.enrolment.models import Cohort, Enrolment
from courses import actions as teaching
from courses.demonstration import happenings
from courses.demonstration.teaching import invent_releases, invent_sessions
from courses.models import UnitVersion
from courses.queries import path

from .scene import FIRST_INTAKE, SECOND_INTAKE, on


def study(scene, groups):
    """Everybody reads as far as they are. One person has a unit of one nation left to do."""
    versions = UnitVersion.objects.select_related("variant__unit__module").in_bulk()
    for group, enrolments in groups.items():
        for index, enrolment in enumerate(enrolments):
            units = [
                unit
                for module in path(enrolment.person, enrolment.plan.programme)
                for unit in module.units
            ]
            if not scene.reaches(group, "studying"):
                continue
            if group == "studying":
                units = units[: 2 + index]
            elif group == "marking":
                units = [u for u in units if u.unit.module.code == "IMSA701"]
            elif group == "decided" and index == 3:
                units = [u for u in units if u.variant.is_for_all]
            begun = enrolment.cohort.starts_on + timedelta(10)
            for n, unit in enumerate(units):
                with on(min(begun + timedelta(4 * n), scene.day)):
                    teaching.mark_studied(enrolment.person, versions[unit.version.id], by=scene.by)


def taught_sessions(scene):
    """Sessions with their attendance; a later unit of the second intake opens on a day to come."""
    for cohort in Cohort.objects.filter(code__in=[FIRST_INTAKE, SECOND_INTAKE]):
        timetable = timetable_for(cohort, by=scene.by)
        people = [
            e.person
            for e in Enrolment.objects.filter(cohort=cohort)
            .exclude(state="left")
            .select_related("person")
        ]
        invent_sessions(timetable, people, by=scene.by, day=scene.day)
        if cohort.code == SECOND_INTAKE:
            invent_releases(timetable, by=scene.by, day=scene.day)


def law_and_marks(scene, groups):
    """The law moved on after some had studied it; trainees answered, voted and stopped half way."""
    happenings.the_law_moves_on(by=scene.staff["third"], day=scene.day)
    with on(scene.day - timedelta(5)):
        happenings.some_have_read_it([e.person for e in groups["issued"][1:4]])
        happenings.votes([e.person for e in [*groups["issued"][:3], *groups["studying"][:3]]])
    for person in {groups["studying"][0].person, groups["issued"][0].person}:
        happenings.marks_of(person, day=scene.day)
