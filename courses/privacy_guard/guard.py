"""Looks through a reflection for what could tell who a survivor is. Pure; it advises, and never stores or sends a word.

It cannot know people: it looks for shapes (numbers, addresses, names) and leaves the choice to the writer.
"""

import re
import unicodedata
from dataclasses import dataclass

from .numbers import (
    AFTER_DATE,
    AT_PLACE,
    BORN,
    DATE,
    INITIAL,
    LOCAL,
    LOCAL_COURT,
    ONLY_ONE,
    PLACE_WORD,
    WEEKDAY,
    covered,
    dots,
    numbers,
)
from .words import (
    ACRONYMS,
    BESIDE,
    BODIES,
    BOTH,
    DETERMINED,
    ENDED,
    GIVEN,
    HEADING_LINKS,
    HEADS,
    HERS,
    INSTITUTIONS,
    LENT,
    MET,
    MONTHLY,
    NAMED_FOR,
    NOUNS,
    OF_MYSELF,
    OF_NOTE,
    OF_WHICH,
    ONE,
    ONLY_PEOPLE,
    ONLY_PEOPLE_TELL,
    ONSET,
    OPENERS,
    ORDINARY,
    PEOPLE,
    PROFESSIONS,
    RATHER_NAMES,
    ROLES,
    ROYAL,
    SCHOLARS,
    THINKERS,
    TOWN_WORDS,
    TOWNS,
    TRUSTED_IN,
    UNSURE,
    VERBS_AND_TRADES,
    WHERE,
    WORD_NAMES,
)


@dataclass(frozen=True)
class Finding:
    """`what`: reference, phone, postcode, address, email, born, date and place, recognisable, or name; `found`: the words; `advice`: what to write instead."""

    what: str
    found: str
    advice: str


ADVICE = {
    "reference": "Leave the number out. Write “her NRM case” or “his asylum claim”.",
    "phone": "Leave the telephone number out. Nothing you think about here needs it.",
    "postcode": "Leave the postcode out. Write “in a city” or “near the border”.",
    "address": "Leave the address out. Write “where she lives”.",
    "email": "Leave the email address out. Write “I wrote to her”.",
    "born": "Leave the day of birth out. Write “in her twenties”.",
    "colleague": "Write their role instead: “my manager”, “the solicitor”. With a name, a reader can tell where you work, and so whom you write about.",
    "recognisable": "People nearby could tell who this is. Leave out where it was or what is rare about the person: write “a woman I support”, “in a small place”.",
    "date and place": "A day and a place together can point to one person. Write “last spring”, or leave the place out.",
    "name": "Write “a survivor I work with” instead of the name. For a colleague, write their role.",
}

# ---- names ----

