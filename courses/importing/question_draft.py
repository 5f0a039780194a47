"""One question on its way from a file to a block: what it says, what of it is lost, and why it may have to stay behind."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .markup import look
from .results import ImportResult, block, shortened
from .wording import words

MOST_PARTS = 8  # options, pairs or lines that a check block holds
MOST_WORDS = 120  # letters of an accepted answer
LOOK = look("")
SCENARIO = "scenario"  # the kind of a text that stands with the questions about it
PLURALS = ("struck-out words", "hidden words", "signs")
ESSAY = gettext_noop("it was an essay question and became a reflection prompt, which no one marks.")


class NotImportable(ValueError):
    """A question that cannot be taken; the message ends the sentence that begins with its place."""


@dataclass
class Answer:
    text: str
    credit: float = 0.0  # 100 is right, 0 is not, between them is partly
    why: str = ""


@dataclass
class QuestionDraft:
    """What a question's reader gathers; `place` begins every sentence about it."""

    place: str
    title: str = ""
    is_of_quiz: bool = False  # a quiz takes a number as one, with how far an answer may be off, and more parts than a check
    scenario: str = ""  # the text that it and others of the file are about; of a quiz alone
    notes: list[str] = field(default_factory=list)
    looks: list[str] = field(
        default_factory=list
    )  # losses of form alone, said once for the whole file

    def words(self, source: str, form: str, part: str, *, lines: bool = False) -> str:
        """Plain words of one part of the question; what they lose is noted."""
        text, lost = words(source or "", form, lines=lines)
        self.miss(lost, part)
        return text

    def miss(self, lost: list[str], part: str):
        """Note what a part lost."""
        for what in lost:
            if what.startswith(LOOK):
                self.looks.append(what.removeprefix(LOOK))
            else:
                self.note(
                    _("%(what)s in %(part)s %(words)s left out.")
                    % {
                        "what": what,
                        "part": part,
                        "words": "were" if what.startswith(PLURALS) else "was",
                    }
                )

    def note(self, sentence: str):
        if sentence not in self.notes:
            self.notes.append(sentence)

    def name(self) -> str:
        return f"{self.place} “{shortened(self.title)}”" if self.title else self.place


class Gathering:
    """Blocks and sentences of one file, question by question."""

    def __init__(self):
        self.blocks, self.losses, self.count = [], [], 0
        self.looks = {}  # each loss of form, and the question that it was first met in

    def take(self, draft: QuestionDraft, read):
        """Take what `read(asked)` makes, whole or not at all, and name what it lost."""
        self.count += 1
        try:
            made = read(draft)
        except NotImportable as fault:
            self.losses.append(f"{draft.name()}: {fault}")
            return
        self.blocks += [block(kind, value) for kind, value in made]
        self.losses += [f"{draft.name()}: {note}" for note in draft.notes]
        for what in draft.looks:
            self.looks.setdefault(what, draft.name())

    def result(self) -> ImportResult:
        looks = [
            _("%(what)s (first in %(place)s)")
            % {"what": f"{what[0].upper()}{what[1:]}", "place": place}
            for what, place in self.looks.items()
        ]
        said = (
            [
                _("The look of words was left out, and the words were kept: %(looks)s.")
                % {"looks": "; ".join(looks)}
            ]
            if looks
            else []
        )
        return ImportResult(self.blocks, self.losses + said)


# ---- the kinds of question ----


def choice(
    draft: QuestionDraft, text: str, answers: list[Answer], *, several: bool, why: str = ""
) -> list:
    """One right option, or several; a credit of a part counts as right only where several may be chosen."""
    _insist_on_words(text)
    _insist_on_options(answers)
    if several:
        right = [answer.credit > 0 for answer in answers]
        if not any(right):
            raise NotImportable(_("no answer is marked as right."))
        earned = [answer.credit for answer in answers if answer.credit > 0]
        if max(earned) - min(earned) > 0.01:
            draft.note(_("its right answers earned unequal credit, and here each counts the same."))
    else:
        right = [answer.credit >= 99.999 for answer in answers]
        if not any(right):
            raise NotImportable(_("its best answer earns less than full credit, so none is right."))
        if sum(right) > 1:
            raise NotImportable(
                _("it has several right answers but lets a learner choose only one.")
            )
        if any(0 < answer.credit < 99.999 for answer in answers):
            draft.note(_("an answer that earned part of the credit now counts as not right."))
        if any(answer.credit < 0 for answer in answers):
            draft.note(_("an answer that took credit away now only counts as not right."))
    _mind_the_most(draft, "answers", len(answers))
    options = [
        {"text": answer.text, "right": is_right, "why": answer.why}
        for answer, is_right in zip(answers, right, strict=True)
    ]
    return [
        (
            "several_check" if several else "choice_check",
            {"text": text, "options": options, "why": why},
        )
    ]


