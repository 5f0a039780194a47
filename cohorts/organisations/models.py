"""Employing Organisations, the decisions on them, and who may act for them."""

from django.conf import settings
from django.db import models

from lms.kit import clock, nations

from .states import ApprovalAction

PERSON = settings.AUTH_USER_MODEL


class Organisation(models.Model):
    """An Employing Organisation; whether it is approved is folded from its dated approvals."""

    PERSONAL_DATA = {}

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200, unique=True)
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    sector = models.CharField(max_length=120, blank=True)
    charity_number = models.CharField(max_length=40, blank=True)
    is_invented = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Approval(models.Model):
    """One dated decision about an organisation; the last one that has begun is in force. An approval with a last day is over on the day after it
    (`queries.with_end`)."""

    PERSONAL_DATA = {"decided_by": "who decided"}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="approvals"
    )
    action = models.CharField(max_length=16, choices=ApprovalAction.choices, db_column="deed")
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["from_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__isnull=True)
                | models.Q(action=ApprovalAction.APPROVED, until_day__gte=models.F("from_day")),
                name="approval_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(action=ApprovalAction.EXPIRED),
                name="approval_expiry_is_not_recorded",
            ),
        ]


class Contact(models.Model):
    """A person who may act for an organisation."""

    PERSONAL_DATA = {"person": "who may act for the organisation"}

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="contacts")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="contacts"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True)  # by themselves, signed in

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=models.Q(ends_on__isnull=True),
                name="one_open_contact",
            )
        ]


class TelephoneTask(models.Model):
    """An organisation that no message can reach is to be told by telephone: open until an officer records the call."""

    PERSONAL_DATA = {
        "text": "what the organisation is to be told, of whom; emptied IMSA_REMARK_YEARS after the call",
        "recorded_by": "who telephoned",
        "note": "whom they spoke to; the Hub only; emptied with it",
    }

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="telephone_tasks"
    )
    subject = models.CharField(max_length=200)
    text = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recorded_at__isnull=True) | models.Q(recorded_by__isnull=False),
                name="a_call_has_a_caller",
            ),
        ]


class Condition(models.Model):
    """What an organisation must do by a day to keep its approval; open until an officer records that it is met."""

    PERSONAL_DATA = {"recorded_by": "which officer set it", "met_by": "which officer found it met"}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="conditions"
    )
    text = models.TextField(max_length=1000)
    due_on = models.DateField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(default=clock.now)
    met_on = models.DateField(null=True)
    met_by = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(met_on__isnull=True) | ~models.Q(met_by=""),
                name="condition_met_by_somebody",
            )
        ]


class Memorandum(models.Model):
    """A version of the memorandum that the organisation signed. Lines are only added; the one recorded last counts, so that a slip is put right by another."""

    PERSONAL_DATA = {
        "signatory": "who signed for the organisation",
        "recorded_by": "which officer recorded it",
    }

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memoranda"
    )
    version = models.CharField(max_length=40)
    signatory = models.CharField(max_length=200)
    signed_on = models.DateField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["signed_on", "pk"]


class OrganisationReview(models.Model):
    """An annual review of an approved organisation, as an officer recorded it. Lines are only added."""

    PERSONAL_DATA = {"recorded_by": "which officer", "findings": "what they found; the Hub only"}

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reviews")
    on_day = models.DateField()
    findings = models.TextField(max_length=4000)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["on_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "on_day"], name="organisation_one_review_a_day"
            )
        ]


class OrganisationLine(models.Model):
    """What an organisation is called and does from a day, with the reason of the change. Lines are only added; one that was never changed has none."""

    PERSONAL_DATA = {"recorded_by": "which officer"}

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="lines")
    from_day = models.DateField(null=True)  # empty: how it was from the beginning
    name = models.CharField(max_length=200)
    sector = models.CharField(max_length=120, blank=True)
    charity_number = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(from_day__isnull=True),
                name="organisation_one_beginning",
            )
        ]


class OrganisationNations(models.Model):
    """In which nations an organisation works from a day, as two officers decided. Lines are only added; one whose nations were never changed has none."""

    PERSONAL_DATA = {"decided_by": "which officer confirmed"}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="nation_lines"
    )
    from_day = models.DateField(null=True)  # empty: how it was from the beginning
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(from_day__isnull=True),
                name="organisation_nations_one_beginning",
            )
        ]


class OrganisationReminder(models.Model):
    """That an organisation was reminded of one day, so many days before it: each is sent once."""

    PERSONAL_DATA = {}

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    due_on = models.DateField()
    days = models.SmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "due_on", "days"], name="organisation_reminded_once"
            )
        ]