# A capital, and a small letter after it; it gives nothing back, so that a hostile line costs its length only.
CAP = r"(?>[A-ZÀ-ÞĀ-ŽƠƯȘȚẠ-Ỹ](?:[’'][A-ZÀ-Þ])?(?=[\w-]{0,40}[a-zà-ÿā-žơưșțạ-ỹ])[\w’'-]{1,80})"
PARTICLE = r"(?:de|da|do|dos|del|di|van|von|der|den|bin|ibn|al|el|ap|ui|nic|mac|o)"
RUN = re.compile(
    rf"(?<![\w’'-]){CAP}(?:[ ](?:{PARTICLE}[ ]){{0,2}}(?:{CAP}|[A-Z]\.?(?=[ ]{CAP})))*+"
)
WORDS = re.compile(r"[^ ]+")
LETTERS = re.compile(r"[^\W\d_]{3,40}")
TITLE = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Mister)\.?[ ](?:[A-Z]\.?[ ])?({CAP}(?:[ ]{CAP})*+)")
NAMED = re.compile(
    r"\b(?:called|named|nicknamed|known as|(?:name|names)(?:[ ](?:is|was|are|were)|['’]s|[ ]?:)|survivor|client|victim|service user|PC|DC|DS|DI)"
    rf"[ ][“\"‘']?({CAP}(?:[ ]{CAP})*+)"
)
COLLEAGUE = [
    re.compile(
        rf"\b(?:[Mm]y|[Oo]ur|[Tt]he|[Aa]nother|[Hh]er|[Hh]is|[Tt]heir)[ ](?:[a-z]{{3,15}}[ ])?(?:{PROFESSIONS})(?:,|[ ](?:called|named))?[ ]"
        rf"(?:(?:Mr|Mrs|Ms|Miss|Dr|Mx)\.?[ ])?(?:[A-Z]\.?[ ])?({CAP}(?:[ ]{CAP})*+)"
    ),
    re.compile(
        rf"({CAP}(?:[ ]{CAP}){{0,3}}),?[ ]\(?(?:my|our|the|another|her|his|their|an?)[ ](?:[a-z]{{3,15}}[ ])?(?:{PROFESSIONS})\b"
    ),
]
# In small letters only what is said to be a name.
SMALL_NAMED = re.compile(
    r"\b(?:(?:her|his|their|client['’]s|survivor['’]s) (?:first |given |real )?name (?:is|was)|(?:woman|man|girl|boy|child|survivor|client|friend) (?:called|named))"
    r" [“\"‘']?([^\W\d_]{3,40})(?![\w’'-])",
    re.I,
)
# Here even a word is a name: “her name is Destiny”.
SURELY = re.compile(
    r"\b(?:(?:[Hh]er|[Hh]is|[Tt]heir|[Mm]y|client['’]s) (?:first |given |real )?name (?:is|was)|(?:woman|man|girl|boy|child|survivor|client|friend) (?:nick)?named)"
    rf"[ ][“\"‘']?({CAP})"
)
INITIALS = r"(?:,[ ](?:[A-Z]\.[ ]?){1,3})?+"
CITED = re.compile(
    rf"(?:['’]s?)?+{INITIALS}(?:(?:,[ ]|,?[ ](?:and|&)[ ])(?>{CAP})(?>(?:[ ]{CAP})?){INITIALS}){{0,5}}+(?:,?[ ]et al\.?)?,?[ ]?[(\[]?(?:19|20)\d\d[a-z]?\b"
)
# A line of a reading list.
BOOK = re.compile(
    rf"^[ \t•*–-]{{0,4}}{CAP},[ ][A-Z]\.[^\n(]{{0,200}}\((?:19|20)\d\d[a-z]?\)[^\n]*", re.M
)
CALLED_AFTER = re.compile(
    rf"\bthe[ ]({CAP})[ ](?:Review|Report|Inquiry|Foundation|Trust|Institute|Act|Rule|Model|Test)\b"
)
VERSUS = re.compile(r"[ ]v(?:\.|s\.?)?[ ][A-Z]")
# Nothing ends after “Mr.”, after an initial, or where “...” goes on in small letters.
SENTENCE = re.compile(
    r"(?<=[.!?…:])(?<!\b[A-Z]\.)(?<!Mr\.)(?<!Ms\.)(?<!Mrs\.)(?<!Dr\.)(?<!Mx\.)(?<!St\.)(?!(?:(?<=\.\.)|(?<=[…:]))\s+[a-zß-ÿ])[”’\"')\]]*\s+"
    r"|[\n\r]+\s*[-•*–]?\s*"
)
LINK = re.compile(r"[a-z]+$|[A-Z]\.?$")
BEGIN = re.compile(r"\W*(?:\w{1,2}\)\W*)?")
# Endings of English words that are long enough. The names that share them are in GIVEN, or begin as no English word does.
ENDING = re.compile(
    r"(?:\w{3}ing|\w{3}ly|\w{2}ness|[ts]ion|\w{2}ment|\w{2}ity|\w{2}ism|\w{3}ist|\w{2}[ae]nce|ship|hood|\wful|\wless|\w{2}ous|\w{2}ive|\w[ai]ble|ology|graphy"
    r"|\w[ae]ncy|\wacy|\wght|\wwork|time|thing|body|tude|\wdom|\w{4}al|\w{3}ic|\w{3}[^em]ed|is[ei]d|wards?|\wwise|shire|phobia)(?:es|s)?$"
)
CAMEL = re.compile(r"(?!Ma?c|(?:De|Di|La|Le|Fitz)[A-Z])[A-Z][a-z]+[A-Z]")
FOREIGN = re.compile(r"x|zh|q(?!u)|n[gjkdn]|m[bw]|hj|gj|kw|ts|dz")
PLURAL = re.compile(r"(?:[eo]r|[aei]nt|i[sa][tn]|e|y|ie)s$")
PREFIXES = frozenset(
    "non self pre post anti co re semi sub inter multi cross ex mid well day whole one two follow face zero long short".split()
)
NAMES = GIVEN | WORD_NAMES
ANY_NAMES = NAMES | LENT
NAMES_OR_OFFICES = LENT | WORD_NAMES & INSTITUTIONS  # “Justice told me”, “Charity rang”
DOUBLE = WORD_NAMES | BOTH
COMMON = OPENERS | ORDINARY | NOUNS | BOTH | LENT
EITHER = BOTH | LENT
SURE = frozenset(name for name in GIVEN - UNSURE if len(name) > 3)


