"""Who is too near an author to mark their work: asked when scripts are given out, and again at every action on them."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cohorts.employment.register import posts_of_many
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Contact
from lms.kit import clock
from lms.kit.prepared_statements import CompiledQuery

from ..cases.models.readings import CaseReading
from ..deciding.models import ExaminerReport
from .models import DeclaredInterest


def conflicts(submissions, people) -> dict[tuple[int, int], str]:
    """By submission and person: why that person may not mark it. Who may is not in it. Five queries, however many.

    What was so on any day since the work was handed in counts: an old line manager is still a line manager.
    """
    submissions, people, today = list(submissions), list(people), clock.today()
    keys = {person.pk for person in people}
    if not submissions or not keys:
        return {}
    posts = posts_of_many({s.enrolment.person_id for s in submissions} | keys)
    contacts, cohorts, examined = {}, set(), set()
    for contact in _contacts(people=[*keys]):
        contacts.setdefault(contact.person_id, []).append(contact)
    cohorts.update(_cohorts(people=[*keys]))
    examined.update(_examined(people=[*keys]))
    informed = set(_informed(people=[*keys]))
    interests = {(marker, cohort or one) for marker, cohort, one in _interests(people=[*keys])}
    found = {}
    for submission in submissions:
        since = localtime(submission.submitted_at or clock.now()).date()
        author, cohort = submission.enrolment.person_id, submission.enrolment.cohort_id
        reference = reference_key(submission.enrolment.student_reference)
        held = [post for post in posts[author] if _reaches(post, since, today)]
        managers = {post.line_manager.casefold() for post in held if post.line_manager}
        employers = {post.organisation_id for post in held}
        for person in people:
            work = _("script %(script)s") % {"script": submission.script}
            if person.pk == author:
                why = _("%(full_name)s wrote %(work)s.") % {
                    "full_name": person.full_name,
                    "work": work,
                }
            elif person.email and person.email.casefold() in managers:
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
            elif (person.pk, cohort) in cohorts:
                why = _("%(full_name)s is in the cohort of the person who wrote %(work)s.") % {
                    "full_name": person.full_name,
                    "work": work,
                }
            elif (person.pk, cohort) in examined:
                why = _(
                    "%(full_name)s confirmed a sample of this cohort as its external examiner, so someone else marks %(work)s."
                ) % {"full_name": person.full_name, "work": work}
            elif (person.pk, cohort) in interests or (person.pk, reference) in interests:
                why = _(
                    "%(full_name)s has declared an interest in the person who wrote %(work)s, or in their cohort."
                ) % {"full_name": person.full_name, "work": work}
            elif submission.note_read_by_id == person.pk:
                why = _(
                    "%(full_name)s has read the note that the author of %(work)s wrote to the programme office."
                ) % {"full_name": person.full_name, "work": work}
            elif (person.pk, submission.enrolment_id) in informed:
                why = _(
                    "%(full_name)s has handled something for the author of %(work)s in the programme office."
                ) % {"full_name": person.full_name, "work": work}
            else:
                continue
            found[submission.pk, person.pk] = why
    return found


def reference_key(typed) -> str:
    """A student reference without spaces, and without the difference of capitals."""
    return "".join(typed.split()).casefold()


_contacts = CompiledQuery(lambda *, people: Contact.objects.filter(person_id__in=people))
_cohorts = CompiledQuery(
    lambda *, people: Enrolment.objects.filter(person_id__in=people).values_list(
        "person_id", "cohort_id"
    )
)
_examined = CompiledQuery(
    lambda *, people: ExaminerReport.objects.filter(examiner_id__in=people).values_list(
        "examiner_id", "board__cohort_id"
    )
)
_informed = CompiledQuery(
    lambda *, people: CaseReading.objects.filter(by__in=people).values_list("by", "enrolment")
)
_interests = CompiledQuery(
    lambda *, people: DeclaredInterest.objects.filter(
        marker_id__in=people, lifted_at=None
    ).values_list("marker_id", "cohort_id", "reference")
)


def _reaches(line, first, last):
    """Does a post, or a contact, cover any day from the first to the last?"""
    return line.starts_on <= last and (line.ends_on is None or first <= line.ends_on)
