"""Tells the programme of an organisation whose approval changes: registrars and tutors of people who study and work there. How many, and nobody's name:
tutors mark without names, and who works where is on the registrars' own pages."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import StudyPlan
from lms.kit.templatetags.kit import day
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import holders_of_each

from ..employment.register import last_lines
from ..organisations.states import ApprovalAction

PAGES = {Role.REGISTRAR: "/registry/people/", Role.TUTOR: "/teaching/cohorts/"}


def tell_programme(organisation, action, from_day, *, by, but_not=()):
    """Inside an action's transaction: registrars and tutors are told, each once, where somebody who studies has a post there on the day or later; never
    who does it, nor those of `but_not` (keys: they have a message of the same already)."""
    lines = last_lines().filter(organisation=organisation).exclude(ends_on__lt=from_day)
    people = lines.order_by().values("employment__person_id")
    plans = StudyPlan.objects.filter(closed_on=None, person__in=people)
    count = plans.order_by().values("person").distinct().count()
    if not count:
        return
    passed = {getattr(by, "pk", None), *but_not}
    subject, means = _words(organisation, action)
    trainees = ngettext(
        "%(count)s trainee has a post there.", "%(count)s trainees have a post there.", count
    ) % {"count": count}
    for role, people in holders_of_each(*PAGES).items():
        to_do = {
            Role.REGISTRAR: _("Search for the organisation to see who."),
            Role.TUTOR: _("They may ask you about work that they do there."),
        }[role]
        for person in people:
            if person.pk not in passed:
                passed.add(person.pk)
                words = _("From %(day)s %(means)s %(trainees)s %(to_do)s") % {
                    "day": day(from_day),
                    "means": means,
                    "trainees": trainees,
                    "to_do": to_do,
                }
                tell(person, subject, words, PAGES[role])


def _words(organisation, action):
    name = {"name": organisation.name}
    return {
        ApprovalAction.APPROVED: (
            _("Approval of %(name)s changed") % name,
            _("the organisation is approved, and posts there count."),
        ),
        ApprovalAction.SUSPENDED: (
            _("Approval of %(name)s suspended") % name,
            _("posts there do not count towards an accreditation, until the approval is restored."),
        ),
        ApprovalAction.ENDED: (
            _("Approval of %(name)s ended") % name,
            _("posts there do not count towards an accreditation."),
        ),
        ApprovalAction.EXPIRED: (
            _("Approval of %(name)s is over") % name,
            _("posts there do not count towards an accreditation, unless it is renewed."),
        ),
    }[action]
