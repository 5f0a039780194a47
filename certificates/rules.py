"""Who may issue, read, limit and withhold; each says no with its reason."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.approvals.rules import is_of
from cohorts.organisations.models import Contact
from cohorts.organisations.queries import approvals_of, approved_on
from lms.kit import clock
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.people.same_person import may_be_one

from .api_client import ApiClient
from .hub_client import HubClient

FIRST_DAY = date(2025, 1, 1)  # no answer is given about days before the register began


# Why nobody in one of these standings makes a link that proves it, or asks for a renewal; pages and actions say the same.
NO_SHARE_LINK = {
    "award_rescinded": gettext_lazy(
        "The University rescinded your award, so there is no accreditation that a link could prove."
    ),
    "withdrawn": gettext_lazy(
        "Your accreditation was withdrawn, so there is none that a link could prove."
    ),
    "suspended": gettext_lazy(
        "Your accreditation is suspended. You can make a link once the suspension is lifted."
    ),
    "lapsed": gettext_lazy(
        "Your accreditation has lapsed. You can make a link once it is renewed or restored."
    ),
}
NO_RENEWAL = {
    "award_rescinded": gettext_lazy(
        "The University rescinded the award your accreditation rested on, so there is nothing to renew."
    ),
    "withdrawn": gettext_lazy(
        "The IMSA Model Hub withdrew your accreditation, so there is nothing to renew. Only the Hub can restore it."
    ),
}


def may_share_standing(code) -> May:
    return no(str(NO_SHARE_LINK[code])) if code in NO_SHARE_LINK else YES


def may_renew(code) -> May:
    """A suspension may be lifted and a lapse is mended by a renewal: both may be prepared for."""
    return no(str(NO_RENEWAL[code])) if code in NO_RENEWAL else YES


def may_issue(by, enrolment=None) -> May:
    if enrolment is not None and by.pk == enrolment.person_id:
        return no(_("No one issues their own certificate. Ask another registrar."))
    return may_act_as(by, Role.REGISTRAR)


def may_sanction(by, person=None) -> May:
    if person is not None and by.pk == person.pk:
        return no(_("No one decides about their own accreditation. Ask another Hub officer."))
    return may_act_as(by, Role.HUB_OFFICER)


may_withhold = may_sanction


def may_lift(by, person, proposed_by) -> May:
    """Showing somebody again, or to another name, exposes them: one Hub officer proposes, another confirms, and neither is the person."""
    if by.pk is None or proposed_by is None or by.pk == proposed_by.pk:
        return no(
            _(
                "A second Hub officer confirms what makes this person’s entry answer again, or to another name."
            )
        )
    may = may_sanction(proposed_by, person)
    return may_sanction(by, person) if may else may


def may_confirm_award(by, enrolment, proposed_by) -> May:
    """A registrar proposes; another registrar or a Hub officer confirms, and never the person whose award it is."""
    if by.pk is None or by.pk == proposed_by.pk:
        return no(_("Another registrar or a Hub officer confirms or drops what you proposed."))
    if by.pk == enrolment.person_id:
        return no(_("No one decides about their own award."))
    return may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)


def may_propose(by, subject, *, enrolment=None, organisation=None) -> May:
    """Registrars propose about awards, Hub officers about everything else; none about themselves or where they work."""
    if subject in ("rescission", "reinstatement"):
        if enrolment is not None and by.pk == enrolment.person_id:
            return no(_("No one decides about their own award. Ask another registrar."))
        return may_act_as(by, Role.REGISTRAR)
    if organisation is not None and is_of(by, organisation):
        return no(_("You work at this organisation or act for it. Ask another Hub officer."))
    return may_sanction(by, enrolment.person if enrolment is not None else None)


def may_confirm_pending(by, pending) -> May:
    """Another than the one who proposed, and not the person or anyone of the organisation it is about."""
    if pending.subject in ("rescission", "reinstatement"):
        return may_confirm_award(by, pending.enrolment, pending.proposed_by)
    if by.pk is None or by.pk == pending.proposed_by_id:
        return no(_("A second Hub officer confirms or drops what you proposed."))
    return may_propose(
        by, pending.subject, enrolment=pending.enrolment, organisation=pending.organisation
    )


def may_see_pending(by, pending) -> May:
    roles = (
        (Role.REGISTRAR, Role.HUB_OFFICER)
        if pending.subject in ("rescission", "reinstatement")
        else (Role.HUB_OFFICER,)
    )
    if pending.enrolment_id and by.pk == pending.enrolment.person_id:
        return no(_("No one decides about themselves."))
    return may_act_as(by, *roles)


def may_confirm(by, proposal) -> May:
    """Two people decide: the one who proposes and the one who confirms or drops."""
    if by.pk is None or by.pk == proposal.proposed_by_id:
        return no(_("A second Hub officer confirms or drops what you proposed."))
    return may_sanction(by, proposal.enrolment.person)


def may_reply(by, proposal) -> May:
    return (
        YES
        if by.pk == proposal.enrolment.person_id
        else no(_("Only the person it is about answers."))
    )


def may_keep_cpd_log(by, person) -> May:
    return (
        YES
        if by.pk is not None and by.pk == person.pk
        else no(_("Each person keeps their own log and asks for their own renewal."))
    )


def may_design(by) -> May:
    return may_act_as(by, Role.HUB_OFFICER)


may_rule = may_design


def may_see_registry(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_see_hub(by) -> May:
    return may_act_as(by, Role.HUB_OFFICER)


def may_search_people(by) -> May:
    """Find people who are enrolled or have a post, by name, number, address, reference or organisation."""
    return may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)


def may_export_people(by) -> May:
    """Take what was found as a file: it says where people are employed, as the file of the register does, which is the Hub's alone."""
    return may_act_as(by, Role.HUB_OFFICER)


