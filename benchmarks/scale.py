"""Fills a copy of the demonstration with many units, trainees and studies, by rows and not by actions."""

from datetime import date

from courses.models import (
    Citation,
    Module,
    Programme,
    Provision,
    Study,
    StudyPlan,
    Unit,
    UnitVersion,
    Variant,
)
from courses.models.curriculum import one_part
from courses.models.curriculum_stamp import stamp_anew
from lms.kit import clock, nations
from lms.people.models import User


def more_units(count, letter="B", provision=None):
    """`count` further units with one published version each, every one citing `provision`."""
    module = Module.objects.order_by("order").last()
    text = (
        "<h2>Heading</h2>"
        + "<p>Some words about an advocate’s work, as many as a unit has.</p>" * 60
    )
    units = Unit.objects.bulk_create(
        Unit(module=module, code=f"{letter}-{n}", title=f"Unit {n}", order=1000 + n)
        for n in range(count)
    )
    variants = Variant.objects.bulk_create(
        Variant(unit=u, key="all", nations=nations.ALL) for u in units
    )
    versions = UnitVersion.objects.bulk_create(
        UnitVersion(
            variant=v,
            number=1,
            title=v.unit.title,
            html=text,
            parts=one_part(text),
            words=700,
            hash=f"{letter}{n:063}",
        )
        for n, v in enumerate(variants)
    )
    if provision:
        Citation.objects.bulk_create(
            Citation(version=v, provision=provision, reading=0) for v in versions
        )
    stamp_anew()
    return versions


def more_trainees(count, versions, each):
    """`count` people with a plan, who studied `each` of the versions."""
    programme = Programme.objects.get()
    people = User.objects.bulk_create(
        (
            User(
                email=f"bench{n}@imsa.example",
                first_name="Bench",
                last_name=str(n),
                is_invented=True,
            )
            for n in range(count)
        ),
        batch_size=2000,
    )
    StudyPlan.objects.bulk_create(
        (
            StudyPlan(
                person=p, programme=programme, nations=["scotland"], opened_on=date(2025, 9, 1)
            )
            for p in people
        ),
        batch_size=2000,
    )
    now = clock.now()
    for start in range(0, count, 500):
        Study.objects.bulk_create(
            (
                Study(person=p, version=versions[(n + k) % len(versions)], studied_at=now)
                for n, p in enumerate(people[start : start + 500], start)
                for k in range(each)
            ),
            batch_size=5000,
        )


def a_provision():
    return Provision.objects.order_by("pk").first()
