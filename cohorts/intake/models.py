"""Places of a cohort by nation, and who was nominated for one. Nothing here is on anybody's account before they accept."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock, nations
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from ..enrolment.models import Cohort, Enrolment
from ..organisations.models import Contact, Organisation
from .states import (
    NOMINATION_TRANSITIONS,
    ONE_AT_A_TIME,
    WITH_A_PLACE,
    EmployerAnswer,
    NominationState,
)

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
    """A person whom an organisation nominates for a cohort, or who applied themselves (`organisation` is empty then), and what came of it.
    What was typed is cleared some time after it was closed (`clearing`)."""

    PERSONAL_DATA = {
        "given_names": "who is nominated, as their employer or they themselves typed it",
        "family_name": "who is nominated, as their employer or they themselves typed it",
        "email": "where an offer goes",
        "post": "their role at the organisation",
        "line_manager": "for the entry of the register, by which they never mark the person's work",
        "statement": "why they are nominated or apply; cleared IMSA_NOMINATION_CLOSED_DAYS after it was closed, as is the rest",
        "organisation": "the employer",
        "nations": "where they are to serve",
        "nominated_by": "which contact nominated them",
        "decided_by": "key of the registrar",
        "reason": "the note on a decision; of a refusal what the employer is told",
        "student_reference": "the University's key, once there is an offer",
        "enrolment": "what an acceptance made",
        "employer": "where they work, as they typed it themselves",
        "employer_email": "whom we ask at their employer, where they ticked that we may",
        "employer_answer": "what was answered there",
    }
    TRANSITIONS = NOMINATION_TRANSITIONS

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="nominations")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="nominations",
        help_text=gettext_lazy("Empty: the person applied themselves."),
    )
    employer = models.CharField(max_length=200, blank=True)
    employer_email = models.EmailField(blank=True)
    employer_secret_hash = models.CharField(max_length=64, blank=True, db_index=True)
    employer_answer = models.CharField(max_length=8, choices=EmployerAnswer.choices, blank=True)
    employer_answered_at = models.DateTimeField(null=True)
    given_names = models.CharField(max_length=150, blank=True)
    family_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField()
    post = models.CharField(max_length=200)
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    line_manager = models.EmailField(blank=True)
    statement = models.TextField()
    nominated_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
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
    closed_at = models.DateTimeField(
        null=True,
        help_text=gettext_lazy("Empty while it is open, and in those closed before this was kept."),
    )
    cleared_at = models.DateTimeField(null=True)
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
                condition=models.Q(state__in=ONE_AT_A_TIME, organisation=None),
                name="one_own_application_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(organisation=None, nominated_by=None)
                | models.Q(organisation__isnull=False, nominated_by__isnull=False),
                name="nominated_by_an_employer_or_oneself",
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
        name = f"{self.given_names} {self.family_name}".strip()
        return name or (_("Name removed") if self.cleared_at else "")

    @property
    def is_own(self) -> bool:
        """Did the person apply themselves?"""
        return self.organisation_id is None

    @property
    def employer_name(self) -> str:
        return self.organisation.name if self.organisation else self.employer

    @property
    def is_invented(self) -> bool:
        return bool(self.organisation and self.organisation.is_invented)


class PlaceApplication(models.Model):
    """What somebody types to apply for a place themselves, until they submit it: then it is a nomination, and this row leads their link to it."""

    PERSONAL_DATA = {
        "email": "where the link goes; deleted with the draft, or when the nomination is cleared",
        "answers": "what they typed; emptied when it is submitted, drafts are deleted",
        "nomination": "what it became",
    }

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="applications")
    email = models.EmailField(max_length=254)
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=clock.now)
    nomination = models.OneToOneField(
        Nomination, on_delete=models.PROTECT, null=True, related_name="application"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("application for a place")
        constraints = [
            models.UniqueConstraint(
                "cohort",
                Lower("email"),
                condition=models.Q(nomination=None),
                name="one_place_draft_per_address",
            )
        ]
        indexes = [models.Index(fields=["saved_at"], name="place_applications_by_day")]


class PlaceLink(models.Model):
    """A link that was mailed for an application; a newer one ends none."""

    PERSONAL_DATA = {"application": "what it opens"}

    application = models.ForeignKey(
        PlaceApplication, on_delete=models.CASCADE, related_name="links"
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("link to an application for a place")
