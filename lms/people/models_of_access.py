"""How people get in: invitations, the sessions they have open, and lost second factors; it holds no secret in the clear."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock


class Invitation(models.Model):
    """A link by which somebody makes the password of their account, and so proves the address. It works once, and for some days."""

    PERSONAL_DATA = {
        "made_by": "who invited them",
        "person": "whose account it opens",
        "address": "where it was sent, and what it proves; as long as the account",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations"
    )
    address = models.EmailField()
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("When a newer one, or a newer address, took its place.")
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(used_at=None, ended_at=None),
                name="one_open_invitation",
            ),
        ]

    def __str__(self):
        return f"Invitation of {self.made_at:%Y-%m-%d}"

    @property
    def is_expired(self):
        return clock.now() >= self.expires_at


class AddressChange(models.Model):
    """Another email address that was asked for somebody: it counts once a link that was mailed to it is opened, once, and within some days."""

    PERSONAL_DATA = {
        "person": "whose address it is",
        "old_address": "the address until then; as long as the account",
        "new_address": "where the link was sent; as long as the account",
        "asked_by": "key of the officer",
        "approved_by": "key of the second officer",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="address_changes"
    )
    old_address = models.EmailField()
    new_address = models.EmailField()
    secret_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("When it was cancelled, or a newer one took its place.")
    )
    approved_by = models.CharField(max_length=80, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("When the owner of the old address refused it.")
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(confirmed_at=None, ended_at=None),
                name="one_open_address_change",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("asked_by")),
                name="address_approved_by_another",
            ),
        ]

    def __str__(self):
        return f"Address change of {self.asked_at:%Y-%m-%d}"

    @property
    def is_expired(self):
        return clock.now() >= self.expires_at


class OpenSession(models.Model):
    """One browser in which somebody is signed in; gone with its session."""

    PERSONAL_DATA = {
        "person": "whose it is",
        "session_key": "to end it",
        "browser": "so that its owner knows it again; never an address of the network",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="open_sessions"
    )
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60)
    started_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-seen_at", "-pk"]

    def __str__(self):
        return self.browser


class Recovery(models.Model):
    """A lost second factor: opened by one officer who checked who asks, confirmed by another."""

    PERSONAL_DATA = {
        "person": "who lost it",
        "opened_by": "who checked who asks",
        "confirmed_by": "who confirmed it",
        "refused_by": "who refused it",
        "how_checked": "how, in the officer's words; emptied IMSA_REMARK_YEARS after it was confirmed or refused",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recoveries"
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(default=clock.now)
    how_checked = models.TextField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    refused_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name_plural = gettext_lazy("recoveries")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(confirmed_at=None, refused_at=None),
                name="one_open_recovery",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None)
                | ~models.Q(confirmed_by=models.F("opened_by")),
                name="recovery_takes_two_officers",
            ),
            models.CheckConstraint(
                condition=~models.Q(opened_by=models.F("person"))
                & (models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("person"))),
                name="nobody_recovers_their_own",
            ),
        ]

    def __str__(self):
        return f"Recovery of {self.opened_at:%Y-%m-%d}"

    @property
    def is_open(self):
        return self.confirmed_at is None and self.refused_at is None
