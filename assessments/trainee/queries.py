"""What one trainee has to hand in, has handed in, and what came of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Subquery
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from courses.queries import has_held, the_stamp
from lms.kit import clock

from ..attempts.chain import SETTLED, STANDING
from ..attempts.models import Attempt, MarkLine
from ..attempts.queries import due_by, prior_credit
from ..deciding.models import Board, BoardDecision, Hold
from ..deciding.module_results import least_of_piece
from ..deciding.queries.boards import with_appeals
from ..deciding.states import BoardState
from ..marking.feedback_files import FeedbackFile, NoSuchFeedback, feedback_rows, file_among
from ..marking.models import Allocation
from ..marking.rules import is_sealed
from ..marking.states import AllocationState
from ..setting.models import Assessment, Sitting
from ..setting.queries import of_cohort, rules_of
from ..taking.rules import may_see_answers
from ..taking.states import AttemptState, SubmissionState
from ..tutoring.queries import has_announcements


@dataclass(frozen=True)
class Work:
    """The current attempt at one assessment, as its trainee sees it. `mark_before_penalty` where a penalty for late work changed the mark. `status` is one of to_do, draft, in, marking, marked, provisional, decided,
    missed, credited. `kind` is empty for a first attempt; above `cap` nothing counts."""

    assessment: Assessment
    status: str
    due_at: datetime | None = None
    handed_in_at: datetime | None = None
    receipt: str = ""
    mark: Decimal | None = None
    hear_by: date | None = None
    with_third: bool = False
    kind: str = ""
    cap: Decimal | None = None
    mark_before_penalty: Decimal | None = None
    why_late: str = ""
    expects_feedback: bool = True  # no: of a result that is held back, and of who left

    LABELS = {
        "to_do": gettext_lazy("To do"),
        "draft": gettext_lazy("Begun"),
        "in": gettext_lazy("Handed in"),
        "marking": gettext_lazy("With its markers"),
        "marked": gettext_lazy("Marked, not released yet"),
        "provisional": gettext_lazy("Marked, provisional"),
        "decided": gettext_lazy("Decided by the board"),
        "missed": gettext_lazy("Not handed in"),
        "credited": gettext_lazy("Not needed: credited for prior learning"),
    }
    TONES = {
        "to_do": "plain",
        "draft": "plain",
        "in": "wait",
        "marking": "wait",
        "marked": "wait",
        "provisional": "care",
        "decided": "good",
        "missed": "care",
        "credited": "good",
    }

    @property
    def label(self):
        if self.status == "to_do" and not self.is_open:
            return _("Not open yet")
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
        return bool(self.is_to_do and self.due_at and self.due_at < clock.now())

    @property
    def is_open(self):
        """Does its cohort sit it already? Before, a trainee sees its title and dates, and not what it asks."""
        return self.assessment.opens_at is None or self.assessment.opens_at <= clock.now()

    @property
    def feedback_by(self) -> date | None:
        """The day by which its trainee has feedback, while that is to come; None of a later attempt, and where it was due after that day."""
        day = self.assessment.feedback_due_on
        is_to_come = self.status in ("in", "marking", "marked") and self.expects_feedback
        if day is None or self.kind or not is_to_come:
            return None
        return None if self.due_at and localtime(self.due_at).date() > day else day

    @property
    def is_feedback_late(self) -> bool:
        """Has that day passed?"""
        return bool(self.feedback_by and self.feedback_by < clock.today())

    @property
    def is_to_do(self):
        """Is anything asked of its trainee?"""
        return self.status in ("to_do", "draft")


def enrolment_of(person) -> Enrolment | None:
    """The enrolment a trainee's pages are about: the one they study in, else the newest. One question:
    its plan, award, next board (`board_meets_on`), whether a result `is_held_back`, whether its cohort `has_announcements`, whether a writing of theirs is held back and the curriculum's stamp come with it."""
    board = Board.objects.filter(cohort=OuterRef("cohort"), state=BoardState.CALLED).order_by(
        "meets_on"
    )
    rows = Enrolment.objects.filter(person_id=person.pk).select_related(
        "cohort__programme", "plan", "person", "award"
    )
    rows = rows.annotate(
        board_meets_on=Subquery(board.values("meets_on")[:1]),
        outline_stamp=the_stamp(),
        is_held_back=Exists(Hold.objects.filter(enrolment=OuterRef("pk"), lifted_at=None)),
        has_announcements=has_announcements(OuterRef("cohort")),
        has_held=has_held(person.pk),
    )
    found = sorted(rows, key=lambda e: (e.state == EnrolmentState.ENROLLED, e.enrolled_on, e.pk))
    if not found:
        return None
    found[-1].plan.outline_stamp = found[-1].outline_stamp
    person.has_held = vars(found[-1])["has_held"]  # for the head of the page
    return found[-1]


