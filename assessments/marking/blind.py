"""What a marker holds instead of a submission; it refuses to carry anything that leads to the author."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext as _

from cohorts.enrolment.states import EnrolmentState
from lms.people.models import Role
from lms.people.roles import has_role

from ..attempts.chain import UNSEEN_BY_MARKERS
from ..attempts.models import MarkLine
from ..setting.queries import rules_of, with_version
from ..taking.essay_answers import EssayAnswer
from ..taking.models import Submission
from ..taking.states import SubmissionState
from . import reconcile
from .author_names import author_names
from .criteria import with_criteria
from .feedback_files import Feedback, feedback_of, feedback_rows, file_among
from .models import Allocation
from .places import fingerprint, remarks_of
from .states import AllocationState

WAITING_A_PAGE, SEALED_A_PAGE = 25, 10
MARKED = {SubmissionState.AGREED, SubmissionState.RATIFIED}


class NoSuchScript(LookupError):
    """This marker was given no script of that number."""


@dataclass(frozen=True)
class Level:
    """What work is like whose mark lies from here to there."""

    mark_from: Decimal
    mark_to: Decimal
    descriptor: str


@dataclass(frozen=True)
class Criterion:
    key: str
    title: str
    weight: int
    description: str
    levels: tuple[Level, ...] = ()
    counts: int = 0  # its weight in percent: of an essay of a quiz that is another number
    outcomes: tuple[str, ...] = ()  # of the module, in words


@dataclass(frozen=True)
class Remark:
    """What a marker says at a page or paragraph; sealed ones have no `pk`."""

    place: int
    quote: str
    text: str
    is_earlier: bool = False  # about a file that its author has replaced since
    pk: int | None = None


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
    step: Decimal
    version: str
    marks: dict = field(hash=False)
    comment: str = ""
    remarks: tuple[Remark, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    takes_recordings: bool = False
    noted: str = ""  # names the set of them, for the page on which they are checked
    saved_at: datetime | None = None
    total: Decimal | None = None
    both_are_sealed: bool = False
    chain: tuple[ChainLine, ...] = ()
    corrections: tuple[OwnCorrection, ...] = ()
    is_discussed: bool = False
    is_moderated: bool = False  # is its single mark in moderation?
    essays: tuple[EssayAnswer, ...] = field(default=(), hash=False)  # where it is a quiz's
    why_third: str = ""  # once both have sealed, and while a third marker reads it
    author: str = ""  # of a piece that is not anonymous alone

    @property
    def is_pdf(self):
        """Are its places pages? Of a Word file they are paragraphs."""
        return self.file_name.endswith(".pdf")

    @property
    def files(self):
        """The feedback that is a file, of one at most."""
        return tuple(one for one in self.feedback if not one.is_recording)

    @property
    def recordings(self):
        """The spoken feedback, of one at most."""
        return tuple(one for one in self.feedback if one.is_recording)

    @property
    def recording(self):
        return next(iter(self.recordings), None)


@dataclass(frozen=True)
class ScriptFile:
    """A script to read: its number and its copy, and nothing of who wrote it or marks it."""

    script: str
    file_name: str
    file_sha256: str
    file_size: int
    assessment_title: str

    @property
    def is_pdf(self):
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
    author: str = ""  # of a piece that is not anonymous alone

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
    done = tasks.filter(state=AllocationState.SEALED).order_by("-sealed_at", "-pk")
    return Queue(
        _page(_waiting(tasks), waiting, WAITING_A_PAGE), _page(done, sealed, SEALED_A_PAGE)
    )


def next_for(marker) -> BlindRow | None:
    """The script that is due first of those this marker has yet to seal."""
    tasks = _waiting(_own(marker).select_related("submission__assessment"))
    return next(iter(_rows(tasks[:1])), None)


def _waiting(tasks):
    return tasks.exclude(state=AllocationState.SEALED).order_by("due_on", "submission__script")


def _page(tasks, number, length):
    """A page that knows how many there are, and holds no way back to the tasks."""
    page = Paginator(range(tasks.count()), length).get_page(number)
    begin = (page.number - 1) * length
    page.object_list = _rows(tasks[begin : begin + length])
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
    feedback = feedback_of(task)
    noted = fingerprint(remarks_of(task) + feedback)
    author = author_names([task]).get(task.submission_id, "")
    return _blind(judged, tuple(own), _remarks(task), noted, feedback_rows(feedback), author)


def _remarks(task):
    if task.state == AllocationState.SEALED:
        names = ("place", "quote", "text", "is_earlier")
        return tuple(Remark(*(one[name] for name in names)) for one in task.remarks)
    return tuple(
        Remark(one.place, one.quote, one.text, one.file_version != task.file_version, one.pk)
        for one in task.annotations.order_by("place", "pk")
    )


def waiting_of(marker, code, most) -> list[BlindScript]:
    """The first of a marker's scripts of one piece of work that they have yet to seal, by due day. Without comments at places."""
    tasks = _tasks(marker).filter(state=AllocationState.OPEN, submission__assessment__code=code)
    return [_blind(task) for task in with_criteria(tasks.order_by("due_on", "pk")[:most])]


