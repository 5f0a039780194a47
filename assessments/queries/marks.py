"""What waits for markers, and the chains an examiner reads; always by script number."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from lms.kit import clock
from lms.people.models import Role, User

from .. import results
from ..models import Allocation, Submission
from ..rules import stopped
from ..states import AllocationState, BoardState, SubmissionState
from .boards import UNSEEN, readiness


def awaiting_allocation():
    """Handed in and not yet with markers, oldest first."""
    return (
        Submission.objects.filter(state=SubmissionState.SUBMITTED)
        .select_related("assessment", "enrolment")
        .order_by("submitted_at", "pk")
    )


def awaiting_third():
    """Two marks that no rule settles, and no third marker yet, oldest first."""
    waiting = Submission.objects.filter(state=SubmissionState.THIRD).exclude(allocations__stage=Allocation.THIRD)
    return (
        waiting.select_related("assessment", "enrolment")
        .prefetch_related("lines", "allocations")
        .order_by("submitted_at", "pk")
    )


def needing_another_marker(registrar) -> list[tuple[Allocation, str]]:
    """Tasks whose marker may not go on today, with why: no tutor any more, or a conflict that was reported and is still one.

    The soonest due first; not the registrar's own work, nor a task of their own.
    """
    tasks = Allocation.objects.filter(state=AllocationState.OPEN).exclude(marker_id__in=_tutors_today().values("pk"))
    tasks = tasks | Allocation.objects.filter(state=AllocationState.OPEN, conflict_reported_at__isnull=False)
    tasks = tasks.exclude(marker_id=registrar.pk).exclude(submission__enrolment__person_id=registrar.pk)
    tasks = list(tasks.select_related("submission__assessment", "submission__enrolment", "marker").order_by("due_on", "pk"))
    why = stopped(tasks) if tasks else {}
    return [(task, why[task.pk]) for task in tasks if task.pk in why]


def awaiting_allocation_count() -> int:
    return awaiting_allocation().count()


def awaiting_third_count() -> int:
    return awaiting_third().count()


def tutors():
    """Everybody who is a tutor today, with the number of scripts they hold, least loaded first."""
    load = open_tasks_by_marker()
    return sorted(_tutors_today(), key=lambda person: (load.get(person.pk, 0), person.last_name, person.pk))


def _tutors_today():
    today = clock.today()
    held = Q(grants__role=Role.TUTOR, grants__starts_on__lte=today) & (
        Q(grants__ends_on=None) | Q(grants__ends_on__gte=today)
    )
    return User.objects.filter(held, is_active=True).distinct()


def open_tasks_by_marker() -> dict[int, int]:
    """How many scripts each marker has yet to seal."""
    rows = Allocation.objects.filter(state=AllocationState.OPEN).order_by().values("marker_id").annotate(n=Count("pk"))
    return {row["marker_id"]: row["n"] for row in rows}


@dataclass
class Sample:
    """What an external examiner is asked about. Callers show scripts by number only.

    `groups` by assessment: the scripts shown, and of how many this board can decide; `earlier`: what other boards had
    decided before; `left`: marked, but not this board's to decide, because other work of the module is missing.
    """

    groups: list[dict]
    earlier: list[dict]
    left: int
    unsettled: int

    @property
    def shown(self):
        return sum(len(group["scripts"]) for group in self.groups)

    @property
    def of(self):
        return sum(group["of"] for group in self.groups)


def sample_of(board) -> Sample:
    """The sample of what this board can decide, or has decided; what an earlier board made final is not asked about again."""
    by_code, sample = {}, Sample([], [], 0, 0)
    for case in readiness(board):
        papers = [part for part in case.parts if part.submission]
        marked = [part for part in papers if part.mark is not None]
        sample.unsettled += len(papers) - len(marked)
        if is_before(board, case):
            for part in marked:
                by_code.setdefault(part.assessment.code, []).append(part)
        elif not case.decision:
            sample.left += len(marked)
        elif not board.ratified_at or case.decision.decided_at < board.ratified_at:
            sample.earlier += [{"part": part, "board": case.decision.board} for part in marked]
    sample.groups = [
        {"assessment": parts[0].assessment, "scripts": _chosen(parts), "of": len(parts)} for _, parts in sorted(by_code.items())
    ]
    sample.earlier.sort(key=lambda line: (line["part"].assessment.code, line["part"].submission.script))
    return sample


def is_before(board, case) -> bool:
    """Is a trainee's module this board's: decided by it, or whole and undecided, so that it waits at most for the examiner?"""
    if case.decision:
        return case.decision.board_id == board.pk
    return board.state == BoardState.CALLED and case.why_not in ("", UNSEEN)


def _chosen(parts):
    """The scripts of one assessment that the rule picks, in its order."""
    scripts = {part.submission.script: part.submission for part in parts}
    marked = [
        results.Marked(part.submission.script, part.mark, any(line.stage == "third" for line in part.submission.lines.all()))
        for part in parts
    ]
    return [scripts[one.number] for one in results.sample(marked, settings.IMSA_CLASS_BOUNDARIES)]
