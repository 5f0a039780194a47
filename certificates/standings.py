"""The standings in words: what each means, and what an employer should do."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """`tone` is one of good, care, stop, wait, plain (docs/face.md); `yours` is said to the person themselves."""

    label: str
    tone: str
    meaning: str
    advice: str
    yours: str

    def to_holder(self) -> dict:
        return {"label": self.label, "tone": self.tone, "meaning": self.yours}


STANDINGS = {
    "not_found": Words(
        "Not found", "plain",
        "We have no answer for this number and this name together. That says nothing for or against anybody.",
        "Check both against the certificate and ask again. Until you have an answer, do not rely on this person’s being an IMSA.",
        "You have no entry on the register that answers for this day.",
    ),
    "in_training": Words(
        "In training", "wait",
        "This person is enrolled on the training and is not accredited.",
        "They may learn at work under supervision. They may not act as an IMSA.",
        "You are enrolled on the training and are not accredited. You may learn at work under supervision.",
    ),
    "awaiting_award": Words(
        "Awaiting award or certificate", "wait",
        "The assessed work is in. The University’s award or the certificate is still to come, so this person is not accredited.",
        "They may not act as an IMSA yet. Ask again when they tell you that their certificate has been issued.",
        "Your assessed work is in. The University’s award or your certificate is still to come, so you are not accredited.",
    ),
    "eligible": Words(
        "Eligible", "wait",
        "Everything a certificate needs is in place, but it has not been issued, so this person is not accredited yet.",
        "They may not act as an IMSA yet. Ask again in a few days.",
        "Everything your certificate needs is in place. The registrar issues it next. Until then you are not accredited.",
    ),
    "accredited": Words(
        "Accredited", "good",
        "This person is accredited and may act as an IMSA in the nations named.",
        "You may rely on this for the day it names. Ask again before each new piece of work that depends on it.",
        "You are accredited and may act as an IMSA in the nations named.",
    ),
    "accredited_with_conditions": Words(
        "Accredited with conditions", "care",
        "This person may act as an IMSA in the nations named, within the conditions written here.",
        "Read the conditions with the person and their line manager, and make sure that the work keeps to them.",
        "You may act as an IMSA in the nations named, within the conditions written here.",
    ),
    "between_posts": Words(
        "Between posts", "stop",
        "This person holds a certificate, but has no post on the employment register that it covers today.",
        "They may not act as an IMSA now. If they work for you, ask the IMSA Model Hub to bring the register up to date.",
        "You hold a certificate, but no post on the employment register that it covers today. You may not act as an IMSA now.",
    ),
    "top_up_due": Words(
        "Top-up due", "stop",
        "The law changed after this person studied it, and the short text about the change has not been read in time.",
        "They may not act as an IMSA until it is done. It takes less than an hour: ask them to do it today, then ask again.",
        "The law you studied has changed. Read the short text on your study page; until you have, you may not act as an IMSA.",
    ),
    "suspended": Words(
        "Suspended", "stop",
        "The IMSA Model Hub has suspended this person. A suspension is not a finding of fault.",
        "They may not act as an IMSA until it is lifted. Speak to the IMSA Model Hub about people they now support.",
        "The IMSA Model Hub has suspended you. You may not act as an IMSA until that is lifted. It is not a finding of fault.",
    ),
    "lapsed": Words(
        "Lapsed", "stop",
        "This person was accredited, and the accreditation has run out.",
        "They may not act as an IMSA. The IMSA Model Hub can tell you how an accreditation is renewed.",
        "Your accreditation has run out. You may not act as an IMSA. The IMSA Model Hub can tell you how to renew it.",
    ),
    "withdrawn": Words(
        "Withdrawn", "stop",
        "The IMSA Model Hub has withdrawn this person’s accreditation.",
        "They may not act as an IMSA. Speak to the IMSA Model Hub if they work with you.",
        "The IMSA Model Hub has withdrawn your accreditation. You may not act as an IMSA.",
    ),
}
MAY_ACT = frozenset({"accredited", "accredited_with_conditions"})


def words_for(code: str) -> Words:
    return STANDINGS[code]
