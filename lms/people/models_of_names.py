"""Names by which people are shown to each other where no paper and no register is concerned; they need not be the legal ones."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from lms.kit import clock


class DisplayName(models.Model):
    """A name somebody chose, from a moment until another, or until a registrar took it away. The one in force also stands at the person
    (`User.display_name`)."""

    PERSONAL_DATA = {
        "person": "whose it is",
        "name": "how other people see them in the course; as long as the account",
        "key": "the same name as it looks, so that no two people share one; follows the name",
        "removed_by": "which registrar took it away",
        "reason": "why, for the person to read",
        "seen_by": "which registrar looked at one like another person's name",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="display_names"
    )
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    chosen_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    is_like_another = models.BooleanField(default=False)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-chosen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(ended_at=None),
                name="one_display_name_each",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(ended_at=None), name="no_two_share_a_name"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_by=None)
                | (models.Q(ended_at__isnull=False) & ~models.Q(reason="")),
                name="display_name_goes_with_a_reason",
            ),
        ]

    def __str__(self):
        return _("Display name %(pk)s") % {"pk": self.pk}