def work_in(enrolment) -> list[Work]:
    """Every assessment of the programme with where its current attempt stands, in the order of the modules. Two queries, and one where a result is held back."""
    names = (
        "weight",
        "minimum",
        "must_pass",
        "words",
        "submission_type",
        "brief",
        "opens_at",
        "due_at",
        "feedback_due_on",
        "names_author",
    )
    assessments = (
        of_cohort(enrolment.cohort_id, *names)
        .filter(module__programme_id=enrolment.cohort.programme_id)
        .select_related("module")
        .annotate(is_credited=prior_credit(enrolment.pk, OuterRef("module_id")))
    )
    attempts = {
        a.assessment_id: a
        for a in _with_marks(Attempt.objects.filter(enrolment=enrolment, is_current=True))
    }
    found = [_work(a, attempts.get(a.pk), a.due_at) for a in assessments]
    if enrolment.state == EnrolmentState.LEFT:
        return [replace(one, expects_feedback=False) for one in found]
    if not getattr(enrolment, "is_held_back", False):
        return found
    holds = holds_of(enrolment)
    return [
        replace(one, expects_feedback=not {None, one.assessment.module_id} & holds.keys())
        for one in found
    ]


def _with_marks(attempts):
    stands = MarkLine.objects.filter(attempt=OuterRef("pk"), stage__in=STANDING).order_by("-number")
    tasks = Allocation.objects.filter(submission__attempt=OuterRef("pk")).order_by("-due_on")
    tasks = tasks.exclude(state=AllocationState.WITHDRAWN)
    lines = MarkLine.objects.filter(attempt=OuterRef("pk")).order_by("-number")
    settled, late = lines.filter(stage__in=SETTLED), lines.filter(stage="late")
    return attempts.select_related("submission", "quiz").annotate(
        settled_mark=Subquery(settled.values("mark")[:1]),
        settled_number=Subquery(settled.values("number")[:1]),
        late_mark=Subquery(late.values("mark")[:1]),
        late_number=Subquery(late.values("number")[:1]),
        late_rule=Subquery(late.values("rule")[:1]),
        standing_mark=Subquery(stands.values("mark")[:1]),
        is_decided=Exists(stands.filter(stage="ratified")),
        hear_by=Subquery(tasks.values("due_on")[:1]),
    )


STATUS = {
    SubmissionState.DRAFT: "draft",
    SubmissionState.SUBMITTED: "in",
    SubmissionState.MARKING: "marking",
    SubmissionState.DISCUSSION: "marking",
    SubmissionState.MODERATION: "marking",
    SubmissionState.THIRD: "marking",
    SubmissionState.AGREED: "provisional",
    SubmissionState.RATIFIED: "decided",
    AttemptState.OPEN: "draft",
    AttemptState.MARKED: "provisional",
}


def _work(assessment, attempt, cohort_due_at):
    if assessment.is_credited:
        return Work(assessment, "credited")
    if attempt is None:
        return Work(assessment, "to_do", cohort_due_at)
    about = {
        "due_at": due_by(attempt, cohort_due_at),
        "kind": "" if attempt.kind == Attempt.FIRST else attempt.get_kind_display(),
        "cap": attempt.cap,
    }
    if attempt.not_submitted_at:
        status = "decided" if attempt.is_decided else "missed"
        return Work(assessment, status, mark=attempt.standing_mark, **about)
    script, quiz = getattr(attempt, "submission", None), getattr(attempt, "quiz", None)
    work = script or quiz  # the essays of a quiz are a script: where they stand is where it stands
    status = STATUS[work.state] if work else "to_do"
    if status == "provisional" and script and not attempt.released_at:
        status = "marked"
    if status == "draft":
        is_begun = assessment.is_quiz or work.note or work.original
        return Work(assessment, "draft" if is_begun else "to_do", **about)
    if status == "to_do":
        return Work(assessment, status, **about)
    if status in ("provisional", "decided"):
        about |= penalty_on(attempt)
    is_to_come = attempt.hear_by and attempt.hear_by >= clock.today()
    return Work(
        assessment,
        status,
        handed_in_at=quiz.handed_in_at if quiz else work.submitted_at,
        receipt=(quiz or work).receipt,
        mark=attempt.standing_mark if status in ("provisional", "decided") else None,
        hear_by=attempt.hear_by if status == "marking" and is_to_come else None,
        with_third=work.state == SubmissionState.THIRD,
        **about,
    )


