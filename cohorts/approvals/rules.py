"""Which decision may follow which, and who may record what about an organisation; each says no with its reason."""

from django.db.models import Q
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.effective_dates import OF_ROW, in_force, replaced_from
from lms.kit.refusals import YES, May, no
from lms.kit.templatetags.kit import short_day

from ..employment.register import last_lines
from ..organisations.models import Contact, Organisation
from ..organisations.rules import may_approve
from ..organisations.states import ApprovalAction

# Which decision may follow which; None stands for an organisation nobody has decided on.
MAY_FOLLOW = {
    None: {ApprovalAction.APPROVED},
    ApprovalAction.APPROVED: {ApprovalAction.SUSPENDED, ApprovalAction.ENDED},
    ApprovalAction.SUSPENDED: {ApprovalAction.APPROVED, ApprovalAction.ENDED},
    ApprovalAction.ENDED: {ApprovalAction.APPROVED},
    ApprovalAction.EXPIRED: {ApprovalAction.APPROVED, ApprovalAction.ENDED},
}


def may_decide(lines, action, from_day, reason, today, until_day=None) -> May:
    """May `action` follow `lines` (an organisation's Approvals as recorded, with their ends) from that day?

    It follows the decision in force on that day; those that were to begin later are replaced by it.
    """
    if until_day and action != ApprovalAction.APPROVED:
        return no(_("Only an approval has a last day. Leave “Approved until” empty."))
    if until_day and until_day < from_day:
        return no(
            _("The approval would end before it begins. Enter a last day from %(day)s.")
            % {"day": short_day(from_day)}
        )
    begun = in_force(lines, today, OF_ROW)
    if begun and from_day < begun.from_day:
        return no(
            _("The last decision counts from %(day)s. A new one cannot count from an earlier day.")
            % {"day": short_day(begun.from_day)}
        )
    last = in_force(lines, from_day, OF_ROW)
    # To say again what is in force is possible when it calls off what was to follow.
    calls_off = last and action == last.action and replaced_from(from_day, lines, OF_ROW)
    renews = last and action == last.action and last.until_day != until_day
    if action not in MAY_FOLLOW[last.action if last else None] and not calls_off and not renews:
        now = f"“{last.get_action_display()}”" if last else _("not approved yet")
        return no(
            _("This organisation is %(now)s on %(day)s, so that decision cannot come next.")
            % {"now": now, "day": short_day(from_day)}
        )
    if action != ApprovalAction.APPROVED and not reason.strip():
        return no(_("Say why. The organisation's contacts are told the reason."))
    return YES


def actions_to_offer(lines, today) -> set[ApprovalAction]:
    """What may be decided from today or from some later day; the rule above has the last word."""
    now, later = in_force(lines, today, OF_ROW), replaced_from(today, lines, OF_ROW)
    offered = set(MAY_FOLLOW[now.action if now else None])
    if now and (later or now.action == ApprovalAction.APPROVED):
        offered.add(ApprovalAction(now.action))
    offered.discard(ApprovalAction.EXPIRED)
    return offered.union(*(MAY_FOLLOW[line.action] for line in later))


def organisations_of(person) -> list[Organisation]:
    """Those a person acts for or has a post at, today or later. One query."""
    if person.pk is None:
        return []
    goes_on = Q(ends_on=None) | Q(ends_on__gte=clock.today())
    acts_for = Contact.objects.filter(goes_on, person=person.pk).values("organisation")
    posts = last_lines().filter(goes_on, employment__person=person.pk).values("organisation")
    return list(Organisation.objects.filter(Q(pk__in=acts_for) | Q(pk__in=posts)))


def is_of(person, organisation) -> bool:
    """A contact of the organisation, or in a post there, today or later."""
    return organisation.pk in {one.pk for one in organisations_of(person)}


def may_oversee(by, organisation) -> May:
    """Records conditions, reviews, the memorandum and facts, and reads findings: no officer where they themselves work or for which they act."""
    may = may_approve(by)
    if may and is_of(by, organisation):
        return no(_("You work at this organisation or act for it. Ask another Hub officer."))
    return may
