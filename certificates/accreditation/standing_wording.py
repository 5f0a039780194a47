"""The standings in words: what each means, and what an employer should do. English here; other languages in lms/locale."""

from dataclasses import dataclass

from lms.kit.languages import ENGLISH, catalogue, gettext_noop, pgettext_noop


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

    def to_holder(self) -> dict:
        return {"label": self.label, "tone": self.tone, "meaning": self.yours}

    def as_answer(self, language=ENGLISH, is_past=False) -> dict:
        """As an answer says it, today or of a day that is past."""
        words = catalogue(language)
        return {
            "label": words.pgettext("standing", self.label),
            "tone": self.tone,
            "meaning": words.pgettext("on a past day", self.was)
            if is_past
            else words.gettext(self.meaning),
            "advice": words.gettext(PAST if is_past else self.advice),
        }


PAST = gettext_noop(
    "This is about a day that is past. Ask about today before you rely on it for today."
)
STANDINGS = {
    "not_found": Words(
        pgettext_noop("standing", "Not found"),
        "plain",
        gettext_noop(
            "We have no answer for this number and this name together. That says nothing for or against anyone."
        ),
        gettext_noop(
            "Check both against the certificate and ask again. Until you have an answer, do not treat this person as an IMSA."
        ),
        gettext_noop("You have no entry on the register that answers for this day."),
        pgettext_noop(
            "on a past day",
            "We have no answer for this number and this name together for that day. That says nothing for or against anyone.",
        ),
    ),
    "ask_the_hub": Words(
        pgettext_noop("standing", "Ask the Hub"),
        "wait",
        gettext_noop("For this person the IMSA Model Hub answers approved organisations itself."),
        gettext_noop(
            "Speak to the IMSA Model Hub. Until you have its answer, do not treat this person as an IMSA."
        ),
        gettext_noop("The IMSA Model Hub answers employers for you."),
        pgettext_noop(
            "on a past day",
            "For this person the IMSA Model Hub answers approved organisations itself.",
        ),
    ),
    "in_training": Words(
        pgettext_noop("standing", "In training"),
        "wait",
        gettext_noop("This person is enrolled on the training and is not accredited."),
        gettext_noop("They may learn at work under supervision. They may not act as an IMSA."),
        gettext_noop(
            "You are enrolled on the training and are not accredited. You may learn at work under supervision."
        ),
        pgettext_noop(
            "on a past day",
            "On that day this person was enrolled on the training and was not accredited.",
        ),
    ),
    "awaiting_award": Words(
        pgettext_noop("standing", "Awaiting award or certificate"),
        "wait",
        gettext_noop(
            "The assessed work is in. The University’s award or the certificate is still to come, so this person is not accredited."
        ),
        gettext_noop(
            "They may not act as an IMSA yet. Ask again when they tell you that their certificate has been issued."
        ),
        gettext_noop(
            "Your assessed work is in. The University’s award or your certificate is still to come, so you are not accredited."
        ),
        pgettext_noop(
            "on a past day",
            "On that day the University’s award or the certificate was still to come, so this person was not accredited.",
        ),
    ),
    "eligible": Words(
        pgettext_noop("standing", "Eligible"),
        "wait",
        gettext_noop(
            "Everything a certificate needs is in place, but it has not been issued, so this person is not accredited yet."
        ),
        gettext_noop("They may not act as an IMSA yet. Ask again in a few days."),
        gettext_noop(
            "Everything your certificate needs is in place. The registrar issues it next. Until then you are not accredited."
        ),
        pgettext_noop(
            "on a past day",
            "On that day everything a certificate needs was in place, but it had not been issued, so this person was not accredited.",
        ),
    ),
    "temporarily_accredited": Words(
        pgettext_noop("standing", "Temporarily accredited"),
        "care",
        gettext_noop(
            "This person may act as an IMSA in the nations named, for the days named. They have no certificate yet."
        ),
        gettext_noop(
            "Read the last day below. Ask again before it, and before each new piece of work that depends on it."
        ),
        gettext_noop(
            "You may act as an IMSA in the nations named, for the days named. You have no certificate yet."
        ),
        pgettext_noop(
            "on a past day",
            "On that day this person was temporarily accredited and was allowed to act as an IMSA in the nations named.",
        ),
    ),
    "accredited": Words(
        pgettext_noop("standing", "Accredited"),
        "good",
        gettext_noop("This person is accredited and may act as an IMSA in the nations named."),
        gettext_noop(
            "You may rely on this for the day it names. Ask again before each new piece of work that depends on it."
        ),
        gettext_noop("You are accredited and may act as an IMSA in the nations named."),
        pgettext_noop(
            "on a past day",
            "On that day this person was accredited and was allowed to act as an IMSA in the nations named.",
        ),
    ),
    "accredited_with_conditions": Words(
        pgettext_noop("standing", "Accredited with conditions"),
        "care",
        gettext_noop(
            "This person may act as an IMSA in the nations named, within the conditions written here."
        ),
        gettext_noop(
            "Read the conditions with the person and their line manager, and make sure that the work keeps to them."
        ),
        gettext_noop(
            "You may act as an IMSA in the nations named, within the conditions written here."
        ),
        pgettext_noop(
            "on a past day",
            "On that day this person was allowed to act as an IMSA in the nations named, within the conditions written here.",
        ),
    ),
    "renewal_in_progress": Words(
        pgettext_noop("standing", "Renewal in progress"),
        "good",
        gettext_noop(
            "The renewal was asked for in time and is being decided. Until then this person is accredited and may act as an IMSA in the nations named."
        ),
        gettext_noop(
            "You may rely on this for the day it names. Ask again when the renewal is decided, and before each new piece of work."
        ),
        gettext_noop(
            "You asked for your renewal in time, and it is being decided. Until then you may act as an IMSA in the nations named."
        ),
        pgettext_noop(
            "on a past day",
            "On that day the renewal was being decided, and this person was accredited and was allowed to act as an IMSA in the nations named.",
        ),
    ),
    "between_posts": Words(
        pgettext_noop("standing", "Between posts"),
        "pause",
        gettext_noop(
            "This person holds a certificate, but no post of theirs counts today: a post counts at an approved organisation, in a nation on the certificate."
        ),
        gettext_noop(
            "They may not act as an IMSA now. If they work for you, ask the IMSA Model Hub."
        ),
        gettext_noop(
            "You hold a certificate, but no post of yours counts today: a post counts at an approved organisation, in a nation on the certificate. You may not act as an IMSA now."
        ),
        pgettext_noop(
            "on a past day",
            "On that day this person held a certificate, but had no post that counted: a post counts at an approved organisation, in a nation on the certificate.",
        ),
    ),
    "top_up_due": Words(
        pgettext_noop("standing", "Top-up due"),
        "pause",
        gettext_noop(
            "The law changed after this person studied it, and the short text about the change has not been read in time."
        ),
        gettext_noop(
            "They may not act as an IMSA until it is done. It takes less than an hour: ask them to do it today, then ask again."
        ),
        gettext_noop(
            "The law you studied has changed. Read the short text on your study page; until you have, you may not act as an IMSA."
        ),
        pgettext_noop(
            "on a past day",
            "On that day the short text about changed law had not been read in time, so this person was not allowed to act as an IMSA.",
        ),
    ),
    "suspended": Words(
        pgettext_noop("standing", "Suspended"),
        "stop",
        gettext_noop(
            "The IMSA Model Hub has suspended this person. A suspension is not a finding of fault."
        ),
        gettext_noop(
            "They may not act as an IMSA until it is lifted. Speak to the IMSA Model Hub about people they now support."
        ),
        gettext_noop(
            "The IMSA Model Hub has suspended you. You may not act as an IMSA until that is lifted. It is not a finding of fault."
        ),
        pgettext_noop(
            "on a past day",
            "On that day this person was suspended by the IMSA Model Hub. A suspension is not a finding of fault.",
        ),
    ),
    "award_rescinded": Words(
        pgettext_noop("standing", "Award rescinded"),
        "stop",
        gettext_noop(
            "The University has rescinded the award that this person’s accreditation rested on, so the person is not accredited."
        ),
        gettext_noop(
            "They may not act as an IMSA. Ask the person to stop, and speak to the IMSA Model Hub about people they now support."
        ),
        gettext_noop(
            "The University has rescinded your award, and your accreditation ended with it. You may not act as an IMSA."
        ),
        pgettext_noop(
            "on a past day",
            "On that day the University had rescinded the award that this person’s accreditation rested on, so the person was not accredited.",
        ),
    ),
    "lapsed": Words(
        pgettext_noop("standing", "Lapsed"),
        "pause",
        gettext_noop("This person was accredited, and the accreditation has run out."),
        gettext_noop(
            "They may not act as an IMSA. The IMSA Model Hub can tell you how an accreditation comes back."
        ),
        gettext_noop("Your accreditation has run out. You may not act as an IMSA."),
        pgettext_noop("on a past day", "By that day the accreditation of this person had run out."),
    ),
    "withdrawn": Words(
        pgettext_noop("standing", "Withdrawn"),
        "stop",
        gettext_noop("The IMSA Model Hub has withdrawn this person’s accreditation."),
        gettext_noop(
            "They may not act as an IMSA. Speak to the IMSA Model Hub if they work with you."
        ),
        gettext_noop(
            "The IMSA Model Hub has withdrawn your accreditation. You may not act as an IMSA."
        ),
        pgettext_noop(
            "on a past day",
            "By that day the IMSA Model Hub had withdrawn this person’s accreditation.",
        ),
    ),
}
MAY_ACT = frozenset(
    {"accredited", "accredited_with_conditions", "renewal_in_progress", "temporarily_accredited"}
)


def words_for(code: str) -> Words:
    return STANDINGS[code]
