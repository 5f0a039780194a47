"""Numbers, addresses and days that tell who somebody is: what they look like. Pure; it refuses nothing, `courses/privacy_guard/guard.py` asks it.

Every expression takes hostile text in linear time (tests/house/test_patterns.py): what is repeated has an end, or gives nothing back.
"""

import re

# ---- days and places ----

MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
UNITS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
NTH = rf"(?:(?:(?:twenty|thirty)[ -])?(?:{UNITS})|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
FIGURE = re.compile(r"\d")
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
    r"\b(?:born(?:\s{1,3}on)?|date of birth(?:\s{1,3}(?:is|was))?|birthday(?:\s{1,3}(?:is|was))?(?:\s{1,3}on)?|d\.?o\.?b\.?)\s{0,3}[:,]?\s{0,3}(?:the\s{1,3})?$",
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
    r"|\b((?:[A-ZÀ-Þ][\w’'-]{1,40}[ ]){1,3}(?:Nursery|Playgroup))\b|\b((?:Ysgol|Bunscoil|Sgoil)(?:[ ][A-ZÀ-Þ][\w’'-]{1,40}){1,4})"
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
    r"|pupils?|patients?|survivors?|refugees?|asylum seekers?|speakers?|nurses?|carers?|workers?|household|girls|boys)\s(?:[\w’'-]{1,30}\s){0,4}?(?:in|at|on|for miles|near|round|around)\s?(?:(?:the|our|this|her|his|their|that|a)\s)?"
    r"(?:whole\s|entire\s|small\s|little\s)?"
    r"(?:village|town|island|street|school|class|estate|parish|hamlet|glen|valley|area|county|church|mosque|congregation|college|factory|farm|hostel|hotel|house|team|choir|club|crew"
    r"|block of flats|block|close|road|community|place|region|city|ward|surgery|miles|here|[A-ZÀ-Þ][\w’'-]{2,40})\b",
    re.I,
)

