"""Cohorts, and the people in them."""

from django.db.models import Count, Q

from lms.kit import codes
from lms.kit.letters import folded
from lms.people.models import User
from lms.people.same_person import person_of

from ..employment.register import lines_open_on, post_of
from .models import Cohort, Enrolment, StatusChange
from .states import EnrolmentState, StatusChangeKind, StatusChangeState


def is_enrolled(person) -> bool:
    """Does somebody study in a cohort, or are they on leave of absence from one? One query."""
    going_on = (EnrolmentState.ENROLLED, EnrolmentState.INTERRUPTED)
    return Enrolment.objects.filter(person=person.pk, state__in=going_on).exists()


def people_who_left(keys, before) -> set[int]:
    """Of these people, by key, those who left every cohort they were in before that day, and completed none. One query."""
    rows = Enrolment.objects.filter(person__in=keys).order_by()
    is_gone = Q(state=EnrolmentState.LEFT, left_on__lt=before)
    counts = rows.values_list("person").annotate(
        every=Count("pk"), gone=Count("pk", filter=is_gone)
    )
    return {person for person, every, gone in counts if every == gone}


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
    lines = lines_open_on(day).filter(employment__person__in=[e.person_id for e in enrolments])
    for line in lines if enrolments else ():
        posts.setdefault(line.employment.person_id, []).append(post_of(line))
    return [{"enrolment": e, "posts": posts.get(e.person_id, [])} for e in enrolments]


def status_changes_of(enrolment) -> list[StatusChange]:
    """The dated lines of an enrolment, the newest first. One query."""
    rows = StatusChange.objects.filter(enrolment=enrolment)
    return list(rows.select_related("from_cohort", "to_cohort").order_by("-decided_at", "-pk"))


def leaves():
    """Leaves in force, of people who are on leave. A QuerySet."""
    return StatusChange.objects.filter(
        kind=StatusChangeKind.LEAVE_OF_ABSENCE,
        state=StatusChangeState.IN_FORCE,
        enrolment__state=EnrolmentState.INTERRUPTED,
    )


def overdue_returns(day):
    """Leaves in force whose day of return, the first day back, was before that day. A QuerySet."""
    return leaves().filter(return_on__lt=day)


def planned_changes():
    """What is scheduled, by its day. A QuerySet."""
    return StatusChange.objects.filter(state=StatusChangeState.SCHEDULED)


def changes_listed():
    """All that the page of leave and planned changes lists: what is scheduled, and leaves in force with an expected return. A QuerySet."""
    return planned_changes() | leaves().filter(return_on__isnull=False)


def account_of(words) -> User | None:
    """Who has exactly this email address, or had it, or has this IMSA number, also by an account that was joined with theirs. Two queries
    at most."""
    words = words.strip()
    if "@" in words:
        return person_of(words)
    try:
        number = codes.read(words, "IMSA")
    except codes.Misread:
        return None
    found = User.objects.select_related("closed_as__person").filter(imsa_number=number).first()
    joined = getattr(found, "closed_as", None)
    return joined.person if joined else found
