"""Decides on the approval of organisations; it refuses a decision that does not follow the last."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit import nations as four_nations
from lms.kit.effective_dates import OF_ROW, in_force, replaced_from
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day
from lms.people.actions import tell
from lms.people.models import User
from lms.record.actions import write

from ..employment.register import last_lines
from ..organisations.actions import tell_organisation
from ..organisations.models import Approval, Organisation, OrganisationNations
from ..organisations.queries import contacts_of, rows_with_ends
from ..organisations.rules import may_approve
from ..organisations.states import ApprovalAction
from .rules import may_decide
from .telling import tell_programme


@transaction.atomic
def decide_approval(organisation, action, from_day, reason, *, by, until_day=None) -> Approval:
    """Decide on an organisation from a day; an approval until a last day, if it has one.

    1. the decision is added; earlier days keep the earlier one, and decisions that were to begin
    after its day are replaced, 2. a record entry, 3. the organisation's contacts are told, also what
    is replaced; where it has none a call is left for the Hub, 4. everybody with a post there is told, once the
    organisation was decided about before, 5. then too, unless it is a renewal that calls nothing off, registrars and tutors where a trainee has one. The same decision again is the one there is.
    """
    insist(may_approve(by))
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    lines = rows_with_ends(approvals_as_recorded(locked))
    last = in_force(lines, from_day, OF_ROW)
    # The end of an approval is part of it, and not a decision of its own.
    replaced = [row for row in replaced_from(from_day, lines, OF_ROW) if row.pk]
    asked = (action, from_day, until_day)
    if last and not replaced and (last.action, last.from_day, last.until_day) == asked:
        return last
    answer = may_decide(lines, action, from_day, reason, clock.today(), until_day)
    if not answer:
        raise Refused(answer.reason)
    made = Approval.objects.create(
        organisation=locked,
        action=action,
        from_day=from_day,
        until_day=until_day,
        reason=reason.strip(),
        decided_by=by.record_label,
        decided_at=clock.now(),
    )
    after = {"deed": str(action), "from": from_day.isoformat()}
    if until_day:
        after["until"] = until_day.isoformat()
    if replaced:
        after["replaces"] = [{"deed": r.action, "from": r.from_day.isoformat()} for r in replaced]
    write(
        "cohorts.decide_approval",
        locked,
        by=by,
        before=last and last.action,
        after=after,
        reason=made.reason,
    )
    told = (
        tell_organisation(locked, _subject(locked, action), _letter(locked, made, replaced))
        if last or contacts_of(locked, clock.today())
        else []
    )
    if last:
        is_renewal = last.action == action
        told = [*told, *_tell_people(locked, made, told, is_renewal=is_renewal)]
        calls_off = any(row.action != action for row in replaced)
        if calls_off or not is_renewal:
            tell_programme(locked, action, from_day, by=by, but_not=told)
    return made


@transaction.atomic
def change_nations(organisation, nations, reason, *, by) -> Organisation:
    """Other nations in which an organisation works, from today; earlier days keep what was true then.

    1. the first time a line of how it was from the beginning, 2. a line from today, 3. the organisation has them, 4. a record entry, 5. its contacts are told, or a call is left.
    Whoever stands otherwise is told by who calls this. The same as it is changes nothing. Raises Refused for none.
    """
    insist(may_approve(by))
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    codes = [code for code in four_nations.ALL if code in set(nations)]
    if not codes:
        raise Refused(_("Choose at least one nation the organisation works in."))
    was = list(locked.nations)
    if codes == was:
        return locked
    if not reason.strip():
        raise Refused(_("Enter why it changes. The organisation's contacts are told."))
    OrganisationNations.objects.get_or_create(
        organisation=locked,
        from_day=None,
        defaults={"nations": was, "decided_by": by.record_label},
    )
    OrganisationNations.objects.create(
        organisation=locked,
        from_day=clock.today(),
        nations=codes,
        reason=reason.strip(),
        decided_by=by.record_label,
    )
    locked.nations = codes
    locked.save(update_fields=["nations"])
    write(
        "cohorts.change_organisation_nations",
        locked,
        by=by,
        before=was,
        after=codes,
        reason=reason.strip(),
    )
    tell_organisation(
        locked,
        _("The nations of your organisation were changed"),
        _("From %(day)s the register has %(name)s in: %(nations)s. The reason given: %(reason)s")
        % {
            "day": day(clock.today()),
            "name": locked.name,
            "nations": four_nations.sentence(codes),
            "reason": reason.strip(),
        },
    )
    return locked


def _tell_people(organisation, approval, contact_keys, *, is_renewal):
    """Those in a post there on the day or later; a contact has the organisation's letter already."""
    lines = [
        p
        for p in last_lines().filter(organisation=organisation)
        if p.ends_on is None or p.ends_on >= approval.from_day
    ]
    keys = {p.employment.person_id for p in lines} - set(contact_keys)
    means = {
        ApprovalAction.APPROVED: _("your post there can go on counting towards an accreditation.")
        if is_renewal
        else _("your post there can count towards an accreditation again."),
        ApprovalAction.SUSPENDED: _(
            "your post there does not count, until the approval is restored. If your accreditation rests on it, you may not act as "
            "an IMSA from that day, unless you have another post at an approved organisation."
        ),
        ApprovalAction.ENDED: _(
            "your post there does not count. If your accreditation rests on it, you may not act as an IMSA from that day, unless you "
            "have another post at an approved organisation."
        ),
    }[approval.action]
    for person in User.objects.filter(pk__in=keys).order_by("pk"):
        tell(
            person,
            _subject(organisation, approval.action),
            _("From %(day)s %(means)s") % {"day": day(approval.from_day), "means": means}
            + _until_in_words(approval),
            "/certificates/mine/",
        )
    return keys


