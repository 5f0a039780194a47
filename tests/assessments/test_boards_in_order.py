"""Of several boards' decisions on one module the newest counts: for an award and against one."""

from datetime import timedelta

import pytest
from django.db import transaction

from assessments.deciding.actions.boards import add_awards
from assessments.deciding.models import Award, BoardDecision
from lms.kit import clock
from lms.kit.batches import Batch

from .scene import OP

DAY = timedelta(days=1)


@pytest.mark.parametrize(("first", "second", "awards"), [(False, True, 1), (True, False, 0)])
def test_the_newest_decision_on_a_module_counts(scene, first, second, awards):
    boards = [scene.board(), None]
    boards[1] = type(boards[0]).objects.create(
        cohort=scene.cohort,
        title="Spring board",
        meets_on=boards[0].meets_on + 100 * DAY,
        state="ratified",
    )
    # The later decision is recorded first, as it is where an earlier board's minutes come late.
    for board, is_pass, day in ((boards[1], second, 100), (boards[0], first, 0)):
        for module in (scene.one, scene.two):
            BoardDecision.objects.create(
                board=board,
                enrolment=scene.enrolment,
                module=module,
                mark=60 if is_pass else 20,
                is_pass=is_pass,
                decided_at=clock.now() + day * DAY,
            )
    batch = Batch(by=OP)
    add_awards(batch, boards[1], {scene.enrolment.pk: scene.enrolment}, [])
    with transaction.atomic():
        batch.write()
    assert Award.objects.count() == awards
