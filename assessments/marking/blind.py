"""What a marker holds instead of a submission; it refuses to carry anything that leads to the author."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from cohorts.enrolment.states import EnrolmentState
from lms.people.models import Role
from lms.people.roles import has_role

from ..attempts.chain import UNSEEN_BY_MARKERS
from ..setting.queries import rules_of, with_criteria, with_version
from ..taking.models import Submission
from ..taking.states import SubmissionState
from . import reconcile
from .models import Allocation
from .states import AllocationState

WAITING_A_PAGE, SEALED_A_PAGE = 25, 10
MARKED = {SubmissionState.AGREED, SubmissionState.RATIFIED}


class NoSuchScript(LookupError):
    """This marker was given no script of that number."""


@dataclass(frozen=True)
class Criterion:
    key: str
    title: str
    weight: int
    description: str


@dataclass(frozen=True)
class ChainLine:
    """One line of a mark's history, without who set it."""

    stage: str
    label: str
    mark: Decimal
    rule: str
    at: datetime


@dataclass(frozen=True)
class OwnCorrection:
    """What became of a marker's own request to correct their marks."""

    label: str
    total: Decimal
    requested_at: datetime
    answer: str


@dataclass(frozen=True)
class BlindScript:
    """One marking task: the script by number, the rubric, and the marker's own draft."""

    allocation_id: int
    script: str
    module_code: str
    module_title: str
    assessment_code: str
    assessment_title: str
    words: int | None
    due_on: date
    stage: str
    is_sealed: bool
    sealed_at: datetime | None
    file_name: str
    file_size: int
    file_sha256: str
    criteria: tuple[Criterion, ...]
    version: str
    marks: dict = field(hash=False)
    comment: str = ""
    total: Decimal | None = None
    both_are_sealed: bool = False
    chain: tuple[ChainLine, ...] = ()
    corrections: tuple[OwnCorrection, ...] = ()
    why_third: str = ""  # once both have sealed, and while a third marker reads it

    @property
    def is_pdf(self):
        """Can a browser show it in the page?"""
        return self.file_name.endswith(".pdf")


@dataclass(frozen=True)
class BlindRow:
    """One marking task in a list: the script by number, and how far the marker is."""

    script: str
    assessment_code: str
    assessment_title: str
    due_on: date
    stage: str
    is_sealed: bool
    sealed_at: datetime | None
    is_begun: bool
    total: Decimal | None

    @property
    def minutes(self):
        return 0 if self.is_sealed else settings.IMSA_MINUTES_PER_SCRIPT


@dataclass(frozen=True)
class Queue:
    """A marker's scripts, a page of each: `waiting` by due day, `sealed` newest first. Each is a Django Page of BlindRows."""

    waiting: Page
    sealed: Page

    @property
    def minutes_left(self):
        return self.waiting.paginator.count * settings.IMSA_MINUTES_PER_SCRIPT


def queue_of(marker, *, waiting=1, sealed=1) -> Queue:
    """What this marker has yet to seal and what they have sealed, at these pages. Empty for anybody who is not a tutor today."""
    tasks = _own(marker).select_related("submission__assessment")
    return Queue(
        _page(
            tasks.exclude(state=AllocationState.SEALED).order_by("due_on", "submission__script"),
            waiting,
            WAITING_A_PAGE,
        ),
        _page(
            tasks.filter(state=AllocationState.SEALED).order_by("-sealed_at", "-pk"),
            sealed,
            SEALED_A_PAGE,
        ),
    )


def next_for(marker) -> BlindRow | None:
    """The script that is due first of those this marker has yet to seal."""
    task = (
        _own(marker)
        .select_related("submission__assessment")
        .exclude(state=AllocationState.SEALED)
        .order_by("due_on", "submission__script")
        .first()
    )
    return task and _row(task)


def _page(tasks, number, length):
    """A page that knows how many there are, and holds no way back to the tasks."""
    page = Paginator(range(tasks.count()), length).get_page(number)
    begin = (page.number - 1) * length
    page.object_list = [_row(task) for task in tasks[begin : begin + length]]
    return page


def script_for(marker, number: str) -> BlindScript:
    """One of a marker's scripts. Raises NoSuchScript when it is not theirs."""
    task = _tasks(marker).filter(submission__script=number).first()
    if task is None:
        raise NoSuchScript(number)
    own = (
        OwnCorrection(c.get_state_display(), c.total, c.requested_at, c.answer)
        for c in task.corrections.all()
    )
    (judged,) = with_criteria([task])
    return _blind(judged, tuple(own))


def file_for(marker, number: str) -> tuple[str, str]:
    """The private path of the markers' copy, and the name to give it: the script number's."""
    task = _tasks(marker).filter(submission__script=number).first()
    if task is None:
        raise NoSuchScript(number)
    return task.submission.copy, _file_name(task.submission)


