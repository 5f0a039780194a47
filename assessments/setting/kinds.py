"""The kinds of question that a quiz can ask: what an answer to each is, what it earns, and what its author has to mend.

It knows no database. A question has a `kind`, a `solution` (of a number: value, tolerance, unit; of a short answer: accept) and choices, each with `pk`,
`text`, `is_right` and, of matching pairs, the `pair` that belongs to the text; of an order they stand as is right. An answer can be kept as JSON: the key of
a choice (one right answer, true or false), keys of choices (several), for each pair in turn the key of the choice whose right-hand side was chosen, or None
(match), for each item by its key the place that it was given, from 1, or None (order), what stands in each gap, "" where nothing does (cloze), or what was
typed. No rule says what an essay earns: people mark it (`essays`). In the text of a cloze a gap is its number in double brackets, [[1]]; the `solution` has `gaps`, each judged as a question of its kind: words, a number,
or a choice of a list (`right`, `others`).
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import NamedTuple

from django.utils.translation import gettext as _

from courses.knowledge_checks.questions import LONGEST_WORDS, bare

from . import essays

SINGLE, SEVERAL, TRUTH, NUMBER, SHORT, MATCH, ORDER, CLOZE, ESSAY = (
    "single",
    "several",
    "truth",
    "number",
    "short",
    "match",
    "order",
    "cloze",
    essays.KIND,
)
KINDS = (SINGLE, SEVERAL, TRUTH, NUMBER, SHORT, MATCH, ORDER, CLOZE, ESSAY)
ONE_CHOICE, TYPED = (SINGLE, TRUTH), (NUMBER, SHORT)
WRITTEN = (*TYPED, ESSAY)  # one text answers it
GAP_KINDS = (SHORT, NUMBER, SINGLE)
TRUE_FALSE = ("True", "False")
MOST_CHOICES, MOST_ACCEPTED, LONGEST_UNIT, LONGEST_NUMBER = 20, 20, 20, 40
MOST_GAPS, LONGEST_CHOICE = 20, 400

_GROUPED = re.compile(r"[+-]? ?[1-9][0-9]{0,2}(?:[ ,][0-9]{3}){1,4}(?:\.[0-9]{1,10})?")
_COMMA = re.compile(r"[+-]? ?(?:0,[0-9]{1,10}|[0-9]{1,15},[0-9]{1,2})")
_PLAIN = re.compile(r"[+-]? ?(?:[0-9]{1,15}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})")


_GAP = re.compile(r"\[\[([0-9]{1,4})\]\]")


class Misread(ValueError):
    """What was typed is no answer to a question of this kind; says what to write instead. `readable`: the gaps of a text that can be read, with "" for the others;
    None where there is nothing to keep."""

    def __init__(self, words, readable=None):
        self.readable = readable
        super().__init__(words)


# ---- items to put in order ----


def order_for_everyone(question, choices: Sequence) -> list:
    """The items of an order as they stand where no version shuffles them: by the question's key, and never as is right where there are more than two."""
    lots = {c.pk: sha256(f"{question.key}:{c.text}".encode()).digest() for c in choices}
    found = sorted(choices, key=lambda c: lots[c.pk])
    is_right = [c.pk for c in found] == [c.pk for c in choices]
    return found[1:] + found[:1] if is_right and len(found) > 2 else found


# ---- a text with gaps ----


class Gap(NamedTuple):
    """A gap, judged as a question of its kind. Its solution: accept, or value and tolerance, or right and others."""

    kind: str
    solution: dict


def gaps_of(solution: dict) -> list[Gap]:
    return [Gap(one["kind"], one) for one in solution.get("gaps", [])]


def options_of(gap: Gap) -> list[str]:
    """The choices of a list, by the alphabet: their author wrote the right one first."""
    words = [gap.solution["right"], *gap.solution["others"]]
    return sorted(words, key=lambda one: (one.casefold(), one))


def pieces_of(text: str) -> list[tuple[str, int]]:
    """A text as pieces of words, each with the number of the gap after it; 0 after the last."""
    parts = _GAP.split(text)
    numbers = [int(number) for number in parts[1::2]]
    return list(zip(parts[::2], [*numbers, 0], strict=True))


def with_lines(text: str) -> str:
    """A text with gaps as it reads where nothing can be filled in."""
    return _GAP.sub(r"____ (\1)", text)


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
    """An answer as a form sends it, each of its values as words; of an order the item’s key and its place, so that they may come in any order."""
    if answer is None:
        return []
    if isinstance(answer, dict):
        return [f"{key}:{place}" for key, place in answer.items() if place is not None]
    parts = answer if isinstance(answer, list | tuple) else [answer]
    return ["" if part is None else str(part) for part in parts]


