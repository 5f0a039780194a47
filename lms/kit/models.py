"""What this installation knows about itself; it refuses a second row."""

from django.db import models


class Installation(models.Model):
    """One row: is this a demonstration or a real installation?"""

    PERSONAL_DATA = {}

    kind = models.CharField(
        max_length=13, choices=[("demonstration", "Demonstration"), ("real", "Real")]
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
