"""Who nominates, who decides on a nomination; each says no with its reason."""

from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.people.same_person import addresses_of

from ..organisations.queries import approvals_of, approved_on, contacts_of
from .states import NominationState


def may_see_nominations(by) -> May:
    return may_act_as(by, Role.EMPLOYER)


def may_nominate(by, organisation) -> May:
    """A contact of the organisation today, while it is approved."""
    today = clock.today()
    if not any(c.person_id == by.pk for c in contacts_of(organisation, today)):
        return no(
            _(
                "You are not a contact of this organisation today. Ask the IMSA Model Hub to name you as one."
            )
        )
    if not approved_on(approvals_of([organisation.pk])[organisation.pk], today):
        return no(_("This organisation is not approved today, so it cannot nominate anyone."))
    return YES


def may_withdraw(by, nomination) -> May:
    """A contact of the organisation today, also while it is not approved. Who applied themselves withdraws by their link."""
    if nomination.is_own:
        return no(_("This person applied themselves, and withdraws it themselves."))
    if any(c.person_id == by.pk for c in contacts_of(nomination.organisation, clock.today())):
        return YES
    return no(_("You are not a contact of this organisation today."))


def may_run_intake(by) -> May:
    """Set places and see every nomination."""
    return may_act_as(by, Role.REGISTRAR)


def may_decide_nomination(by, nomination) -> May:
    """A registrar who neither nominated the person nor is that person, by an address they have or had, nor acts for the organisation or was named as the employer to ask."""
    may = may_run_intake(by)
    if not may or by.pk is None:
        return may
    named = {nomination.email.casefold(), nomination.employer_email.casefold()}
    is_close = (
        nomination.nominated_by_id == by.pk
        or not named.isdisjoint(addresses_of(by))
        or (
            nomination.organisation
            and any(
                c.person_id == by.pk for c in contacts_of(nomination.organisation, clock.today())
            )
        )
    )
    if is_close:
        return no(_("This nomination is yours or your organisation’s. Another registrar decides."))
    return YES


def has_offer(nomination) -> bool:
    """Can an offer be answered now?"""
    return (
        nomination.state == NominationState.OFFERED
        and nomination.expires_at is not None
        and nomination.expires_at > clock.now()
    )
