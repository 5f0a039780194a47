"""Keys of the Hub's own programs."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock

PERSON = settings.AUTH_USER_MODEL


class HubKey(models.Model):
    """A key with which a program of the Hub reads and supplies posts of any organisation; kept as a hash, ended and never deleted. It opens nothing once
    its maker is no Hub officer."""

    PERSONAL_DATA = {"made_by": "which officer made it", "ended_by": "which officer ended it"}

    name = models.CharField(max_length=80)
    beginning = models.CharField(
        max_length=12, help_text=gettext_lazy("Its first letters, to tell it from others.")
    )
    sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    used_on = models.DateField(null=True)
    heard_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("When it last supplied a post.")
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="a_hub_key_that_ended_has_an_ender",
            )
        ]
