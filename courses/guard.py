"""Looks through a reflection for what could tell who a survivor is. Pure; it advises, and never stores or sends a word.

It cannot know people: it looks for shapes (numbers, addresses, names) and leaves the choice to the writer.
"""
import re
import unicodedata
from dataclasses import dataclass

from .guard_words import (
    ACRONYMS,
    BESIDE,
    BODIES,
    BOTH,
    DETERMINED,
    ENDED,
    GIVEN,
    HEADS,
    HERS,
    INSTITUTIONS,
    MONTHLY,
    NAMED_FOR,
    NOUNS,
    OF_NOTE,
    OF_WHICH,
    ONE,
    ONLY_PEOPLE,
    OPENERS,
    ORDINARY,
    PEOPLE,
    RATHER_NAMES,
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
    """`what`: reference, phone, postcode, address, email, born, date and place, or name; `found`: the words; `advice`: what to write instead."""

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
    "date and place": "A day and a place together can point to one person. Write “last spring”, or leave the place out.",
    "name": "Write “a survivor I work with” instead of the name. For a colleague, write their role.",
}

# ---- days, places, numbers ----

MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
UNITS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
NTH = rf"(?:(?:(?:twenty|thirty)[ -])?(?:{UNITS})|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
YEAR = r"(?:,?\s+\d{4})?"
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\b{YEAR}|{MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d){YEAR}"
    rf"|{NTH}(?:\s+day)?\s+of\s+{MONTH}\b{YEAR}|{MONTH}\s+the\s+{NTH}(?=\s*(?:[,.;:!?)…]|$|(?:in|at|near|I|we|s?he|they)\b)){YEAR}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\d{4}-\d{2}-\d{2}\b)", re.I,
)
BORN = re.compile(r"\b(?:born(?:\s+on)?|date of birth|birthday(?:\s+(?:is|was))?(?:\s+on)?|d\.?o\.?b\.?)\s*[:,]?\s*(?:the\s+)?$", re.I)
PLACE_WORD = re.compile(
    r"\b(?:hotels?|hostel|flat|house|farm|car ?wash|nail (?:bar|salon)|salon|brothel|factory|warehouse|restaurant|takeaway|street|road|avenue"
    r"|airport|port|docks?|ferry|station|hospital|surgery|clinic|church|mosque|temple|shelter|refuge|prison|detention centre|removal centre"
    r"|building site|caravan|building|estate|village|town|park)\b", re.I,
)
SAINT = r"(?:St\.?|Saint)[ ][A-ZÀ-Þ][\w’'-]+"
AT_PLACE = re.compile(rf"\b(?:in|at|near|from|to|outside|around|into|of)\s+({SAINT}|[A-ZÀ-Þ][\w’'-]+)")
AFTER_DATE = re.compile(r"[,;:]?[ ]?[-–—]?[ ]?")

