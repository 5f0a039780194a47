"""Numbers, addresses and days that tell who somebody is: what they look like. Pure; it refuses nothing, `courses/privacy_guard/guard.py` asks it.

Every expression takes hostile text in linear time (tests/house/test_patterns.py): what is repeated has an end, or gives nothing back.
"""

import re

# ---- days and places ----

MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
UNITS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
NTH = rf"(?:(?:(?:twenty|thirty)[ -])?(?:{UNITS})|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
YEAR = r"(?:,?\s{1,3}\d{4})?"
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s{{1,3}}(?:of\s{{1,3}})?{MONTH}\b{YEAR}|{MONTH}\s{{1,3}}(?:the\s{{1,3}})?\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d){YEAR}"
    rf"|{NTH}(?:\s{{1,3}}day)?\s{{1,3}}of\s{{1,3}}{MONTH}\b{YEAR}"
    rf"|{MONTH}\s{{1,3}}the\s{{1,3}}{NTH}(?=\s{{0,3}}(?:[,.;:!?)…]|$|(?:in|at|near|I|we|s?he|they)\b)){YEAR}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\d{4}-\d{2}-\d{2}\b)",
    re.I,
)
# Beside an initial and a place a day of the week is enough to know somebody by.
WEEKDAY = re.compile(
    r"\b(?:(?:last|this|next|on)\s(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|night|weekend)|yesterday|today|tonight|tomorrow"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?:\s(?:morning|afternoon|evening|night))?)\b",
    re.I,
)
INITIAL = re.compile(
    r"(?<![\w.’'&-])(?!I\b)[A-Z]\.(?=\s[a-z]|[,;)])|\b(?:[Mm]et|[Ss]aw|[Vv]isited|[Rr]ang|[Tt]old|[Aa]sked|[Ww]ith)\s(?!I\b)[A-Z](?=\s[a-z]|[,;)])",
    re.M,
)
BORN = re.compile(
    r"\b(?:born(?:\s{1,3}on)?|date of birth|birthday(?:\s{1,3}(?:is|was))?(?:\s{1,3}on)?|d\.?o\.?b\.?)\s{0,3}[:,]?\s{0,3}(?:the\s{1,3})?$",
    re.I,
)
PLACE_WORD = re.compile(
    r"\b(?:hotels?|hostel|flat|house|farm|car ?wash|nail (?:bar|salon)|salon|brothel|factory|warehouse|restaurant|takeaway|street|road|avenue"
    r"|airport|port|docks?|ferry|station|hospital|surgery|clinic|church|mosque|temple|shelter|refuge|prison|detention centre|removal centre"
    r"|building site|caravan|building|estate|village|town|park)\b",
    re.I,
)
SAINT = r"(?:St\.?|Saint)[ ][A-ZÀ-Þ][\w’'-]{1,40}"
AT_PLACE = re.compile(
    rf"\b(?:in|at|near|from|to|outside|around|into|of)\s{{1,3}}({SAINT}|[A-ZÀ-Þ][\w’'-]{{1,40}})"
)
AFTER_DATE = re.compile(r"[,;:]?[ ]?[-–—]?[ ]?")
# Where one lives one's days: such a place with its own name points to few people.
LOCAL = re.compile(
    r"\b((?:[A-ZÀ-Þ][\w’'-]{1,40}[ ]){1,4}(?:Primary|Secondary|Infants?|Junior|Nursery|Grammar|High|Comprehensive|Community)[ ](?:School|Academy))\b"
    r"|\b((?:[A-ZÀ-Þ][\w’'-]{1,40}[ ]){1,3}(?:Nursery|Playgroup))\b"
)
LOCAL_COURT = re.compile(
    r"\b((?:[A-ZÀ-Þ][\w’'-]{1,40}[ ]){1,3}(?:Sheriff[ ]Court|Crown[ ]Court|County[ ]Court|Family[ ]Court|Magistrates?[’']?[ ]Court|School|Academy|College"
    r"|Hospital|Infirmary|Surgery|Clinic|Medical[ ]Centre|Health[ ]Centre|Church|Mosque|Temple|Prison|Hotel|Hostel|Police[ ]Station))\b"
)
# “the only Vietnamese woman in the village”
ONLY_ONE = re.compile(
    r"\b(?:village|town|island|street|school|class|parish|area|county|congregation)['’]s\s(?:only|one|first)\s(?:[\w’'-]{1,30},?\s){0,3}"
    r"(?:woman|man|girl|boy|child|person|family|mother|father|couple|student|pupil|survivor|refugee|asylum seeker)\b"
    r"|\b(?:(?:the|their|our|its|her|his)\s(?:only|one|first)|[\w-]{2,30}['’]s\s(?:only|first)|(?:one|two|three) of (?:the )?(?:only )?(?:two|three|four|few|a handful of)"
    r"|no other|(?:the )?only (?:two|three|four))\s"
    r"(?:[\w’'-]{1,30},?\s){0,3}(?:woman|women|man|men|girl|boy|child|children|person|people|famil(?:y|ies)|mothers?|mum|fathers?|dad|couple|teenagers?|lad|lady|students?"
    r"|pupils?|patients?|survivors?|refugees?|asylum seekers?|speakers?|household|girls|boys)\s(?:[\w’'-]{1,30}\s){0,4}?(?:in|at|on|for miles|near|round|around)\s?(?:(?:the|our|this|her|his|their|that|a)\s)?"
    r"(?:whole\s|entire\s|small\s|little\s)?"
    r"(?:village|town|island|street|school|class|estate|parish|hamlet|glen|valley|area|county|church|mosque|congregation|college|factory|farm|hostel|hotel|house"
    r"|block of flats|block|close|road|community|place|region|city|ward|surgery|miles|here|[A-ZÀ-Þ][\w’'-]{2,40})\b",
    re.I,
)

