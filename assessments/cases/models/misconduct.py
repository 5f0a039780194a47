"""Cases of academic misconduct, what was told about a script, and scripts that are alike. Markers see none of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.transitions import state_field

from ...deciding.models import ExaminerReport, Hold
from ...marking.models import Allocation
from ...taking.models import Submission
from ..states import CASE_TRANSITIONS, CaseOutcome, CaseState, Level
from . import office

PERSON = settings.AUTH_USER_MODEL


def for_cases(rows, registrar, enrolment: str):
    """As `office.for_office`, and nothing of a cohort in which they mark or examine: they could not hold a result of it back."""
    marked = Allocation.objects.filter(marker_id=registrar.pk)
    examined = ExaminerReport.objects.filter(examiner_id=registrar.pk)
    rows = office.for_office(rows, registrar, enrolment)
    rows = rows.exclude(
        **{f"{enrolment}__cohort__in": marked.values("submission__enrolment__cohort")}
    )
    return rows.exclude(**{f"{enrolment}__cohort__in": examined.values("board__cohort")})


class Cases(models.QuerySet):
    def visible_to(self, user):
        """A trainee's own once they were told of it; of registrars, what they may pursue."""
        own = Q(submission__enrolment__person=user.pk, informed_at__isnull=False)
        return self.filter(own | Q(pk__in=self.for_office(user).values("pk")))

    def for_office(self, registrar):
        return for_cases(self, registrar, "submission__enrolment")


class MisconductCase(models.Model):
    """What the office follows up about one script, from a concern to what came of it; apart from how the script is marked."""

    PERSONAL_DATA = {
        "submission": "whose script; at least 5 years after the course ends",
        "level": "how grave it was found",
        "outcome": "what followed",
        "letter": "the office's words to the trainee; at least 5 years after the course ends",
        "answer": "what was decided, in words to the trainee; at least 5 years after the course ends",
        "opened_by": "which registrar looked into it",
        "decided_by": "which registrar recorded the decision",
    }
    TRANSITIONS = CASE_TRANSITIONS

    # No way back from the script: whoever marks it comes upon nothing.
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="later",
        help_text=gettext_lazy("The closed case that this one decides anew."),
    )
    made_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, null=True, related_name="+")
    letter = models.TextField(max_length=4000, blank=True)
    reply_by = models.DateField(null=True)
    informed_at = models.DateTimeField(null=True)
    level = models.CharField(max_length=8, choices=Level.choices, blank=True, default="")
    outcome = models.CharField(max_length=12, choices=CaseOutcome.choices, blank=True, default="")
    answer = models.TextField(max_length=4000, blank=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    state = state_field(CaseState, CaseState.CONCERN)
    objects = Cases.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=~Q(state=CaseState.CLOSED),
                name="one_open_case_per_script",
            )
        ]
        indexes = [
            models.Index(
                fields=["made_at", "id"],
                name="cases_open",
                condition=~Q(state=CaseState.CLOSED),
            )
        ]

    @property
    def enrolment(self):
        """Whose script it is."""
        return self.submission.enrolment

    @property
    def is_open(self) -> bool:
        return self.state != CaseState.CLOSED

    @property
    def version(self) -> str:
        """What a page was opened on."""
        return f"{self.state}-{len(self.flags.all())}-{len(self.replies.all())}"


class MisconductFlag(models.Model):
    """What a marker, or a registrar, told the office about something in a script: added, never edited."""

    PERSONAL_DATA = {
        "case": "whose script",
        "by": "who told the office",
        "words": "what they saw; at least 5 years after the course ends",
        "place": "where in the script",
    }

    case = models.ForeignKey(MisconductCase, on_delete=models.PROTECT, related_name="flags")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=2000)
    place = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["case_id", "pk"]


class CaseReply(models.Model):
    """What the trainee answered: added, never edited."""

    PERSONAL_DATA = {
        "case": "whose answer",
        "words": "the trainee's words; at least 5 years after the course ends",
    }

    case = models.ForeignKey(MisconductCase, on_delete=models.PROTECT, related_name="replies")
    words = models.TextField(max_length=4000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["case_id", "pk"]


class ScriptText(models.Model):
    """Hashes of the words of one markers' copy, from which no text can be read, to be compared with others."""

    PERSONAL_DATA = {"submission": "whose work; goes with the work"}

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    shingles = models.BinaryField()
    read_at = models.DateTimeField(default=clock.now)


class Resemblances(models.QuerySet):
    def for_office(self, registrar):
        return for_cases(
            for_cases(self, registrar, "first__enrolment"), registrar, "second__enrolment"
        )


class Resemblance(models.Model):
    """Two scripts of different people that are alike: a place to look, and no verdict."""

    PERSONAL_DATA = {
        "first": "whose script",
        "second": "whose script",
        "passages": "words that both scripts have; at least 5 years after the course ends",
        "looked_by": "which registrar looked",
    }

    first = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    is_identical = models.BooleanField(default=False)
    words = models.PositiveIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    passages = models.JSONField(default=list)
    found_at = models.DateTimeField(default=clock.now)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    objects = Resemblances.as_manager()

    class Meta:
        ordering = ["-is_identical", "-percent", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_resemblance_per_pair"),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="first_script_is_the_older"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_identical", "-percent", "id"],
                name="places_to_look",
                condition=Q(looked_at=None),
            )
        ]
