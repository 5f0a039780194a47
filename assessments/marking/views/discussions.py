"""Two markers discuss marks that no rule settles; registrars see who waits for whom, and can end what goes nowhere."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import clock
from lms.kit.addresses import number_in
from lms.kit.lists import page_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from .. import blind
from ..actions.discussions import (
    agree_to_proposal,
    decline_proposal,
    end_discussion,
    propose_mark,
)
from ..criteria import criteria_of
from ..discussions import discussion_for, reasoned
from ..forms.marks import AnswerForm, EndDiscussionForm, ProposalForm
from ..models import Discussion, Proposal
from ..queries import awaited_in, discussions_to_follow
from ..rules import may_end_discussion, may_follow
from ..states import DiscussionState
from .remarks import task_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def discussion(request, number):
    """Both marks with their reasons, what was proposed, and what this marker can do next."""
    found = _discussion_or_404(request, number)
    forms = {
        "proposal": ProposalForm(
            found.script,
            initial={f"mark-{key}": mark for key, mark in found.script.marks.items()},
        ),
        "answer": AnswerForm(prefix="answer"),
        "ending": EndDiscussionForm(prefix="ending"),
    }
    if request.method == "POST":
        done = _act(request, found, forms)
        if done:
            messages.success(request, done)
            return redirect("assessments:discussion", number)
        found = _discussion_or_404(request, number)
    return render(
        request,
        "assessments/discussion.html",
        {
            "found": found,
            "script": found.script,
            "today": clock.today(),
            "refusal": " ".join(forms["proposal"].non_field_errors()),
            **forms,
        },
        status=422 if any(form.errors for form in forms.values()) else 200,
    )


def _discussion_or_404(request, number):
    try:
        return discussion_for(request.user, number)
    except blind.NoSuchScript:
        raise Http404("There is no such discussion.") from None


def _act(request, discussion, forms):
    """What was done, in words; or "", and the form that is not right says why."""
    action = request.POST.get("action")
    if action == "propose":
        form = forms["proposal"] = ProposalForm(discussion.script, request.POST)
    elif action in ("agree", "decline"):
        form = forms["answer"] = AnswerForm(request.POST, prefix="answer")
    elif action == "end":
        form = forms["ending"] = EndDiscussionForm(request.POST, prefix="ending")
    else:
        raise Refused(_("Load the page again, and choose what is to be done."))
    if not form.is_valid():
        return ""
    try:
        return _do(request, discussion, action, form)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ""


def _do(request, discussion, action, form):
    if action == "propose":
        seen = request.POST.get("seen", "")
        propose_mark(
            task_of(discussion.script), form.marks(), form.reasons(), by=request.user, seen=seen
        )
        return _("Your proposal is sent. The other marker is told.")
    if action == "end":
        end_discussion(
            Discussion.objects.get(pk=discussion.pk), form.cleaned_data["why"], by=request.user
        )
        return _("The discussion has ended, and a third marker reads the script.")
    key = number_in(request.POST.get("proposal"))
    proposal = get_object_or_404(Proposal, pk=key, discussion=discussion.pk)
    act = agree_to_proposal if action == "agree" else decline_proposal
    act(proposal, form.cleaned_data["answer"], by=request.user)
    if action == "agree":
        return _("The mark is agreed. The other marker is told.")
    return _("The other marker is told that you do not agree, and why.")


# ---- for registrars ----


@login_required
@never_cache
@require_GET
def discussions(request):
    """Who waits for whom, the soonest due first."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    page = page_of(discussions_to_follow(request.user), request.GET.get("page"))
    rows = [(one, awaited_in(one)) for one in page]
    context = {"page": page, "rows": rows, "today": clock.today()}
    return render(request, "assessments/discussions.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def discussion_of(request, pk):
    """What two markers propose and answer; a registrar ends it where one of them cannot go on."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    rows = Discussion.objects.select_related(
        "submission__assessment", "submission__enrolment", "ended_by"
    ).prefetch_related("submission__allocations__marker", "proposals__task__marker")
    found = get_object_or_404(rows, pk=pk)
    script = found.submission
    insist(may_follow(request.user, script))
    form = EndDiscussionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_discussion(found, form.cleaned_data["why"], by=request.user)
            messages.success(request, _("The discussion has ended. Choose a third marker."))
            return redirect("assessments:allocation")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    criteria = criteria_of(script)
    is_open = found.state == DiscussionState.OPEN
    return render(
        request,
        "assessments/discussion_of.html",
        {
            "found": found,
            "script": script,
            "today": clock.today(),
            "is_open": is_open,
            "awaited": awaited_in(found) if is_open else [],
            "proposals": [(one, reasoned(one, criteria)) for one in found.proposals.all()],
            "form": form if is_open and may_end_discussion(request.user, script) else None,
        },
        status=422 if form.errors else 200,
    )