def look(text: str, names=()) -> list[Finding]:
    """What seems to tell who somebody is, each thing once, in the order of reading.

    `names`: what may stand with capitals although it looks like a name (organisations, Acts, the
    people of an invented case).
    """
    text = _even(text)
    found = numbers(text)
    text = BOOK.sub(dots, BODIES.sub(dots, covered(text, found)))
    known = _known(text, names)
    for start, sentence in _sentences(text):
        found += [
            (start + at, what, words)
            for at, what, words in [*_dates(sentence, known), *_recognisable(sentence, known)]
        ]
        found += [(start + at, "name", words) for at, words in _names(sentence, known)]
    seen, findings, colleagues = set(), [], _colleagues(text)
    for _, what, words in sorted(found):
        words = " ".join(words.split())
        if (what, bare(words)) not in seen:
            seen.add((what, bare(words)))
            findings.append(
                Finding(
                    what,
                    words,
                    ADVICE["colleague" if what == "name" and bare(words) in colleagues else what],
                )
            )
    return findings


def capitalised(text: str) -> set[str]:
    """The runs of capitals in a text everybody may read, to be given to `look` as `names`."""
    found = set()
    for _, sentence in _sentences(BODIES.sub(dots, _even(text))):
        for words, first in _runs(sentence):
            run = [word for _, word in words]
            for a, (at, word) in enumerate(words):
                found |= {" ".join(run[a:b]) for b in range(a + 2, min(len(run), a + 6) + 1)}
                # The Grace of “Grace House”, a month, or “Will” where a sentence begins is no person of the text.
                lone, person = bare(word), ONLY_PEOPLE.match(sentence, _end(at, word))
                if not (
                    lone in NAMES
                    and _is_institution(run)
                    or not person
                    and (lone in BOTH or lone in WORD_NAMES and first and a == 0)
                ):
                    found.add(word)
    return found


def bare(words: str) -> str:
    """Without case, and without a possessive at the end."""
    words = words.casefold().replace("’", "'")
    words = " ".join(words.split()) if " " in words else words
    return words[:-2] if words.endswith("'s") else words.removesuffix("'")


POSSESSED = re.compile(rf"[ ](?:{ROLES})\b", re.I)  # “Blessings solicitor”

# ---- the looking ----

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
    return FULL_LINE.sub(r"\1 ", text)


def _sentences(text):
    start = 0
    for gap in SENTENCE.finditer(text):
        yield start, text[start : gap.start()]
        start = gap.end()
    yield start, text[start:]


def _known(text, names):
    """What may be written: the names given, each word of them, and the authors, cases and reports that the text cites."""
    known = set(THINKERS)
    for name in names:
        words = bare(name).split()
        known.add(" ".join(words))
        if len(words) > 1:
            # Neither “Grace House” nor “In May” makes a person known.
            doubtful = (
                NAMES
                if _is_institution(words)
                else DOUBLE
                if DOUBLE & set(words) and any(map(_is_plain, set(words) - DOUBLE))
                else ()
            )
            known |= {bare(word) for word in words}.difference(doubtful)
    for match in RUN.finditer(text):
        if cited := CITED.match(text, match.end()) or VERSUS.match(text, match.end()):
            known |= {
                bare(word) for word in f"{match[0]} {cited[0]}".replace(",", " ").split()
            } - NAMES
    return known | {bare(name) for name in CALLED_AFTER.findall(text)} - NAMES


