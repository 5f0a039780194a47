"""A module's handbook, and the rights that its law gives."""

from dataclasses import dataclass

from lms.kit import nations

from ..models import FormativeTask, Module, Provision, StudyTask, Unit, Work

HOURS_OF_A_CREDIT = 10  # of notional learning: QAA, and SCQF


@dataclass(frozen=True)
class Handbook:
    """What a module asks of somebody's time, what they read, and a task to practise with. Times in minutes."""

    module: Module
    taught: int
    units: int
    tasks: list[StudyTask]
    practice: FormativeTask | None
    assessment: int
    works: list[Work]  # what everybody reads first

    @property
    def study(self) -> int:
        return sum(task.minutes for task in self.tasks)

    @property
    def total(self) -> int:
        return (
            self.taught
            + self.units
            + self.study
            + (self.practice.minutes if self.practice else 0)
            + self.assessment
        )

    @property
    def expected(self) -> int:
        return self.module.credits * HOURS_OF_A_CREDIT * 60

    @property
    def is_written(self) -> bool:
        return bool(self.works or self.tasks or self.practice)

    @property
    def core(self):
        return [work for work in self.works if work.is_core]

    @property
    def further(self):
        return [work for work in self.works if not work.is_core]


def handbook(module) -> Handbook:
    """Six questions."""
    return Handbook(
        module=module,
        taught=module.taught_hours * 60,
        assessment=module.assessment_hours * 60,
        units=sum(Unit.objects.filter(module=module).values_list("minutes", flat=True)),
        tasks=list(module.study_tasks.prefetch_related("works")),
        practice=FormativeTask.objects.filter(module=module).first(),
        works=list(module.works.prefetch_related("units").order_by("-is_core", "authors", "year")),
    )


def rights_in(codes) -> list[dict]:
    """Every right of the ledger that may be used in one of these nations, as `courses.rights` reads it, with its `law`; of law that is in
    force. The nations as they are ordered everywhere, then by title. One question."""
    wanted, found = set(codes), []
    for law in Provision.objects.exclude(rights=[]).filter(commencement__in=("in_force", "partly")):
        found += [
            {**right, "law": law, "source": law.source}
            for right in law.rights
            if wanted & set(right["nations"])
        ]
    return sorted(found, key=lambda right: (right["title"], nations.ALL.index(right["nations"][0])))
