"""Who may review applications and decide on them; each says no with its reason."""

from django.utils.translation import gettext as _

from lms.kit.refusals import YES, May, no

from ..approvals.rules import organisations_of
from ..organisations.models import Organisation, OrganisationLine
from ..organisations.rules import may_approve
from .states import OPEN, WITH_HUB, ApplicationState


def may_review(by) -> May:
    """Opens the Hub's pages of applications."""
    return may_approve(by)


def may_deal_with(by, application, terms=None) -> May:
    """Ask, check and decide. Nobody who has an interest in the organisation, nor in what `terms` would make of it."""
    may = may_approve(by)
    if not may:
        return may
    if has_interest(by, application, terms):
        return no(
            _(
                "You have an interest in this organisation: you applied for it, act for it, would be its first contact or have a post there. Another Hub officer deals with it."
            )
        )
    return YES


def has_interest(by, application, terms=None) -> bool:
    """Is the officer the applicant or the first contact of `terms`, or do they act for or work at an organisation of that name (also a former one), number or code,
    today or from a coming day? Spaces and capitals aside."""
    if by.pk is None:
        return False
    terms = terms or {}
    addresses = {_plain(application.email), _plain(terms.get("contact", {}).get("email"))}
    if _plain(by.email) in addresses - {""}:
        return True
    names = {_plain(application.name), _plain(terms.get("name"))} - {""}
    numbers = {
        _plain(application.answers.get("charity_number")),
        _plain(terms.get("charity_number")),
    }
    for one in organisations_of(by):
        known: list[Organisation | OrganisationLine] = [one, *one.lines.all()]
        if (
            one.pk == application.organisation_id
            or _plain(one.code) == _plain(terms.get("code"))
            or names & {_plain(each.name) for each in known}
            or (numbers - {""}) & {_plain(each.charity_number) for each in known}
        ):
            return True
    return False


def _plain(words) -> str:
    return "".join(str(words or "").split()).casefold()


def may_confirm(by, decision) -> May:
    may = may_deal_with(by, decision.application, decision.terms)
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