def penalty_on(attempt) -> dict:
    """What a penalty for late work changed, and why, of an attempt with its marks; empty where it changed nothing."""
    late = attempt.late_number
    if late is None or late < attempt.settled_number or attempt.late_mark == attempt.settled_mark:
        return {}
    return {"mark_before_penalty": attempt.settled_mark, "why_late": attempt.late_rule}


def least_needed(assessment, enrolment):
    """The mark below which the module is not passed, whatever the other pieces are; 0 where there is none. Of an assessment of `work_in`. One query."""
    rules = rules_of(enrolment.cohort_id)
    return least_of_piece(
        rules.pass_mark, assessment.minimum, assessment.must_pass, rules.component_minimum
    )


def earlier_attempts(assessment, enrolment) -> list[Attempt]:
    """Those that are over, the newest first, each with `standing_mark`, `is_decided`, its work and the markers' tasks. Three queries at most."""
    rows = Attempt.objects.filter(assessment=assessment, enrolment=enrolment, is_current=False)
    return list(_with_marks(rows).prefetch_related("submission__allocations").order_by("-number"))


def comments_for_author(submission) -> list[Allocation]:
    """The markers' tasks once their mark is released, or a board has decided on it, for the comments; nothing before."""
    is_released = submission.state == SubmissionState.AGREED and submission.attempt.released_at
    if not is_released and submission.state != SubmissionState.RATIFIED:
        return []
    order = [Allocation.FIRST, Allocation.SECOND, Allocation.THIRD]
    tasks = filter(is_sealed, submission.allocations.all())
    return sorted(tasks, key=lambda task: order.index(task.stage))


def comments_of(submission) -> list[dict]:
    """The markers' comments under their stage, never their names."""
    return [
        {
            "who": dict(Allocation.STAGES)[task.stage],
            "comment": task.comment,
            "remarks": task.remarks,
            "feedback": feedback_rows(task.feedback),
        }
        for task in comments_for_author(submission)
    ]


def may_read_comments(submission) -> bool:
    """Do comments on a mark that is released come now? Those on essays of a quiz when it has closed, for they would help whoever still sits it; of an attempt after which
    another was given at once, as with written work: who sits it again learns by them."""
    attempt = submission.attempt
    if not submission.assessment.is_quiz or not attempt.is_current:
        return True
    sitting = Sitting.objects.filter(
        assessment=submission.assessment_id, cohort=submission.enrolment.cohort_id
    )
    return bool(may_see_answers(attempt.quiz, sitting.values_list("due_at", flat=True).first()))


def own_feedback_file(person, key) -> tuple[str, str]:
    """The private path of a feedback file on this person's work, and its name, once its mark is released or a board has decided, and its comments come (`may_read_comments`). Raises
    NoSuchFeedback."""
    rows = FeedbackFile.objects.filter(pk=key, allocation__submission__enrolment__person=person.pk)
    row = rows.select_related(
        *(f"allocation__submission__{name}" for name in ("attempt", "assessment", "enrolment"))
    ).first()
    if row is None or not may_read_comments(row.allocation.submission):
        raise NoSuchFeedback(key)
    submission = row.allocation.submission
    for task in comments_for_author(submission):
        if task.pk == row.allocation_id:
            return file_among(task.feedback, key, submission.script, task.stage)
    raise NoSuchFeedback(key)


def holds_of(enrolment) -> dict[int | None, Hold]:
    """What is held back of this person's results now, by module; under None of all. No query where `enrolment_of` saw none."""
    if not getattr(enrolment, "is_held_back", True):
        return {}
    return {
        hold.module_id: hold for hold in Hold.objects.filter(enrolment=enrolment, lifted_at=None)
    }


def results_of(enrolment) -> list[dict]:
    """Each module with its work, the newest decision when a board has decided, and the `hold` that keeps boards from deciding."""
    decided = {}
    for decision in (
        with_appeals(BoardDecision.objects.filter(enrolment=enrolment))
        .select_related("board")
        .order_by("decided_at", "pk")
    ):
        decided[decision.module_id] = decision
    modules, holds = {}, holds_of(enrolment)
    for work in work_in(enrolment):
        module, decision = work.assessment.module, decided.get(work.assessment.module_id)
        is_credited = work.status == "credited"
        hold = holds.get(module.pk) or (None if decision or is_credited else holds.get(None))
        about = {"module": module, "work": [], "decision": decision, "hold": hold}
        about["is_credited"] = is_credited
        modules.setdefault(module.pk, about)["work"].append(work)
    return list(modules.values())
