"""Tells the programme office that somebody is to be endorsed for other nations: it is what a certificate says. Never who did it, nor the person themselves."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit import nations as four_nations
from lms.people.models import Role
from lms.people.roles import holders_of


def tell_office_of_nations_in(batch, changes):
    """As part of a batch. `changes`: (enrolment, codes before, codes after) of each; nothing for none. Each registrar has one message however many they are:
    of one person who it is and what changed, of several how many."""
    if not changes:
        return
    subject, words, url = _words(changes)
    passed = {getattr(batch.by, "pk", None), *(one.person_id for one, *_codes in changes)}
    for registrar in holders_of(Role.REGISTRAR):
        if registrar.pk not in passed:
            batch.tell(registrar, subject, words, url)


def _words(changes):
    if len(changes) > 1:
        return (
            _("Nations of several people changed"),
            ngettext(
                "A cohort file changed the nations of %(count)s person.",
                "A cohort file changed the nations of %(count)s people.",
                len(changes),
            )
            % {"count": len(changes)},
            reverse("cohorts:imports"),
        )
    ((enrolment, before, after),) = changes
    return (
        _("Nations of %(full_name)s changed") % {"full_name": enrolment.person.full_name},
        _(
            "The study plan in %(cohort)s was for %(before)s. It is now for %(after)s, and so is a certificate that is issued from now on."
        )
        % {
            "cohort": enrolment.cohort.title,
            "before": four_nations.sentence(before),
            "after": four_nations.sentence(after),
        },
        reverse("cohorts:enrolment", args=[enrolment.cohort.code, enrolment.pk]),
    )
