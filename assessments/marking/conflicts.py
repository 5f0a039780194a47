"""Who is too near an author to mark their work: asked when scripts are given out, and again at every action on them."""

from django.db.models import CharField, OuterRef, Subquery, Value
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cohorts.employment.register import posts_and_managers_of_many
from cohorts.enrolment.models import Enrolment, StatusChange
from cohorts.organisations.models import Contact
from lms.kit import clock
from lms.kit.prepared_statements import CompiledQuery
from lms.people.models import User
from lms.people.same_person import former_addresses, traits_of

from ..cases.models.readings import CaseReading
from ..deciding.models import ExaminerReport
from ..portfolio.models import SignOff
from ..portfolio.states import SignOffState
from ..taking.notes import NoteLine
from .models import DeclaredInterest


def conflicts(submissions, people) -> dict[tuple[int, int], str]:
    """By submission and person: why that person may not mark it. Who may is not in it. Five queries, however many.

    What was so on any day since the work was handed in counts: an old line manager is still a line manager, also where the register names another by now. A cohort that
    somebody moved from counts as theirs, and an address that they had.
    """
    submissions, people, today = list(submissions), list(people), clock.today()
    keys = {person.pk for person in people}
    if not submissions or not keys:
        return {}
    everybody = {s.enrolment.person_id for s in submissions} | keys
    posts, managers_of = posts_and_managers_of_many(everybody)
    traits = traits_of(everybody)
    contacts, near = {}, _near(keys, {s.enrolment_id for s in submissions})
    addresses = {person.pk: {person.email.casefold()} - {""} for person in people}
    for key, address in near[_ADDRESS]:
        addresses[key].add(address.casefold())
    for contact in _contacts(people=[*keys]):
        contacts.setdefault(contact.person_id, []).append(contact)
    moved_from = {}
    for key, cohort in near[_MOVED]:
        moved_from.setdefault(key, set()).add(cohort)
    found = {}
    for submission in submissions:
        since = localtime(submission.submitted_at or clock.now()).date()
        author, enrolment = submission.enrolment.person_id, submission.enrolment
        cohorts = {enrolment.cohort_id} | moved_from.get(enrolment.pk, set())
        reference = reference_key(submission.enrolment.student_reference)
        held = [post for post in posts[author] if _reaches(post, since, today)]
        managers = {
            manager.casefold()
            for post in held
            for manager, until in managers_of[post.reference]
            if manager and (until is None or localtime(until).date() >= since)
        }
        employers = {post.organisation_id for post in held}
        for person in people:
            among = {(person.pk, cohort) for cohort in cohorts}
            work = _("script %(script)s") % {"script": submission.script}
            if person.pk == author:
                why = _("%(full_name)s wrote %(work)s.") % {
                    "full_name": person.full_name,
                    "work": work,
                }
            elif addresses[person.pk] & managers:
                why = _("%(full_name)s manages the person who wrote %(work)s.") % {
                    "full_name": person.full_name,
                    "work": work,
                }
            elif any(
                c.organisation_id in employers and _reaches(c, since, today)
                for c in contacts.get(person.pk, ())
            ):
                why = _(
                    "%(full_name)s is a contact of the employer of the person who wrote %(work)s."
                ) % {"full_name": person.full_name, "work": work}
            elif any(
                post.organisation_id in employers and _reaches(post, since, today)
                for post in posts[person.pk]
            ):
                why = _(
                    "%(full_name)s works for the employer of the person who wrote %(work)s."
                ) % {"full_name": person.full_name, "work": work}
            elif among & near[_IN_COHORT]:
                why = _("%(full_name)s is in the cohort of the person who wrote %(work)s.") % {
                    "full_name": person.full_name,
                    "work": work,
                }
            elif among & near[_EXAMINED]:
                why = _(
                    "%(full_name)s confirmed a sample of this cohort as its external examiner, so someone else marks %(work)s."
                ) % {"full_name": person.full_name, "work": work}
            elif {*among, (person.pk, reference)} & near[_DECLARED]:
                why = _(
                    "%(full_name)s has declared an interest in the person who wrote %(work)s, or in their cohort."
                ) % {"full_name": person.full_name, "work": work}
            elif (
                traits[person.pk] & traits[author]  # another account of the author, it may be
                or submission.note_read_by_id == person.pk
                or (person.pk, submission.enrolment_id) in near[_INFORMED]
            ):  # one sentence for all: another would say whose it is, or that there is a claim or a case
                why = _("%(full_name)s cannot mark %(work)s. Choose someone else.") % {
                    "full_name": person.full_name,
                    "work": work,
                }
            else:
                continue
            found[submission.pk, person.pk] = why
    return found


