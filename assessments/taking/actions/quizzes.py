"""Takes a quiz from its first question to its mark; it refuses an answer to somebody else's question."""

import secrets
from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from lms.kit import clock, codes
from lms.kit.languages import in_english
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.record.actions import write

from ...attempts.actions import attempt_of, insist_not_credited, insist_open, lock_attempt, settle
from ...setting import kinds
from ...setting.actions.questions import root_of
from ...setting.actions.sittings import pin_sitting
from ...setting.bank import parts_by_tag
from ...setting.queries import questions_for, version_for
from ...setting.scenarios import groups_of
from ...setting.sections import sections_by_question
from ..draw import draw_in_parts, in_order
from ..essay_answers import is_for_markers, ruled_part
from ..models import ItemCredit, PaperItem, QuizAttempt
from ..queries import (
    end_of,
    late_minutes,
    newest_responses,
    questions_asked,
    quizzes_with_an_end,
)
from ..quiz_marks import mark_inputs, quiz_mark
from ..rules import may_close_quiz, may_take_quiz
from ..states import AttemptState
from ..timing import is_over
from .essays import LATE_ANSWERS, give_essays, tell_of_essays
from .responses import HANDED_IN, TIME_IS_OVER, add_responses, is_from

OTHER_ATTEMPT = gettext_noop(
    "Nothing was saved or handed in: this page is not about your current attempt. Open the quiz again from “Your work”."
)
WHOLE_ANSWERS = in_english("Right answers out of a hundred.")
PARTS_OF_ANSWERS = in_english("What each answer earned, out of a hundred: some were right in part.")
RULES = {
    "share": WHOLE_ANSWERS,
    "credits": PARTS_OF_ANSWERS,
    "points": in_english("What each answer earned, by its points, out of a hundred."),
}


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


class Unreadable(Refused):
    """Something was typed that is no answer to its question; `faults` holds a sentence for each, by the question's key."""

    def __init__(self, faults):
        self.faults = faults
        super().__init__(" ".join(faults.values()))


@transaction.atomic
def begin_quiz(assessment, enrolment, *, by, seen=None) -> QuizAttempt:
    """Open the quiz of the current attempt.

    1. the quiz, with its receipt number and the seed of its draw, 2. the questions it is asked, and their choices' order, 3. a record entry. A later
    attempt is asked what this person was not asked before, as far as there is more. Refused where there are no questions yet, and where another attempt
    than `seen` (its number) is current.
    """
    insist(may_take_quiz(by, assessment, enrolment))
    current = attempt_of(assessment, enrolment)
    if seen is not None and seen != current.number:
        raise Refused(_(OTHER_ATTEMPT))
    insist_open(current)
    insist_not_credited(current)
    pin_sitting(assessment, enrolment.cohort_id)
    attempt, is_new = QuizAttempt.objects.get_or_create(
        attempt=current,
        defaults={
            "assessment": assessment,
            "enrolment": enrolment,
            "receipt": codes.new("R"),
            "seed": secrets.token_hex(8),
        },
    )
    if is_new:
        _ask(attempt)
        write("assessments.begin_quiz", attempt, by=by)
    return attempt


def _ask(quiz):
    version = version_for(quiz.assessment_id, quiz.enrolment.cohort_id)
    bank = {question.key: question for question in questions_for(quiz.assessment, quiz.enrolment)}
    if not bank:
        raise Refused(_("This quiz has no questions yet. You will hear when it is ready."))
    before = PaperItem.objects.filter(
        quiz__assessment=quiz.assessment_id, quiz__enrolment__person=quiz.enrolment.person_id
    )
    roots = {root_of(key) for key in before.values_list("question__key", flat=True)}
    earlier = {key for key in bank if root_of(key) in roots}
    parts = parts_by_tag(version, bank.values())
    drawn = draw_in_parts(
        quiz.seed, list(bank), version.asks, parts, earlier, groups_of(bank.values())
    )
    items, sections = [], sections_by_question(version)
    for position, key in enumerate(drawn, start=1):
        question = bank[key]
        shown = list(question.choices.all())
        if question.kind == kinds.ORDER:  # whose own order is its answer
            shown = kinds.order_for_everyone(question, shown)
        choices = [choice.pk for choice in shown]
        if version.shuffles_choices and question.kind != kinds.TRUTH:
            choices = in_order(f"{quiz.seed}:{key}", choices)
        about = {"question": question, "choices": choices, "section": sections.get(question.pk)}
        items.append(PaperItem(quiz=quiz, position=position, **about))
    PaperItem.objects.bulk_create(items)


@transaction.atomic
def save_answers(attempt, answers, *, by, page="", seen=None) -> list[str]:
    """Keep what a page's form has been answered so far. 1. a response for each that differs from the newest, 2. a record entry that holds none of them. What
    cannot be read as an answer is not kept, and of a text with gaps no gap that cannot be (`misread` says why).

    `page` names the page the form came from and `seen` the newest response it knew: what another page answered since stays. Returns the keys of
    those questions.
    """
    locked = _lock(attempt)
    insist(may_take_quiz(by, locked.assessment, locked.enrolment))
    if locked.state != AttemptState.OPEN:
        raise Refused(_(HANDED_IN))
    if is_over(end_of(locked), clock.now()):
        raise Refused(_(TIME_IS_OVER))
    newest, elsewhere, changed = newest_responses(locked), [], {}
    for key, value in _sound(questions_asked(locked), answers)[0].items():
        last = newest.get(key)
        if last.value == value if last else kinds.is_empty(value):
            continue
        if last and seen is not None and last.pk > seen and not is_from(last, page):
            elsewhere.append(key)
        else:
            changed[key] = value
    if changed:
        add_responses(locked, changed, newest, page)
        write("assessments.save_answers", locked, by=by)
    return elsewhere


