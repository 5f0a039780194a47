"""Whether a word with a capital, or without one, is a person’s name."""

import re

from .capitals import (
    CAP,
    CITED,
    LETTERS,
    NAMES,
    VERSUS,
    bare,
    end_of,
    is_institution,
    is_known,
    is_plain,
    runs_in,
)
from .words import (
    ACRONYMS,
    BESIDE,
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
    OF_NOTE,
    OF_WHICH,
    ONE,
    ONLY_PEOPLE,
    ONLY_PEOPLE_TELL,
    ONSET,
    OPENERS,
    PEOPLE,
    PROFESSIONS,
    RATHER_NAMES,
    ROLES,
    ROYAL,
    SCHOLARS,
    TRUSTED_IN,
    UNSURE,
    VERBS_AND_TRADES,
    WHERE,
    WORD_NAMES,
)

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
LINK = re.compile(r"[a-z]+$|[A-Z]\.?$")
PLURAL = re.compile(r"(?:[eo]r|[aei]nt|i[sa][tn]|e|y|ie)s$")
ANY_NAMES = NAMES | LENT
NAMES_OR_OFFICES = LENT | WORD_NAMES & INSTITUTIONS  # “Justice told me”, “Charity rang”
EITHER = BOTH | LENT
SURE = frozenset(name for name in GIVEN - UNSURE if len(name) > 3)
POSSESSED = re.compile(rf"[ ](?:{ROLES})\b", re.I)  # “Blessings solicitor”


def names_in(sentence, allowed):
    """Names, and where; what lies inside a longer one is left out."""
    found = [*_called(sentence, allowed), *_unsaid(sentence, allowed)]
    heading = _is_heading(sentence)
    for words, first in runs_in(sentence):
        found += _in_run(sentence, words, first, heading, allowed)
    reached = 0
    for at, name in sorted(found, key=lambda one: (one[0], -len(one[1]))):
        if at >= reached:
            yield at, name
            reached = at + len(name)


def colleagues_in(text):
    """Who works there, by the text: their names take other advice."""
    found = set()
    for pattern in COLLEAGUE:
        for name in pattern.findall(text):
            found |= {bare(name), *map(bare, name.split())}
    return found


def _called(sentence, allowed):
    """After a title, after “called”, after “her name is”."""
    for pattern in (TITLE, NAMED, SURELY):
        for match in pattern.finditer(sentence):
            words = match[1].split()
            plain = (
                all(map(is_plain, words))
                if pattern is NAMED
                else bare(words[0]) in OPENERS and words[0] not in ("Will", "May")
            )
            if (
                not plain
                and not is_known(bare(match[1]), allowed)
                and not is_institution(words)
                and not CITED.match(sentence, match.end())
            ):
                yield match.start(1), match[1][: end_of(0, match[1])]


def _unsaid(sentence, allowed):
    """Given names that are written small throughout, or large; those that are words too only where a person stands."""
    for match in SMALL_NAMED.finditer(sentence):
        if match[1].islower() and not is_plain(match[1]) and not is_known(bare(match[1]), allowed):
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
                and name not in allowed
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


def _in_run(sentence, words, first, heading, allowed):
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
        if bare(word) not in allowed and _is_person(sentence, at, word):
            yield at, word[: end_of(0, word)]
        return
    if not words or is_institution([word for _, word in words]):
        return
    plain = [
        bool(LINK.match(word))
        or bare(word) in allowed
        or is_plain(word)
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
        name = sentence[part[0][0] : end_of(*part[-1])]
        starts = first and n == 0
        if len(part) > 1:
            if _is_full_name(sentence, part, name, follows, heading, allowed):
                yield part[0][0], name
        elif _is_somebody(sentence, part[0][0], part[0][1], starts, follows, heading, allowed):
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
    before, end = sentence[max(0, at - 40) : at], end_of(at, word)
    beside = MET if bare(word).endswith("day") else BESIDE
    return bool(
        ONLY_PEOPLE.match(sentence, end)
        or beside.search(before)
        and ENDED.match(sentence, end)
        or _lacks_apostrophe(sentence, at, word)
    )


def _is_royal(title, name):
    return bare(title) in ("prince", "king", "queen", "duke", "justice") and bare(name) in ROYAL


def _is_full_name(sentence, part, name, follows, heading, allowed):
    words = [bare(word) for _, word in part]
    before, end = sentence[max(0, part[0][0] - 40) : part[0][0]], part[-1][0] + len(part[-1][1])
    if (
        bare(name) in allowed
        or set(words) <= allowed
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


def _is_somebody(sentence, at, word, first, follows, heading, allowed):
    """Whether one word, alone, is a person: by itself, or by what stands around it."""
    name, end, before = bare(word), end_of(at, word), sentence[max(0, at - 40) : at]
    if (
        is_known(name, allowed)
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
        or end_of(0, word) == len(word)
        and _is_where(before)
    )
