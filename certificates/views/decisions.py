"""The Hub's pages for decisions: concerns, what one officer proposes, and what a second confirms."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.kit import clock
from lms.kit.effective_dates import OF_ROW, replaced_from
from lms.kit.refusals import insist, refusals_at

from .. import actions
from ..actions.announcing import employers_unreached
from ..actions.decisions import may_be_confirmed_from, replaced_in_words, sanctions_of
from ..forms.decisions import ConcernForm, DecisionForm, DropForm, OutcomeForm
from ..models import Concern, Kind, Proposal
from ..queries.previews import effect_for_page, effect_on
from ..rules import may_confirm, may_sanction, may_see_hub
from ..states import ConcernState, ProposalState
from .hub import enrolment_of
from .pending import insist_shown, mark_of

DRAFT = "certificates.decision"


# ---- proposing ----


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def decide(request, pk):
    """Write a proposal down; the next page shows it once more."""
    enrolment = enrolment_of(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    draft = _draft(request, enrolment) or {}
    concern = _concern(enrolment, request.GET.get("concern") or draft.get("concern"))
    form = DecisionForm(
        request.POST or None,
        initial={"from_day": clock.today(), "kind": request.GET.get("kind"), **draft},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        request.session[DRAFT] = {
            "enrolment": enrolment.pk,
            "concern": concern and concern.pk,
            **data,
            "from_day": data["from_day"].isoformat(),
            "until_day": data["until_day"].isoformat() if data["until_day"] else "",
        }
        return redirect("certificates:decide_check", pk=enrolment.pk)
    return render(
        request,
        "certificates/decide.html",
        {"enrolment": enrolment, "form": form, "concern": concern},
    )


def _concern(enrolment, key):
    found = Concern.objects.filter(person=enrolment.person_id, state=ConcernState.OPEN)
    return found.filter(pk=key).first() if str(key or "").isdigit() else None


def _draft(request, enrolment) -> dict | None:
    draft = request.session.get(DRAFT)
    if not draft or draft["enrolment"] != enrolment.pk:
        return None
    until = date.fromisoformat(draft["until_day"]) if draft["until_day"] else None
    return {**draft, "from_day": date.fromisoformat(draft["from_day"]), "until_day": until}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def decide_check(request, pk):
    """What a checker would be told before and after. Then propose it."""
    enrolment = enrolment_of(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    draft = _draft(request, enrolment)
    if not draft:
        return redirect("certificates:decide", pk=enrolment.pk)
    if request.method == "POST":
        insist_shown(request, request.session[DRAFT])
        proposal = actions.propose(
            enrolment,
            draft["kind"],
            draft["from_day"],
            by=request.user,
            words=draft["words"],
            reason=draft["reason"],
            grounds=draft["grounds"],
            until_day=draft["until_day"],
            is_interim=draft["is_interim"],
            concern=_concern(enrolment, draft["concern"]),
        )
        del request.session[DRAFT]
        messages.success(
            request, _("It is proposed. It counts when a second Hub officer confirms it.")
        )
        return redirect("certificates:proposal", pk=proposal.pk)
    return render(
        request,
        "certificates/decide_check.html",
        {
            "mark": mark_of(request.session[DRAFT]),
            "unreached": employers_unreached([enrolment.person_id], draft["from_day"]),
            "enrolment": enrolment,
            "draft": draft,
            "kind": Kind(draft["kind"]).label,
            **_before_and_after(
                enrolment, draft["kind"], draft["from_day"], draft["words"], draft["until_day"]
            ),
        },
    )


def _before_and_after(enrolment, kind, day, words, until) -> dict:
    """What a checker is told about that day, as things are and with the decision."""
    return {
        **effect_for_page(effect_on(enrolment, kind, day, words, until)),
        "replaced": [
            replaced_in_words(line)
            for line in replaced_from(day, sanctions_of(enrolment.person_id), OF_ROW)
        ],
    }


# ---- confirming ----


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def proposal(request, pk):
    """What one officer proposed, what the person answered, and what a second officer makes of it."""
    insist(may_see_hub(request.user))
    proposal = get_object_or_404(
        Proposal.objects.select_related("enrolment__person", "proposed_by", "closed_by", "concern"),
        pk=pk,
    )
    insist(may_sanction(request.user, proposal.enrolment.person))
    form = DropForm(request.POST if request.POST.get("action") == "drop" else None)
    if request.method == "POST" and request.POST.get("action") == "confirm":
        actions.confirm(proposal, by=request.user, seen=request.POST.get("seen", ""))
        messages.success(
            request,
            _("It counts, and %(full_name)s has been told.")
            % {"full_name": proposal.enrolment.person.full_name},
        )
        return redirect("certificates:person", pk=proposal.enrolment_id)
    if request.method == "POST" and form.is_valid():
        actions.drop(proposal, form.cleaned_data["why"], by=request.user)
        messages.success(request, _("It is dropped. Nothing was decided."))
        return redirect("certificates:person", pk=proposal.enrolment_id)
    context = {
        "proposal": proposal,
        "form": form,
        "is_open": proposal.state == ProposalState.PROPOSED,
        "is_confirmed": proposal.state == ProposalState.CONFIRMED,
        "may": may_confirm(request.user, proposal),
    }
    if context["is_open"]:
        day = max(proposal.from_day, clock.today())
        context |= {
            "unreached": employers_unreached([proposal.enrolment.person_id], day),
            "from_when": may_be_confirmed_from(proposal),
            "today": clock.today(),
            "day": day,
        }
        context |= _before_and_after(
            proposal.enrolment, proposal.kind, day, proposal.words, proposal.until_day
        )
    elif proposal.effect:
        context |= effect_for_page(proposal.effect) | {"replaced": proposal.effect["replaced"]}
    return render(request, "certificates/proposal.html", context)


# ---- concerns ----


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def open_concern(request, pk):
    """Write down what the Hub was told about somebody."""
    enrolment = enrolment_of(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    form = ConcernForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            made = actions.open_concern(
                enrolment.person, form.cleaned_data["text"], by=request.user
            )
            messages.success(
                request, _("The concern is written down. Only Hub officers can read it.")
            )
            return redirect("certificates:concern", pk=made.pk)
    return render(request, "certificates/open_concern.html", {"enrolment": enrolment, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def concern(request, pk):
    """One concern, what was proposed because of it, and its outcome."""
    insist(may_see_hub(request.user))
    concern = get_object_or_404(
        Concern.objects.select_related("person", "opened_by", "closed_by"), pk=pk
    )
    insist(may_sanction(request.user, concern.person))
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.close_concern(concern, form.cleaned_data["outcome"], by=request.user)
        messages.success(request, _("The concern is closed."))
        return redirect("certificates:concern", pk=concern.pk)
    enrolment = concern.person.enrolments.order_by("-enrolled_on", "-pk").first()
    return render(
        request,
        "certificates/concern.html",
        {
            "concern": concern,
            "form": form,
            "is_open": concern.state == ConcernState.OPEN,
            "enrolment": enrolment,
            "proposals": concern.proposals.select_related("proposed_by"),
        },
    )
