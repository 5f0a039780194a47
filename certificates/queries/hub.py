"""What waits for the Hub: the queues of its home page, and how many are in each."""

from collections import Counter

from django.db.models import F

from cohorts.applications.models import Application
from cohorts.confirming.queries import reports_open, supplied_open
from cohorts.employment.register import last_lines
from cohorts.organisations.models import TelephoneTask
from cohorts.organisations.queries import organisations_on
from lms.kit.counting import counting
from lms.kit.prepared_statements import CompiledQuery
from lms.people.bounces import open_bounces
from lms.people.models import Mail, UnreachableAddress

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

SHOWN = 25  # of each list on the first page; the rest is a step away
MOST_COUNTED = 1000


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
        applications=Application.objects.waiting(),
        undelivered=Mail.objects.undelivered(),
        bounces=open_bounces().exclude(office=UnreachableAddress.Office.REGISTRY),
        post_reports=reports_open(),
        supplied_posts=supplied_open(),
        checks=Check.objects.filter(asked_at__gte=week),
    )


_counts = CompiledQuery(_counting)


def first_unconfirmed(today) -> list:
    """The posts that no employer has confirmed, of today and to come, the earliest first: SHOWN of them, and one more where there
    are more. One query."""
    return _unconfirmed(today=today)


def count_unconfirmed(today) -> int:
    """How many there are, counted no further than one beyond MOST_COUNTED. One query."""
    return len(_unconfirmed_keys(today=today))


def _unconfirmed_posts(today):
    return last_lines().filter(confirmed_on=None).exclude(ends_on__lt=today)


_unconfirmed = CompiledQuery(
    lambda *, today: (
        _unconfirmed_posts(today)
        .select_related("employment__person")
        .order_by("starts_on", "pk")[: SHOWN + 1]
    )
)
_unconfirmed_keys = CompiledQuery(
    lambda *, today: _unconfirmed_posts(today).order_by().values_list("pk")[: MOST_COUNTED + 1]
)