_IN_COHORT, _EXAMINED, _DECLARED, _INFORMED, _ADDRESS, _MOVED = range(6)


def _near(keys, enrolments) -> list[set]:
    """By kind: pairs of a person and a cohort, an enrolment whose case they read, on whose prior learning they recommend, whose note they answered or whose practice they were asked to confirm, the reference of somebody they have declared an
    interest in, or an address they had; and pairs of one of these enrolments and a cohort it moved from. One query."""
    near: list[set] = [set() for _kind in range(6)]
    for person, key, kind, reference in _pairs(people=[*keys], enrolments=[*enrolments]):
        near[kind].add((person, key or reference))
    return near


def _pairs_of(*, people, enrolments):
    without = Value("", output_field=CharField())
    moves = StatusChange.objects.filter(from_cohort__isnull=False).order_by()
    return (
        Enrolment.objects.filter(person_id__in=people)
        .order_by()
        .values_list("person_id", "cohort_id", Value(_IN_COHORT), without)
        .union(
            ExaminerReport.objects.filter(examiner_id__in=people)
            .order_by()
            .values_list("examiner_id", "board__cohort_id", Value(_EXAMINED), without),
            DeclaredInterest.objects.filter(marker_id__in=people, lifted_at=None)
            .order_by()
            .values_list("marker_id", "cohort_id", Value(_DECLARED), "reference"),
            NoteLine.objects.filter(by__in=people, kind=NoteLine.ANSWER)
            .order_by()
            .values_list("by_id", "submission__enrolment_id", Value(_INFORMED), without),
            CaseReading.objects.filter(by__in=people)
            .order_by()
            .values_list("by", "enrolment_id", Value(_INFORMED), without),
            # Their list names the trainee before they open the claim. Asked of the relation; the folder above has the claims.
            Enrolment.objects.filter(prior_claims__academic__in=people)
            .order_by()
            .values_list("prior_claims__academic", "pk", Value(_INFORMED), without),
            moves.filter(enrolment__person_id__in=people).values_list(
                "enrolment__person_id", "from_cohort_id", Value(_IN_COHORT), without
            ),
            moves.filter(enrolment_id__in=enrolments).values_list(
                "enrolment_id", "from_cohort_id", Value(_MOVED), without
            ),
            former_addresses()
            .filter(person_id__in=people)
            .values_list("person_id", Value(0), Value(_ADDRESS), "old_address"),
            *_signers(people, without),
        )
    )


def _signers(people, without):
    """Who was asked to confirm something in a portfolio, whatever came of it but a request that was cancelled unanswered, by their account or an address they have or had."""
    rows = SignOff.objects.order_by().exclude(state=SignOffState.CANCELLED)
    of = "portfolio__enrolment_id", Value(_INFORMED), without
    yield rows.filter(person_id__in=people).values_list("person_id", *of)
    # The addresses first, by their index: one of so many people, not of every request there is.
    accounts = User.objects.filter(pk__in=people)
    by_address = rows.filter(email__in=accounts.values("email"))
    account = Subquery(accounts.filter(email=OuterRef("email")).values("pk")[:1])
    yield by_address.annotate(account=account).values_list("account", *of)
    had = former_addresses().filter(person_id__in=people)
    account = Subquery(had.filter(old_address=OuterRef("email")).values("person_id")[:1])
    rows = rows.filter(email__in=had.values("old_address"))
    yield rows.annotate(account=account).values_list("account", *of)


_pairs = CompiledQuery(_pairs_of)
_contacts = CompiledQuery(lambda *, people: Contact.objects.filter(person_id__in=people))


def reference_key(typed) -> str:
    """A student reference without spaces, and without the difference of capitals."""
    return "".join(typed.split()).casefold()


def _reaches(line, first, last):
    """Does a post, or a contact, cover any day from the first to the last?"""
    return line.starts_on <= last and (line.ends_on is None or first <= line.ends_on)
