"""To whom we answered: single checks, lists, watches and what was told of their changes; and who may ask by machine."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.organisations.models import Organisation
from lms.kit import clock
from lms.kit.transitions import state_field

from ..states import DELIVERY_TRANSITIONS, DeliveryState
from .certificates import AppendOnlyModel

PERSON = settings.AUTH_USER_MODEL


class Purpose(models.TextChoices):
    """Why somebody asks, in the words the holder reads."""

    WORK = "work", gettext_lazy("They work for us, or are about to")
    REFER = "refer", gettext_lazy("We want to put a survivor in touch with them")
    CASE = "case", gettext_lazy("We work on the same case")
    COMMISSION = "commission", gettext_lazy("We pay for or oversee the service")
    OTHER = "other", gettext_lazy("Something else")


class ListCheck(models.Model):
    """Many questions an approved organisation asked at once, in the order they were asked."""

    PERSONAL_DATA = {"asked_by": "who asked", "lines": "what was typed, kept with its answers"}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="list_checks"
    )
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    on_day = models.DateField()
    file_name = models.CharField(max_length=200, blank=True)
    lines = models.JSONField(
        default=list,
        help_text=gettext_lazy(
            "[row, number and family name as typed, the organisation's reference, what is wrong, receipt]"
        ),
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = gettext_lazy("list of checks")


class Check(AppendOnlyModel):
    """One question and our answer, under a receipt number."""

    PERSONAL_DATA = {
        "asked_by": "who asked, when signed in",
        "asked_number": "what was typed, kept with its answer",
        "person": "whose entry answered",
        "asked_surname": "what was typed, kept with its answer: its receipt proves both",
        "answer": "what was answered",
        "why": "why they said they asked",
    }

    receipt = models.CharField(max_length=24, unique=True)
    asked_number = models.CharField(max_length=40)
    asked_surname = models.CharField(max_length=150)
    on_day = models.DateField()
    answer = models.JSONField(help_text=gettext_lazy("What was answered, word for word."))
    person = models.ForeignKey(
        PERSON,
        on_delete=models.PROTECT,
        null=True,
        related_name="checks",
        help_text=gettext_lazy("Whose entry answered, if any."),
    )
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="asked_checks"
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="checks",
        help_text=gettext_lazy("On whose behalf."),
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices, blank=True)
    why = models.CharField(max_length=200, blank=True)
    list_check = models.ForeignKey(
        ListCheck, on_delete=models.PROTECT, null=True, related_name="checks"
    )
    proof_link = models.ForeignKey(
        "ShareLink",
        on_delete=models.PROTECT,
        null=True,
        related_name="checks",
        help_text=gettext_lazy(
            "The holder's link that answered; the answer is open as long as the link."
        ),
    )

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["person", "-asked_at"], name="checks_of_a_person"),
            models.Index(fields=["organisation", "-asked_at"], name="checks_of_an_organisation"),
        ]


class CheckAnchor(AppendOnlyModel):
    """The hash of a stretch of checks; its record entry binds them all, so that one removed or edited shows."""

    PERSONAL_DATA = {}

    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scope = models.PositiveSmallIntegerField(
        default=1,
        help_text=gettext_lazy("Which of their fields it is the hash of (actions/anchors.py)."),
    )
    sealed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "certificates_checkseal"


class RateLimitCount(models.Model):
    """How often something was done in a stretch of time: what slows somebody who guesses. Forgotten when it is over."""

    PERSONAL_DATA = {"key": "a keyed hash of an address, an account or a number; a day at most"}

    key = models.CharField(max_length=80, primary_key=True)
    ends_at = models.BigIntegerField(
        help_text=gettext_lazy("Seconds since 1970: the end of the stretch.")
    )
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "certificates_tally"


class WrongName(models.Model):
    """How often on one day someone asked with a person's number and another family name, whoever asked; counted from the
    answers that were kept."""

    PERSONAL_DATA = {
        "person": "whose number was asked about with other names; they and the Hub see how often",
        "key": "the person's key and the day",
    }

    key = models.CharField(max_length=40, primary_key=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="wrong_names")
    day = models.DateField()
    count = models.PositiveIntegerField()
    told_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("When the person and the Hub were told.")
    )

    class Meta:
        ordering = ["-day"]
        indexes = [
            models.Index(fields=["person", "-day"], name="wrong_names_of_a_person"),
            models.Index(fields=["day"], name="wrong_names_of_a_day"),
        ]


class Watch(models.Model):
    """An organisation wants to hear when somebody's standing changes: for a purpose, and until a day."""

    PERSONAL_DATA = {
        "person": "who is watched; they see it",
        "asked_number": "as the organisation knows them",
        "added_by": "who added it",
        "asked_surname": "as the organisation knows them",
        "told": "the answer told last",
        "told_name": "the family name the check asks for, as told last",
    }

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="watches")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="watches")
    asked_number = models.CharField(max_length=20)
    asked_surname = models.CharField(max_length=150)
    reference = models.CharField(
        max_length=60,
        blank=True,
        help_text=gettext_lazy("The organisation's own key for the person."),
    )
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    told = models.JSONField(default=dict, help_text=gettext_lazy("The answer that was told last."))
    told_name = models.CharField(
        max_length=150,
        blank=True,
        help_text=gettext_lazy("The family name the check asks for, as told last."),
    )
    looked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=models.Q(ended_at=None),
                name="one_open_watch",
            ),
        ]
        indexes = [
            models.Index(
                fields=["looked_at"], condition=models.Q(ended_at=None), name="watches_to_look_at"
            )
        ]


