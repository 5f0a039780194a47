"""Decisions that touch many people or give leave to act: one officer proposes each, and another confirms it; none confirms their own."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Organisation
from lms.kit import clock
from lms.kit.transitions import state_field

from ..states import PROPOSAL_TRANSITIONS, ProposalState
from .certificates import Credential

PERSON = settings.AUTH_USER_MODEL
OPEN = models.Q(state=ProposalState.PROPOSED)


class PendingDecision(models.Model):
    """What one officer proposes, with the preview they were shown; it counts when a second officer confirms it.

    An interim suspension of an organisation counts at once, and is confirmed or lifted afterwards.
    """

    PERSONAL_DATA = {
        "enrolment": "whose accreditation",
        "credential": "whose award",
        "reason": "why; the registry and the Hub only; kept with the decision",
        "terms": "days, nations, rules or working name proposed; a name that was dropped is not kept",
        "confirm_by": "by when a second officer decides",
        "subject": "what is decided",
        "preview": "keys of those whose standing would change",
        "proposed_by": "who proposed",
        "closed_by": "who confirmed or dropped",
        "why_dropped": "the registry and the Hub only",
        "effect": "keys of those whose standing or entry changes, before and after, as it was shown",
    }
    TRANSITIONS = PROPOSAL_TRANSITIONS

    class Subject(models.TextChoices):
        APPROVAL = "approval", gettext_lazy("Approval of an organisation")
        NATIONS = "nations", gettext_lazy("Nations of an organisation")
        RULES = "rules", gettext_lazy("Rules of accreditation")
        TEMPORARY = "temporary", gettext_lazy("Temporary accreditation")
        RESCISSION = "rescission", gettext_lazy("Rescission of an award")
        REINSTATEMENT = "reinstatement", gettext_lazy("Reinstatement of an award")
        LIFT = "lift", gettext_lazy("Answering about a withheld entry")
        NAME = "name", gettext_lazy("Answering to another family name")

    subject = models.CharField(max_length=14, choices=Subject.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, related_name="pending_decisions"
    )
    credential = models.ForeignKey(
        Credential, on_delete=models.PROTECT, null=True, related_name="pending_decisions"
    )
    terms = models.JSONField(
        default=dict, help_text=gettext_lazy("What would be decided: days as ISO dates.")
    )
    from_day = models.DateField()
    reason = models.TextField(max_length=4000, blank=True)
    preview = models.JSONField(
        default=list,
        help_text=gettext_lazy("Who would have another standing, as the proposer saw it."),
    )
    effect = models.JSONField(
        default=dict,
        help_text=gettext_lazy(
            "What changes for whom, as shown to the proposer and, once confirmed, to the one who confirmed."
        ),
    )
    is_interim = models.BooleanField(
        default=False,
        help_text=gettext_lazy("It counts already; a second officer confirms or lifts it."),
    )
    confirm_by = models.DateField(null=True)
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    why_dropped = models.TextField(blank=True, max_length=4000)
    state = state_field(ProposalState, ProposalState.PROPOSED)

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = gettext_lazy("proposed decision")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ProposalState.CONFIRMED)
                | (
                    models.Q(closed_by__isnull=False) & ~models.Q(closed_by=models.F("proposed_by"))
                ),
                name="pending_two_people_decide",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=OPEN & models.Q(subject="approval"),
                name="pending_one_per_organisation",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=OPEN & models.Q(subject="nations"),
                name="pending_one_of_nations",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=OPEN & models.Q(subject="rules"),
                name="pending_one_of_rules",
            ),
            *(
                models.UniqueConstraint(
                    fields=["enrolment"], condition=OPEN & models.Q(subject=subject), name=name
                )
                for subject, name in (
                    ("temporary", "pending_one_temporary"),
                    ("lift", "pending_one_lift"),
                    ("name", "pending_one_name"),
                )
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=OPEN & models.Q(subject__in=["rescission", "reinstatement"]),
                name="pending_one_per_award",
            ),
        ]


class StandingNotice(models.Model):
    """The standing last made known to a person (no organisation) or to an employer of theirs: a bookmark, so that each change is told once."""

    PERSONAL_DATA = {
        "person": "whose standing",
        "standing": "the standing last made known",
        "coming": "standings of days to come, made known",
    }

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, related_name="+"
    )
    standing = models.JSONField(default=dict, help_text=gettext_lazy("Code, nations, conditions."))
    coming = models.JSONField(
        default=list,
        help_text=gettext_lazy(
            "Standings of days to come that were made known: day, then the standing."
        ),
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"], name="one_bookmark_per_employer"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(organisation=None),
                name="one_bookmark_per_person",
            ),
        ]
