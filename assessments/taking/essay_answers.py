"""The essays in a quiz that was handed in: what of it a rule marks, what people mark, and what each essay earned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import F

from ..attempts import chain
from ..setting import essays, kinds
from .models import PaperItem

LONGEST_TITLE = 90


@dataclass(frozen=True)
class EssayAnswer:
    """One essay of one script: what was asked, what its markers are told, and what was written. Nothing of whose it is."""

    key: str
    title: str
    points: int
    question: str
    scenario: str
    guidance: str
    model: str
    text: str
    limits: str

    @property
    def words(self) -> int:
        return essays.word_count(self.text)


class _NoLevels:
    """An essay has no levels; asked as a criterion of the database is."""

    def all(self):
        return []


@dataclass(frozen=True)
class EssayCriterion:
    """An essay where a criterion of written work stands: a mark out of a hundred, its `weight` the points that it counts, and what they are in percent of those of
    all essays of the script (`counts`)."""

    key: str
    title: str
    weight: int
    counts: int
    description = ""
    levels = _NoLevels()


def as_criteria(answers: Iterable[EssayAnswer]) -> list[EssayCriterion]:
    answers = list(answers)
    whole = sum(one.points for one in answers)
    return [
        EssayCriterion(one.key, one.title, one.points, round(100 * one.points / whole))
        for one in answers
    ]


def is_for_markers(question, answers) -> bool:
    """Is it an essay with words in it? An empty one earns nothing, and nobody reads it."""
    return question.kind == kinds.ESSAY and not kinds.is_empty(answers.get(question.key))


def ruled_part(questions: Iterable, answers: Mapping) -> tuple[list[Fraction], list[int], int]:
    """What a rule marks of a quiz, in the order of its questions: credits from 0 to 1 with the points of each; and the points of the essays that people mark."""
    credits, weights, left = [], [], 0
    for question in questions:
        if is_for_markers(question, answers):
            left += essays.points_of(question)
            continue
        credits.append(
            kinds.credit(question, list(question.choices.all()), answers.get(question.key))
        )
        weights.append(essays.points_of(question))
    return credits, weights, left


def answers_in(questions: Iterable, answers: Mapping) -> list[EssayAnswer]:
    """The essays that people mark, in one order for all who were asked the same: the bank's, not the draw's."""
    found = [one for one in questions if is_for_markers(one, answers)]
    return [_answer(one, answers[one.key]) for one in sorted(found, key=lambda one: one.pk)]


def _answer(question, text):
    solution = question.solution
    line = " ".join(question.text.split())
    title = line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"
    return EssayAnswer(
        question.key,
        title,
        essays.points_of(question),
        question.text,
        question.scenario.text if question.scenario_id else "",
        solution.get("guidance", ""),
        solution.get("model", ""),
        text,
        essays.limits_in_words(solution),
    )


def essays_of(works) -> dict[int, list[EssayAnswer]]:
    """Of scripts (their keys), those that are the essays of a quiz, by key. One query."""
    rows = PaperItem.objects.filter(quiz__attempt__submission__in=works, question__kind=kinds.ESSAY)
    rows = rows.select_related("question__scenario", "quiz").annotate(
        work=F("quiz__attempt__submission")
    )
    asked: dict[int, list] = {}
    answers = {}
    for item in rows.order_by():
        asked.setdefault(item.work, []).append(item.question)
        answers[item.work] = item.quiz.answers
    return {work: answers_in(those, answers[work]) for work, those in asked.items()}


# ---- what each essay earned ----


def marks_that_count(lines, tasks) -> dict[str, Fraction]:
    """By essay, the mark out of a hundred that the newest agreed mark holds for it: what the two agreed on, the mean of two, of three the judgement whose whole is the
    middle one, or one marker's. `lines`: of the mark's history; `tasks`: by stage, what counts of each marker now. Empty where nothing is agreed."""
    agreed = chain.newest(lines, ("agreed",))
    if agreed is None:
        return {}
    how = agreed.inputs.get("by")
    if how == "discussion":
        return {key: _exact(mark) for key, mark in agreed.inputs["marks"].items()}
    judged = [tasks[stage] for stage in chain.BY_MARKERS if stage in tasks]
    if how == "middle":
        judged = [one for one in judged if one.total == agreed.mark][:1]
    elif how == "moderated":
        judged = judged[:1]
    else:
        judged = judged[:2]
    if not judged:
        return {}
    keys = judged[0].marks
    return {
        key: sum((_exact(one.marks[key]) for one in judged), Fraction(0)) / len(judged)
        for key in keys
    }


def _exact(mark):
    return Fraction(str(mark))
