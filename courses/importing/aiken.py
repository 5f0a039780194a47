"""Aiken: a question, lettered options, an ANSWER line. A broken one is named by its line and the others are taken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .question_draft import Answer, NotImportable, QuestionDraft, choice

OPTION = re.compile(r"^[ \t]*([A-Za-z])[.)][ \t]+(\S.*)$", re.M)
BARE_OPTION = re.compile(r"^[ \t]*([A-Z])[.)][ \t]*$")
ANSWER = re.compile(r"^[ \t]*answer[ \t]*:[ \t]*(.*)$", re.I | re.M)
FEEDBACK = re.compile(r"^[ \t]*feedback[ \t]*:[ \t]*(.*)$", re.I)
LETTER = re.compile(r"^([A-Za-z])[.)]?$")


@dataclass
class Draft:
    line: int
    text: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    answer: str | None = None
    why: str = ""
    gap: bool = False  # a blank line stood after the last line


def questions(text: str, losses: list[str]) -> Iterator[tuple]:
    """Every question with the function that reads it."""
    number = 0
    for draft in _drafts(text):
        number += 1
        target = QuestionDraft(
            _("Question %(number)s (line %(line)s)") % {"number": number, "line": draft.line},
            title=" ".join(draft.text),
        )
        yield target, lambda target, draft=draft: _read(target, draft)


def _drafts(text):
    draft = None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            if draft:
                draft.gap = True
            continue
        answer, option = ANSWER.match(line), OPTION.match(line) or BARE_OPTION.match(line)
        if draft and draft.answer is not None:
            if (why := FEEDBACK.match(line)) and not draft.why:
                draft.why = why[1].rstrip()
                continue
            yield draft
            draft = None
        elif draft and draft.options and draft.gap and not answer and not _goes_on(draft, option):
            yield draft
            draft = None
        draft = draft or Draft(number)
        draft.gap = False
        if answer:
            draft.answer = answer[1].rstrip()
        elif option and (draft.options or option[1].upper() == "A" and draft.text):
            draft.options.append(
                [option[1].upper(), option[2].strip() if option.re is OPTION else ""]
            )
        elif draft.options:
            draft.options[-1][1] += f" {line.strip()}"
        else:
            draft.text.append(line.strip())
    if draft:
        yield draft


def _goes_on(draft, option):
    """Is this the option that comes after the last one?"""
    return option and ord(option[1].upper()) == ord(draft.options[-1][0]) + 1


def _read(target, draft):
    if not draft.text:
        raise NotImportable(_("it has no question before its options or its ANSWER line."))
    if draft.answer is None:
        raise NotImportable(
            _("it has no ANSWER line.")
            if draft.options
            else _("these words have no options and no ANSWER line.")
        )
    letter = LETTER.match(draft.answer)
    if not letter:
        raise NotImportable(
            _("its ANSWER line says “%(answer)s”, where one letter is needed.")
            % {"answer": draft.answer[:40]}
        )
    letters = [option[0] for option in draft.options]
    if len(set(letters)) < len(letters):
        raise NotImportable(_("two of its options have the same letter."))
    if letter[1].upper() not in letters:
        raise NotImportable(
            _("its ANSWER line says %(letter)s, and it has no such option.")
            % {"letter": letter[1].upper()}
        )
    answers = [
        Answer(
            target.words(words, "plain", _("option %(mark)s") % {"mark": mark}),
            100.0 * (mark == letter[1].upper()),
        )
        for mark, words in draft.options
    ]
    question = target.words("\n".join(draft.text), "plain", _("the question"), lines=True)
    return choice(
        target,
        question,
        answers,
        several=False,
        why=target.words(draft.why, "plain", _("the feedback")),
    )
