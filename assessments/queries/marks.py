"""What waits for markers, and the chains an examiner reads; always by script number."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from lms.kit import clock
from lms.people.models import Role, User

from .. import results
from ..models import Allocation, Assessment, Board, Submission
from ..rules import stopped
from ..states import AllocationState, SubmissionState
from . import tallies

SAMPLE_A_PAGE = 20  # scripts with the lines of their marks, longer than a row of a list


def awaiting_allocation():
    """Handed in and not yet with markers, oldest first."""
    return (
        Submission.objects.filter(state=SubmissionState.SUBMITTED)
        .select_related("assessment", "enrolment")
        .order_by("submitted_at", "pk")
    )


def awaiting_third():
    """Two marks that no rule settles, and no third marker yet, oldest first."""
    waiting = Submission.objects.filter(state=SubmissionState.THIRD).exclude(
        allocations__stage=Allocation.THIRD
    )
    return (
        waiting.select_related("assessment", "enrolment")
        .prefetch_related("lines", "allocations")
        .order_by("submitted_at", "pk")
    )


def tasks_in_doubt(registrar):
    """Open tasks whose marker is no tutor any more, or has reported a conflict; the soonest due first. Not the registrar's own work, nor
    a task of their own. A QuerySet; `rules.stopped` says which of them may really not go on."""
    tasks = Allocation.objects.filter(state=AllocationState.OPEN)
    tasks = tasks.filter(
        ~Q(marker_id__in=_tutors_today().values("pk")) | Q(conflict_reported_at__isnull=False)
    )
    tasks = tasks.exclude(marker_id=registrar.pk).exclude(
        submission__enrolment__person_id=registrar.pk
    )
    return tasks.select_related(
        "submission__assessment", "submission__enrolment", "marker"
    ).order_by("due_on", "pk")


def needing_another_marker(registrar) -> list[tuple[Allocation, str]]:
    """Tasks whose marker may not go on today, with why: no tutor any more, or a conflict that was reported and is still one."""
    tasks = list(tasks_in_doubt(registrar))
    why = stopped(tasks) if tasks else {}
    return [(task, why[task.pk]) for task in tasks if task.pk in why]


def awaiting_allocation_count() -> int:
    return awaiting_allocation().count()


def awaiting_third_count() -> int:
    return awaiting_third().count()


def tutors():
    """Everybody who is a tutor today, with the number of scripts they hold, least loaded first."""
    load = open_tasks_by_marker()
    return sorted(
        _tutors_today(), key=lambda person: (load.get(person.pk, 0), person.last_name, person.pk)
    )


def _tutors_today():
    today = clock.today()
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


@dataclass
class Sample:
    """What an external examiner is asked about. Callers show scripts by number only.

    `groups` by assessment: how many scripts of how many this board can decide are `chosen`, and the `scripts` of this `page` of the sample;
    `earlier`, a page: what other boards had decided before; `left`: marked, but not this board's to decide, because other work of the
    module is missing.
    """

    groups: list[dict]
    page: Page
    earlier: Page
    left: int
    unsettled: int

    @property
    def shown(self):
        return sum(group["chosen"] for group in self.groups)

    @property
    def of(self):
        return sum(group["of"] for group in self.groups)


def sample_of(board, page=1, earlier=1) -> Sample:
    """The sample of what this board can decide, or has decided; what an earlier board made final is not asked about again.

    The board's written work is read once, a line each, and `results.sample` chooses of it; of either list the scripts of one page are
    read whole. Seven queries at most.
    """
    parts, marks, asked, before = Counter(), {}, {}, {}
    for key, assessment, number, part, mark, third, decided_by in tallies.papers_before(board):
        parts[part] += 1
        marks[key] = mark
        if part == tallies.ASKED:
            asked.setdefault(assessment, {})[number] = (
                results.Marked(number, mark, third is not None),
                key,
            )
        elif part == tallies.EARLIER:
            before[key] = decided_by
    chosen = {
        assessment: [
            papers[one.number][1]
            for one in results.sample(
                [marked for marked, _ in papers.values()], settings.IMSA_CLASS_BOUNDARIES
            )
        ]
        for assessment, papers in asked.items()
    }
    shown, earlier = (
        _page_of([key for keys in chosen.values() for key in keys], marks, page),
        _page_of([*before], marks, earlier, tallies.SELDOM),
    )
    assessments = Assessment.objects.select_related(None).in_bulk(asked) if asked else {}
    groups = [
        {
            "assessment": assessments[key],
            "of": len(papers),
            "chosen": len(chosen[key]),
            "scripts": [script for script in shown if script.assessment_id == key],
        }
        for key, papers in asked.items()
    ]
    boards = (
        Board.objects.in_bulk({before[script.pk] for script in earlier})
        if earlier.object_list
        else {}
    )
    earlier.object_list = [
        {"script": script, "mark": script.mark, "board": boards[before[script.pk]]}
        for script in earlier
    ]
    return Sample(groups, shown, earlier, parts[tallies.LEFT], parts[tallies.UNSETTLED])


def _page_of(keys, marks, number, length=SAMPLE_A_PAGE) -> Page:
    """One page of scripts, in the order of their keys, each with its `mark` and the lines behind it."""
    page = Paginator(keys, length).get_page(number)
    scripts = (
        Submission.objects.select_related("assessment")
        .prefetch_related("lines")
        .in_bulk(page.object_list)
        if page.object_list
        else {}
    )
    page.object_list = [scripts[key] for key in page.object_list]
    for script in page.object_list:
        script.mark = marks[script.pk]
    return page
