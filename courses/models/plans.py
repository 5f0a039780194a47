"""Who may study what, and when: study plans, and the timetable of a group."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from lms.kit import nations

from .curriculum import Programme, Unit
from .curriculum_stamp import Stamped


class Timetable(Stamped):
    """When one group of people may begin each unit, and by when it asks to be finished."""

    PERSONAL_DATA = {}

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="timetables")
    code = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.code


class Release(Stamped):
    """One unit's line in a timetable."""

    PERSONAL_DATA = {}

    timetable = models.ForeignKey(Timetable, on_delete=models.PROTECT, related_name="releases")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="releases")
    opens_on = models.DateField(null=True, blank=True)
    finish_by = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["timetable", "unit"], name="one_release_per_unit"),
            models.CheckConstraint(
                condition=models.Q(opens_on=None)
                | models.Q(finish_by=None)
                | models.Q(finish_by__gte=models.F("opens_on")),
                name="a_unit_opens_before_it_ends",
            ),
        ]


class StudyPlan(models.Model):
    """What one person may study: a programme for some nations. Opened by whoever enrols."""

    PERSONAL_DATA = {"person": "the trainee", "nations": "nations to be endorsed"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="study_plans"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="plans")
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    timetable = models.ForeignKey(
        Timetable, on_delete=models.PROTECT, null=True, blank=True, related_name="plans"
    )
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"],
                condition=models.Q(closed_on__isnull=True),
                name="one_open_plan_per_programme",
            ),
        ]

    def __str__(self):
        return _("%(code)s for %(nations)s") % {
            "code": self.programme.code,
            "nations": nations.sentence(self.nations),
        }
