"""What waits for a registrar: how much of it, and since when."""

from collections import defaultdict

from assessments.cases.queries.appeals import appeals_for, overdue_appeals
from assessments.cases.queries.claims import claims_for, overdue_claims
from assessments.cases.queries.misconduct import cases_for, places_to_look
from assessments.deciding.queries.release import awaiting_release
from assessments.marking.queries import (
    awaiting_allocation,
    awaiting_third,
    corrections_to_agree,
    discussions_to_follow,
    moderations_to_act_on,
)
from assessments.taking.queries import open_late_answers, unread_notes
from cohorts.imports.models import Import
from cohorts.imports.states import ImportState
from lms.kit.counting import counting_oldest
from lms.kit.prepared_statements import CompiledQuery
from lms.people.models import Mail, User


def registry_counts(registrar) -> defaultdict[str, tuple]:
    """How many wait in each queue, and the moment of the oldest. Two queries: who may read which claim depends on more than a key. For someone who may see the registry's home, who may see
    undelivered mail too."""
    rows = [*_counts(registrar=registrar.pk), *_of_trainees(registrar)]
    return defaultdict(lambda: (0, None), {name: (count, since) for name, count, since in rows})


def _of_trainees(registrar):
    return counting_oldest(
        claims=(claims_for(registrar), "made_at"),
        overdue=(overdue_claims(registrar), None),
        appeals=(appeals_for(registrar), "made_at"),
        late_appeals=(overdue_appeals(registrar), None),
        cases=(cases_for(registrar), "made_at"),
        alike=(places_to_look(registrar), "found_at"),
    )


def _counting(*, registrar):
    person = User(pk=registrar)
    return counting_oldest(
        imports=(Import.objects.filter(state=ImportState.CHECKED), "made_at"),
        scripts=(awaiting_allocation(registrar), "submitted_at"),
        thirds=(awaiting_third(registrar), "submitted_at"),
        release=(awaiting_release(person), "submitted_at"),
        corrections=(corrections_to_agree(person), "requested_at"),
        discussions=(discussions_to_follow(person), "begun_at"),
        moderations=(moderations_to_act_on(person), "begun_at"),
        notes=(unread_notes(person), "submitted_at"),
        late_answers=(open_late_answers(person), "at"),
        mail=(Mail.objects.undelivered(), None),
    )


_counts = CompiledQuery(_counting)