REFERENCES = [re.compile(pattern, flags) for pattern, flags in [
    (r"\b(?:NRM|Home Office|HO)[ -]*(?:ref(?:erence)?|case|file|no|number|id)?\.?[ ]*(?:no|number)?\.?[ ]*(?:is|was)?[ ]*[-:#/]?[ ]*"
     r"(?!20\d\d[/-](?:20)?\d\d\b)(?:[A-Z]{0,3}[ /-]?\d{5,}|\d{2,4}[/-]\d{3,})\b", re.I),
    (r"\bNRM\s*(?:ref(?:erence)?|case|no|number|id)?\.?\s*(?:no|number)?\.?\s*(?:is|was)?\s*[-:#/]?\s*[A-Z]{0,3}[\s/-]?\d{5,}\b", re.I),
    (r"\b\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}\b", 0),
    (r"\b[A-Z]{1,4}[ /-]?\d{6,}(?:/\d{1,3})?\b", 0),
    (r"\b[a-z]\d{7}\b", 0),
    (r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", 0),
    (r"\b[A-Z]{1,4}[/-]\d{3,}(?:[/-]\d{2,})+\b", 0),
    (r"\b(?:ref(?:erence)?|case|file|crime|URN|UAN|GWF|PNC|port|passport|person|claim)\.?[ ]*(?:no\.?|number|num\.?|id|ref\.?|reference)[ ]*"
     r"(?:is|was)?[ ]*[:#]?[ ]*(?=[\w/.-]{0,40}\d)[A-Z0-9][A-Z0-9/.-]{2,60}[A-Z0-9]", re.I),
    (r"\b(?:ref(?:erence)?|URN|UAN|GWF|PNC)\.?[ ]*[:#][ ]*(?=[\w/.-]{0,40}\d)[A-Z0-9][A-Z0-9/ .-]{2,60}[A-Z0-9]", re.I),
    (r"\b(?:URN|UAN|GWF|PNC)[ ]+(?=[\w/.-]{0,40}\d)[A-Z0-9][A-Z0-9/.-]{3,}", 0),
    (r"(?<![£$€\d.,])\b\d{8,}\b", 0),
    (r"(?<![£$€\d.,-])\b\d{3} \d{3} \d{4}\b", 0),
]]
# Helplines everybody may call are not somebody's number.
PHONE = re.compile(
    r"(?<![\w/.-])(?:(?:\+\s?44|0044)[\s.-]*(?:\(\s*0\s*\)[\s.-]*)?|\(?0(?!8[0-4]|3|0))(?:[\s.()-]{0,2}\d){9,10}(?!\d)"
    r"|(?<![\w/.-])\+(?!44)\d{1,3}(?:[\s.()-]{0,2}\d){7,12}(?!\d)"
)
POSTCODE = re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?(?!\d(?:st|nd|rd|th)\b)\d[ABD-HJLNP-UW-Z]{2})\b", re.I)
EMAIL = re.compile(
    r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?<![\w.+-])[\w.+-]{1,64}\s?(?:\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.I,
)
ADDRESS = re.compile(
    r"\b(?:flat\s+\w{1,4},?\s+)?\d{1,4}[a-z]?,?\s+(?:[A-ZÀ-Þ][\w’'-]+\s+){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Close|Drive|Way|Gardens|Terrace|Place|Crescent|Square|Grove|Court|Walk|Hill|Row)\b"
)

# ---- names ----

CAP = r"[A-ZÀ-ÞĀ-ŽƠƯȘȚẠ-Ỹ](?:[’'][A-ZÀ-Þ])?[\w-]{0,40}[a-zà-ÿā-žơưșțạ-ỹ][\w’'-]{0,40}"
PARTICLE = r"(?:de|da|do|dos|del|di|van|von|der|den|bin|ibn|al|el|ap|ui|nic|mac|o)"
RUN = re.compile(rf"(?<![\w’'-]){CAP}(?:[ ]+(?:{PARTICLE}[ ]+){{0,2}}(?:{CAP}|[A-Z]\.?(?=[ ]+{CAP})))*")
WORDS = re.compile(r"[^ ]+")
LETTERS = re.compile(r"[^\W\d_]{3,40}")
TITLE = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Mister)\.?[ ]+(?:[A-Z]\.?[ ]+)?({CAP}(?:[ ]+{CAP})*)")
NAMED = re.compile(
    r"\b(?:called|named|nicknamed|known as|(?:name|names)(?:\s+(?:is|was|are|were)|['’]s|\s*:)|survivor|client|victim|service user|PC|DC|DS|DI)"
    rf"[ ]+[“\"‘']?({CAP}(?:[ ]+{CAP})*)"
)
# Here even a word is a name: “her name is Destiny”.
SURELY = re.compile(
    r"\b(?:(?:[Hh]er|[Hh]is|[Tt]heir|[Mm]y|client['’]s) (?:first |given |real )?name (?:is|was)|(?:woman|man|girl|boy|child|survivor|client|friend) (?:nick)?named)"
    rf"[ ][“\"‘']?({CAP})")
INITIALS = r"(?:,[ ](?:[A-Z]\.[ ]?){1,3})?+"
CITED = re.compile(
    rf"(?:['’]s?)?+{INITIALS}(?:(?:,[ ]|,?[ ](?:and|&)[ ])(?>{CAP})(?>(?:[ ]{CAP})?){INITIALS}){{0,5}}+(?:,?[ ]et al\.?)?,?[ ]?[(\[]?(?:19|20)\d\d[a-z]?\b")
