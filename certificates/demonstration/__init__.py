"""Takes the invented pilot to a stage by the same actions real people use; it refuses real people's databases.

May import every shelf of this room, and the demonstrations of the rooms below. Start reading at `seed`."""

from django.db import transaction

from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Organisation
from lms.kit import codes
from lms.kit.refusals import Refused
from lms.people.models import User
from lms.record.actions import write
from lms.record.models import Entry

from ..models import Certificate
from .certificates import certify
from .coursework import (
    call_next_board,
    deferred_work,
    first_intake_work,
    second_intake_work,
    summer_board,
)
from .holders import let_employer_ask
from .scene import STAGES, ground, grouped
from .showcase import show_more
from .study import law_and_marks, study, taught_sessions

SEEDING = "demonstration.seed"


def seeded_stage() -> str | None:
    entry = Entry.objects.filter(action=SEEDING).order_by("-pk").first()
    return entry.after["stage"] if entry else None


def seed(stage: str) -> dict:
    """Build the demonstration up to `stage`, or carry it on from where it is.

    Raises Refused when the database holds somebody who was not invented, or is past `stage`.
    """
    if User.objects.filter(is_invented=False).exists():
        raise Refused(
            "This database holds real people. The demonstration is never mixed with them."
        )
    past = seeded_stage()
    if past and STAGES.index(past) > STAGES.index(stage):
        raise Refused(
            f"The demonstration is already at “{past}”. Set IMSA_HOME to an empty folder for an earlier stage."
        )
    if past != stage:
        # The record's length makes a seed that was cut short carry on with other numbers.
        with codes.predictable(f"{stage} {Entry.objects.count()}"):
            build(stage)
    return {"stage": stage, "unchanged": past == stage, **counts()}


def build(stage):
    scene = ground(stage)
    groups = grouped()
    study(scene, groups)
    taught_sessions(scene)
    if stage in STAGES[1:]:
        law_and_marks(scene, groups)
    if stage in STAGES[2:]:
        first_intake_work(scene, groups)
    if stage == "board":
        call_next_board(scene, "Board for the first intake")
    if stage == "issued":
        summer_board(scene)
        certify(scene, groups)
        let_employer_ask(scene, groups)
        deferred_work(scene, groups)
        call_next_board(scene, "Autumn board, deferred work")
    if stage in STAGES[2:]:
        second_intake_work(scene, groups)
    if stage == STAGES[-1]:
        show_more(scene, groups)
    remember(scene)


def remember(scene):
    with transaction.atomic():
        write(SEEDING, "demonstration", by=scene.by, after={"stage": scene.stage})


def counts() -> dict:
    return {
        "people": User.objects.count(),
        "trainees": Enrolment.objects.count(),
        "organisations": Organisation.objects.count(),
        "certificates": Certificate.objects.count(),
        "record_entries": Entry.objects.count(),
    }
