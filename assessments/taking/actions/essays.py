"""Gives the essays of a quiz to be marked, and gives the quiz its mark once they are; no mark of a part is ever anybody's result."""

from decimal import Decimal

from django.utils.translation import gettext as _

from lms.kit import codes, files
from lms.kit.languages import in_english
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ...attempts.actions import settle
from ..essay_answers import answers_in, ruled_part
from ..essay_files import word_file
from ..models import QuizAttempt, Submission
from ..queries import late_arrivals_in, questions_asked
from ..quiz_marks import mark_inputs, quiz_mark
from ..states import AttemptState

WITH_ESSAYS = in_english(
    "The answers by rule and the essays by their agreed mark, each by its points, out of a hundred."
)
LATE_ANSWERS = in_english(
    "Some answers arrived after the end of the time, from a device without a connection, and count by rule."
)


def give_essays(quiz, questions, answers, handed_in_at, *, by) -> Submission:
    """In the caller's transaction, which holds the quiz: its essays become a script, which waits for its markers as other written work does.

    1. the markers' copy is on the disk: what was written, and nothing else; where the transaction fails, a stray file stays and no row, 2. the quiz is handed in without a mark, 3. the script has
    its number. Raises NotNow where the disk takes no file: then nothing is handed in, and the same can be done again.
    """
    content = word_file(answers_in(questions, answers))
    fingerprint = files.sha256(content)
    made = Submission.objects.create(
        assessment=quiz.assessment,
        enrolment=quiz.enrolment,
        attempt=quiz.attempt,
        script=codes.new("S"),
        receipt=codes.new("R"),
        sha256=fingerprint,
        size=len(content),
        copy=files.keep(content, "scripts", "docx"),
        copy_sha256=fingerprint,
    )
    make_transition(quiz, "hand_in_essays", by=by, answers=answers, handed_in_at=handed_in_at)
    make_transition(
        made, "submit", by=by, reason=f"sha256 {fingerprint}", submitted_at=handed_in_at
    )
    return made


def settle_essays(submission, agreed, *, by) -> QuizAttempt:
    """In the caller's transaction, which holds the script: its essays have the mark of the line `agreed`, so the quiz has its mark.

    1. the quiz carries its mark, and is marked where it was not, 2. its attempt has the line of that mark, with what it was found from, and those that follow it: a penalty for late work,
    a cap. Another agreed mark, after a mistake was put right, does the same again.
    """
    rows = QuizAttempt.objects.select_for_update(of=("self",), no_key=True)
    quiz = rows.select_related("enrolment").get(attempt=submission.attempt_id)
    credits, points, essays = ruled_part(questions_asked(quiz), quiz.answers)
    inputs = mark_inputs(credits, points, essays) | {"lines": [agreed.number]}
    late = late_arrivals_in(quiz)
    rule = WITH_ESSAYS
    if late:
        inputs |= {"late_answers": late}
        rule = f"{rule} {LATE_ANSWERS}"
    mark = quiz_mark(credits, points, essays, Decimal(agreed.mark))
    if quiz.state == AttemptState.MARKING:
        make_transition(quiz, "agree_on_essays", by=by, mark=mark)
    elif quiz.mark != mark:
        before, quiz.mark = quiz.mark, mark
        quiz.save(update_fields=["mark"])
        write("assessments.correct_quiz", quiz, by=by, before=str(before), after=str(mark))
    settle(submission.attempt, "quiz", mark, rule, by=by, inputs=inputs)
    return quiz


def tell_of_essays(quiz):
    """The trainee hears that all is in, and that people read the essays next."""
    tell(
        quiz.enrolment.person,
        (_("Quiz submitted: %(assessment)s") % {"assessment": quiz.assessment.title})[:200],
        _(
            "We have your answers. Your receipt is %(receipt)s. Your essays go to markers, who do not know whose they are. "
            "The quiz has no mark until they are marked; you will hear when you can see it."
        )
        % {"receipt": quiz.receipt},
        f"/my-work/receipts/{quiz.receipt}/",
    )
