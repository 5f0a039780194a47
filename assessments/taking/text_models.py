"""Work that is typed on the page: as it is now, and as it was at some moments. Its author alone reads either until it is handed in as a file."""

from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock

from ..attempts.models import Attempt


class OwnTexts(models.QuerySet):
    def visible_to(self, user):
        """The author's own, and nobody else's: it is not handed in."""
        return self.filter(attempt__enrolment__person_id=user.pk)


class WorkText(models.Model):
    """What somebody typed for an attempt, as it was saved last. `page` and `count` name the save: the page it came from, and which change of that page
    it was."""

    PERSONAL_DATA = {
        "attempt": "whose work",
        "text": "what they typed; emptied IMSA_TYPED_WORK_YEARS after the course ends",
    }

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="work_text")
    text = models.TextField(blank=True)
    words = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(
        default=0, help_text=gettext_lazy("How often it was saved, for a page opened before.")
    )
    page = models.CharField(max_length=36, blank=True)
    count = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(
        max_length=64,
        blank=True,
        help_text=gettext_lazy("Of the file that was last made of it."),
    )
    file_revision = models.PositiveIntegerField(
        default=0, help_text=gettext_lazy("Which revision that file holds.")
    )
    changed_at = models.DateTimeField(default=clock.now)
    objects = OwnTexts.as_manager()

    class Meta:
        verbose_name = gettext_lazy("text of a piece of work")


class TextVersion(models.Model):
    """A text as it was at a moment. A few dozen are kept of each, spread over the time that it took (`text_versions.spare`)."""

    PERSONAL_DATA = {
        "work": "whose work",
        "text": "what they had typed; deleted IMSA_TYPED_WORK_YEARS after the course ends",
    }

    work = models.ForeignKey(WorkText, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    words = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["work_id", "-number"]
        verbose_name = gettext_lazy("version of a text")
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="one_text_version_per_number")
        ]
