"""Longer reading questions of this room, answered for pages."""
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from lms.people.models import User
from lms.record.actions import thing_label

from .models import Approval, Cohort, Contact, Enrolment, Organisation, Remark
from .register import approval_on, approvals_of, by_family_name, last_lines, posts_of_many
from .states import ApprovalDeed

NOT_YET = "none"  # in place of a decision: there is none yet
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


def organisations_on(day, *, approval="", wanted=""):
    """Organisations with `approval_now`, the decision in force on a day (“” before the first); of one such decision ("none" for “”), and
    with these words in name, code or sector. A QuerySet by name."""
    in_force = Approval.objects.filter(organisation=OuterRef("pk"), from_day__lte=day).order_by("-pk").values("deed")[:1]
    found = Organisation.objects.annotate(approval_now=Coalesce(Subquery(in_force), Value(""))).order_by("name", "pk")
    for word in wanted.split():
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(sector__icontains=word))
    return found.filter(approval_now="" if approval == NOT_YET else approval) if approval else found


def with_approval(organisations, day) -> list[dict]:
    """Each organisation with its approval in words and how many people it employs on a day. Two queries and that for `organisations`."""
    organisations = list(organisations)
    lines, employed = approvals_of([o.pk for o in organisations]), {}
    posts = last_lines().filter(organisation__in=organisations, starts_on__lte=day).exclude(ends_on__lt=day)
    for organisation, person in posts.values_list("organisation_id", "employment__person_id"):
        employed.setdefault(organisation, set()).add(person)
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


def contacts_by_organisation(keys, day) -> dict[int, list[Contact]]:
    """`contacts_of` for several organisations at once."""
    found = {}
    standing = Contact.objects.filter(organisation__in=keys, starts_on__lte=day)
    for contact in standing.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day)).select_related("person").order_by("pk"):
        found.setdefault(contact.organisation_id, []).append(contact)
    return found


def contacts_of(organisation, day):
    """Those who may act for the organisation on that day."""
    standing = Contact.objects.filter(organisation=organisation, starts_on__lte=day)
    return standing.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day)).select_related("person").order_by("pk")
