"""The kinds of question that a quiz can ask: what an answer to each is, what it earns, and what its author has to mend.

It knows no database. A question has a `kind`, a `solution` (of a number: value, tolerance, unit; of a short answer: accept) and choices, each with `pk`,
`text`, `is_right` and, of matching pairs, the `pair` that belongs to the text. An answer can be kept as JSON: the key of a choice (one right answer, true or
false), keys of choices (several), for each pair in turn the key of the choice whose right-hand side was chosen, or None (match), or what was typed.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.knowledge_checks.questions import LONGEST_WORDS, bare

SINGLE, SEVERAL, TRUTH, NUMBER, SHORT, MATCH = (
    "single",
    "several",
    "truth",
    "number",
    "short",
    "match",
)
KINDS = (SINGLE, SEVERAL, TRUTH, NUMBER, SHORT, MATCH)
ONE_CHOICE, TYPED = (SINGLE, TRUTH), (NUMBER, SHORT)
TRUE_FALSE = ("True", "False")
MOST_CHOICES, MOST_ACCEPTED, LONGEST_UNIT, LONGEST_NUMBER = 20, 20, 20, 40

_GROUPED = re.compile(r"[+-]? ?[1-9][0-9]{0,2}(?:[ ,][0-9]{3}){1,4}(?:\.[0-9]{1,10})?")
_COMMA = re.compile(r"[+-]? ?(?:0,[0-9]{1,10}|[0-9]{1,15},[0-9]{1,2})")
_PLAIN = re.compile(r"[+-]? ?(?:[0-9]{1,15}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})")


class Misread(ValueError):
    """What was typed is no answer to a question of this kind; says what to write instead."""


# ---- reading ----


def read_number(typed: str, unit: str = "") -> Decimal | None:
    """A number as people write it: 1500, 1,500, 1 500, 12.5, 12,5, with its unit or without. None for anything else, such as “seventy”."""
    text = " ".join(typed.replace("\N{MINUS SIGN}", "-").casefold().split())
    unit = " ".join(unit.casefold().split())
    if unit:
        sign = "-" if text.startswith("-") and text[1:].strip().startswith(unit) else ""
        text = sign + text.removeprefix(sign).strip().removeprefix(unit).removesuffix(unit).strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    elif not _PLAIN.fullmatch(text):
        return None
    return Decimal(text.replace(" ", ""))


def values_of(answer) -> list[str]:
    """An answer as a form sends it, each of its values as words."""
    if answer is None:
        return []
    parts = answer if isinstance(answer, list | tuple) else [answer]
    return ["" if part is None else str(part) for part in parts]


def read_answer(question, choices: Sequence, values: Sequence[str]):
    """The answer in what a form sent, as it is kept; empty (`is_empty`) where it was taken back. None where it is none to this question, which no page of ours
    sends. Raises Misread for words that cannot be judged."""
    if question.kind in TYPED:
        return _read_words(question, _clean(values[0])) if len(values) == 1 else None
    by_value = {str(choice.pk): choice.pk for choice in choices}
    if question.kind == MATCH:
        known = len(values) == len(choices) and all(not v or v in by_value for v in values)
        return [by_value.get(value) for value in values] if known else None
    chosen = {value for value in values if value}
    if not chosen <= by_value.keys():
        return None
    if question.kind == SEVERAL:
        return [choice.pk for choice in choices if str(choice.pk) in chosen]
    return by_value[chosen.pop()] if len(chosen) == 1 else None


def _clean(words):
    """Without what no database keeps."""
    return words.replace("\0", "").encode("utf-8", "ignore").decode().strip()


def _read_words(question, text):
    if not text:
        return ""
    if question.kind == NUMBER:
        if (
            len(text) > LONGEST_NUMBER
            or read_number(text, question.solution.get("unit", "")) is None
        ):
            raise Misread(_("Write a number in figures, such as 70 or 12.5."))
    elif len(text) > LONGEST_WORDS:
        raise Misread(
            _("Write a shorter answer: %(most)s characters at most.") % {"most": LONGEST_WORDS}
        )
    elif not bare(text):
        raise Misread(_("Write an answer in letters or figures."))
    return text


def is_empty(answer) -> bool:
    """Was nothing answered, or all of it taken back?"""
    if isinstance(answer, list):
        return not any(part is not None for part in answer)
    return answer in (None, "")


def is_whole(answer) -> bool:
    """Is nothing of it still open? Of matching pairs some can be."""
    return not is_empty(answer) and not (isinstance(answer, list) and None in answer)


# ---- judging ----


def credit(question, choices: Sequence, answer) -> Fraction:
    """What an answer earns, from 0 to 1. Several right answers: those chosen less the wrong ones chosen, of all right ones, and never below 0. Pairs: the
    share that is right. Of the other kinds an answer is right or not."""
    if is_empty(answer):
        return Fraction(0)
    if question.kind == SEVERAL:
        right = {choice.pk for choice in choices if choice.is_right}
        chosen = set(answer)
        return Fraction(max(0, len(chosen & right) - len(chosen - right)), len(right))
    if question.kind == MATCH:
        pairs = {choice.pk: choice.pair for choice in choices}
        hits = [pairs.get(pk) == c.pair for c, pk in zip(choices, answer, strict=False)]
        return Fraction(sum(hits), len(choices))
    return Fraction(int(_is_right(question, choices, answer)))


def _is_right(question, choices, answer):
    solution = question.solution
    if question.kind == NUMBER:
        number = read_number(answer, solution.get("unit", ""))
        off = None if number is None else abs(number - Decimal(solution["value"]))
        return off is not None and off <= Decimal(solution["tolerance"])
    if question.kind == SHORT:
        return bare(answer) in {bare(words) for words in solution["accept"]}
    return any(choice.is_right and choice.pk == answer for choice in choices)


# ---- what the author has to mend ----


def faults(kind: str, choices: Sequence[tuple[str, bool, str]], solution: dict) -> list[str]:
    """What keeps a question from being asked. `choices`: text, is it right, and the pair that belongs to it."""
    if kind == NUMBER:
        return _faults_of_number(solution)
    if kind == SHORT:
        return _faults_of_short(solution.get("accept", []))
    if len(choices) > MOST_CHOICES:
        return [_("A question has %(most)s choices or pairs at most.") % {"most": MOST_CHOICES}]
    texts, right = [text for text, *_unused in choices], sum(bool(c[1]) for c in choices)
    if kind == MATCH:
        return _faults_of_pairs(texts, [pair for _text, _right, pair in choices])
    if kind == TRUTH:
        sound = tuple(texts) == TRUE_FALSE and right == 1
        return [] if sound else [_("Say whether it is true or false.")]
    if len(texts) < 2:
        return [_("A question needs two or more choices.")]
    if len(set(texts)) < len(texts):
        return [_("Two choices of a question say the same.")]
    if kind == SEVERAL:
        return [] if right else [_("A question needs at least one right answer.")]
    return [] if right == 1 else [_("A question needs exactly one right answer.")]


def _faults_of_number(solution):
    value, tolerance = (read_number(str(solution.get(k, ""))) for k in ("value", "tolerance"))
    if value is None:
        return [_("The right answer must be a number in figures.")]
    if tolerance is None or tolerance < 0:
        return [_("How far an answer may be off must be 0 or more, in figures.")]
    if len(solution.get("unit", "")) > LONGEST_UNIT:
        return [_("Give a shorter unit: %(most)s characters at most.") % {"most": LONGEST_UNIT}]
    return []


def _faults_of_short(accept):
    if not accept:
        return [_("Write at least one answer that is accepted.")]
    if len(accept) > MOST_ACCEPTED:
        return [_("Accept %(most)s answers at most.") % {"most": MOST_ACCEPTED}]
    if not all(bare(words) for words in accept):
        return [_("An accepted answer has no letters or numbers.")]
    if max(len(words) for words in accept) > LONGEST_WORDS:
        return [_("An accepted answer is longer than a trainee may write.")]
    return []


def _faults_of_pairs(texts, sides):
    if len(texts) < 2:
        return [_("There are fewer than two pairs.")]
    if not all(texts) or not all(sides):
        return [_("Fill in both sides of each pair.")]
    if len(set(texts)) < len(texts):
        return [_("Two left-hand sides say the same.")]
    if len(set(sides)) < 2:
        return [_("Every right-hand side is the same, so there is nothing to match.")]
    return []
