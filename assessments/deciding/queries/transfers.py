"""What stands in the way of moving an enrolment to another cohort; asked by the room below, inside its transaction."""

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from ...attempts.chain import STANDING
from ...attempts.models import Attempt, MarkLine
from ...portfolio.models import Portfolio
from ...setting.models import Assessment, Sitting
from ...setting.queries import version_of
from ...taking.models import QuizAttempt, Submission
from ...taking.states import BEFORE_A_BOARD, AttemptState, SubmissionState


def barriers_to_transfer(enrolment, cohort, *, lock=False) -> list[str]:
    """In sentences, with the codes of the work; none: it can move. Work that a board has not decided stays with the cohort whose board
    decides it, and what was marked keeps the criteria it was marked by. `lock`, for who moves it, inside their transaction: the
    sittings of the cohort it leaves are locked first, which whoever hands in holds (`pin_sitting`)."""
    if lock:
        list(
            Sitting.objects.select_for_update(no_key=True)
            .filter(cohort=enrolment.cohort_id)
            .order_by("pk")
        )
    found = []
    undecided = _undecided(enrolment)
    if undecided:
        found.append(
            _(
                "Work is handed in or marked that no exam board has decided yet: %(codes)s. The board of %(cohort)s decides it first."
            )
            % {"codes": ", ".join(undecided), "cohort": enrolment.cohort.title}
        )
    quizzes = QuizAttempt.objects.filter(enrolment=enrolment, state=AttemptState.OPEN)
    begun = sorted(quizzes.values_list("assessment__code", flat=True).distinct())
    if begun:
        found.append(
            _("A quiz is in progress: %(codes)s. It must be handed in first.")
            % {"codes": ", ".join(begun)}
        )
    other = _of_another_version(enrolment, cohort)
    if other:
        found.append(
            _(
                "%(cohort)s sits another version of %(codes)s, in which this person has work already, so it would no longer be read by the criteria it was marked by."
            )
            % {"codes": ", ".join(other), "cohort": cohort.title}
        )
    return found


def _undecided(enrolment) -> list[str]:
    lines = MarkLine.objects.filter(attempt=OuterRef("pk"))
    marked = Attempt.objects.filter(enrolment=enrolment, is_current=True).filter(
        Exists(lines.filter(stage__in=STANDING)), ~Exists(lines.filter(stage="ratified"))
    )
    work = Submission.objects.filter(enrolment=enrolment, state__in=BEFORE_A_BOARD)
    codes = {*marked.values_list("assessment__code", flat=True)}
    return sorted(codes | {*work.values_list("assessment__code", flat=True)})


def _of_another_version(enrolment, cohort) -> list[str]:
    """Codes of the pieces with work of this enrolment of which the two cohorts sit different versions. One query."""
    work = Submission.objects.filter(enrolment=enrolment).exclude(state=SubmissionState.DRAFT)
    begun = (
        Exists(work.filter(assessment=OuterRef("pk"))),
        Exists(QuizAttempt.objects.filter(enrolment=enrolment, assessment=OuterRef("pk"))),
        Exists(Portfolio.objects.filter(enrolment=enrolment, assessment=OuterRef("pk"))),
    )
    pieces = Assessment.objects.filter(begun[0] | begun[1] | begun[2]).annotate(
        here=Subquery(version_of(OuterRef("pk"), enrolment.cohort_id).values("pk")[:1]),
        there=Subquery(version_of(OuterRef("pk"), cohort.pk).values("pk")[:1]),
    )
    return sorted(piece.code for piece in pieces if piece.here != piece.there)