# ---- numbers ----

# Small letters have no space before the figures, or “in 20 15 16 a day” would be one.
INSURANCE = [
    re.compile(r"\b[A-Z]{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?[A-D]\b"),
    re.compile(
        r"\b(?!(?:in|on|at|of|to|by|or|is|as|me|my|we|he|it|an|be|do|go|if|no|so|up|us|am)[ ])[a-z]{2}[ .-]?(?:\d[ .-]?){6}[a-d]\b",
        re.I,
    ),
    re.compile(
        r"\b(?:NI|NINO|National Insurance)(?:[ ](?:no|number|num))?\.?[ ]?(?:is|was)?[ ]?[:#-]?[ ]?[a-z][ ]?[a-z][ .-]?(?:\d[ .-]?){6}[a-d]?\b",
        re.I,
    ),
]
REFERENCES = [
    re.compile(pattern, flags)
    for pattern, flags in [
        (
            r"\b(?:NRM|Home Office|HO)[ -]{0,3}+(?:ref(?:erence)?|case|file|no|number|id)?+\.?+[ ]{0,3}+(?:no|number)?+\.?+[ ]{0,3}+(?:is|was)?+[ ]{0,3}+[-:#/]?+[ ]{0,3}+"
            r"(?!20\d\d[/-](?:20)?\d\d\b)(?:[A-Z]{0,3}[ /-]?\d{5,40}|\d{2,4}[/-]\d{3,40})\b",
            re.I,
        ),
        (r"\b\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}\b", 0),
        (r"\b[A-Z]{1,4}[ /-]?\d{6,40}(?:/\d{1,3})?\b", 0),
        (r"\b[a-z]{1,4}[/-]?\d{7,40}(?:/\d{1,3})?\b", 0),
        (r"\b[A-Z]{1,4}[/-]\d{3,20}(?:[/-]\d{2,20}){1,8}\b", 0),
        (
            r"\b(?:ref(?:erence)?|case|file|crime|URN|UAN|GWF|PNC|port|passport|person|claim)\.?+[ ]{0,3}+(?:no\.?|number|num\.?|id|ref\.?|reference)[ ]{0,3}+"
            r"(?:is|was)?+[ ]{0,3}+[:#]?+[ ]{0,3}+(?=[\w/.-]{0,40}\d)[A-Z0-9][A-Z0-9/.-]{2,60}[A-Z0-9]",
            re.I,
        ),
        (
            r"\b(?:ref(?:erence)?|URN|UAN|GWF|PNC)\.?+[ ]{0,3}+[:#][ ]{0,3}+(?=[\w/.-]{0,40}\d)[A-Z0-9][A-Z0-9/ .-]{2,60}[A-Z0-9]",
            re.I,
        ),
        (r"\b(?:URN|UAN|GWF|PNC)[ ]{1,3}+(?=[\w/.-]{0,40}\d)[A-Z0-9][A-Z0-9/.-]{3,60}", re.I),
        (r"(?<![£$€\d.,])\b\d{8,}+\b", 0),
        (r"(?<![£$€\d.,-])\b\d{3} \d{3} \d{4}\b", 0),
    ]
]
# Helplines everybody may call are not somebody's number.
PHONE = re.compile(
    r"(?<![\w/.-])(?:(?:\+\s?44|0044)[\s.-]{0,3}(?:\(\s?0\s?\)[\s.-]{0,3})?|\(?0(?!8[0-4]|3|0))(?:[\s.()-]{0,2}\d){9,10}(?!\d)"
    r"|(?<![\w/.-])\+(?!44)\d{1,3}(?:[\s.()-]{0,2}\d){7,12}(?!\d)"
)
SPOKEN = r"(?:oh|o|zero|nought|naught|nil|one|two|three|four|five|six|seven|eight|nine|\d{1,4})"
TIMES = r"(?:(?:double|triple|treble)[ ])?"
BETWEEN = r"(?:,[ ]?|[ ]?[-–][ ]?|[ ])"
# “oh seven seven double four …”; who wrote “number” needs less of it.
PHONE_IN_WORDS = [
    re.compile(pattern, re.I)
    for pattern in [
        rf"\b(?:oh|zero|nought|naught|plus[ ]four[ ]four){BETWEEN}(?!(?:eight|three)\b){TIMES}{SPOKEN}(?:{BETWEEN}{TIMES}{SPOKEN}){{1,14}}\b(?![ ](?:per[ ]cent|percent))",
        rf"\b(?:phone|number|mobile|tel|telephone|WhatsApp)[ ]?(?:is|was|:)?[ ]?((?:(?:double|triple|treble)[ ])?(?!\d){SPOKEN}(?:{BETWEEN}{TIMES}{SPOKEN}){{3,14}})\b",
        rf"\b(?!\d){TIMES}{SPOKEN}(?:[ ,-]{{1,2}}{TIMES}(?!\d){SPOKEN}){{8,14}}\b",
    ]
]
POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?(?!\d(?:st|nd|rd|th)\b)\d[ABD-HJLNP-UW-Z]{2})\b", re.I
)
EMAIL = re.compile(
    r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?<![\w.+-])[\w.+-]{1,64}\s?(?:\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.I,
)
ADDRESS = [
    re.compile(
        r"\b(?:flat\s\w{1,4},?\s)?\d{1,4}[a-z]?,?\s(?:[A-ZÀ-Þ][\w’'-]{1,40}\s){1,3}"
        r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Close|Drive|Way|Gardens|Terrace|Place|Crescent|Square|Grove|Court|Walk|Hill|Row)\b"
    ),
    # In small letters: only what is hardly ever anything else.
    re.compile(
        r"\b(?:flat\s\w{1,4},?\s)?\d{1,4}[a-z]?,?\s(?!(?:minutes?|miles?|hours?|days?|years?|more|other|of|long|busy|different|main)\b)(?:[\w’'-]{2,40}\s){1,2}"
        r"(?:street|road|avenue|crescent|terrace|gardens)\b",
        re.I,
    ),
]


def numbers(text: str) -> list[tuple[int, str, str]]:
    """(where, what, words) for addresses and numbers; what one pattern took is not looked at by the next."""
    found, left = [], text
    for what, patterns in (
        ("email", [EMAIL]),
        ("phone", [PHONE]),
        ("reference", [*INSURANCE, *REFERENCES]),
        ("phone", PHONE_IN_WORDS),
        ("address", ADDRESS),
        ("postcode", [POSTCODE]),
    ):
        for pattern in patterns:
            taken = [(match.start(), what, match[0].strip()) for match in pattern.finditer(left)]
            found += taken
            left = covered(left, taken)
    return found


def dots(match) -> str:
    return "·" * len(match[0])


def covered(text: str, spans) -> str:
    """The text with dots where something was found."""
    parts, done = [], 0
    for at, _, words in sorted(spans):
        parts += [text[done:at], "·" * len(words)]
        done = at + len(words)
    return "".join(parts) + text[done:]
