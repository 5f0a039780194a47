"""What points to one person only together: a rare trait, a trade or children, and a small place. Field's term: quasi-identifiers. Pure.

A rule needs three things in one sentence (or in two, where the second begins with “she” or “he”): somebody, a trait, and a place where few people have it.
A group has no trait: “Romanian workers were found on farms in Kent” is nobody. A city is no small place: there are too many people.
"""

import re

from .capitals import LETTERS, bare
from .numbers import PERSON_NOUN, SOMEBODY
from .place_words import CITIES, HOME, NATIONS, PEOPLES
from .places import named_places
from .words import OF_MYSELF

FOREIGN = PEOPLES | NATIONS - HOME
PEOPLE = "|".join(sorted(PEOPLES))
LANDS = "|".join(sorted(FOREIGN - PEOPLES))
ONE_OF_A_PEOPLE = re.compile(
    rf"\b(?:an?|the|one|our|my|that|this|another)[ ](?:[\w-]{{1,20}}[ ]){{0,2}}(?:{PEOPLE})[ ](?:[\w-]{{1,20}}[ ]){{0,2}}{PERSON_NOUN}\b",
    re.I,
)
FROM_A_LAND = re.compile(
    rf"\b(?:s?he|client|survivor|{PERSON_NOUN})(?:[ ](?:is|was|comes|came)|['’]s|,)?[ ](?:originally[ ])?"
    rf"(?:from[ ](?:the[ ])?(?:{LANDS})\b|(?:(?<=is[ ])|(?<=was[ ])|(?<=['’]s[ ]))(?:{PEOPLE})\b)",
    re.I,
)
LIMB = "(?:arm|leg|eye|hand|foot|ear|finger|thumb)"
# On a body, or of a family: what people see, and remember.
MARK = re.compile(
    rf"\bwheelchair\b|\bone {LIMB}\b|\b(?:lost|missing|without) (?:an?|one|two|her|his) {LIMB}s?\b|\bscars?\b|\b(?:burned|burnt|deformed|missing|artificial) (?:{LIMB}|face|teeth)\b"
    r"|\blimps?\b|\bbirthmark\b|\btattoos?\b|\bstammers?\b|\bprosthetic\b|\b(?:hijab|niqab|turban)\b|\b(?:red|ginger|purple) hair\b|\b(?:blind|deaf|pregnant)\b"
    r"|\btrans (?:woman|man|girl|boy)\b|\bgave birth\b|\b(?:twins|triplets|quadruplets)\b|\balbin(?:o|ism)\b|\bdwarf(?:ism)?\b|\bcrutches\b"
    r"|\b(?:her|his|has|had|have|with) (?:two|three|four|five|six|seven|eight|[2-9]) (?:[a-z]{2,15} ){0,2}(?:children|kids|boys|girls|sons|daughters|babies|grandchildren)\b",
    re.I,
)
# Who works where everybody shops is seen by everybody.
TRADE = re.compile(
    r"\b(?:works|worked|working|cleans|cleaned|cleaning|cooks|cooked|serves|served|sings|sang|plays|played|prays|volunteers|picks|picked|fishes|lives above|waits tables)\b"
    r" (?:[a-z]{2,12} ){0,3}(?:in|at|on|for|with) (?:the |an? |our )(?:[\w’'-]{2,20} ){0,3}"
    r"(?:takeaway|chip shop|fish shop|chippy|shop|hotel|restaurant|pub|inn|café|cafe|bakery|butcher’?s?|farm|croft|salon|nail bar|car wash|barber’?s?|boatyard|harbour|fish farm"
    r"|distillery|quarry|garage|care home|nursing home|surgery|school|choir|church|band|team|laundry|campsite|caravan park|golf club|castle|post office|curry house|fishing boat)\b",
    re.I,
)
SMALL = re.compile(
    r"\b(?:in|on|from|of|near|round|around|across) (?:the|our|her|his|this|that|their|my) (?:same |small |little |tiny |whole )?"
    r"(?:village|island|isle|hamlet|glen|valley|parish|street|close|croft|cul-de-sac|terrace|caravan park|market town)\b",
    re.I,
)
GOES_ON = re.compile(r"(?:She|He|Her|His)\b")


def trait_in(sentence):
    """(where, words) of the first trait of somebody; None where the sentence is of nobody, or of its writer."""
    if not SOMEBODY.search(sentence):
        return None
    of_a_people = any(word.casefold() in FOREIGN for word in LETTERS.findall(sentence))
    patterns = (ONE_OF_A_PEOPLE, FROM_A_LAND, MARK, TRADE) if of_a_people else (MARK, TRADE)
    found = [
        (match.start(), match[0].strip())
        for pattern in patterns
        for match in pattern.finditer(sentence)
        if not OF_MYSELF.search(sentence[max(0, match.start() - 40) : match.start()])
    ]
    return min(found, default=None)


def goes_on(sentence):
    """“She …”, “His …”: of whom the sentence before was."""
    return bool(GOES_ON.match(sentence))


def small_place(sentence, allowed):
    """A village, an island, a street; or a place with its name that is no city."""
    if kind := SMALL.search(sentence):
        return kind[0]
    return next(
        (place for place in named_places(sentence, allowed) if not _is_large(place)),
        "",
    )


def _is_large(place):
    return any(
        bare(word) in CITIES or bare(word) in NATIONS or bare(word).endswith("shire")
        for word in place.split()
    )
