"""A portfolio, its entries, and what somebody at work confirmed of it. Nothing of it is edited or deleted: lines are added."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from ..setting.models import Assessment
from ..setting.portfolio_items import PortfolioItem
from .content import in_hours
from .states import (
    LIVE,
    SIGN_OFF_TRANSITIONS,
    TONES,
    Activity,
    EntryKind,
    SignOffState,
    SignOffStep,
)

PERSON = settings.AUTH_USER_MODEL


class Portfolio(models.Model):
    """What one person gathers for one assessment. It goes on through their attempts: hours that were practised stay practised."""

    PERSONAL_DATA = {"enrolment": "whose portfolio; at least 5 years after the course ends"}

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="portfolios")
    # No way back from the enrolment: no question about a script comes upon a portfolio.
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = gettext_lazy("portfolio")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "enrolment"], name="one_portfolio")
        ]


class PortfolioEntry(models.Model):
    """An entry of the log, or a reflection. What it says is its newest line."""

    PERSONAL_DATA = {"portfolio": "whose entry"}

    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    number = models.PositiveIntegerField()
    client_key = models.CharField(
        max_length=40,
        help_text=gettext_lazy("Of the form it was written in: sent again, it is there."),
    )

    class Meta:
        ordering = ["portfolio", "number"]
        verbose_name = gettext_lazy("portfolio entry")
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "number"], name="one_entry_per_number"),
            models.UniqueConstraint(
                fields=["portfolio", "client_key"], name="one_entry_per_client_key"
            ),
        ]


class EntryLine(models.Model):
    """What an entry says from `at` on; the next line replaces it. Added, never edited."""

    PERSONAL_DATA = {
        "entry": "whose entry",
        "text": "what they did or think, in their words; at least 5 years after the course ends",
        "day": "when they practised",
    }

    entry = models.ForeignKey(PortfolioEntry, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    day = models.DateField()
    quarters = models.PositiveSmallIntegerField(
        default=0, help_text=gettext_lazy("Quarters of an hour; 0 for a reflection.")
    )
    activity = models.CharField(max_length=12, choices=Activity.choices, blank=True)
    text = models.TextField(max_length=20_000)
    is_withdrawn = models.BooleanField(
        default=False, help_text=gettext_lazy("From this line on the entry no longer counts.")
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["entry", "number"]
        verbose_name = gettext_lazy("line of a portfolio entry")
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="one_entry_line_per_number"),
            models.CheckConstraint(condition=Q(quarters__lte=96), name="a_day_has_96_quarters"),
        ]

    @property
    def hours(self) -> str:
        return in_hours(self.quarters)


class SignOffs(models.QuerySet):
    def visible_to(self, user):
        """The trainee's own, those that this person is asked to sign, and for registrars all."""
        if has_role(user, Role.REGISTRAR):
            return self
        return self.filter(Q(portfolio__enrolment__person=user.pk) | Q(person=user.pk))

    def to_sign(self, user):
        """Those that this person is or was asked to sign."""
        return self.filter(person=user.pk)


class SignOff(models.Model):
    """One item that one person is asked to confirm, on the entries that were shown to them (`basis`). Whoever has no account opens it by a link."""

    PERSONAL_DATA = {
        "portfolio": "whose item; at least 5 years after the course ends",
        "person": "who is asked to confirm",
        "name": "who is asked to confirm",
        "email": "where the link goes",
        "item_text": "of the version, no person's",
    }
    TRANSITIONS = SIGN_OFF_TRANSITIONS

    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="sign_offs")
    item_key = models.SlugField(max_length=40)
    item_title = models.CharField(max_length=200)
    item_text = models.TextField(blank=True, max_length=2000)
    signer = models.CharField(max_length=12, choices=PortfolioItem.SIGNERS)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    fingerprint = models.CharField(
        max_length=64, help_text=gettext_lazy("SHA-256 of what is shown to them.")
    )
    secret_hash = models.CharField(max_length=64, unique=True, null=True)
    asked_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    state = state_field(SignOffState, SignOffState.WAITING)
    objects = SignOffs.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = gettext_lazy("sign-off")
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "item_key"],
                condition=Q(state__in=LIVE),
                name="one_live_sign_off_per_item",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(email=""), name="sign_off_reaches_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state", "id"], name="sign_offs_of_a_signer"),
            # Whole, since a kept plan may not use an index on a condition with a value.
            models.Index(fields=["email"], name="sign_offs_by_address"),
        ]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_overdue(self) -> bool:
        """Has nobody answered by the day until which it could be?"""
        return self.state == SignOffState.WAITING and self.expires_at <= clock.now()

    @property
    def tone(self) -> str:
        return "care" if self.is_overdue else TONES[SignOffState(self.state)]


class SignOffBasis(models.Model):
    """A line of the log that a signer was shown: what their sign-off rests on. Added, never edited."""

    PERSONAL_DATA = {}

    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="basis")
    line = models.ForeignKey(EntryLine, on_delete=models.PROTECT, related_name="basis")

    class Meta:
        ordering = ["sign_off", "pk"]
        verbose_name = gettext_lazy("basis of a sign-off")
        constraints = [
            models.UniqueConstraint(fields=["sign_off", "line"], name="one_sign_off_basis"),
        ]


class SignOffLine(models.Model):
    """What happened to a sign-off: by whom, when, and of what it was (`fingerprint`). Added, never edited."""

    PERSONAL_DATA = {
        "sign_off": "whose item",
        "name": "who signed, as they wrote it",
        "job": "their job title",
        "comment": "their words to the trainee, or why it no longer counts",
        "by": "who did it",
    }

    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=12, choices=SignOffStep.choices)
    name = models.CharField(max_length=200, blank=True)
    job = models.CharField(max_length=200, blank=True)
    comment = models.TextField(blank=True, max_length=2000)
    fingerprint = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["sign_off", "number"]
        verbose_name = gettext_lazy("line of a sign-off")
        constraints = [
            models.UniqueConstraint(
                fields=["sign_off", "number"], name="one_sign_off_line_per_number"
            )
        ]


class PortfolioFile(models.Model):
    """That a file was drawn from a portfolio as it was then (`content`, a SHA-256). Added, never edited; the file itself is the submission's."""

    PERSONAL_DATA = {"portfolio": "whose portfolio"}

    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64)
    content = models.CharField(max_length=64)
    drawn_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["portfolio", "pk"]
        verbose_name = gettext_lazy("file of a portfolio")
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "sha256"], name="one_file_per_fingerprint")
        ]
