"""A file of people or posts, as it was read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.transitions import state_field

from .states import IMPORT_TRANSITIONS, ImportState

PERSON = settings.AUTH_USER_MODEL


class Import(models.Model):
    """A file as it was read: every row with its verdict, before anything is written."""

    PERSONAL_DATA = {
        "rows": "the file's rows; cleared 12 months after writing, or after it was brought where nobody wrote it",
        "made_by": "who brought the file",
        "begun_by": "who had it written",
    }
    TRANSITIONS = IMPORT_TRANSITIONS

    COHORT, REGISTER = "cohort", "register"

    kind = models.CharField(
        max_length=10,
        choices=[
            (COHORT, gettext_lazy("Cohort file")),
            (REGISTER, gettext_lazy("Employment register file")),
        ],
    )
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    counts = models.JSONField(
        default=dict,
        help_text=gettext_lazy("How many rows have each verdict, so that no list reads the rows."),
    )
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=clock.now)
    begun_by = models.ForeignKey(
        PERSON,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=gettext_lazy("On whose behalf the worker writes it."),
    )
    begun_at = models.DateTimeField(null=True)
    ready = models.PositiveIntegerField(
        default=0,
        help_text=gettext_lazy("Rows the worker has made ready; all are written at once."),
    )
    why_not = models.TextField(
        blank=True, help_text=gettext_lazy("Why the worker could not write it.")
    )
    written_at = models.DateTimeField(null=True)
    state = state_field(ImportState, ImportState.CHECKED)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = gettext_lazy("file")