class Change(AppendOnlyModel):
    """What an organisation is told of a watch; its key is the cursor of the feed."""

    PERSONAL_DATA = {
        "watch": "who is watched",
        "before": "the answer told before, and the family name where that changed",
        "after": "the answer now, and the family name where that changed",
    }

    class What(models.TextChoices):
        CHANGED = "changed", gettext_lazy("The standing changed")
        ENDING = "ending", gettext_lazy("The standing is about to end")
        OVER = "over", gettext_lazy("The watch is over")
        NAME = "name", gettext_lazy("The family name for checks changed")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="changes")
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=8, choices=What.choices)
    before = models.JSONField(null=True)
    after = models.JSONField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]


class RefusedFile(AppendOnlyModel):
    """A certificate, badge or receipt that carried a signature and is not ours as it stands. One row for each file that was
    brought, however often; the file itself is not kept."""

    PERSONAL_DATA = {"brought_by": "who brought it, where they were signed in"}

    class What(models.TextChoices):
        CERTIFICATE = "certificate", gettext_lazy("A certificate")
        CREDENTIAL = "credential", gettext_lazy("A badge or credential")
        RECEIPT = "receipt", gettext_lazy("A receipt")

    sha256 = models.CharField(max_length=64, unique=True)
    what = models.CharField(max_length=12, choices=What.choices)
    why = models.CharField(max_length=200)
    brought_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    brought_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        ordering = ["-brought_at", "-pk"]


class NoticeMark(models.Model):
    """Up to which change the contacts of organisations had their message; one row."""

    PERSONAL_DATA = {}

    ONLY = 1
    up_to = models.BigIntegerField(default=0)

    class Meta:
        db_table = "certificates_told"


class Webhook(models.Model):
    """An address of an organisation's own to which changes are sent, signed with a secret both know."""

    PERSONAL_DATA = {"made_by": "who added it"}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="webhooks"
    )
    address = models.URLField(max_length=400)
    secret = models.CharField(max_length=64)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "certificates_hook"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "address"],
                condition=models.Q(ended_at=None),
                name="one_open_hook",
            )
        ]


class Delivery(models.Model):
    """One change on its way to one address; tried again with growing pauses, and given up after days."""

    PERSONAL_DATA = {}
    TRANSITIONS = DELIVERY_TRANSITIONS

    hook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="deliveries")
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.now)
    said = models.CharField(
        max_length=200, blank=True, help_text=gettext_lazy("What came of the last try.")
    )
    state = state_field(DeliveryState, DeliveryState.WAITING)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("delivery")
        constraints = [
            models.UniqueConstraint(fields=["hook", "change"], name="one_delivery_per_change")
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(state=DeliveryState.WAITING),
                name="deliveries_waiting",
            )
        ]


class Token(models.Model):
    """A key with which an organisation's own program asks; kept as a hash, ended and never deleted."""

    PERSONAL_DATA = {"made_by": "who made it"}

    class Scope(models.TextChoices):
        CHECK = "check", gettext_lazy("Ask single questions and lists")
        WATCH = "watch", gettext_lazy("Read and change the watch list, read the feed")
        POSTS = "posts", gettext_lazy("Read your posts, confirm them, and report who left")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    beginning = models.CharField(
        max_length=12, help_text=gettext_lazy("Its first letters, to tell it from others.")
    )
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    @property
    def scopes_in_words(self):
        return [str(self.Scope(scope).label) for scope in self.scopes]


class ShareLinks(models.QuerySet):
    def visible_to(self, user):
        return self.filter(person_id=user.pk)


class ShareLink(models.Model):
    """A link the holder gives to somebody: whoever has it sees the holder's name and standing, until it ends."""

    PERSONAL_DATA = {"person": "whose proof", "label": "for whom, in their words"}

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="share_links")
    label = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    objects = ShareLinks.as_manager()

    class Meta:
        db_table = "certificates_prooflink"
        ordering = ["-made_at", "-pk"]
