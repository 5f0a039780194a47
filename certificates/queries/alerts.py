"""What somebody should not find out from a message alone: shown where they work, while it is so; first of all that they may not act."""

from dataclasses import dataclass

from django.urls import reverse

from lms.kit import clock
from lms.kit.effective_dates import OF_ROW, that_count

from ..accreditation.facts import certificate_on, last_day_of
from ..accreditation.sentences import in_words
from ..accreditation.standing import (
    lapsed_by_grace_since,
    refused_renewal,
    verdict,
    why_temporary_accreditation_fails,
)
from ..models import Kind, Proposal, Sanction
from ..states import ProposalState
from .facts import facts_and_rules_of

COMING = {
    Kind.CONDITIONS: "Your accreditation will have conditions: {words}",
    Kind.SUSPENDED: "Your accreditation will be suspended, and you may not act as an IMSA then.",
    Kind.RESTORED: "Nothing the Hub decided before will limit your accreditation then.",
    Kind.WITHDRAWN: "Your accreditation will be withdrawn, and you may not act as an IMSA then.",
}


@dataclass(frozen=True)
class Alert:
    """As a notice shows it (components/alerts.html). `asks`: whom to turn to stands beside it."""

    tone: str
    title: str
    body: str
    href: str = ""
    action: str = ""
    asks: bool = False


def is_lifted(proposal, today):
    """The later decision that ended what was confirmed here, or None while it counts or is still to come."""
    line = Sanction.objects.filter(proposal=proposal).first()
    if line is None:
        return None
    counting = that_count(
        list(
            Sanction.objects.filter(enrolment__person_id=proposal.enrolment.person_id).order_by(
                "pk"
            )
        ),
        OF_ROW,
    )
    if line not in counting:
        return next((later for later in counting if later.pk > line.pk), line)
    return next(
        (later for later in counting if later.pk > line.pk and later.from_day <= today), None
    )


def alerts_of(person) -> list[Alert]:
    """Why they may not act today and what they can do, then what the Hub asks them and they have not answered, then what it decided
    from a day to come; two questions."""
    today, found = clock.today(), []
    facts, book = facts_and_rules_of(person)
    asked = (
        Proposal.objects.visible_to(person)
        .filter(replied_at=None)
        .exclude(state=ProposalState.DROPPED)
        .select_related("enrolment")
    )
    for one in asked.order_by("told_at"):
        if one.state == ProposalState.PROPOSED:
            late = (
                "You can still answer"
                if one.reply_by < today
                else f"You can answer until {in_words(one.reply_by)}"
            )
            found.append(
                Alert(
                    "care",
                    "The Hub asks for your answer",
                    f"Nothing is decided. {late}.",
                    reverse("certificates:reply", args=[one.pk]),
                    "Read and answer",
                )
            )
        elif today <= one.reply_by and not is_lifted(one, today):
            counts = (
                f"From {in_words(one.from_day)} it counts" if one.from_day > today else "It counts"
            )
            found.append(
                Alert(
                    "care",
                    "You can answer what the Hub decided",
                    f"{counts} while something is looked into. You can answer until {in_words(one.reply_by)}.",
                    reverse("certificates:reply", args=[one.pk]),
                    "Read and answer",
                )
            )
    for line in that_count(facts.sanctions, OF_ROW):
        if line.from_day > today:
            found.append(
                Alert(
                    "care",
                    f"From {in_words(line.from_day)}",
                    COMING[line.kind].format(words=line.words),
                )
            )
    stopped = why_not_today(facts, book, today)
    return [stopped, *found] if stopped else found


def why_not_today(facts, book, today) -> Alert | None:
    """That somebody who was accredited may not act today, why, and what they can do about it."""
    here = verdict(today, facts, book)
    why = " ".join(str(reason) for reason in here.particulars)
    if here.code == "award_rescinded":
        return Alert(
            "stop",
            "Your award was rescinded. You may not act as an IMSA.",
            f"{why} You can appeal to the University: ask the registry how, and by when. If the University finds that it was wrong, the award "
            "counts again from that day. Until then there is nothing to renew and no top-up to read. Tell the IMSA Model Hub about the people you support now.",
            asks=True,
        )
    if here.code == "withdrawn":
        return Alert(
            "stop",
            "Your accreditation was withdrawn. You may not act as an IMSA.",
            f"{why} Your award stays yours. You can ask the IMSA Model Hub to look at the decision again: only the Hub can restore the accreditation, and until "
            "it does there is nothing to renew.",
            asks=True,
        )
    if here.code == "suspended":
        return Alert(
            "stop",
            "Your accreditation is suspended. You may not act as an IMSA.",
            f"{why} A suspension is not a finding of fault. You can go on reading top-ups and keeping your log. Speak to the IMSA Model Hub about the people you support now.",
            asks=True,
        )
    if here.code == "lapsed":
        return _lapsed(facts, book, today, why)
    if (
        not here.nations
        and not certificate_on(today, facts)
        and (reasons := why_temporary_accreditation_fails(today, facts)[1])
    ):
        return Alert(
            "stop",
            "Your temporary accreditation does not count today. You may not act as an IMSA.",
            f"{' '.join(map(str, reasons))} If this is not right, tell the IMSA Model Hub.",
            asks=True,
        )
    if here.code == "between_posts":
        return Alert(
            "care",
            "No post of yours counts today. You may not act as an IMSA now.",
            f"{why} The accreditation itself goes on, and counts again when a post does. If the register is not right, tell the IMSA Model Hub.",
            asks=True,
        )
    return None


def _lapsed(facts, book, today, why) -> Alert:
    title = "Your accreditation has lapsed. You may not act as an IMSA."
    certificate = certificate_on(today, facts)
    assert certificate is not None  # only what a certificate began can lapse
    last_day = last_day_of(certificate, facts, today)
    if today <= last_day and lapsed_by_grace_since(today, facts, book):
        return Alert(
            "stop",
            title,
            f"{why} It does not come back by itself with a new post: once you have one, ask the IMSA Model Hub to restore it.",
            asks=True,
        )
    if refused_renewal(today, last_day, facts):
        return Alert(
            "stop",
            title,
            f"{why} Your renewal page says why. You can ask again, and you can ask the Hub to look at it again.",
            reverse("certificates:renewal"),
            "See your renewal",
            True,
        )
    return Alert(
        "stop",
        title,
        f"{why} You can still ask for its renewal: it counts again from the day it is granted.",
        reverse("certificates:renewal"),
        "See your renewal",
        True,
    )