def read_answer(question, choices: Sequence, values: Sequence[str]):
    """The answer in what a form sent, as it is kept; empty (`is_empty`) where it was taken back. None where it is none to this question, which no page of ours
    sends. Raises Misread for words that cannot be judged."""
    if question.kind == ESSAY:
        return _read_essay(_clean(values[0])) if len(values) == 1 else None
    if question.kind in TYPED:
        return _read_words(question, _clean(values[0])) if len(values) == 1 else None
    by_value = {str(choice.pk): choice.pk for choice in choices}
    if question.kind == MATCH:
        known = len(values) == len(choices) and all(not v or v in by_value for v in values)
        return [by_value.get(value) for value in values] if known else None
    if question.kind == ORDER:
        return _read_places(choices, values)
    if question.kind == CLOZE:
        return _read_gaps(gaps_of(question.solution), values)
    chosen = {value for value in values if value}
    if not chosen <= by_value.keys():
        return None
    if question.kind == SEVERAL:
        return [choice.pk for choice in choices if str(choice.pk) in chosen]
    return by_value[chosen.pop()] if len(chosen) == 1 else None


def _read_places(choices, values):
    """The place of each item, None where it has none yet. Two items may have the same one: it is kept, and is no whole answer (`complaint`)."""
    numbers = {str(n): n for n in range(1, len(choices) + 1)}
    places = {str(choice.pk): None for choice in choices}
    for value in values:
        key, _colon, place = value.partition(":")
        if value and (key not in places or place not in numbers or places[key] is not None):
            return None
        if value:
            places[key] = numbers[place]
    return places


def _read_gaps(gaps, values):
    if len(values) != len(gaps):
        return None
    found, unread = [], []
    for number, (gap, value) in enumerate(zip(gaps, map(_clean, values), strict=True), start=1):
        if gap.kind == SINGLE and value and value not in options_of(gap):
            return None
        try:
            found.append(value if gap.kind == SINGLE else _read_words(gap, value))
        except Misread as misread:
            found.append("")
            unread.append(_("Gap %(number)s: %(fault)s") % {"number": number, "fault": misread})
    if unread:
        raise Misread(" ".join(unread), found if any(found) else None)
    return found


def _clean(words):
    """Without what no database keeps."""
    return words.replace("\0", "").encode("utf-8", "ignore").decode().strip()


def _read_essay(text):
    text = essays.clean_essay(text)
    if fault := essays.too_long(text):
        raise Misread(fault)
    return text


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
    if isinstance(answer, dict):
        return not any(answer.values())
    if isinstance(answer, list):
        return not any(part not in (None, "") for part in answer)
    return answer in (None, "")


def is_whole(answer) -> bool:
    """Is nothing of it still open? Of matching pairs and gaps some can be; of an order too, and two of its items can have one place."""
    if isinstance(answer, dict):
        return None not in answer.values() and not _twice(answer)
    has_open = isinstance(answer, list) and any(part in (None, "") for part in answer)
    return not is_empty(answer) and not has_open


def _twice(places) -> list[int]:
    """The places that more than one item has."""
    given = [place for place in places.values() if place is not None]
    return sorted({place for place in given if given.count(place) > 1})


def complaint(answer) -> str:
    """What is wrong with an answer that is kept, but cannot be handed in as it is; empty where there is nothing to say."""
    twice = _twice(answer) if isinstance(answer, dict) else []
    if not twice:
        return ""
    return _("Place %(place)s is given to two or more items. Give each item a different place.") % {
        "place": twice[0]
    }


# ---- judging ----


def credit(question, choices: Sequence, answer) -> Fraction:
    """What an answer earns, from 0 to 1. Several right answers: those chosen less the wrong ones chosen, of all right ones, and never below 0. Pairs: the
    share that is right. Order: of the items but the last, the share that is followed by the one that belongs next. Gaps: the share that is right. Of the other kinds an answer is right or not.
    Raises ValueError for an essay with words in it, which no rule can mark."""
    if is_empty(answer):
        return Fraction(0)
    if question.kind == ESSAY:
        raise ValueError("People mark an essay.")
    if question.kind == SEVERAL:
        right = {choice.pk for choice in choices if choice.is_right}
        chosen = set(answer)
        return Fraction(max(0, len(chosen & right) - len(chosen - right)), len(right))
    if question.kind == MATCH:
        pairs = {choice.pk: choice.pair for choice in choices}
        hits = [pairs.get(pk) == c.pair for c, pk in zip(choices, answer, strict=False)]
        return Fraction(sum(hits), len(choices))
    if question.kind == ORDER:
        return _credit_of_order(choices, answer)
    if question.kind == CLOZE:
        hits = hits_of(gaps_of(question.solution), answer)
        return Fraction(sum(hits), len(hits))
    return Fraction(int(_is_right(question, choices, answer)))


