"""Who learns, and with whom they started."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Programme, StudyPlan
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from .states import ENROLMENT_TRANSITIONS, EnrolmentState

PERSON = settings.AUTH_USER_MODEL


class Cohort(models.Model):
    """People who start together."""

    PERSONAL_DATA = {}

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="cohort_ends_after_it_starts",
            )
        ]

    def __str__(self):
        return self.title


class Enrolments(models.QuerySet):
    def visible_to(self, user):
        """One's own; registrars and Hub officers see all."""
        if has_role(user, Role.REGISTRAR, Role.HUB_OFFICER):
            return self
        return self.filter(person_id=user.pk)


class Enrolment(models.Model):
    """One person in one cohort; the nations to be endorsed stand on its study plan."""

    PERSONAL_DATA = {
        "person": "the trainee",
        "plan": "which nations they study",
        "student_reference": "the University's key for the marks hand-over",
        "spr_code": "the student record system's key of the person on this programme",
        "exam_number": "by which the person's marks are handed over without a name",
    }
    TRANSITIONS = ENROLMENT_TRANSITIONS

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="enrolments")
    plan = models.OneToOneField(StudyPlan, on_delete=models.PROTECT, related_name="enrolment")
    student_reference = models.CharField(max_length=40, unique=True)
    spr_code = models.CharField(gettext_lazy("SPR code"), max_length=40, blank=True, default="")
    exam_number = models.CharField(
        gettext_lazy("Exam number"), max_length=40, blank=True, default=""
    )
    enrolled_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    state = state_field(EnrolmentState, EnrolmentState.ENROLLED)
    objects = Enrolments.as_manager()

    class Meta:
        ordering = ["cohort", "person__last_name", "person__first_name"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person"], name="one_enrolment_per_cohort")
        ]

    @property
    def nations(self):
        return self.plan.nations

    def __str__(self):
        return _("%(student_reference)s in %(code)s") % {
            "student_reference": self.student_reference,
            "code": self.cohort.code,
        }
