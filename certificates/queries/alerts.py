"""What somebody should not find out from a message alone: shown where they work, while it is so; first of all that they may not act."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    Kind.CONDITIONS: gettext_lazy("Your accreditation will have conditions: {words}"),
    Kind.SUSPENDED: gettext_lazy(
        "Your accreditation will be suspended, and you may not act as an IMSA then."
    ),
    Kind.RESTORED: gettext_lazy(
        "Nothing the Hub decided before will limit your accreditation then."
    ),
    Kind.WITHDRAWN: gettext_lazy(
        "Your accreditation will be withdrawn, and you may not act as an IMSA then."
    ),
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
                _("You can still answer")
                if one.reply_by < today
                else _("You can answer until %(day)s") % {"day": in_words(one.reply_by)}
            )
            found.append(
                Alert(
                    "care",
                    _("The Hub asks for your answer"),
                    _("Nothing is decided. %(late)s.") % {"late": late},
                    reverse("certificates:reply", args=[one.pk]),
                    _("Read and answer"),
                )
            )
        elif today <= one.reply_by and not is_lifted(one, today):
            counts = (
                _("From %(day)s it counts") % {"day": in_words(one.from_day)}
                if one.from_day > today
                else _("It counts")
            )
            found.append(
                Alert(
                    "care",
                    _("You can answer what the Hub decided"),
                    _("%(counts)s while something is looked into. You can answer until %(day)s.")
                    % {"counts": counts, "day": in_words(one.reply_by)},
                    reverse("certificates:reply", args=[one.pk]),
                    _("Read and answer"),
                )
            )
    for line in that_count(facts.sanctions, OF_ROW):
        if line.from_day > today:
            found.append(
                Alert(
                    "care",
                    _("From %(day)s") % {"day": in_words(line.from_day)},
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
            _("Your award was rescinded. You may not act as an IMSA."),
            _(
                "%(why)s You can appeal to the University: ask the registry how, and by when. If the University finds that it was wrong, the award "
                "counts again from that day. Until then there is nothing to renew and no top-up to read. Tell the IMSA Model Hub about the people you support now."
            )
            % {"why": why},
            asks=True,
        )
    if here.code == "withdrawn":
        return Alert(
            "stop",
            _("Your accreditation was withdrawn. You may not act as an IMSA."),
            _(
                "%(why)s Your award stays yours. You can ask the IMSA Model Hub to look at the decision again: only the Hub can restore the accreditation, and until "
                "it does there is nothing to renew."
            )
            % {"why": why},
            asks=True,
        )
    if here.code == "suspended":
        return Alert(
            "stop",
            _("Your accreditation is suspended. You may not act as an IMSA."),
            _(
                "%(why)s A suspension is not a finding of fault. You can go on reading top-ups and keeping your log. Speak to the IMSA Model Hub about the people you support now."
            )
            % {"why": why},
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
            _("Your temporary accreditation does not count today. You may not act as an IMSA."),
            _("%(reasons)s If this is not right, tell the IMSA Model Hub.")
            % {"reasons": " ".join(map(str, reasons))},
            asks=True,
        )
    if here.code == "between_posts":
        return Alert(
            "care",
            _("No post of yours counts today. You may not act as an IMSA now."),
            _(
                "%(why)s The accreditation itself goes on, and counts again when a post does. If the register is not right, tell the IMSA Model Hub."
            )
            % {"why": why},
            asks=True,
        )
    return None


def _lapsed(facts, book, today, why) -> Alert:
    title = _("Your accreditation has lapsed. You may not act as an IMSA.")
    certificate = certificate_on(today, facts)
    assert certificate is not None  # only what a certificate began can lapse
    last_day = last_day_of(certificate, facts, today)
    if today <= last_day and lapsed_by_grace_since(today, facts, book):
        return Alert(
            "stop",
            title,
            _(
                "%(why)s It does not come back by itself with a new post: once you have one, ask the IMSA Model Hub to restore it."
            )
            % {"why": why},
            asks=True,
        )
    if refused_renewal(today, last_day, facts):
        return Alert(
            "stop",
            title,
            _(
                "%(why)s Your renewal page says why. You can ask again, and you can ask the Hub to look at it again."
            )
            % {"why": why},
            reverse("certificates:renewal"),
            _("See your renewal"),
            True,
        )
    return Alert(
        "stop",
        title,
        _("%(why)s You can still ask for its renewal: it counts again from the day it is granted.")
        % {"why": why},
        reverse("certificates:renewal"),
        _("See your renewal"),
        True,
    )
