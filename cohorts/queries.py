"""Longer reading questions of this room, answered for pages."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from lms.kit.letters import folded
from lms.people.models import User
from lms.record.actions import thing_label

from .models import Approval, Cohort, Contact, Enrolment, Organisation, Remark
from .register import approval_on, approvals_of, last_lines, post_of
from .states import ApprovalAction

NOT_YET = "none"  # in place of a decision: there is none yet
TONES = {
    ApprovalAction.APPROVED: "good",
    ApprovalAction.SUSPENDED: "stop",
    ApprovalAction.ENDED: "plain",
}


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
    coming = next(((when, action) for when, action in lines if when > day), None)
    later = {"next_label": ApprovalAction(coming[1]).label, "next_day": coming[0]} if coming else {}
    if not decision:
        return ApprovalInWords("Not approved yet", "wait", None, **later)
    action = ApprovalAction(decision[1])
    return ApprovalInWords(action.label, TONES[action], decision[0], **later)


def organisations_on(day, *, approval="", wanted=""):
    """Organisations with `approval_now`, the decision in force on a day (“” before the first); of one such decision ("none" for “”), and
    with these words in name, code or sector. A QuerySet by name."""
    in_force = (
        Approval.objects.filter(organisation=OuterRef("pk"), from_day__lte=day)
        .order_by("-pk")
        .values("action")[:1]
    )
    found = Organisation.objects.annotate(
        approval_now=Coalesce(Subquery(in_force), Value(""))
    ).order_by("name", "pk")
    for word in wanted.split():
        found = found.filter(
            Q(name__icontains=word) | Q(code__icontains=word) | Q(sector__icontains=word)
        )
    return found.filter(approval_now="" if approval == NOT_YET else approval) if approval else found


def with_approval(organisations, day) -> list[dict]:
    """Each organisation with its approval in words and how many people it employs on a day. Two queries and that for `organisations`."""
    organisations = list(organisations)
    lines, employed = approvals_of([o.pk for o in organisations]), {}
    posts = (
        last_lines()
        .filter(organisation__in=organisations, starts_on__lte=day)
        .exclude(ends_on__lt=day)
    )
    for organisation, person in posts.values_list("organisation_id", "employment__person_id"):
        employed.setdefault(organisation, set()).add(person)
    return [
        {
            "organisation": o,
            "approval": approval_in_words(lines[o.pk], day),
            "people": len(employed.get(o.pk, ())),
        }
        for o in organisations
    ]


def cohorts_found(*, wanted=""):
    """Cohorts with these words in title or code, the newest first. A QuerySet."""
    found = Cohort.objects.select_related("programme")
    for word in wanted.split():
        found = found.filter(Q(title__icontains=word) | Q(code__icontains=word))
    return found


def with_counts(cohorts) -> list[Cohort]:
    """These cohorts, each with how many `people` were ever enrolled in it. One query and that for `cohorts`."""
    cohorts = list(cohorts)
    rows = (
        Enrolment.objects.filter(cohort__in=[c.pk for c in cohorts])
        .order_by()
        .values_list("cohort")
        .annotate(Count("pk"))
    )
    counts = dict(rows) if cohorts else {}
    for cohort in cohorts:
        cohort.people = counts.get(cohort.pk, 0)
    return cohorts


ORDERS = {"": ("person__sort_key", "person_id"), "reference": ("student_reference",)}  # “”: by name


def people_wanted(wanted) -> Q:
    """Enrolments with each of these words in the person's name, accents and capitals aside, or in the student reference."""
    found = Q()
    for word in wanted.split():
        found &= Q(student_reference__icontains=word) | (
            Q(person__search_key__contains=folded(word)) if folded(word) else Q()
        )
    return found


def people_of_cohort(cohort, *, state="", wanted="", order=""):
    """The enrolments of a cohort with their people and plans: in one state, with these words, in one of ORDERS. A QuerySet."""
    found = (
        Enrolment.objects.filter(people_wanted(wanted), cohort=cohort)
        .select_related("person", "plan")
        .order_by(*ORDERS[order])
    )
    return found.filter(state=state) if state else found


def counts_by_state(cohort, *, wanted="") -> dict[str, tuple[int, int]]:
    """How many of a cohort are in each state: of those with these words, and of all. One query."""
    rows = Enrolment.objects.filter(cohort=cohort).order_by().values_list("state")
    return {
        state: (found, of)
        for state, found, of in rows.annotate(
            found=Count("pk", filter=people_wanted(wanted)), of=Count("pk")
        )
    }


def with_posts(enrolments, day) -> list[dict]:
    """Each enrolment with the posts held on a day. One query and that for `enrolments`."""
    enrolments, posts = list(enrolments), {}
    lines = (
        last_lines()
        .filter(employment__person__in=[e.person_id for e in enrolments], starts_on__lte=day)
        .exclude(ends_on__lt=day)
    )
    for line in lines if enrolments else ():
        posts.setdefault(line.employment.person_id, []).append(post_of(line))
    return [{"enrolment": e, "posts": posts.get(e.person_id, [])} for e in enrolments]


def names_of_actors(labels) -> dict[str, str]:
    """Names for record labels: “person:12” is a person, anything else a command at the server."""
    keys = {int(label.partition(":")[2]) for label in labels if label.startswith("person:")}
    names = (
        {f"person:{p.pk}": p.full_name for p in User.objects.filter(pk__in=keys)} if keys else {}
    )
    return {label: names.get(label, "The server’s command line") for label in labels}


def remarks_on(thing) -> list[Remark]:
    """What officers wrote about an enrolment or a post, newest first, each with `who`. Two queries."""
    remarks = list(Remark.objects.filter(about=thing_label(thing)))
    names = names_of_actors({remark.written_by for remark in remarks})
    for remark in remarks:
        remark.who = names[remark.written_by]  # type: ignore[attr-defined]
    return remarks


def contacts_by_organisation(keys, day) -> dict[int, list[Contact]]:
    """`contacts_of` for several organisations at once."""
    found = {}
    standing = Contact.objects.filter(organisation__in=keys, starts_on__lte=day)
    for contact in (
        standing.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .select_related("person")
        .order_by("pk")
    ):
        found.setdefault(contact.organisation_id, []).append(contact)
    return found


def contacts_of(organisation, day):
    """Those who may act for the organisation on that day."""
    standing = Contact.objects.filter(organisation=organisation, starts_on__lte=day)
    return (
        standing.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .select_related("person")
        .order_by("pk")
    )