def _until_in_words(approval) -> str:
    if not approval.until_day:
        return ""
    return _(" The approval is until %(day)s, unless the IMSA Model Hub renews it.") % {
        "day": day(approval.until_day)
    }


def approvals_as_recorded(organisation) -> list[Approval]:
    """Every decision on an organisation, in the order of recording."""
    return list(organisation.approvals.order_by("pk"))


def replaced_in_words(approval) -> str:
    to_do = {
        ApprovalAction.APPROVED: _("to approve"),
        ApprovalAction.SUSPENDED: _("to suspend approval"),
        ApprovalAction.ENDED: _("to end approval"),
    }[approval.action]
    return _("The decision %(to_do)s from %(day)s is replaced by this one.") % {
        "to_do": to_do,
        "day": day(approval.from_day),
    }


def _subject(organisation, action):
    words = {
        ApprovalAction.APPROVED: _("{} is approved"),
        ApprovalAction.SUSPENDED: _("Approval of {} suspended"),
        ApprovalAction.ENDED: _("Approval of {} ended"),
    }
    return words[action].format(organisation.name)


def _letter(organisation, approval, replaced):
    meaning = {
        ApprovalAction.APPROVED: _("People in a post with you can be accredited."),
        ApprovalAction.SUSPENDED: _(
            "Until it is restored, people in a post with you may not act as IMSAs."
        ),
        ApprovalAction.ENDED: _("From that day, people in a post with you may not act as IMSAs."),
    }[approval.action]
    why = (
        _(" The reason given: %(reason)s") % {"reason": approval.reason} if approval.reason else ""
    )
    verb = {
        ApprovalAction.APPROVED: _("{} is approved"),
        ApprovalAction.SUSPENDED: _("The approval of {} is suspended"),
        ApprovalAction.ENDED: _("{} is no longer approved"),
    }[approval.action].format(organisation.name)
    said = _("%(verb)s from %(day)s. %(meaning)s") % {
        "verb": verb,
        "day": day(approval.from_day),
        "meaning": meaning,
    }
    return " ".join([said + _until_in_words(approval), *map(replaced_in_words, replaced)]) + why
