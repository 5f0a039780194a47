"""What waits for the Hub: the queues of its home page, and how many are in each."""

from collections import Counter

from django.db.models import F

from cohorts.organisations.models import TelephoneTask
from cohorts.organisations.queries import organisations_on
from lms.kit.counting import counting
from lms.kit.prepared_statements import CompiledQuery
from lms.people.models import Mail

from ..models import (
    Check,
    Concern,
    EntryRequest,
    PendingDecision,
    Proposal,
    RefusedFile,
)
from ..states import ConcernState, ProposalState, RequestState
from .people import to_follow_up
from .renewals import awaiting_decision


def hub_queues(today, month) -> dict:
    """By name a QuerySet with what comes first in front; files refused since `month`, a moment."""
    return {
        "proposals": Proposal.objects.filter(state=ProposalState.PROPOSED)
        .select_related("enrolment__person", "proposed_by")
        .order_by("proposed_at"),
        "pending": PendingDecision.objects.filter(state=ProposalState.PROPOSED)
        .select_related("organisation", "enrolment__person", "proposed_by")
        .order_by(F("confirm_by").asc(nulls_last=True), "pk"),
        "requests": EntryRequest.objects.filter(state=RequestState.ASKED)
        .select_related("person")
        .order_by("asked_at"),
        "concerns": Concern.objects.filter(state=ConcernState.OPEN)
        .select_related("person")
        .order_by("opened_at"),
        "calls": TelephoneTask.objects.filter(recorded_at=None).select_related("organisation"),
        "rescissions": to_follow_up(),
        "refused": RefusedFile.objects.filter(brought_at__gte=month),
        "organisations": organisations_on(today, approval="suspended"),
    }


def hub_counts(today, month, week) -> Counter[str]:
    """How many are in each queue, and the renewals, undelivered mails and checks since `week`, which are listed elsewhere. One query. For
    someone who may see the Hub's home, who may see undelivered mail too."""
    return Counter(dict(_counts(today=today, month=month, week=week)))


def _counting(*, today, month, week):
    return counting(
        **hub_queues(today, month),
        renewals=awaiting_decision(),
        undelivered=Mail.objects.undelivered(),
        checks=Check.objects.filter(asked_at__gte=week),
    )


_counts = CompiledQuery(_counting)
