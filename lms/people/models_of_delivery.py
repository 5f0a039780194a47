"""What mail servers report after they took a mail: that it came back, or that it arrived."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock


class ReportKind(models.TextChoices):
    HARD = "hard", gettext_lazy("Returned for good")
    SOFT = "soft", gettext_lazy("Delayed or returned for now")
    DELIVERED = "delivered", gettext_lazy("Delivered")


class DeliveryReport(models.Model):
    """One report about one address; the same report again is the same row."""

    PERSONAL_DATA = {
        "person": "whose address it is; empty for an address without an account",
        "address": "where the mail was sent; 30 days",
        "diagnostic": "what the mail server said; 30 days",
    }

    key = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    address = models.CharField(max_length=320)
    kind = models.CharField(max_length=10, choices=ReportKind.choices)
    at = models.DateTimeField()
    diagnostic = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return _("Delivery report %(pk)s") % {"pk": self.pk}


class UnreachableAddress(models.Model):
    """An address from which mail came back for good; until its person has proved one, a later mail arrived, or an officer dealt with it."""

    PERSONAL_DATA = {
        "person": "whose address it is; empty for an address without an account",
        "address": "the address that mail does not reach; a year after it is dealt with",
        "diagnostic": "what the mail server said",
        "about": "the subject of the mail that came back: a fixed text without a name",
        "wanted_address": "the address that the person asks for instead; emptied when it is dealt with",
        "cleared_by": "key of who dealt with it",
    }

    class Office(models.TextChoices):
        REGISTRY = "registry", gettext_lazy("Registry")
        HUB = "hub", gettext_lazy("Hub")
        BOTH = "both", gettext_lazy("Registry or Hub")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="unreachable_addresses",
    )
    address = models.CharField(max_length=320)
    office = models.CharField(max_length=10, choices=Office.choices)
    since_at = models.DateTimeField()
    listed_at = models.DateTimeField(default=clock.now)
    diagnostic = models.CharField(max_length=300, blank=True)
    about = models.CharField(max_length=200, blank=True)
    told_on = models.DateField(
        null=True,
        help_text=gettext_lazy("Of an address without an account: when its office was told."),
    )
    wanted_address = models.CharField(max_length=254, blank=True)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-listed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=models.Q(cleared_at=None),
                name="one_task_per_address",
            ),
        ]
        indexes = [models.Index(fields=["address", "-cleared_at"], name="bounces_of_address")]

    def __str__(self):
        return _("Address that mail does not reach %(pk)s") % {"pk": self.pk}
