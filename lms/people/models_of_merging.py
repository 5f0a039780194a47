"""Accounts that were joined with another one of the same person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock


class FormerAccount(models.Model):
    """An account that is closed because its owner has another, by which they are found from then on. The row goes when the two are separated
    again; who decided, and what was moved, stays with the room that decided."""

    PERSONAL_DATA = {
        "account": "the account that is closed",
        "person": "the account of the same person that stays",
        "address": "its email address until then; as long as the account",
    }

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="closed_as"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="former_accounts"
    )
    address = models.EmailField()
    is_proved = models.BooleanField(
        default=False,
        help_text=gettext_lazy("Had someone opened a link that was sent to that address?"),
    )
    on_day = models.DateField(default=clock.today)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(account=models.F("person")),
                name="no_account_is_joined_with_itself",
            )
        ]

    def __str__(self):
        return _("An account closed on %(day)s") % {"day": self.on_day}
