"""Who in the office has read what a trainee asked; whoever gives out scripts asks this table, and nothing else of the folder."""

from django.conf import settings
from django.db import models

from cohorts.enrolment.models import Enrolment
from lms.kit import clock


class CaseReading(models.Model):
    """A registrar has opened something that is this trainee's: from then on they are given no script of theirs. Added once, never edited."""

    PERSONAL_DATA = {
        "enrolment": "whose claim, appeal or essays; at least 5 years after the course ends",
        "by": "which registrar read it",
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "by"], name="one_reading_each")]