def true_or_false(
    draft: QuestionDraft,
    text: str,
    *,
    true: bool,
    why_true: str = "",
    why_false: str = "",
    why: str = "",
) -> list:
    return choice(
        draft,
        text,
        [Answer("True", 100.0 * true, why_true), Answer("False", 100.0 * (not true), why_false)],
        several=False,
        why=why,
    )


def match(
    draft: QuestionDraft, text: str, pairs: list[tuple[str, str, str]], why: str = ""
) -> list:
    """Pairs of left, right and feedback; a right side without a left one only misled, and is named."""
    _insist_on_words(text)
    for left, right, _unused in pairs:
        if left and not right:
            raise NotImportable(_("“%(left)s” has nothing to match.") % {"left": shortened(left)})
        if right and not left:
            draft.note(
                _("“%(right)s”, an answer that matches nothing, was left out.")
                % {"right": shortened(right)}
            )
    whole = [
        {"left": left, "right": right, "why": reason}
        for left, right, reason in pairs
        if left and right
    ]
    if len(whole) < 2:
        raise NotImportable(_("it has fewer than two pairs."))
    _mind_the_most(draft, "pairs", len(whole))
    if len({pair["left"].casefold() for pair in whole}) < len(whole):
        raise NotImportable(_("the same words stand twice on the left."))
    return [("match_check", {"text": text, "pairs": whole, "why": why})]


def short(
    draft: QuestionDraft, text: str, answers: list[Answer], *, hint: str = "", why: str = ""
) -> list:
    """Words that are accepted. Wildcards and credit in parts have no place in our block and are named."""
    _insist_on_words(text)
    accept, reasons = [], [why] if why else []
    for answer in answers:
        if not answer.text:
            continue
        shown = shortened(answer.text)
        if answer.credit < 99.999:
            how = _("earned part of the credit") if answer.credit > 0 else _("was not right")
            said = (
                _(" Its feedback was “%(why)s”.") % {"why": shortened(answer.why, 200)}
                if answer.why
                else ""
            )
            draft.note(
                _("the answer “%(shown)s”, which %(how)s, was left out.%(words)s")
                % {"shown": shown, "how": how, "words": said}
            )
        elif "*" in answer.text.replace("\\*", ""):
            draft.note(
                _("the answer “%(shown)s” was left out, because its * stood for any words.")
                % {"shown": shown}
            )
        elif len(answer.text) > MOST_WORDS:
            draft.note(
                _(
                    "the answer “%(shown)s” was left out, because it is longer than %(most_words)s letters."
                )
                % {"shown": shown, "most_words": MOST_WORDS}
            )
        else:
            plain = answer.text.replace("\\*", "*")
            accept += [plain] if plain not in accept else []
            reasons += [answer.why] if answer.why and answer.why not in reasons else []
    if not accept:
        raise NotImportable(_("it has no answer that we can accept."))
    return [
        ("short_check", {"text": text, "accept": accept, "hint": hint, "why": "\n".join(reasons)})
    ]


def numerical(
    draft: QuestionDraft, text: str, answers: list[Answer], *, hint: str = "", why: str = ""
) -> list:
    """Numbers that our block compares as words."""
    made = short(draft, text, answers, hint=hint, why=why)
    accept = made[0][1]["accept"]
    draft.note(
        _(
            "its answer was a number and became words, so it must be typed just so (%(accepts)s). "
            "Add other ways to write it, such as 45.0, or its unit, where they are right."
        )
        % {"accepts": ", ".join(accept)}
    )
    return made


def number_check(
    draft: QuestionDraft,
    text: str,
    answers: list[tuple[Answer, Decimal, Decimal]],
    *,
    unit: str = "",
    why: str = "",
) -> list:
    """A number, and how far an answer may be off: of the one answer that earns full credit."""
    _insist_on_words(text)
    right = [one for one in answers if one[0].credit >= 99.999]
    if len(right) != 1:
        raise NotImportable(_("it needs exactly one number that earns full credit."))
    for answer, _value, _tolerance in answers:
        if answer.credit < 99.999:
            draft.note(
                _("the answer “%(shown)s”, which does not earn full credit, was left out.")
                % {"shown": shortened(answer.text)}
            )
    answer, value, tolerance = right[0]
    reasons = "\n".join(filter(None, [why, answer.why]))
    figures = {"value": f"{value:f}", "tolerance": f"{tolerance:f}", "unit": unit}
    return [("number_check", {"text": text, "why": reasons, **figures})]


