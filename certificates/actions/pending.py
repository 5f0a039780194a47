"""Decisions that one officer proposes and another confirms: approvals, rules, temporary accreditation, rescinded awards, showing a withheld entry or to another name; it refuses a stale preview."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cohorts.approvals.actions import change_nations, decide_approval
from cohorts.organisations.models import Approval, Organisation
from lms.kit import clock
from lms.kit.effective_dates import OF_ROW, in_force, replaced_from
from lms.kit.languages import in_english
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import write

from ..accreditation.rule_book import Rules
from ..accreditation.sentences import in_words
from ..models import PendingDecision, Withholding, WorkingName
from ..queries import load_facts
from ..queries.entry_previews import name_terms
from ..queries.previews import digest_of, preview, what_changed
from ..rules import is_approved_today, may_confirm_pending, may_propose
from ..states import ProposalState
from .announcing import announce
from .credentials import reinstate, rescission_in_force, revoke
from .entries import lift_withholding, withhold, work_under, working_name_from
from .scheme_rules import add_rules, give_temporary_accreditation

Subject = PendingDecision.Subject
AWARDS = (Subject.RESCISSION, Subject.REINSTATEMENT)
SHOWS = (Subject.LIFT, Subject.NAME)  # a person's entry
FROM_TODAY = (*AWARDS, *SHOWS, Subject.NATIONS)  # it counts from the day it is confirmed
# What the person is told while nothing has changed yet. Somebody else may read their mail: it says nothing of what would change.
TOLD_BEFORE = gettext_noop("A change to your entry is proposed")


class _Tried(Exception):
    """What was tried is undone."""


@transaction.atomic
def propose_decision(
    subject,
    terms,
    from_day,
    reason,
    *,
    by,
    organisation=None,
    enrolment=None,
    credential=None,
    is_interim=False,
) -> PendingDecision:
    """Propose; nothing changes until a second officer confirms it.

    1. the action itself is tried and undone, so that what is impossible is refused now, 2. the proposal, with the preview of who would have another
    standing, 3. a record entry without the reason, 4. an interim suspension of an organisation counts at once, with all its notices, and
    a second officer is to confirm or lift it within `IMSA_INTERIM_DAYS`, 5. those who may confirm it are told, and somebody whose withheld entry
    would be shown, while nothing is shown yet. The same twice is one; raises Refused while another about
    the same is open.
    """
    subject = Subject(subject)
    if credential is not None:
        enrolment = credential.certificate.enrolment
    insist(may_propose(by, subject, enrolment=enrolment, organisation=organisation))
    reason, from_day = (
        reason.strip(),
        max(from_day, clock.today()) if subject in FROM_TODAY else from_day,
    )
    is_interim = (
        bool(is_interim)
        and subject == Subject.APPROVAL
        and terms["deed"] == "suspended"
        and from_day <= clock.today()
    )
    _lock(organisation, enrolment)
    about = {
        "subject": subject,
        "organisation": organisation,
        "enrolment": enrolment if subject != Subject.APPROVAL else None,
    }
    rows = PendingDecision.objects.filter(state=ProposalState.PROPOSED)
    # An entry is the person's, whichever of their enrolments it was reached by.
    held = (
        rows.filter(subject=subject, enrolment__person=enrolment.person_id)
        if subject in SHOWS
        else rows.filter(**about)
    ).first()
    if held:
        if held.proposed_by_id == by.pk and (held.terms, held.from_day, held.reason) == (
            terms,
            from_day,
            reason,
        ):
            return held
        raise Refused(_("A decision about this is proposed already. Confirm or drop it first."))
    made = PendingDecision(
        **about,
        credential=credential,
        terms=terms,
        from_day=from_day,
        reason=reason,
        proposed_by=by,
        is_interim=is_interim,
        confirm_by=clock.today() + timedelta(settings.IMSA_INTERIM_DAYS) if is_interim else None,
    )
    shown = _preview(made)
    made.preview, made.effect = shown.lines, shown.effect()
    if not is_interim:
        _try(made, by)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            _("A decision about this was proposed at this moment. Look at it first.")
        ) from None
    write(
        "certificates.propose_decision",
        made,
        by=by,
        after={"subject": str(subject), "from": from_day.isoformat(), "interim": is_interim},
    )
    if is_interim:
        _do(made, by)
    if subject in SHOWS:
        tell(
            enrolment.person,
            _(TOLD_BEFORE),
            _(
                "A Hub officer proposed a change to your entry on the register. Nothing has changed yet: it counts when a second "
                "officer confirms it. Speak to the IMSA Model Hub now if you did not expect this, or if it is not safe for you."
            ),
            reverse("certificates:my_entry"),
        )
    for officer in _others(made, by):
        tell(
            officer,
            _("A decision waits for a second officer"),
            _("%(subject)s: a decision was proposed. ") % {"subject": made.get_subject_display()}
            + (
                _("It counts already: confirm or lift it by %(day)s.")
                % {"day": in_words(made.confirm_by)}
                if is_interim
                else _("It counts when a second officer confirms it.")
            ),
            reverse("certificates:pending", args=[made.pk]),
        )
    return made


@transaction.atomic
def confirm_decision(pending, *, by, seen=None) -> PendingDecision:
    """A second officer makes it count.

    1. rule and preview are asked again: raises Refused, naming what changed, where it is no longer the one `seen` (by default the one proposed on), and where
    whoever proposed it may not any more. What is interim was done by somebody who might, and counts: it is confirmed also when they have left,
    2. the action itself, from its day or today, 3. it is closed, with the preview as it was then and a record entry, 4. whoever stands otherwise, and each of their employers, is
    told. Twice is once.
    """
    insist(may_confirm_pending(by, pending))
    _lock(pending.organisation, pending.enrolment)
    locked = _lock_decision(pending)
    insist(may_confirm_pending(by, locked))
    if locked.state == ProposalState.CONFIRMED:
        return locked
    if locked.state == ProposalState.DROPPED:
        raise Refused(_("This was dropped. Propose it again if it is still needed."))
    if not locked.is_interim and not may_propose(
        locked.proposed_by,
        locked.subject,
        enrolment=locked.enrolment,
        organisation=locked.organisation,
    ):
        raise Refused(
            _(
                "%(full_name)s, who proposed this, may not propose it today. Drop it; it can then be proposed by someone else."
            )
            % {"full_name": locked.proposed_by.full_name}
        )
    kept = {}
    if not locked.is_interim:
        now = _preview(locked)
        if digest_of(now.lines) != (seen or digest_of(locked.preview)):
            changed = " ".join(what_changed(locked.preview, now.lines, now.people)) or _(
                "Look at the preview again."
            )
            raise Refused(
                _("Nothing was decided: the facts changed since the preview you saw. %(changed)s")
                % {"changed": changed}
            )
        _do(locked, by)
        kept = {"preview": now.lines, "effect": now.effect()}
    return make_transition(
        locked, "confirm_proposal", by=by, closed_by=by, closed_at=clock.now(), **kept
    )


@transaction.atomic
def drop_decision(pending, why, *, by) -> PendingDecision:
    """Let it go, or lift what is interim. 1. an interim suspension ends today, which only a second officer decides: by an approval, or by what two
    officers had decided before from a day that has come since, 2. it is closed. Whoever proposed may take back what does not count yet. Twice is once."""
    _lock(pending.organisation, pending.enrolment)
    locked = _lock_decision(pending)
    is_own = locked.proposed_by_id == by.pk and not locked.is_interim
    insist(
        may_propose(
            by, locked.subject, enrolment=locked.enrolment, organisation=locked.organisation
        )
        if is_own
        else may_confirm_pending(by, locked)
    )
    if locked.state == ProposalState.DROPPED:
        return locked
    if not why.strip():
        raise Refused(_("Enter why you drop it."))
    forgotten: dict[str, Any] = {"terms": {}} if locked.subject == Subject.NAME else {}
    make_transition(
        locked,
        "drop_proposal",
        by=by,
        closed_by=by,
        closed_at=clock.now(),
        why_dropped=why.strip(),
        **forgotten,
    )
    if locked.subject in SHOWS and locked.enrolment:
        tell(
            locked.enrolment.person,
            _("A proposed change to your entry was dropped"),
            _(
                "Nothing has changed on your entry on the register, and nothing will because of that proposal."
            ),
            reverse("certificates:my_entry"),
        )
    if locked.is_interim and not is_approved_today(locked.organisation):
        due, coming = _replaced_by(locked)
        if due.action == "approved" and not (due.until_day and due.until_day < clock.today()):
            _approve(
                locked.organisation,
                "approved",
                clock.today(),
                in_english("The interim suspension was lifted."),
                by,
                until_day=due.until_day,
            )
        elif due.action == "approved":
            over = in_english("The interim suspension was lifted. The approval period is over.")
            _approve(locked.organisation, "ended", clock.today(), over, by)
        elif due.action != "suspended":
            _approve(locked.organisation, due.action, clock.today(), due.reason, by)
        for line in coming:
            _approve(
                locked.organisation,
                line.action,
                line.from_day,
                line.reason,
                by,
                until_day=line.until_day,
            )
    return locked


def _replaced_by(pending) -> tuple:
    """What would be in force today without the interim suspension, and the decisions for a later day that it replaced: what two officers
    confirmed is not lost by lifting it. While it is interim nobody decides anything else."""
    *earlier, _interim = Approval.objects.filter(organisation=pending.organisation).order_by("pk")
    today = clock.today()
    return in_force(earlier, today, OF_ROW), replaced_from(today, earlier, OF_ROW)


def _lock_decision(pending) -> PendingDecision:
    rows = PendingDecision.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related(
        "organisation",
        "enrolment__person",
        "credential__certificate__enrolment__person",
        "credential__status_list",
        "proposed_by",
    ).get(pk=pending.pk)


def _lock(organisation, enrolment):
    if organisation is not None:
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if enrolment is not None:
        User.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)


def _preview(pending):
    return preview(
        pending.subject,
        pending.terms,
        pending.from_day,
        organisation=pending.organisation,
        enrolment=pending.enrolment,
    )


def _try(pending, by):
    if pending.subject == Subject.RESCISSION and rescission_in_force(pending.credential):
        raise Refused(_("The award is rescinded already."))
    if pending.subject == Subject.REINSTATEMENT and not rescission_in_force(pending.credential):
        raise Refused(_("The award is not rescinded, so there is nothing to reinstate."))
    if pending.subject == Subject.NATIONS:
        _insist_other_nations(pending)
    if pending.subject in (*AWARDS, *SHOWS):
        if not pending.reason:
            raise Refused(
                _("Enter why. Only the Hub reads it.")
                if pending.subject in SHOWS
                else _("Enter why. The registry and the Hub read it.")
            )
        if pending.subject == Subject.LIFT:
            _insist_withheld(pending)
        elif pending.subject == Subject.NAME:
            _insist_other_name(pending)
        return
    try:
        with transaction.atomic():
            _do(pending, by)
            raise _Tried
    except _Tried:
        pass


def _do(pending, by):
    day = max(pending.from_day, clock.today())
    if pending.subject == Subject.APPROVAL:
        until = pending.terms.get("until")
        _approve(
            pending.organisation,
            pending.terms["deed"],
            day,
            pending.reason,
            by,
            until_day=until and date.fromisoformat(until),
        )
    elif pending.subject == Subject.NATIONS:
        keys = {line[0] for line in _preview(pending).lines}
        before = load_facts(keys)
        change_nations(pending.organisation, pending.terms["nations"], pending.reason, by=by)
        announce(before, keys, clock.today())
    elif pending.subject == Subject.RULES:
        keys = sorted({line[0] for line in pending.preview})
        before = load_facts(keys)
        add_rules(Rules(**pending.terms["rules"]), day, pending.reason, by=by)
        announce(before, keys, day)
    elif pending.subject == Subject.TEMPORARY:
        give_temporary_accreditation(
            pending.enrolment,
            pending.terms["nations"],
            day,
            date.fromisoformat(pending.terms["until_day"]),
            pending.reason,
            by=by,
        )
    elif pending.subject == Subject.LIFT:
        _insist_withheld(pending)
        person, mode = pending.enrolment.person, pending.terms["mode"]
        if mode:
            withhold(person, pending.reason, by=by, mode=mode, proposed_by=pending.proposed_by)
        else:
            lift_withholding(person, pending.reason, by=by, proposed_by=pending.proposed_by)
    elif pending.subject == Subject.NAME:
        _insist_other_name(pending)
        work_under(
            pending.enrolment.person, pending.terms["name"], by=by, proposed_by=pending.proposed_by
        )
    elif pending.subject == Subject.RESCISSION:
        revoke(pending.credential, pending.reason, by=by, proposed_by=pending.proposed_by)
    else:
        reinstate(pending.credential, pending.reason, by=by, proposed_by=pending.proposed_by)


def _insist_other_nations(pending):
    if set(pending.organisation.nations) == set(pending.terms["nations"]):
        raise Refused(_("The organisation works in these nations already."))


def _insist_withheld(pending):
    rows = Withholding.objects.filter(
        Q(until_day=None) | Q(until_day__gte=clock.today()), person=pending.enrolment.person
    )
    if not (
        rows.filter(mode=Withholding.Mode.EVERYBODY) if pending.terms["mode"] else rows
    ).exists():
        raise Refused(
            _("The entry is not withheld in that way any more, so there is nothing to lift.")
        )
    if rows.filter(decided_at__gt=pending.proposed_at).exists():
        raise Refused(
            _(
                "The entry was withheld anew after this was proposed, for a reason of its own. Drop this, and propose it again if it is safe."
            )
        )


def _insist_other_name(pending):
    rows = WorkingName.objects.filter(person=pending.enrolment.person, until_day=None)
    held = rows.select_related("person").first()
    name = working_name_from(pending.terms["name"])
    if held is None:
        raise Refused(
            _(
                "The check asks for the name on file already. A first working name is entered on the person’s page, at once."
            )
        )
    if held.name == name:
        raise Refused(_("The check asks for this name already."))
    if held.decided_at > pending.proposed_at or pending.terms != name_terms(held.person, name):
        raise Refused(
            _(
                "The name on file, or the one the check asks for, changed after this was written, so it does not fit any more. Propose it again if it is still needed."
            )
        )


def _approve(organisation, action, day, reason, by, until_day=None):
    """The action of the room below tells the organisation and its people; their other employers are told here."""
    terms = {"deed": action} | ({"until": until_day.isoformat()} if until_day else {})
    keys = {
        line[0] for line in preview(Subject.APPROVAL, terms, day, organisation=organisation).lines
    }
    before = load_facts(keys)
    decide_approval(organisation, action, day, reason, by=by, until_day=until_day)
    announce(before, keys, day, tells_person=False, but_not=[organisation.pk])


def _others(pending, by):
    roles = (Role.REGISTRAR, Role.HUB_OFFICER) if pending.subject in AWARDS else (Role.HUB_OFFICER,)
    found = {officer.pk: officer for role in roles for officer in holders_of(role)}
    return [officer for officer in found.values() if may_confirm_pending(officer, pending)]
