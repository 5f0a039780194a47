"""Which markers were told that a day comes near or has passed, and which registrars were given the list of a day; what is still to be said."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort
from cohorts.enrolment.states import EnrolmentState
from lms.kit import clock

from ..setting.queries import judging_of_each
from ..setting.working_days import working_day_of
from .models import Allocation, Discussion
from .states import AllocationState, DiscussionState, ProposalState

PERSON = settings.AUTH_USER_MODEL
REST = 60  # more days than the University is closed in a row


class MarkingReminder(models.Model):
    """A marker was told of the due day of a task, or of a discussion: that it is near, or that it is over. Once for each day; another day is told again."""

    PERSONAL_DATA = {
        "marker": "who was told",
        "task": "about whose work",
        "discussion": "as `task`",
    }

    NEAR, OVERDUE = "near", "overdue"
    KINDS = [(NEAR, gettext_lazy("Due soon")), (OVERDUE, gettext_lazy("Overdue"))]

    marker = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(
        Allocation, on_delete=models.PROTECT, null=True, related_name="reminders"
    )
    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, null=True, related_name="reminders"
    )
    kind = models.CharField(max_length=8, choices=KINDS)
    due_on = models.DateField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("reminder to a marker")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "kind", "due_on"],
                condition=~Q(task=None),
                name="one_reminder_per_task",
            ),
            models.UniqueConstraint(
                fields=["discussion", "marker", "kind", "due_on"],
                condition=~Q(discussion=None),
                name="one_reminder_per_discussion",
            ),
            models.CheckConstraint(
                condition=Q(task=None, discussion__isnull=False)
                | Q(task__isnull=False, discussion=None),
                name="reminder_of_a_task_or_a_discussion",
            ),
        ]


class OverdueList(models.Model):
    """One registrar was given the list of what is overdue on one day: how many tasks and discussions."""

    PERSONAL_DATA = {"registrar": "who was told"}

    registrar = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    tasks = models.PositiveIntegerField()
    discussions = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("list of overdue marking")
        constraints = [
            models.UniqueConstraint(fields=["registrar", "day"], name="one_overdue_list_a_day")
        ]


# ---- what is still to be said ----


def due_when(kind, today: date) -> Q | None:
    """The due days that somebody is told of today, of rows that hang on a `submission`; None where nobody is."""
    if kind == MarkingReminder.OVERDUE:
        return Q(due_on__lt=today)
    days = settings.IMSA_MARKING_REMINDER_WORKING_DAYS
    if not days:
        return None
    last = today + timedelta(days=4 * days + REST)
    near = Q(due_on__gte=today, due_on__lte=last)
    tasks = Allocation.objects.filter(near, state=AllocationState.OPEN)
    talks = Discussion.objects.filter(near, state=DiscussionState.OPEN)
    keys = [
        set(rows.order_by().values_list("submission__enrolment__cohort", flat=True).distinct())
        for rows in (tasks, talks)
    ]
    cohorts = Cohort.objects.in_bulk(keys[0] | keys[1])
    found = None
    for key, judged in judging_of_each(cohorts.values()).items():
        day = working_day_of(key, judged.rules, days, today)
        there = Q(submission__enrolment__cohort=key, due_on__gte=today, due_on__lte=day)
        found = found | there if found else there
    return found


def tasks_to_remind(kind, when: Q, tutors):
    """Tasks whose marker, one of the `tutors` (keys), goes on and was not told so of that day. A QuerySet."""
    there = MarkingReminder.objects.filter(
        task=OuterRef("pk"), kind=kind, due_on=OuterRef("due_on")
    )
    rows = Allocation.objects.filter(
        when, state=AllocationState.OPEN, conflict_reported_at=None, marker__in=tutors
    )
    return rows.exclude(submission__enrolment__state=EnrolmentState.LEFT).exclude(Exists(there))


def discussions_to_remind(kind, when: Q, tutors):
    """The tasks of the markers, of these `tutors`, whose word a discussion waits for, and who were not told so of its day. A QuerySet, each with
    `talk` (a key) and `talk_due_on`."""
    talk = Discussion.objects.filter(submission=OuterRef("submission"), state=DiscussionState.OPEN)
    going_on = Discussion.objects.filter(when, state=DiscussionState.OPEN)
    rows = Allocation.objects.filter(
        Q(stage=Allocation.FIRST) | Q(stage=Allocation.SECOND),
        submission__in=going_on.values("submission"),  # few, of the many tasks that are sealed
        state=AllocationState.SEALED,
        conflict_reported_at=None,
        marker__in=tutors,
    ).exclude(submission__enrolment__state=EnrolmentState.LEFT)
    rows = rows.annotate(
        talk=models.Subquery(talk.values("pk")[:1]),
        talk_due_on=models.Subquery(talk.values("due_on")[:1]),
    )
    there = MarkingReminder.objects.filter(
        discussion=OuterRef("talk"),
        marker=OuterRef("marker"),
        kind=kind,
        due_on=OuterRef("talk_due_on"),
    )
    answered = Allocation.objects.filter(pk=OuterRef("pk"), proposals__state=ProposalState.WAITING)
    return rows.exclude(Exists(there)).exclude(Exists(answered))