def _dates(sentence, known):
    place = None
    for match in DATE.finditer(sentence):
        if BORN.search(sentence[max(0, match.start() - 40) : match.start()]):
            yield match.start(), "born", match[0]
            continue
        place = (
            (_named_place(sentence, known) or _kind_of_place(sentence)) if place is None else place
        )
        if where := place or _place_after(sentence, match.end(), known):
            yield match.start(), "date and place", f"{match[0]} … {where}"


def _recognisable(sentence, known):
    """What neighbours know somebody by, without any name: the only one of a kind, a child's school, an initial with place and day."""
    for match in ONLY_ONE.finditer(sentence):
        if not OF_MYSELF.search(sentence[max(0, match.start() - 40) : match.start()]):
            yield match.start(), "recognisable", match[0]
    for match in LOCAL.finditer(sentence):
        if not _is_known(bare(match[0]), known) and _is_named_place(match[0].split()):
            yield match.start(), "recognisable", match[0]
    initial, day = INITIAL.search(sentence), WEEKDAY.search(sentence)
    if initial and day and (where := _named_place(sentence, known)):
        yield initial.start(), "date and place", f"{initial[0]} … {day[0]} … {where}"


def _is_named_place(words):
    """“Milton Primary School”, “Inverness Sheriff Court”; not “The Primary School”, “Crown Court”."""
    return any(
        bare(word) in TOWNS
        or bare(word) in TOWN_WORDS
        or not _is_plain(word)
        and not _is_institution([word])
        for word in words
    )


def _named_place(sentence, known):
    """A name after “in”, “at”, “near”, a town, or a court or school with its name; not a nation, an institution or a person."""
    for match in AT_PLACE.finditer(sentence):
        run = RUN.match(sentence, match.start(1))
        words = run[0].split() if run else [match[1]]
        first = bare(words[0])
        if (
            _is_institution(words)
            or match[1][1:2].isupper()
            or bare(" ".join(words)) in known
            or bare(match[1]) == "st mary"
        ):
            continue
        if (
            first in TOWNS
            or first in TOWN_WORDS
            or first.endswith("shire")
            or " " in match[1]
            or not (_is_known(first, known) or first in NAMES or _is_plain(first))
        ):
            return match[1]
    for words, _ in _runs(sentence):
        town = next(
            (word for _, word in words if bare(word) in TOWNS and bare(word) not in known), ""
        )
        if town and not _is_institution([word for _, word in words]):
            return town
    for match in LOCAL_COURT.finditer(sentence):
        if bare(match[0]) not in known and _is_named_place(match[0].split()):
            return match[0]
    return next(
        (
            word[0]
            for word in LETTERS.finditer(sentence)
            if word[0].islower() and word[0] in TOWNS and word[0] not in known
        ),
        "",
    )


def _kind_of_place(sentence):
    return next(
        (word[0] for word in PLACE_WORD.finditer(sentence) if word[0] not in ("Shelter", "Refuge")),
        "",
    )


def _place_after(sentence, at, known):
    """“3/5/26 Todmorden”: an unknown word right after the day, that does nothing."""
    run = RUN.match(sentence, AFTER_DATE.match(sentence, at).end())
    word = run[0].split()[0] if run else ""
    if not word or bare(word) in NAMES or _is_known(bare(word), known) or _is_plain(word):
        return ""
    return "" if PEOPLE.match(sentence, _end(run.start(), word)) else word


def _is_known(word, known):
    return word in known or word in SCHOLARS


def _is_institution(words):
    return any(
        bare(word) in INSTITUTIONS or bare(word).rstrip("s") in INSTITUTIONS for word in words
    )


def _is_plain(word):
    """A word of the language, of a nation, a town, an office, or of what we all name."""
    written = word[: _end(0, word)]
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
            _is_plain(part) for part in word.split("-") if part
        )
    return not FOREIGN.match(word) and bool(ENDING.search(word))


def _end(at, word):
    """Where the word ends, before its possessive."""
    return at + len(word) - (2 if word[-2:] in ("'s", "’s") else 1 if word[-1] in "'’" else 0)


def _runs(sentence):
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


