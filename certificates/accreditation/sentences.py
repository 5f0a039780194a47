"""Sentences of the register in English and in Welsh, with the days and nations in them; it knows no person.

The Welsh is ours and waits for a Welsh speaker of the Hub to confirm it (docs/standings.md).
"""

from datetime import date

ENGLISH, WELSH = "en", "cy"
LANGUAGES = {ENGLISH: "English", WELSH: "Cymraeg"}
DAYS = {
    ENGLISH: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    WELSH: (
        "dydd Llun",
        "dydd Mawrth",
        "dydd Mercher",
        "dydd Iau",
        "dydd Gwener",
        "dydd Sadwrn",
        "dydd Sul",
    ),
}
MONTHS = {
    ENGLISH: (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    WELSH: (
        "Ionawr",
        "Chwefror",
        "Mawrth",
        "Ebrill",
        "Mai",
        "Mehefin",
        "Gorffennaf",
        "Awst",
        "Medi",
        "Hydref",
        "Tachwedd",
        "Rhagfyr",
    ),
}
NATIONS = {
    ENGLISH: {
        "england": "England",
        "wales": "Wales",
        "scotland": "Scotland",
        "northern_ireland": "Northern Ireland",
    },
    WELSH: {
        "england": "Lloegr",
        "wales": "Cymru",
        "scotland": "yr Alban",
        "northern_ireland": "Gogledd Iwerddon",
    },
}
LAST = {  # the last of several, with its “and”; Welsh changes the word that follows
    ENGLISH: {code: f"and {name}" for code, name in NATIONS[ENGLISH].items()},
    WELSH: {"wales": "a Chymru", "scotland": "a’r Alban", "northern_ireland": "a Gogledd Iwerddon"},
}

# Key to (English, Welsh). A day is written in full, nations in their fixed order.
SENTENCES = {
    "decided": (
        "The IMSA Model Hub decided this with effect from {day}.",
        "Penderfynodd Hyb Model IMSA hyn, yn weithredol o {day}.",
    ),
    "decided_until": (
        "The IMSA Model Hub decided this from {day} to {until}.",
        "Penderfynodd Hyb Model IMSA hyn o {day} hyd {until}.",
    ),
    "award_rescinded": (
        "The University rescinded the award with effect from {day}. The accreditation rested on it.",
        "Diddymodd y Brifysgol y dyfarniad, yn weithredol o {day}. Roedd yr achrediad yn dibynnu arno.",
    ),
    "expired": (
        "The accreditation was valid until {day} and was not renewed.",
        "Roedd yr achrediad yn ddilys tan {day} ac ni chafodd ei adnewyddu.",
    ),
    "renewal_refused": (
        "The accreditation was valid until {day}, and its renewal was not granted.",
        "Roedd yr achrediad yn ddilys tan {day}, ac ni chaniatawyd ei adnewyddu.",
    ),
    "renewal_overdue": (
        "The accreditation was valid until {day}, and its renewal was not decided by {until}.",
        "Roedd yr achrediad yn ddilys tan {day}, ac ni phenderfynwyd ar ei adnewyddu erbyn {until}.",
    ),
    "in_progress": (
        "The term ended on {day}. The renewal was asked for in time and is being decided, so the accreditation goes on, until {until} at the latest.",
        "Daeth y tymor i ben ar {day}. Gofynnwyd am adnewyddu mewn pryd ac mae’n cael ei benderfynu, felly mae’r achrediad yn parhau, tan {until} fan bellaf.",
    ),
    "renewal_asked": (
        "Its renewal was asked for on {day} and is being decided.",
        "Gofynnwyd am ei adnewyddu ar {day} ac mae’n cael ei benderfynu.",
    ),
    "grace": (
        "The last day on which a post counted was {served}. After {months} months without one that counts an accreditation lapses: this one did on {day}.",
        "Y diwrnod olaf yr oedd swydd yn cyfrif oedd {served}. Ar ôl {months} mis heb un sy’n cyfrif mae achrediad yn dod i ben: daeth hwn i ben ar {day}.",
    ),
    "grace_from_issue": (
        "No post has counted since the certificate was issued. After {months} months without one that counts an accreditation lapses: this one did on {day}.",
        "Nid oes swydd wedi cyfrif ers cyhoeddi’r dystysgrif. Ar ôl {months} mis heb un sy’n cyfrif mae achrediad yn dod i ben: daeth hwn i ben ar {day}.",
    ),
    "valid": (
        "The accreditation is valid until {day}, and a post at an approved organisation is on the employment register.",
        "Mae’r achrediad yn ddilys tan {day}, ac mae swydd mewn sefydliad cymeradwy ar y gofrestr gyflogaeth.",
    ),
    "temporary": (
        "A temporary accreditation runs from {day} to {until}. The training is not finished, or the certificate is still to come.",
        "Mae achrediad dros dro yn rhedeg o {day} hyd {until}. Nid yw’r hyfforddiant wedi gorffen, neu mae’r dystysgrif eto i ddod.",
    ),
    "temporary_fewer": (
        "The temporary accreditation names more nations than count on this day. Only those given here count.",
        "Mae’r achrediad dros dro yn enwi mwy o genhedloedd nag sy’n cyfrif ar y diwrnod hwn. Dim ond y rhai a roddir yma sy’n cyfrif.",
    ),
    "temporary_not_counting": (
        "A temporary accreditation runs from {day} to {until}, but it does not count on this day.",
        "Mae achrediad dros dro yn rhedeg o {day} hyd {until}, ond nid yw’n cyfrif ar y diwrnod hwn.",
    ),
    "number_replaced": (
        "A newer certificate replaced the one with this number. What stands here is how the person stands.",
        "Mae tystysgrif fwy newydd wedi disodli’r un â’r rhif hwn. Yr hyn sydd yma yw sut mae’r person yn sefyll.",
    ),
    "fewer_nations": (
        "The certificate names more nations than count on this day. Only those given here count.",
        "Mae’r dystysgrif yn enwi mwy o genhedloedd nag sy’n cyfrif ar y diwrnod hwn. Dim ond y rhai a roddir yma sy’n cyfrif.",
    ),
    "conditions_from": ("The conditions apply from {day}.", "Mae’r amodau’n berthnasol o {day}."),
    "conditions_until": (
        "The conditions apply from {day} to {until}.",
        "Mae’r amodau’n berthnasol o {day} hyd {until}.",
    ),
    "top_up_by": (
        "Top-up due: the law for {nations} changed, and a short text about it is to be read before {day}. Until then the endorsement counts.",
        "Diweddariad yn ddyledus: newidiodd y gyfraith ar gyfer {nations}, ac mae testun byr amdani i’w ddarllen cyn {day}. Tan hynny mae’r ardystiad yn cyfrif.",
    ),
    "top_up_since": (
        "Top-up due: the law for {nations} changed, and a short text about it has been due since {day}. Until it is done, {nations} does not count.",
        "Diweddariad yn ddyledus: newidiodd y gyfraith ar gyfer {nations}, ac mae testun byr amdani yn ddyledus ers {day}. Hyd nes y gwneir, nid yw {nations} yn cyfrif.",
    ),
    "post_ended": (
        "The post on the employment register ended on {day}.",
        "Daeth y swydd ar y gofrestr gyflogaeth i ben ar {day}.",
    ),
    "no_post": (
        "There is no post on the employment register.",
        "Nid oes swydd ar y gofrestr gyflogaeth.",
    ),
    "post_begins": (
        "The post on the employment register begins on {day}.",
        "Mae’r swydd ar y gofrestr gyflogaeth yn dechrau ar {day}.",
    ),
    "approval_suspended": (
        "The post on the register does not count, because the approval of the employing organisation was suspended on {day}.",
        "Nid yw’r swydd ar y gofrestr yn cyfrif, oherwydd ataliwyd cymeradwyaeth y sefydliad sy’n cyflogi dros dro ar {day}.",
    ),
    "organisation_elsewhere": (
        "The post on the register does not count, because the employing organisation does not work in the nation of the post.",
        "Nid yw’r swydd ar y gofrestr yn cyfrif, oherwydd nid yw’r sefydliad sy’n cyflogi yn gweithio yng nghenedl y swydd.",
    ),
    "not_approved_since": (
        "The post on the register does not count, because the employing organisation lost its approval on {day}.",
        "Nid yw’r swydd ar y gofrestr yn cyfrif, oherwydd collodd y sefydliad sy’n cyflogi ei gymeradwyaeth ar {day}.",
    ),
    "not_approved": (
        "The employing organisation on the register is not approved.",
        "Nid yw’r sefydliad sy’n cyflogi ar y gofrestr wedi’i gymeradwyo.",
    ),
    "other_nation": (
        "The current post is in a nation that the certificate does not name.",
        "Mae’r swydd bresennol mewn cenedl nad yw’r dystysgrif yn ei henwi.",
    ),
    "awarded": (
        "The University conferred the award on {day}. No certificate has been issued.",
        "Dyfarnodd y Brifysgol y cymhwyster ar {day}. Nid oes tystysgrif wedi’i chyhoeddi.",
    ),
    "work_in": (
        "All the assessed work was in on {day}. The award is not made yet.",
        "Roedd yr holl waith a asesir i mewn ar {day}. Nid yw’r dyfarniad wedi’i wneud eto.",
    ),
    "in_training": (
        "The training began on {day} and is not finished.",
        "Dechreuodd yr hyfforddiant ar {day} ac nid yw wedi gorffen.",
    ),
    # Why one nation does not count on a day.
    "nation_counts": ("Covered.", "Mae’n cyfrif."),
    "nation_not_named": ("The certificate does not name it.", "Nid yw’r dystysgrif yn ei henwi."),
    "nation_no_post": ("No post on the register is in it.", "Nid oes swydd ar y gofrestr ynddi."),
    "nation_not_approved": (
        "The organisation of the post is not approved.",
        "Nid yw sefydliad y swydd wedi’i gymeradwyo.",
    ),
    "nation_not_served": (
        "The organisation of the post does not work in it.",
        "Nid yw sefydliad y swydd yn gweithio ynddi.",
    ),
    "nation_top_up": (
        "A top-up on its changed law is overdue.",
        "Mae diweddariad ar ei chyfraith newydd yn hwyr.",
    ),
    "nation_limited": (
        "The standing as a whole does not allow it.",
        "Nid yw’r statws yn ei gyfanrwydd yn ei ganiatáu.",
    ),
}


class Said(str):
    """A sentence: the English words, and what they were made of."""

    key: str
    values: dict

    def __new__(cls, key, **values):
        made = super().__new__(cls, written(key, ENGLISH, values))
        made.key, made.values = key, values
        return made

    def __getnewargs_ex__(self):
        return (self.key,), self.values


def written(key, language, values) -> str:
    words = SENTENCES[key][language == WELSH]
    return words.format(**{name: in_words(value, language) for name, value in values.items()})


def in_welsh(sentence) -> str:
    """The same in Welsh; a sentence that was written by a person stays as it was written."""
    return written(sentence.key, WELSH, sentence.values) if isinstance(sentence, Said) else sentence


def in_words(value, language=ENGLISH) -> str:
    """“Friday 14 November 2026”; “England and Scotland”."""
    if isinstance(value, date):
        return f"{DAYS[language][value.weekday()]} {value.day} {MONTHS[language][value.month - 1]} {value.year}"
    if isinstance(value, tuple | list | set | frozenset):
        codes = [code for code in NATIONS[language] if code in value]
        first = ", ".join(NATIONS[language][code] for code in codes[:-1] or codes)
        return f"{first} {LAST[language][codes[-1]]}" if len(codes) > 1 else first
    return str(value)
