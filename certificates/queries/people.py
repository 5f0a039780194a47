"""Where people stand, and whose certificate waits; a fixed number of questions, however many people."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from assessments.deciding.models import Award
from cohorts.employment.register import by_family_name, posts_at
from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.people.models import User

from ..accreditation.eligibility import why_not
from ..accreditation.facts import nations_served, with_last, withheld_on
from ..accreditation.standing import Nation, Standing, not_counting_once_issued
from ..accreditation.standing_wording import words_for
from ..models import Certificate, Credential, Renewal, Revocation
from .facts import load_facts

LED_BY = ("award_rescinded", "withdrawn", "suspended", "lapsed", "between_posts")


@dataclass(frozen=True)
class Stood:
    """A person's enrolment with its standing on a day."""

    person: User
    enrolment: Enrolment
    standing: Standing
    on_day: date
    withheld: str = ""

    @property
    def words(self):
        return words_for(self.standing.code)

    @property
    def is_over(self) -> bool:
        """Taken away for good: nothing that would keep it going is asked of them any more."""
        return self.standing.code in ("withdrawn", "award_rescinded")

    @property
    def is_stopped(self) -> bool:
        """Their own pages lead with why (`why_not_today`), so nothing else has to say it again."""
        return self.standing.code in LED_BY

    @property
    def is_rescinded(self) -> bool:
        return self.standing.code == "award_rescinded"


@dataclass(frozen=True)
class Waiting:
    """An award without a certificate, and every reason why there is none; an empty list means it can be issued."""

    enrolment: Enrolment
    award: Award
    reasons: list[str]
    not_counting: tuple[
        Nation, ...
    ] = ()  # nations the certificate would name and that would not count yet


def awaiting_issue(cohort=None, day=None, enrolments=None, fact_set=None) -> list[Waiting]:
    """Awards without a certificate, and those whose holder was given a nation since: the oldest first. `enrolments` are the keys of
    those that are looked at, `fact_set` what is known of the people already."""
    day = day or clock.today()
    awards = Award.objects.select_related(
        "enrolment__person", "enrolment__cohort", "enrolment__plan"
    )
    awards = awards if enrolments is None else awards.filter(enrolment__in=enrolments)
    awards = (awards.filter(enrolment__cohort=cohort) if cohort else awards).exclude(
        pk__in=rescinded()
    )
    grown = (
        Certificate.objects.current().exclude(nations=F("enrolment__plan__nations")).values("award")
    )
    waiting = list(
        awards.filter(Q(certificates=None) | Q(pk__in=grown)).order_by(
            "conferred_on", "enrolment__person__sort_key", "pk"
        )
    )
    fact_set = fact_set or load_facts([a.enrolment.person_id for a in waiting])
    return [
        _waiting(
            a, with_last(fact_set.facts[a.enrolment.person_id], a.enrolment_id), fact_set.book, day
        )
        for a in waiting
    ]


def _waiting(award, facts, book, day):
    reasons = why_not(facts, day)
    return Waiting(
        award.enrolment,
        award,
        reasons,
        () if reasons else not_counting_once_issued(facts, day, book),
    )


@dataclass(frozen=True)
class Again:
    """A certificate that says less than what is true now, and why it is to be issued again."""

    certificate: Certificate
    why: str


def rescinded():
    """Awards that the University took back, and has not reinstated."""
    in_force = Revocation.objects.filter(why=Revocation.Why.RESCINDED, reinstatement=None)
    return Credential.objects.filter(revocations__in=in_force).values("certificate__award")


def to_follow_up():
    """Rescissions in force that no Hub officer has dealt with, the oldest first, whatever else was decided about the person."""
    rows = Revocation.objects.filter(
        why=Revocation.Why.RESCINDED, reinstatement=None, follow_up=None
    ).order_by("pk")
    return rows.select_related("credential__certificate__enrolment__person")


def to_issue_again(enrolments=None) -> list[Again]:
    """Certificates, of these enrolments or of all, whose holder has another name on file now, or whose term was renewed since: those that speak, whose award
    stands, whose term runs and whose nations a post of today serves, since without one none is issued. Three questions."""
    newer = Certificate.objects.filter(
        enrolment__person=OuterRef("enrolment__person"), issued_at__gt=OuterRef("issued_at")
    )
    rows = (
        Certificate.objects.current()
        .select_related("enrolment__person")
        .order_by("issued_at", "pk")
        .exclude(award__in=rescinded())
        .filter(~Exists(newer))
    )
    runs = Renewal.objects.filter(enrolment=OuterRef("enrolment"), granted_until__gte=clock.today())
    rows = rows if enrolments is None else rows.filter(enrolment__in=enrolments)
    rows = rows.filter(Q(valid_until__gte=clock.today()) | Exists(runs))
    named = rows.annotate(given=KT("facts__given_names"), family=KT("facts__family_name")).exclude(
        given=F("enrolment__person__first_name"),
        family=F("enrolment__person__last_name"),
    )
    renewed = rows.filter(enrolment__renewals__granted_until__gt=F("valid_until")).distinct()
    found = {c.pk: Again(c, _("The accreditation was renewed.")) for c in renewed}
    waiting = [
        *found.values(),
        *(Again(c, _("The name on file changed.")) for c in named if c.pk not in found),
    ]
    facts = (
        load_facts({again.certificate.enrolment.person_id for again in waiting}).facts
        if waiting
        else {}
    )
    return [
        a
        for a in waiting
        if nations_served(clock.today(), facts[a.certificate.enrolment.person_id])
        & set(a.certificate.nations)
    ]


def standings_of(enrolments, day=None) -> list[Stood]:
    """One standing a person: their newest enrolment stands for them."""
    day = day or clock.today()
    newest = {e.person_id: e for e in sorted(enrolments, key=lambda e: (e.enrolled_on, e.pk))}
    found = load_facts(newest)
    return [
        Stood(e.person, e, found.standing(key, day), day, withheld_on(day, found.facts[key]))
        for key, e in newest.items()
    ]


def people(organisation, day=None) -> list[Stood]:
    """An organisation's own people: those with a post there that day, by family name, each with a standing."""
    day = day or clock.today()
    keys = {post.person_id for post in posts_at(organisation, day)}
    enrolments = Enrolment.objects.filter(person_id__in=keys).select_related(
        "person", "cohort", "plan"
    )
    return sorted(standings_of(enrolments, day), key=lambda s: by_family_name(s.person))


def holds_certificate(person) -> bool:
    """Was a certificate ever issued to this person? One statement."""
    return Certificate.objects.filter(enrolment__person=person).exists()