def _credit_of_order(choices, answer):
    """As Moodle’s “relative to the next item (excluding last)” (qtype_ordering, RELATIVE_NEXT_EXCLUDE_LAST) counts: one item too early or too late costs its
    neighbours and not the whole. A place that two items have is no place."""
    twice = _twice(answer)
    places = [None if (p := answer.get(str(c.pk))) in twice else p for c in choices]
    hits = [
        None not in (one, then) and then == one + 1
        for one, then in zip(places, places[1:], strict=False)
    ]
    return Fraction(sum(hits), len(hits))


def hits_of(gaps: Sequence[Gap], answer) -> list[bool]:
    """Which gaps are filled rightly."""
    pairs = zip(gaps, answer or [""] * len(gaps), strict=True)
    return [bool(words) and _fills(gap, words) for gap, words in pairs]


def _fills(gap, words):
    return words == gap.solution["right"] if gap.kind == SINGLE else _is_right(gap, (), words)


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


def faults(
    kind: str, choices: Sequence[tuple[str, bool, str]], solution: dict, text: str
) -> list[str]:
    """What keeps a question from being asked. `choices`: text, is it right, and the pair that belongs to it; `text`: where the gaps of a cloze stand."""
    if kind == NUMBER:
        return _faults_of_number(solution)
    if kind == SHORT:
        return _faults_of_short(solution.get("accept", []))
    if kind == CLOZE:
        return _faults_of_gaps(text, gaps_of(solution))
    if kind == ESSAY:
        return essays.faults_of_essay(solution)
    if len(choices) > MOST_CHOICES:
        return [_("A question has %(most)s choices or pairs at most.") % {"most": MOST_CHOICES}]
    texts, right = [text for text, *_unused in choices], sum(bool(c[1]) for c in choices)
    if kind == MATCH:
        return _faults_of_pairs(texts, [pair for _text, _right, pair in choices])
    if kind == ORDER:
        return _faults_of_order(texts)
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


def _faults_of_order(texts):
    if len(texts) < 2:
        return [_("There are fewer than two items to put in order.")]
    if len({" ".join(text.split()).casefold() for text in texts}) < len(texts):
        return [_("Two items to put in order say the same.")]
    return []


def _faults_of_gaps(text, gaps):
    numbers = [number for _words, number in pieces_of(text)][:-1]
    if not numbers:
        return [_("Write each gap into the text as its number in double brackets, such as [[1]].")]
    if numbers != list(range(1, len(numbers) + 1)):
        return [_("Number the gaps in the order in which they stand in the text: [[1]], [[2]].")]
    if len(numbers) > MOST_GAPS:
        return [_("A text has %(most)s gaps at most.") % {"most": MOST_GAPS}]
    if len(gaps) > len(numbers):
        return [_("The text has no gap %(number)s.") % {"number": len(numbers) + 1}]
    if len(gaps) < len(numbers):
        return [_("Gap %(number)s has no right answer.") % {"number": len(gaps) + 1}]
    return [
        _("Gap %(number)s: %(fault)s") % {"number": number, "fault": fault}
        for number, gap in enumerate(gaps, start=1)
        for fault in _faults_of_gap(gap)
    ]


def _faults_of_gap(gap):
    if gap.kind not in GAP_KINDS:
        return [_("We do not know this kind of gap.")]
    if gap.kind != SINGLE:
        return faults(gap.kind, (), gap.solution, "")
    words = options_of(gap)
    if not gap.solution["right"] or len(words) < 2:
        return [_("A list needs the right choice and at least one other.")]
    if len(words) > MOST_CHOICES or max(map(len, words)) > LONGEST_CHOICE:
        return [
            _("A list has %(most)s choices of %(letters)s characters at most.")
            % {"most": MOST_CHOICES, "letters": LONGEST_CHOICE}
        ]
    if len(set(words)) < len(words):
        return [_("Two choices of a list say the same.")]
    return []
