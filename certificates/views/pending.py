"""Check pages of decisions that two officers make: the preview person by person, then the proposal, then the second officer's yes or no."""

import json
from datetime import date
from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.approvals.actions import approvals_as_recorded, replaced_in_words
from cohorts.approvals.queries import last_approval
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Organisation
from cohorts.organisations.states import ApprovalAction
from lms.kit import clock, nations
from lms.kit.effective_dates import OF_ROW, replaced_from
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import has_role

from .. import actions
from ..accreditation.sentences import in_words
from ..forms.decisions import DropForm
from ..forms.renewals import RULE_LABELS, unit_of
from ..models import Credential, PendingDecision
from ..queries import the_book
from ..queries.entry_previews import EntryPreview, asker_rows
from ..queries.previews import digest_of, preview, rows_of, what_changed
from ..rules import may_confirm_pending, may_propose, may_see_pending
from ..states import ProposalState

DRAFT = "pending.decision"  # also written by cohorts.approvals.views
SHOWN = 200  # people named on one page; the others are counted
Subject = PendingDecision.Subject


def keep_draft(
    request,
    subject,
    terms,
    from_day,
    reason,
    *,
    back,
    organisation=None,
    enrolment=None,
    credential=None,
    is_interim=False,
):
    """What was written, for the check page."""
    request.session[DRAFT] = {
        "subject": str(subject),
        "terms": terms,
        "from_day": from_day.isoformat(),
        "reason": reason,
        "back": back,
        "is_interim": bool(is_interim),
        "organisation": organisation and organisation.pk,
        "enrolment": enrolment and enrolment.pk,
        "credential": credential and credential.pk,
    }
    return redirect("certificates:pending_check")


def mark_of(draft) -> str:
    """Of what was written: a check page sends it back, so that one press does what that page showed."""
    return sha256(json.dumps(draft, sort_keys=True).encode()).hexdigest()[:16]


def insist_shown(request, draft):
    """Raises Refused where the page was drawn for something else: a second page of the same browser was written since."""
    if request.POST.get("draft") != mark_of(draft):
        raise Refused(
            _(
                "Something else was written on another page since this one was shown. What stands here now is the newest: read it, then press again."
            )
        )


