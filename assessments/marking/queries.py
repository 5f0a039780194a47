"""What waits for markers, and who has room for it; always by script number."""

from django.db.models import Case, Count, Exists, OuterRef, Q, When

from cohorts.enrolment.states import EnrolmentState
from lms.kit import clock
from lms.kit.counting import counting
from lms.kit.prepared_statements import CompiledQuery
from lms.people.models import Role, User

from ..attempts.queries import with_due
from ..setting.models import AssessmentVersion
from ..setting.queries import with_scheme
from ..taking.models import Submission
from ..taking.states import SubmissionState
from . import sampling
from .models import (
    Allocation,
    Correction,
    DeclaredInterest,
    Discussion,
    Moderation,
    ModerationScript,
    Snippet,
)
from .rules import stopped
from .states import (
    AllocationState,
    CorrectionState,
    DiscussionState,
    ModerationState,
    ProposalState,
    VerdictState,
)


def awaiting_allocation(registrar):
    """Handed in and not yet with markers, oldest first; without the registrar's own (a key)."""
    return (
        with_due(Submission.objects.filter(state=SubmissionState.SUBMITTED))
        .exclude(enrolment__state=EnrolmentState.LEFT)
        .exclude(enrolment__person_id=registrar)
        .select_related("assessment", "enrolment")
        .order_by("submitted_at", "pk")
    )


def awaiting_third(registrar):
    """Two marks that no rule settles, and no third marker yet, oldest first; without the registrar's own (a key): their page shows marks."""
    third = Allocation.objects.filter(submission=OuterRef("pk"), stage=Allocation.THIRD)
    waiting = Submission.objects.filter(state=SubmissionState.THIRD).exclude(
        Exists(third.exclude(state=AllocationState.WITHDRAWN))
    )
    waiting = waiting.exclude(enrolment__state=EnrolmentState.LEFT).exclude(
        enrolment__person_id=registrar
    )
    return (
        waiting.select_related("assessment", "enrolment")
        .prefetch_related("allocations")
        .order_by("submitted_at", "pk")
    )


def tasks_in_doubt(registrar):
    """Tasks that need another marker: open ones whose marker is no tutor any more, or has reported a conflict, and those of a first or
    second marker that were withdrawn and went to nobody yet; the soonest due first. Not of the registrar's own scripts (`may_follow`).
    A QuerySet; `rules.stopped` says which of the open ones may really not go on."""
    return _in_doubt(registrar.pk, clock.today()).select_related(*_OF_TASKS)


def _in_doubt(registrar, today):
    doubt = ~Q(marker_id__in=_tutors_on(today).values("pk")) | Q(conflict_reported_at__isnull=False)
    later = Allocation.objects.filter(
        submission=OuterRef("submission"), stage=OuterRef("stage"), pk__gt=OuterRef("pk")
    )
    gap = Q(state=AllocationState.WITHDRAWN, submission__state=SubmissionState.MARKING) & ~Exists(
        later
    )
    tasks = Allocation.objects.filter(Q(state=AllocationState.OPEN) & doubt | gap)
    return _of_others(tasks, registrar).order_by("due_on", "pk")


def allocation_counts(registrar) -> dict[str, int]:
    """How many scripts wait for two markers (`page`) and for a `third`, and how many tasks are in doubt (`stopped`). One query."""
    found = _allocation_counts(registrar=registrar.pk, today=clock.today())
    return dict.fromkeys(("page", "third", "stopped"), 0) | dict(found)


def _allocation_counting(*, registrar, today):
    return counting(
        page=awaiting_allocation(registrar),
        third=awaiting_third(registrar),
        stopped=_in_doubt(registrar, today),
    )


_allocation_counts = CompiledQuery(_allocation_counting)


def open_tasks(registrar, *, wanted="", overdue=False):
    """Who has yet to mark what, the soonest due first; of those with `wanted` in the script's number or the marker's name. A QuerySet."""
    tasks = Allocation.objects.filter(state=AllocationState.OPEN)
    if overdue:
        tasks = tasks.filter(due_on__lt=clock.today())
    for word in wanted.split():
        tasks = tasks.filter(
            Q(submission__script__icontains=word)
            | Q(marker__first_name__icontains=word)
            | Q(marker__last_name__icontains=word)
        )
    return _of_others(tasks, registrar.pk).order_by("due_on", "pk").select_related(*_OF_TASKS)


_OF_TASKS = ("submission__assessment", "submission__enrolment", "marker")


