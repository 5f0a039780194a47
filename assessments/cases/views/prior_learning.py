"""Claims on prior learning: the office's queue, an academic's list, and one claim with what its reader can do."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit.lists import address, chosen, page_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...setting.queries import rules_of
from ...taking.downloads import download
from ..actions.evidence import open_evidence
from ..actions.prior_decisions import decide_prior_claim
from ..actions.prior_learning import (
    ask_claimant,
    read_prior_claim,
    recommend,
    send_to_academic,
)
from ..forms.prior_learning import AcademicForm, OpinionForm, PriorDecisionForm, QuestionForm
from ..queries.prior_learning import (
    SHOW,
    academics_for,
    boards_to_cite,
    credits_of,
    oldest_day,
    prior_claim_for,
    prior_claims_asked,
    prior_claims_for,
)
from ..rules import may_decide_prior, may_handle, may_read_prior
from ..states import DECIDABLE, PriorState
from .lists import links_of


@login_required
@never_cache
@require_GET
def prior_claims(request):
    """The office's claims on prior learning, the soonest due first."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    show = chosen(request.GET, show=[*SHOW])["show"]
    labels = {
        "office": _("To check"),
        "academic": _("With an academic"),
        "board": _("With a board"),
        "closed": _("Closed"),
    }
    rows = {key: prior_claims_for(request.user, key) for key in SHOW}
    return render(
        request,
        "assessments/prior_claims.html",
        {
            "page": page_of(rows[show], request.GET.get("page")),
            "tally": links_of(rows, labels, show),
            "query": address(show=show),
            "is_office": True,
        },
    )


@login_required
@never_cache
@require_GET
def claims_to_recommend(request):
    """What an academic was asked about."""
    insist(may_act_as(request.user, Role.TUTOR))
    page = page_of(prior_claims_asked(request.user), request.GET.get("page"))
    return render(request, "assessments/prior_claims.html", {"page": page, "is_office": False})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def prior_claim(request, pk):
    """One claim for the office; to open it is recorded."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    found = _claim_or_404(request, pk)
    insist(may_handle(request.user, found.enrolment))
    read_prior_claim(found, by=request.user)
    return _page(request, found, is_office=True)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def claim_to_recommend(request, pk):
    """One claim for the academic who was asked; to open it is recorded."""
    insist(may_act_as(request.user, Role.TUTOR))
    found = prior_claim_for(request.user, pk)
    if found is None or found.academic_id != request.user.pk:
        typed = request.POST.get("words", "")
        if not typed:
            raise Http404("There is no such claim.")
        # Somebody else may be asked now. The page says the same where there never was a claim.
        template = "assessments/recommendation_not_saved.html"
        return render(request, template, {"typed": typed}, status=409)
    read_prior_claim(found, by=request.user)
    return _page(request, found, is_office=False)


def _page(request, claim, *, is_office):
    sent = request.POST if request.method == "POST" else None
    action = sent.get("action", "") if sent else ""
    forms = _forms(request, claim, sent, action, is_office)
    if sent is not None:
        form = forms.get(action)
        if form is None:
            raise Refused(_("Load the page again, and choose what is to be done."))
        if form.is_valid():
            try:
                done = _act(request, claim, action, form)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, done)
                return redirect(request.path)
    rules = rules_of(claim.enrolment.cohort_id)
    return render(
        request,
        "assessments/prior_claim.html",
        {
            "claim": claim,
            "enrolment": claim.enrolment,
            "is_office": is_office,
            "may_decide": may_decide_prior(request.user, claim),
            "rules": rules,
            "oldest": oldest_day(claim.enrolment, rules),
            "credits": credits_of(claim.enrolment, with_open=False),
            **forms,
        },
        status=200 if sent is None else 422,
    )


def _forms(request, claim, data, action, is_office) -> dict:
    """Each form that can be used now, and the one that was sent: it holds what was typed, also where the claim has moved on and the action says so."""

    def bound(name):
        return data if action == name else None

    def is_shown(name, *states):
        return action == name or claim.state in states

    found = {}
    if not is_office:
        if is_shown("recommend", PriorState.ACADEMIC):
            found["recommend"] = OpinionForm(bound("recommend"))
        return found
    if is_shown("ask", PriorState.CHECKING):
        found["ask"] = QuestionForm(bound("ask"))
    if is_shown("send", PriorState.CHECKING, PriorState.ACADEMIC, PriorState.BOARD):
        people = [one for one in academics_for(claim) if one.pk != request.user.pk]
        found["send"] = AcademicForm(bound("send"), academics=people)
    if is_shown("decide", *DECIDABLE) and may_decide_prior(request.user, claim):
        boards = boards_to_cite(claim)
        found["decide"] = PriorDecisionForm(bound("decide"), claim=claim, boards=boards)
    return found


def _act(request, claim, action, form) -> str:
    """What was done, in words."""
    data, by = form.cleaned_data, {"by": request.user, "seen": request.POST.get("seen", "")}
    if action == "ask":
        ask_claimant(claim, data["question"], **by)
        return _("The trainee is asked.")
    if action == "send":
        send_to_academic(claim, form.chosen(), **by)
        return _("The academic is asked to recommend.")
    if action == "recommend":
        recommend(claim, data["opinion"], data["words"], **by)
        return _("Your recommendation is with the board.")
    decide_prior_claim(claim, **form.decision(), **by)
    return _("The decision is recorded, and the trainee is told.")


@login_required
@never_cache
@require_GET
def prior_evidence(request, pk, number):
    """One file, to keep and never to run. Each opening is recorded before the file leaves."""
    insist(may_act_as(request.user, Role.REGISTRAR, Role.TUTOR))
    found = _claim_or_404(request, pk)
    insist(may_read_prior(request.user, found))
    file = next((one for one in found.evidence.all() if one.pk == number), None)
    if file is None:
        raise Http404("There is no such file.")
    open_evidence(file, by=request.user)
    return download(file.path, file.name)


def _claim_or_404(request, pk):
    found = prior_claim_for(request.user, pk)
    if found is None:
        raise Http404("There is no such claim.")
    return found