# Whether a sentence is of somebody else.
PERSON_NOUN = (
    r"(?:woman|man|girl|boy|lad|lass|child|baby|mother|mum|father|dad|daughter|son|sister|brother|couple|family|teenager|client|survivor|refugee|student|pupil|patient|worker"
    r"|carer|nurse|nanny|au pair|cleaner|cook|chef|waiter|waitress|barber|hairdresser|fisherman|driver|labourer|builder|gardener|shepherd|sailor|deckhand|picker|musician|player)"
)
SOMEBODY = re.compile(
    rf"\b(?:s?he|her|hers|him|his|herself|himself)\b|\b(?:an?|the|my|our|one|that|this)[ ](?:[\w-]{{1,20}}[ ]){{0,3}}{PERSON_NOUN}\b",
    re.I,
)
# Several, or one of whom nobody says whether “she” or “he”: a day and a place are somebody’s then too.
OTHERS = re.compile(
    r"\b(?:they|them|their|theirs|themselves|women|men|girls|boys|children|people|sisters|brothers|couples|families|mothers|survivors?|victims?|clients?)\b",
    re.I,
)
# What has a day and a place, and is nobody’s life.
EVENT = re.compile(
    r"\b(?:training|conference|workshop|webinar|seminar|lecture|(?<!of )course|module|talk|supervision|exam|guidance|regulations|rules|Act|Bill|report|strategy|judgment|policy"
    r"|published|in(?:to)? force|Parliament|Senedd|Assembly)\b"
)
# Without one of these in it no sentence is looked through for what they stand in.
RARE_WORDS = ("only", "one ", "first", "no other", " of ")
FEW_WORDS = (
    "only",
    "else",
    "happened",
    "case",
    "story",
    "face",
    "photo",
    "picture",
    "trial",
    "name",
)
# What is true of very few where everybody knows everybody; `person`: only where the sentence is of somebody.
FEW = re.compile(
    r"\bno(?: one|body) else (?:in|on|at) (?:the|our|this|that|her|his) (?:village|island|glen|valley|parish|street|town|school|class|team)\b"
    r"|\bthe only one from (?-i:[A-Z])[\w-]{2,30}"
    r"|(?P<person>\bthere(?:['’]s| is| was) (?:just|only) one (?:[\w-]{1,20} ){1,3}(?:in|on) [\w-]{2,30})"
    r"|\b(?:her|his|whose) (?:case|story|face|photo|photograph|picture|trial|name) (?:was|is|had been|has been|went|came|appeared) (?:all over |out )?(?:in|on) (?:the|our) "
    r"(?:local |daily |evening )?(?:papers?|news|radio|press|(?:[A-Z][\w-]{1,20} ){1,3}(?:Times|News|Gazette|Herald|Advertiser|Courier|Mail|Post|Echo|Argus|Journal|Telegraph|Star|Chronicle|Observer))\b"
    r"|\bwhat happened to (?:her|him|them) (?:was|is|had been|has been|came) (?:in|on) the (?:local )?(?:papers?|news|radio|press)\b",
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
        (r"\b[A-Z]{2}\d{2}[ ]?[A-Z]{3}\b", 0),  # the plate of a car
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
TIMES = r"(?:(?:double|triple|treble)[ -])?"
BETWEEN = r"(?:,[ ]?|[ ]?[-–][ ]?|[ ])"
# “oh seven seven double four …”; who wrote “number” needs less of it.
PHONE_IN_WORDS = [
    re.compile(pattern, re.I)
    for pattern in [
        rf"\b(?:oh|zero|nought|naught|plus[ ]four[ ]four){BETWEEN}(?!(?:eight|three)\b){TIMES}{SPOKEN}(?:{BETWEEN}{TIMES}{SPOKEN}){{1,14}}\b(?![ ](?:per[ ]cent|percent))",
        rf"\b(?:phone|number|mobile|tel|telephone|WhatsApp)(?:[ ][a-z]{{1,10}}){{0,4}}[ ]?:?[ ]?((?:(?:double|triple|treble)[ ])?(?!\d){SPOKEN}(?:{BETWEEN}{TIMES}{SPOKEN}){{3,14}})\b",
        rf"\b(?!\d){TIMES}{SPOKEN}(?:[ ,-]{{1,2}}{TIMES}(?!\d){SPOKEN}){{8,14}}\b",
    ]
]
POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?(?-i:(?!\d(?:st|nd|rd|th)\b))\d[ABD-HJLNP-UW-Z]{2})\b",
    re.I,
)
AT_SIGNS = ("@", "(at)", "[at]")  # without one of these there is no email address
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
    # Its number in words.
    re.compile(
        r"\b(?:number[ ])?(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
        r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen),?[ ]"
        r"(?:[A-ZÀ-Þ][\w’'-]{1,40}[ ]){1,3}(?:Street|Road|Avenue|Lane|Close|Drive|Way|Gardens|Terrace|Place|Crescent|Square|Grove|Court|Walk|Hill|Row)\b"
    ),
]
HANDLE = [
    re.compile(r"(?<![\w@.·])@[A-Za-z][\w.]{2,30}"),
    re.compile(
        r"\b(?:as|is|called|name|user|username)[ ]((?=[\w.]{0,29}[\d_.][\w.])[A-Za-z][\w.]{2,30})(?=[ ]on[ ](?:Instagram|Snapchat|TikTok|Facebook|Telegram|Twitter|X|Threads|Discord|Viber)\b)"
    ),
]
SIX_FIGURES = re.compile(r"\d(?:[ .-]?\d){5}")
WITHOUT_FIGURES = ("email", "handle", "phone", "address")


def numbers(text: str) -> list[tuple[int, str, str]]:
    """(where, what, words) for addresses and numbers; what one pattern took is not looked at by the next."""
    found, left = [], text
    has_figures = FIGURE.search(text)
    for what, patterns in (
        ("email", [EMAIL] if any(sign in text.casefold() for sign in AT_SIGNS) else []),
        ("handle", HANDLE),
        ("phone", [PHONE] if has_figures else []),
        ("reference", [*(INSURANCE if SIX_FIGURES.search(text) else ()), *REFERENCES]),
        ("phone", PHONE_IN_WORDS),
        ("address", ADDRESS if has_figures else ADDRESS[2:]),
        ("postcode", [POSTCODE]),
    ):
        for pattern in patterns if has_figures or what in WITHOUT_FIGURES else ():
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
