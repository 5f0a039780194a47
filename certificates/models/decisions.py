"""What the Hub decides: the rules of accreditation, concerns and their outcome, temporary leave, and how an entry answers."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from lms.kit import clock, nations
from lms.kit.transitions import state_field

from ..accreditation.facts import CONDITIONS, RESTORED, SUSPENDED, WITHDRAWN
from ..states import (
    CONCERN_TRANSITIONS,
    PROPOSAL_TRANSITIONS,
    REQUEST_TRANSITIONS,
    ConcernState,
    ProposalState,
    RequestState,
)
from .certificates import AppendOnlyModel

PERSON = settings.AUTH_USER_MODEL


class Kind(models.TextChoices):
    CONDITIONS = CONDITIONS, gettext_lazy("Conditions")
    SUSPENDED = SUSPENDED, gettext_lazy("Suspended")
    RESTORED = RESTORED, gettext_lazy("Restored")
    WITHDRAWN = WITHDRAWN, gettext_lazy("Withdrawn")


class RuleLine(AppendOnlyModel):
    """The rules of accreditation from a day on; what was decided before keeps to the rules of its day. A line recorded
    later replaces those that were to begin after its day."""

    PERSONAL_DATA = {"decided_by": "who decided"}

    number = models.PositiveIntegerField(
        unique=True, help_text=gettext_lazy("Of two officers at once one is first.")
    )
    from_day = models.DateField()
    rules = models.JSONField(
        help_text=gettext_lazy("As certificates.accreditation.rule_book.Rules.")
    )
    reason = models.TextField()
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("line of rules")


class Concern(models.Model):
    """Something the Hub was told about a person's practice. Read by Hub officers alone."""

    PERSONAL_DATA = {
        "person": "about whom",
        "text": "what was said; the Hub only; emptied IMSA_REMARK_YEARS after closing",
        "opened_by": "who wrote it down",
        "outcome": "what came of it; the Hub only; emptied with it",
        "closed_by": "who closed it",
    }
    TRANSITIONS = CONCERN_TRANSITIONS

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="concerns")
    text = models.TextField(max_length=8000)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    outcome = models.TextField(blank=True, max_length=4000)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    state = state_field(ConcernState, ConcernState.OPEN)

    class Meta:
        ordering = ["-opened_at", "-pk"]


class Proposals(models.QuerySet):
    def visible_to(self, user):
        """What one has been told of oneself."""
        return self.filter(enrolment__person_id=user.pk).exclude(told_at=None)


class Proposal(models.Model):
    """A decision that one Hub officer proposes: the person may answer, and a second officer confirms it or drops it."""

    PERSONAL_DATA = {
        "enrolment": "whose accreditation",
        "reason": "why; the Hub only",
        "words": "what a checker would be told",
        "concern": "what it is about",
        "grounds": "what the person is told of why, so that they can answer",
        "reply": "the person's answer; the Hub only",
        "proposed_by": "who proposed",
        "closed_by": "who confirmed or dropped",
        "why_dropped": "the Hub only",
        "effect": "what a checker is told before and after, as it was shown",
    }
    TRANSITIONS = PROPOSAL_TRANSITIONS

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="proposals")
    concern = models.ForeignKey(
        Concern, on_delete=models.PROTECT, null=True, related_name="proposals"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    from_day = models.DateField()
    until_day = models.DateField(null=True)
    words = models.CharField(max_length=300, blank=True)
    reason = models.TextField(max_length=4000)
    grounds = models.TextField(
        max_length=4000,
        blank=True,
        help_text=gettext_lazy("Why, as the person reads it, so that they can answer."),
    )
    is_interim = models.BooleanField(
        default=False,
        help_text=gettext_lazy("While a concern is looked into: the person answers afterwards."),
    )
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(null=True)
    reply_by = models.DateField(null=True)
    reply = models.TextField(blank=True, max_length=8000)
    replied_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    why_dropped = models.TextField(blank=True, max_length=4000)
    effect = models.JSONField(
        default=dict,
        help_text=gettext_lazy(
            "Before and after, as shown to the proposer and, once confirmed, to the one who confirmed."
        ),
    )
    state = state_field(ProposalState, ProposalState.PROPOSED)
    objects = Proposals.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ProposalState.CONFIRMED)
                | ~models.Q(closed_by=models.F("proposed_by")),
                name="two_people_decide",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ProposalState.CONFIRMED)
                | models.Q(closed_by__isnull=False),
                name="a_second_person_confirms",
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(state=ProposalState.PROPOSED),
                name="one_open_proposal",
            ),
        ]

    @property
    def mark(self) -> str:
        """Another one once the person has answered: a second officer confirms what they read."""
        return self.replied_at.isoformat() if self.replied_at else ""


