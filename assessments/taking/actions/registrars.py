"""Tells the programme office; it never tells a registrar about work of their own, or that they mark."""

from collections.abc import Callable

from django.utils.translation import gettext as _

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


def tell_registrars_who_may(trainee: int, may: Callable, subject, body, url):
    """A message to every registrar of today who `may(registrar)` act on what is this trainee's (a key). Where there is none, Hub officers are told that one is
    missing, and neither about whom nor about what."""
    registrars = [one for one in holders_of(Role.REGISTRAR) if may(one)]
    for registrar in registrars:
        tell(registrar, subject, body, url)
    for officer in holders_of(Role.HUB_OFFICER) if not registrars else ():
        if officer.pk != trainee:
            tell(
                officer,
                _("A registrar is missing"),
                _("Something waits that no registrar may read. Appoint another registrar."),
                "/hub/people/",
            )
