"""Sentences of the register, with the days and nations in them; it knows no person.

They stand here in English; the catalogues of lms/locale have them in Welsh.
"""

from lms.kit.languages import WELSH, Sentence, gettext_noop
from lms.kit.languages import in_words as in_words  # half the room asks for it here

# A day is written in full, nations in their fixed order.
SENTENCES = {
    "decided": gettext_noop("The IMSA Model Hub decided this with effect from %(day)s."),
    "decided_until": gettext_noop("The IMSA Model Hub decided this from %(day)s to %(until)s."),
    "award_rescinded": gettext_noop(
        "The University rescinded the award with effect from %(day)s. The accreditation rested on it."
    ),
    "expired": gettext_noop("The accreditation was valid until %(day)s and was not renewed."),
    "renewal_refused": gettext_noop(
        "The accreditation was valid until %(day)s, and its renewal was not granted."
    ),
    "renewal_overdue": gettext_noop(
        "The accreditation was valid until %(day)s, and its renewal was not decided by %(until)s."
    ),
    "in_progress": gettext_noop(
        "The term ended on %(day)s. The renewal was asked for in time and is being decided, so the accreditation goes on, until %(until)s at the latest."
    ),
    "renewal_asked": gettext_noop("Its renewal was asked for on %(day)s and is being decided."),
    "grace": gettext_noop(
        "The last day on which a post counted was %(served)s. After %(months)s months without one that counts an accreditation lapses: this one did on %(day)s."
    ),
    "grace_from_issue": gettext_noop(
        "No post has counted since the certificate was issued. After %(months)s months without one that counts an accreditation lapses: this one did on %(day)s."
    ),
    "valid": gettext_noop(
        "The accreditation is valid until %(day)s, and a post at an approved organisation is on the employment register."
    ),
    "temporary": gettext_noop(
        "A temporary accreditation runs from %(day)s to %(until)s. The training is not finished, or the certificate is still to come."
    ),
    "temporary_fewer": gettext_noop(
        "The temporary accreditation names more nations than count on this day. Only those given here count."
    ),
    "temporary_not_counting": gettext_noop(
        "A temporary accreditation runs from %(day)s to %(until)s, but it does not count on this day."
    ),
    "number_replaced": gettext_noop(
        "A newer certificate replaced the one with this number. What stands here is how the person stands."
    ),
    "fewer_nations": gettext_noop(
        "The certificate names more nations than count on this day. Only those given here count."
    ),
    "conditions_from": gettext_noop("The conditions apply from %(day)s."),
    "conditions_until": gettext_noop("The conditions apply from %(day)s to %(until)s."),
    "top_up_by": gettext_noop(
        "Top-up due: the law for %(nations)s changed, and a short text about it is to be read before %(day)s. Until then the endorsement counts."
    ),
    "top_up_since": gettext_noop(
        "Top-up due: the law for %(nations)s changed, and a short text about it has been due since %(day)s. Until it is done, %(nations)s does not count."
    ),
    "post_ended": gettext_noop("The post on the employment register ended on %(day)s."),
    "no_post": gettext_noop("There is no post on the employment register."),
    "post_begins": gettext_noop("The post on the employment register begins on %(day)s."),
    "approval_suspended": gettext_noop(
        "The post on the register does not count, because the approval of the employing organisation was suspended on %(day)s."
    ),
    "organisation_elsewhere": gettext_noop(
        "The post on the register does not count, because the employing organisation does not work in the nation of the post."
    ),
    "not_approved_since": gettext_noop(
        "The post on the register does not count, because the employing organisation lost its approval on %(day)s."
    ),
    "not_approved": gettext_noop("The employing organisation on the register is not approved."),
    "other_nation": gettext_noop(
        "The current post is in a nation that the certificate does not name."
    ),
    "awarded": gettext_noop(
        "The University conferred the award on %(day)s. No certificate has been issued."
    ),
    "work_in": gettext_noop("All the assessed work was in on %(day)s. The award is not made yet."),
    "in_training": gettext_noop("The training began on %(day)s and is not finished."),
    # Why one nation does not count on a day.
    "nation_counts": gettext_noop("Covered."),
    "nation_not_named": gettext_noop("The certificate does not name it."),
    "nation_no_post": gettext_noop("No post on the register is in it."),
    "nation_not_approved": gettext_noop("The organisation of the post is not approved."),
    "nation_not_served": gettext_noop("The organisation of the post does not work in it."),
    "nation_top_up": gettext_noop("A top-up on its changed law is overdue."),
    "nation_limited": gettext_noop("The standing as a whole does not allow it."),
}


class Phrase(Sentence):
    """A sentence of the register by its key."""

    key: str

    def __new__(cls, key, /, **values):
        made = super().__new__(cls, SENTENCES[key], **values)
        made.key = key
        return made

    def __getnewargs_ex__(self):
        return (self.key,), self.values


def in_welsh(sentence) -> str:
    """The same in Welsh; a sentence that was written by a person stays as it was written."""
    return sentence.in_language(WELSH) if isinstance(sentence, Sentence) else sentence
