"""Tables of the rules by which work is judged, and of the cohorts that are judged by others than those of their start."""

from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort
from courses.models import Programme
from lms.kit import clock

from . import judging


class RuleSet(models.Model):
    """The rules by which work is judged, for cohorts that start from a day on: of one programme, or of all. Added, never edited."""

    PERSONAL_DATA = {"by": "who set it", "reason": "why, in a registrar's words"}

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="rule_sets"
    )
    number = models.PositiveIntegerField(
        unique=True, help_text=gettext_lazy("Of two who set rules at once one is first.")
    )
    in_force_from = models.DateField()
    values = models.JSONField(help_text=gettext_lazy("As assessments.setting.judging.Rules."))
    preset_source = models.CharField(
        max_length=300,
        blank=True,
        help_text=gettext_lazy("The public policy that filled the form, with year and address."),
    )
    reason = models.TextField(max_length=1000)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["number"]
        verbose_name = gettext_lazy("rule set")

    @property
    def rules(self) -> judging.Rules:
        return judging.read(self.values)

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A rule set never changes; the next one does.")
        super().save(*args, **kwargs)


class CohortRules(models.Model):
    """A cohort is judged by another rule set than the one in force when it started. Added, never edited; the last one counts."""

    PERSONAL_DATA = {"by": "who decided it", "reason": "why, in a registrar's words"}

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="rule_lines")
    number = models.PositiveSmallIntegerField()
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="cohort_lines")
    reason = models.TextField(max_length=1000)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["cohort_id", "number"]
        verbose_name = gettext_lazy("rules of a cohort")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="one_cohort_rules_per_number")
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A line of a cohort's rules never changes; the next one does.")
        super().save(*args, **kwargs)
