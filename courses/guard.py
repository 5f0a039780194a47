"""Looks through a reflection for what could tell who a survivor is. Pure; it advises, and never stores or sends a word.

It cannot know people: it looks for shapes (numbers, addresses, names) and leaves the choice to the writer.
"""
import re
from dataclasses import dataclass


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
    "email": "Leave the e-mail address out. Write “I wrote to her”.",
    "born": "Leave the day of birth out. Write “in her twenties”.",
    "date and place": "A day and a place together can point to one person. Write “last spring”, or leave the place out.",
    "name": "Write “a survivor I work with” instead of the name. For a colleague, write their role.",
}

# ---- what is no person's name ----

# Words that make a run of capitals an institution, an Act or a piece of work.
INSTITUTIONS = frozenset("""
    act acts action adjudicator advocate advocates adviser advisers advocacy agency agreement aid alliance army assembly asylum
    authority bill board care centre certificate charity children circular city code college commission commissioner committee
    community convention council county court crown department directive education emergency endorsement enforcement executive force
    foundation framework fund government guardian guardians guardianship guidance health help helpline home hospital house hub
    human initiative institute instructions justice kingdom law league legal library local mechanism minister ministers ministry
    model module national network nations office officer ombudsman order organisation parliament partnership police policy
    procedure procedures procurator programme project prosecution protection protocol provision refugee regulations report review
    rights safeguarding scheme school schedule secretary section secure security senedd sheriff slavery service services society
    standards state statutory strategy support supreme survivor survivors team theory trafficking training treaty tribunal trust
    unit union university victim victims work working
""".split())
# Words that may stand with a capital for other reasons; a run made only of them is nobody.
ORDINARY = frozenset("""
    i adult adults african albania albanian asia asian belfast birmingham border bristol britain british bulgaria bulgarian cardiff
    china chinese conclusive consent contract council cymru duty dundee ecat eastern edinburgh england english eritrea eritrean
    ethiopia ethiopian eu europe european fit first romania ghana glasgow gaelic german great greater grounds highlands imsa india
    indian independent iran iranian iraq ireland irish italian italy kent kurdish leeds level libya lisburn lithuania lithuanian
    liverpool lived experience lead leeds london lone lord manchester mersey migrant midlands modern moldova multi multi-agency
    negative newcastle nigeria nigerian north northern notify nrm pakistan pakistani person person-centred philippines poland
    polish portugal positive postgraduate public reach-in reasonable reflection reflective referral respondent responder responders
    romanian royal russia russian sit scotland scots scottish sheffield single skills somalia somali south southern spanish st saint
    sudan sudanese swansea syria syrian the to trauma trauma-informed turkey turkish uk ukraine ukrainian united urdu vicarious
    viet nam vietnam vietnamese wales welsh west western york yorkshire bakhita hope for mary's salvation barnardo's red cross
    christmas easter ramadan eid christian muslim god zoom teams word google whatsapp facebook instagram tiktok covid english-speaking
    monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
""".split())
# Those whose books are read on a course like this one.
THINKERS = frozenset("""
    judith herman|donald schön|donald schon|carl rogers|graham gibbs|david kolb|bessel van der kolk|john bowlby|kimberlé crenshaw|
    kimberle crenshaw|paulo freire|theresa may|gillian rolfe|gary rolfe|john driscoll|stephen brookfield|virginia held|nel noddings|
    nelson mandela|william wilberforce|josephine bakhita|jack mezirow|laurence spicer|chris johns|babette rothschild|bell hooks
""".replace("\n", "").replace("    ", "").split("|"))
# How a sentence may begin; such a word is not half of a name.
OPENERS = frozenset("""
    a about above according across after again against all almost already also although always am an and another any anybody anyone
    anything are around as asking at away back be because been before behind being below beneath beside besides between beyond both
    but by can cases colleagues could dear despite did do does during each earlier either else enough even eventually ever every
    everybody everyone everything few finally for from further given had has have having he hence her here hers herself him himself
    his how however i if in indeed inside instead into is it its itself just last lastly later least less let like likewise listening
    looking many maybe me meanwhile might mine more moreover most much must my myself near nearly neither never nevertheless next no
    nobody none nonetheless nor not nothing now nowhere of off often on once one only or other others otherwise our ours ourselves out
    outside over overall people perhaps please police practice quite rather reading real reflecting regarding second secondly several
    shall she should since so some somebody somehow someone something sometimes soon still such tell than thank that the their theirs
    them themselves then there therefore these they thinking third thirdly this those though three through throughout thus till to today
    together tomorrow too towards trust two under unless unlike until unto up upon us usually very was we were what whatever when
    whenever where whereas wherever whether which whichever while who whoever whole whom whose why will with within without women men
    would yes yesterday yet you your yours yourself
""".split())
MAYBE_NAMES = frozenset("may april june august will hope mary christian lord".split())

MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\b(?:,?\s+\d{{4}})?|{MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+\d{{4}})?"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\d{4}-\d{2}-\d{2}\b)", re.I,
)
BORN = re.compile(r"\b(?:born(?:\s+on)?|date of birth|birthday(?:\s+(?:is|was))?(?:\s+on)?|d\.?o\.?b\.?)\s*[:,]?\s*(?:the\s+)?$", re.I)
PLACE_WORD = re.compile(
    r"\b(?:hotels?|hostel|flat|house|farm|car ?wash|nail (?:bar|salon)|salon|brothel|factory|warehouse|restaurant|takeaway|street|road|avenue"
    r"|airport|port|docks?|ferry|station|hospital|surgery|clinic|church|mosque|temple|shelter|refuge|prison|detention centre|removal centre"
    r"|building site|caravan|building|estate|village|town|park)\b", re.I,
)
AT_PLACE = re.compile(r"\b(?:in|at|near|from|to|outside|around|into|of)\s+([A-ZÀ-Þ][\w’'-]+)")

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
     r"(?:is|was)?[ ]*[:#]?[ ]*(?=[\w/.-]*\d)[A-Z0-9][A-Z0-9/.-]{2,}[A-Z0-9]", re.I),
    (r"\b(?:ref(?:erence)?|URN|UAN|GWF|PNC)\.?[ ]*[:#][ ]*(?=[\w/.-]*\d)[A-Z0-9][A-Z0-9/ .-]{2,}[A-Z0-9]", re.I),
    (r"\b(?:URN|UAN|GWF|PNC)[ ]+(?=[\w/.-]*\d)[A-Z0-9][A-Z0-9/.-]{3,}", 0),
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

CAP = r"[A-ZÀ-ÞŁŚŞŠŽĆČĐİ](?:[’'][A-ZÀ-Þ])?[\w-]{0,40}[a-zà-ÿąćęłńśźżăâîșțşšžčđğıạ-ỹ][\w’'-]{0,40}"
PARTICLE = r"(?:de|da|do|dos|del|di|van|von|der|den|bin|ibn|al|el|ap|ui|nic|mac|o)"
RUN = re.compile(rf"(?<![\w’'-]){CAP}(?:[ ]+(?:{PARTICLE}[ ]+){{0,2}}(?:{CAP}|[A-Z]\.?(?=[ ]+{CAP})))*")
TITLE = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Mister|PC|DC|DS)\.?[ ]+(?:[A-Z]\.?[ ]+)?({CAP}(?:[ ]+{CAP})*)")
NAMED = re.compile(
    rf"\b(?:called|named|nicknamed|known as|(?:name|names)(?:\s+(?:is|was|are|were)|['’]s|\s*:)|survivor|client|victim|service user)[ ]+[“\"‘']?({CAP}(?:[ ]+{CAP})*)"
)
SPEAKS = re.compile(
    rf"(?<![\w’'-])({CAP})[ ]+(?:told|said|says|cried|wept|disclosed|confided|whispered|explained|described|phoned|texted|rang|was (?:trafficked|exploited|raped|beaten|sold|forced|brought))\b"
)
CITED = re.compile(r"^(?:['’]s?)?(?:[ ]+(?:and|&)[ ]+[A-ZÀ-Þ][\w’'-]+|[ ]+et al\.?)?,?[ ]*[(\[]?(?:19|20)\d\d\b")
SENTENCE = re.compile(r"(?<=[.!?…:])(?<!Mr\.)(?<!Ms\.)(?<!Mrs\.)(?<!Dr\.)(?<!Mx\.)[”’\"')\]]*\s+|[\n\r]+\s*[-•*–]?\s*")


def look(text: str, names=()) -> list[Finding]:
    """What seems to tell who somebody is, each thing once, in the order of reading.

    `names`: what may stand with capitals although it looks like a name (organisations, Acts, the
    people of an invented case).
    """
    text = text or ""
    known = {bare(name) for name in names} | THINKERS
    found = _numbers(text)
    for start, sentence in _sentences(_covered(text, found)):
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
    for match in RUN.finditer(text or ""):
        run = match[0].split()
        found |= {" ".join(run[a:b]) for a in range(len(run)) for b in range(a + 1, len(run) + 1) if b - a <= 6}
    return found