# A line of a reading list.
BOOK = re.compile(rf"^[ \t•*–-]{{0,4}}{CAP},[ ][A-Z]\.[^\n(]{{0,200}}\((?:19|20)\d\d[a-z]?\)[^\n]*", re.M)
CALLED_AFTER = re.compile(rf"\bthe[ ]({CAP})[ ](?:Review|Report|Inquiry|Foundation|Trust|Institute|Act|Rule|Model|Test)\b")
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
    r"|\w[ae]ncy|\wacy|\wght|\wwork|time|thing|body|tude|\wdom|\w{4}al|\w{3}ic|\w{3}[^em]ed|is[ei]d|wards?|\wwise|shire|phobia)(?:es|s)?$")
CAMEL = re.compile(r"(?!Ma?c|(?:De|Di|La|Le|Fitz)[A-Z])[A-Z][a-z]+[A-Z]")
FOREIGN = re.compile(r"x|zh|q(?!u)|n[gjkdn]|m[bw]|hj|gj|kw|ts|dz")
PLURAL = re.compile(r"(?:[eo]r|[aei]nt|i[sa][tn]|e|y|ie)s$")
PREFIXES = frozenset("non self pre post anti co re semi sub inter multi cross ex mid well day whole one two follow face zero long short".split())
NAMES = GIVEN | WORD_NAMES
DOUBLE = WORD_NAMES | BOTH
COMMON = OPENERS | ORDINARY | NOUNS | BOTH
SURE = frozenset(name for name in GIVEN - UNSURE if len(name) > 3)


def look(text: str, names=()) -> list[Finding]:
    """What seems to tell who somebody is, each thing once, in the order of reading.

    `names`: what may stand with capitals although it looks like a name (organisations, Acts, the
    people of an invented case).
    """
    # Accents set apart from their letters, and spaces that do not break, would hide a name.
    text = unicodedata.normalize("NFC", text or "").replace("\xa0", " ")
    found = _numbers(text)
    text = BOOK.sub(_dots, BODIES.sub(_dots, _covered(text, found)))
    known = _known(text, names)
    for start, sentence in _sentences(text):
        found += [(start + at, what, words) for at, what, words in _dates(sentence, known)]
        found += [(start + at, "name", words) for at, words in _names(sentence, known)]
    seen, findings = set(), []
    for _, what, words in sorted(found):
        words = " ".join(words.split())
        if (what, bare(words)) not in seen:
            seen.add((what, bare(words)))
            findings.append(Finding(what, words, ADVICE[what]))
    return findings


def capitalised(text: str) -> set[str]:
    """The runs of capitals in a text everybody may read, to be given to `look` as `names`."""
    found = set()
    for _, sentence in _sentences(BODIES.sub(_dots, text or "")):
        for words, first in _runs(sentence):
            run = [word for _, word in words]
            for a, (at, word) in enumerate(words):
                found |= {" ".join(run[a:b]) for b in range(a + 2, min(len(run), a + 6) + 1)}
                # The Grace of “Grace House”, a month, or “Will” where a sentence begins is no person of the text.
                lone, person = bare(word), ONLY_PEOPLE.match(sentence, _end(at, word))
                if not (lone in NAMES and _is_institution(run) or not person and (lone in BOTH or lone in WORD_NAMES and first and a == 0)):
                    found.add(word)
    return found


def bare(words: str) -> str:
    """Without case, and without a possessive at the end."""
    words = words.casefold().replace("’", "'")
    words = " ".join(words.split()) if " " in words else words
    return words[:-2] if words.endswith("'s") else words.removesuffix("'")


# ---- the looking ----

def _numbers(text):
    """Addresses and numbers; what one pattern took is not looked at by the next."""
    found, left = [], text
    for what, patterns in (
        ("email", [EMAIL]), ("phone", [PHONE]), ("reference", REFERENCES), ("address", [ADDRESS]), ("postcode", [POSTCODE]),
    ):
        for pattern in patterns:
            taken = [(match.start(), what, match[0].strip()) for match in pattern.finditer(left)]
            found += taken
            left = _covered(left, taken)
    return found


def _dots(match):
    return "·" * len(match[0])


