"""Looks through a reflection for what could tell who a survivor is. Pure; it advises, and never stores or sends a word.

It cannot know people: it looks for shapes (numbers, addresses, names) and leaves the choice to the writer.
"""

import re
import unicodedata
from dataclasses import dataclass

from lms.kit.languages import Sentence

from .capitals import (
    CAP,
    CITED,
    NAMES,
    RUN,
    VERSUS,
    bare,
    end_of,
    is_institution,
    is_plain,
    runs_in,
)
from .names import colleagues_in, names_in
from .numbers import covered, dots, numbers
from .places import dates_in, recognisable_in
from .quasi_identifiers import goes_on, small_place, trait_in
from .words import BODIES, BOTH, ONLY_PEOPLE, THINKERS, WORD_NAMES


@dataclass(frozen=True)
class Finding:
    """`what`: reference, phone, postcode, address, email, handle, born, date and place, recognisable, or name; `text`: the words; `why`: what it gives away;
    `advice`: what to write instead."""

    what: str
    text: str
    why: str
    advice: str


WHY = {
    "reference": Sentence("A number like this leads to one person’s file."),
    "phone": Sentence("A telephone number belongs to one person."),
    "postcode": Sentence("A postcode is about fifteen homes."),
    "address": Sentence("An address says where someone can be found."),
    "email": Sentence("An email address belongs to one person."),
    "handle": Sentence("Anyone can look up the name of an account."),
    "born": Sentence("Few people in one place share a day of birth."),
    "colleague": Sentence(
        "With a colleague’s name, a reader can tell where you work, and so whom you write about."
    ),
    "recognisable": Sentence(
        "Put together, this may be true of one person whom people nearby know."
    ),
    "date and place": Sentence("A day and a place together can point to one person."),
    "name": Sentence("A name says who someone is."),
}
ADVICE = {
    "reference": Sentence("Leave the number out. Write “her NRM case” or “his asylum claim”."),
    "phone": Sentence("Leave the telephone number out. Nothing you think about here needs it."),
    "postcode": Sentence("Leave the postcode out. Write “in a city” or “near the border”."),
    "address": Sentence("Leave the address out. Write “where she lives”."),
    "email": Sentence("Leave the email address out. Write “I wrote to her”."),
    "born": Sentence("Leave the day of birth out. Write “in her twenties”."),
    "handle": Sentence("Leave the name of the account out. Write “on social media”."),
    "colleague": Sentence("Write their role instead: “my manager”, “the solicitor”."),
    "recognisable": Sentence(
        "Leave out where it was, or what is rare about the person: write “a woman I support”, “in a small place”."
    ),
    "date and place": Sentence("Write “last spring”, or leave the place out."),
    "name": Sentence(
        "Write “a survivor I work with” instead of the name. For a colleague, write their role."
    ),
}
# A line of a reading list.
BOOK = re.compile(
    rf"^[ \t•*–-]{{0,4}}{CAP},[ ][A-Z]\.[^\n(]{{0,200}}\((?:19|20)\d\d[a-z]?\)[^\n]*", re.M
)
CALLED_AFTER = re.compile(
    rf"\bthe[ ]({CAP})[ ](?:Review|Report|Inquiry|Foundation|Trust|Institute|Act|Rule|Model|Test)\b"
)
# Nothing ends after “Mr.”, after an initial, or where “...” goes on in small letters.
SENTENCE = re.compile(
    r"(?<=[.!?…:])(?<!\b[A-Z]\.)(?<!Mr\.)(?<!Ms\.)(?<!Mrs\.)(?<!Dr\.)(?<!Mx\.)(?<!St\.)(?!(?:(?<=\.\.)|(?<=[…:]))\s+[a-zß-ÿ])[”’\"')\]]*\s+"
    r"|[\n\r]+\s*[-•*–]?\s*"
)
DOUBLE = WORD_NAMES | BOTH


