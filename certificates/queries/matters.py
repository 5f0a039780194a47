"""What somebody should not find out from a message alone: shown where they work, while it is open."""
from dataclasses import dataclass

from django.urls import reverse

from lms.kit import clock
from lms.kit.lines import OF_ROW, that_count

from ..models import Kind, Proposal, Sanction
from ..said import in_words
from ..states import ProposalState

COMING = {
    Kind.CONDITIONS: "Your accreditation will have conditions: {words}", Kind.SUSPENDED: "Your accreditation will be suspended, and you may not act as an IMSA then.",
    Kind.RESTORED: "Nothing the Hub decided before will limit your accreditation then.",
    Kind.WITHDRAWN: "Your accreditation will be withdrawn, and you may not act as an IMSA then.",
}


@dataclass(frozen=True)
class Matter:
    """As a notice shows it (components/notice.html)."""

    tone: str
    title: str
    body: str
    href: str = ""
    action: str = ""


def is_lifted(proposal, today):
    """The later decision that ended what was confirmed here, or None while it counts or is still to come."""
    line = Sanction.objects.filter(proposal=proposal).first()
    if line is None:
        return None
    counting = that_count(list(Sanction.objects.filter(enrolment__person_id=proposal.enrolment.person_id).order_by("pk")), OF_ROW)
    if line not in counting:
        return next((later for later in counting if later.pk > line.pk), line)
    return next((later for later in counting if later.pk > line.pk and later.from_day <= today), None)


def matters_of(person) -> list[Matter]:
    """What the Hub asks them and they have not answered, then what it decided from a day to come; two questions."""
    today, found = clock.today(), []
    asked = Proposal.objects.visible_to(person).filter(replied_at=None).exclude(state=ProposalState.DROPPED).select_related("enrolment")
    for one in asked.order_by("told_at"):
        if one.state == ProposalState.PROPOSED:
            late = "You can still answer" if one.reply_by < today else f"You can answer until {in_words(one.reply_by)}"
            found.append(Matter("care", "The Hub asks for your answer", f"Nothing is decided. {late}.", reverse("certificates:reply", args=[one.pk]), "Read and answer"))
        elif today <= one.reply_by and not is_lifted(one, today):
            counts = f"From {in_words(one.from_day)} it counts" if one.from_day > today else "It counts"
            found.append(Matter(
                "care", "You can answer what the Hub decided", f"{counts} while something is looked into. You can answer until {in_words(one.reply_by)}.",
                reverse("certificates:reply", args=[one.pk]), "Read and answer",
            ))
    for line in that_count(list(Sanction.objects.filter(enrolment__person_id=person.pk).order_by("pk")), OF_ROW):
        if line.from_day > today:
            found.append(Matter("care", f"From {in_words(line.from_day)}", COMING[line.kind].format(words=line.words)))
    return found
