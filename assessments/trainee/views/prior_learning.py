"""A trainee claims credit for what they learned before, and sees what came of it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.models import Module
from lms.kit import clock, files
from lms.kit.addresses import number_in
from lms.kit.refusals import Refused, insist, refusals_at
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...cases.actions.evidence import add_evidence
from ...cases.actions.prior_learning import (
    appeal_deadline_of,
    appeal_prior_claim,
    claim_prior_learning,
    reply_to_office,
    withdraw_prior_claim,
)
from ...cases.forms.appeals import AppealForm
from ...cases.forms.prior_learning import PriorClaimForm, PriorEvidenceForm, ReplyForm
from ...cases.queries.prior_learning import (
    claims_of_trainee,
    credits_of,
    modules_to_claim,
    oldest_day,
)
from ...cases.rules import may_ask
from ...cases.states import PriorState
from ...setting.judging import YES
from ...setting.queries import rules_of
from ...taking.downloads import download
from ..queries import enrolment_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def prior_learning(request):
    """What can be claimed, by which rules, and the claims there are."""
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        insist(may_act_as(request.user, Role.LEARNER))
        return render(request, "assessments/not_enrolled.html")
    may, modules = may_ask(request.user, enrolment), modules_to_claim(enrolment)
    rules = rules_of(enrolment.cohort_id)
    offered = Q(pk__in=[one.pk for one in modules])
    # A module that was there when the page was opened: the action says why it cannot be claimed now, or that it is claimed already.
    offered |= Q(pk=number_in(request.POST.get("module")), programme=enrolment.cohort.programme_id)
    form = PriorClaimForm(
        request.POST if request.method == "POST" else None,
        modules=Module.objects.filter(offered).order_by("order", "code"),
    )
    if request.method == "POST":
        insist(may)
        if form.is_valid():
            with refusals_at(form):
                data = form.cleaned_data
                claim = claim_prior_learning(enrolment, by=request.user, **data)
                messages.success(
                    request, _("Your claim is with the programme office. Add your evidence below.")
                )
                return redirect("assessments:own_prior_claim", claim.pk)
    return render(
        request,
        "assessments/prior_learning.html",
        {
            "enrolment": enrolment,
            "may": may,
            "claims": claims_of_trainee(enrolment),
            "form": form if may and (form.is_bound or modules and rules.rpl_credits) else None,
            "rules": rules,
            "has_experience": rules.rpl_experience == YES,
            "oldest": oldest_day(enrolment, rules),
            "credits": credits_of(enrolment),
        },
        status=200 if request.method == "GET" else 422,
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_prior_claim(request, pk):
    """One claim: files, an answer to the office, an appeal."""
    claim = _own_or_404(request, pk)
    sent = request.POST if request.method == "POST" else None
    action = sent.get("action", "") if sent else ""
    can_appeal = claim.state == PriorState.REFUSED and not claim.appealed_at
    deadline_on = appeal_deadline_of(claim) if can_appeal else None
    is_late = bool(deadline_on and clock.today() > deadline_on)
    forms = {
        "evidence": PriorEvidenceForm(
            *((request.POST, request.FILES) if action == "evidence" else (None, None))
        ),
        # What was sent comes back also where the claim has moved on, with why.
        "reply": ReplyForm(sent if action == "reply" else None)
        if claim.state == PriorState.ASKED or action == "reply"
        else None,
        "appeal": AppealForm(sent if action == "appeal" else None, is_late=is_late)
        if can_appeal or action == "appeal"
        else None,
    }
    if sent is not None:
        done = _act(request, claim, action, forms)
        if done:
            messages.success(request, done)
            return redirect("assessments:own_prior_claim", pk)
    return render(
        request,
        "assessments/own_prior_claim.html",
        {
            "claim": claim,
            "deadline_on": deadline_on,
            "is_late": is_late,
            "evidence_days": settings.IMSA_EVIDENCE_DAYS,
            "answer_days": settings.IMSA_APPEAL_ANSWER_WORKING_DAYS,
            **forms,
        },
        status=200 if sent is None else 422,
    )


def _act(request, claim, action, forms) -> str:
    """What was done, in words; "" where a form came back with a fault."""
    if action == "withdraw":
        withdraw_prior_claim(claim, by=request.user)
        return _("Your claim is withdrawn.")
    form = forms.get(action)
    if form is None:
        raise Refused(_("Load the page again, and choose what is to be done."))
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    try:
        if action == "evidence":
            add_evidence(claim, data["file"], by=request.user)
            return _("Your file is with the programme office.")
        if action == "reply":
            reply_to_office(claim, data["reply"], by=request.user)
            return _("Your answer is with the programme office.")
        why_late = data.get("why_late", "")
        appeal_prior_claim(claim, data["ground"], data["words"], by=request.user, why_late=why_late)
        return _("Your appeal is with the programme office. You can add evidence below.")
    except files.BadFile as refusal:
        form.add_error("file", str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return ""


@login_required
@never_cache
@require_GET
def own_prior_file(request, pk, number):
    """The trainee's own file, as they sent it."""
    claim = _own_or_404(request, pk)
    file = next((one for one in claim.evidence.all() if one.pk == number), None)
    if file is None or not file.path:
        raise Http404("There is no such file.")
    return download(file.path, file.name)


def _own_or_404(request, pk):
    enrolment = enrolment_of(request.user)
    rows = claims_of_trainee(enrolment) if enrolment else []
    found = next((one for one in rows if one.pk == pk), None)
    if found is None:
        raise Http404("There is no such claim of this reader's.")
    return found
