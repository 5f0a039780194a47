"""Who may review applications and decide on them; each says no with its reason."""

from django.db.models import Q
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import YES, May, no

from ..employment.register import last_lines
from ..organisations.models import Contact
from ..organisations.rules import may_approve
from .states import OPEN, WITH_HUB, ApplicationState


def may_review(by) -> May:
    """Opens the Hub's pages of applications."""
    return may_approve(by)


def may_deal_with(by, application) -> May:
    """Ask, check and decide. Nobody who has an interest in the organisation."""
    may = may_approve(by)
    if not may:
        return may
    if has_interest(by, application):
        return no(
            _(
                "You have an interest in this organisation: you applied for it, act for it or have a post there. Another Hub officer deals with it."
            )
        )
    return YES


def has_interest(by, application) -> bool:
    """Is the officer the applicant, or do they act for or work at an organisation of that name or number, today or from a coming day?"""
    if by.pk is None:
        return False
    if by.email.lower() == application.email.lower():
        return True
    same = Q(organisation__name__iexact=application.name.strip() or "-")
    if number := str(application.answers.get("charity_number", "")).strip():
        same |= Q(organisation__charity_number__iexact=number)
    if application.organisation_id:
        same |= Q(organisation=application.organisation_id)
    goes_on = Q(ends_on=None) | Q(ends_on__gte=clock.today())
    return (
        Contact.objects.filter(same, goes_on, person=by).exists()
        or last_lines().filter(same, goes_on, employment__person=by).exists()
    )


def may_confirm(by, decision) -> May:
    may = may_deal_with(by, decision.application)
    if may and by.pk == decision.proposed_by_id:
        return no(_("You proposed this. Another Hub officer confirms it."))
    return may


def may_change(application) -> May:
    """May the applicant change answers?"""
    if application.state == ApplicationState.DRAFT:
        return YES
    return no(_("This application has been submitted, so its answers can no longer be changed."))


def may_withdraw(application) -> May:
    if application.state in OPEN:
        return YES
    return no(_("This application is closed already."))


def may_answer(application) -> May:
    if application.state == ApplicationState.QUESTION:
        return YES
    return no(_("There is no question to answer at the moment."))


def may_decide(application) -> May:
    if application.state in WITH_HUB:
        return YES
    return no(
        _("This application is “%(state)s”, so it cannot be decided.")
        % {"state": application.get_state_display()}
    )
