"""Who learns, when, and who employs them; the register is added to, never edited."""

from django.conf import settings
from django.db import models

from courses.models import Programme, StudyPlan
from lms.kit import clock, nations
from lms.kit.transitions import state_field
from lms.people.models import Role
from lms.people.roles import has_role

from .states import (
    ENROLMENT_TRANSITIONS,
    IMPORT_TRANSITIONS,
    ApprovalAction,
    EnrolmentState,
    ImportState,
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
    }
    TRANSITIONS = ENROLMENT_TRANSITIONS

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="enrolments")
    plan = models.OneToOneField(StudyPlan, on_delete=models.PROTECT, related_name="enrolment")
    student_reference = models.CharField(max_length=40, unique=True)
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
        return f"{self.student_reference} in {self.cohort.code}"


class Organisation(models.Model):
    """An Employing Organisation; whether it is approved is folded from its dated approvals."""

    PERSONAL_DATA = {}

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200, unique=True)
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    sector = models.CharField(max_length=120, blank=True)
    is_invented = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Approval(models.Model):
    """One dated decision about an organisation; the last one that has begun is in force."""

    PERSONAL_DATA = {"decided_by": "who decided"}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="approvals"
    )
    action = models.CharField(max_length=16, choices=ApprovalAction.choices, db_column="deed")
    from_day = models.DateField()
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["from_day", "pk"]


class Contact(models.Model):
    """A person who may act for an organisation."""

    PERSONAL_DATA = {"person": "who may act for the organisation"}

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="contacts")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="contacts"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=models.Q(ends_on__isnull=True),
                name="one_open_contact",
            )
        ]


class TelephoneTask(models.Model):
    """An organisation that no message can reach is to be told by telephone: open until an officer records the call."""

    PERSONAL_DATA = {
        "text": "what the organisation is to be told, of whom; kept 6 years",
        "recorded_by": "who telephoned",
        "note": "whom they spoke to; the Hub only",
    }

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="telephone_tasks"
    )
    subject = models.CharField(max_length=200)
    text = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recorded_at__isnull=True) | models.Q(recorded_by__isnull=False),
                name="a_call_has_a_caller",
            ),
        ]


class Employment(models.Model):
    """One post of one person: an entry of the employment register. What it says is its last line."""

    PERSONAL_DATA = {"person": "whose post it is"}

    reference = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="employments")

    def __str__(self):
        return self.reference


class EmploymentLine(models.Model):
    """What the register said of a post from `recorded_at` on; the next line replaces it."""

    PERSONAL_DATA = {
        "post": "the role held",
        "organisation": "the employer",
        "line_manager": "kept from marking the person's work",
        "employment": "whose post it is",
        "nations": "where they serve",
    }

    employment = models.ForeignKey(Employment, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    post = models.CharField(max_length=200)
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day of the post.")
    line_manager = models.EmailField(blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=80, help_text="The import or person it came from.")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["employment", "number"]
        indexes = [
            models.Index(
                fields=["starts_on", "id"],
                condition=models.Q(confirmed_on=None),
                name="posts_to_confirm",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["employment", "number"], name="one_line_per_number"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="post_ends_after_it_starts",
            ),
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A register line never changes; add the next one.")
        super().save(*args, **kwargs)


class Remark(models.Model):
    """Why something was done, in the officer's words. It can be erased; the record, which cannot, never holds it."""

    PERSONAL_DATA = {
        "text": "why, in the officer's words; erasable; kept 6 years",
        "about": "key of the enrolment or the post",
        "written_by": "key of the officer",
    }
    ACTIONS = [
        ("cohorts.change_nations", "Nations changed"),
        ("cohorts.interrupt", "Leave of absence begun"),
        ("cohorts.resume", "Leave of absence ended"),
        ("cohorts.leave", "Left the programme"),
        ("cohorts.end_post", "Last day of the post set"),
        ("cohorts.reopen_post", "Last day of the post taken away"),
    ]

    about = models.CharField(
        max_length=120, db_index=True, help_text="As the record names it: “cohorts.enrolment:12”."
    )
    action = models.CharField(max_length=80, choices=ACTIONS, db_column="deed")
    text = models.TextField()
    written_by = models.CharField(max_length=80)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-written_at", "-pk"]


class Import(models.Model):
    """A file as it was read: every row with its verdict, before anything is written."""

    PERSONAL_DATA = {
        "rows": "the file's rows; cleared 12 months after writing",
        "made_by": "who brought the file",
        "begun_by": "who had it written",
    }
    TRANSITIONS = IMPORT_TRANSITIONS

    COHORT, REGISTER = "cohort", "register"

    kind = models.CharField(
        max_length=10, choices=[(COHORT, "Cohort file"), (REGISTER, "Employment register file")]
    )
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=clock.now)
    begun_by = models.ForeignKey(
        PERSON,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="On whose behalf the worker writes it.",
    )
    begun_at = models.DateTimeField(null=True)
    ready = models.PositiveIntegerField(
        default=0, help_text="Rows the worker has made ready; all are written at once."
    )
    why_not = models.TextField(blank=True, help_text="Why the worker could not write it.")
    written_at = models.DateTimeField(null=True)
    state = state_field(ImportState, ImportState.CHECKED)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = "file"
