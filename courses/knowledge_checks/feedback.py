"""Judges a knowledge check: what was asked, what was given, what to say about it. Knows neither Django nor the database.

The shape of a question is in `questions.py`.
What was given can be kept as JSON: an index (choice), indexes (several; order, in the reader's order; match, a
right-hand side for every left; scenario, along the path) or words (short).
"""

import hashlib
import re
from dataclasses import dataclass, replace

from lms.kit.languages import Sentence

from .questions import LONGEST_WORDS, STYLES, bare, faults, parts_of, wordings_of
from .wording import says_the_same

__all__ = [
    "display_order",
    "faults",
    "form_values",
    "judge",
    "next_step",
    "read_given",
    "read_path",
    "right_answer",
    "rows",
]

LONGEST_PATH = 60  # a scenario may turn back on itself, but not for ever
ONE, SOME, EACH, PLACES, WORDS = (
    Sentence("Choose one answer."),
    Sentence("Choose at least one answer."),
    Sentence("Choose an answer for every line."),
    Sentence("Give every line a different place."),
    Sentence("Write an answer."),
)
NEXT = Sentence("Choose what to do next. The story has not ended yet.")
BROKEN = Sentence("This question cannot be answered as it stands. Please tell the author.")


class Unanswered(ValueError):
    """Nothing that can be judged was given; says what to do."""


@dataclass(frozen=True)
class Line:
    """One thing that was given. `right` is None where the author calls it neither; `about` is what it answers."""

    text: str
    right: bool | None
    why: str
    about: str = ""


@dataclass(frozen=True)
class Verdict:
    right: bool
    lines: tuple[Line, ...]
    why: str = ""