def _names(sentence, known):
    """Names, and where; what lies inside a longer one is left out."""
    found = [*_called(sentence, known), *_unsaid(sentence, known)]
    heading = _is_heading(sentence)
    for words, first in _runs(sentence):
        found += _in_run(sentence, words, first, heading, known)
    reached = 0
    for at, name in sorted(found, key=lambda one: (one[0], -len(one[1]))):
        if at >= reached:
            yield at, name
            reached = at + len(name)


def _colleagues(text):
    """Who works there, by the text: their names take other advice."""
    found = set()
    for pattern in COLLEAGUE:
        for name in pattern.findall(text):
            found |= {bare(name), *map(bare, name.split())}
    return found


def _called(sentence, known):
    """After a title, after “called”, after “her name is”."""
    for pattern in (TITLE, NAMED, SURELY):
        for match in pattern.finditer(sentence):
            words = match[1].split()
            plain = (
                all(map(_is_plain, words))
                if pattern is NAMED
                else bare(words[0]) in OPENERS and words[0] not in ("Will", "May")
            )
            if (
                not plain
                and not _is_known(bare(match[1]), known)
                and not _is_institution(words)
                and not CITED.match(sentence, match.end())
            ):
                yield match.start(1), match[1][: _end(0, match[1])]


def _unsaid(sentence, known):
    """Given names that are written small throughout, or large; those that are words too only where a person stands."""
    for match in SMALL_NAMED.finditer(sentence):
        if match[1].islower() and not _is_plain(match[1]) and not _is_known(bare(match[1]), known):
            yield match.start(1), match[1]
    for match in LETTERS.finditer(sentence):
        word = match[0]
        if word.islower() if word[0].islower() else word.isupper() and word not in ACRONYMS:
            name = word.casefold()
            sure = (
                name in SURE
                or name in GIVEN
                and word.islower()
                and ONLY_PEOPLE.match(sentence, match.end())
            )
            sure = (
                sure
                or (name in WORD_NAMES or name in LENT)
                and word not in ACRONYMS
                and _is_met(sentence, match.start(), match.end())
            )
            if (
                sure
                and name not in known
                and not OF_NOTE.search(sentence[max(0, match.start() - 10) : match.start()].title())
            ):
                yield match.start(), word


def _is_met(sentence, at, end):
    """Whether a word in small letters stands where only a person does: “met grace on”, “then hope told me”, “blessing’s solicitor”."""
    before = sentence[max(0, at - 40) : at]
    return bool(
        MET.search(before)
        and ENDED.match(sentence, end)
        or ONSET.search(before)
        and ONLY_PEOPLE_TELL.match(sentence, end)
    )


def _is_heading(sentence):
    """A line that stands open and is written large: there a capital says nothing. “I met Amina on Monday” is none."""
    words = [word for word in sentence.split() if word not in HEADING_LINKS]
    return (
        len(words) > 1
        and sentence.rstrip()[-1:] not in ".!?…,;”"
        and all(not word[0].islower() for word in words)
    )


def _in_run(sentence, words, first, heading, known):
    """The names in a run of capitals."""
    lead = next(
        (n for n, (_, word) in enumerate(words) if bare(word) not in VERBS_AND_TRADES), len(words)
    )
    words, first = words[lead:], first and not lead
    rest = [
        one for n, one in enumerate(words) if n == len(words) - 1 or bare(one[1]) not in OPENERS
    ]
    if len(rest) == 1 and (
        bare(rest[0][1]) in NAMES_OR_OFFICES or _lacks_apostrophe(sentence, *rest[0])
    ):
        at, word = rest[0]
        if bare(word) not in known and _is_person(sentence, at, word):
            yield at, word[: _end(0, word)]
        return
    if not words or _is_institution([word for _, word in words]):
        return
    plain = [
        bool(LINK.match(word))
        or bare(word) in known
        or _is_plain(word)
        and not _lacks_apostrophe(sentence, at, word)
        for at, word in words
    ]
    for n in range(len(words) - 1):
        # “Sunday Okafor”, but “in May Okafor”.
        if (
            bare(words[n][1]) in EITHER
            and not plain[n + 1]
            and not _is_royal(words[n][1], words[n + 1][1])
            and not MONTHLY.search(sentence[max(0, words[n][0] - 12) : words[n][0]])
        ):
            plain[n] = False
    # “May Amina come?”
    asked = (
        first and sentence.rstrip("”’\"'").endswith("?") and bare(words[0][1]) in ("will", "may")
    )
    joins = [False] * (len(words) + 1)  # “de” and “B.” belong to a name where a name follows
    for n in reversed(range(len(words))):
        joins[n] = not plain[n] or joins[n + 1] and bool(LINK.match(words[n][1]))
    n = int(asked)
    while n < len(words):
        if plain[n] and bare(words[n][1]) not in EITHER:
            n += 1
            continue
        stop = n + 1
        while joins[stop] and not plain[n]:
            stop += 1
        part, follows = words[n:stop], stop < len(words)
        name = sentence[part[0][0] : _end(*part[-1])]
        starts = first and n == 0
        if len(part) > 1:
            if _is_full_name(sentence, part, name, follows, heading, known):
                yield part[0][0], name
        elif _is_somebody(sentence, part[0][0], part[0][1], starts, follows, heading, known):
            yield part[0][0], name
        n = stop