def _things(draft):
    organisation = (
        Organisation.objects.filter(pk=draft["organisation"]).first()
        if draft["organisation"]
        else None
    )
    rows = Credential.objects.select_related("certificate__enrolment__person", "status_list")
    credential = rows.filter(pk=draft["credential"]).first() if draft["credential"] else None
    enrolment = (
        Enrolment.objects.select_related("person").filter(pk=draft["enrolment"]).first()
        if draft["enrolment"]
        else None
    )
    return organisation, enrolment or (credential and credential.certificate.enrolment), credential


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def check(request):
    """What was written with its before and after, person by person. Then propose it."""
    draft = request.session.get(DRAFT)
    if not draft:
        insist(may_propose(request.user, "rules") or may_propose(request.user, "rescission"))
        return redirect("/today/")
    organisation, enrolment, credential = _things(draft)
    insist(
        may_propose(request.user, draft["subject"], enrolment=enrolment, organisation=organisation)
    )
    day, refused = date.fromisoformat(draft["from_day"]), ""
    if request.method == "POST":
        try:
            insist_shown(request, draft)
            made = actions.propose_decision(
                draft["subject"],
                draft["terms"],
                day,
                draft["reason"],
                by=request.user,
                organisation=organisation,
                enrolment=enrolment,
                credential=credential,
                is_interim=draft["is_interim"],
            )
            del request.session[DRAFT]
            messages.success(
                request,
                _("Proposed. It counts already: a second officer confirms or lifts it.")
                if made.is_interim
                else _("Proposed. It counts when a second officer confirms it."),
            )
            return redirect("certificates:pending", pk=made.pk)
        except Refused as why:
            refused = str(why)
    found = preview(
        draft["subject"], draft["terms"], day, organisation=organisation, enrolment=enrolment
    )
    return render(
        request,
        "certificates/pending_check.html",
        {
            "draft": draft,
            "mark": mark_of(draft),
            "day": max(day, clock.today()),
            "refused": refused,
            "organisation": organisation,
            "person": enrolment and enrolment.person,
            "subject": Subject(draft["subject"]).label,
            **_in_words(draft["subject"], draft["terms"], day, organisation),
            **_context(request, found),
        },
        status=409 if refused else 200,
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pending(request, pk):
    """What one officer proposed, with today's preview, and what a second officer makes of it."""
    insist(may_propose(request.user, "rules") or may_propose(request.user, "rescission"))
    rows = PendingDecision.objects.select_related(
        "organisation",
        "enrolment__person",
        "credential__certificate__enrolment__person",
        "proposed_by",
        "closed_by",
    )
    decision = get_object_or_404(rows, pk=pk)
    insist(may_see_pending(request.user, decision))
    action, refused, form = (
        request.POST.get("action"),
        "",
        DropForm(
            request.POST if request.POST.get("action") == "drop" else None,
            is_of_award=decision.subject in actions.pending.AWARDS,
        ),
    )
    try:
        if action == "confirm":
            actions.confirm_decision(
                decision, by=request.user, seen=request.POST.get("seen") or "-"
            )
            messages.success(request, _("Confirmed. Everyone concerned has been told."))
            return redirect("certificates:pending", pk=decision.pk)
        if action == "drop" and form.is_valid():
            actions.drop_decision(decision, form.cleaned_data["why"], by=request.user)
            messages.success(
                request, _("Lifted.") if decision.is_interim else _("Dropped. Nothing was decided.")
            )
            return redirect("certificates:pending", pk=decision.pk)
    except Refused as why:
        refused = str(why)
    is_open = decision.state == ProposalState.PROPOSED
    context = {
        "pending": decision,
        "form": form,
        "is_open": is_open,
        "refused": refused,
        "may": may_confirm_pending(request.user, decision),
        "may_drop": may_confirm_pending(request.user, decision)
        or (decision.proposed_by_id == request.user.pk and not decision.is_interim),
        "day": max(decision.from_day, clock.today()),
        "is_late": bool(is_open and decision.confirm_by and decision.confirm_by < clock.today()),
        **_in_words(
            decision.subject,
            decision.terms,
            decision.from_day,
            decision.organisation if is_open and not decision.is_interim else None,
        ),
    }
    if decision.is_interim or not is_open:
        context |= _as_shown(request, decision)
    else:
        found = preview(
            decision.subject,
            decision.terms,
            decision.from_day,
            organisation=decision.organisation,
            enrolment=decision.enrolment,
        )
        context |= _context(request, found) | {"seen": digest_of(found.lines)}
        if found.lines != decision.preview:
            context["changed"] = what_changed(decision.preview, found.lines, found.people)
    return render(request, "certificates/pending.html", context, status=409 if refused else 200)


def _as_shown(request, decision) -> dict:
    """What was shown when it was confirmed (or proposed), and not what the facts of today would make of it."""
    shown = rows_of(decision.effect, decision.preview)
    rows = shown.pop("rows", [])
    return {
        **shown,
        "lines": rows[:SHOWN],
        "more": max(0, len(rows) - SHOWN),
        "is_hub": has_role(request.user, Role.HUB_OFFICER),
        "is_past": True,
        "shown_to": decision.closed_by
        if decision.state == ProposalState.CONFIRMED and not decision.is_interim
        else decision.proposed_by,
        "shown_at": decision.closed_at
        if decision.state == ProposalState.CONFIRMED and not decision.is_interim
        else decision.proposed_at,
    }


def _context(request, effect_preview) -> dict:
    if isinstance(effect_preview, EntryPreview):
        return {"askers": asker_rows(effect_preview.rows), "is_hub": True}
    rows = effect_preview.rows()
    return {
        "lines": rows[:SHOWN],
        "more": max(0, len(rows) - SHOWN),
        "unchanged": effect_preview.unchanged_names() if effect_preview.people else [],
        "unchanged_count": len(effect_preview.unchanged),
        "unreached": effect_preview.unreached,
        "is_hub": has_role(request.user, Role.HUB_OFFICER),
    }


def _last_day_in_words(until, organisation) -> str:
    """The last day of an approval, also where it has none; and the one before, which it takes the place of."""
    words = in_words(date.fromisoformat(until)) if until else _("No last day")
    before = last_approval(approvals_as_recorded(organisation)) if organisation else None
    if before is None:
        return words
    was = in_words(before.until_day) if before.until_day else _("no last day")
    return _("%(words)s (before: %(was)s)") % {"words": words, "was": was}


def _in_words(subject, terms, day, organisation=None) -> dict:
    """The terms as lines of a list."""
    if subject == Subject.APPROVAL:
        replaced = (
            replaced_from(max(day, clock.today()), approvals_as_recorded(organisation), OF_ROW)
            if organisation
            else []
        )
        last_day = (
            [(_("Approved until"), _last_day_in_words(terms.get("until"), organisation))]
            if terms["deed"] == ApprovalAction.APPROVED
            else []
        )
        return {
            "terms": [(_("Decision"), ApprovalAction(terms["deed"]).label), *last_day],
            "replaced": [replaced_in_words(line) for line in replaced],
        }
    if subject == Subject.NATIONS:
        return {
            "terms": [
                (_("Nations"), nations.sentence(terms["nations"])),
                (_("Before"), nations.sentence(terms["was"])),
            ]
        }
    if subject == Subject.LIFT:
        return {
            "terms": [
                (
                    _("Decision"),
                    _("Approved organisations are told to ask the Hub")
                    if terms["mode"]
                    else _("Everyone who asks is answered again"),
                )
            ]
        }
    if subject == Subject.NAME and not terms:
        return {"terms": [(_("Family names"), _("Not kept, because the proposal was dropped"))]}
    if subject == Subject.NAME:
        return {
            "terms": [
                (
                    _("Family name the check asks for"),
                    terms["answers"]
                    if terms["name"]
                    else _("%(answers)s, the name on file") % {"answers": terms["answers"]},
                ),
                (_("Before"), terms["was"]),
            ]
        }
    if subject == Subject.TEMPORARY:
        return {
            "terms": [
                (_("Nations"), nations.sentence(terms["nations"])),
                (_("Last day"), in_words(date.fromisoformat(terms["until_day"]))),
            ]
        }
    if subject == Subject.RULES:
        now = the_book().on(day)
        changed = [
            (
                label,
                _("%(rule)s %(unit_of)s (before: %(now)s)")
                % {
                    "rule": terms["rules"][name],
                    "unit_of": unit_of(terms["rules"][name], unit),
                    "now": getattr(now, name),
                },
            )
            for name, (label, unit) in RULE_LABELS.items()
            if terms["rules"][name] != getattr(now, name)
        ]
        return {"terms": changed or [(_("Rules"), _("The same as before"))]}
    return {"terms": []}
