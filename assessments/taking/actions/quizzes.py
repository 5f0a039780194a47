"""Takes a quiz from its first question to its mark; it refuses an answer to somebody else's question."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit import clock, codes
from lms.kit.languages import in_english
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ...attempts.actions import attempt_of, insist_open, lock_attempt, settle
from ...setting.actions.sittings import pin_sitting
from ...setting.queries import questions_for
from ..models import QuizAttempt
from ..quiz_marks import quiz_mark
from ..rules import may_take_quiz
from ..states import AttemptState


class Unanswered(Refused):
    """Some questions have no answer yet; `missing` holds their keys."""

    def __init__(self, missing, numbers):
        self.missing = missing
        which = ngettext("question %(last)s", "questions %(others)s and %(last)s", len(numbers)) % {
            "others": ", ".join(map(str, numbers[:-1])),
            "last": numbers[-1],
        }
        super().__init__(
            _("You have not answered %(which)s yet. Your other answers are kept.")
            % {"which": which}
        )


@transaction.atomic
def begin_quiz(assessment, enrolment, *, by) -> QuizAttempt:
    """Open the quiz of the current attempt. 1. the quiz, with its receipt number, 2. a record entry."""
    insist(may_take_quiz(by, assessment, enrolment))
    current = attempt_of(assessment, enrolment)
    insist_open(current)
    pin_sitting(assessment, enrolment.cohort_id)
    attempt, is_new = QuizAttempt.objects.get_or_create(
        attempt=current,
        defaults={
            "assessment": assessment,
            "enrolment": enrolment,
            "receipt": codes.new("R"),
        },
    )
    if is_new:
        write("assessments.begin_quiz", attempt, by=by)
    return attempt


@transaction.atomic
def save_answers(attempt, answers, *, by) -> QuizAttempt:
    """Keep what has been answered so far. 1. the answers, 2. a record entry that holds none of them."""
    locked = _lock(attempt)
    insist(may_take_quiz(by, locked.assessment, locked.enrolment))
    if locked.state != AttemptState.OPEN:
        raise Refused(_("You have handed this quiz in, so its answers stand."))
    kept = {**locked.answers, **_sound(locked, answers)}
    if kept != locked.answers:
        locked.answers = kept
        locked.save(update_fields=["answers"])
        write("assessments.save_answers", locked, by=by)
    attempt.answers = locked.answers
    return attempt


@transaction.atomic
def hand_in_quiz(attempt, answers, *, by) -> QuizAttempt:
    """Hand the answers in and mark them at once.

    1. the quiz is marked out of a hundred, with its moment, 2. its attempt has the line of that mark and, above a cap, one of what it
    counts, 3. the record is written, 4. the trainee is told. Raises Unanswered while a question is open. Twice is once.
    """
    locked = _lock(attempt)
    insist(may_take_quiz(by, locked.assessment, locked.enrolment))
    if locked.state != AttemptState.OPEN:
        return _same(attempt, locked)
    questions = questions_for(locked.assessment, locked.enrolment)
    if not questions:
        raise Refused(_("This quiz has no questions yet. You will hear when it is ready."))
    kept = {**locked.answers, **_sound(locked, answers)}
    missing = [(number, q.key) for number, q in enumerate(questions, start=1) if q.key not in kept]
    if missing:
        raise Unanswered([key for _unused, key in missing], [number for number, _unused in missing])
    right = sum(any(c.is_right and c.pk == kept[q.key] for c in q.choices.all()) for q in questions)
    make_transition(
        locked,
        "hand_in",
        by=by,
        answers={q.key: kept[q.key] for q in questions},
        handed_in_at=clock.now(),
        mark=quiz_mark(right, len(questions)),
    )
    settle(
        locked.attempt,
        "quiz",
        locked.mark,
        in_english("Right answers out of a hundred."),
        by=by,
        inputs={"by": "share", "right": right, "of": len(questions)},
    )
    tell(
        locked.enrolment.person,
        (_("Quiz submitted: %(assessment)s") % {"assessment": locked.assessment.title})[:200],
        _(
            "We have your answers. Your receipt is %(receipt)s. The mark is provisional until the board has decided."
        )
        % {"receipt": locked.receipt},
        f"/my-work/receipts/{locked.receipt}/",
    )
    return _same(attempt, locked)


def _lock(attempt):
    current = lock_attempt(attempt.attempt_id)
    rows = QuizAttempt.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related(
        "assessment__module", "enrolment__plan", "enrolment__cohort", "enrolment__person"
    ).get(pk=attempt.pk)
    if locked.state == AttemptState.OPEN:
        insist_open(current)
    locked.attempt = current
    return locked


def _same(attempt, locked):
    attempt.__dict__.update(locked.__dict__)
    return attempt


def _sound(attempt, answers):
    """Those answers that choose one of the choices of one of this person's questions."""
    choices = {
        q.key: {c.pk for c in q.choices.all()}
        for q in questions_for(attempt.assessment, attempt.enrolment)
    }
    sound = {}
    for key, choice in answers.items():
        if str(choice).isdecimal() and int(choice) in choices.get(key, ()):
            sound[key] = int(choice)
    return sound