def _lacks_apostrophe(sentence, at, word):
    """“Blessings solicitor”."""
    name = word.casefold()
    return (
        name.endswith("s")
        and name[:-1] in ANY_NAMES
        and bool(POSSESSED.match(sentence, at + len(word)))
    )


def _is_person(sentence, at, word):
    """By what stands around it: “I met …”, “… told me”, “…’s solicitor”. A day is met, and never gone with."""
    before, end = sentence[max(0, at - 40) : at], _end(at, word)
    beside = MET if bare(word).endswith("day") else BESIDE
    return bool(
        ONLY_PEOPLE.match(sentence, end)
        or beside.search(before)
        and ENDED.match(sentence, end)
        or _lacks_apostrophe(sentence, at, word)
    )


def _is_royal(title, name):
    return bare(title) in ("prince", "king", "queen", "duke", "justice") and bare(name) in ROYAL


def _is_full_name(sentence, part, name, follows, heading, known):
    words = [bare(word) for _, word in part]
    before, end = sentence[max(0, part[0][0] - 40) : part[0][0]], part[-1][0] + len(part[-1][1])
    if (
        bare(name) in known
        or set(words) <= known
        or CITED.match(sentence, end)
        or OF_NOTE.search(before)
        or VERSUS.match(sentence, end)
    ):
        return False
    if words[0] in GIVEN or words[-1] not in SCHOLARS and NAMES & set(words):
        return True
    return not (
        words[-1] in SCHOLARS
        or heading
        and follows
        or DETERMINED.search(before)
        or _is_where(before)
    )


def _is_where(before):
    """“In Elsewhere”, but “trust in Elira”."""
    where = WHERE.search(before)
    return bool(where) and (where[1] or "").casefold() not in TRUSTED_IN


def _is_of(before):
    """“University of Elsewhere”."""
    head = OF_WHICH.search(before)
    return bool(head) and head[1].casefold() in HEADS


def _is_somebody(sentence, at, word, first, follows, heading, known):
    """Whether one word, alone, is a person: by itself, or by what stands around it."""
    name, end, before = bare(word), _end(at, word), sentence[max(0, at - 40) : at]
    if (
        _is_known(name, known)
        or CITED.match(sentence, end)
        or VERSUS.match(sentence, end)
        or OF_NOTE.search(before)
    ):
        return False
    if name in GIVEN:
        return not (first and len(name) < 4 and name in UNSURE) or bool(PEOPLE.match(sentence, end))
    if name in EITHER:
        return _is_person(sentence, at, word)
    if follows or heading:
        return (
            name in WORD_NAMES
            and not follows
            and bool(
                ONLY_PEOPLE.match(sentence, end)
                or MET.search(before)
                and ENDED.match(sentence, end)
            )
        )
    if name in WORD_NAMES and not (first and name in RATHER_NAMES):
        return bool(ONLY_PEOPLE.match(sentence, end) or HERS.match(sentence, end)) or not (
            first or DETERMINED.search(before) or _is_of(before)
        )
    if first:
        return bool((ONE if PLURAL.search(name) else PEOPLE).match(sentence, end))
    return not (
        DETERMINED.search(before)
        or _is_of(before)
        or _end(0, word) == len(word)
        and _is_where(before)
    )
