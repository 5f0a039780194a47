"""What one trainee has to hand in, has handed in, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from courses.queries import the_stamp
from lms.kit import clock

from ..deciding.models import Board, BoardDecision
from ..deciding.states import BoardState
from ..marking.models import Allocation, MarkLine
from ..marking.queries import STANDING
from ..setting.models import Assessment, Deadline
from ..taking.models import QuizAttempt, Submission
from ..taking.states import WITH_MARKERS, AttemptState, SubmissionState


@dataclass(frozen=True)
class Work:
    """One assessment, as its trainee sees it. `status` is one of to_do, draft, in, marking, provisional, decided."""

    assessment: Assessment
    status: str
    due_at: datetime | None = None
    handed_in_at: datetime | None = None
    receipt: str = ""
    mark: Decimal | None = None
    hear_by: date | None = None
    with_third: bool = False

    LABELS = {
        "to_do": gettext_lazy("To do"),
        "draft": gettext_lazy("Begun"),
        "in": gettext_lazy("Handed in"),
        "marking": gettext_lazy("With two markers"),
        "provisional": gettext_lazy("Marked, provisional"),
        "decided": gettext_lazy("Decided by the board"),
    }
    TONES = {
        "to_do": "plain",
        "draft": "plain",
        "in": "wait",
        "marking": "wait",
        "provisional": "care",
        "decided": "good",
    }

    @property
    def label(self):
        return _("With a third marker") if self.with_third else self.LABELS[self.status]

    @property
    def tone(self):
        return self.TONES[self.status]

    @property
    def is_in(self):
        return self.handed_in_at is not None

    @property
    def is_late(self):
        return bool(self.is_in and self.due_at and self.handed_in_at > self.due_at)

    @property
    def is_overdue(self):
        return bool(not self.is_in and self.due_at and self.due_at < clock.now())


def enrolment_of(person) -> Enrolment | None:
    """The enrolment a trainee's pages are about: the one they study in, else the newest. One question:
    its plan, award, next board (`board_meets_on`) and the curriculum's stamp come with it."""
    board = Board.objects.filter(cohort=OuterRef("cohort"), state=BoardState.CALLED).order_by(
        "meets_on"
    )
    rows = Enrolment.objects.filter(person_id=person.pk).select_related(
        "cohort__programme", "plan", "person", "award"
    )
    rows = rows.annotate(
        board_meets_on=Subquery(board.values("meets_on")[:1]), outline_stamp=the_stamp()
    )
    found = sorted(rows, key=lambda e: (e.state == EnrolmentState.ENROLLED, e.enrolled_on, e.pk))
    if not found:
        return None
    found[-1].plan.outline_stamp = found[-1].outline_stamp
    return found[-1]


def work_in(enrolment) -> list[Work]:
    """Every assessment of the programme with where it stands, in the order of the modules."""
    due = Deadline.objects.filter(cohort_id=enrolment.cohort_id, assessment=OuterRef("pk"))
    assessments = Assessment.objects.filter(
        module__programme_id=enrolment.cohort.programme_id
    ).select_related("module")
    assessments = assessments.annotate(due_at=Subquery(due.values("due_at")[:1]))
    attempts = {a.assessment_id: a for a in QuizAttempt.objects.filter(enrolment=enrolment)}
    papers = {
        s.assessment_id: s for s in _with_marks(Submission.objects.filter(enrolment=enrolment))
    }
    return [
        _quiz(a, attempts.get(a.pk), a.due_at)
        if a.is_quiz
        else _paper(a, papers.get(a.pk), a.due_at)
        for a in assessments
    ]


def _with_marks(submissions):
    stands = MarkLine.objects.filter(submission=OuterRef("pk"), stage__in=STANDING).order_by(
        "-number"
    )
    tasks = Allocation.objects.filter(submission=OuterRef("pk")).order_by("-due_on")
    return submissions.annotate(
        standing_mark=Subquery(stands.values("mark")[:1]),
        hear_by=Subquery(tasks.values("due_on")[:1]),
    )


def _quiz(assessment, attempt, due_at):
    if not attempt or attempt.state == AttemptState.OPEN:
        return Work(assessment, "draft" if attempt and attempt.answers else "to_do", due_at)
    status = "decided" if attempt.state == AttemptState.RATIFIED else "provisional"
    return Work(assessment, status, due_at, attempt.handed_in_at, attempt.receipt, attempt.mark)


STATUS = {
    SubmissionState.DRAFT: "draft",
    SubmissionState.SUBMITTED: "in",
    SubmissionState.MARKING: "marking",
    SubmissionState.THIRD: "marking",
    SubmissionState.AGREED: "provisional",
    SubmissionState.RATIFIED: "decided",
}


def _paper(assessment, paper, due_at):
    if not paper or paper.state == SubmissionState.DRAFT:
        return Work(
            assessment, "draft" if paper and (paper.note or paper.original) else "to_do", due_at
        )
    waiting = paper.state in WITH_MARKERS
    return Work(
        assessment,
        STATUS[paper.state],
        paper.due_at,
        paper.submitted_at,
        paper.receipt,
        paper.standing_mark,
        paper.hear_by if waiting else None,
        paper.state == SubmissionState.THIRD,
    )


def comments_for_author(submission) -> list[Allocation]:
    """The markers' tasks once their mark is agreed, for the comments; nothing before."""
    if submission.state not in {SubmissionState.AGREED, SubmissionState.RATIFIED}:
        return []
    order = [Allocation.FIRST, Allocation.SECOND, Allocation.THIRD]
    return sorted(submission.allocations.all(), key=lambda task: order.index(task.stage))


def results_of(enrolment) -> list[dict]:
    """Each module with its work and, when a board has decided, the newest decision."""
    decided = {}
    for decision in (
        BoardDecision.objects.filter(enrolment=enrolment)
        .select_related("board")
        .order_by("decided_at", "pk")
    ):
        decided[decision.module_id] = decision
    modules = {}
    for work in work_in(enrolment):
        module = work.assessment.module
        modules.setdefault(
            module.pk, {"module": module, "work": [], "decision": decided.get(module.pk)}
        )["work"].append(work)
    return list(modules.values())
