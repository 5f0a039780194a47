"""The standings in words, in English and Welsh: what each means, and what an employer should do."""

from dataclasses import dataclass

from .sentences import ENGLISH, WELSH


@dataclass(frozen=True)
class Words:
    """`tone` is one of good, care, stop, pause, wait, plain (docs/face.md); `yours` is said to the person themselves;
    `was` is the meaning on a day that is past."""

    label: str
    tone: str
    meaning: str
    advice: str
    yours: str
    was: str
    welsh: tuple[str, str, str]  # label, meaning, advice

    def to_holder(self) -> dict:
        return {"label": self.label, "tone": self.tone, "meaning": self.yours}

    def said(self, language=ENGLISH, is_past=False) -> dict:
        """As an answer says it, today or of a day that is past."""
        if language == WELSH:
            label, meaning, advice = self.welsh
            if is_past:
                meaning, advice = f"{ON_THAT_DAY} {meaning}", PAST_WELSH
        else:
            label, meaning, advice = self.label, self.meaning, self.advice
            if is_past:
                meaning, advice = self.was, PAST
        return {"label": label, "tone": self.tone, "meaning": meaning, "advice": advice}


PAST_WELSH = (
    "Mae hyn am ddiwrnod sydd wedi mynd heibio. Gofynnwch am heddiw cyn dibynnu arno heddiw."
)
ON_THAT_DAY = "Fel yr oedd ar y diwrnod hwnnw:"
PAST = "This is about a day that is past. Ask about today before you rely on it for today."
STANDINGS = {
    "not_found": Words(
        "Not found",
        "plain",
        "We have no answer for this number and this name together. That says nothing for or against anyone.",
        "Check both against the certificate and ask again. Until you have an answer, do not treat this person as an IMSA.",
        "You have no entry on the register that answers for this day.",
        "We have no answer for this number and this name together for that day. That says nothing for or against anyone.",
        (
            "Heb ei ganfod",
            "Nid oes gennym ateb ar gyfer y rhif hwn a’r enw hwn gyda’i gilydd. Nid yw hynny’n dweud dim o blaid nac yn erbyn neb.",
            "Gwiriwch y ddau yn erbyn y dystysgrif a gofynnwch eto. Hyd nes y cewch ateb, peidiwch â dibynnu ar fod y person hwn yn IMSA.",
        ),
    ),
    "ask_the_hub": Words(
        "Ask the Hub",
        "wait",
        "For this person the IMSA Model Hub answers approved organisations itself.",
        "Speak to the IMSA Model Hub. Until you have its answer, do not treat this person as an IMSA.",
        "The IMSA Model Hub answers employers for you.",
        "For this person the IMSA Model Hub answers approved organisations itself.",
        (
            "Gofynnwch i’r Hyb",
            "Ar gyfer y person hwn mae Hyb Model IMSA yn ateb sefydliadau cymeradwy ei hun.",
            "Siaradwch â Hyb Model IMSA. Hyd nes y cewch ei ateb, peidiwch â dibynnu ar fod y person hwn yn IMSA.",
        ),
    ),
    "in_training": Words(
        "In training",
        "wait",
        "This person is enrolled on the training and is not accredited.",
        "They may learn at work under supervision. They may not act as an IMSA.",
        "You are enrolled on the training and are not accredited. You may learn at work under supervision.",
        "On that day this person was enrolled on the training and was not accredited.",
        (
            "Mewn hyfforddiant",
            "Mae’r person hwn wedi’i gofrestru ar yr hyfforddiant ac nid yw wedi’i achredu.",
            "Caiff ddysgu yn y gwaith dan oruchwyliaeth. Ni chaiff weithredu fel IMSA.",
        ),
    ),
    "awaiting_award": Words(
        "Awaiting award or certificate",
        "wait",
        "The assessed work is in. The University’s award or the certificate is still to come, so this person is not accredited.",
        "They may not act as an IMSA yet. Ask again when they tell you that their certificate has been issued.",
        "Your assessed work is in. The University’s award or your certificate is still to come, so you are not accredited.",
        "On that day the University’s award or the certificate was still to come, so this person was not accredited.",
        (
            "Yn aros am ddyfarniad neu dystysgrif",
            "Mae’r gwaith a asesir i mewn. Mae dyfarniad y Brifysgol neu’r dystysgrif eto i ddod, felly nid yw’r person hwn wedi’i achredu.",
            "Ni chaiff weithredu fel IMSA eto. Gofynnwch eto pan ddywed wrthych fod ei dystysgrif wedi’i chyhoeddi.",
        ),
    ),
    "eligible": Words(
        "Eligible",
        "wait",
        "Everything a certificate needs is in place, but it has not been issued, so this person is not accredited yet.",
        "They may not act as an IMSA yet. Ask again in a few days.",
        "Everything your certificate needs is in place. The registrar issues it next. Until then you are not accredited.",
        "On that day everything a certificate needs was in place, but it had not been issued, so this person was not accredited.",
        (
            "Cymwys",
            "Mae popeth sydd ei angen ar gyfer tystysgrif yn ei le, ond nid yw wedi’i chyhoeddi, felly nid yw’r person hwn wedi’i achredu eto.",
            "Ni chaiff weithredu fel IMSA eto. Gofynnwch eto ymhen ychydig ddyddiau.",
        ),
    ),
    "temporarily_accredited": Words(
        "Temporarily accredited",
        "care",
        "This person may act as an IMSA in the nations named, for the days named. They have no certificate yet.",
        "Read the last day below. Ask again before it, and before each new piece of work that depends on it.",
        "You may act as an IMSA in the nations named, for the days named. You have no certificate yet.",
        "On that day this person was temporarily accredited and was allowed to act as an IMSA in the nations named.",
        (
            "Wedi’i achredu dros dro",
            "Caiff y person hwn weithredu fel IMSA yn y cenhedloedd a enwir, am y dyddiau a enwir. Nid oes ganddo dystysgrif eto.",
            "Darllenwch y diwrnod olaf isod. Gofynnwch eto cyn hynny, a chyn pob darn newydd o waith sy’n dibynnu arno.",
        ),
    ),
    "accredited": Words(
        "Accredited",
        "good",
        "This person is accredited and may act as an IMSA in the nations named.",
        "You may rely on this for the day it names. Ask again before each new piece of work that depends on it.",
        "You are accredited and may act as an IMSA in the nations named.",
        "On that day this person was accredited and was allowed to act as an IMSA in the nations named.",
        (
            "Wedi’i achredu",
            "Mae’r person hwn wedi’i achredu a chaiff weithredu fel IMSA yn y cenhedloedd a enwir.",
            "Cewch ddibynnu ar hyn am y diwrnod y mae’n ei enwi. Gofynnwch eto cyn pob darn newydd o waith sy’n dibynnu arno.",
        ),
    ),
    "accredited_with_conditions": Words(
        "Accredited with conditions",
        "care",
        "This person may act as an IMSA in the nations named, within the conditions written here.",
        "Read the conditions with the person and their line manager, and make sure that the work keeps to them.",
        "You may act as an IMSA in the nations named, within the conditions written here.",
        "On that day this person was allowed to act as an IMSA in the nations named, within the conditions written here.",
        (
            "Wedi’i achredu ag amodau",
            "Caiff y person hwn weithredu fel IMSA yn y cenhedloedd a enwir, o fewn yr amodau a ysgrifennir yma.",
            "Darllenwch yr amodau gyda’r person a’i reolwr llinell, a sicrhewch fod y gwaith yn cadw atynt.",
        ),
    ),
    "renewal_in_progress": Words(
        "Renewal in progress",
        "good",
        "The renewal was asked for in time and is being decided. Until then this person is accredited and may act as an IMSA in the nations named.",
        "You may rely on this for the day it names. Ask again when the renewal is decided, and before each new piece of work.",
        "You asked for your renewal in time, and it is being decided. Until then you may act as an IMSA in the nations named.",
        "On that day the renewal was being decided, and this person was accredited and was allowed to act as an IMSA in the nations named.",
        (
            "Wrthi’n cael ei adnewyddu",
            "Gofynnwyd am adnewyddu mewn pryd ac mae’n cael ei benderfynu. Tan hynny mae’r person hwn wedi’i achredu a chaiff weithredu fel IMSA yn y cenhedloedd a enwir.",
            "Cewch ddibynnu ar hyn am y diwrnod y mae’n ei enwi. Gofynnwch eto pan gaiff yr adnewyddu ei benderfynu, a chyn pob darn newydd o waith.",
        ),
    ),
    "between_posts": Words(
        "Between posts",
        "pause",
        "This person holds a certificate, but no post of theirs counts today: a post counts at an approved organisation, in a nation on the certificate.",
        "They may not act as an IMSA now. If they work for you, ask the IMSA Model Hub.",
        "You hold a certificate, but no post of yours counts today: a post counts at an approved organisation, in a nation on the certificate. "
        "You may not act as an IMSA now.",
        "On that day this person held a certificate, but had no post that counted: a post counts at an approved organisation, in a nation on the certificate.",
        (
            "Rhwng swyddi",
            "Mae gan y person hwn dystysgrif, ond nid oes yr un o’i swyddi yn cyfrif heddiw: mae swydd yn cyfrif mewn sefydliad cymeradwy, mewn cenedl ar y dystysgrif.",
            "Ni chaiff weithredu fel IMSA nawr. Os yw’n gweithio i chi, gofynnwch i Hyb Model IMSA.",
        ),
    ),
    "top_up_due": Words(
        "Top-up due",
        "pause",
        "The law changed after this person studied it, and the short text about the change has not been read in time.",
        "They may not act as an IMSA until it is done. It takes less than an hour: ask them to do it today, then ask again.",
        "The law you studied has changed. Read the short text on your study page; until you have, you may not act as an IMSA.",
        "On that day the short text about changed law had not been read in time, so this person was not allowed to act as an IMSA.",
        (
            "Diweddariad yn ddyledus",
            "Newidiodd y gyfraith ar ôl i’r person hwn ei hastudio, ac nid yw’r testun byr am y newid wedi’i ddarllen mewn pryd.",
            "Ni chaiff weithredu fel IMSA nes bod hynny wedi’i wneud. Mae’n cymryd llai nag awr: gofynnwch iddo ei wneud heddiw, yna gofynnwch eto.",
        ),
    ),
    "suspended": Words(
        "Suspended",
        "stop",
        "The IMSA Model Hub has suspended this person. A suspension is not a finding of fault.",
        "They may not act as an IMSA until it is lifted. Speak to the IMSA Model Hub about people they now support.",
        "The IMSA Model Hub has suspended you. You may not act as an IMSA until that is lifted. It is not a finding of fault.",
        "On that day this person was suspended by the IMSA Model Hub. A suspension is not a finding of fault.",
        (
            "Wedi’i atal dros dro",
            "Mae Hyb Model IMSA wedi atal y person hwn dros dro. Nid yw ataliad yn ganfyddiad o fai.",
            "Ni chaiff weithredu fel IMSA nes y caiff ei godi. Siaradwch â Hyb Model IMSA am y bobl y mae’n eu cefnogi nawr.",
        ),
    ),
    "award_rescinded": Words(
        "Award rescinded",
        "stop",
        "The University has rescinded the award that this person’s accreditation rested on, so the person is not accredited.",
        "They may not act as an IMSA. Ask the person to stop, and speak to the IMSA Model Hub about people they now support.",
        "The University has rescinded your award, and your accreditation ended with it. You may not act as an IMSA.",
        "On that day the University had rescinded the award that this person’s accreditation rested on, so the person was not accredited.",
        (
            "Dyfarniad wedi’i ddiddymu",
            "Mae’r Brifysgol wedi diddymu’r dyfarniad yr oedd achrediad y person hwn yn dibynnu arno, felly nid yw wedi’i achredu.",
            "Ni chaiff weithredu fel IMSA. Gofynnwch i’r person roi’r gorau iddi, a siaradwch â Hyb Model IMSA am y bobl y mae’n eu cefnogi nawr.",
        ),
    ),
    "lapsed": Words(
        "Lapsed",
        "pause",
        "This person was accredited, and the accreditation has run out.",
        "They may not act as an IMSA. The IMSA Model Hub can tell you how an accreditation comes back.",
        "Your accreditation has run out. You may not act as an IMSA.",
        "By that day the accreditation of this person had run out.",
        (
            "Wedi dod i ben",
            "Roedd y person hwn wedi’i achredu, ac mae’r achrediad wedi dod i ben.",
            "Ni chaiff weithredu fel IMSA. Gall Hyb Model IMSA ddweud wrthych sut mae achrediad yn dod yn ôl.",
        ),
    ),
    "withdrawn": Words(
        "Withdrawn",
        "stop",
        "The IMSA Model Hub has withdrawn this person’s accreditation.",
        "They may not act as an IMSA. Speak to the IMSA Model Hub if they work with you.",
        "The IMSA Model Hub has withdrawn your accreditation. You may not act as an IMSA.",
        "By that day the IMSA Model Hub had withdrawn this person’s accreditation.",
        (
            "Wedi’i dynnu’n ôl",
            "Mae Hyb Model IMSA wedi tynnu achrediad y person hwn yn ôl.",
            "Ni chaiff weithredu fel IMSA. Siaradwch â Hyb Model IMSA os yw’n gweithio gyda chi.",
        ),
    ),
}
MAY_ACT = frozenset(
    {"accredited", "accredited_with_conditions", "renewal_in_progress", "temporarily_accredited"}
)


def words_for(code: str) -> Words:
    return STANDINGS[code]
