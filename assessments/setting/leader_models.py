"""Who leads a module, and may set what it asks."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from courses.models import Module

PERSON = settings.AUTH_USER_MODEL


class ModuleLeader(models.Model):
    """From when to when a tutor leads a module, and may set what it asks."""

    PERSONAL_DATA = {"person": "who leads the module"}

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="leaders")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="leads")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["module", "starts_on", "pk"]
        verbose_name = gettext_lazy("module leader")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="module_leader_ends_after_the_start",
            ),
            models.UniqueConstraint(
                fields=["module", "person"],
                condition=Q(ends_on=None),
                name="one_open_line_per_module_leader",
            ),
        ]