def waiting_counts(marker) -> dict[tuple[str, str], int]:
    """How many scripts a marker has yet to seal, by (code, title) of the piece of work. One query."""
    tasks = _own(marker).filter(state=AllocationState.OPEN).order_by("submission__assessment__code")
    names = ("submission__assessment__code", "submission__assessment__title")
    rows = tasks.values_list(*names).annotate(n=Count("pk"))
    return {(code, title): count for code, title, count in rows}


def file_for(marker, number: str) -> tuple[str, str]:
    """The private path of the markers' copy, and the name to give it: the script number's."""
    task = _tasks(marker).filter(submission__script=number).first()
    if task is None:
        raise NoSuchScript(number)
    return task.submission.copy, _file_name(task.submission)


def feedback_file_for(marker, number: str, key: int) -> tuple[str, str]:
    """The same of a file of their own feedback. Raises NoSuchScript, or NoSuchFeedback."""
    task = _tasks(marker).filter(submission__script=number).first()
    if task is None:
        raise NoSuchScript(number)
    return file_among(feedback_of(task), key, number, task.stage)


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


def sample_script(number: str, cohort_id: int) -> ScriptFile:
    """What the external examiner's pages show of such a script's file."""
    _copy, file_name = sample_file(number, cohort_id)
    rows = Submission.objects.filter(script=number, enrolment__cohort_id=cohort_id)
    facts = rows.values_list("copy_sha256", "size", "assessment__title").get()
    return ScriptFile(number, file_name, *facts)


def chain_of(submission) -> tuple[ChainLine, ...]:
    """The lines of one script's mark, oldest first."""
    return chain_from(submission.lines.all())


def chain_from(lines) -> tuple[ChainLine, ...]:
    """Lines of one mark without who set them. `lines`, oldest first."""
    labels = {stage: str(label) for stage, label in MarkLine.STAGES}
    return tuple(
        ChainLine(line.stage, _label(line, labels), line.mark, line.rule, line.at) for line in lines
    )


def _label(line, labels):
    """Of a quiz whose essays people marked no rule made the mark alone."""
    if line.stage == "quiz" and line.inputs.get("essays"):
        return _("Mark of the quiz")
    return labels[line.stage]


def _chain_for_marker(submission):
    """What markers set and what came of it. Whatever else there may be would say something of the author, and so would a line that is
    there on other scripts and not on this one."""
    return tuple(line for line in chain_of(submission) if line.stage not in UNSEEN_BY_MARKERS)


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


def _rows(tasks) -> list[BlindRow]:
    tasks = list(tasks)
    names = author_names(tasks)
    return [_row(task, names.get(task.submission_id, "")) for task in tasks]


def _row(task, author) -> BlindRow:
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
        author=author,
    )


def _blind(task, corrections=(), remarks=(), noted="", feedback=(), author="") -> BlindScript:
    submission, assessment = task.submission, task.submission.assessment
    sealed = task.state == AllocationState.SEALED
    others_open = any(
        t.state == AllocationState.OPEN
        for t in submission.allocations.all()
        if _must_wait_for(task, t)
    )
    stages = {t.stage for t in submission.allocations.all() if t.state == AllocationState.SEALED}
    both = {Allocation.FIRST, Allocation.SECOND} <= stages or submission.state in MARKED
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
        criteria=tuple(map(criterion_of, task.criteria)),
        step=task.step,
        version=task.version,
        marks=dict(task.marks),
        comment=task.comment,
        remarks=remarks,
        feedback=feedback,
        takes_recordings=task.takes_recordings,
        noted=noted,
        saved_at=task.saved_at,
        total=task.total,
        both_are_sealed=open_chain,
        chain=_chain_for_marker(submission) if open_chain else (),
        corrections=corrections,
        essays=tuple(task.essays),
        is_moderated=sealed and submission.state == SubmissionState.MODERATION,
        is_discussed=open_chain
        and task.stage != Allocation.THIRD
        and submission.state == SubmissionState.DISCUSSION,
        author=author,
        why_third=_why_third(submission) if open_chain and task.stage != Allocation.THIRD else "",
    )


def criterion_of(row) -> Criterion:
    """A criterion of `with_criteria`, without the row."""
    levels = (Level(one.mark_from, one.mark_to, one.descriptor) for one in row.levels.all())
    counts, outcomes = getattr(row, "counts", row.weight), tuple(getattr(row, "outcomes", ()))
    facts = (row.key, row.title, row.weight, row.description, tuple(levels), counts, outcomes)
    return Criterion(*facts)


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
