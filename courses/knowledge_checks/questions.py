"""The shape of a knowledge-check question, and what its author has to mend. Pure: knows neither Django nor the database.

A question is a plain dict with `style`, `key` and `text`, and what its style needs:

    choice, several   options: [{text, right, why}]
    order             items, in their right order; why
    match             pairs: [{left, right, why}]
    short             accept: [words], hint, why; may have also: [words] that were accepted later, and forms: {form: term}
    scenario          steps: [{key, text, choices: [{text, goes, right (may be left out), why}]}]; goes "" ends it
"""

import re
import unicodedata

from lms.kit.languages import Sentence, gettext_noop

STYLES = ("choice", "several", "order", "match", "short", "scenario")
LONGEST_WORDS = 500


def parts_of(question) -> list:
    """The options, items, pairs, accepted words or steps, whichever the style has."""
    names = {
        "choice": "options",
        "several": "options",
        "order": "items",
        "match": "pairs",
        "short": "accept",
    }
    return list(question.get(names.get(question.get("style"), "steps")) or [])


def wordings_of(question) -> list[str]:
    """Every wording that a short answer may have: those it was asked with, and those that were accepted later."""
    return [*(question.get("accept") or []), *(question.get("also") or [])]


_PLAIN_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "ð": "d",
        "þ": "th",
        "&": " and ",
    }
)


def bare(words: str) -> str:
    """The letters and numbers alone, without case or accents. What makes another number of one is kept: a point, and the place of
    a raised, lowered or broken number after a number (10² is not 102, and 1½ is not 11/2; 10^2 is 10²)."""
    before, apart = "", []
    for c in words.replace("\0", "").replace("\1", ""):
        apart.append("\1" + c if c.isnumeric() and not c.isdecimal() and before.isdecimal() else c)
        before = before if c.isspace() else c
    letters = unicodedata.normalize("NFKD", "".join(apart).casefold())
    letters = re.sub(r"(?<=\d)\^(?=\d)", "\1", letters)
    letters = (
        "".join(c for c in letters if not unicodedata.combining(c))
        .casefold()
        .translate(_PLAIN_LETTERS)
    )
    letters = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", letters)
    letters = re.sub(r"(?<=\d)[.,/:⁄](?=\d)", "\0", letters)
    return re.sub(r"[^\w\0\1]|_", "", letters)


# ---- answers that need their place ----

_ABOVE = re.compile(
    r"\b(?:all|none|both|any|neither|either|each|some|two|three)(?: of)?(?: the)?(?: other)?(?: answers?| options?| choices?| statements?)? (?:above|below)\b"
)
_TOGETHER = re.compile(
    r"(?:all|none|both|any|neither|either|each)"
    r"(?: of)?(?: (?:these|those|them|the others?|the rest|(?:the |these |those )?(?:two |three |four |other )?(?:answers?|options?|choices?|statements?|ones?)))?"
    r"(?: (?:is|are) (?:right|correct|true|wrong|incorrect|false|not true|not correct)| appl(?:y|ies))?"
)
_LETTERS = re.compile(
    r"(?:(?:both|either|neither|only|all of|answers?|options?|choices?) ){0,3}\(?[a-h]\)?(?:(?:, and |, or |, | and | or | nor | & ?| ?\+ ?| ?/ ?)\(?[a-h]\)?)+(?: only| together)?"
    r"(?: (?:is|are) (?:right|correct|true|wrong|incorrect|false))?"
    r"|(?:only )?(?:answers?|options?|choices?) \(?[a-h1-8]\)?(?:(?:, and |, or |, | and | or | nor | & )\(?[a-h1-8]\)?)*(?: only)?(?: (?:is|are) (?:right|correct|true|wrong|incorrect|false))?"
)
_PLACED = re.compile(
    r"(?:all but |only )?the (?:first|second|third|last|previous|preceding|next|following|other)(?: and (?:second|third|last))?(?: two| three)?"
    r"(?: answers?| options?| choices?| statements?| ones?)?"
)
_STAND_ALONE = {"all", "none", "any", "each", "either"}  # an answer of its own: “How many?” “None”