def look(text: str, names=()) -> list[Finding]:
    """What seems to tell who somebody is, each thing once, in the order of reading.

    `names`: what may stand with capitals although it looks like a name (organisations, Acts, the
    people of an invented case).
    """
    text = _even(text)
    found = numbers(text)
    text = BOOK.sub(dots, BODIES.sub(dots, covered(text, found)))
    known = _words_allowed(text, names)
    for start, sentence in (sentences := list(_sentences(text))):
        found += [
            (start + at, what, words)
            for at, what, words in [*dates_in(sentence, known), *recognisable_in(sentence, known)]
        ]
        found += [(start + at, "name", words) for at, words in names_in(sentence, known)]
    found += _identifiable_in(sentences, known)
    seen, findings, colleagues = set(), [], colleagues_in(text)
    for _, what, words in sorted(found):
        words = " ".join(words.split())
        if (what, bare(words)) not in seen:
            seen.add((what, bare(words)))
            kind = "colleague" if what == "name" and bare(words) in colleagues else what
            findings.append(Finding(what, words, WHY[kind], ADVICE[kind]))
    return findings


def _identifiable_in(sentences, allowed):
    """A trait of somebody and a small place, in a sentence or where the next goes on about the same person."""
    before, trait_before = (0, ""), None
    for start, sentence in sentences:
        trait = trait_in(sentence)
        if trait and (place := small_place(sentence, allowed)):
            yield start + trait[0], "recognisable", f"{trait[1]} … {place}"
            trait = None
        elif goes_on(sentence):
            if trait_before and (place := small_place(sentence, allowed)):
                yield before[0] + trait_before[0], "recognisable", f"{trait_before[1]} … {place}"
            elif trait and (place := small_place(before[1], allowed)):
                yield start + trait[0], "recognisable", f"{trait[1]} … {place}"
        before, trait_before = (start, sentence), trait


def capitalised(text: str) -> set[str]:
    """The runs of capitals in a text everybody may read, to be given to `look` as `names`."""
    found = set()
    for _, sentence in _sentences(BODIES.sub(dots, _even(text))):
        for words, first in runs_in(sentence):
            run = [word for _, word in words]
            for a, (at, word) in enumerate(words):
                found |= {" ".join(run[a:b]) for b in range(a + 2, min(len(run), a + 6) + 1)}
                # The Grace of “Grace House”, a month, or “Will” where a sentence begins is no person of the text.
                lone, person = bare(word), ONLY_PEOPLE.match(sentence, end_of(at, word))
                if not (
                    lone in NAMES
                    and is_institution(run)
                    or not person
                    and (lone in BOTH or lone in WORD_NAMES and first and a == 0)
                ):
                    found.add(word)
    return found


ODD_SIGNS = {
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff")),
    **dict.fromkeys(map(ord, "ʼʹ′＇`´‛"), "’"),
}
SPACES = re.compile(r"[^\S\n]++")
LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
FULL_LINE = re.compile(
    r"((?<![^\n])[^\n]{40,200}[\w,;]|\b(?:met|told|asked|rang|phoned|texted|visited|helped|with|to|and|called|named|is|about|from|my|her|his)) ?\n(?=[^\W\d_])"
)


def _even(text):
    """The text in one way of writing: accents on their letters, one kind of space, of apostrophe and of line end.

    A line that was broken only because it was full goes on in the next one.
    """
    text = unicodedata.normalize("NFC", text or "").translate(ODD_SIGNS)
    text = SPACES.sub(" ", LINE_ENDS.sub("\n", text))
    return FULL_LINE.sub(r"\1 ", text) if "\n" in text else text


def _sentences(text):
    start = 0
    for gap in SENTENCE.finditer(text):
        yield start, text[start : gap.start()]
        start = gap.end()
    yield start, text[start:]


def _words_allowed(text, names):
    """What may be written: the names given, each word of them, and the authors, cases and reports that the text cites."""
    known = set(THINKERS)
    for name in names:
        words = bare(name).split()
        known.add(" ".join(words))
        if len(words) > 1:
            # Neither “Grace House” nor “In May” makes a person known.
            doubtful = (
                NAMES
                if is_institution(words)
                else DOUBLE
                if DOUBLE & set(words) and any(map(is_plain, set(words) - DOUBLE))
                else ()
            )
            known |= {bare(word) for word in words}.difference(doubtful)
    for match in RUN.finditer(text):
        if cited := CITED.match(text, match.end()) or VERSUS.match(text, match.end()):
            known |= {
                bare(word) for word in f"{match[0]} {cited[0]}".replace(",", " ").split()
            } - NAMES
    return known | {bare(name) for name in CALLED_AFTER.findall(text)} - NAMES
