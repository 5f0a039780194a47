"""Changes of law, and the short top-up units sent to those who studied the text from before."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.fields import StreamField

from lms.kit import clock

from ..blocks import TopUpBlocks
from .provisions import Provision


class LawChange(models.Model):
    """A provision changed: what it said, what it says, since when. Never edited."""

    PERSONAL_DATA = {"recorded_by": "who recorded it"}

    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="changes")
    words = models.TextField(
        help_text=gettext_lazy("What changed, in a few sentences for an advocate.")
    )
    was = models.JSONField()
    now = models.JSONField()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-recorded_at", "-pk"]

    def get_absolute_url(self):
        return reverse("courses:law_change", args=[self.pk])

    def __str__(self):
        return _("%(provision)s: changed from %(effective_on)s") % {
            "provision": self.provision,
            "effective_on": self.effective_on,
        }

    @property
    def is_overtaken(self) -> bool:
        """Has the same provision changed again since, or was this change undone?"""
        return self.now["reading"] != self.provision.reading

    @property
    def top_up(self):
        """The one that was not recalled, or None. Reads `top_ups`, which a list prefetches."""
        return next((t for t in self.top_ups.all() if t.recalled_at is None), None)


class LawProposal(models.Model):
    """A change of law that one person proposes, until another confirms or drops it. `was` and `now`: Provision.as_it_stands.

    `undoes`: the change that was recorded although the law had not changed; confirmed, the ledger goes back to what stood before it.
    """

    PERSONAL_DATA = {"proposed_by": "who proposed it", "settled_by": "who confirmed or dropped it"}

    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="proposals")
    words = models.TextField()
    was = models.JSONField()
    now = models.JSONField()
    effective_on = models.DateField()
    undoes = models.ForeignKey(
        LawChange, on_delete=models.PROTECT, null=True, related_name="undoings"
    )
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(blank=True, help_text=gettext_lazy("Why it was dropped."))
    change = models.OneToOneField(
        LawChange, on_delete=models.PROTECT, null=True, related_name="proposal"
    )

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provision"],
                condition=models.Q(settled_at=None),
                name="one_open_law_proposal",
            ),
            models.CheckConstraint(
                condition=models.Q(change=None)
                | models.Q(settled_by__isnull=False)
                & ~models.Q(settled_by=models.F("proposed_by")),
                name="two_people_change_the_law",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    @property
    def is_dropped(self) -> bool:
        return self.settled_at is not None and self.change_id is None

    def get_absolute_url(self):
        return reverse("courses:law_proposal", args=[self.pk])

    def __str__(self):
        return _("%(provision)s: change proposed from %(effective_on)s") % {
            "provision": self.provision,
            "effective_on": self.effective_on,
        }


class Correction(models.Model):
    """The ledger said something wrong and was put right; the law itself had not changed. Never edited."""

    PERSONAL_DATA = {"corrected_by": "who put it right"}

    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="corrections")
    why = models.CharField(max_length=400)
    was = models.JSONField()
    now = models.JSONField()
    corrected_at = models.DateTimeField(default=clock.now)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-corrected_at", "-pk"]

    def __str__(self):
        return f"{self.provision}: {self.why}"


def someone():
    """Who did something to a top-up."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )


class TopUp(models.Model):
    """What those who studied the old text are asked to read: a draft until it is proposed, then fixed; a second person sends it."""

    PERSONAL_DATA = {
        "proposed_by": "who proposed it",
        "sent_by": "who sent it",
        "recalled_by": "who recalled it",
    }

    change = models.ForeignKey(LawChange, on_delete=models.PROTECT, related_name="top_ups")
    title = models.CharField(max_length=200)
    body = StreamField(TopUpBlocks(), blank=True)
    counts_from = models.DateField(
        null=True,
        blank=True,
        help_text=gettext_lazy("From this day the nation does not count until it is done."),
    )
    # Drawn when it is proposed.
    html = models.TextField(blank=True, editable=False)
    parts = models.JSONField(default=list, blank=True, editable=False)
    nations = models.JSONField(default=list, blank=True, editable=False)
    proposed_at = models.DateTimeField(null=True, editable=False)
    proposed_by = someone()
    sent_at = models.DateTimeField(null=True, editable=False)
    sent_by = someone()
    recalled_at = models.DateTimeField(null=True, editable=False)
    recalled_by = someone()
    recall_reason = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change"],
                condition=models.Q(recalled_at=None),
                name="one_top_up_that_stands",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_by=None)
                | models.Q(proposed_by=None)
                | ~models.Q(sent_by=models.F("proposed_by")),
                name="two_people_send_a_top_up",
            ),
        ]

    @property
    def mark(self) -> str:
        """Another one whenever it is proposed anew: a second person sends the text that they read."""
        return self.proposed_at.isoformat() if self.proposed_at else ""

    @property
    def sending_url(self):
        return reverse("courses:top_up_sending", args=[self.pk])

    def get_absolute_url(self):
        return reverse("courses:top_up", args=[self.pk])

    def __str__(self):
        return self.title


class TopUpsDue(models.QuerySet):
    def visible_to(self, user):
        return self.filter(person_id=user.pk)


class TopUpDue(models.Model):
    """One person and one top-up: why it came to them, and when they did it."""

    PERSONAL_DATA = {
        "person": "who studied the old text",
        "versions": "what they had studied",
        "data": "their answers",
        "done_at": "evidence for the nation",
    }

    top_up = models.ForeignKey(TopUp, on_delete=models.PROTECT, related_name="due")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="top_ups"
    )
    versions = models.JSONField(default=list)
    data = models.JSONField(default=dict, help_text=gettext_lazy("Their answers."))
    sent_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    objects = TopUpsDue.as_manager()

    @property
    def counts_from(self):
        """Whoever it reached later has as many days to read it as the first had."""
        first, sent = (
            timezone.localtime(moment).date() for moment in (self.top_up.sent_at, self.sent_at)
        )
        return sent + (self.top_up.counts_from - first)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["top_up", "person"], name="one_top_up_per_person")
        ]

    def counts_for(self, plans) -> list[str]:
        """The nations of the person's plans whose endorsement waits for it."""
        mine = {code for plan in plans for code in plan.nations}
        return [code for code in self.top_up.nations if code in mine]
