"""A day, a place, or what is rare about somebody, by which neighbours could tell who it is."""

from .capitals import LETTERS, NAMES, RUN, bare, end_of, is_institution, is_known, is_plain, runs_in
from .numbers import (
    AFTER_DATE,
    AT_PLACE,
    BORN,
    DATE,
    EVENT,
    FEW,
    FEW_WORDS,
    FIGURE,
    INITIAL,
    LOCAL,
    LOCAL_COURT,
    MONTHS,
    ONLY_ONE,
    OTHERS,
    PLACE_WORD,
    RARE_WORDS,
    SOMEBODY,
    WEEKDAY,
)
from .place_words import TOWN_WORDS, TOWNS
from .words import OF_MYSELF, PEOPLE


def dates_in(sentence, allowed):
    """Days of birth, and days beside a place: (where, what, words). A day of one’s own training, or of a law, is nobody’s."""
    place, small = None, sentence.casefold()
    if not FIGURE.search(sentence) and not any(month in small for month in MONTHS):
        return
    impersonal = EVENT.search(sentence) and not (
        SOMEBODY.search(sentence) or OTHERS.search(sentence) or INITIAL.search(sentence)
    )
    for match in DATE.finditer(sentence):
        if BORN.search(sentence[max(0, match.start() - 40) : match.start()]):
            yield match.start(), "born", match[0]
            continue
        if impersonal:
            continue
        place = (
            (_named_place(sentence, allowed) or _kind_of_place(sentence))
            if place is None
            else place
        )
        if where := place or _place_after(sentence, match.end(), allowed):
            yield match.start(), "date and place", f"{match[0]} … {where}"


def recognisable_in(sentence, allowed):
    """What neighbours know somebody by, without any name: the only one of a kind, a child's school, an initial with place and day."""
    small = sentence.casefold()
    for match in ONLY_ONE.finditer(sentence) if any(word in small for word in RARE_WORDS) else ():
        if not OF_MYSELF.search(sentence[max(0, match.start() - 40) : match.start()]):
            yield match.start(), "recognisable", match[0]
    for match in FEW.finditer(sentence) if any(word in small for word in FEW_WORDS) else ():
        if match["person"]:
            is_meant = SOMEBODY.search(sentence)
        else:
            is_meant = not OF_MYSELF.search(sentence[max(0, match.start() - 40) : match.start()])
        if is_meant:
            yield match.start(), "recognisable", match[0]
    for match in LOCAL.finditer(sentence):
        if not is_known(bare(match[0]), allowed) and _is_named_place(match[0].split()):
            yield match.start(), "recognisable", match[0]
    if not (day := WEEKDAY.search(sentence)):
        return
    initial = INITIAL.search(sentence)
    if initial and (where := _named_place(sentence, allowed)):
        yield initial.start(), "date and place", f"{initial[0]} … {day[0]} … {where}"
    elif SOMEBODY.search(sentence) and (where := next(local_institutions(sentence, allowed), "")):
        yield day.start(), "date and place", f"{day[0]} … {where}"


def _is_named_place(words):
    """“Milton Primary School”, “Inverness Sheriff Court”; not “The Primary School”, “Crown Court”."""
    return any(
        bare(word) in TOWNS
        or bare(word) in TOWN_WORDS
        or not is_plain(word)
        and not is_institution([word])
        for word in words
    )


def _named_place(sentence, allowed):
    return next(named_places(sentence, allowed), "")


def named_places(sentence, allowed):
    """Names after “in”, “at”, “near”, towns, and courts and schools with their names; not a nation, an institution or a person."""
    for match in AT_PLACE.finditer(sentence):
        run = RUN.match(sentence, match.start(1))
        words = run[0].split() if run else [match[1]]
        first = bare(words[0])
        if (
            is_institution(words)
            or match[1][1:2].isupper()
            or bare(" ".join(words)) in allowed
            or bare(match[1]) == "st mary"
        ):
            continue
        if (
            first in TOWNS
            or first in TOWN_WORDS
            or first.endswith("shire")
            or " " in match[1]
            or not (is_known(first, allowed) or first in NAMES or is_plain(first))
        ):
            yield match[1]
    for words, _ in runs_in(sentence):
        town = next(
            (word for _, word in words if bare(word) in TOWNS and bare(word) not in allowed), ""
        )
        if town and not is_institution([word for _, word in words]):
            yield town
    yield from local_institutions(sentence, allowed)
    for word in LETTERS.finditer(sentence):
        if word[0].islower() and word[0] in TOWNS and word[0] not in allowed:
            yield word[0]


def local_institutions(sentence, allowed):
    """“Inverness Sheriff Court”, “St Columba’s Church”; not “the Crown Court”."""
    for match in LOCAL_COURT.finditer(sentence):
        if bare(match[0]) not in allowed and _is_named_place(match[0].split()):
            yield match[0]


def _kind_of_place(sentence):
    return next(
        (word[0] for word in PLACE_WORD.finditer(sentence) if word[0] not in ("Shelter", "Refuge")),
        "",
    )


def _place_after(sentence, at, allowed):
    """“3/5/26 Todmorden”: an unknown word right after the day, that does nothing."""
    run = RUN.match(sentence, AFTER_DATE.match(sentence, at).end())
    word = run[0].split()[0] if run else ""
    if not word or bare(word) in NAMES or is_known(bare(word), allowed) or is_plain(word):
        return ""
    return "" if PEOPLE.match(sentence, end_of(run.start(), word)) else word
