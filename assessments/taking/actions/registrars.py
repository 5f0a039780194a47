"""Tells the programme office; it never tells a registrar about work of their own, or that they mark."""

from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import holders_of


def tell_registrars(submission, subject, body, url):
    """A message to everyone who is a registrar today, but its author and its markers: they learn nothing of each other."""
    away = {
        submission.enrolment.person_id,
        *submission.allocations.values_list("marker_id", flat=True),
    }
    for registrar in holders_of(Role.REGISTRAR):
        if registrar.pk not in away:
            tell(registrar, subject, body, url)