def _covered(text, taken):
    parts, done = [], 0
    for at, _, words in sorted(taken):
        parts += [text[done:at], "·" * len(words)]
        done = at + len(words)
    return "".join(parts) + text[done:]


def _sentences(text):
    start = 0
    for gap in SENTENCE.finditer(text):
        yield start, text[start:gap.start()]
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
            doubtful = NAMES if _is_institution(words) else DOUBLE if DOUBLE & set(words) and any(map(_is_plain, set(words) - DOUBLE)) else ()
            known |= {bare(word) for word in words}.difference(doubtful)
    for match in RUN.finditer(text):
        if cited := CITED.match(text, match.end()) or VERSUS.match(text, match.end()):
            known |= {bare(word) for word in f"{match[0]} {cited[0]}".replace(",", " ").split()} - NAMES
    return known | {bare(name) for name in CALLED_AFTER.findall(text)} - NAMES


def _dates(sentence, known):
    place = None
    for match in DATE.finditer(sentence):
        if BORN.search(sentence[max(0, match.start() - 40):match.start()]):
            yield match.start(), "born", match[0]
            continue
        place = _place(sentence, known) if place is None else place
        if where := place or _place_after(sentence, match.end(), known):
            yield match.start(), "date and place", f"{match[0]} … {where}"


def _place(sentence, known):
    """A word that says where, or a name after “in”, “at”, “near”; not a nation, an institution or a person."""
    for match in AT_PLACE.finditer(sentence):
        run = RUN.match(sentence, match.start(1))
        words = run[0].split() if run else [match[1]]
        first = bare(words[0])
        if _is_institution(words) or match[1][1:2].isupper() or bare(" ".join(words)) in known or bare(match[1]) == "st mary":
            continue
        if first in TOWNS or first in TOWN_WORDS or first.endswith("shire") or " " in match[1] or not (
                _is_known(first, known) or first in NAMES or _is_plain(first)):
            return match[1]
    for words, _ in _runs(sentence):
        town = next((word for _, word in words if bare(word) in TOWNS and bare(word) not in known), "")
        if town and not _is_institution([word for _, word in words]):
            return town
    return next((word[0] for word in PLACE_WORD.finditer(sentence) if word[0] not in ("Shelter", "Refuge")), "")


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
    return any(bare(word) in INSTITUTIONS or bare(word).rstrip("s") in INSTITUTIONS for word in words)


def _is_plain(word):
    """A word of the language, of a nation, a town, an office, or of what we all name."""
    written = word[:_end(0, word)]
    if CAMEL.match(written) or written[:-1].isupper() and len(written) > 2:
        return True  # LinkedIn, IMSAs
    word = bare(word)
    if word in NAMES:
        return False
    if word in COMMON or word.endswith("s") and (word[:-1] in COMMON or word.endswith("es") and word[:-2] in COMMON or f"{word[:-3]}y" in COMMON):
        return True
    if "-" in word:
        return any(part in PREFIXES for part in word.split("-")) or all(_is_plain(part) for part in word.split("-") if part)
    return not FOREIGN.match(word) and bool(ENDING.search(word))


def _end(at, word):
    """Where the word ends, before its possessive."""
    return at + len(word) - (2 if word[-2:] in ("'s", "’s") else 1 if word[-1] in "'’" else 0)


def _runs(sentence):
    """Each run of capitals as [(where, word)], and whether it begins the sentence or what is quoted in it."""
    begin = BEGIN.match(sentence).end()
    for match in RUN.finditer(sentence):
        at, end = match.span()
        closed = sentence[end:end + 1] in ("”", '"', "’", "'", ")", "]")
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


def _called(sentence, known):
    """After a title, after “called”, after “her name is”."""
    for pattern in (TITLE, NAMED, SURELY):
        for match in pattern.finditer(sentence):
            words = match[1].split()
            plain = all(map(_is_plain, words)) if pattern is NAMED else bare(words[0]) in OPENERS and words[0] not in ("Will", "May")
            if not plain and not _is_known(bare(match[1]), known) and not _is_institution(words) and not CITED.match(sentence, match.end()):
                yield match.start(1), match[1][:_end(0, match[1])]