@transaction.atomic
def hand_in_quiz(attempt, answers, *, by) -> QuizAttempt:
    """Hand the answers in and mark them at once, but for essays: they go to markers, and the quiz has its mark when they are agreed (`essays.py`).

    The newest answers count, and before them those that are handed in with this press, as the check page showed them.
    1. the quiz is marked out of a hundred, with its moment, and what each question earned is kept, 2. its attempt has the line of that mark and, above a cap, one of what it
    counts, 3. the record is written, 4. the trainee is told. Raises Unanswered while a question is open, and Unreadable for what is no answer. Twice is once. When its time is over, it is
    handed in as by `close_quiz`.
    """
    locked = _lock(attempt)
    insist(may_take_quiz(by, locked.assessment, locked.enrolment))
    if locked.state != AttemptState.OPEN:
        return _same(attempt, locked)
    ends_at = end_of(locked)
    if ends_at and ends_at < clock.now():
        return _same(attempt, _close(locked, ends_at, by=by))
    questions, newest = questions_asked(locked), newest_responses(locked)
    given, unreadable = _sound(questions, answers)
    if unreadable:
        raise Unreadable(unreadable)
    kept = {**{key: one.value for key, one in newest.items()}, **given}
    missing = [
        (number, q.key)
        for number, q in enumerate(questions, start=1)
        if not kinds.is_whole(kept.get(q.key))
    ]
    if missing:
        raise Unanswered([key for _unused, key in missing], [number for number, _unused in missing])
    shown = {
        key: value
        for key, value in given.items()
        if key not in newest or newest[key].value != value
    }
    add_responses(locked, shown, newest, "")
    late = _late_arrivals(one for key, one in newest.items() if key not in shown)
    return _same(attempt, _mark(locked, questions, kept, clock.now(), late, by=by))


@transaction.atomic
def close_quiz(attempt, *, by) -> QuizAttempt:
    """Hand in a quiz whose time is over, with what was saved; a question without an answer counts as not right.

    Steps 1 to 4 are those of `hand_in_quiz`; it was handed in when its time ended. Twice is once. Raises Refused while there is time, or no limit.
    """
    locked = _lock(attempt)
    insist(may_close_quiz(by, locked.enrolment))
    if locked.state != AttemptState.OPEN:
        return _same(attempt, locked)
    ends_at = end_of(locked)
    if not (ends_at and is_over(ends_at, clock.now())):
        raise Refused(_("There is still time for this quiz."))
    return _same(attempt, _close(locked, ends_at, by=by))


def close_quizzes(*, by) -> int:
    """Hand in every quiz whose time is over, and the time in which late answers are taken by rule, each in a transaction of its own. How many. For the worker."""
    closed = 0
    for quiz in quizzes_with_an_end():
        ends_at = end_of(quiz)
        if is_over(ends_at, clock.now()) and is_over(ends_at, clock.now(), late_minutes(quiz)):
            with suppress(Refused):  # its trainee was quicker, or was given more time just now
                close_quiz(quiz, by=by)
                closed += 1
    return closed


def _close(locked, ends_at, *, by):
    newest = newest_responses(locked)
    saved, late = {key: one.value for key, one in newest.items()}, _late_arrivals(newest.values())
    return _mark(locked, questions_asked(locked), saved, ends_at, late, by=by)


def _late_arrivals(responses):
    """How many of the answers that count came after the end of the time, and count by rule."""
    return sum(one.is_late_arrival for one in responses)


def _mark(locked, questions, answers, handed_in_at, late, *, by):
    given = {q.key: answers[q.key] for q in questions if not kinds.is_empty(answers.get(q.key))}
    credits, points, essays = ruled_part(questions, given)
    ruled = [q for q in questions if not is_for_markers(q, given)]
    ItemCredit.objects.bulk_create(
        ItemCredit(item_id=question.item, credit=float(one))
        for question, one in zip(ruled, credits, strict=True)
        if question.kind != kinds.ESSAY
    )
    if essays:
        give_essays(locked, questions, given, handed_in_at, by=by)
        tell_of_essays(locked)
        return locked
    inputs = mark_inputs(credits, points)
    rule = RULES[inputs["by"]]
    if late:
        inputs |= {"late_answers": late}
        rule = f"{rule} {LATE_ANSWERS}"
    make_transition(
        locked,
        "hand_in",
        by=by,
        answers=given,
        handed_in_at=handed_in_at,
        mark=quiz_mark(credits, points),
    )
    settle(
        locked.attempt,
        "quiz",
        locked.mark,
        rule,
        by=by,
        inputs=inputs,
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
    return locked


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


def misread(quiz, answers) -> dict[str, str]:
    """What was typed in a form and is no answer to its question, or cannot be handed in as it is: a sentence for each, by the question's key."""
    sound, faults = _sound(questions_asked(quiz), answers)
    complaints = {key: kinds.complaint(value) for key, value in sound.items()}
    return {key: words for key, words in complaints.items() if words} | faults


def _sound(questions, answers):
    """Those answers that a question of these can have, as they are kept, and a sentence for each that cannot be read, all of it or some of its gaps."""
    sound, faults = {}, {}
    for question in questions:
        if question.key not in answers:
            continue
        values = kinds.values_of(answers[question.key])
        try:
            value = kinds.read_answer(question, list(question.choices.all()), values)
        except kinds.Misread as fault:
            faults[question.key], value = str(fault), fault.readable
        if value is not None:
            sound[question.key] = value
    return sound, faults