def sample_file(number: str, cohort_id: int) -> tuple[str, str]:
    """The same for the external examiner, for a script of that cohort that has an agreed mark."""
    found = (
        Submission.objects.filter(script=number, enrolment__cohort_id=cohort_id, state__in=MARKED)
        .only("copy", "script")
        .first()
    )
    if found is None:
        raise NoSuchScript(number)
    return found.copy, _file_name(found)


def chain_of(submission) -> tuple[ChainLine, ...]:
    """The lines of one script's mark, oldest first."""
    return tuple(
        ChainLine(line.stage, line.get_stage_display(), line.mark, line.rule, line.at)
        for line in submission.lines.all()
    )


def _chain_for_marker(submission):
    """Without a penalty or a cap and what follows from them: they would say that the author was late, or had failed before."""
    lines = chain_of(submission)
    if not any(line.stage in ("late", "capped") for line in lines):
        return lines
    return tuple(line for line in lines if line.stage not in UNSEEN_BY_MARKERS)


def _own(marker):
    """The tasks that somebody has, or has submitted. Nothing of the author comes with them."""
    if not has_role(marker, Role.TUTOR):
        return Allocation.objects.none()
    rows = Allocation.objects.filter(marker_id=marker.pk).exclude(state=AllocationState.WITHDRAWN)
    rows = rows.exclude(  # nobody marks for nothing
        state=AllocationState.OPEN, submission__enrolment__state=EnrolmentState.LEFT
    )
    return rows.defer(
        "submission__note",
        "submission__original",
        "submission__original_name",
        "submission__sha256",
        "submission__receipt",
    )


def _tasks(marker):
    rows = _own(marker).select_related("submission__assessment__module", "submission__attempt")
    rows = with_version(rows, "submission__")
    return rows.prefetch_related("submission__attempt__lines", "submission__allocations")


def _row(task) -> BlindRow:
    assessment = task.submission.assessment
    return BlindRow(
        script=task.submission.script,
        assessment_code=assessment.code,
        assessment_title=assessment.title,
        due_on=task.due_on,
        stage=task.get_stage_display(),
        is_sealed=task.state == AllocationState.SEALED,
        sealed_at=task.sealed_at,
        is_begun=bool(task.marks or task.comment),
        total=task.total,
    )


def _blind(task, corrections=()) -> BlindScript:
    submission, assessment = task.submission, task.submission.assessment
    sealed = task.state == AllocationState.SEALED
    others_open = any(
        t.state == AllocationState.OPEN
        for t in submission.allocations.all()
        if _must_wait_for(task, t)
    )
    stages = {t.stage for t in submission.allocations.all() if t.state == AllocationState.SEALED}
    both = {Allocation.FIRST, Allocation.SECOND} <= stages
    open_chain = sealed and both and not others_open
    return BlindScript(
        allocation_id=task.pk,
        script=submission.script,
        module_code=assessment.module.code,
        module_title=assessment.module.title,
        assessment_code=assessment.code,
        assessment_title=assessment.title,
        words=task.words,
        due_on=task.due_on,
        stage=task.get_stage_display(),
        is_sealed=sealed,
        sealed_at=task.sealed_at,
        file_name=_file_name(submission),
        file_size=submission.size,
        file_sha256=submission.copy_sha256,
        criteria=tuple(Criterion(c.key, c.title, c.weight, c.description) for c in task.criteria),
        version=task.version,
        marks=dict(task.marks),
        comment=task.comment,
        total=task.total,
        both_are_sealed=open_chain,
        chain=_chain_for_marker(submission) if open_chain else (),
        corrections=corrections,
        why_third=_why_third(submission) if open_chain and task.stage != Allocation.THIRD else "",
    )


def _why_third(submission):
    """Why the two marks of a script that waits for a third are not one mark; a setting may have changed since."""
    if submission.state != SubmissionState.THIRD:
        return ""
    marks = {line.stage: line.mark for line in submission.lines.all()}
    rules = rules_of(submission.enrolment.cohort_id)
    answer = reconcile.agree(
        marks[Allocation.FIRST], marks[Allocation.SECOND], rules.third_distance, rules.boundaries
    )
    return getattr(
        answer, "to_markers", _("No rule settled your marks, so a third marker reads this script.")
    )


def _must_wait_for(task, other):
    """The first two wait for each other; the third waits for nobody, and nobody waits for the third."""
    return other.stage != Allocation.THIRD or task.stage == Allocation.THIRD


def _file_name(submission):
    return f"{submission.script}.{submission.copy.rpartition('.')[2] or 'pdf'}"
