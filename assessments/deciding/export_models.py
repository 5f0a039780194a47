"""Tables of marks for other systems: profiles of files, the codes that those systems know our modules by, and each file that was made."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort
from courses.models import Module
from lms.kit import clock

from ..setting.models import Assessment
from . import export_formats
from .models import Board

PERSON = settings.AUTH_USER_MODEL


class ExportProfile(models.Model):
    """One version of how a file of marks is written: added, never edited. The newest of its number counts; a run names the one that it used."""

    PERSONAL_DATA = {"by": "who wrote it"}

    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=100)
    values = models.JSONField(
        help_text=gettext_lazy("As assessments.deciding.export_formats.Format.")
    )
    preset_source = models.CharField(
        max_length=300,
        blank=True,
        help_text=gettext_lazy("The public description that filled the form."),
    )
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number", "version"]
        verbose_name = gettext_lazy("profile of marks exports")
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="one_profile_per_version")
        ]

    def __str__(self):
        return self.title

    @property
    def form(self) -> export_formats.Format:
        return export_formats.read(self.values)

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A version of a profile never changes; the next one does.")
        super().save(*args, **kwargs)


class ModuleCodes(models.Model):
    """What the student record system calls a module: added, never edited. The newest counts."""

    PERSONAL_DATA = {"by": "who wrote them down"}

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="record_codes")
    number = models.PositiveIntegerField()
    mod_code = models.CharField(gettext_lazy("Module code (MOD)"), max_length=20, blank=True)
    map_code = models.CharField(gettext_lazy("Assessment pattern (MAP)"), max_length=20, blank=True)
    occurrence = models.CharField(gettext_lazy("Occurrence (MAV)"), max_length=20, blank=True)
    period = models.CharField(gettext_lazy("Period slot (PSL)"), max_length=20, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["module", "-number"]
        verbose_name = gettext_lazy("codes of a module")
        constraints = [
            models.UniqueConstraint(fields=["module", "number"], name="one_module_codes_per_number")
        ]


class PieceCodes(models.Model):
    """What the student record system calls a piece of work: added, never edited. The newest counts."""

    PERSONAL_DATA = {"by": "who wrote them down"}

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="record_codes"
    )
    number = models.PositiveIntegerField()
    mab_sequence = models.CharField(gettext_lazy("Component (MAB)"), max_length=20, blank=True)
    mks_code = models.CharField(gettext_lazy("Marking scheme (MKS)"), max_length=20, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["assessment", "-number"]
        verbose_name = gettext_lazy("codes of a piece of work")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "number"], name="one_piece_codes_per_number"
            )
        ]


class ExportRun(models.Model):
    """A file of marks that was made: its receipt. Added, never edited; the file itself is kept beside it for a time (`ExportFile`)."""

    PERSONAL_DATA = {"exported_by": "who made the file"}

    number = models.PositiveIntegerField(help_text=gettext_lazy("Of the files of its cohort."))
    profile = models.ForeignKey(ExportProfile, on_delete=models.PROTECT, related_name="runs")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="export_runs")
    board = models.ForeignKey(
        Board, on_delete=models.PROTECT, null=True, related_name="export_runs"
    )
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, help_text=gettext_lazy("Of the file."))
    size = models.PositiveIntegerField(help_text=gettext_lazy("Bytes."))
    rows = models.PositiveIntegerField()
    omissions = models.PositiveIntegerField(
        help_text=gettext_lazy("Results that are not in the file.")
    )
    fingerprint = models.CharField(
        max_length=64, help_text=gettext_lazy("SHA-256 of the results that the file was made from.")
    )
    exported_at = models.DateTimeField(default=clock.now)
    exported_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["cohort", "-number"]
        verbose_name = gettext_lazy("marks export")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="one_export_per_number")
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("The receipt of an export never changes.")
        super().save(*args, **kwargs)


class ExportFile(models.Model):
    """The bytes of a file of marks, and the results in it; dropped IMSA_EXPORT_FILE_DAYS after it was made."""

    PERSONAL_DATA = {
        "content": "student references and marks; IMSA_EXPORT_FILE_DAYS",
        "results": "student references and marks, to tell which are others now",
    }

    run = models.OneToOneField(ExportRun, on_delete=models.PROTECT, related_name="file")
    content = models.BinaryField()
    results = models.JSONField(
        help_text=gettext_lazy("As assessments.deciding.exporting.entries_of.")
    )

    class Meta:
        verbose_name = gettext_lazy("file of a marks export")


class MarksDownload(models.Model):
    """Somebody downloaded marks: the file of an export, or the pack of a board. Added, never edited."""

    PERSONAL_DATA = {"by": "who downloaded it"}

    run = models.ForeignKey(
        ExportRun, on_delete=models.PROTECT, null=True, related_name="downloads"
    )
    board = models.ForeignKey(Board, on_delete=models.PROTECT, null=True, related_name="downloads")
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, help_text=gettext_lazy("Of the file."))
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = gettext_lazy("download of marks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(run=None, board__isnull=False)
                | models.Q(run__isnull=False, board=None),
                name="a_download_is_of_one_thing",
            )
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A download stays as it was recorded.")
        super().save(*args, **kwargs)