def _of_others(tasks, registrar):
    """Of scripts that the registrar (a key) neither wrote nor was given, and whose author is still there."""
    own = Allocation.objects.filter(submission=OuterRef("submission"), marker_id=registrar)
    return (
        tasks.exclude(Exists(own))
        .exclude(submission__enrolment__person_id=registrar)
        .exclude(submission__enrolment__state=EnrolmentState.LEFT)
    )


def needing_another_marker(registrar) -> list[tuple[Allocation, str]]:
    """Tasks that need another marker today, with why: theirs is no tutor any more, has a conflict that is still one, or gave it back."""
    tasks = _tasks_in_doubt(registrar=registrar.pk, today=clock.today())
    why = stopped(tasks) if tasks else {}
    return [(task, why[task.pk]) for task in tasks if task.pk in why]


_tasks_in_doubt = CompiledQuery(
    lambda *, registrar, today: _in_doubt(registrar, today).select_related(*_OF_TASKS)
)


def snippets_of(marker):
    """The phrases that somebody keeps, in the order in which they were kept. A QuerySet."""
    return Snippet.objects.filter(marker_id=marker.pk)


def interests_of(marker):
    """What somebody has declared, with what was lifted; the newest first. A QuerySet."""
    return DeclaredInterest.objects.filter(marker_id=marker.pk).select_related("cohort")


def interests_to_see():
    """Every interest that counts, for registrars; the newest first. A QuerySet."""
    rows = DeclaredInterest.objects.filter(lifted_at=None)
    return rows.select_related("cohort", "marker")


def waiting_corrections():
    """Corrections that wait for a second person: until then nothing is released, and no board decides. A QuerySet."""
    return Correction.objects.filter(state=CorrectionState.REQUESTED)


def corrections_of(attempt):
    """Those of one attempt: its key, or a reference as seen from a query on Correction."""
    return waiting_corrections().filter(allocation__submission__attempt=attempt)


def corrections_to_agree(registrar):
    """Corrections of submitted marks that wait for a second person, oldest first; none of the registrar's own scripts. A QuerySet."""
    own = Allocation.objects.filter(
        submission=OuterRef("allocation__submission"), marker_id=registrar.pk
    )
    return (
        waiting_corrections()
        .exclude(Exists(own))
        .exclude(allocation__submission__enrolment__person_id=registrar.pk)
        .select_related("allocation__submission__assessment", "allocation__marker")
        .order_by("requested_at", "pk")
    )


def discussions_to_follow(registrar):
    """Discussions that are open, the soonest due first, with their `proposals` and the script's tasks; none of the registrar's own scripts.
    A QuerySet."""
    own = Allocation.objects.filter(submission=OuterRef("submission"), marker_id=registrar.pk)
    rows = Discussion.objects.filter(state=DiscussionState.OPEN).exclude(Exists(own))
    return (
        rows.exclude(submission__enrolment__person_id=registrar.pk)
        .exclude(submission__enrolment__state=EnrolmentState.LEFT)
        .select_related("submission__assessment")
        .prefetch_related("submission__allocations__marker", "proposals")
        .order_by("due_on", "pk")
    )


def overdue_discussions(registrar):
    """Those that were due before today. A QuerySet."""
    return discussions_to_follow(registrar).filter(due_on__lt=clock.today())


def awaited_in(discussion) -> list:
    """Whose word a discussion of `discussions_to_follow` waits for: the tasks of one of its markers, or of both where nothing is proposed."""
    tasks = [t for t in discussion.submission.allocations.all() if t.stage != Allocation.THIRD]
    tasks = [task for task in tasks if task.state == AllocationState.SEALED]
    waiting = [p.task_id for p in discussion.proposals.all() if p.state == ProposalState.WAITING]
    return sorted((t for t in tasks if t.pk not in waiting), key=lambda task: task.stage)


def moderations_to_follow(registrar):
    """Every moderation, those that go on first and the soonest due, with how many scripts are in the `sample`, have a verdict (`done`), and are not
    agreed with (`against`). None with the registrar's own scripts. A QuerySet."""
    scripts = ModerationScript.objects.filter(moderation=OuterRef("pk"))
    waits = Q(scripts__state=VerdictState.WAITING)
    sample = Q(scripts__draw__gt=0)
    rows = Moderation.objects.exclude(Exists(scripts.filter(_of_registrar(registrar))))
    return (
        rows.select_related("sitting__assessment", "sitting__cohort", "moderator")
        .annotate(
            is_over=Case(When(state=ModerationState.OPEN, then=0), default=1),
            count=Count("scripts"),
            sample=Count("scripts", filter=sample),
            done=Count("scripts", filter=sample & ~waits),
            against=Count("scripts", filter=Q(scripts__state=VerdictState.DISAGREES)),
        )
        .order_by("is_over", "due_on", "pk")
    )


