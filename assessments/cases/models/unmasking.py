"""Who opened a name beside anonymous work, when, and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from lms.kit import clock

from ...setting.models import Assessment

PERSON = settings.AUTH_USER_MODEL


class Unmasking(models.Model):
    """Somebody opened whose work it is, for one task: once for each task of theirs. Added, never edited."""

    PERSONAL_DATA = {
        "enrolment": "whose name was opened; at least 5 years after the course ends",
        "by": "who opened it",
        "reason": "why, in the words of who opened it, without the trainee's name",
    }

    CLAIM, APPEAL, CASE = "claim", "appeal", "case"
    EVIDENCE, ANSWERS, RECEIPT = "evidence", "answers", "receipt"
    TASKS = [
        (CLAIM, gettext_lazy("Answering a claim")),
        (APPEAL, gettext_lazy("Answering an appeal")),
        (CASE, gettext_lazy("A case of academic misconduct")),
        (EVIDENCE, gettext_lazy("Reading evidence")),
        (ANSWERS, gettext_lazy("Answering late quiz answers")),
        (RECEIPT, gettext_lazy("Finding work by its receipt")),
    ]

    task = models.CharField(max_length=10, choices=TASKS)
    key = models.PositiveBigIntegerField(
        help_text=gettext_lazy("Of the claim, the work and so on.")
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = gettext_lazy("opening of a name")
        indexes = [models.Index(fields=["-at", "-id"], name="unmaskings_newest")]
        constraints = [
            models.UniqueConstraint(fields=["by", "task", "key"], name="one_unmasking_a_task"),
            models.CheckConstraint(
                condition=~Q(task="receipt", reason=""), name="unmasking_without_a_task_says_why"
            ),
        ]