def points_to_neighbours(answer: str) -> bool:
    """Does an answer mean something only beside the others, or in a place among them? “Both A and B”, “All of these”."""
    words = " ".join(answer[:200].casefold().split()).strip(" .!:;“”\"'")
    if _ABOVE.search(words):
        return True
    return words not in _STAND_ALONE and bool(
        _TOGETHER.fullmatch(words) or _LETTERS.fullmatch(words) or _PLACED.fullmatch(words)
    )


# ---- what the author has to mend ----


def faults(question) -> list[str]:
    """What is wrong with the question itself, a plain sentence each; none when it can be asked."""
    style, found = question.get("style"), []
    if style not in STYLES:
        return [Sentence("Choose what kind of question this is.")]
    if not _has_words(question.get("key")):
        found.append(Sentence("The question has no key."))
    if not _has_words(question.get("text")):
        found.append(Sentence("The question asks nothing. Write its text."))
    return found + _FAULTS[style](question, parts_of(question))


def _faults_of_options(question, options):
    found = _too_few(options, "answer") + _texts([o.get("text") for o in options], "answer")
    found += [
        Sentence("The answer %(answer)s has no feedback.", answer=_named(o.get("text")))
        for o in options
        if not _has_words(o.get("why"))
    ]
    found += [
        Sentence(
            "The answer %(answer)s points to its neighbours, and answers are shown in another order. Say what it means.",
            answer=_named(o.get("text")),
        )
        for o in options
        if points_to_neighbours(str(o.get("text") or ""))
    ]
    right = sum(bool(o.get("right")) for o in options)
    if options and not right:
        found.append(Sentence("No answer is marked as right."))
    if question["style"] == "choice" and right > 1:
        found.append(
            Sentence(
                "%(right)s answers are marked as right, and a reader can choose only one.",
                right=right,
            )
        )
    return found


def _faults_of_order(question, items):
    return _too_few(items, "line") + _texts(items, "line") + _unexplained(question)


def _faults_of_match(question, pairs):
    found = _too_few(pairs, "pair") + _texts([p.get("left") for p in pairs], "pair")
    sides = [bare(str(p.get("right") or "")) for p in pairs]
    if not all(sides):
        found.append(Sentence("A right-hand side is empty."))
    elif len(pairs) > 1 and len(set(sides)) < 2:
        found.append(Sentence("Every right-hand side is the same, so there is nothing to match."))
    return found + [
        Sentence("The pair %(pair)s has no feedback.", pair=_named(p.get("left")))
        for p in pairs
        if not _has_words(p.get("why"))
    ]


def _faults_of_short(question, accept):
    found = [] if accept else [Sentence("No answer is accepted. Write at least one.")]
    found += [
        Sentence("An accepted answer has no letters or numbers.")
        for words in accept
        if not bare(str(words or ""))
    ]
    found += [
        Sentence(
            "The accepted answer %(words)s is longer than a reader may write.", words=_named(words)
        )
        for words in accept
        if len(str(words or "")) > LONGEST_WORDS
    ]
    if not _has_words(question.get("hint")):
        found.append(Sentence("There is no hint for a reader who is not right yet."))
    return found + _unexplained(question)