class Sanction(AppendOnlyModel):
    """A dated line that limits or restores an accreditation. The reason is never shown to a checker."""

    PERSONAL_DATA = {
        "enrolment": "whose accreditation",
        "reason": "why; the Hub only",
        "words": "what a checker is told",
        "proposed_by": "who proposed it",
        "decided_by": "who confirmed it",
    }
    Kind = Kind

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="sanctions")
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="sanction"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    from_day = models.DateField()
    until_day = models.DateField(
        null=True,
        help_text=gettext_lazy("Its last day; what it stood upon is in force again after it."),
    )
    words = models.CharField(
        max_length=300,
        blank=True,
        help_text=gettext_lazy("The conditions, as a checker reads them."),
    )
    reason = models.TextField()
    proposed_by = models.CharField(max_length=80)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["from_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("proposed_by")),
                name="nobody_sanctions_alone",
            ),
            models.CheckConstraint(
                condition=models.Q(until_day=None) | models.Q(until_day__gte=models.F("from_day")),
                name="a_sanction_ends_after_it_begins",
            ),
        ]


class Temporary(models.Model):
    """Leave to act as an IMSA before the certificate, for some nations and a stretch of days."""

    PERSONAL_DATA = {
        "enrolment": "whose accreditation",
        "nations": "where they may act",
        "reason": "why; the Hub only",
        "decided_by": "who decided",
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="temporary")
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    from_day = models.DateField()
    until_day = models.DateField()
    reason = models.TextField(max_length=4000)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    is_called_off = models.BooleanField(
        default=False, help_text=gettext_lazy("Ended before it began.")
    )

    class Meta:
        ordering = ["from_day", "pk"]
        verbose_name = gettext_lazy("temporary accreditation")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__gte=models.F("from_day")),
                name="temporary_ends_after_it_begins",
            ),
        ]


class Withholding(models.Model):
    """From `from_day` the public check answers “not found” for this person, for their safety."""

    PERSONAL_DATA = {
        "person": "whose entry is withheld",
        "reason": "why; the Hub only",
        "decided_by": "who decided",
    }

    class Mode(models.TextChoices):
        EVERYBODY = "everybody", gettext_lazy("Nobody (safety)")
        HUB = "hub", gettext_lazy("Approved organisations are told to ask the Hub")

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="withholdings")
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.EVERYBODY)
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)
    reason = models.TextField()
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until_day=None), name="one_open_withholding"
            )
        ]


class WorkingName(models.Model):
    """The family name a person works under: the check asks for it instead of the name on file."""

    PERSONAL_DATA = {
        "person": "whose name",
        "name": "the name they work under",
        "decided_by": "who decided",
    }

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="working_names")
    name = models.CharField(max_length=150)
    from_day = models.DateField()
    until_day = models.DateField(null=True)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until_day=None), name="one_open_working_name"
            )
        ]


class EntryRequests(models.QuerySet):
    def visible_to(self, user):
        return self.filter(person_id=user.pk)


class EntryRequest(models.Model):
    """What a holder asks of their entry on the register, for their safety, and what the Hub did."""

    PERSONAL_DATA = {
        "person": "who asks",
        "text": "why; the Hub only",
        "name": "the name they work under",
        "answer": "what the Hub answered",
        "answered_by": "who answered",
        "is_proved": "whether they gave their second factor for it",
    }
    TRANSITIONS = REQUEST_TRANSITIONS

    class What(models.TextChoices):
        WITHHOLD = "withhold", gettext_lazy("Nobody is told anything about me")
        HUB = "hub", gettext_lazy("Employers ask the Hub instead of the site")
        NAME = "name", gettext_lazy("I work under another family name")
        LIFT = "lift", gettext_lazy("The check answers for me again")

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="entry_requests")
    what = models.CharField(max_length=10, choices=What.choices)
    name = models.CharField(max_length=150, blank=True)
    text = models.TextField(blank=True, max_length=4000)
    asked_at = models.DateTimeField(default=clock.now)
    is_proved = models.BooleanField(
        default=False,
        help_text=gettext_lazy(
            "Asked in a session that had just given the second factor: one officer may then show the entry again."
        ),
    )
    answer = models.TextField(blank=True, max_length=2000)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    state = state_field(RequestState, RequestState.ASKED)
    objects = EntryRequests.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state=RequestState.ASKED),
                name="one_open_entry_request",
            )
        ]

    @property
    def mark(self) -> str:
        """Another one as soon as another word is asked: an officer answers what they read."""
        return sha256(
            "\0".join([self.what, self.name, self.text, str(self.is_proved)]).encode()
        ).hexdigest()[:16]
