"""One question on its way from a file to a block: what it says, what of it is lost, and why it may have to stay behind."""

from collections import Counter
from dataclasses import dataclass, field

from .markup import look
from .results import ImportResult, block, shortened
from .wording import words

MOST_PARTS = 8  # options, pairs or lines that a check block holds
MOST_WORDS = 120  # letters of an accepted answer
LOOK = look("")
PLURALS = ("struck-out words", "hidden words", "signs")
ESSAY = "it was an essay question and became a reflection prompt, which no one marks."


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
                    f"{what} in {part} {'were' if what.startswith(PLURALS) else 'was'} left out."
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
            f"{what[0].upper()}{what[1:]} (first in {place})" for what, place in self.looks.items()
        ]
        said = (
            [f"The look of words was left out, and the words were kept: {'; '.join(looks)}."]
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
            raise NotImportable("no answer is marked as right.")
        earned = [answer.credit for answer in answers if answer.credit > 0]
        if max(earned) - min(earned) > 0.01:
            draft.note("its right answers earned unequal credit, and here each counts the same.")
    else:
        right = [answer.credit >= 99.999 for answer in answers]
        if not any(right):
            raise NotImportable("its best answer earns less than full credit, so none is right.")
        if sum(right) > 1:
            raise NotImportable("it has several right answers but lets a learner choose only one.")
        if any(0 < answer.credit < 99.999 for answer in answers):
            draft.note("an answer that earned part of the credit now counts as not right.")
        if any(answer.credit < 0 for answer in answers):
            draft.note("an answer that took credit away now only counts as not right.")
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
    for left, right, _ in pairs:
        if left and not right:
            raise NotImportable(f"“{shortened(left)}” has nothing to match.")
        if right and not left:
            draft.note(f"“{shortened(right)}”, an answer that matches nothing, was left out.")
    whole = [
        {"left": left, "right": right, "why": reason}
        for left, right, reason in pairs
        if left and right
    ]
    if len(whole) < 2:
        raise NotImportable("it has fewer than two pairs.")
    _mind_the_most(draft, "pairs", len(whole))
    if len({pair["left"].casefold() for pair in whole}) < len(whole):
        raise NotImportable("the same words stand twice on the left.")
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
            how = "earned part of the credit" if answer.credit > 0 else "was not right"
            said = f" Its feedback was “{shortened(answer.why, 200)}”." if answer.why else ""
            draft.note(f"the answer “{shown}”, which {how}, was left out.{said}")
        elif "*" in answer.text.replace("\\*", ""):
            draft.note(f"the answer “{shown}” was left out, because its * stood for any words.")
        elif len(answer.text) > MOST_WORDS:
            draft.note(
                f"the answer “{shown}” was left out, because it is longer than {MOST_WORDS} letters."
            )
        else:
            plain = answer.text.replace("\\*", "*")
            accept += [plain] if plain not in accept else []
            reasons += [answer.why] if answer.why and answer.why not in reasons else []
    if not accept:
        raise NotImportable("it has no answer that we can accept.")
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
        f"its answer was a number and became words, so it must be typed just so ({', '.join(accept)}). "
        "Add other ways to write it, such as 45.0, or its unit, where they are right."
    )
    return made


def order(draft: QuestionDraft, text: str, items: list[str], why: str = "") -> list:
    _insist_on_words(text)
    if len(items) < 2 or not all(items):
        raise NotImportable("it has fewer than two things to put in order, or one without words.")
    _mind_the_most(draft, "lines", len(items))
    if len({item.casefold() for item in items}) < len(items):
        raise NotImportable("two of the things to put in order have the same words.")
    return [("order_check", {"text": text, "items": items, "why": why})]


def essay(draft: QuestionDraft, text: str, *, why: str = "") -> list:
    _insist_on_words(text)
    draft.note(ESSAY)
    if why:
        draft.note(f"its feedback was left out. It says: “{why}”.")
    return [("reflection", {"prompt": text})]


def _insist_on_words(text):
    if not text:
        raise NotImportable("its question has no words.")


def _insist_on_options(answers):
    if len(answers) < 2:
        raise NotImportable("it has fewer than two answers.")
    if not all(answer.text for answer in answers):
        raise NotImportable("one of its answers has no words.")
    twice = [
        text
        for text, times in Counter(answer.text.casefold() for answer in answers).items()
        if times > 1
    ]
    if twice:
        raise NotImportable(f"the answer “{shortened(twice[0])}” is in it twice.")


def _mind_the_most(draft, what, number):
    if number > MOST_PARTS:
        draft.note(
            f"it has {number} {what}, and a check holds {MOST_PARTS}. All were taken: remove some before you publish."
        )
