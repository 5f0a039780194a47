"""How somebody's renewal stands: the term, what the log and the draft hold, and each step."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from cohorts.enrolment.models import Enrolment
from lms.kit import clock

from ..accreditation.facts import Facts, with_last
from ..accreditation.renewal import RenewalProgress, Step, Term, steps, term_on
from ..accreditation.rule_book import RuleBook
from ..models import Certificate, LogEntry, Renewal
from ..states import RenewalState
from .facts import day_of, load_facts

OPEN = (RenewalState.DRAFT, RenewalState.ASKED, RenewalState.AUDIT)


@dataclass(frozen=True)
class Renewing:
    """One person's renewal as it stands today."""

    enrolment: Enrolment
    certificate: Certificate
    term: Term
    steps: list[Step]
    progress: RenewalProgress
    renewal: Renewal | None
    facts: Facts
    book: RuleBook

    @property
    def hours(self) -> str:
        return f"{self.progress.minutes / 60:g}"

    @property
    def missing(self) -> list[Step]:
        return [step for step in self.steps if not step.is_done]


def renewing(person_id) -> Renewing | None:
    """None for somebody without a certificate. Four questions."""
    rows = (
        Certificate.objects.current()
        .filter(enrolment__person=person_id)
        .select_related("enrolment__person", "enrolment__plan")
        .first()
    )
    if rows is None:
        return None
    found, today = load_facts([person_id]), clock.today()
    facts = with_last(found.facts[person_id], rows.enrolment_id)
    term = term_on(today, facts, found.book)
    if term is None:
        return None
    renewal = (
        Renewal.objects.filter(enrolment__person=person_id, term_ends_on=term.last_day)
        .exclude(state=RenewalState.REFUSED)
        .first()
    )
    done = renewal_progress(person_id, term, renewal, today)
    return Renewing(
        rows.enrolment,
        rows,
        term,
        steps(term, done, facts, today),
        done,
        renewal,
        facts,
        found.book,
    )


def cpd_log_of(person_id, term, today):
    """The entries that count for a term: up to its last day, or to today where it is renewed late."""
    until = max(term.last_day, today) if term.is_late(today) else term.last_day
    return LogEntry.objects.filter(
        person=person_id, on_day__gte=term.starts_on, on_day__lte=min(until, today)
    )


def renewal_progress(person_id, term, renewal, today) -> RenewalProgress:
    sums = cpd_log_of(person_id, term, today).aggregate(
        minutes=Sum("minutes"), talks=Count("pk", filter=Q(talked_at__isnull=False))
    )
    return RenewalProgress(
        sums["minutes"] or 0,
        sums["talks"],
        bool(renewal and renewal.statement.strip()),
        bool(renewal and renewal.is_declared),
    )


def frozen_until(person_id):
    """The last day whose log entries rest in a renewal that was asked for; they change no more."""
    asked = (
        Renewal.objects.filter(enrolment__person=person_id)
        .exclude(asked_at=None)
        .exclude(state=RenewalState.REFUSED)
    )
    ends = [min(r.term_ends_on, day_of(r.asked_at)) for r in asked]
    return max(ends) if ends else None


def awaiting_decision():
    """Renewals that wait for the Hub, the oldest first: those whose log is read, and those to be decided."""
    rows = Renewal.objects.filter(state__in=(RenewalState.ASKED, RenewalState.AUDIT))
    return rows.select_related("enrolment__person").order_by("asked_at", "pk")