NEXT_ITEM = ("relative_next_exclude_last", "1")  # how Moodle calls the way a quiz grades an order


def order(
    draft: QuestionDraft, text: str, items: list[str], why: str = "", grading: str = ""
) -> list:
    """Items in their right order. `grading` is how the file grades one that is right in part, as Moodle calls it; a quiz has one way."""
    if draft.is_of_quiz and grading and grading.casefold() not in NEXT_ITEM:
        draft.note(
            _(
                "its way to grade an order (“%(grading)s”) was not taken: each item that is followed by the right one counts the same."
            )
            % {"grading": shortened(grading, 40)}
        )
    _insist_on_words(text)
    if len(items) < 2 or not all(items):
        raise NotImportable(
            _("it has fewer than two things to put in order, or one without words.")
        )
    _mind_the_most(draft, "lines", len(items))
    if len({item.casefold() for item in items}) < len(items):
        raise NotImportable(_("two of the things to put in order have the same words."))
    return [("order_check", {"text": text, "items": items, "why": why})]


def gaps(draft: QuestionDraft, text: str, rows: list[tuple[str, list]], why: str = "") -> list:
    """A text with gaps, [[1]] and so on, in a quiz. Of each gap whether one fills in words, a number or a choice of a list, and its answers as `short`,
    `number_check` and `choice` take them; what is written about an answer stands with why the whole is right."""
    taken, reasons = [], [why] if why else []
    for number, (kind, answers) in enumerate(rows, start=1):
        try:
            ((_style, value),) = _OF_GAPS[kind](draft, text, answers)
        except NotImportable as fault:
            words = _("gap %(number)s cannot be taken: %(fault)s")
            raise NotImportable(words % {"number": number, "fault": fault}) from None
        if kind == "list":
            right = [option["text"] for option in value["options"] if option["right"]]
            others = [option["text"] for option in value["options"] if not option["right"]]
            taken.append({"right": right[0], "others": others})
            reasons += [f"{o['text']}: {o['why']}" for o in value["options"] if o["why"]]
            continue
        names = ("accept",) if kind == "words" else ("value", "tolerance")
        taken.append({name: value[name] for name in names})
        reasons += [value["why"]] if value["why"] else []
    return [("gaps_check", {"text": text, "gaps": taken, "why": "\n".join(reasons)})]


_OF_GAPS: dict[str, Callable[..., list]] = {
    "words": short,
    "number": number_check,
    "list": lambda draft, text, answers: choice(draft, text, answers, several=False),
}


def essay(draft: QuestionDraft, text: str, *, why: str = "", **facts) -> list:
    """An essay of a quiz with what is known of it (`facts`: marks, least, most, guidance, model); in a unit a reflection prompt, which keeps none of that."""
    _insist_on_words(text)
    if draft.is_of_quiz:
        return [("essay_check", {"text": text, "why": why, **facts})]
    draft.note(_(ESSAY))
    if why:
        draft.note(_("its feedback was left out. It says: “%(why)s”.") % {"why": why})
    return [("reflection", {"prompt": text})]


def _insist_on_words(text):
    if not text:
        raise NotImportable(_("its question has no words."))


def _insist_on_options(answers):
    if len(answers) < 2:
        raise NotImportable(_("it has fewer than two answers."))
    if not all(answer.text for answer in answers):
        raise NotImportable(_("one of its answers has no words."))
    twice = [
        text
        for text, times in Counter(answer.text.casefold() for answer in answers).items()
        if times > 1
    ]
    if twice:
        raise NotImportable(
            _("the answer “%(twice)s” is in it twice.") % {"twice": shortened(twice[0])}
        )


def _mind_the_most(draft, what, number):
    if number > MOST_PARTS and not draft.is_of_quiz:
        draft.note(
            _(
                "it has %(number)s %(what)s, and a check holds %(most_parts)s. All were taken: remove some before you publish."
            )
            % {"number": number, "what": what, "most_parts": MOST_PARTS}
        )
