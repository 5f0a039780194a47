"""Reads the file in which answers to quizzes leave a device, and finds what would become of each. It trusts no word of the file about whose, or about when."""

import json
from dataclasses import asdict, dataclass

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.refusals import Refused

from ..attempts.actions import insist_open
from ..setting import kinds
from .actions.responses import KEY
from .models import PaperItem, QuizAttempt, Response
from .queries import end_of, late_minutes
from .rules import may_take_quiz
from .states import AttemptState
from .timing import is_over

FORMAT, VERSION = "imsa-quiz-answers", 1
MOST_BYTES, MOST, MOST_VALUES = 2_000_000, 500, 100
LONGEST_VALUE = 60_000  # an essay has 20,000 at most; one that is too long is read too, and told
NOT_OURS = gettext_noop(
    "This is not a file of quiz answers from this site. Choose the file whose name begins with “quiz-answers”."
)
DAMAGED = gettext_noop(
    "This file of answers is damaged. Save the answers again on the device they are on, and choose the new file."
)

TO_SAVE, SAME, HERE, ELSEWHERE = "to_save", "same", "here", "elsewhere"
CLOSED, TIME_OVER, BARRED, MISREAD = "closed", "time_over", "barred", "misread"
REFUSED = (ELSEWHERE, CLOSED, TIME_OVER, BARRED, MISREAD)


class BadRecoveryFile(ValueError):
    """No file of answers; says what to do."""


@dataclass(frozen=True)
class DeviceAnswer:
    """One answer as a device had it. `item`: the key of a paper item. `values`: as a form sends them. `at`: when it was given, as the device says."""

    item: int
    values: tuple[str, ...]
    page: str
    key: str
    seen: int
    at: str

    @property
    def client_key(self) -> str:
        return f"{self.page}:{self.key}"


def read(content: bytes) -> list[DeviceAnswer]:
    """The answers in a file, in their order. Raises BadRecoveryFile."""
    if len(content) > MOST_BYTES:
        raise BadRecoveryFile(_(NOT_OURS))
    try:
        found = json.loads(content)
        is_ours = isinstance(found, dict) and found.get("format") == FORMAT
    except (ValueError, RecursionError):
        is_ours = content.lstrip().startswith(b"{") and FORMAT.encode() in content
        raise BadRecoveryFile(_(DAMAGED if is_ours else NOT_OURS)) from None
    if not is_ours:
        raise BadRecoveryFile(_(NOT_OURS))
    if found.get("version") != VERSION:
        raise BadRecoveryFile(_(DAMAGED))
    return answers_in(found.get("answers"))


def answers_in(rows) -> list[DeviceAnswer]:
    """Of what `as_rows` gave, or of a file's list. Raises BadRecoveryFile."""
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST:
        raise BadRecoveryFile(_(DAMAGED))
    try:
        return [_answer(row) for row in rows]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BadRecoveryFile(_(DAMAGED)) from None


def as_rows(answers) -> list[dict]:
    """For JSON."""
    return [asdict(one) for one in answers]


def _answer(row):
    item, seen = row["item"], row["seen"]
    page, key, values = row["page"], row["key"], row["values"]
    sound = (
        all(type(number) is int and 0 <= number < 2**63 for number in (item, seen))
        and all(isinstance(word, str) and KEY.fullmatch(word) for word in (page, key))
        and isinstance(values, (list, tuple))
        and len(values) <= MOST_VALUES
        and all(isinstance(value, str) and len(value) <= LONGEST_VALUE for value in values)
    )
    if not sound:
        raise ValueError
    at = row.get("at")
    at = at[:40] if isinstance(at, str) else ""
    return DeviceAnswer(
        item, tuple(value.replace("\0", "") for value in values), page, key, seen, at
    )


# ---- what would become of them ----


@dataclass
class RecoveryLine:
    """The newest answer of a file to one question, beside the one that counts at the site (None: none)."""

    item: PaperItem
    answer: DeviceAnswer
    on_site: Response | None
    status: str

    @property
    def is_refused(self) -> bool:
        return self.status in REFUSED


@dataclass
class RecoveryQuiz:
    """What a file holds of one quiz. `answers`: all of it, in order. `reason`: why its trainee can answer nothing of it now, where that is so."""

    quiz: QuizAttempt
    lines: list[RecoveryLine]
    answers: list[DeviceAnswer]
    reason: str = ""

    @property
    def to_save(self) -> int:
        return sum(line.status in (TO_SAVE, SAME) for line in self.lines)

    @property
    def refused(self) -> list[RecoveryLine]:
        return [line for line in self.lines if line.is_refused]


def quizzes_in(person, answers) -> list[RecoveryQuiz]:
    """By quiz, what would become of each answer of a file; without those to questions that this person was never asked. A few queries, and three more for a
    quiz."""
    newest = Response.objects.filter(item=OuterRef("pk")).order_by("-number")
    keys = {one.client_key for one in answers}
    here = set(Response.objects.filter(client_key__in=keys).values_list("client_key", flat=True))
    rows = (
        PaperItem.objects.filter(
            pk__in={one.item for one in answers}, quiz__enrolment__person_id=person.pk
        )
        .select_related(
            "question__scenario",
            "quiz__assessment__module",
            "quiz__attempt",
            "quiz__enrolment__person",
            "quiz__enrolment__cohort",
        )
        .prefetch_related("question__choices")
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .order_by("quiz", "position")
    )
    items = {item.pk: item for item in rows}
    on_site = Response.objects.in_bulk([item.newest for item in items.values() if item.newest])
    found: dict[int, RecoveryQuiz] = {}
    last = {one.item: one for one in answers}
    for item in items.values():
        group = found.setdefault(item.quiz_id, RecoveryQuiz(item.quiz, [], []))
        response, answer = on_site.get(item.newest), last[item.pk]
        status = _status(item, answer, response, answer.client_key in here)
        group.lines.append(RecoveryLine(item, answer, response, status))
    for group in found.values():
        group.answers = [
            one for one in answers if one.item in items and items[one.item].quiz_id == group.quiz.pk
        ]
        status, group.reason = _status_of_all(person, group.quiz)
        for line in group.lines:
            if status and line.status != HERE:
                line.status = status
    return list(found.values())


def _status_of_all(person, quiz):
    """What becomes of every answer to a quiz, in the order in which the action asks, and why where it is not the quiz itself; empty where each is looked at."""
    if quiz.state != AttemptState.OPEN:
        return CLOSED, ""
    if not (answer := may_take_quiz(person, quiz.assessment, quiz.enrolment)):
        return BARRED, answer.reason
    try:
        insist_open(quiz.attempt)
    except Refused as refusal:
        return BARRED, str(refusal)
    is_late = is_over(end_of(quiz), clock.now(), late_minutes(quiz))
    return (TIME_OVER, "") if is_late else ("", "")


def _status(item, answer, response, is_here):
    if is_here:
        return HERE
    try:
        value = kinds.read_answer(item.question, list(item.question.choices.all()), answer.values)
    except kinds.Misread as misread:
        value = misread.readable
    if value is None:
        return MISREAD
    if response and response.value == value:
        return SAME
    is_other = response and response.pk > answer.seen
    if is_other and not response.client_key.startswith(f"{answer.page}:"):
        return ELSEWHERE
    return TO_SAVE


def has_foreign(person, answers) -> bool:
    """Are there answers to questions that this person was not asked? One query."""
    asked = PaperItem.objects.filter(
        pk__in={one.item for one in answers}, quiz__enrolment__person_id=person.pk
    )
    return asked.count() < len({one.item for one in answers})