@dataclass(frozen=True)
class Row:
    """One group of controls: its name in the form, what it asks, and (value, words) in the order to show them."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    many: bool = False
    values: tuple[str, ...] = ()  # what was chosen or typed before, so that nobody does it again


# ---- showing ----


def display_order(question) -> list[int]:
    """The indexes of options, items or right-hand sides as they are shown: shuffled, the same for everybody.

    Items to put in order are never shown in their right order. A right-hand side that several lines share
    is shown once.
    """
    style = question.get("style")
    if style in ("choice", "several"):
        return _shuffled(question, len(parts_of(question)))
    if style == "match":
        sides = [pair.get("right", "") for pair in parts_of(question)]
        return [i for i in _shuffled(question, len(sides)) if i == sides.index(sides[i])]
    if style == "order":
        items = parts_of(question)
        order = _shuffled(question, len(items))
        for turn in range(len(order)):
            turned = order[turn:] + order[:turn]
            if [items[i] for i in turned] != items:
                return turned
        return order
    return list(range(len(parts_of(question))))


def rows(question, answer=(), values=None) -> list[Row]:
    """What a form has to ask, with the names and values that `read_given` reads. `values`: name to values that were sent before.

    An order has a row for each item, whose value is its place from 1; a scenario has the row of the step
    that follows what was answered so far (`answer`), and none when the story has ended.
    """
    return [
        replace(row, values=tuple((values or {}).get(row.name, ())))
        for row in _rows(question, answer)
    ]


def _rows(question, answer) -> list[Row]:
    style, parts, order = question.get("style"), parts_of(question), display_order(question)
    text = question.get("text", "")
    if style in ("choice", "several"):
        options = tuple((str(i), parts[i].get("text", "")) for i in order)
        return [Row("given", text, options, many=style == "several")]
    if style == "order":
        places = tuple((str(n), str(n)) for n in range(1, len(parts) + 1))
        return [Row(f"given-{i}", parts[i], places) for i in order]
    if style == "match":
        sides = tuple((str(i), parts[i].get("right", "")) for i in order)
        return [Row(f"given-{n}", pair.get("left", ""), sides) for n, pair in enumerate(parts)]
    if style == "short":
        return [Row("given", text)]
    step = next_step(question, list(answer))
    if step is None:
        return []
    choices = step.get("choices") or []
    order = _shuffled(question, len(choices), step.get("key", ""))
    return [
        Row(
            f"given-{len(answer)}",
            step.get("text", ""),
            tuple((str(i), choices[i].get("text", "")) for i in order),
        )
    ]


def form_values(question, answer) -> dict[str, list[str]]:
    """An answer as its form would send it: the way back from `read_given`. Of a story nothing: it begins anew."""
    style = question.get("style")
    if style in ("choice", "short"):
        return {"given": [str(answer)]}
    if style == "several":
        return {"given": [str(i) for i in answer]}
    if style == "order":
        return {f"given-{i}": [str(place)] for place, i in enumerate(answer, 1)}
    if style == "match":
        sides = [pair.get("right", "") for pair in parts_of(question)]
        return {f"given-{n}": [str(sides.index(sides[i]))] for n, i in enumerate(answer)}
    return {}


def right_answer(question) -> Verdict:
    """What is right, and why: for somebody who has tried in vain. A story has no answer to show."""
    style, parts, why = question.get("style"), parts_of(question), question.get("why") or ""
    if style in ("choice", "several"):
        lines = [Line(o.get("text", ""), True, o.get("why", "")) for o in parts if o.get("right")]
    elif style == "order":
        lines = [Line(item, True, "", str(place)) for place, item in enumerate(parts, 1)]
    elif style == "match":
        lines = [
            Line(pair.get("right", ""), True, pair.get("why", ""), pair.get("left", ""))
            for pair in parts
        ]
    elif style == "short":
        lines = [Line(parts[0], True, "")]
    else:
        lines = []
    return Verdict(True, tuple(lines), why)


def next_step(question, answer) -> dict | None:
    """The step of a scenario that follows these choices; None when the story has ended. Raises Unanswered."""
    return _walk(question, answer)[1]


# ---- reading ----


def read_given(question, data):
    """What a posted form answers. `data` has `getlist(name)`. Raises Unanswered, and nothing else."""
    style, parts = question.get("style"), parts_of(question)
    if style == "choice":
        given = _index(data.getlist("given"), ONE)
    elif style == "several":
        given = [_index([one], SOME) for one in data.getlist("given")]
    elif style == "order":
        places = [_index(data.getlist(f"given-{i}"), PLACES) for i in range(len(parts))]
        if sorted(places) != list(range(1, len(parts) + 1)):
            raise Unanswered(PLACES)
        given = sorted(range(len(parts)), key=places.__getitem__)
    elif style == "match":
        given = [_index(data.getlist(f"given-{n}"), EACH) for n in range(len(parts))]
    elif style == "short":
        said = data.getlist("given")
        given = said[0] if len(said) == 1 else ""
    else:
        given = read_path(question, data)
    return _sound(question, given)


def read_path(question, data) -> list[int]:
    """The choices of a scenario made so far, which may stop before its end: nothing is judged yet. Raises Unanswered."""
    given = []
    for n in range(LONGEST_PATH + 1):
        if not data.getlist(f"given-{n}"):
            break
        given.append(_index(data.getlist(f"given-{n}"), ONE))
    if any(data.getlist(f"given-{n}") for n in range(len(given) + 1, LONGEST_PATH + 1)):
        raise Unanswered(NEXT)
    _walk(question, given)
    return given


# ---- judging ----


def judge(question, answer) -> Verdict:
    """Is it right, and what is there to say? Raises Unanswered where `answer` cannot be an answer to this question."""
    answer = _sound(question, answer)
    return _JUDGES[question["style"]](question, answer, question.get("why") or "")


def _judge_choice(question, answer, why):
    option = question["options"][answer]
    right = bool(option.get("right"))
    return Verdict(right, (Line(option.get("text", ""), right, option.get("why", "")),), why)


def _judge_several(question, answer, why):
    """What was left out is counted and not named, so that a second try is still a try."""
    options = question["options"]
    lines = tuple(
        Line(options[i].get("text", ""), bool(options[i].get("right")), options[i].get("why", ""))
        for i in answer
    )
    missed = sum(bool(option.get("right")) for i, option in enumerate(options) if i not in answer)
    left_out = missed and Sentence.counting(
        "%(count)s more answer belongs here.", "%(count)s more answers belong here.", count=missed
    )
    return Verdict(
        not missed and all(line.right for line in lines),
        lines,
        " ".join(filter(None, [left_out, why])),
    )


def _judge_order(question, answer, why):
    items = question["items"]
    lines = tuple(
        Line(items[i], items[i] == items[place], "", str(place + 1))
        for place, i in enumerate(answer)
    )
    return Verdict(all(line.right for line in lines), lines, why)


def _judge_match(question, answer, why):
    pairs = question["pairs"]
    lines = tuple(
        Line(
            pairs[i].get("right", ""),
            pairs[i].get("right") == pair.get("right"),
            pair.get("why", ""),
            pair.get("left", ""),
        )
        for pair, i in zip(pairs, answer, strict=True)
    )
    return Verdict(all(line.right for line in lines), lines, why)


def _judge_short(question, answer, why):
    wordings = wordings_of(question)
    right = bare(answer) in {bare(words) for words in wordings} or says_the_same(
        answer, wordings, question.get("forms")
    )
    return Verdict(right, (Line(answer, right, ""),), why if right else question.get("hint") or "")


def _judge_scenario(question, answer, why):
    """A reader may take a wrong turn, learn from it and go on; it is right when the story has ended."""
    lines = tuple(
        Line(
            choice.get("text", ""),
            choice.get("right") if choice.get("right") is None else bool(choice["right"]),
            choice.get("why", ""),
            step.get("text", ""),
        )
        for step, choice in _walk(question, answer)[0]
    )
    return Verdict(True, lines, why)


_JUDGES = {
    "choice": _judge_choice,
    "several": _judge_several,
    "order": _judge_order,
    "match": _judge_match,
    "short": _judge_short,
    "scenario": _judge_scenario,
}


# ---- what stands below ----


def _shuffled(question, count, more="") -> list[int]:
    def lot(i):
        return hashlib.sha256(f"{question.get('key', '')}\n{more}\n{i}".encode()).digest()

    return sorted(range(count), key=lot)


def _index(values, sentence) -> int:
    if (
        len(values) != 1
        or not isinstance(values[0], str)
        or not re.fullmatch(r"[0-9]{1,4}", values[0])
    ):
        raise Unanswered(sentence)
    return int(values[0])


def _sound(question, answer):
    """`answer`, when it can be judged. It may come from a form, from a device that was offline, or from the past."""
    style, count = question.get("style"), len(parts_of(question))
    if style not in STYLES or not count:
        raise Unanswered(BROKEN)
    if style == "short":
        if not isinstance(answer, str) or not bare(answer):
            raise Unanswered(WORDS)
        if len(answer) > LONGEST_WORDS:
            raise Unanswered(
                Sentence(
                    "Write a shorter answer: %(longest_words)s characters at most.",
                    longest_words=LONGEST_WORDS,
                )
            )
        return answer.strip()
    if style == "choice":
        if not _is_index(answer, count):
            raise Unanswered(ONE)
        return answer
    if style == "scenario":
        if _walk(question, answer)[1] is not None:
            raise Unanswered(NEXT)
        return answer
    sentence = {"several": SOME, "order": PLACES, "match": EACH}[style]
    if not isinstance(answer, list | tuple) or not all(_is_index(i, count) for i in answer):
        raise Unanswered(sentence)
    if style == "several":
        if not answer or len(set(answer)) != len(answer):
            raise Unanswered(sentence)
        return sorted(answer)
    if len(answer) != count or (style == "order" and len(set(answer)) != count):
        raise Unanswered(sentence)
    return list(answer)


def _is_index(value, count) -> bool:
    return type(value) is int and 0 <= value < count


def _walk(question, answer):
    """(step, choice) for each of the choices given, and the step that follows or None. Raises Unanswered."""
    steps = {}
    for step in reversed(parts_of(question)):
        steps[step.get("key", "")] = step
    step = parts_of(question)[0] if steps else None
    if step is None or not isinstance(answer, list | tuple):
        raise Unanswered(BROKEN if step is None else NEXT)
    if len(answer) > LONGEST_PATH:
        raise Unanswered(Sentence("You have gone round in a circle. Start the story again."))
    walked = []
    for i in answer:
        choices = step.get("choices") or [] if step else []
        if not _is_index(i, len(choices)):
            raise Unanswered(ONE)
        walked.append((step, choices[i]))
        goes = choices[i].get("goes") or ""
        if goes and goes not in steps:
            raise Unanswered(BROKEN)
        step = steps[goes] if goes else None
    return walked, step
