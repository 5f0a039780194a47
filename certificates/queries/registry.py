"""What waits for a registrar: how much of it, and since when."""

from collections import defaultdict

from django.conf import settings

from assessments.cases.models.office import OfficeReader, reader_of
from assessments.cases.queries.appeals import appeals_for, overdue_appeals
from assessments.cases.queries.claims import claims_for, overdue_claims
from assessments.cases.queries.misconduct import cases_for, places_to_look
from assessments.cases.queries.prior_learning import prior_claims_for
from assessments.deciding.queries.release import awaiting_release
from assessments.marking.queries import (
    awaiting_allocation,
    awaiting_third,
    corrections_to_agree,
    discussions_to_follow,
    moderations_to_act_on,
)
from assessments.taking.queries import open_late_answers, unread_notes
from cohorts.enrolment.queries import overdue_returns
from cohorts.imports.models import Import
from cohorts.imports.states import ImportState
from cohorts.intake.models import Nomination
from cohorts.intake.states import NominationState
from lms.kit import clock
from lms.kit.counting import counting_oldest
from lms.kit.prepared_statements import CompiledQuery
from lms.people.bounces import open_bounces
from lms.people.models import Mail, UnreachableAddress, User
from lms.people.names import names_to_look_at

from .account_merges import merges_to_confirm


def registry_counts(registrar) -> defaultdict[str, tuple]:
    """How many wait in each queue, and the moment of the oldest. For someone who may see the registry's home, who may see undelivered mail too.
    Three queries: who may read which claim depends on more than a key."""
    rows = [*_counts(registrar=registrar.pk, today=clock.today()), *_of_trainees(registrar)]
    return defaultdict(lambda: (0, None), {name: (count, since) for name, count, since in rows})


def _of_trainees(registrar):
    reader, today = reader_of(registrar), clock.today()
    if reader is None:
        return []
    if reader.references:  # texts in a list have no placeholder
        return _counting_requests(reader, today)
    limits = settings.IMSA_ALIKE_WORDS, settings.IMSA_ALIKE_PERCENT  # stand in the question
    name = {"name": reader.search_key} if reader.search_key else {}
    return _requests(*limits, registrar=reader.pk, today=today, **name)


def _counting_requests(reader, today):
    return counting_oldest(
        claims=(claims_for(reader), "made_at"),
        overdue=(overdue_claims(reader, today), None),
        prior=(prior_claims_for(reader, "to_act"), "made_at"),
        appeals=(appeals_for(reader), "made_at"),
        late_appeals=(overdue_appeals(reader, today), None),
        cases=(cases_for(reader), "made_at"),
        alike=(places_to_look(reader), "found_at"),
    )


_requests = CompiledQuery(
    lambda *_, registrar, today, name="": _counting_requests(OfficeReader(registrar, name), today)
)


def _counting(*, registrar, today):
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
        bounces=(open_bounces().exclude(office=UnreachableAddress.Office.HUB), None),
        display_names=(names_to_look_at(), None),
        nominations=(Nomination.objects.filter(state=NominationState.NEW), "nominated_at"),
        returns=(overdue_returns(today), None),
        merges=(merges_to_confirm(person), None),
    )


_counts = CompiledQuery(_counting)