def _faults_of_scenario(question, steps):
    if not steps:
        return [Sentence("The story has no steps.")]
    found, keys = [], [step.get("key") or "" for step in steps]
    ways = {
        key: {c.get("goes") or "" for c in step.get("choices") or []}
        for key, step in zip(keys, steps, strict=True)
    }
    for key, step in zip(keys, steps, strict=True):
        name = _named(key) if key else _named(step.get("text"))
        choices = step.get("choices") or []
        found += [] if key else [Sentence("The step %(name)s has no key.", name=name)]
        found += (
            []
            if _has_words(step.get("text"))
            else [Sentence("The step %(name)s has no text.", name=name)]
        )
        found += [
            Sentence(
                "In the step %(step)s: %(fault)s",
                step=name,
                fault=_AfterColon(one.message, **one.values),
            )
            for one in [
                *_too_few(choices, "choice"),
                *_texts([c.get("text") for c in choices], "choice"),
                *(
                    Sentence("The choice %(choice)s has no feedback.", choice=_named(c.get("text")))
                    for c in choices
                    if not _has_words(c.get("why"))
                ),
                *(
                    Sentence(
                        "The choice %(choice)s goes to a step that does not exist: %(goes)s.",
                        choice=_named(c.get("text")),
                        goes=_named(c["goes"]),
                    )
                    for c in choices
                    if c.get("goes") and c["goes"] not in ways
                ),
            ]
        ]
    found += [
        Sentence("Two steps have the key %(key)s.", key=_named(key))
        for key in dict.fromkeys(keys)
        if key and keys.count(key) > 1
    ]
    reached, ending = {keys[0]}, {""}
    for _ in steps:
        reached |= {goes for key in reached for goes in ways.get(key, ())}
        ending |= {key for key in keys if ways[key] & ending}
    found += [
        Sentence("No one reaches the step %(key)s.", key=_named(key))
        for key in dict.fromkeys(keys)
        if key not in reached
    ]
    found += [
        Sentence("From the step %(key)s the story never ends.", key=_named(key))
        for key in dict.fromkeys(keys)
        if key not in ending
    ]
    return found


_FAULTS = {
    "choice": _faults_of_options,
    "several": _faults_of_options,
    "order": _faults_of_order,
    "match": _faults_of_match,
    "short": _faults_of_short,
    "scenario": _faults_of_scenario,
}


def _has_words(words) -> bool:
    return bool(str(words or "").strip())


def _named(words) -> str:
    words = " ".join(str(words or "").split())
    return f"“{words[:60]}{'…' if len(words) > 60 else ''}”" if words else Sentence("without text")


class _AfterColon(Sentence):
    """It goes on there, with a small letter."""

    def in_language(self, language):
        words = super().in_language(language)
        return words[:1].lower() + words[1:]


TOO_FEW = {
    "answer": gettext_noop("There are fewer than two answers."),
    "line": gettext_noop("There are fewer than two lines."),
    "pair": gettext_noop("There are fewer than two pairs."),
    "choice": gettext_noop("There are fewer than two choices."),
}
EMPTY = {
    "answer": gettext_noop("One answer is empty."),
    "line": gettext_noop("One line is empty."),
    "pair": gettext_noop("One left-hand side is empty."),
    "choice": gettext_noop("One choice is empty."),
}
ALIKE = {
    "answer": gettext_noop("Two answers say the same: %(words)s."),
    "line": gettext_noop("Two lines say the same: %(words)s."),
    "pair": gettext_noop("Two left-hand sides say the same: %(words)s."),
    "choice": gettext_noop("Two choices say the same: %(words)s."),
}


def _too_few(things, kind):
    return [] if len(things) > 1 else [Sentence(TOO_FEW[kind])]


def _texts(texts, kind):
    """Empty ones, and two that a reader could not tell apart."""
    said = [" ".join(str(text or "").split()).casefold() for text in texts]
    found = [Sentence(EMPTY[kind])] if "" in said else []
    twice = dict.fromkeys(words for words in said if words and said.count(words) > 1)
    shown = {words: str(text) for words, text in reversed(list(zip(said, texts, strict=True)))}
    return found + [Sentence(ALIKE[kind], words=_named(shown[words])) for words in twice]


def _unexplained(question):
    return (
        [] if _has_words(question.get("why")) else [Sentence("There is no feedback that says why.")]
    )
