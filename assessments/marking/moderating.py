"""What a moderator is given of a script whose single mark they look at; like a BlindScript it carries nothing that leads to the author."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.paginator import Page
from django.db.models import Case, When

from cohorts.enrolment.states import EnrolmentState
from lms.kit.lists import page_of
from lms.people.models import Role
from lms.people.roles import has_role

from ..setting.queries import with_version
from ..setting.rubric import level_of
from ..taking.essay_answers import EssayAnswer
from .blind import Level, NoSuchScript, Remark, criterion_of
from .criteria import with_criteria
from .feedback_files import Feedback, feedback_rows, file_among
from .models import Allocation, ModerationScript
from .rules import feedback_version
from .states import AllocationState, ModerationState, VerdictState


@dataclass(frozen=True)
class VerdictRow:
    """A script in a moderator's list."""

    script: str
    assessment_code: str
    assessment_title: str
    due_on: date
    label: str
    is_waiting: bool


@dataclass(frozen=True)
class MarkedCriterion:
    """A criterion with its mark, and the `level` that the mark lies in."""

    title: str
    weight: int
    mark: Decimal | None
    description: str = ""
    levels: tuple[Level, ...] = ()

    @property
    def level(self):
        return level_of(self.levels, self.mark)


@dataclass(frozen=True)
class ModeratedScript:
    """A script by number with its one mark, what was asked (`brief`, `length` in words), and what the moderator said of it. Neither its author nor its marker."""

    pk: int
    script: str
    module_code: str
    module_title: str
    assessment_title: str
    file_name: str
    file_size: int
    file_sha256: str
    due_on: date
    brief: str
    length: int | None
    rows: tuple[MarkedCriterion, ...]
    essays: tuple[EssayAnswer, ...]
    total: Decimal
    comment: str
    remarks: tuple[Remark, ...]
    feedback: tuple[Feedback, ...]
    seen: str
    is_open: bool
    label: str
    words: str
    answered_at: datetime | None
    can_take_back: bool

    @property
    def is_pdf(self):
        return self.file_name.endswith(".pdf")


def to_moderate_by(moderator, number=None) -> Page:
    """A page of the scripts that somebody moderates, those without a verdict first. Two queries."""
    waits = Case(When(state=VerdictState.WAITING, then=0), default=1)
    names = (
        "submission__script",
        "submission__assessment__code",
        "submission__assessment__title",
        "moderation__due_on",
        "state",
    )
    rows = _own(moderator).order_by(waits, "moderation__due_on", "submission__script")
    page = page_of(rows.values_list(*names), number)
    page.object_list = [
        VerdictRow(*row[:4], str(VerdictState(row[4]).label), row[4] == VerdictState.WAITING)
        for row in page.object_list
    ]
    return page


def count_to_moderate(moderator) -> int:
    """How many scripts wait for somebody's verdict. One query."""
    return _own(moderator).filter(state=VerdictState.WAITING).count()


def moderated_script(moderator, number: str) -> ModeratedScript:
    """One of a moderator's scripts. Raises NoSuchScript when it is not theirs."""
    script = _script(moderator, number)
    tasks = Allocation.objects.filter(
        submission=script.submission_id, stage=Allocation.FIRST, state=AllocationState.SEALED
    )
    rows = tasks.select_related("submission__assessment__module")
    (task,) = with_criteria(with_version(rows, "submission__"))
    work = task.submission
    names = ("place", "quote", "text", "is_earlier")
    return ModeratedScript(
        script.pk,
        work.script,
        work.assessment.module.code,
        work.assessment.module.title,
        work.assessment.title,
        _file_name(work),
        work.size,
        work.copy_sha256,
        script.moderation.due_on,
        task.brief,
        task.words,
        tuple(_marked(criterion_of(c), task.marks.get(c.key)) for c in task.criteria),
        tuple(task.essays),
        task.total,
        task.comment,
        tuple(Remark(*(one[name] for name in names)) for one in task.remarks),
        feedback_rows(task.feedback),
        feedback_version(task),
        script.state == VerdictState.WAITING and script.moderation.state == ModerationState.OPEN,
        script.get_state_display(),
        script.words,
        script.answered_at,
        script.state != VerdictState.WAITING and script.moderation.state == ModerationState.OPEN,
    )


def _marked(criterion, mark):
    return MarkedCriterion(
        criterion.title, criterion.counts, mark, criterion.description, criterion.levels
    )


def file_to_moderate(moderator, number: str) -> tuple[str, str]:
    """The private path of the markers' copy, and the name to give it: the script number's."""
    work = _script(moderator, number).submission
    return work.copy, _file_name(work)


def feedback_to_moderate(moderator, number: str, key: int) -> tuple[str, str]:
    """The same of the marker's feedback file. Raises NoSuchScript, or NoSuchFeedback."""
    script = _script(moderator, number)
    task = Allocation.objects.get(
        submission=script.submission_id, stage=Allocation.FIRST, state=AllocationState.SEALED
    )
    return file_among(task.feedback, key, number, task.stage)


def _script(moderator, number):
    rows = _own(moderator).select_related("submission", "moderation")
    found = rows.filter(submission__script=number).first()
    if found is None:
        raise NoSuchScript(number)
    return found


def _own(moderator):
    if not has_role(moderator, Role.TUTOR):
        return ModerationScript.objects.none()
    rows = ModerationScript.objects.filter(moderator_id=moderator.pk, draw__gt=0)
    return rows.exclude(
        state=VerdictState.WAITING, submission__enrolment__state=EnrolmentState.LEFT
    )


def _file_name(work):
    return f"{work.script}.{work.copy.rpartition('.')[2] or 'pdf'}"
