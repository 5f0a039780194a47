"""Runs of capitals, and what of them is plain: a word of the language, an institution, somebody everyone may name."""

import re

from .words import (
    BOTH,
    GIVEN,
    INSTITUTIONS,
    LENT,
    NAMED_FOR,
    NOUNS,
    OPENERS,
    ORDINARY,
    SCHOLARS,
    WORD_NAMES,
)

# A capital, and a small letter after it; it gives nothing back, so that a hostile line costs its length only.
CAP = r"(?>[A-ZÀ-ÞĀ-ŽƠƯȘȚẠ-Ỹ](?:[’'][A-ZÀ-Þ])?(?=[\w-]{0,40}[a-zà-ÿā-žơưșțạ-ỹ])[\w’'-]{1,80})"
PARTICLE = r"(?:de|da|do|dos|del|di|van|von|der|den|bin|ibn|al|el|ap|ui|nic|mac|o)"
RUN = re.compile(
    rf"(?<![\w’'-]){CAP}(?:[ ](?:{PARTICLE}[ ]){{0,2}}(?:{CAP}|[A-Z]\.?(?=[ ]{CAP})))*+"
)
WORDS = re.compile(r"[^ ]+")
LETTERS = re.compile(r"[^\W\d_]{3,40}")
INITIALS = r"(?:,[ ](?:[A-Z]\.[ ]?){1,3})?+"
CITED = re.compile(
    rf"(?:['’]s?)?+{INITIALS}(?:(?:,[ ]|,?[ ](?:and|&)[ ])(?>{CAP})(?>(?:[ ]{CAP})?){INITIALS}){{0,5}}+(?:,?[ ]et al\.?)?,?[ ]?[(\[]?(?:19|20)\d\d[a-z]?\b"
)
VERSUS = re.compile(r"[ ]v(?:\.|s\.?)?[ ][A-Z]")
BEGIN = re.compile(r"\W*(?:\w{1,2}\)\W*)?")
# Endings of English words that are long enough. The names that share them are in GIVEN, or begin as no English word does.
ENDING = re.compile(
    r"(?:\w{3}ing|\w{3}ly|\w{2}ness|[ts]ion|\w{2}ment|\w{2}ity|\w{2}ism|\w{3}ist|\w{2}[ae]nce|ship|hood|\wful|\wless|\w{2}ous|\w{2}ive|\w[ai]ble|ology|graphy"
    r"|\w[ae]ncy|\wacy|\wght|\wwork|time|thing|body|tude|\wdom|\w{4}al|\w{3}ic|\w{3}[^em]ed|is[ei]d|wards?|\wwise|shire|phobia)(?:es|s)?$"
)
CAMEL = re.compile(r"(?!Ma?c|(?:De|Di|La|Le|Fitz)[A-Z])[A-Z][a-z]+[A-Z]")
FOREIGN = re.compile(r"x|zh|q(?!u)|n[gjkdn]|m[bw]|hj|gj|kw|ts|dz")
PREFIXES = frozenset(
    "non self pre post anti co re semi sub inter multi cross ex mid well day whole one two follow face zero long short".split()
)
NAMES = GIVEN | WORD_NAMES
COMMON = OPENERS | ORDINARY | NOUNS | BOTH | LENT


def bare(words: str) -> str:
    """Without case, and without a possessive at the end."""
    words = words.casefold().replace("’", "'")
    words = " ".join(words.split()) if " " in words else words
    return words[:-2] if words.endswith("'s") else words.removesuffix("'")


def is_known(word, allowed):
    return word in allowed or word in SCHOLARS


def is_institution(words):
    return any(
        bare(word) in INSTITUTIONS or bare(word).rstrip("s") in INSTITUTIONS for word in words
    )


def is_plain(word):
    """A word of the language, of a nation, a town, an office, or of what we all name."""
    written = word[: end_of(0, word)]
    if CAMEL.match(written) or written[:-1].isupper() and len(written) > 2:
        return True  # LinkedIn, IMSAs
    word = bare(word)
    if word in NAMES:
        return False
    if (
        word in COMMON
        or word.endswith("s")
        and (
            word[:-1] in COMMON
            or word.endswith("es")
            and word[:-2] in COMMON
            or f"{word[:-3]}y" in COMMON
        )
    ):
        return True
    if "-" in word:
        return any(part in PREFIXES for part in word.split("-")) or all(
            is_plain(part) for part in word.split("-") if part
        )
    return not FOREIGN.match(word) and bool(ENDING.search(word))


def end_of(at, word):
    """Where the word ends, before its possessive."""
    return at + len(word) - (2 if word[-2:] in ("'s", "’s") else 1 if word[-1] in "'’" else 0)


def runs_in(sentence):
    """Each run of capitals as [(where, word)], and whether it begins the sentence or what is quoted in it."""
    begin = BEGIN.match(sentence).end()
    for match in RUN.finditer(sentence):
        at, end = match.span()
        closed = sentence[end : end + 1] in ("”", '"', "’", "'", ")", "]")
        first = at <= begin or sentence[at - 1] in "“\"‘'([" and not closed
        words = []
        for word in WORDS.finditer(match[0]):
            # “Amina’s Home Office interview” is two things, “Clare’s Law” is one.
            if words and words[-1][1].endswith(("'s", "’s")) and bare(word[0]) not in NAMED_FOR:
                yield words, first
                words, first = [], False
            words.append((at + word.start(), word[0]))
        yield words, first
