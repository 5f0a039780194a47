"""What this installation knows about itself, and what its worker did last."""

from django.db import models
from django.utils.translation import gettext_lazy


class Installation(models.Model):
    """Is this a demonstration or a real installation? It refuses a second row."""

    PERSONAL_DATA = {}

    kind = models.CharField(
        max_length=13,
        choices=[("demonstration", gettext_lazy("Demonstration")), ("real", gettext_lazy("Real"))],
    )
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_installation"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["demonstration", "real"]),
                name="installation_of_a_known_kind",
            ),
        ]

    def __str__(self):
        return self.kind


class Heartbeat(models.Model):
    """When a job of the worker ran last, and what came of it."""

    PERSONAL_DATA = {}

    job = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    took = models.FloatField(default=0, help_text=gettext_lazy("Seconds."))
    said = models.JSONField(null=True)

    class Meta:
        db_table = "certificates_heartbeat"  # where it was made

    def __str__(self):
        return self.job
