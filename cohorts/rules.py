"""Who may bring files, keep cohorts, approve organisations and keep the register; each says no with its reason."""

from lms.kit.effective_dates import OF_ROW, in_force, replaced_from
from lms.kit.refusals import YES, May, no
from lms.kit.templatetags.kit import short_day
from lms.people.models import Role
from lms.people.roles import may_act_as

from .states import ApprovalAction, EnrolmentState, ImportState


def may_bring_files(by) -> May:
    return may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)


def may_keep_cohorts(by) -> May:
    return may_act_as(by, Role.REGISTRAR)


def may_enrol(by) -> May:
    """Enrol somebody new, by a cohort file. What stands is changed by those who may on its page (`may_keep_cohorts`)."""
    return may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)


def may_approve(by) -> May:
    return may_act_as(by, Role.HUB_OFFICER)


def may_keep_register(by) -> May:
    return may_act_as(by, Role.HUB_OFFICER, Role.REGISTRAR)


def may_be_written(import_) -> May:
    """Can this file be written as it was checked?"""
    if import_.state == ImportState.DROPPED:
        return no("This file was dropped. Bring it again to write it.")
    refused = sum(row["verdict"] == "refused" for row in import_.rows)
    if refused:
        return no(
            f"{refused} of {len(import_.rows)} rows cannot be written, so none is. Mend the file and bring it again."
        )
    return YES


def is_changeable(enrolment) -> bool:
    """Somebody who studies or is on leave may go on leave, come back or leave."""
    return enrolment.state in (EnrolmentState.ENROLLED, EnrolmentState.INTERRUPTED)


def may_change_nations(enrolment, wanted) -> May:
    """Freely while somebody studies or is on leave. After completion a nation may join, for a wider certificate; none goes."""
    if is_changeable(enrolment) or list(enrolment.plan.nations) == list(wanted):
        return YES
    if enrolment.state != EnrolmentState.COMPLETED:
        return no(f"“{enrolment.get_state_display()}”: the nations can no longer change.")
    if set(enrolment.plan.nations) - set(wanted):
        return no(f"“{enrolment.get_state_display()}”: a nation can be added, and none taken away.")
    return YES


def place_held(enrolment) -> str:
    """Why somebody with this enrolment, and who has not left, gets no second place on the programme."""
    if enrolment.state == EnrolmentState.COMPLETED:
        return f"{enrolment.person.full_name} has completed this programme, in {enrolment.cohort.title}."
    return f"{enrolment.person.full_name} is studying this programme in {enrolment.cohort.title}. End that enrolment first."


# Which decision may follow which; None stands for an organisation nobody has decided on.
MAY_FOLLOW = {
    None: {ApprovalAction.APPROVED},
    ApprovalAction.APPROVED: {ApprovalAction.SUSPENDED, ApprovalAction.ENDED},
    ApprovalAction.SUSPENDED: {ApprovalAction.APPROVED, ApprovalAction.ENDED},
    ApprovalAction.ENDED: {ApprovalAction.APPROVED},
}


def may_decide(lines, action, from_day, reason, today) -> May:
    """May `action` follow `lines` (an organisation's Approvals as recorded) from that day?

    It follows the decision in force on that day; those that were to begin later are replaced by it.
    """
    begun = in_force(lines, today, OF_ROW)
    if begun and from_day < begun.from_day:
        return no(
            f"The last decision counts from {short_day(begun.from_day)}. A new one cannot count from an earlier day."
        )
    last = in_force(lines, from_day, OF_ROW)
    # To say again what is in force is possible when it calls off what was to follow.
    calls_off = last and action == last.action and replaced_from(from_day, lines, OF_ROW)
    if action not in MAY_FOLLOW[last.action if last else None] and not calls_off:
        now = f"“{last.get_action_display()}”" if last else "not approved yet"
        return no(
            f"This organisation is {now} on {short_day(from_day)}, so that decision cannot come next."
        )
    if action != ApprovalAction.APPROVED and not reason.strip():
        return no("Say why. The organisation's contacts are told the reason.")
    return YES


def actions_to_offer(lines, today) -> set[ApprovalAction]:
    """What may be decided from today or from some later day; the rule above has the last word."""
    now, later = in_force(lines, today, OF_ROW), replaced_from(today, lines, OF_ROW)
    offered = set(MAY_FOLLOW[now.action if now else None])
    if now and later:
        offered.add(ApprovalAction(now.action))
    return offered.union(*(MAY_FOLLOW[line.action] for line in later))
