"""Places of a cohort by nation, and who was nominated for one. Nothing here is on anybody's account before they accept."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy

from lms.kit import clock, nations
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from ..enrolment.models import Cohort, Enrolment
from ..organisations.models import Contact, Organisation
from .states import NOMINATION_TRANSITIONS, ONE_AT_A_TIME, WITH_A_PLACE, NominationState

PERSON = settings.AUTH_USER_MODEL


class NationPlaces(models.Model):
    """How many places a cohort has for a nation, and how many of them are offered or accepted. The database refuses one too many."""

    PERSONAL_DATA = {}

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="nation_places")
    nation = models.CharField(max_length=20, choices=list(nations.NATIONS.items()))
    places = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["cohort", "nation"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "nation"], name="places_once_a_nation"),
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")), name="no_place_offered_twice"
            ),
        ]

    def __str__(self):
        return f"{self.nation}: {self.taken}/{self.places}"

    @property
    def free(self) -> int:
        return self.places - self.taken


class Nominations(models.QuerySet):
    def visible_to(self, user):
        """Registrars see all; a contact those of the organisations they act for today."""
        return self if has_role(user, Role.REGISTRAR) else self.of_contact(user)

    def of_contact(self, person):
        """Of the organisations that somebody acts for today, whatever else they are."""
        today = clock.today()
        contacts = Contact.objects.filter(person_id=person.pk, starts_on__lte=today).exclude(
            ends_on__lt=today
        )
        return self.filter(organisation__in=contacts.values("organisation"))


class Nomination(models.Model):
    """A person whom an organisation nominates for a cohort, and what came of it."""

    PERSONAL_DATA = {
        "given_names": "who is nominated, as their employer typed it",
        "family_name": "who is nominated, as their employer typed it",
        "email": "where an offer goes",
        "post": "their role at the organisation",
        "line_manager": "for the entry of the register, by which they never mark the person's work",
        "statement": "why the organisation nominates them; no end is set yet, nor for the rest",
        "organisation": "the employer",
        "nations": "where they are to serve",
        "nominated_by": "which contact nominated them",
        "decided_by": "key of the registrar",
        "reason": "the note on a decision; of a refusal what the employer is told",
        "student_reference": "the University's key, once there is an offer",
        "enrolment": "what an acceptance made",
    }
    TRANSITIONS = NOMINATION_TRANSITIONS

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="nominations")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="nominations"
    )
    given_names = models.CharField(max_length=150, blank=True)
    family_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField()
    post = models.CharField(max_length=200)
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    line_manager = models.EmailField(blank=True)
    statement = models.TextField()
    nominated_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    nominated_at = models.DateTimeField(default=clock.now)
    state = state_field(NominationState, NominationState.NEW)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    student_reference = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField(
        null=True, help_text=gettext_lazy("First day of the enrolment that is offered.")
    )
    secret_hash = models.CharField(max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, null=True, related_name="nomination"
    )
    objects = Nominations.as_manager()

    class Meta:
        ordering = ["-nominated_at", "-pk"]
        indexes = [models.Index(fields=["cohort", "state"], name="nominations_by_state")]
        constraints = [
            models.UniqueConstraint(
                "cohort",
                "organisation",
                Lower("email"),
                condition=models.Q(state__in=ONE_AT_A_TIME),
                name="one_nomination_at_a_time",
            ),
            models.UniqueConstraint(
                "cohort",
                Lower("email"),
                condition=models.Q(state__in=WITH_A_PLACE),
                name="one_offer_per_person_and_cohort",
            ),
            models.UniqueConstraint(
                fields=["student_reference"],
                condition=models.Q(state=NominationState.OFFERED),
                name="one_offer_per_student_reference",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=NominationState.OFFERED)
                | (
                    models.Q(expires_at__isnull=False, starts_on__isnull=False)
                    & ~models.Q(secret_hash="")
                    & ~models.Q(student_reference="")
                ),
                name="an_offer_can_be_answered",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=NominationState.ACCEPTED)
                | models.Q(enrolment__isnull=False),
                name="an_acceptance_has_an_enrolment",
            ),
        ]

    def __str__(self):
        return f"{self.organisation_id} {self.cohort_id} {self.state}"

    @property
    def full_name(self):
        return f"{self.given_names} {self.family_name}".strip()
