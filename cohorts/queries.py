"""Longer reading questions of this room, answered for pages."""
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from lms.people.models import User
from lms.record.actions import thing_label

from .models import Cohort, Contact, Enrolment, Organisation, Remark
from .register import approval_on, approvals_of, by_family_name, last_lines, posts_of_many
from .states import ApprovalDeed

TONES = {ApprovalDeed.APPROVED: "good", ApprovalDeed.SUSPENDED: "stop", ApprovalDeed.ENDED: "plain"}


@dataclass(frozen=True)
class ApprovalInWords:
    """Whether an organisation is approved on a day, as a page says it."""

    label: str
    tone: str
    since: date | None
    next_label: str = ""
    next_day: date | None = None


def approval_in_words(lines, day) -> ApprovalInWords:
    """`lines` as `register.approvals_of` gives them."""
    decision = approval_on(lines, day)
    coming = next(((when, deed) for when, deed in lines if when > day), None)
    later = {"next_label": ApprovalDeed(coming[1]).label, "next_day": coming[0]} if coming else {}
    if not decision:
        return ApprovalInWords("Not approved yet", "wait", None, **later)
    return ApprovalInWords(ApprovalDeed(decision[1]).label, TONES[decision[1]], decision[0], **later)


def organisations_with_approval(day) -> list[dict]:
    """Every organisation with its approval in words and how many people it employs on a day. Three queries."""
    organisations = list(Organisation.objects.all())
    lines = approvals_of([o.pk for o in organisations])
    employed = {}
    for line in last_lines().filter(starts_on__lte=day).exclude(ends_on__lt=day):
        employed.setdefault(line.organisation_id, set()).add(line.employment.person_id)
    return [
        {"organisation": o, "approval": approval_in_words(lines[o.pk], day), "people": len(employed.get(o.pk, ()))}
        for o in organisations
    ]


def cohorts_with_counts():
    return Cohort.objects.select_related("programme").annotate(people=Count("enrolments"))


def people_of_cohort(cohort, day) -> list[dict]:
    """Each enrolment with the posts held on a day. Two queries, however many people."""
    enrolments = list(Enrolment.objects.filter(cohort=cohort).select_related("person", "plan"))
    enrolments.sort(key=lambda enrolment: by_family_name(enrolment.person))
    posts = posts_of_many([e.person_id for e in enrolments])
    return [{"enrolment": e, "posts": [p for p in posts[e.person_id] if p.is_open_on(day)]} for e in enrolments]


def names_of_actors(labels) -> dict[str, str]:
    """Names for record labels: “person:12” is a person, anything else a command at the server."""
    keys = {int(label.partition(":")[2]) for label in labels if label.startswith("person:")}
    names = {f"person:{p.pk}": p.full_name for p in User.objects.filter(pk__in=keys)} if keys else {}
    return {label: names.get(label, "The server’s command line") for label in labels}


def remarks_on(thing) -> list[Remark]:
    """What officers wrote about an enrolment or a post, newest first, each with `who`. Two queries."""
    remarks = list(Remark.objects.filter(about=thing_label(thing)))
    names = names_of_actors({remark.written_by for remark in remarks})
    for remark in remarks:
        remark.who = names[remark.written_by]
    return remarks


def contacts_of(organisation, day):
    """Those who may act for the organisation on that day."""
    standing = Contact.objects.filter(organisation=organisation, starts_on__lte=day)
    return standing.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day)).select_related("person").order_by("pk")
