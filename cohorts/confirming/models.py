"""That an organisation was asked to confirm its posts, what it reported, and when it was last heard from."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock

from ..employment.models import Employment
from ..organisations.models import Organisation
from .states import ReportKind, Way

PERSON = settings.AUTH_USER_MODEL


class PostsRequest(models.Model):
    """An organisation was asked whether its posts are as the register says. Open until none of them is due any more."""

    PERSONAL_DATA = {}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="posts_requests"
    )
    asked_on = models.DateField()
    reminded_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["asked_on", "pk"]
        verbose_name = gettext_lazy("request to confirm posts")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(closed_on=None),
                name="one_open_posts_request",
            )
        ]


class PostReport(models.Model):
    """What a contact reported of a post that the Hub has to look at: a task until an officer closes it."""

    PERSONAL_DATA = {
        "employment": "whose post it is about",
        "text": "what the employer says is different; emptied IMSA_REMARK_YEARS after it is closed",
        "left_on": "the day the employer says they left",
        "note": "what the Hub did; emptied IMSA_REMARK_YEARS after it is closed",
        "reported_by": "who reported it",
        "closed_by": "who dealt with it",
    }

    employment = models.ForeignKey(Employment, on_delete=models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="post_reports"
    )
    kind = models.CharField(max_length=12, choices=ReportKind.choices)
    left_on = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True)
    reported_by = models.ForeignKey(
        PERSON,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=gettext_lazy("Empty: the organisation’s own system reported it."),
    )
    reported_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["reported_at", "pk"]
        verbose_name = gettext_lazy("report about a post")
        indexes = [
            models.Index(
                fields=["reported_at", "id"],
                condition=models.Q(closed_at=None),
                name="open_post_reports",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=ReportKind.LEFT, left_on__isnull=False)
                | (models.Q(kind=ReportKind.DIFFERENT, left_on=None) & ~models.Q(text="")),
                name="a_report_says_something",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="a_closed_report_has_a_closer",
            ),
        ]


class SuppliedPost(models.Model):
    """A post as an organisation's own system calls it: linked to an entry of the register, or a task for the Hub until an officer links, enters or refuses it."""

    PERSONAL_DATA = {
        "facts": "what the employer's system said last, with the email address; nothing clears it by itself yet",
        "employment": "whose post it is",
        "note": "why it was refused; the organisation reads it",
        "closed_by": "who decided",
    }

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="supplied_posts"
    )
    external_id = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    employment = models.ForeignKey(
        Employment, on_delete=models.PROTECT, null=True, blank=True, related_name="supplied_as"
    )
    received_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["received_at", "pk"]
        verbose_name = gettext_lazy("post from an employer’s system")
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                condition=models.Q(closed_at=None),
                name="open_supplied_posts",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"], name="one_post_per_external_id"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, employment=None)
                | models.Q(closed_at__isnull=False),
                name="a_linked_post_is_closed",
            ),
        ]


class LastHeard(models.Model):
    """When an organisation last answered about its posts, by each way."""

    PERSONAL_DATA = {}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="last_heard"
    )
    way = models.CharField(max_length=8, choices=Way.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "way"], name="one_last_heard_per_way")
        ]