def _unsaid(sentence, known):
    """Given names that are written small throughout, or large."""
    for match in LETTERS.finditer(sentence):
        word = match[0]
        if word.islower() if word[0].islower() else word.isupper() and word not in ACRONYMS:
            name = word.casefold()
            sure = name in SURE or name in GIVEN and word.islower() and ONLY_PEOPLE.match(sentence, match.end())
            if sure and name not in known and not OF_NOTE.search(sentence[max(0, match.start() - 10):match.start()].title()):
                yield match.start(), word


def _is_heading(sentence):
    """A line that stands open and is written large: there a capital says nothing."""
    words = [word for word in sentence.split() if len(word) > 3]
    return len(words) > 1 and sentence.rstrip()[-1:] not in ".!?…,;”" and all(not word[0].islower() for word in words)


def _in_run(sentence, words, first, heading, known):
    """The names in a run of capitals."""
    lead = next((n for n, (_, word) in enumerate(words) if bare(word) not in VERBS_AND_TRADES), len(words))
    words, first = words[lead:], first and not lead
    if not words or _is_institution([word for _, word in words]):
        return
    plain = [bool(LINK.match(word)) or _is_plain(word) or bare(word) in known for _, word in words]
    for n in range(len(words) - 1):
        # “Sunday Okafor”, but “in May Okafor”.
        if bare(words[n][1]) in BOTH and not plain[n + 1] and not MONTHLY.search(sentence[max(0, words[n][0] - 12):words[n][0]]):
            plain[n] = False
    # “May Amina come?”
    asked = first and sentence.rstrip("”’\"'").endswith("?") and bare(words[0][1]) in ("will", "may")
    joins = [False] * (len(words) + 1)  # “de” and “B.” belong to a name where a name follows
    for n in reversed(range(len(words))):
        joins[n] = not plain[n] or joins[n + 1] and bool(LINK.match(words[n][1]))
    n = int(asked)
    while n < len(words):
        if plain[n] and bare(words[n][1]) not in BOTH:
            n += 1
            continue
        stop = n + 1
        while joins[stop] and not plain[n]:
            stop += 1
        part, follows = words[n:stop], stop < len(words)
        name = sentence[part[0][0]:_end(*part[-1])]
        starts = first and n == 0
        if len(part) > 1:
            if _is_full_name(sentence, part, name, follows, heading, known):
                yield part[0][0], name
        elif _is_somebody(sentence, part[0][0], part[0][1], starts, follows, heading, known):
            yield part[0][0], name
        n = stop


def _is_full_name(sentence, part, name, follows, heading, known):
    words = [bare(word) for _, word in part]
    before, end = sentence[max(0, part[0][0] - 40):part[0][0]], part[-1][0] + len(part[-1][1])
    if bare(name) in known or set(words) <= known or CITED.match(sentence, end) or OF_NOTE.search(before) or VERSUS.match(sentence, end):
        return False
    if words[0] in GIVEN or words[-1] not in SCHOLARS and NAMES & set(words):
        return True
    return not (words[-1] in SCHOLARS or heading and follows or DETERMINED.search(before) or _is_where(before))


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
    name, end, before = bare(word), _end(at, word), sentence[max(0, at - 40):at]
    if _is_known(name, known) or CITED.match(sentence, end) or VERSUS.match(sentence, end) or OF_NOTE.search(before):
        return False
    if name in GIVEN:
        return not (first and len(name) < 4 and name in UNSURE) or bool(PEOPLE.match(sentence, end))
    if name in BOTH:
        return bool(ONLY_PEOPLE.match(sentence, end) or not name.endswith("day") and BESIDE.search(before) and ENDED.match(sentence, end))
    if follows or heading:
        return False
    if name in WORD_NAMES and not (first and name in RATHER_NAMES):
        return bool(ONLY_PEOPLE.match(sentence, end) or HERS.match(sentence, end)) or not (first or DETERMINED.search(before) or _is_of(before))
    if first:
        return bool((ONE if PLURAL.search(name) else PEOPLE).match(sentence, end))
    return not (DETERMINED.search(before) or _is_of(before) or _end(0, word) == len(word) and _is_where(before))
