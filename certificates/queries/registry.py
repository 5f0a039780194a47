"""What waits for a registrar: how much of it, and since when."""

from collections import defaultdict

from assessments.deciding.queries.release import awaiting_release
from assessments.marking.queries import (
    awaiting_allocation,
    awaiting_third,
    corrections_to_agree,
)
from assessments.taking.queries import unread_notes
from cohorts.imports.models import Import
from cohorts.imports.states import ImportState
from lms.kit.counting import counting_oldest
from lms.kit.prepared_statements import CompiledQuery
from lms.people.models import Mail, User


def registry_counts(registrar) -> defaultdict[str, tuple]:
    """How many wait in each queue, and the moment of the oldest. One query. For someone who may see the registry's home, who may see
    undelivered mail too."""
    found = {name: (count, since) for name, count, since in _counts(registrar=registrar.pk)}
    return defaultdict(lambda: (0, None), found)


def _counting(*, registrar):
    person = User(pk=registrar)
    return counting_oldest(
        imports=(Import.objects.filter(state=ImportState.CHECKED), "made_at"),
        scripts=(awaiting_allocation(registrar), "submitted_at"),
        thirds=(awaiting_third(registrar), "submitted_at"),
        release=(awaiting_release(person), "submitted_at"),
        corrections=(corrections_to_agree(person), "requested_at"),
        notes=(unread_notes(person), "submitted_at"),
        mail=(Mail.objects.undelivered(), None),
    )


_counts = CompiledQuery(_counting)
