"""The Hub's decision on an application: one officer declines it, or proposes the approval that another confirms and that makes the organisation."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import admit, tell
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import write

from ...approvals.actions import decide_approval
from ...approvals.oversight import set_condition, sign_memorandum
from ...approvals.queries import approval_row_on
from ...approvals.rules import is_of
from ...organisations.actions import add_contact, add_organisation
from ...organisations.models import Organisation
from ...organisations.states import ApprovalAction
from ..models import Application, ApplicationDecision
from ..queries import unmet_checks
from ..rules import may_confirm, may_deal_with
from ..states import ApplicationState, DecisionState
from .applying import drop_proposals, lock, mail_applicant
from .reviewing import insist_open


class _Trial(Exception):
    """What was tried is undone."""


@transaction.atomic
def decline_application(application, reason: str, *, by) -> Application:
    """1. it is closed with its reason, 2. a proposal that waits is dropped, 3. the applicant is mailed that there is a decision; they read the reason, and how to appeal, at the
    link. Twice is once. Raises Refused without a reason."""
    insist(may_deal_with(by, application))
    locked = lock(application)
    insist(may_deal_with(by, locked))
    if locked.state == ApplicationState.DECLINED:
        return locked
    insist_open(locked)
    if not reason.strip():
        raise Refused(_("Enter the reason. The applicant reads it."))
    drop_proposals(locked, _("The application was declined."), by, closed_by=by)
    made = make_transition(
        locked,
        "decline_application",
        by=by,
        why_declined=reason.strip()[:4000],
        closed_by=by,
        closed_at=clock.now(),
    )
    _mail_decision(made)
    return made


@transaction.atomic
def propose_approval(application, terms: dict, *, by) -> ApplicationDecision:
    """Propose; nothing is made until a second officer confirms it.

    `terms`: code, name, nations, sector, charity_number, from_day, until_day (ISO), conditions [[text, due (ISO)]], memorandum {version, signatory, signed_on},
    contact {email, given_names, family_name}. 1. asked whether each line of the checklist is met and no day is past, 2. the action itself is tried and undone, so that what is
    impossible is refused now, 3. the proposal, a record entry, 4. those who may confirm it are told. The same twice is one; raises Refused while
    another is open.
    """
    insist(may_deal_with(by, application, terms))
    locked = lock(application)
    insist(may_deal_with(by, locked, terms))
    insist_open(locked)
    there = locked.decisions.filter(state=DecisionState.PROPOSED).first()
    if there:
        if there.proposed_by_id == by.pk and there.terms == terms:
            return there
        raise Refused(_("An approval is proposed already. Confirm or drop it first."))
    _insist_all_met(locked)
    _insist_not_past(terms)
    try:
        with transaction.atomic():
            _make(locked, terms, by)
            raise _Trial
    except _Trial:
        pass
    try:
        with transaction.atomic():
            made = ApplicationDecision.objects.create(
                application=locked, terms=terms, proposed_by=by
            )
    except IntegrityError:
        raise Refused(_("An approval was proposed at this moment. Look at it first.")) from None
    write("cohorts.propose_application_approval", made, by=by)
    for officer in holders_of(Role.HUB_OFFICER):
        if may_confirm(officer, made):
            tell(
                officer,
                _("A decision waits for a second officer"),
                _(
                    "The approval of application %(reference)s is proposed. It counts when you confirm it."
                )
                % {"reference": locked.reference},
                reverse("cohorts:review", args=[locked.pk]),
            )
    return made


@transaction.atomic
def confirm_approval(decision, *, by) -> ApplicationDecision:
    """A second officer makes it count.

    1. the rules are asked again, also of whoever proposed it, 2. the organisation is made, approved from its day (or today) until its last, with conditions, memorandum and
    its first contact, who is invited, 3. the application is approved, 4. the applicant is mailed, 5. the proposal is closed. Twice is once. Raises Refused where the application
    was closed meanwhile or the checklist is no longer met.
    """
    insist(may_confirm(by, decision))
    application = lock(decision.application)
    locked = (
        ApplicationDecision.objects.select_for_update(of=("self",), no_key=True)
        .select_related("application", "proposed_by")
        .get(pk=decision.pk)
    )
    locked.application = application
    insist(may_confirm(by, locked))
    if locked.state == DecisionState.CONFIRMED:
        return locked
    if locked.state == DecisionState.DROPPED:
        raise Refused(_("This was dropped. Propose it again if it is still needed."))
    insist_open(application)
    if not may_deal_with(locked.proposed_by, application, locked.terms):
        raise Refused(
            _(
                "The officer who proposed this may not propose it today. Drop it, and propose it again."
            )
        )
    _insist_all_met(application)
    organisation = _make(application, locked.terms, by)
    make_transition(
        application,
        "approve_application",
        by=by,
        organisation=organisation,
        closed_by=by,
        closed_at=clock.now(),
    )
    _mail_decision(application)
    return make_transition(
        locked, "confirm_application_decision", by=by, closed_by=by, closed_at=clock.now()
    )


@transaction.atomic
def drop_approval(decision, why: str, *, by) -> ApplicationDecision:
    """Let a proposal go: whoever proposed it, or another officer. Nothing was made. Twice is once. Raises Refused without a reason."""
    insist(may_deal_with(by, decision.application))
    locked = ApplicationDecision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if locked.state == DecisionState.DROPPED:
        return locked
    if not why.strip():
        raise Refused(_("Enter why you drop it."))
    return make_transition(
        locked,
        "drop_application_decision",
        by=by,
        closed_by=by,
        closed_at=clock.now(),
        why_dropped=why.strip()[:2000],
    )


@transaction.atomic
def close_as_approved(application, organisation, *, by) -> Application:
    """The organisation was here before, and two officers approved it on its own page: 1. a proposal that waits is dropped, 2. the application is approved and names it, 3. the
    applicant is mailed that there is a decision. Twice is once. Raises Refused where it is not approved today."""
    insist(may_deal_with(by, application))
    locked = lock(application)
    insist(may_deal_with(by, locked))
    if is_of(by, organisation):
        raise NotAllowed(_("You work at this organisation or act for it. Ask another Hub officer."))
    if locked.state == ApplicationState.APPROVED and locked.organisation_id == organisation.pk:
        return locked
    insist_open(locked)
    approval = approval_row_on(organisation, clock.today())
    if approval is None or approval.action != ApprovalAction.APPROVED:
        raise Refused(
            _("%(name)s is not approved today. Decide on its own page first.")
            % {"name": organisation.name}
        )
    drop_proposals(locked, _("The organisation was approved on its own page."), by, closed_by=by)
    made = make_transition(
        locked,
        "approve_application",
        by=by,
        organisation=organisation,
        closed_by=by,
        closed_at=clock.now(),
    )
    _mail_decision(made)
    return made


def _mail_decision(application):
    mail_applicant(
        application,
        _(
            "The IMSA Model Hub has decided on your application. Read the decision at the link below."
        ),
    )


def _insist_all_met(application):
    unmet = unmet_checks(application)
    if unmet:
        raise Refused(
            _("Not every line of the checklist is met: %(lines)s.") % {"lines": "; ".join(unmet)}
        )


def _insist_not_past(terms):
    """When it is confirmed some days later, what is past by then counts from that day."""
    today = clock.today().isoformat()
    if terms["from_day"] < today:
        raise Refused(_("Enter a first day from today. An approval cannot begin in the past."))
    if any(due < today for _text, due in terms["conditions"]):
        raise Refused(_("Enter a day from today by which the condition is to be met."))


def _make(application, terms: dict[str, Any], by):
    today = clock.today()
    from_day = max(date.fromisoformat(terms["from_day"]), today)
    there = Organisation.objects.filter(
        Q(code__iexact=terms["code"].strip()) | Q(name__iexact=" ".join(terms["name"].split()))
    ).first()
    if there:
        raise Refused(
            _(
                "%(name)s (%(code)s) is here already, so people's standings may rest on it. Decide on its own page, where you see them first. Once it is approved there, "
                "close this application with “Approved on its own page”."
            )
            % {"name": there.name, "code": there.code}
        )
    organisation = add_organisation(
        terms["code"],
        terms["name"],
        terms["nations"],
        terms["sector"],
        by=by,
        is_invented=bool(getattr(by, "is_invented", False)),
        charity_number=terms["charity_number"],
        must_be_new=True,
    )
    about = terms["contact"]
    person = admit(
        by=by,
        email=about["email"],
        first_name=about["given_names"],
        last_name=about["family_name"],
        is_invented=bool(getattr(by, "is_invented", False)),
    )
    add_contact(person, organisation, by=by, starts_on=today)
    decide_approval(
        organisation,
        ApprovalAction.APPROVED,
        from_day,
        "",
        by=by,
        until_day=date.fromisoformat(terms["until_day"]),
    )
    for text, due in terms["conditions"]:
        set_condition(organisation, text, max(date.fromisoformat(due), today), by=by)
    memorandum = terms["memorandum"]
    sign_memorandum(
        organisation,
        memorandum["version"],
        memorandum["signatory"],
        date.fromisoformat(memorandum["signed_on"]),
        by=by,
    )
    return organisation
