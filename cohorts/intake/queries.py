"""Cohorts that take nominations, their places, and who was nominated."""

from django.db.models import Count, F, Q

from lms.kit import clock, nations
from lms.people.invitations import hash_of

from ..enrolment.models import Cohort
from ..organisations.models import Contact, Organisation
from .models import NationPlaces, Nomination, PlaceApplication
from .states import ONE_AT_A_TIME, WAITING, NominationState


def open_cohorts():
    """Cohorts that have places and have not begun. A QuerySet, the nearest first."""
    return (
        Cohort.objects.filter(starts_on__gte=clock.today(), nation_places__places__gt=0)
        .distinct()
        .order_by("starts_on", "code")
    )


def organisations_of(person):
    """The organisations somebody may act for today. A QuerySet."""
    today = clock.today()
    mine = Contact.objects.filter(person_id=person.pk, starts_on__lte=today).exclude(
        ends_on__lt=today
    )
    return Organisation.objects.filter(pk__in=mine.values("organisation")).order_by("name")


def places_of(cohort) -> list[NationPlaces]:
    """The places of a cohort in the order of the nations; a nation without a line has none. One query."""
    found = {row.nation: row for row in NationPlaces.objects.filter(cohort=cohort)}
    return [
        found.get(code) or NationPlaces(cohort=cohort, nation=code, places=0)
        for code in nations.NATIONS
    ]


def intake_cohorts():
    """Cohorts that have not ended, or have nominations that wait for an answer, with how many are `new`, `listed` and `with_offer`. A QuerySet."""
    waiting = Q(nominations__state__in=WAITING)
    counts = {
        "new": NominationState.NEW,
        "listed": NominationState.WAITING_LIST,
        "with_offer": NominationState.OFFERED,
    }
    return (
        Cohort.objects.filter(Q(ends_on__gte=clock.today()) | waiting)
        .annotate(
            **{
                name: Count("nominations", filter=Q(nominations__state=state), distinct=True)
                for name, state in counts.items()
            }
        )
        .order_by("starts_on", "code")
    )


def nominations_for(cohort, state=""):
    """Those nominated for a cohort, the oldest first. A QuerySet."""
    rows = Nomination.objects.filter(cohort=cohort).select_related("organisation")
    return (rows.filter(state=state) if state else rows).order_by("nominated_at", "pk")


def counts_by_state(cohort) -> dict[str, int]:
    rows = Nomination.objects.filter(cohort=cohort).order_by().values_list("state")
    return dict(rows.annotate(Count("pk")))


def nomination_by(secret: str) -> Nomination | None:
    """The nomination whose offer a link answers. One query."""
    rows = Nomination.objects.select_related("cohort__programme", "organisation")
    return rows.filter(secret_hash=hash_of(secret)).exclude(secret_hash="").first()


def cohorts_to_apply_to():
    """Cohorts that take applications of people themselves: a registrar opened them to it, they have places and have not begun. A QuerySet."""
    return open_cohorts().filter(takes_applications=True)


def draft_of(cohort, email: str) -> PlaceApplication | None:
    """What this address has with a cohort: what was submitted and is open, also where it was deferred to this cohort; else a draft, which could not be submitted
    beside it. One query."""
    going = Q(nomination__cohort=cohort, nomination__state__in=ONE_AT_A_TIME)
    rows = PlaceApplication.objects.filter(
        going | Q(nomination=None, cohort=cohort), email__iexact=email
    )
    return rows.order_by(F("nomination").desc(nulls_last=True)).first()


def place_application_by(secret: str) -> PlaceApplication | None:
    """What a link opens today. One query."""
    rows = PlaceApplication.objects.filter(
        links__secret_hash=hash_of(secret), links__expires_at__gt=clock.now()
    )
    return rows.select_related("cohort__programme", "nomination").first()


def nomination_asked_about(secret: str) -> Nomination | None:
    """The application on which an employer is asked by this link, while it is open. One query."""
    rows = Nomination.objects.select_related("cohort__programme").filter(state__in=ONE_AT_A_TIME)
    return (
        rows.filter(employer_secret_hash=hash_of(secret)).exclude(employer_secret_hash="").first()
    )