def bare(words: str) -> str:
    """Without case, and without a possessive at the end."""
    return re.sub(r"['’]s?$", "", " ".join(words.casefold().replace("’", "'").split()))


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


def _covered(text, taken):
    for at, _, words in taken:
        text = text[:at] + "·" * len(words) + text[at + len(words):]
    return text


def _sentences(text):
    start = 0
    for gap in SENTENCE.finditer(text):
        yield start, text[start:gap.start()]
        start = gap.end()
    yield start, text[start:]


def _dates(sentence, known):
    for match in DATE.finditer(sentence):
        if BORN.search(sentence[:match.start()]):
            yield match.start(), "born", match[0]
        elif place := _place(sentence, known):
            yield match.start(), "date and place", f"{match[0]} … {place}"


def _place(sentence, known):
    """A word that says where, or a name after “in”, “at”, “near”; not a nation or an institution."""
    for match in AT_PLACE.finditer(sentence):
        run = RUN.match(sentence, match.start(1))
        words = run[0].split() if run else [match[1]]
        if not _is_institution(words) and not match[1][1:2].isupper() and bare(words[0]) not in NOT_PLACES and bare(" ".join(words)) not in known:
            return match[1]
    word = PLACE_WORD.search(sentence)
    return word[0] if word and not re.search(r"House of (?:Lords|Commons)|Home Office", sentence) else ""


NOT_PLACES = frozenset("""
    scotland england wales northern ireland britain great uk united kingdom europe eu january february march april may june july august
    september october november december monday tuesday wednesday thursday friday saturday sunday welsh scottish english british irish
    scots modern the parliament westminster reasonable conclusive first reflective bakhita hope st
""".split())


def _is_institution(words):
    return any(bare(word) in INSTITUTIONS or bare(word).rstrip("s") in INSTITUTIONS for word in words)


def _is_ordinary(word):
    word = bare(word)
    return word in ORDINARY or word.endswith(("ism", "isation")) or all(part in ORDINARY for part in word.split("-"))


def _names(sentence, known):
    for pattern in (TITLE, NAMED):
        for match in pattern.finditer(sentence):
            words = match[1].split()
            if bare(match[1]) not in known and not _is_institution(words) and not all(map(_is_ordinary, words)) \
                    and not CITED.match(sentence[match.end():]):
                yield match.start(1), match[1]
    begin = len(sentence) - len(sentence.lstrip(" \t“\"‘'(*•–-"))
    for match in RUN.finditer(sentence):
        yield from _in_run(sentence, match, match.start() == begin, known)
    for match in SPEAKS.finditer(sentence):
        word, first = bare(match[1]), match.start() == begin
        plain = word in OPENERS or _is_ordinary(word) or _is_institution([word]) or first and word.endswith(("s", "ing", "ed", "ly"))
        before = sentence[max(0, match.start() - 40):match.start()].split()[-1:]
        in_run = before and before[0][:1].isupper() and bare(before[0]) not in OPENERS and not _is_ordinary(before[0])
        if not plain and not in_run and word not in known:
            yield match.start(1), match[1]


def _in_run(sentence, match, is_first, known):
    """The name in a run of capitals, if it seems to hold one."""
    words, at = match[0].split(), match.start()
    if is_first and (bare(words[0]) in OPENERS - MAYBE_NAMES or bare(words[0]).endswith(("ing", "ly"))):
        at += len(words[0]) + 1
        words = words[1:]
    if words and bare(words[0]) in ("mr", "mrs", "ms", "miss", "mx", "dr", "i") or len(words) < 2:
        return
    # A nation or a day before a name is not part of it.
    while len(words) > 1 and _is_ordinary(words[0]) and bare(words[0]) not in MAYBE_NAMES:
        at += len(words[0]) + 1
        words = words[1:]
    name = " ".join(words)
    if len(words) < 2 or bare(name) in known or _is_institution(words) or all(map(_is_ordinary, words)):
        return
    if words[0].endswith(("'s", "’s")) or _is_ordinary(words[-1]) and _is_ordinary(words[0]) or CITED.match(sentence[match.end():]):
        return
    yield at, name
