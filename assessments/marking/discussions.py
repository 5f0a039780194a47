"""What two markers read of each other's marks while they discuss them; like a BlindScript it carries nothing that leads to the author."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Q

from cohorts.enrolment.states import EnrolmentState
from lms.kit.lists import page_of
from lms.people.models import Role
from lms.people.roles import has_role

from .blind import BlindScript, NoSuchScript, script_for
from .feedback_files import Feedback, NoSuchFeedback, feedback_rows, file_among
from .models import Allocation, Discussion, Proposal
from .states import AllocationState, DiscussionState, ProposalState

A_PAGE = 10


@dataclass(frozen=True)
class Side:
    """What one of the two submitted."""

    label: str
    is_own: bool
    total: Decimal
    comment: str
    feedback: tuple[Feedback, ...] = ()


@dataclass(frozen=True)
class CriterionMarks:
    """A criterion with the marks of both, own first."""

    title: str
    weight: int
    marks: tuple


@dataclass(frozen=True)
class Reasoned:
    """What is proposed for one criterion, and why."""

    title: str
    mark: Decimal
    reason: str


@dataclass(frozen=True)
class OwnProposal:
    """A mark that was proposed, and what was answered."""

    pk: int
    is_own: bool
    label: str
    is_waiting: bool
    total: Decimal
    rows: tuple[Reasoned, ...]
    made_at: datetime
    answer: str


@dataclass(frozen=True)
class BlindDiscussion:
    """A discussion as one of its two markers reads it. `script` is theirs."""

    pk: int
    script: BlindScript
    why: str
    due_on: date
    label: str
    is_open: bool
    ending: str
    sides: tuple[Side, ...]
    rows: tuple[CriterionMarks, ...]
    proposals: tuple[OwnProposal, ...]
    version: str

    @property
    def waiting(self):
        """The proposal that waits for an answer, or None."""
        return next((one for one in self.proposals if one.is_waiting), None)


@dataclass(frozen=True)
class DiscussionRow:
    """A discussion in a marker's queue."""

    script: str
    assessment_code: str
    assessment_title: str
    due_on: date
    is_theirs: bool  # does it wait for this marker?


def discussion_for(marker, number: str) -> BlindDiscussion:
    """The newest discussion of a script of which this marker submitted the first or the second mark. Raises NoSuchScript."""
    found = (
        Discussion.objects.filter(
            submission__script=number, submission__allocations__in=_own(marker)
        )
        .select_related("submission")
        .prefetch_related("submission__allocations", "proposals")
        .order_by("-pk")
        .first()
    )
    if found is None:
        raise NoSuchScript(number)
    script = script_for(marker, number)
    tasks = [t for t in found.submission.allocations.all() if t.state == AllocationState.SEALED]
    tasks = [t for t in tasks if t.stage in (Allocation.FIRST, Allocation.SECOND)]
    tasks.sort(key=lambda task: task.pk != script.allocation_id)
    return BlindDiscussion(
        found.pk,
        script,
        found.why,
        found.due_on,
        found.get_state_display(),
        found.state == DiscussionState.OPEN,
        found.ending,
        tuple(
            Side(
                t.get_stage_display(),
                t.pk == script.allocation_id,
                t.total,
                t.comment,
                feedback_rows(t.feedback),
            )
            for t in tasks
        ),
        tuple(
            CriterionMarks(c.title, c.counts, tuple(t.marks.get(c.key) for t in tasks))
            for c in script.criteria
        ),
        tuple(
            _proposal(one, script.criteria, script.allocation_id) for one in found.proposals.all()
        ),
        found.version,
    )


def other_feedback_file(marker, number: str, key: int) -> tuple[str, str]:
    """The private path of a feedback file of either side, and its name. Raises NoSuchScript, or NoSuchFeedback."""
    discussion_for(marker, number)
    tasks = Allocation.objects.filter(
        submission__script=number,
        stage__in=[Allocation.FIRST, Allocation.SECOND],
        state=AllocationState.SEALED,
    )
    for task in tasks:
        if any(one["file"] == key for one in task.feedback):
            return file_among(task.feedback, key, number, task.stage)
    raise NoSuchFeedback(key)


def _proposal(one, criteria, own):
    return OwnProposal(
        one.pk,
        one.task_id == own,
        one.get_state_display(),
        one.state == ProposalState.WAITING,
        one.total,
        tuple(reasoned(one, criteria)),
        one.made_at,
        one.answer,
    )


def reasoned(proposal, criteria) -> list[Reasoned]:
    """What a proposal says of each criterion."""
    return [
        Reasoned(c.title, proposal.marks.get(c.key), proposal.reasons.get(c.key, ""))
        for c in criteria
    ]


def discussions_of(marker, number=None) -> Page:
    """A page of the discussions that this marker is in and that are open, those that wait for them first, then the soonest due. Two queries."""
    own = _own(marker)
    answered = Proposal.objects.filter(
        discussion=OuterRef("pk"), state=ProposalState.WAITING, task__marker_id=marker.pk
    )
    rows = (
        Discussion.objects.filter(
            Exists(own.filter(submission=OuterRef("submission"))), state=DiscussionState.OPEN
        )
        .exclude(submission__enrolment__state=EnrolmentState.LEFT)
        .annotate(is_others=Exists(answered))
        .order_by("is_others", "due_on", "pk")
        .values_list(
            "submission__script",
            "submission__assessment__code",
            "submission__assessment__title",
            "due_on",
            "is_others",
        )
    )
    page = page_of(rows, number, length=A_PAGE)
    page.object_list = [DiscussionRow(*row[:-1], not row[-1]) for row in page.object_list]
    return page


def _own(marker):
    """The tasks with which somebody is in a discussion."""
    if not has_role(marker, Role.TUTOR):
        return Allocation.objects.none()
    return Allocation.objects.filter(
        Q(stage=Allocation.FIRST) | Q(stage=Allocation.SECOND),
        marker_id=marker.pk,
        state=AllocationState.SEALED,
    )
