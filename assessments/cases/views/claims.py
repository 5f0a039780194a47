"""The office's queue of claims, and one claim with its evidence."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import clock
from lms.kit.lists import address, chosen, page_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...taking.downloads import download
from ...taking.queries import declaration_of
from ..actions.answers import (
    accept_circumstances,
    ask_evidence,
    decline_claim,
    grant_claim,
    grant_deferral,
)
from ..actions.evidence import open_evidence
from ..actions.office import read_case
from ..forms.claims import AnswerForm
from ..queries.claims import claim_for, claims_for, others_of, overdue_claims
from ..rules import may_handle
from .lists import links_of

SHOW = ["waiting", "evidence", "answered"]


@login_required
@never_cache
@require_GET
def claims(request):
    """Claims that wait for an answer, the soonest due first."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    show = chosen(request.GET, show=SHOW)["show"]
    labels = {
        "waiting": _("To answer"),
        "evidence": _("Waiting for evidence"),
        "answered": _("Answered"),
    }
    rows = {key: claims_for(request.user, key) for key in SHOW}
    return render(
        request,
        "assessments/claims.html",
        {
            "page": page_of(rows[show], request.GET.get("page")),
            "overdue": overdue_claims(request.user).count(),
            "tally": links_of(rows, labels, show),
            "show": show,
            "query": address(show=show),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def claim(request, pk):
    """One claim; to open it is recorded."""
    found = _claim_or_404(request, pk)
    read_case(found, by=request.user)
    form = AnswerForm(request.POST or None, claim=found)
    if request.method == "POST" and form.is_valid():
        try:
            _answer(found, form, request)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is recorded, and the trainee is told."))
            return redirect("assessments:claim", pk)
    return render(
        request,
        "assessments/claim.html",
        {
            "claim": found,
            "enrolment": found.enrolment,
            "assessment": found.attempt.assessment,
            "form": form,
            "others": others_of(found),
            "declaration": declaration_of(found.attempt_id),
            "today": clock.today(),
        },
        status=422 if form.errors else 200,
    )


def _answer(claim, form, request):
    data, by = form.cleaned_data, {"by": request.user, "seen": request.POST.get("seen", "")}
    action, answer = data["action"], data["answer"]
    if action == AnswerForm.DECLINE:
        return decline_claim(claim, answer, **by)
    if action == AnswerForm.ACCEPT:
        return accept_circumstances(claim, answer, **by)
    if action == AnswerForm.EVIDENCE:
        return ask_evidence(claim, answer, data["day"], **by)
    grant = grant_claim if action == AnswerForm.GRANT else grant_deferral
    return grant(claim, form.due_at(), answer, is_of_university=data["is_of_university"], **by)


@login_required
@never_cache
@require_GET
def evidence(request, pk, number):
    """One file of evidence, to keep and never to run. Each opening is recorded before the file leaves."""
    found = _claim_or_404(request, pk)
    file = next((one for one in found.evidence.all() if one.pk == number), None)
    if file is None:
        raise Http404("There is no such file.")
    open_evidence(file, by=request.user)
    return download(file.path, file.name)


def _claim_or_404(request, pk):
    insist(may_act_as(request.user, Role.REGISTRAR))
    found = claim_for(request.user, pk)
    if found is None:
        raise Http404("There is no such claim.")
    insist(may_handle(request.user, found.enrolment))
    return found
