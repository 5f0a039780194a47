"""Who may answer for an organisation's posts, and who looks at what was reported."""

from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..employment.rules import may_write_post_of
from ..organisations.queries import approvals_of, approved_on, organisations_of_contact


def may_see_posts(by) -> May:
    return may_act_as(by, Role.EMPLOYER)


def may_follow_up(by) -> May:
    return may_act_as(by, Role.HUB_OFFICER)


def may_follow_up_on(by, person) -> May:
    """And no officer on what is reported or sent of their own post. `person`: None where nobody here has the address."""
    may = may_follow_up(by)
    return may_write_post_of(by, person) if may and person else may


def may_answer_for(by, organisation) -> May:
    """A contact of today, of an organisation that is approved today."""
    may = may_see_posts(by)
    if not may:
        return may
    if not any(o.pk == organisation.pk for o in organisations_of_contact(by, clock.today())):
        return no(
            _(
                "You are not a contact of this organisation today. Ask the IMSA Model Hub to name you as one."
            )
        )
    return _may_have_answers(organisation)


def may_supply(by, organisation) -> May:
    """An organisation's own system or a program of the Hub, while its key holds and the organisation is approved."""
    if getattr(by, "is_of_hub", False):
        return by.may_act() and _may_have_answers(organisation)
    if getattr(by, "organisation_id", None) != organisation.pk:
        return no(_("This key belongs to another organisation."))
    return by.may_act() and _may_have_answers(organisation)


def _may_have_answers(organisation) -> May:
    if not approved_on(approvals_of([organisation.pk])[organisation.pk], clock.today()):
        return no(
            _("This organisation is not approved today, so its posts are not shown or confirmed.")
        )
    return YES


def may_answer_about(by, employment, organisation) -> May:
    """And nobody about their own post."""
    if by.pk == employment.person_id:
        return no(_("No one confirms their own post. Another contact does, or the Hub."))
    return may_answer_for(by, organisation)