def moderations_to_act_on(registrar):
    """Those that go on, or of which a script waits for a second marker; none with the registrar's own scripts. A QuerySet."""
    second = Allocation.objects.filter(
        submission=OuterRef("submission"), stage=Allocation.SECOND
    ).exclude(state=AllocationState.WITHDRAWN)
    scripts = ModerationScript.objects.filter(moderation=OuterRef("pk"))
    again = scripts.filter(submission__state=SubmissionState.MARKING).exclude(Exists(second))
    rows = Moderation.objects.filter(Q(state=ModerationState.OPEN) | Exists(again))
    return rows.exclude(Exists(scripts.filter(_of_registrar(registrar))))


def _of_registrar(registrar):
    """Scripts in a moderation that somebody wrote, was given to mark, or moderates."""
    tasks = Allocation.objects.filter(submission=OuterRef("submission"), marker_id=registrar.pk)
    return (
        Q(submission__enrolment__person_id=registrar.pk)
        | Q(moderator_id=registrar.pk)
        | Exists(tasks)
    )


def awaiting_second(moderation):
    """Scripts of a moderation whose single mark does not stand, and that no second marker has. A QuerySet."""
    second = Allocation.objects.filter(submission=OuterRef("pk"), stage=Allocation.SECOND)
    rows = Submission.objects.filter(
        moderation_script__moderation=moderation, state=SubmissionState.MARKING
    )
    rows = rows.exclude(Exists(second.exclude(state=AllocationState.WITHDRAWN)))
    return (
        rows.exclude(enrolment__state=EnrolmentState.LEFT)
        .select_related("assessment", "enrolment")
        .prefetch_related("allocations")
        .order_by("script")
    )


def sets_before_moderation(registrar):
    """Sittings of work with one marker whose moderation has not begun: how many scripts are `marked`, and how many are `waiting` for a mark. Rows
    of values."""
    rows = with_scheme(Submission.objects.filter(moderation_script=None, attempt__is_current=True))
    rows = rows.filter(
        scheme=AssessmentVersion.MODERATED,
        state__in=[
            SubmissionState.SUBMITTED,
            SubmissionState.MARKING,
            SubmissionState.MODERATION,
        ],
    ).exclude(enrolment__state=EnrolmentState.LEFT)
    marked = Q(state=SubmissionState.MODERATION)
    names = ("assessment__code", "assessment__title", "enrolment__cohort__title")
    return (
        rows.order_by()
        .values(*names)
        .annotate(marked=Count("pk", filter=marked), waiting=Count("pk", filter=~marked))
        .order_by(*names)
    )


def draws_that_differ() -> list[int]:
    """The moderations (keys) of which a draw is not what its seed, rule and scripts give."""
    return [
        one.pk
        for one in Moderation.objects.prefetch_related("scripts__submission")
        if not _is_drawn(one)
    ]


def _is_drawn(moderation):
    scripts = [sampling.Candidate.read(one) for one in moderation.inputs["scripts"]]
    rule = sampling.SampleRule.read(moderation.inputs["rule"])
    drawn = {one.submission.script: (one.draw, one.why) for one in moderation.scripts.all()}
    found = sampling.first_draw(scripts, rule, moderation.seed)
    expected = {script: (1, why) for script, why in found.items()}
    for number in range(2, 1 + max(draw for draw, _why in drawn.values())):
        more = sampling.extension(scripts, rule, moderation.seed, expected)
        expected |= {script: (number, why) for script, why in more.items()}
    return expected == {script: one for script, one in drawn.items() if one[0]}


def tutors():
    """Everybody who is a tutor today, with the number of scripts they hold, least loaded first."""
    load = open_tasks_by_marker()
    return sorted(
        _tutors_on(clock.today()),
        key=lambda person: (load.get(person.pk, 0), person.last_name, person.pk),
    )


def _tutors_on(today):
    held = Q(grants__role=Role.TUTOR, grants__starts_on__lte=today) & (
        Q(grants__ends_on=None) | Q(grants__ends_on__gte=today)
    )
    return User.objects.filter(held, is_active=True).distinct()


def open_tasks_by_marker() -> dict[int, int]:
    """How many scripts each marker has yet to seal."""
    rows = (
        Allocation.objects.filter(state=AllocationState.OPEN)
        .order_by()
        .values("marker_id")
        .annotate(n=Count("pk"))
    )
    return {row["marker_id"]: row["n"] for row in rows}
