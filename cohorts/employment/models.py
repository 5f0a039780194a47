"""Who is employed where, from when to when, and why it was changed; the register is added to, never edited."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy

from lms.kit import clock, nations

from ..organisations.models import Organisation
from .states import EvidenceKind, PostKind

PERSON = settings.AUTH_USER_MODEL


class Employment(models.Model):
    """One post of one person: an entry of the employment register. What it says is its last line."""

    PERSONAL_DATA = {"person": "whose post it is"}

    reference = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="employments")

    class Meta:
        # Files and officers write a reference in capitals or not.
        indexes = [models.Index(Upper("reference"), name="entries_by_reference")]

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
        "confirmed_by": "who said for the employer that it is so",
        "evidence_seen_by": "the officer who saw it",
        "leave_from": "since when they are on leave from the post; never why",
    }

    employment = models.ForeignKey(Employment, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    post = models.CharField(max_length=200)
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    starts_on = models.DateField()
    ends_on = models.DateField(
        null=True, blank=True, help_text=gettext_lazy("The last day of the post.")
    )
    line_manager = models.EmailField(blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.CharField(
        max_length=80,
        blank=True,
        default="",
        help_text=gettext_lazy("Who said so, as the record names them; empty: it came by a file."),
    )
    kind = models.CharField(max_length=12, choices=PostKind.choices, blank=True, default="")
    hours = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=gettext_lazy("Hours a week."),
    )
    evidence_kind = models.CharField(
        max_length=12, choices=EvidenceKind.choices, blank=True, default=""
    )
    evidence_on = models.DateField(null=True, blank=True)
    evidence_seen_by = models.CharField(max_length=80, blank=True, default="")
    leave_from = models.DateField(
        null=True,
        blank=True,
        help_text=gettext_lazy("First day of the newest leave from the post."),
    )
    leave_until = models.DateField(
        null=True, blank=True, help_text=gettext_lazy("Last day of that leave, once it is known.")
    )
    is_void = models.BooleanField(
        default=False,
        help_text=gettext_lazy("Entered by mistake: the post counts on no day."),
    )
    source = models.CharField(
        max_length=80, help_text=gettext_lazy("The import or person it came from.")
    )
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
            models.CheckConstraint(
                condition=models.Q(hours=None) | models.Q(hours__gt=0, hours__lte=80),
                name="hours_of_a_week",
            ),
            models.CheckConstraint(
                condition=models.Q(evidence_kind="", evidence_on=None, evidence_seen_by="")
                | (
                    ~models.Q(evidence_kind="")
                    & models.Q(evidence_on__isnull=False)
                    & ~models.Q(evidence_seen_by="")
                ),
                name="evidence_has_a_day_and_a_reader",
            ),
            models.CheckConstraint(
                condition=models.Q(leave_from=None, leave_until=None)
                | (
                    models.Q(leave_from__isnull=False, leave_from__gte=models.F("starts_on"))
                    & (
                        models.Q(leave_until=None)
                        | models.Q(leave_until__gte=models.F("leave_from"))
                    )
                ),
                name="leave_is_within_its_post",
            ),
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A register line never changes; add the next one.")
        super().save(*args, **kwargs)


class Remark(models.Model):
    """Why something was done, in the officer's words. It can be erased; the record, which cannot, never holds it."""

    PERSONAL_DATA = {
        "text": "why, in the officer's words; deleted after IMSA_REMARK_YEARS",
        "about": "key of the enrolment or the post",
        "written_by": "key of the officer",
    }
    ACTIONS = [
        ("cohorts.change_nations", gettext_lazy("Nations changed")),
        ("cohorts.interrupt", gettext_lazy("Leave of absence begun")),
        ("cohorts.resume", gettext_lazy("Leave of absence ended")),
        ("cohorts.leave", gettext_lazy("Left the programme")),
        ("cohorts.schedule_change", gettext_lazy("Scheduled")),
        ("cohorts.change_return", gettext_lazy("Expected return changed")),
        ("cohorts.cancel_change", gettext_lazy("Cancelled before it began")),
        ("cohorts.reinstate", gettext_lazy("Leaving undone")),
        ("cohorts.transfer", gettext_lazy("Transferred to another cohort")),
        ("cohorts.end_post", gettext_lazy("Last day of the post set")),
        ("cohorts.reopen_post", gettext_lazy("Last day of the post taken away")),
        ("cohorts.enter_post", gettext_lazy("Post entered")),
        ("cohorts.change_post", gettext_lazy("Post changed")),
        ("cohorts.void_post", gettext_lazy("Post voided: entered by mistake")),
        ("cohorts.record_leave_from_post", gettext_lazy("Leave from the post recorded")),
    ]

    about = models.CharField(
        max_length=120,
        db_index=True,
        help_text=gettext_lazy("As the record names it: “cohorts.enrolment:12”."),
    )
    action = models.CharField(max_length=80, choices=ACTIONS, db_column="deed")
    text = models.TextField()
    written_by = models.CharField(max_length=80)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-written_at", "-pk"]