def may_be_asked(day: date) -> May:
    """Can the register answer for that day?"""
    if day > clock.today():
        return no(_("That day has not come yet. Ask about today or an earlier day."))
    if day < FIRST_DAY:
        return no(_("The register begins on 1 January 2025. Ask about that day or a later one."))
    return YES


def may_ask_for(by, organisation) -> May:
    """A contact of an organisation, or a program with its key, asks on its behalf while it is approved."""
    if isinstance(by, ApiClient):
        if by.organisation_id != organisation.pk:
            return no(_("This key belongs to another organisation."))
    elif not any(o.pk == organisation.pk for o in contacts_today(by)):
        return no(
            _(
                "You are not a contact of this organisation today. Ask the IMSA Model Hub to name you as one."
            )
        )
    if not is_approved_today(organisation):
        return no(
            _(
                "This organisation is not approved today, so it cannot ask lists, watch, or use a key. Everyone can ask single questions."
            )
        )
    return YES


def may_ask_still(by, organisation) -> May:
    """`may_ask_for` once more, inside the transaction that worked or waited: a program's key may have ended since it was sent."""
    may = by.may_act() if isinstance(by, ApiClient) else YES
    return may and may_ask_for(by, organisation)


def may_end_watch(by, organisation) -> May:
    """Watching ends whenever a contact wants it to, also while the organisation is not approved."""
    if isinstance(by, ApiClient):
        return may_ask_still(by, organisation)
    return may_end_api_clients(by, organisation)


def may_keep_api_clients(by, organisation) -> May:
    """Keys and addresses are made and ended by people, never by a program."""
    return (
        no(_("A key cannot make or end keys. Sign in."))
        if isinstance(by, ApiClient)
        else may_ask_for(by, organisation)
    )


def may_end_api_clients(by, organisation) -> May:
    """Ending a key is possible while the organisation is not approved, and for the Hub."""
    if may_act_as(by, Role.HUB_OFFICER):
        return YES
    return (
        YES
        if any(o.pk == organisation.pk for o in contacts_today(by))
        else no(_("You are not a contact of this organisation today."))
    )


def may_keep_hub_keys(by) -> May:
    """Keys of the Hub's own programs: its officers, and never a program."""
    if isinstance(by, HubClient):
        return no(_("A key cannot make or end keys. Sign in."))
    return may_act_as(by, Role.HUB_OFFICER)


def is_approved_today(organisation) -> bool:
    return approved_on(approvals_of([organisation.pk])[organisation.pk], clock.today())


def contacts_today(person):
    """The organisations this person may act for today."""
    today = clock.today()
    held = Contact.objects.filter(person_id=person.pk, starts_on__lte=today).select_related(
        "organisation"
    )
    return [
        c.organisation
        for c in held.order_by("organisation__name")
        if c.ends_on is None or c.ends_on >= today
    ]


def may_merge(by, account, person) -> May:
    """A registrar or Hub officer proposes that two accounts are one person's; never somebody who could be that person."""
    may = may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)
    if not may:
        return may
    if by.pk is None:
        return no(_("Two officers decide this, each on the page."))
    if by.pk in (account.pk, person.pk) or may_be_one(by, account) or may_be_one(by, person):
        return no(
            _(
                "One of these accounts is yours, or has your name. Ask another registrar or Hub officer."
            )
        )
    return YES


def may_confirm_merge(by, merge) -> May:
    """Another officer than the one who proposed."""
    if by.pk is None or by.pk == merge.proposed_by_id:
        return no(_("Another registrar or Hub officer confirms what you proposed."))
    return may_merge(by, merge.account, merge.person)


def may_confirm_separation(by, merge) -> May:
    if by.pk is None or by.pk == merge.separation_proposed_by_id:
        return no(_("Another registrar or Hub officer confirms what you proposed."))
    return may_merge(by, merge.account, merge.person)


def may_see_merges(by) -> May:
    return may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)
