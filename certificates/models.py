"""What we attest, and to whom we answered; what was issued never changes."""
from django.conf import settings
from django.db import models

from assessments.models import Award
from cohorts.models import EmploymentLine, Enrolment
from lms.kit import clock
from lms.people.models import Role
from lms.people.roles import has_role

PERSON = settings.AUTH_USER_MODEL


class Certificates(models.QuerySet):
    def visible_to(self, user):
        """The holder's own; registrars and Hub officers see all."""
        if has_role(user, Role.REGISTRAR, Role.HUB_OFFICER):
            return self
        return self.filter(enrolment__person_id=user.pk)


class Certificate(models.Model):
    """A certificate as printed. The register line it was checked against is part of it."""

    PERSONAL_DATA = {"facts": "name, nations and dates as printed; kept for life", "enrolment": "the holder"}

    number = models.CharField(max_length=20, unique=True)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="certificate")
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="certificate")
    register_line = models.ForeignKey(EmploymentLine, on_delete=models.PROTECT, related_name="certificates")
    register_answer = models.JSONField(help_text="What the register said, when it was asked, and by whom.")
    facts = models.JSONField(help_text="Everything printed, frozen.")
    nations = models.JSONField()
    issued_on = models.DateField()
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.CharField(max_length=80)
    file = models.CharField(max_length=200, help_text="Private path of the signed PDF.")
    sha256 = models.CharField(max_length=64)
    key_id = models.CharField(max_length=64)
    objects = Certificates.as_manager()

    class Meta:
        ordering = ["-issued_at"]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("What was issued never changes.")
        super().save(*args, **kwargs)

    def __str__(self):
        return self.number


class Sanction(models.Model):
    """A dated line that limits or restores an accreditation. The reason is never shown to a checker."""

    PERSONAL_DATA = {"enrolment": "whose accreditation", "reason": "why; the Hub only", "words": "what a checker is told"}

    class Kind(models.TextChoices):
        CONDITIONS = "conditions", "Conditions"
        SUSPENDED = "suspended", "Suspended"
        RESTORED = "restored", "Restored"
        WITHDRAWN = "withdrawn", "Withdrawn"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="sanctions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    from_day = models.DateField()
    words = models.CharField(max_length=300, blank=True, help_text="The conditions, as a checker reads them.")
    reason = models.TextField()
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["from_day", "pk"]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A sanction's line never changes; add the next one.")
        super().save(*args, **kwargs)


class Withholding(models.Model):
    """From `from_day` the register answers “not found” for this person, for their safety."""

    PERSONAL_DATA = {"person": "whose entry is withheld", "reason": "why; the Hub only"}

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="withholdings")
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True)
    reason = models.TextField()
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)


class Check(models.Model):
    """One question and our answer, under a receipt number."""

    PERSONAL_DATA = {"asked_by": "who asked, when signed in", "asked_surname": "what was typed; 24 months"}

    receipt = models.CharField(max_length=24, unique=True)
    asked_number = models.CharField(max_length=40)
    asked_surname = models.CharField(max_length=150)
    on_day = models.DateField()
    answer = models.JSONField(help_text="What was answered, word for word.")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="checks", help_text="Whose entry answered, if any.")
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="asked_checks")

    class Meta:
        ordering = ["-asked_at"]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("An answer that was given never changes.")
        super().save(*args, **kwargs)
