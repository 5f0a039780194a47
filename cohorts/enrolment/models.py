"""Who learns, and with whom they started."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Programme, StudyPlan
from lms.kit import clock
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from .states import (
    ENROLMENT_TRANSITIONS,
    STATUS_CHANGE_TRANSITIONS,
    STILL_OPEN,
    EnrolmentState,
    ReasonKind,
    StatusChangeKind,
    StatusChangeState,
)

PERSON = settings.AUTH_USER_MODEL


class Cohort(models.Model):
    """People who start together."""

    PERSONAL_DATA = {}

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    starts_on = models.DateField()
    ends_on = models.DateField()
    takes_applications = models.BooleanField(
        default=False,
        help_text=gettext_lazy("May people apply for a place themselves, on a public page?"),
    )

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


class StatusChange(models.Model):
    """A dated line of an enrolment: a leave of absence, a last day, leaving undone, a transfer. What is scheduled counts from its day,
    when the worker changes the enrolment; why, in the officer's words, is a Remark."""

    PERSONAL_DATA = {
        "enrolment": "whose study it is about",
        "reason_kind": "a coarse kind of reason; says nothing of what somebody lives with; no end is set yet",
        "decided_by": "key of the officer",
    }
    TRANSITIONS = STATUS_CHANGE_TRANSITIONS

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="status_changes"
    )
    kind = models.CharField(max_length=20, choices=StatusChangeKind.choices)
    on_day = models.DateField(
        help_text=gettext_lazy(
            "The first day of a leave of absence, the last day on the programme; else the day it was done."
        )
    )
    return_on = models.DateField(
        null=True, blank=True, help_text=gettext_lazy("When the person is expected back.")
    )
    reason_kind = models.CharField(max_length=10, choices=ReasonKind.choices, blank=True)
    from_cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, related_name="transfers_out"
    )
    to_cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, related_name="transfers_in"
    )
    state = state_field(StatusChangeState, StatusChangeState.SCHEDULED)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)
    end_day = models.DateField(
        null=True, blank=True, help_text=gettext_lazy("The day from which it no longer counts.")
    )
    asked_at = models.DateTimeField(
        null=True, help_text=gettext_lazy("When the person was asked whether they are back.")
    )

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "kind"],
                condition=models.Q(state__in=STILL_OPEN)
                & models.Q(
                    kind__in=[StatusChangeKind.LEAVE_OF_ABSENCE, StatusChangeKind.DEPARTURE]
                ),
                name="one_open_change_of_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(return_on__isnull=True)
                | models.Q(return_on__gt=models.F("on_day")),
                name="return_after_leave_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=StatusChangeKind.TRANSFER)
                | models.Q(from_cohort__isnull=False, to_cohort__isnull=False),
                name="a_transfer_has_two_cohorts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["on_day"],
                condition=models.Q(state=StatusChangeState.SCHEDULED),
                name="changes_to_come",
            ),
            models.Index(
                fields=["return_on"],
                condition=models.Q(state=StatusChangeState.IN_FORCE, return_on__isnull=False),
                name="returns_to_come",
            ),
        ]

    def __str__(self):
        return _("%(kind)s, %(on_day)s") % {
            "kind": self.get_kind_display(),
            "on_day": self.on_day,
        }
